/** From an accelerator and a count to machines, regions and a price: which offer of the catalogue is rented. */
import type { Capacity, Catalog, Machine, Offer, OfferQuery } from '../catalog/types.ts';
import type { ManifestHead } from '../manifest/schema.ts';

import { refusesProvider, refusesRegion } from './policy.ts';
import type { PriceStep, Accelerator, Placement } from './types.ts';

export interface RentalWish {
  readonly accelerator: string;
  /** Accelerators in all. */
  readonly count: number;
  /** Accelerators that must share a machine (a replica, or as many as the largest machine holds). */
  readonly together: number;
  readonly capacity: Offer['capacity'];
  readonly provider?: string;
  readonly region?: string;
  readonly instance?: string;
}

/** An offer chosen for a count of accelerators. Rates are before discounts. */
export interface Rental {
  readonly offer: Offer;
  readonly accelerator: Accelerator;
  readonly count: number;
  readonly nodes: number;
  /** Machines (or accelerators, where the offer is priced per accelerator) that are paid for. */
  readonly billedUnits: number;
  readonly billedUnit: 'machine' | 'accelerator';
  /** Per billed unit, after the negotiated discount. Absent: no price is known. */
  readonly unitUsdPerHour?: number;
  readonly usdPerHour?: number;
  /** The discount that applied, 0–1. */
  readonly discount: number;
}

/** Machines that `count` accelerators fill. A part of a machine is a whole one on the bill. */
export function nodesFor(machine: Machine, accelerator: Accelerator, count: number): number {
  const perNode = machine.perAccelerator ? (accelerator.perNode ?? 1) : Math.max(machine.count, 1);
  return Math.max(1, Math.ceil(count / perNode));
}

/** Machines (accelerators, where the offer is priced by them) that are paid for when so many are used; none for none. */
export function billedUnits(machine: Machine, accelerator: Accelerator, count: number): number {
  if (machine.perAccelerator || count <= 0) return Math.max(0, count);
  return nodesFor(machine, accelerator, count);
}

/** The machines as the estimators see them. `count` accelerators over machines of this kind. */
export function placementOn(machine: Machine, accelerator: Accelerator, count: number): Placement {
  const nodes = nodesFor(machine, accelerator, count);
  const perNode = machine.perAccelerator
    ? Math.min(accelerator.perNode ?? 1, count)
    : Math.max(1, Math.floor(machine.count));
  const network = machine.networkBytesPerSecondPerAccelerator;
  return {
    accelerator,
    count,
    perNode,
    nodes,
    fastDomain: fastDomainOf(accelerator, perNode),
    ...(accelerator.linkBytesPerSecond !== undefined && { linkBytesPerSecond: accelerator.linkBytesPerSecond }),
    ...(network !== undefined && { networkBytesPerSecond: network }),
    machine,
  };
}

/** Racks and slices join more than this many accelerators by the fast link; smaller domains are those of one machine. */
const LARGEST_MACHINE = 32;

/** Most accelerators joined by the fast link: a TPU slice and a rack-scale system reach beyond a machine, elsewhere the link ends at it. */
export function fastDomainOf(accelerator: Accelerator, perNode: number): number {
  const domain = accelerator.fastDomain ?? 1;
  // A Trainium2 is sold in machines of 16; only its rarer ultra-servers join 64.
  const isRack = domain > LARGEST_MACHINE && accelerator.id !== 'trainium2';
  return Math.max(perNode, isRack ? domain : perNode);
}

/** Discount off the catalogue's on-demand price of a provider, 0–1. A book's price is what is paid. */
export function discountOf(head: Partial<ManifestHead>, offer: Offer): number {
  return offer.book === undefined ? listDiscount(head, offer) : 0;
}

function listDiscount(head: Partial<ManifestHead>, offer: Offer): number {
  if (offer.capacity !== 'on-demand') return 0;
  const discounts = head.pricing?.discounts;
  return discounts && Object.hasOwn(discounts, offer.machine.provider) ? (discounts[offer.machine.provider] ?? 0) : 0;
}

/**
 * What the hours of an offer cost, one after another: those left of its commitments first, then the next price. The last step
 * has hours where no price beyond a commitment is known. Empty for an offer without commitments.
 */
export function priceSteps(offer: Offer, head: Partial<ManifestHead>): readonly PriceStep[] {
  const { book, usdPerHour, source, asOf } = offer;
  if (book?.committedHours === undefined || usdPerHour === undefined) return [];
  const steps: PriceStep[] = [
    { usdPerUnitHour: usdPerHour, hours: book.committedHours, ...(book.pool && { pool: book.pool }), source, asOf },
  ];
  for (const next of book.beaten) {
    const discount = next.layer === 'catalogue' ? listDiscount(head, offer) : 0;
    steps.push({
      usdPerUnitHour: next.usdPerHour * (1 - discount),
      ...(next.committedHours !== undefined && { hours: next.committedHours }),
      ...(next.pool && { pool: next.pool }),
      source: next.source,
      asOf: next.asOf,
    });
    if (next.committedHours === undefined) break;
  }
  return steps;
}

