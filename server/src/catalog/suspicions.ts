/**
 * What makes a price unbelievable: the rules that the import holds over its tables, a refresh over what it was given, and the
 * tests over the data itself. One place, so that the three agree.
 */
import type { Catalog, Offer, OfferQuery } from './types.ts';

/** Over this many times above, or below one such part of, the providers' median a price is not believed. */
export const MEDIAN_DISTANCE = 5;

/** The least number of providers whose medians make a median. */
const LEAST_PROVIDERS = 3;

/** What the rules look at, in a row of a table as in an offer of the catalogue. */
export interface PricedOffer {
  readonly machine: {
    readonly provider: string;
    readonly instance: string;
    readonly accelerator: string;
    readonly count: number;
    readonly perAccelerator: boolean;
  };
  readonly region: string;
  readonly capacity: Offer['capacity'];
  readonly usdPerHour?: number | undefined;
}

/** `kind` is the same for all offers that break the same rule; `reason` is what AI712 says of this one. */
export interface Suspicion {
  readonly kind: string;
  readonly reason: string;
}

/** What a price is held against. */
export interface PriceContext {
  /** The on-demand price of the same machine in the same region, US dollars an hour. */
  readonly onDemandUsdPerHour: number | undefined;
  readonly medians: ChipMedians;
  /** Device memory of the accelerator, GiB. */
  readonly memoryGib: number | undefined;
}

/** Accelerator and capacity (`chipKey`) → median over the providers of their median US dollars per accelerator-hour. */
export type ChipMedians = ReadonlyMap<string, number>;

/** Dollars as the reasons write them: `$2.99`. */
export const money = (usd: number): string => `$${Number(usd.toPrecision(6)).toString()}`;

/** US dollars per accelerator-hour; undefined for unpriced offers and CPU machines. */
export function usdPerAcceleratorHour(offer: PricedOffer): number | undefined {
  if (offer.usdPerHour === undefined || offer.machine.count === 0) return undefined;
  return offer.usdPerHour / (offer.machine.perAccelerator ? 1 : offer.machine.count);
}

export function chipKey(offer: PricedOffer): string {
  return `${offer.machine.accelerator} ${offer.capacity}`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * The medians of a catalogue's offers. Neither prices that are suspect themselves nor retired machines nor marketplaces, whose
 * minima are no quotes, count towards them.
 */
export function comparableMedians(catalog: Catalog, query: OfferQuery = {}, leastProviders?: number): ChipMedians {
  const comparable = catalog
    .offers(query)
    .filter(
      ({ machine, suspect }) =>
        suspect === undefined &&
        machine.retiredOn === undefined &&
        catalog.providers.get(machine.provider)?.marketplace !== true,
    );
  return medianOfProviders(comparable, leastProviders);
}

/** Medians by chip and capacity, where three providers or more have a price. Give it comparable offers only. */
export function medianOfProviders(offers: readonly PricedOffer[], leastProviders = LEAST_PROVIDERS): ChipMedians {
  const byGroup = new Map<string, Map<string, number[]>>();
  for (const offer of offers) {
    const chip = usdPerAcceleratorHour(offer);
    if (chip === undefined) continue;
    const providers = byGroup.get(chipKey(offer)) ?? new Map<string, number[]>();
    byGroup.set(chipKey(offer), providers);
    const prices = providers.get(offer.machine.provider) ?? [];
    providers.set(offer.machine.provider, prices);
    prices.push(chip);
  }
  const medians = new Map<string, number>();
  for (const [group, providers] of byGroup) {
    if (providers.size >= leastProviders) {
      medians.set(group, median([...providers.values()].map((prices) => median(prices))));
    }
  }
  return medians;
}

/** The first rule that a price breaks; undefined for one that may be believed, and for an offer without a price. */
export function suspicionOf(offer: PricedOffer, context: PriceContext): Suspicion | undefined {
  const price = offer.usdPerHour;
  if (price === undefined) return undefined;
  if (!Number.isFinite(price)) return { kind: 'the price is no number', reason: 'the price is no number' };
  if (price <= 0) return { kind: 'the price is $0', reason: 'the price is $0' };
  const { onDemandUsdPerHour: onDemand, memoryGib } = context;
  if (offer.capacity !== 'on-demand' && onDemand !== undefined && price > onDemand) {
    return {
      kind: 'over the on-demand price',
      reason: `${offer.capacity} at ${money(price)} an hour is over on-demand at ${money(onDemand)}`,
    };
  }
  const stated = Number(/\b(\d+)GB\b(?!.*\b\d+GB\b)/.exec(offer.machine.instance)?.[1]);
  if (
    offer.machine.instance.startsWith('1x ') &&
    memoryGib !== undefined &&
    (stated < memoryGib * 0.8 || stated > memoryGib * 1.25)
  ) {
    return {
      kind: 'another memory than the accelerator has',
      reason: `the offer states ${String(stated)} GB, the accelerator has ${String(memoryGib)}`,
    };
  }
  const chip = usdPerAcceleratorHour(offer);
  const middle = context.medians.get(chipKey(offer));
  if (chip === undefined || middle === undefined) return undefined;
  if (chip > middle * MEDIAN_DISTANCE) {
    return {
      kind: "over five times the providers' median",
      reason: `${money(chip)} per accelerator-hour is over five times the providers' median of ${money(middle)}`,
    };
  }
  if (chip < middle / MEDIAN_DISTANCE) {
    return {
      kind: "under a fifth of the providers' median",
      reason: `${money(chip)} per accelerator-hour is under a fifth of the providers' median of ${money(middle)}`,
    };
  }
  return undefined;
}
