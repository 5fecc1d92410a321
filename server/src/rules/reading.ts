/** How fast a training run reads its samples. */
import type { PlannedWorkload } from './rule.ts';

/** Bytes of the training set that are read in a second; undefined where the samples or their size are not stated. */
export function readRate({
  workload,
  plan,
}: PlannedWorkload): { readonly low: number; readonly mid: number } | undefined {
  const size = workload.data?.size;
  const samples = workload.training?.samples;
  const speed = plan.training?.samplesPerSecond;
  if (size === undefined || samples === undefined || samples <= 0 || !speed) return undefined;
  const each = size / samples;
  return { low: speed.low * each, mid: speed.mid * each };
}

/** The next of 1, 2, 5, 10 … */
export function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}
