/** Looking hardware up: which chips there are, what they are, who rents them out at which price. One engine for terminal and editor. */
import { ANY_REGION } from '../catalog/offer-index.ts';
import type { Accelerator, Catalog, EngineFact, FrameworkFact, Machine, Offer } from '../catalog/types.ts';
import { ENGINES, FRAMEWORKS, type PHASES } from '../manifest/words.ts';
import { compareText } from '../planner/offers.ts';
import { covers } from '../planner/policy.ts';

/** What is looked for; what is not stated is not asked. */
export interface HardwareFilter {
  /** Ids of accelerators. */
  readonly accelerators?: readonly string[];
  /** The least memory of one accelerator, in bytes; a chip whose memory is not known does not match. */
  readonly memoryBytes?: number;
  readonly providers?: readonly string[];
  /** Regions, geographies, or countries by two letters. An offer that is tied to no region matches where its provider is there. */
  readonly regions?: readonly string[];
  readonly capacities?: readonly Offer['capacity'][];
  /** `training` and `fine-tuning` leave out chips that cannot train. */
  readonly phase?: (typeof PHASES)[number];
  /** The most that one accelerator may cost an hour, in US dollars. */
  readonly maxUsdPerHour?: number;
  /** Accelerators in all; decides how many machines are paid for. */
  readonly count?: number;
}

/** A machine under one capacity type: its cheapest region, and how many others have it. */
export interface HardwareOffer {
  readonly offer: Offer;
  /** Regions that match, the cheapest first; empty where the offer is tied to none. */
  readonly regions: readonly string[];
  /** US dollars per hour of one accelerator that is used; absent: no price is known. */
  readonly usdPerAcceleratorHour?: number;
  /** Machines that `count` accelerators take; accelerators where these are rented one by one. */
  readonly units: number;
  /** US dollars per hour of all of them. */
  readonly usdPerHour?: number;
  readonly marketplace: boolean;
}

/** A chip with what runs on it. */
export interface HardwareChip {
  readonly accelerator: Accelerator;
  readonly frameworks: readonly FrameworkFact[];
  /** Serving engines that run on it at all. */
  readonly engines: readonly EngineFact[];
  readonly providers: readonly string[];
  /** The matching offer with the lowest trusted price, by capacity. */
  readonly cheapest: Readonly<Partial<Record<Offer['capacity'], HardwareOffer>>>;
}

export const SORTS = ['price', 'memory', 'provider', 'date'] as const;
export type HardwareSort = (typeof SORTS)[number];

export interface Hardware {
  readonly chips: readonly HardwareChip[];
  readonly offers: readonly HardwareOffer[];
}

/** Chips and offers that match, sorted. Chips that nobody offers are listed unless the filter asks about offers. */
export function findHardware(catalog: Catalog, filter: HardwareFilter, sort: HardwareSort = 'price'): Hardware {
  const wanted = [...(filter.accelerators ?? catalog.accelerators.keys())];
  const asksOffers =
    filter.providers !== undefined ||
    filter.regions !== undefined ||
    filter.capacities !== undefined ||
    filter.maxUsdPerHour !== undefined;
  const chips: HardwareChip[] = [];
  const offers: HardwareOffer[] = [];
  for (const id of wanted) {
    const accelerator = catalog.accelerators.get(id);
    if (accelerator === undefined || !isWanted(accelerator, filter)) continue;
    const own = offersOf(catalog, id, filter);
    if (own.length === 0 && asksOffers) continue;
    chips.push(describeChip(catalog, accelerator, own));
    offers.push(...own);
  }
  const order = offerOrders[sort];
  return {
    chips: chips.sort((a, b) => chipOrders[sort](a, b) || compareText(a.accelerator.id, b.accelerator.id)),
    offers: offers.sort((a, b) => order(a, b) || byPrice(a, b) || byName(a, b)),
  };
}

function isWanted(chip: Accelerator, { memoryBytes, phase }: HardwareFilter): boolean {
  if (memoryBytes !== undefined && (chip.memoryBytes ?? 0) < memoryBytes) return false;
  return !((phase === 'training' || phase === 'fine-tuning') && (chip.inferenceOnly || chip.class === 'edge'));
}

