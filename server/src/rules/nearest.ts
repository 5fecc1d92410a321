/** The nearest equivalents: chips by memory and speed, regions by distance. */
import type { Accelerator, Catalog, Region } from '../catalog/types.ts';
import { estimate, type Estimate } from '../planner/estimate.ts';
import { refuseChip } from '../planner/candidates.ts';
import { compareText } from '../planner/offers.ts';
import { refusesRegion } from '../planner/policy.ts';
import { place, togetherForRun, type Site } from '../planner/resolve.ts';
import { subjectOf } from '../planner/subject.ts';
import type { Verdict } from '../planner/types.ts';
import type { PlannedWorkload } from './rule.ts';
import type { TargetSite } from './targets.ts';

/** Moving to another maker's chip is no change of the program only where the stated framework is at home there too. */
export function isAtHome(
  { catalog, workload }: Pick<PlannedWorkload, 'catalog' | 'workload'>,
  from: string | undefined,
  to: string | undefined,
): boolean {
  const [chip, next] = [catalog.accelerators.get(from ?? ''), catalog.accelerators.get(to ?? '')];
  if (!chip || !next) return false;
  if (chip.vendor === next.vendor && chip.class === next.class) return true;
  return workload.framework !== undefined && catalog.framework(workload.framework, next.id)?.maturity === 'native';
}

/** What a missing fast link between devices counts, on the same scale: as much as a quarter of the memory. */
const WITHOUT_FAST_LINK = 1.4;

/**
 * How far two chips are apart: ratios of memory, its bandwidth and 16-bit peak on a log scale, and whether a fast link joins
 * several of them. Infinity where memory or peak is not stated.
 */
export function chipDistance(a: Accelerator, b: Accelerator): number {
  const ratio = (x: number | undefined, y: number | undefined, unstated: number) =>
    x === undefined || y === undefined ? unstated : Math.abs(Math.log(x / y));
  const peak = (chip: Accelerator) => chip.peakFlops.bf16 ?? chip.peakFlops.fp16;
  const isLinked = (chip: Accelerator) => (chip.fastDomain ?? 1) > 2;
  return (
    ratio(a.memoryBytes, b.memoryBytes, Infinity) +
    ratio(peak(a), peak(b), Infinity) +
    ratio(a.memoryBandwidthBytesPerSecond, b.memoryBandwidthBytesPerSecond, 1) +
    (isLinked(a) === isLinked(b) ? 0 : WITHOUT_FAST_LINK)
  );
}

/** Chips for which `accept` holds, nearest to `chip` first; those that cannot be compared come last, by id. */
export function nearestChips(
  catalog: Catalog,
  chip: Accelerator,
  accept: (candidate: Accelerator) => boolean,
): readonly Accelerator[] {
  return [...catalog.accelerators.values()]
    .filter((candidate) => candidate.id !== chip.id && accept(candidate))
    .map((candidate) => ({ candidate, distance: chipDistance(chip, candidate) }))
    .sort((a, b) => compareNumbers(a.distance, b.distance) || compareText(a.candidate.id, b.candidate.id))
    .map(({ candidate }) => candidate);
}

/** True when the chip may and can run the workload: policy, phase, framework, engine. */
export function suits(context: PlannedWorkload, chip: Accelerator): boolean {
  return refuseChip(subjectOf(context.workload, context.catalog), chip, context.head, context.catalog) === undefined;
}

/** The workload estimated on the chip at this target, with its count (or `count`). */
export function estimateOn(context: PlannedWorkload, site: TargetSite, chip: Accelerator, count?: number): Estimate {
  const { catalog, head, today } = context;
  const subject = subjectOf(context.workload, catalog);
  const { resolution } = site;
  const ask = count ?? resolution.count;
  const accelerators = ask === 'auto' ? (chip.perNode ?? 1) : ask;
  const at: Site = { ...(resolution.site ?? { kind: 'cloud' }), accelerator: chip } as Site;
  const target = { ...resolution.target, accelerator: chip.id };
  const together = togetherForRun(at, accelerators, target, catalog, head, today);
  const { placement } = place(at, accelerators, together, target, head, catalog, today);
  return estimate({ subject, placement, count: ask, capacity: target.capacity, catalog, explain: false }).value;
}

/** Whether the workload fits on the chip at this target, with its count (or `count`). */
export function fitOn(context: PlannedWorkload, site: TargetSite, chip: Accelerator, count?: number): Verdict {
  return estimateOn(context, site, chip, count).memory.verdict;
}

/** Regions in which the provider has the chip and that policy allows, nearest to `from` first. */
export function nearestRegions(
  context: PlannedWorkload,
  provider: string,
  accelerator: string,
  from: Region | undefined,
): readonly string[] {
  const { catalog, head } = context;
  const distance = (id: string): number => {
    const region = catalog.region(provider, id);
    return (region && from && catalog.distanceKm(from, region)) ?? Infinity;
  };
  return catalog
    .regionsOf(provider, accelerator)
    .filter((id) => id !== 'any' && refusesRegion(head.policy, catalog, provider, id) === undefined)
    .map((id) => ({ id, distance: distance(id) }))
    .sort((a, b) => compareNumbers(a.distance, b.distance) || compareText(a.id, b.id))
    .map(({ id }) => id);
}

/** The region in which the provider rents the chip for the least, among those that policy allows. */
export function cheapestRegion(context: PlannedWorkload, provider: string, accelerator: string): string | undefined {
  const { catalog, head } = context;
  let best: { readonly region: string; readonly usdPerHour: number } | undefined;
  for (const offer of catalog.offers({ provider, accelerator, capacity: 'on-demand' })) {
    if (offer.usdPerHour === undefined || offer.suspect !== undefined || offer.region === 'any') continue;
    if (refusesRegion(head.policy, catalog, provider, offer.region) !== undefined) continue;
    if (!best || offer.usdPerHour < best.usdPerHour) best = { region: offer.region, usdPerHour: offer.usdPerHour };
  }
  return best?.region;
}

/** Two infinities are equal: their difference is not a number. */
function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
