/** What decides between two ways to run a workload, with every margin it uses and where that comes from. */
import type { Capacity } from '../catalog/types.ts';
import type { Estimate } from './estimate.ts';
import { deadlineChanceOf } from './faults.ts';
import { compareText } from './offers.ts';
import type { Now } from './search.ts';
import type { Subject } from './subject.ts';

/** Without a deadline, an alternative that takes longer than this many times now is no equal. Our own judgement. */
export const SLOWER_LIMIT = 1.5;

/** A safe fit may cost this much more than a tight one and still comes first. Our own judgement. */
export const TIGHT_SURCHARGE = 1.05;

/** Chance from which a deadline counts as kept, here and in AI508 (`docs/rules/README.md`). */
export const SURE_DEADLINE = 0.9;

/**
 * More machines than this are not assumed to stand ready: Amazon sells at most 64 instances in one Capacity Block for ML, in
 * advance and for money (EC2 User Guide, Capacity Blocks for ML, 2026). That spot machines beyond it are not there at all, and that
 * on-demand ones are a matter of agreement, is our own judgement: no provider publishes what is free.
 */
export const MOST_MACHINES_AT_ONCE = 64;
/** The same in accelerators, for machines of fewer than eight. */
export const MOST_ACCELERATORS_AT_ONCE = 512;

/** True where so many may not stand ready when they are asked for. */
export function isBeyondReady(accelerators: number, machines: number): boolean {
  return accelerators > MOST_ACCELERATORS_AT_ONCE && machines > MOST_MACHINES_AT_ONCE;
}

/** Deadline of what ends, in seconds. */
export function deadlineOf(subject: Subject): number | undefined {
  return subject.trains ? subject.training.deadline : subject.serving.deadline;
}

/** How a size stands to the time there is. */
export interface Timing {
  readonly deadline: number | undefined;
  /** Chance to keep the deadline; absent without one, and where it is not known. */
  readonly chance?: number;
  /** It keeps the deadline with some certainty, or without one is about as fast as now. */
  readonly inTime: boolean;
  /** A deadline is stated, and the middle of the estimate misses it. */
  readonly late: boolean;
}

export function timingOf(
  subject: Subject,
  { durationSeconds, faults }: Pick<Estimate, 'durationSeconds' | 'faults'>,
  now?: Pick<Now, 'durationSeconds'>,
): Timing {
  const deadline = deadlineOf(subject);
  const chance = deadline === undefined || !faults ? undefined : (deadlineChanceOf(faults, deadline) ?? undefined);
  return { deadline, ...timingFrom(subject, durationSeconds?.mid, chance, now) };
}

/** The same of what is known by its middle time and its chance alone. */
export function timingFrom(
  subject: Subject,
  seconds: number | undefined,
  chance: number | undefined,
  now?: Pick<Now, 'durationSeconds'>,
): Omit<Timing, 'deadline'> {
  const deadline = deadlineOf(subject);
  const nowSeconds = now?.durationSeconds?.mid;
  const limit = deadline ?? (nowSeconds === undefined ? undefined : nowSeconds * SLOWER_LIMIT);
  const within = seconds === undefined || limit === undefined || seconds <= limit;
  return {
    ...(chance !== undefined && { chance }),
    inTime: within && (chance ?? 1) >= SURE_DEADLINE,
    late: deadline !== undefined && !within,
  };
}

/** What is compared of a way to run a workload. */
export interface Ranked {
  readonly inTime: boolean;
  readonly late: boolean;
  readonly chance?: number | undefined;
  readonly seconds: number;
  readonly usd: number;
  readonly tight: boolean;
}

/**
 * In time before what may be late, and that before what is late. Of what may be late, the likelier (in tenths); of what is late,
 * the fastest. Then the cheaper, safe fits before tight ones of about the same price (so that what a budget allows comes before
 * what it does not).
 */
export function compareRanks(a: Ranked, b: Ranked): number {
  return (
    Number(b.inTime) - Number(a.inTime) ||
    Number(a.late) - Number(b.late) ||
    tenths(b) - tenths(a) ||
    (a.late ? a.seconds - b.seconds : 0) ||
    weighed(a) - weighed(b)
  );
}

function tenths({ inTime, late, chance = 0 }: Ranked): number {
  return inTime || late ? 0 : Math.floor(chance * 10);
}

function weighed({ usd, tight }: Ranked): number {
  return tight ? usd * TIGHT_SURCHARGE : usd;
}

/** Of equals: the one that is not interrupted, then the faster, then by its name. */
export function compareEquals(
  a: Ranked & { readonly capacity: Capacity; readonly key: string },
  b: Ranked & { readonly capacity: Capacity; readonly key: string },
): number {
  const risk = ({ capacity }: { readonly capacity: Capacity }) => (capacity === 'spot' ? 1 : 0);
  return risk(a) - risk(b) || a.seconds - b.seconds || compareText(a.key, b.key);
}
