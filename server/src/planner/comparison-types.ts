/** What else could run a workload, and how the target stands against it. */
import type { Parallelism, Range, ResolvedTarget, Verdict } from './types.ts';

export interface Alternative {
  /** The keys of the target block that a switch writes, complete enough to price it. */
  readonly target: ResolvedTarget;
  /** Hourly, monthly and total cost of the alternative. */
  readonly cost: { readonly hourlyUsd: number; readonly monthlyUsd?: number; readonly totalUsd?: number };
  /** Mid duration of the run; absent for serving. */
  readonly durationSeconds?: number;
  /** Mid end-to-end latency of a request; absent for runs, and where no latency can be estimated. */
  readonly endToEndSeconds?: number;
  /** Chance that the run ends by its deadline; absent without one. */
  readonly deadlineChance?: number;
  readonly fits: Verdict;
  /** Against now, in the workload's own period (`total` for runs, `month` for serving); absent when now is unknown. */
  readonly deltaUsd?: number;
  readonly deltaSeconds?: number;
  /** One sentence. */
  readonly why: string;
  /** Marketplace offers are shown, never advised. */
  readonly marketplace: boolean;
  readonly asOf: string;
}

export interface Rejected {
  readonly target: ResolvedTarget;
  readonly reason: string;
}

/** One way to run the workload, on the front of cost, time and carbon: nothing is better on one and as good on the others. */
export interface FrontPoint {
  readonly target: ResolvedTarget;
  /** Of a run for what ends, a month for a service. */
  readonly usd: number;
  /** Mid duration of a run, or end-to-end latency of a service; null where it is unknown for all. */
  readonly seconds: number | null;
  /** Kilograms of carbon dioxide, of a run or a month; null where the grid or the power draw is not known. */
  readonly kg: number | null;
  readonly fits: Verdict;
  /** True for the target that the plan has. */
  readonly now: boolean;
}

/** The first value at which another takes the place of the choice; at it, both cost the same. */
export interface Flip {
  /** `price`: dollars of a machine-hour; `efficiency`: share of peak FLOP/s; `utilization`: of an own cluster; `run-length`: tokens (or samples, steps, epochs) of a run. */
  readonly quantity: 'price' | 'efficiency' | 'utilization' | 'run-length';
  /** Whose value changes. */
  readonly of: 'choice' | 'runner-up' | 'both';
  /** Path in the manifest where the value can be put in; absent for a price of the catalogue. */
  readonly path?: string;
  readonly unit: string;
  readonly now: number;
  readonly at: number;
  /** What takes its place there. */
  readonly winner: ResolvedTarget;
  /** On which side of `at` it wins. */
  readonly wins: 'above' | 'below';
  /** What decides there: `cost`: both cost `usd`; `deadline`: the choice takes longer than the deadline from here on. */
  readonly by: 'cost' | 'deadline';
  /** Cost of the choice at that value, in the workload's own period. */
  readonly usd: number;
}

/** Time and cost of the run on more or fewer of the same accelerators. */
export interface ScalingPoint {
  readonly count: number;
  readonly parallelism?: Parallelism;
  readonly durationSeconds: Range;
  readonly totalUsd: Range | null;
  /** Speed over what the smallest count that fits would give if nothing were lost. */
  readonly scalingEfficiency: number;
  readonly fits: Verdict;
  readonly now: boolean;
}

/** How the target stands against all else that could be had. */
export interface Comparison {
  /** The best target by the aim (the cheapest in time, else the fastest), and what comes next on other hardware or terms. */
  readonly choice: ResolvedTarget | null;
  readonly runnerUp: ResolvedTarget | null;
  /** The target that the plan has, as a point beside the front; null where its price is not known. */
  readonly now: FrontPoint | null;
  /** The best of each chip, provider and capacity over all sizes, the best first. */
  readonly alternatives: readonly Alternative[];
  /** By cost, the cheapest first. */
  readonly front: readonly FrontPoint[];
  readonly flips: readonly Flip[];
  /** Absent for what does not train. */
  readonly scaling?: readonly ScalingPoint[];
  /** Chip by chip, and provider by provider, why it was not considered. */
  readonly rejected: readonly Rejected[];
}