/** The offers of one chip that match, one for each machine and capacity. Asks the catalogue's index once. */
export function offersOf(catalog: Catalog, accelerator: string, filter: HardwareFilter): HardwareOffer[] {
  const isWantedPlace = createPlaceTest(catalog, filter.regions);
  const { capacities } = filter;
  const [onlyCapacity] = capacities?.length === 1 ? capacities : [];
  const groups = new Map<Machine, Map<Offer['capacity'], Offer[]>>();
  for (const offer of catalog.offers({ accelerator, ...(onlyCapacity && { capacity: onlyCapacity }) })) {
    if (capacities !== undefined && !capacities.includes(offer.capacity)) continue;
    if (!isWantedPlace(offer) || !isOpen(offer, filter)) continue;
    const own = groups.get(offer.machine) ?? new Map<Offer['capacity'], Offer[]>();
    groups.set(offer.machine, own);
    const group = own.get(offer.capacity);
    if (group === undefined) own.set(offer.capacity, [offer]);
    else group.push(offer);
  }
  const found = [...groups.values()]
    .flatMap((own) => [...own.values()])
    .flatMap((group) => {
      const ordered = group.sort(byTrustAndPrice);
      const [first] = ordered;
      if (first === undefined) return [];
      const regions = ordered.map(({ region }) => region).filter((region) => region !== ANY_REGION);
      return [priceOf(catalog, first, regions, filter.count)];
    });
  return filter.count === undefined ? found : withoutBeaten(found);
}

/** Leaves out machines where the same provider holds as many accelerators in fewer for no more money: nobody would take the smaller ones. */
function withoutBeaten(found: readonly HardwareOffer[]): HardwareOffer[] {
  const keyOf = ({ offer }: HardwareOffer): string => `${offer.machine.provider}\n${offer.capacity}`;
  /** The lowest trusted price by number of machines: there are few such numbers. */
  const lowest = new Map<string, Map<number, number>>();
  for (const one of found) {
    if (one.usdPerHour === undefined || one.offer.suspect !== undefined) continue;
    const key = keyOf(one);
    const byUnits = lowest.get(key) ?? new Map<number, number>();
    lowest.set(key, byUnits);
    byUnits.set(one.units, Math.min(byUnits.get(one.units) ?? Infinity, one.usdPerHour));
  }
  return found.filter((one) => {
    const price = one.usdPerHour;
    if (price === undefined) return true;
    for (const [units, usd] of lowest.get(keyOf(one)) ?? []) if (units < one.units && usd <= price) return false;
    return true;
  });
}

function isOpen(offer: Offer, { providers, maxUsdPerHour }: HardwareFilter): boolean {
  if (providers !== undefined && !providers.includes(offer.machine.provider)) return false;
  if (maxUsdPerHour === undefined) return true;
  return offer.usdPerHour !== undefined && offer.usdPerHour / acceleratorsOf(offer) <= maxUsdPerHour;
}

/** Whether an offer is in one of the regions; each place is looked at once. */
function createPlaceTest(catalog: Catalog, words: readonly string[] | undefined): (offer: Offer) => boolean {
  if (words === undefined) return () => true;
  const known = new Map<string, Map<string, boolean>>();
  return ({ machine: { provider }, region }) => {
    const own = known.get(provider) ?? new Map<string, boolean>();
    known.set(provider, own);
    let answer = own.get(region);
    if (answer === undefined) {
      answer = words.some((word) => isIn(catalog, provider, region, word));
      own.set(region, answer);
    }
    return answer;
  };
}

function isIn(catalog: Catalog, provider: string, region: string, word: string): boolean {
  if (word === region) return true;
  if (region !== ANY_REGION) {
    const place = catalog.region(provider, region);
    return place !== undefined && covers(word, place);
  }
  const places = catalog.providers.get(provider)?.regions;
  return places === undefined || places.size === 0
    ? word === 'global'
    : [...places.values()].some((place) => covers(word, place));
}

