/** The front of several measures, each the better the smaller: what nothing else beats on all of them (Pareto). */
import type { FrontPoint } from './types.ts';

/**
 * Items that no other dominates, ordered by the first measure, then the next. One item dominates another when it is at most as
 * large on every measure and smaller on one; of items equal on all, the first is kept. All items have equally many measures, all
 * finite. Sorted first, a dominator stands before what it dominates: each item is compared with the front so far.
 */
export function paretoFront<T>(items: readonly T[], measuresOf: (item: T) => readonly number[]): readonly T[] {
  const points = items
    .map((item, index) => ({ item, index, measures: measuresOf(item) }))
    .sort((a, b) => compareMeasures(a.measures, b.measures) || a.index - b.index);
  const front: typeof points = [];
  for (const point of points) {
    const beaten = front.some(({ measures }) => measures.every((value, axis) => value <= (point.measures[axis] ?? 0)));
    if (!beaten) front.push(point);
  }
  return front.map(({ item }) => item);
}

function compareMeasures(a: readonly number[], b: readonly number[]): number {
  for (const [axis, value] of a.entries()) {
    const other = b[axis] ?? 0;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

/** What a reader can compare of a front over cost, time and carbon: that of cost and time alone, the cleanest, and what the plan has now. */
export function readableFront(front: readonly FrontPoint[]): {
  readonly points: readonly FrontPoint[];
  readonly cleanest: FrontPoint | undefined;
} {
  const cleanest = front.reduce<FrontPoint | undefined>(
    (best, point) => (point.kg !== null && point.kg < (best?.kg ?? Infinity) ? point : best),
    undefined,
  );
  const quick = new Set(paretoFront(front, ({ usd, seconds }) => [usd, seconds ?? 0]));
  return { points: front.filter((point) => quick.has(point) || point === cleanest || point.now), cleanest };
}
