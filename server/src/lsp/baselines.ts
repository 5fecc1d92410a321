/** What a manifest said at the last commit, and the plans of that: for the difference that a change makes. Planned when nobody waits. */
import type { Analysis, AnalysisInput } from '../analysis.ts';
import type { Catalog } from '../catalog/types.ts';
import type { WorkloadPlan } from '../planner/types.ts';

export type BaselinePlans = ReadonlyMap<string, WorkloadPlan>;

export interface BaselineHost {
  analyse(input: AnalysisInput): Analysis;
  /** Runs in a later turn of the event loop; what is thrown is the host's to log. */
  later(work: () => void): void;
  /** Differences can be shown that could not before. */
  known(): void;
}

interface Planned {
  readonly text: string;
  readonly catalog: Catalog;
  readonly plans: BaselinePlans;
}

export class Baselines {
  readonly #host: BaselineHost;
  readonly #texts = new Map<string, string>();
  readonly #planned = new Map<string, Planned>();
  /** Being planned in a later turn: asked for once. */
  readonly #underWay = new Set<string>();

  constructor(host: BaselineHost) {
    this.#host = host;
  }

  /** `text` null: there is none (a new file, no repository). */
  set(uri: string, text: string | null): void {
    if (text === null ? !this.#texts.delete(uri) : this.#texts.get(uri) === text) return;
    if (text !== null) this.#texts.set(uri, text);
    this.#planned.delete(uri);
    this.#host.known();
  }

  forget(uri: string): void {
    this.#texts.delete(uri);
    this.#planned.delete(uri);
  }

  /** The plans of the baseline at the prices of `current`; undefined while there is none, or it is yet to be planned. */
  plansOf(uri: string, current: Analysis): BaselinePlans | undefined {
    const text = this.#texts.get(uri);
    if (text === undefined) return undefined;
    if (text === current.source.text) return current.plans;
    const planned = this.#planned.get(uri);
    if (planned?.text === text && planned.catalog === current.catalog) return planned.plans;
    if (this.#underWay.has(uri)) return undefined;
    this.#underWay.add(uri);
    this.#host.later(() => {
      this.#underWay.delete(uri);
      if (this.#texts.get(uri) !== text) return;
      const { catalog, today, settings } = current;
      // What a change leaves as it is was planned already: only the rest costs anything.
      const { plans } = this.#host.analyse({ text, catalog, today, settings, previous: current, mostAdvice: 0 });
      this.#planned.set(uri, { text, catalog, plans });
      this.#host.known();
    });
    return undefined;
  }
}
