/** Rows that are left out, counted by reason, with a few of each to look at. */
export interface Dropped {
  readonly reasons: ReadonlyMap<string, DroppedRows>;
}

export interface DroppedRows {
  readonly count: number;
  /** The first few, as the source writes them and so not to be trusted: show them as inert text. */
  readonly examples: readonly string[];
}

const EXAMPLES = 3;
const EXAMPLE_LENGTH = 100;

/** Collects what is left out. */
export class DropCounter implements Dropped {
  readonly #reasons = new Map<string, { count: number; readonly examples: string[] }>();

  get reasons(): ReadonlyMap<string, DroppedRows> {
    return this.#reasons;
  }

  add(reason: string, example: string): void {
    const rows = this.#reasons.get(reason) ?? { count: 0, examples: [] };
    this.#reasons.set(reason, rows);
    rows.count += 1;
    if (rows.examples.length < EXAMPLES) rows.examples.push(example.slice(0, EXAMPLE_LENGTH));
  }

  addAll({ reasons }: Dropped): void {
    for (const [reason, { count, examples }] of reasons) {
      const rows = this.#reasons.get(reason) ?? { count: 0, examples: [] };
      this.#reasons.set(reason, rows);
      rows.count += count;
      rows.examples.push(...examples.slice(0, EXAMPLES - rows.examples.length));
    }
  }
}
