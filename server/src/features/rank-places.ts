/** Regions, machine types and ways of paying sorted by what they cost for the hardware at hand. */
import type { Capacity, Catalog, Offer } from '../catalog/types.ts';
import { formatDuration, formatNumber, formatUsd, writeQuantity } from '../manifest/format-quantity.ts';
import type { Range, WorkloadPlan } from '../planner/types.ts';
import { durationDifference, mainCost, PERIOD_WORDS, percentDifference, plainUsd } from './amounts.ts';

/** Dollars an accelerator-hour of the cheapest trusted offer, by region. */
export function priceByRegion(
  catalog: Catalog,
  query: { readonly provider: string; readonly accelerator: string; readonly capacity: Offer['capacity'] },
): ReadonlyMap<string, number> {
  return cheapest(catalog.offers(query), ({ region }) => region);
}

/** Dollars an hour of the whole machine, by machine type: on demand, the cheapest region. */
export function priceByInstance(catalog: Catalog, provider: string | undefined): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { machine, usdPerHour, suspect } of catalog.offers({
    capacity: 'on-demand',
    ...(provider === undefined ? {} : { provider }),
  })) {
    if (usdPerHour === undefined || suspect !== undefined) continue;
    found.set(machine.instance, Math.min(found.get(machine.instance) ?? Infinity, usdPerHour));
  }
  return found;
}

function cheapest(offers: readonly Offer[], keyOf: (offer: Offer) => string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const offer of offers) {
    const { machine, usdPerHour, suspect } = offer;
    if (usdPerHour === undefined || suspect !== undefined || (!machine.perAccelerator && machine.count < 1)) continue;
    const each = machine.perAccelerator ? usdPerHour : usdPerHour / machine.count;
    found.set(keyOf(offer), Math.min(found.get(keyOf(offer)) ?? Infinity, each));
  }
  return found;
}

/** `$6.88 an hour each`. */
export function eachWords(usdPerAcceleratorHour: number): string {
  return `${formatUsd(usdPerAcceleratorHour)} an hour each`;
}

/** The cheapest first, those without a price last; otherwise the order stays. */
export function byPrice<T>(items: readonly T[], priceOf: (item: T) => number | undefined): T[] {
  return [...items].sort((a, b) => compare(priceOf(a), priceOf(b)));
}

function compare(a: number | undefined, b: number | undefined): number {
  if (a === b) return 0;
  return a === undefined ? 1 : b === undefined ? -1 : a - b;
}

export interface CapacityRank {
  readonly capacity: Exclude<Capacity, 'owned'>;
  /** `$412 a run + $90 unused (−19 %) · 7.3 h (+40 min)`. */
  readonly words: string;
  /** All that is paid. */
  readonly usd: number;
}

/** Ways of paying for the hardware of the plan, the cheapest first. What a commitment leaves unused is paid too. */
export function capacityRanks(plan: WorkloadPlan): readonly CapacityRank[] {
  const now = mainCost(plan);
  const seconds = plan.training?.durationSeconds?.mid;
  const unusedNow =
    plan.capacities.find(({ capacity }) => capacity === plan.target.capacity)?.cost.upfrontUsd?.mid ?? 0;
  const usdNow = (now?.usd.mid ?? 0) + unusedNow;
  const ranks = plan.capacities.flatMap(({ capacity, cost, durationSeconds }): CapacityRank[] => {
    const range = plan.phase === 'inference' ? cost.monthlyUsd : cost.totalUsd;
    if (!range) return [];
    const period = PERIOD_WORDS[plan.phase === 'inference' ? 'month' : 'run'];
    const unusedUsd = cost.upfrontUsd?.mid ?? 0;
    const usd = range.mid + unusedUsd;
    const difference = now === null || capacity === plan.target.capacity ? '' : differenceOf(usd, usdNow);
    const paid = `${plainUsd(range.mid)} ${period}${unusedUsd > 0 ? ` + ${plainUsd(unusedUsd)} unused` : ''}`;
    const parts = [`${paid}${difference === '' ? '' : ` (${difference})`}`, timeOf(durationSeconds, seconds)];
    return [{ capacity, usd, words: parts.filter((part) => part !== '').join(' · ') }];
  });
  return byPrice(ranks, ({ usd }) => usd);
}

/** Per cent up to ten times as much; beyond that they say less than the factor. */
function differenceOf(usd: number, now: number): string {
  return now > 0 && usd >= 10 * now
    ? `${formatNumber(Math.round(usd / now))} times as much`
    : percentDifference(usd - now, now);
}

function timeOf(range: Range | null | undefined, now: number | undefined): string {
  if (!range) return '';
  const difference =
    now === undefined || Math.abs(range.mid - now) < 60 ? '' : ` (${durationDifference(range.mid - now)})`;
  return `${formatDuration(range.mid)}${difference}`;
}

/** The checkpoint interval that loses the least of this run; undefined where that is not known. */
export function bestInterval({ training, target }: WorkloadPlan): { interval: string; words: string } | undefined {
  const seconds = training?.bestCheckpointSeconds;
  if (seconds === undefined) return undefined;
  const words = `loses the least ${target.capacity === 'spot' ? 'on spot' : 'here'}: every ${formatDuration(seconds)}`;
  return { interval: writeQuantity('duration', seconds), words };
}
