/** More of the same accelerators, for runs that are too slow. */
import type { Fix, PlannedWorkload } from './rule.ts';
import { clusterOf, type TargetSite } from './targets.ts';

/** Twice the accelerators, where that is a count to be had; undefined where it is not. */
export function doubled({ plan, catalog, head }: PlannedWorkload, site: TargetSite): Fix | undefined {
  const { count, accelerator } = plan.target;
  if (count === null || site.target.instance !== undefined) return undefined;
  const next = 2 * count;
  const slices = catalog.sliceSizes(accelerator ?? '');
  const owned = clusterOf(site, head)?.cluster;
  const most = owned && (owned.available ?? (owned.nodes ?? Infinity) * (owned.acceleratorsPerNode ?? Infinity));
  if ((slices && !slices.includes(next)) || (most !== undefined && next > most)) return undefined;
  return {
    title: `Use ${next} accelerators`,
    edits: [{ kind: 'set', path: site.path('count'), value: next }],
    safe: false,
  };
}
