/** Refreshed prices over a catalogue: the same catalogue, with the newer prices where there are any. */
import { bases, capacities } from '../offer-terms.ts';
import { ANY_REGION } from '../offer-index.ts';
import type { Catalog, InterruptionBand, Machine, Offer, OfferQuery } from '../types.ts';
import type { StoredFeed, StoredPrices } from './stored.ts';

/**
 * The catalogue with the refreshed prices on top. A refreshed price wins over the catalogue's by the rule of the import: a list
 * price over an estimate, then the newer one. Prices of machines that the catalogue does not have are passed over. Nothing
 * is indexed before the first question about a machine; make it once for a catalogue and keep it.
 */
export function withRefreshed(catalog: Catalog, prices: StoredPrices): Catalog {
  const index = createIndex(catalog, prices);
  const overlay: Partial<Catalog> = {
    asOf: [catalog.asOf, ...prices.feeds.map((feed) => feed.asOf)].sort().at(-1) ?? catalog.asOf,
    digest: `${catalog.digest}+${prices.sha256.slice(0, 16)}`,
    offers: (query) => index.offers(query),
    regionsOf: (provider, accelerator) =>
      [...new Set(index.offers({ provider, accelerator }).map((offer) => offer.region))].sort(),
    interruptionBand: (provider, instance, region) =>
      index.band(provider, instance, region) ?? catalog.interruptionBand(provider, instance, region),
  };
  // By descriptor: the catalogue's getters stay lazy.
  return Object.defineProperties(
    {},
    { ...Object.getOwnPropertyDescriptors(catalog), ...Object.getOwnPropertyDescriptors(overlay) },
  ) as Catalog;
}

interface RefreshedIndex {
  offers(query: OfferQuery): readonly Offer[];
  band(provider: string, instance: string, region: string): InterruptionBand | undefined;
}

/** Rows of feeds that speak of the same machine. */
type MachineRows = readonly { readonly feed: StoredFeed; readonly rows: readonly number[] }[];

function createIndex(catalog: Catalog, prices: StoredPrices): RefreshedIndex {
  let rowsByMachine: ReadonlyMap<Machine, MachineRows> | undefined;
  let byAccelerator: ReadonlyMap<string, readonly Machine[]> | undefined;
  let bands: ReadonlyMap<string, InterruptionBand> | undefined;
  const merged = new Map<Machine, readonly Offer[]>();

  const rowsOf = (): ReadonlyMap<Machine, MachineRows> => (rowsByMachine ??= groupByMachine(catalog, prices));
  /** Through the narrowest index: plans ask thousands of times. */
  const machinesFor = (query: OfferQuery): readonly Machine[] => {
    const { provider, instance, accelerator } = query;
    const rows = rowsOf();
    if (provider !== undefined && instance !== undefined) {
      const machine = catalog.machine(provider, instance);
      return machine && rows.has(machine) && isAskedFor(machine, query) ? [machine] : [];
    }
    byAccelerator ??= groupByAccelerator(rows.keys());
    const machines = accelerator === undefined ? [...rows.keys()] : (byAccelerator.get(accelerator) ?? []);
    return machines.filter((machine) => isAskedFor(machine, query));
  };
  const offersOf = (machine: Machine): readonly Offer[] => {
    const known = merged.get(machine);
    if (known !== undefined) return known;
    const embedded = catalog.offers({ provider: machine.provider, instance: machine.instance });
    const offers = mergeOffers(embedded, readOffers(machine, rowsOf().get(machine) ?? []));
    merged.set(machine, offers);
    return offers;
  };

  return {
    offers: (query) => {
      const left = new Set(machinesFor(query));
      const embedded = catalog.offers(query);
      if (left.size === 0) return embedded;
      const asked = (machine: Machine): readonly Offer[] =>
        offersOf(machine).filter((offer) => matches(offer, query, catalog));
      const found: Offer[] = [];
      const refreshed = new Set(left);
      for (const offer of embedded) {
        if (!refreshed.has(offer.machine)) found.push(offer);
        else if (left.delete(offer.machine)) found.push(...asked(offer.machine));
      }
      // Machines that the catalogue alone does not offer in the region or the capacity.
      for (const machine of left) found.push(...asked(machine));
      return found;
    },
    band: (provider, instance, region) => {
      bands ??= readBands(prices);
      return bands.get(`${provider}\n${instance}\n${region}`);
    },
  };
}

