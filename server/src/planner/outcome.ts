/** A target planned again in a changed world: what thresholds and curves are made of. */
import type { Target, Workload } from '../manifest/schema.ts';
import type { Ranked } from './ranking.ts';
import type { Search } from './search.ts';
import type { Parallelism, Range, ResolvedTarget, Verdict } from './types.ts';

/** What a changed world gives for a target: the plan's own arithmetic, not a shortcut. */
export interface Outcome {
  /** In the workload's own period. */
  readonly usd: Range | null;
  readonly seconds: Range | null;
  /** Chance to keep the deadline; undefined without one. */
  readonly deadlineChance: number | undefined;
  readonly computeUtilization: number | undefined;
  readonly usdPerUnitHour: number | undefined;
  readonly billedUnit: 'machine' | 'accelerator' | undefined;
  readonly parallelism: Parallelism | undefined;
  readonly fits: Verdict;
}

/** A change of the world. */
export interface Change {
  readonly workload?: Workload;
  readonly head?: Search['head'];
  readonly catalog?: Search['catalog'];
}

export type Evaluate = (target: Target, change: Change) => Outcome;

/** A target that competes, with what it takes to plan it again. */
export interface Contender extends Ranked {
  readonly resolved: ResolvedTarget;
  readonly target: Target;
}

/** A target block that resolves to this very target. */
export function targetOf(resolved: ResolvedTarget): Target {
  const { provider, region, instance, accelerator, count, capacity, cluster } = resolved;
  return {
    ...(provider !== undefined && { provider }),
    ...(region !== undefined && { region }),
    ...(instance !== undefined && { instance }),
    ...(accelerator !== undefined && { accelerator }),
    ...(cluster !== undefined && { cluster }),
    ...(count !== null && { count }),
    capacity,
  };
}
