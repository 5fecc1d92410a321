import type { ImportedMachine, ImportedOffer } from './offer-book.ts';

const DISTANCE = 5;

const money = (usd: number): string => `$${Number(usd.toPrecision(6)).toString()}`;

/** Dollars per accelerator-hour; undefined for unpriced offers and CPU machines. */
function perChip(offer: ImportedOffer): number | undefined {
  if (offer.usdPerHour === undefined || offer.machine.count === 0) return undefined;
  return offer.usdPerHour / (offer.machine.perAccelerator ? 1 : offer.machine.count);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * Marks the prices that AI712 warns of: $0; spot or a commitment over on-demand; over five times above or below the median
 * of the providers' medians for that chip and capacity (three providers at least); an offer whose name states another memory
 * than the chip's. Neither retired machines nor marketplaces, whose minima are no quotes, count towards the medians.
 */
export function markSuspects(
  offers: readonly ImportedOffer[],
  memoryGib: ReadonlyMap<string, number>,
  isComparable: (machine: ImportedMachine) => boolean,
): readonly ImportedOffer[] {
  const medians = mediansOfMedians(offers.filter((offer) => isComparable(offer.machine)));
  const onDemand = new Map(
    offers.filter((offer) => offer.capacity === 'on-demand').map((offer) => [offerKey(offer), offer.usdPerHour]),
  );
  return offers.map((offer) => {
    const reason = suspicion(offer, onDemand.get(offerKey(offer)), medians, memoryGib);
    return reason === undefined ? offer : { ...offer, suspect: reason };
  });
}

const offerKey = (offer: ImportedOffer): string =>
  [offer.machine.provider, offer.machine.instance, offer.region].join('\n');
const groupKey = (offer: ImportedOffer): string => `${offer.machine.accelerator} ${offer.capacity}`;

function suspicion(
  offer: ImportedOffer,
  onDemand: number | undefined,
  medians: ReadonlyMap<string, number>,
  memoryGib: ReadonlyMap<string, number>,
): string | undefined {
  const price = offer.usdPerHour;
  if (price === undefined) return undefined;
  if (price <= 0) return 'the price is $0';
  if (offer.capacity !== 'on-demand' && onDemand !== undefined && price > onDemand) {
    return `${offer.capacity} at ${money(price)} an hour is over on-demand at ${money(onDemand)}`;
  }
  const stated = Number(/\b(\d+)GB\b(?!.*\b\d+GB\b)/.exec(offer.machine.instance)?.[1]);
  const memory = memoryGib.get(offer.machine.accelerator);
  if (
    offer.machine.instance.startsWith('1x ') &&
    memory !== undefined &&
    (stated < memory * 0.8 || stated > memory * 1.25)
  ) {
    return `the offer states ${String(stated)} GB, the accelerator has ${String(memory)}`;
  }
  const chip = perChip(offer);
  const middle = medians.get(groupKey(offer));
  if (chip === undefined || middle === undefined) return undefined;
  if (chip > middle * DISTANCE)
    return `${money(chip)} per accelerator-hour is over five times the providers' median of ${money(middle)}`;
  if (chip < middle / DISTANCE)
    return `${money(chip)} per accelerator-hour is under a fifth of the providers' median of ${money(middle)}`;
  return undefined;
}

function mediansOfMedians(offers: readonly ImportedOffer[]): ReadonlyMap<string, number> {
  const byGroup = new Map<string, Map<string, number[]>>();
  for (const offer of offers) {
    const chip = perChip(offer);
    if (chip === undefined) continue;
    const providers = byGroup.get(groupKey(offer)) ?? new Map<string, number[]>();
    byGroup.set(groupKey(offer), providers);
    const prices = providers.get(offer.machine.provider) ?? [];
    providers.set(offer.machine.provider, prices);
    prices.push(chip);
  }
  const medians = new Map<string, number>();
  for (const [group, providers] of byGroup) {
    if (providers.size >= 3) medians.set(group, median([...providers.values()].map((prices) => median(prices))));
  }
  return medians;
}
