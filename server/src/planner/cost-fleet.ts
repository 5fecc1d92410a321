/** Machines that are paid by the hour: how many on average and at the peak, and for how long each kind of hour. */
import type { BookPrice, Capacity, Machine } from '../catalog/types.ts';
import type { ManifestHead } from '../manifest/schema.ts';
import { overflowOf, type Overflow } from './overflow.ts';
import { priceSteps, rent, type Rental } from './offers.ts';
import { exact, mapEnds, mapRange, scale } from './range.ts';
import { acceleratorRange, statedLoad } from './replicas.ts';
import type { Accelerator, PriceStep, Range } from './types.ts';
import { hoursOf, type CostContext } from './workload-cost.ts';
import { machinesOver, zoneSpread, type ZoneSpread } from './zones.ts';

/** `baseline`: a floor on another capacity. */
export interface Floor {
  readonly count: number;
  readonly capacity: Capacity;
  readonly rental: Rental | undefined;
}

/** Machines under one price. */
export interface Fleet {
  readonly name: string;
  readonly rental: Rental | undefined;
  /** Machines or accelerators, as they are billed, on average and at the peak. */
  readonly units: number;
  readonly peakUnits: number;
  /** `units`, where the size follows from the load and the speed of a replica. */
  readonly unitsRange: Range;
  readonly unit: 'machine' | 'accelerator';
  /** Null: no price is known. */
  readonly usdPerUnitHour: Range | null;
  readonly source: string;
  readonly asOf: string;
  /** The line of a price book that the price comes from. */
  readonly book?: BookPrice;
  /** Where hours of a commitment are left: the prices of the fleet's unit-hours, in the order in which they are used. */
  readonly steps?: readonly PriceStep[];
}

/** The fleets of a rented target: the baseline, and what lies above it. */
export function fleetsOf({ subject, site, estimate, rental, head, floor }: CostContext): readonly Fleet[] {
  const average = subject.ends ? estimate.count : estimate.averageCount;
  if (average === null) return [];
  const peak = estimate.count ?? average;
  const counts = subject.ends ? exact(average) : acceleratorRange(estimate.serving, 'average', average);
  // The fleet is named by its peak; where it follows the load, less is paid for.
  const name = average === peak ? 'compute' : 'compute at average load';
  const { accelerator } = site;
  const spread = zoneSpread(subject, estimate.together);
  if (!floor) return [fleetOf(name, rental, counts, peak, accelerator, head, spread)];
  const below = floor.count;
  const peaks = subject.ends ? exact(peak) : acceleratorRange(estimate.serving, 'peak', peak);
  // A load that comes and goes is above its baseline now and then, even where it is below on average.
  const over = { low: overAt('low'), mid: overAt('mid'), high: overAt('high') };
  const within = inOrder(mapEnds((end) => Math.min(below, counts[end] - over[end].mean.mid)));
  const baseline = fleetOf('baseline', floor.rental, within, below, accelerator, head, spread);
  if (over.high.peak <= 0) return [baseline];
  // Machines at the peak × the share of them that there is on average.
  const overPeaks = inOrder(mapEnds((end) => over[end].peak));
  const most = fleetOf(name, rental, overPeaks, over.mid.peak, accelerator, head, spread);
  const units = inOrder(
    mapEnds((end) => (over[end].peak > 0 ? (most.unitsRange[end] * over[end].mean.mid) / over[end].peak : 0)),
  );
  return [baseline, { ...most, units: units.mid, unitsRange: units }];

  function overAt(end: keyof Range): Overflow {
    return overflowOf(counts[end], peaks[end], below);
  }
}

function inOrder({ low, mid, high }: Range): Range {
  return { low: Math.min(low, mid), mid, high: Math.max(mid, high) };
}

/** Accelerators on average and at most, on what is rented. */
export function fleetOf(
  name: string,
  rental: Rental | undefined,
  counts: Range,
  peak: number,
  accelerator: Accelerator,
  head: Partial<ManifestHead>,
  spread?: ZoneSpread,
): Fleet {
  if (!rental)
    return {
      name,
      rental,
      units: counts.mid,
      unitsRange: counts,
      peakUnits: peak,
      unit: 'accelerator',
      usdPerUnitHour: null,
      source: '',
      asOf: '',
    };
  const { offer } = rental;
  const { machine } = offer;
  const steps = priceSteps(offer, head);
  const unit = rent(offer, accelerator, Math.max(counts.mid, 1), head).unitUsdPerHour;
  return {
    name: `${name}: ${machine.instance}, ${machine.provider} ${offer.region}, ${offer.capacity}`,
    rental,
    units: paidUnits(machine, accelerator, counts.mid, spread),
    unitsRange: mapEnds((end) => paidUnits(machine, accelerator, counts[end], spread)),
    peakUnits: paidUnits(machine, accelerator, peak, spread),
    unit: rental.billedUnit,
    usdPerUnitHour: unit === undefined ? null : exact(unit),
    source: offer.basis === 'list' ? offer.source : `${offer.source} (${offer.basis})`,
    asOf: offer.asOf,
    ...(offer.book && { book: offer.book }),
    ...(steps.length > 0 && { steps }),
  };
}