function acceleratorsOf({ machine }: Offer): number {
  return machine.perAccelerator || machine.count <= 0 ? 1 : machine.count;
}

function priceOf(catalog: Catalog, offer: Offer, regions: readonly string[], count: number | undefined): HardwareOffer {
  const each = acceleratorsOf(offer);
  // Machines are paid whole: what is left idle in the last one is on the bill.
  const units = count === undefined ? 1 : Math.max(1, Math.ceil(count / each));
  const used = count ?? each;
  const price = offer.usdPerHour;
  return {
    offer,
    regions,
    units,
    ...(price === undefined ? {} : { usdPerAcceleratorHour: (price * units) / used, usdPerHour: price * units }),
    marketplace: catalog.providers.get(offer.machine.provider)?.marketplace ?? false,
  };
}

function describeChip(catalog: Catalog, accelerator: Accelerator, offers: readonly HardwareOffer[]): HardwareChip {
  const cheapest: Partial<Record<Offer['capacity'], HardwareOffer>> = {};
  for (const one of offers) {
    if (one.usdPerHour === undefined || one.offer.suspect !== undefined || one.marketplace) continue;
    const best = cheapest[one.offer.capacity];
    if (best === undefined || byPrice(one, best) < 0) cheapest[one.offer.capacity] = one;
  }
  return {
    accelerator,
    frameworks: FRAMEWORKS.flatMap((name) => catalog.framework(name, accelerator.id) ?? []),
    engines: ENGINES.flatMap((name) => {
      const fact = catalog.engine(name, accelerator.id);
      return fact === undefined || fact.support === 'none' || fact.support === 'unknown' ? [] : [fact];
    }),
    providers: [...new Set(offers.map(({ offer }) => offer.machine.provider))].sort(),
    cheapest,
  };
}

/** Priced before unpriced, trusted before suspect, quotes before a marketplace's minima, then by price. */
function byPrice(a: HardwareOffer, b: HardwareOffer): number {
  return rankOf(a) - rankOf(b) || (a.usdPerAcceleratorHour ?? 0) - (b.usdPerAcceleratorHour ?? 0);
}

function rankOf({ offer, usdPerHour, marketplace }: HardwareOffer): number {
  return usdPerHour === undefined ? 3 : offer.suspect !== undefined ? 2 : marketplace ? 1 : 0;
}

function byTrustAndPrice(a: Offer, b: Offer): number {
  return trustOf(a) - trustOf(b) || (a.usdPerHour ?? 0) - (b.usdPerHour ?? 0) || compareText(a.region, b.region);
}

function trustOf({ usdPerHour, suspect }: Offer): number {
  return usdPerHour === undefined ? 2 : suspect !== undefined ? 1 : 0;
}

function byName(a: HardwareOffer, b: HardwareOffer): number {
  const key = ({ offer }: HardwareOffer): string =>
    [offer.machine.accelerator, offer.machine.provider, offer.machine.instance, offer.capacity].join('\n');
  return compareText(key(a), key(b));
}

const offerOrders: Readonly<Record<HardwareSort, (a: HardwareOffer, b: HardwareOffer) => number>> = {
  price: byPrice,
  memory: () => 0,
  provider: (a, b) => compareText(a.offer.machine.provider, b.offer.machine.provider),
  date: (a, b) => compareText(b.offer.asOf, a.offer.asOf),
};

const lowest = ({ cheapest }: HardwareChip): number =>
  cheapest['on-demand']?.usdPerAcceleratorHour ??
  Math.min(Infinity, ...Object.values(cheapest).map((one) => one.usdPerAcceleratorHour ?? Infinity));
const memory = ({ accelerator }: HardwareChip): number => accelerator.memoryBytes ?? 0;
const byLowest = (a: HardwareChip, b: HardwareChip): number => (lowest(a) === lowest(b) ? 0 : lowest(a) - lowest(b));

const chipOrders: Readonly<Record<HardwareSort, (a: HardwareChip, b: HardwareChip) => number>> = {
  price: byLowest,
  memory: (a, b) => memory(b) - memory(a),
  provider: (a, b) => b.providers.length - a.providers.length,
  date: byLowest,
};