function groupByMachine(catalog: Catalog, prices: StoredPrices): ReadonlyMap<Machine, MachineRows> {
  const groups = new Map<Machine, { feed: StoredFeed; rows: number[] }[]>();
  for (const feed of prices.feeds) {
    const rows = feed.machines.map((): number[] => []);
    feed.rows.machine.forEach((machine, row) => rows[machine]?.push(row));
    feed.machines.forEach((instance, machineIndex) => {
      const machine = catalog.machine(feed.provider, instance);
      if (machine === undefined) return;
      const ofMachine = groups.get(machine) ?? [];
      groups.set(machine, ofMachine);
      ofMachine.push({ feed, rows: rows[machineIndex] ?? [] });
    });
  }
  return groups;
}

function groupByAccelerator(machines: Iterable<Machine>): ReadonlyMap<string, readonly Machine[]> {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines) {
    const group = groups.get(machine.accelerator);
    if (group) group.push(machine);
    else groups.set(machine.accelerator, [machine]);
  }
  return groups;
}

function readOffers(machine: Machine, groups: MachineRows): readonly Offer[] {
  return groups.flatMap(({ feed, rows }) =>
    rows.flatMap((row): Offer[] => {
      const usdPerHour = feed.rows.usdPerHour[row];
      const region = feed.regions[feed.rows.region[row] ?? -1];
      const capacity = capacities[feed.rows.capacity[row] ?? -1];
      const basis = bases[feed.rows.basis[row] ?? -1];
      if (usdPerHour === undefined || region === undefined || capacity === undefined || basis === undefined) return [];
      const terms = feed.terms[feed.rows.terms[row] ?? -1] ?? '';
      const { source, asOf } = feed;
      return [{ machine, region, capacity, usdPerHour, basis, source, asOf, ...(terms === '' ? {} : { terms }) }];
    }),
  );
}

/** The better of each two, in the catalogue's order of capacities and regions. A price by region ends one for `any`. */
function mergeOffers(embedded: readonly Offer[], refreshed: readonly Offer[]): readonly Offer[] {
  const best = new Map<string, Offer>();
  for (const offer of [...embedded, ...refreshed]) {
    const key = keyOf(offer);
    const rival = best.get(key);
    if (rival === undefined || isBetter(offer, rival)) best.set(key, offer);
  }
  const kept = [...best.values()];
  const regional = new Set(kept.flatMap(({ region, capacity }) => (region === ANY_REGION ? [] : [capacity])));
  const renewed = new Set(refreshed.map(({ capacity }) => capacity));
  return kept
    .filter(({ region, capacity }) => region !== ANY_REGION || !renewed.has(capacity) || !regional.has(capacity))
    .sort((a, b) => capacities.indexOf(a.capacity) - capacities.indexOf(b.capacity) || (a.region < b.region ? -1 : 1));
}

const keyOf = ({ region, capacity }: Offer): string => `${capacity}\n${region}`;

/** A stated price over an unknown one, a believed one over a suspect, a list price over an estimate, then the newer. */
function isBetter(offer: Offer, rival: Offer): boolean {
  if ((offer.usdPerHour === undefined) !== (rival.usdPerHour === undefined)) return offer.usdPerHour !== undefined;
  if ((offer.suspect === undefined) !== (rival.suspect === undefined)) return offer.suspect === undefined;
  if ((offer.basis === 'list') !== (rival.basis === 'list')) return offer.basis === 'list';
  return offer.asOf > rival.asOf;
}

function isAskedFor(machine: Machine, { accelerator, provider, instance }: OfferQuery): boolean {
  return (
    (accelerator === undefined || machine.accelerator === accelerator) &&
    (provider === undefined || machine.provider === provider) &&
    (instance === undefined || machine.instance === instance)
  );
}

function matches(offer: Offer, { region, capacity }: OfferQuery, catalog: Catalog): boolean {
  if (capacity !== undefined && offer.capacity !== capacity) return false;
  if (region === undefined || offer.region === region) return true;
  const known = catalog.providers.get(offer.machine.provider)?.regions;
  return offer.region === ANY_REGION && (known === undefined || known.size === 0 || known.has(region));
}

function readBands(prices: StoredPrices): ReadonlyMap<string, InterruptionBand> {
  return new Map(
    prices.feeds.flatMap(({ provider, bands = [], source, asOf }) =>
      bands.map(([instance, region, savingsPercent, band]): [string, InterruptionBand] => [
        `${provider}\n${instance}\n${region}`,
        { band, savings: savingsPercent / 100, source, asOf },
      ]),
    ),
  );
}
