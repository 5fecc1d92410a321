/** What a search for alternatives starts from: the workload, what it has now, and what may be looked at. */
import type { Catalog, Offer } from '../catalog/types.ts';
import type { ManifestHead, Target } from '../manifest/schema.ts';
import type { ChipSizes, Reach } from './sizes.ts';
import type { Subject } from './subject.ts';
import type { CostPlan, MemoryPlan, Range, ResolvedTarget } from './types.ts';

/** What the workload has now: differences are against it. Absent for `target: auto`. */
export interface Now {
  readonly target: ResolvedTarget;
  readonly cost: CostPlan;
  readonly memory: MemoryPlan;
  readonly durationSeconds: Range | null | undefined;
  /** Chance to keep the deadline; absent without one. */
  readonly deadlineChance?: number;
  /** Mid latency of a request, of a service. */
  readonly endToEndSeconds?: number;
  /** Mid carbon of a run or a month; absent where it is not known. */
  readonly kg?: number;
}

export interface Search {
  readonly subject: Subject;
  readonly head: Partial<ManifestHead>;
  readonly catalog: Catalog;
  readonly today: string;
  readonly now: Now | undefined;
  /** Where the target puts it, while it names no hardware: nowhere else is looked, and refusals say so. */
  readonly place?: Pick<Target, 'provider' | 'region'>;
  /** Capacity types to look at; absent: all that suit the workload. */
  readonly only?: ReadonlySet<Offer['capacity']>;
  /** A floor that stays on another capacity: it is part of what each alternative costs. */
  readonly baseline?: Target['baseline'];
  /** Carbon too, and with it the regions with the cleanest grids. */
  readonly carbon?: boolean;
  /** Sizes of this workload, shared with other searches for it. */
  readonly sizes?: ChipSizes;
  /** Absent: `enough`. */
  readonly reach?: Reach;
}
