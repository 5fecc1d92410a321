/** How a fleet is cut into replicas on one kind of machine: as few devices as carry the load. */
import { estimate, type Estimate, type EstimateInput } from './estimate.ts';
import { replicasForPeak } from './replicas.ts';
import type { Explained } from './types.ts';

/**
 * The estimator takes the split that gives most a device; where the load is small a smaller replica may carry it with fewer
 * machines. Tries the halves of the chosen tensor split, and keeps the one with the fewest billed units at average load, then
 * at the peak. What the manifest fixes (count or split) is left alone.
 * @param billed Machines (or accelerators) paid for when so many accelerators are used.
 */
export function cutFleet(input: EstimateInput, billed: (accelerators: number) => number): Explained<Estimate> {
  const whole = estimate(input);
  const { serving } = input.subject;
  const open = input.count === 'auto' || serving.autoscaling !== undefined;
  if (input.subject.trains || !open || typeof serving.parallelism?.tensor === 'number') return whole;
  const { averageCount, parallelism } = whole.value;
  if (averageCount === null || !parallelism || parallelism.tensor === 1) return whole;
  let best = whole;
  for (let tensor = Math.floor(parallelism.tensor / 2); tensor >= 1; tensor = Math.floor(tensor / 2)) {
    const subject = { ...input.subject, serving: { ...serving, parallelism: { ...serving.parallelism, tensor } } };
    const smaller = estimate({ ...input, subject });
    if (!isAsGood(smaller.value, whole.value) || !carriesPeak(input, smaller.value)) break;
    if (units(smaller.value, billed) < units(best.value, billed)) {
      best = {
        ...smaller,
        assumptions: [
          ...smaller.assumptions,
          { path: 'serving.parallelism.tensor', value: tensor, why: 'the fewest accelerators that carry the load' },
        ],
      };
    }
  }
  return best;
}

function units({ averageCount, count }: Estimate, billed: (accelerators: number) => number): number {
  // The average is what is paid; the peak only decides between equals.
  return billed(averageCount ?? 0) + billed(count ?? 0) * 1e-6;
}

function isAsGood(smaller: Estimate, whole: Estimate): boolean {
  return (
    smaller.averageCount !== null &&
    smaller.memory.verdict === whole.memory.verdict &&
    (smaller.serving?.meetsLatency ?? true) === (whole.serving?.meetsLatency ?? true)
  );
}

/** Autoscaling's `max` caps a fleet silently: one that would need more is no equal. */
function carriesPeak({ subject }: EstimateInput, { serving }: Estimate): boolean {
  const most = subject.serving.autoscaling?.max;
  const needed = replicasForPeak(subject.serving, serving?.requestsPerSecondPerReplica?.mid);
  return most === undefined || needed === undefined || needed <= most;
}