/** Machines, or accelerators where the price is by them, that are paid for on average. */
export function paidUnits(
  machine: Machine,
  accelerator: Accelerator,
  accelerators: number,
  spread?: ZoneSpread,
): number {
  if (machine.perAccelerator) return accelerators;
  if (accelerators === 0) return 0;
  // Below one replica (scale to zero) a machine is paid for a share of the time.
  return Math.min(1, accelerators) * machinesOver(machine, accelerator, accelerators, spread);
}

/** Hours of one unit, by what they are for. */
export interface Hours {
  readonly compute: Range;
  /** Work done twice, restarts and writing of checkpoints. */
  readonly rework?: Range;
  /** A replica that waits for the next request before it goes. */
  readonly idle?: Range;
  /** Machines that load the model before they serve. */
  readonly startUp?: Range;
}

/** Null while the length of a run is not known. */
export function fleetHours(context: CostContext, fleet: Fleet): Hours | null {
  const { subject, estimate } = context;
  const hours = hoursOf(context);
  if (!hours) return null;
  const cold = estimate.serving?.coldStartSeconds;
  if (subject.trains) {
    const work = estimate.faults?.workSeconds;
    if (!work) return { compute: hours };
    const compute = mapRange(work, (seconds) => seconds / 3600);
    const rework = mapEnds((end) => Math.max(0, hours[end] - compute[end]));
    return { compute, rework };
  }
  if (subject.ends) return { compute: hours, ...(cold && { startUp: scale(cold, 1 / 3600) }) };
  const follows = subject.serving.autoscaling !== undefined && estimate.serving !== undefined;
  const compute = hours;
  const asleep = sleeper(context);
  if (asleep) {
    const awake = wakeShares(asleep.requestsPerSecond, asleep.busyShare, cold?.mid ?? 0);
    const relative = (share: number) => (share / asleep.busyShare) * hours.mid;
    return {
      compute,
      idle: { low: relative(awake.idle) / 2, mid: relative(awake.idle), high: relative(awake.idle) * 2 },
      startUp: { low: relative(awake.starting) / 2, mid: relative(awake.starting), high: relative(awake.starting) * 2 },
    };
  }
  const rising = fleet.units > 0 ? (fleet.peakUnits - fleet.units) / fleet.units : 0;
  if (!follows || !cold || rising <= 0) return { compute };
  const days = hours.mid / 24;
  return {
    compute,
    startUp: mapEnds((end) => (rising * RISES_PER_DAY[end] * days * cold[end]) / 3600),
  };
}

/** How often a day the fleet grows from the average to the peak: once with the day at least. */
const RISES_PER_DAY: Range = { low: 1, mid: 1, high: 3 };

/** How long a replica without requests stays before it goes: the default of KEDA's `cooldownPeriod`. */
export const SCALE_DOWN_SECONDS = 300;

/** A service that scales to zero and needs less than one replica on average. */
function sleeper({
  subject,
  estimate,
}: CostContext): { readonly requestsPerSecond: number; readonly busyShare: number } | undefined {
  const { autoscaling, requests } = subject.serving;
  const load = statedLoad(requests)?.average;
  const busyShare = (estimate.averageCount ?? 1) / Math.max(1, estimate.together);
  if (autoscaling?.scaleToZero !== true || load === undefined || !(load > 0) || !(busyShare > 0 && busyShare < 1))
    return undefined;
  return { requestsPerSecond: load, busyShare };
}

/**
 * Shares of the time in which a replica that scales to zero waits and starts, for random arrivals (rate λ, busy share ρ):
 * a cycle is a busy period b = ρ/(λ(1 − ρ)), a wait of mean (1 − e^{−λw})/λ, and with chance e^{−λw} a sleep of 1/λ and a
 * start. First principles (M/G/1 with a set-off delay w).
 */
export function wakeShares(
  requestsPerSecond: number,
  busyShare: number,
  coldStartSeconds: number,
): { readonly idle: number; readonly starting: number } {
  const sleeps = Math.exp(-requestsPerSecond * SCALE_DOWN_SECONDS);
  const busy = busyShare / (requestsPerSecond * (1 - busyShare));
  const waits = (1 - sleeps) / requestsPerSecond;
  const starts = sleeps * coldStartSeconds;
  const cycle = busy + waits + starts + sleeps / requestsPerSecond;
  // The busy share of the whole time stays ρ: the rest is shared out in proportion.
  const rest = (1 - busyShare) / Math.max(1e-12, cycle - busy);
  return { idle: waits * rest, starting: starts * rest };
}

/** Unit-hours of a fleet: those of work come from as many units as the fleet may have, those of starts and waits from what it has. */
export function unitHours(fleet: Fleet, key: keyof Hours, hours: Range): Range {
  if (key === 'idle' || key === 'startUp') return scale(hours, fleet.units);
  return mapEnds((end) => hours[end] * fleet.unitsRange[end]);
}
