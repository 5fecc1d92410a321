/** The size of a workload on a site: its count where that is open, and the machines that hold a replica or a run together. */
import type { Catalog } from '../catalog/types.ts';
import type { ManifestHead } from '../manifest/schema.ts';
import { estimate, type Estimate, type EstimateInput } from './estimate.ts';
import { paidUnits } from './cost-fleet.ts';
import { cutFleet } from './fleet.ts';
import { billedUnits, type Rental } from './offers.ts';
import { place, sizesAt, togetherForRun, type Placed, type Resolution, type Site } from './resolve.ts';
import { interruptedShare } from './risk.ts';
import { MOST_ACCELERATORS } from './sizes.ts';
import type { Subject } from './subject.ts';
import type { Explained } from './types.ts';
import { zoneSpread } from './zones.ts';

/** What a plan is made in. */
export interface PlanContext {
  readonly head: Partial<ManifestHead>;
  readonly catalog: Catalog;
  /** ISO date. */
  readonly today: string;
}

/** Machines, and the estimate on them. */
export interface Sized {
  readonly placed: Placed;
  readonly result: Explained<Estimate>;
}

/** Finds the count where it is open, and the machines that hold a replica or a run together. */
export function sizeOn(
  subject: Subject,
  resolution: Resolution,
  site: Site,
  context: PlanContext,
  explain: boolean,
): Sized {
  const { head, catalog, today } = context;
  const { target, count } = resolution;
  const at = (accelerators: number, together: number): Placed =>
    place(site, accelerators, together, target, head, catalog, today);
  const on = (placed: Placed, ask: number | 'auto', derive: boolean): EstimateInput => ({
    subject,
    placement: placed.placement,
    count: ask,
    capacity: target.capacity,
    ...shareOf(placed.rental, catalog),
    catalog,
    ...(site.kind === 'edge' && { perDevice: true }),
    explain: derive,
  });
  const cut = (placed: Placed, derive: boolean) =>
    cutFleet(on(placed, count, derive), (accelerators) =>
      placed.rental ? billedUnits(placed.rental.offer.machine, site.accelerator, accelerators) : accelerators,
    );

  if (subject.trains) {
    const counts = count === 'auto' ? runCounts(site, catalog) : [count];
    let tried: Sized | undefined;
    for (const accelerators of counts) {
      const placed = at(accelerators, togetherForRun(site, accelerators, target, catalog, head, today));
      const result = estimate(on(placed, accelerators, explain));
      tried = { placed, result };
      const deadline = subject.training.deadline;
      const late = deadline !== undefined && (result.value.durationSeconds?.mid ?? 0) > deadline;
      if (result.value.memory.verdict !== 'does-not-fit' && !late) break;
    }
    if (tried) return tried;
  }
  // Serving: the machine decides how a replica is cut, the replica decides the machine. A stated fleet keeps its count.
  const open = count === 'auto' || subject.serving.autoscaling !== undefined;
  const sizes = sizesAt(site, target, catalog, head, today);
  const largest = sizes.at(-1) ?? 1;
  let best: Sized | undefined;
  for (const together of open && target.instance === undefined ? sizesToTry(sizes) : [largest]) {
    const fleet = fleetOf(count === 'auto' ? together : count, Math.min(together, count === 'auto' ? together : count));
    if (!best || compareFleets(fleet, best, subject) < 0) best = fleet;
  }
  return best ?? fleetOf(1, 1);

  function fleetOf(accelerators: number, together: number): Sized {
    const first = at(accelerators, together);
    const draft = cut(first, false);
    const fleet = draft.value.count ?? (count === 'auto' ? draft.value.together : count);
    const whole = at(Math.max(1, fleet), draft.value.together);
    // The stages of a pipeline may stand on several machines.
    const stages = draft.value.parallelism?.pipeline ?? 1;
    const placed =
      whole.rental || stages === 1 ? whole : at(Math.max(1, fleet), Math.ceil(draft.value.together / stages));
    return { placed, result: cut(placed, explain) };
  }
}

/** The largest first: of equals it stays. */
function sizesToTry(sizes: readonly number[]): readonly number[] {
  const whole = sizes.filter((size) => size >= 1);
  return whole.length === 0 ? [1] : [...whole].reverse();
}

/** A fleet that fits before one that does not, one that keeps its latency before one that does not, then the cheaper at average load. */
function compareFleets(a: Sized, b: Sized, subject: Subject): number {
  const fit = ({ result }: Sized) => ['fits', 'tight', 'unknown', 'does-not-fit'].indexOf(result.value.memory.verdict);
  const slow = ({ result }: Sized) => Number(result.value.serving?.meetsLatency === false);
  const usd = ({ placed, result }: Sized) => {
    const { rental } = placed;
    const average = result.value.averageCount;
    if (rental?.unitUsdPerHour === undefined || average === null) return Number.MAX_VALUE;
    return (
      rental.unitUsdPerHour *
      paidUnits(rental.offer.machine, rental.accelerator, average, zoneSpread(subject, result.value.together))
    );
  };
  return fit(a) - fit(b) || slow(a) - slow(b) || usd(a) - usd(b);
}

function shareOf(rental: Rental | undefined, catalog: Catalog): { readonly spotInterruptedShare?: number } {
  const share = rental && interruptedShare(catalog, rental.offer);
  return share === undefined ? {} : { spotInterruptedShare: share };
}

/** Counts that `auto` tries for a run: whole doublings, or the valid slices of a TPU. */
function runCounts(site: Site, catalog: Catalog): readonly number[] {
  const slices = catalog.sliceSizes(site.accelerator.id);
  if (site.kind === 'cloud' && slices)
    return slices.filter((chips) => Number.isInteger(Math.log2(chips)) && chips <= MOST_ACCELERATORS);
  const most =
    site.kind === 'cluster'
      ? Math.max(1, (site.cluster.nodes ?? 1) * (site.cluster.acceleratorsPerNode ?? site.accelerator.perNode ?? 1))
      : MOST_ACCELERATORS;
  const counts: number[] = [];
  for (let count = 1; count < most; count *= 2) counts.push(count);
  counts.push(most);
  return counts;
}
