import { medianOfProviders, suspicionOf } from '../../server/src/catalog/suspicions.ts';
import type { ImportedMachine, ImportedOffer } from './offer-book.ts';

/**
 * Marks the prices that AI712 warns of. Neither retired machines nor marketplaces, whose minima are no quotes, count towards
 * the medians.
 */
export function markSuspects(
  offers: readonly ImportedOffer[],
  memoryGib: ReadonlyMap<string, number>,
  isComparable: (machine: ImportedMachine) => boolean,
): readonly ImportedOffer[] {
  const medians = medianOfProviders(offers.filter((offer) => isComparable(offer.machine)));
  const onDemand = new Map(
    offers.filter((offer) => offer.capacity === 'on-demand').map((offer) => [offerKey(offer), offer.usdPerHour]),
  );
  return offers.map((offer) => {
    const suspicion = suspicionOf(offer, {
      onDemandUsdPerHour: onDemand.get(offerKey(offer)),
      medians,
      memoryGib: memoryGib.get(offer.machine.accelerator),
    });
    return suspicion === undefined ? offer : { ...offer, suspect: suspicion.reason };
  });
}

const offerKey = (offer: ImportedOffer): string =>
  [offer.machine.provider, offer.machine.instance, offer.region].join('\n');