/** Prices `count` accelerators on an offer. */
export function rent(offer: Offer, accelerator: Accelerator, count: number, head: Partial<ManifestHead>): Rental {
  const nodes = nodesFor(offer.machine, accelerator, count);
  const billedUnit = offer.machine.perAccelerator ? 'accelerator' : 'machine';
  const units = billedUnits(offer.machine, accelerator, count);
  const discount = discountOf(head, offer);
  const unit = offer.usdPerHour === undefined ? undefined : offer.usdPerHour * (1 - discount);
  return {
    offer,
    accelerator,
    count,
    nodes,
    billedUnits: units,
    billedUnit,
    discount,
    ...(unit !== undefined && { unitUsdPerHour: unit, usdPerHour: unit * units }),
  };
}

/** True when the machine can hold `together` accelerators side by side and is still sold on `today`. */
export function serves(machine: Machine, accelerator: Accelerator, together: number, today: string): boolean {
  if (machine.retiredOn !== undefined && machine.retiredOn <= today) return false;
  if (machine.perAccelerator)
    return (
      together <= Math.max(accelerator.perNode ?? 1, accelerator.class === 'tpu' ? (accelerator.fastDomain ?? 1) : 1)
    );
  // A fraction of a card is nobody's choice unless it is asked for by name.
  return machine.count >= 1 && machine.count >= together;
}

/** True where policy and trade allow the offer. What the target itself names is the author's choice and not asked here. */
function isOpen(
  offer: Offer,
  wish: Pick<RentalWish, 'provider' | 'region'>,
  catalog: Catalog,
  head: Partial<ManifestHead>,
): boolean {
  const { provider } = offer.machine;
  if (wish.provider === undefined && (refusesProvider(head.policy, provider) || isMarketplace(catalog, offer)))
    return false;
  return wish.region !== undefined || refusesRegion(head.policy, catalog, provider, offer.region) === undefined;
}

/** How many of these accelerators one machine on offer holds, each number once, ascending; empty when none is on offer. */
export function machineSizes(
  catalog: Catalog,
  query: OfferQuery,
  head: Partial<ManifestHead>,
  today: string,
): readonly number[] {
  const sizes = new Set<number>();
  for (const offer of catalog.offers(query)) {
    const { machine } = offer;
    if (!isOpen(offer, query, catalog, head) || (machine.retiredOn !== undefined && machine.retiredOn <= today))
      continue;
    sizes.add(machine.perAccelerator ? 1 : Math.floor(machine.count));
  }
  return [...sizes].sort((a, b) => a - b);
}

/**
 * The cheapest offer that satisfies the wish and the policy; priced offers before unpriced ones, trusted before suspect
 * ones, ties by provider, region and instance, so that the choice is deterministic. Undefined when nothing is on offer.
 */
export function cheapestRental(
  wish: RentalWish,
  catalog: Catalog,
  head: Partial<ManifestHead>,
  today: string,
): Rental | undefined {
  const accelerator = catalog.accelerators.get(wish.accelerator);
  if (!accelerator) return undefined;
  let best: Rental | undefined;
  for (const offer of catalog.offers({
    accelerator: wish.accelerator,
    capacity: wish.capacity,
    ...(wish.provider !== undefined && { provider: wish.provider }),
    ...(wish.region !== undefined && { region: wish.region }),
    ...(wish.instance !== undefined && { instance: wish.instance }),
  })) {
    if (wish.instance === undefined && !serves(offer.machine, accelerator, wish.together, today)) continue;
    if (!isOpen(offer, wish, catalog, head)) continue;
    const rental = rent(offer, accelerator, wish.count, head);
    if (!best || compareRentals(rental, best) < 0) best = rental;
  }
  return best;
}

export function isMarketplace(catalog: Catalog, offer: Offer): boolean {
  return catalog.providers.get(offer.machine.provider)?.marketplace ?? false;
}

function compareRentals(a: Rental, b: Rental): number {
  const rank = (rental: Rental) => (rental.usdPerHour === undefined ? 2 : rental.offer.suspect ? 1 : 0);
  return (
    rank(a) - rank(b) ||
    (a.usdPerHour ?? 0) - (b.usdPerHour ?? 0) ||
    compareText(a.offer.machine.provider, b.offer.machine.provider) ||
    compareText(a.offer.region, b.offer.region) ||
    compareText(a.offer.machine.instance, b.offer.machine.instance)
  );
}

/** Order by code unit: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The capacity an offer can have; owned hardware is not on offer. */
export function rentable(capacity: Capacity | undefined): Offer['capacity'] {
  return capacity === undefined || capacity === 'owned' ? 'on-demand' : capacity;
}
