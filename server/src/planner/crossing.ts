/** Where a quantity that moves continuously is nought: the value at which two costs meet. */

/** Each step of the search outwards is this much further. */
const STEP = 1.3;
const MOST_STEPS = 60;
const MOST_HALVINGS = 200;

export interface Crossing {
  /** Difference at a value, null where it is not known there: the search ends. */
  readonly gap: (value: number) => number | null;
  readonly from: number;
  readonly direction: 'up' | 'down';
  /** The furthest value that is looked at. */
  readonly limit: number;
  /** A difference this small is none. */
  readonly tolerance: number;
}

/**
 * The value nearest to `from`, in the direction, at which the gap is nought within the tolerance; undefined where it keeps its sign
 * up to the limit, or jumps over nought (a fleet grows by whole machines). Steps outwards by ×1.3, then false position
 * (Illinois), then halves.
 */
export function crossing({ gap, from, direction, limit, tolerance }: Crossing): number | undefined {
  let near = from;
  let nearGap = gap(from);
  if (nearGap === null || !(from > 0)) return undefined;
  const sign = Math.sign(nearGap);
  if (sign === 0) return from;
  for (let step = 0; step < MOST_STEPS && near !== limit; step += 1) {
    const far = direction === 'up' ? Math.min(limit, near * STEP) : Math.max(limit, near / STEP);
    const farGap = gap(far);
    if (farGap === null) return undefined;
    if (Math.sign(farGap) !== sign) return rootBetween(gap, near, nearGap, far, farGap, tolerance);
    near = far;
    nearGap = farGap;
  }
  return undefined;
}

function rootBetween(
  gap: Crossing['gap'],
  a: number,
  gapA: number,
  b: number,
  gapB: number,
  tolerance: number,
): number | undefined {
  let [left, leftGap, right, rightGap] = [a, gapA, b, gapB];
  let side = 0;
  for (let step = 0; step < MOST_HALVINGS; step += 1) {
    if (Math.abs(rightGap) <= tolerance) return right;
    if (Math.abs(leftGap) <= tolerance) return left;
    if (Math.abs(right - left) <= 1e-12 * Math.abs(right)) return undefined;
    // False position first; halving where it crawls.
    const middle = step < 40 ? (left * rightGap - right * leftGap) / (rightGap - leftGap) : (left + right) / 2;
    const middleGap = gap(middle);
    if (middleGap === null) return undefined;
    if (Math.abs(middleGap) <= tolerance) return middle;
    if (Math.sign(middleGap) === Math.sign(rightGap)) {
      [right, rightGap] = [middle, middleGap];
      if (side === 1) leftGap /= 2;
      side = 1;
    } else {
      [left, leftGap] = [middle, middleGap];
      if (side === -1) rightGap /= 2;
      side = -1;
    }
  }
  return undefined;
}
