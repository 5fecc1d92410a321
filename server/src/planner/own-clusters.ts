/** What the organisation owns as candidates: each cluster of the manifest, sized for the workload. */
import type { Accelerator } from '../catalog/types.ts';
import type { Cluster } from '../manifest/schema.ts';
import { refuseChip } from './candidates.ts';
import { estimate, type Estimate } from './estimate.ts';
import { cutFleet } from './fleet.ts';
import type { Search } from './search.ts';
import { place, type Site } from './resolve.ts';
import { deadlineOf, timingOf } from './ranking.ts';
import type { Reach } from './sizes.ts';
import type { ResolvedTarget } from './types.ts';

export interface OwnSize {
  readonly site: Site;
  readonly target: ResolvedTarget;
  readonly size: Estimate;
}

export interface OwnCluster {
  readonly name: string;
  readonly accelerator: Accelerator;
  readonly sizes: readonly OwnSize[];
  /** Why there is none. */
  readonly reason: string | undefined;
}

/** Every cluster but the one the workload is on, with the sizes that fit into what is free of it. */
export function ownClusters(search: Search, reach: Reach): readonly OwnCluster[] {
  const { head, catalog, now } = search;
  return Object.entries(head.clusters ?? {}).flatMap(([name, cluster]) => {
    if (name === now?.target.cluster || cluster.accelerator === undefined) return [];
    const match = catalog.resolveAccelerator(cluster.accelerator);
    const id = match.kind === 'ambiguous' ? match.candidates[0] : match.kind === 'unknown' ? undefined : match.id;
    const accelerator = id === undefined ? undefined : catalog.accelerators.get(id);
    if (!accelerator) return [];
    const refused = refuseChip(search.subject, accelerator, head, catalog) ?? outsideResidency(cluster, search);
    if (refused) return [{ name, accelerator, sizes: [], reason: refused }];
    const sizes = sizesOf(search, name, cluster, accelerator, reach);
    return [
      { name, accelerator, sizes, reason: sizes.length > 0 ? undefined : 'the model does not fit on what is free' },
    ];
  });
}

function outsideResidency({ location }: Cluster, { head }: Search): string | undefined {
  const allowed = head.policy?.dataResidency;
  if (!allowed || allowed.includes('global')) return undefined;
  if (location === undefined) return 'its location is not stated, so that policy.dataResidency cannot be kept';
  return allowed.includes(location)
    ? undefined
    : `policy.dataResidency keeps data in ${allowed.join(', ')}, not ${location}`;
}

function sizesOf(
  search: Search,
  name: string,
  cluster: Cluster,
  accelerator: Accelerator,
  reach: Reach,
): readonly OwnSize[] {
  const { subject, head, catalog, today } = search;
  const perNode = cluster.acceleratorsPerNode ?? accelerator.perNode ?? 1;
  const free = Math.min(cluster.available ?? Infinity, (cluster.nodes ?? 0) * perNode);
  const site: Site = { kind: 'cluster', accelerator, name, cluster };
  const targetWith = (count: number): ResolvedTarget => ({
    deployment: 'on-premises',
    accelerator: accelerator.id,
    count,
    nodes: Math.ceil(count / perNode),
    capacity: 'owned',
    cluster: name,
  });
  const inputFor = (count: number, ask: number | 'auto') => {
    const { placement } = place(site, count, Math.min(count, perNode), targetWith(count), head, catalog, today);
    return { subject, placement, count: ask, capacity: 'owned' as const, catalog, explain: false };
  };
  if (!subject.trains) {
    if (free < 1) return [];
    const stated = subject.serving.requests !== undefined || subject.serving.autoscaling !== undefined;
    const ask = stated && !subject.ends ? 'auto' : Math.min(free, search.now?.target.count ?? perNode);
    const size = cutFleet(inputFor(Math.min(free, perNode), ask), (count) => count).value;
    const fits = size.memory.verdict === 'fits' || size.memory.verdict === 'tight';
    const works = fits && size.count !== null && size.count > 0 && size.count <= free;
    return works && size.serving?.meetsLatency !== false ? [{ site, target: targetWith(size.count), size }] : [];
  }
  const deadline = deadlineOf(subject);
  const sizes: OwnSize[] = [];
  for (let count = 1; count <= free; count = count < free ? Math.min(count * 2, free) : Infinity) {
    const size = estimate(inputFor(count, count)).value;
    if (size.memory.verdict !== 'fits' && size.memory.verdict !== 'tight') continue;
    if (!size.durationSeconds) return [];
    sizes.push({ site, target: targetWith(count), size });
    const enough = deadline === undefined ? count >= perNode : timingOf(subject, size).inTime;
    if (reach === 'enough' && enough) break;
  }
  return sizes;
}
