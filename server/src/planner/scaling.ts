/** The curve of a run over the count of its accelerators: nothing scales for free. */
import { targetOf, type Evaluate } from './outcome.ts';
import type { Search } from './search.ts';
import type { ResolvedTarget, ScalingPoint } from './types.ts';

const LEAST_SHARE = 1 / 8;
const MOST_TIMES = 8;

/**
 * Counts from an eighth to eight times what the run has now, doubling, on the same chip, place and terms; those it cannot run on
 * (no split, no memory, no such slice, more than the cluster holds) are left out.
 */
export function scalingOf(search: Search, now: ResolvedTarget, evaluate: Evaluate): readonly ScalingPoint[] {
  if (now.count === null || now.accelerator === undefined) return [];
  const points: Omit<ScalingPoint, 'scalingEfficiency'>[] = [];
  for (const count of countsAround(search, now, now.count)) {
    const outcome = evaluate({ ...targetOf(now), count }, {});
    if (!outcome.seconds || outcome.fits === 'does-not-fit') continue;
    points.push({
      count,
      ...(outcome.parallelism && { parallelism: outcome.parallelism }),
      durationSeconds: outcome.seconds,
      totalUsd: outcome.usd,
      fits: outcome.fits,
      now: count === now.count,
    });
  }
  const [first] = points;
  if (!first) return [];
  const work = first.count * first.durationSeconds.mid;
  return points.map((point) => ({
    ...point,
    // A run of no length loses nothing.
    scalingEfficiency: work === 0 ? 1 : work / (point.count * point.durationSeconds.mid),
  }));
}

function countsAround(
  { head, catalog }: Search,
  { accelerator, cluster }: ResolvedTarget,
  now: number,
): readonly number[] {
  const slices = accelerator === undefined ? undefined : catalog.sliceSizes(accelerator);
  const own = cluster === undefined ? undefined : head.clusters?.[cluster];
  const most = own ? (own.nodes ?? 1) * (own.acceleratorsPerNode ?? 8) : Infinity;
  const counts: number[] = [];
  for (let share = LEAST_SHARE; share <= MOST_TIMES; share *= 2) {
    const count = now * share;
    if (Number.isInteger(count) && count <= most && (!slices || share === 1 || slices.includes(count)))
      counts.push(count);
  }
  return counts;
}
