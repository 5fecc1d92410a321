/** What of a load lies above a floor: what bursts out of a cluster, and what a baseline does not hold. */
import type { Range } from './types.ts';

/** What overflows, in accelerators of what is below. */
export interface Overflow {
  /** Rented on average, and at the peak. */
  readonly mean: Range;
  readonly peak: number;
  /** Used at home on average. */
  readonly home: number;
  /** Share of the time in which anything is rented. */
  readonly timeShare: number;
}

/** Steeper courses of a load cannot be told from it. */
const STEEPEST = 1e9;

/**
 * Mean of what lies above `free` of a load between 0 and `peak` with mean `average`.
 *
 * Its course is not known: the middle takes a load that falls from its peak as `peak·u^k`, u the share of the time and
 * k = peak/average − 1, so that its mean is right. The ends are the bounds that hold for any course: `average − free`
 * (Jensen) and `average·(1 − free/peak)` (the load is all or nothing).
 */
export function overflowOf(average: number, peak: number, free: number): Overflow {
  const most = Math.max(peak, average, 0);
  const mean = Math.min(Math.max(average, 0), most);
  const above = Math.max(0, most - free);
  if (above === 0 || mean === 0) return { mean: { low: 0, mid: 0, high: 0 }, peak: 0, home: mean, timeShare: 0 };
  if (free <= 0) return { mean: { low: mean, mid: mean, high: mean }, peak: most, home: 0, timeShare: 1 };
  const k = Math.min(most / mean - 1, STEEPEST);
  // k → 0 is a constant load: u₀ → 0 as all of it lies above.
  const from = k < 1e-9 ? 0 : Math.pow(free / most, 1 / k);
  const mid = mean * (1 - Math.pow(from, k + 1)) - free * (1 - from);
  const low = Math.max(0, mean - free);
  const high = mean * (1 - free / most);
  const middle = Math.min(high, Math.max(low, mid));
  return { mean: { low, mid: middle, high }, peak: above, home: mean - middle, timeShare: 1 - from };
}
