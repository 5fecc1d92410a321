import type { Row } from './read-table.ts';

/** What the import left out, and why; and remarks on what it decided. */
export interface ImportReport {
  drop(reason: string, row: Row, label: string): void;
  decide(decision: string): void;
  readonly drops: ReadonlyMap<string, readonly string[]>;
  readonly decisions: readonly string[];
}

export function createReport(): ImportReport {
  const drops = new Map<string, string[]>();
  const decisions: string[] = [];
  return {
    drops,
    decisions,
    drop: (reason, row, label) => {
      const rows = drops.get(reason) ?? [];
      rows.push(`${row.file}:${String(row.line)} ${label}`);
      drops.set(reason, rows);
    },
    decide: (decision) => {
      if (!decisions.includes(decision)) decisions.push(decision);
    },
  };
}
