/** Price books over the catalogue: the same catalogue, with the prices that win. */
import { ANY_REGION } from './offer-index.ts';
import type { PriceBook } from './price-book.ts';
import { ON_PREMISES, type PriceRow } from './price-row.ts';
import type {
  BookLayer,
  BookPrice,
  Capacity,
  Catalog,
  CommittedPool,
  LayerPrice,
  Machine,
  Offer,
  OfferQuery,
  OwnPrice,
  Provider,
} from './types.ts';

/** Later ones win. */
const LAYERS: readonly BookLayer[] = ['organisation', 'repository', 'user'];

/** A line with what decides whether it wins: its layer, how much it says of the hardware, and where it stands. */
interface RankedRow {
  readonly row: PriceRow;
  readonly layer: BookLayer;
  readonly file: string;
  readonly specificity: number;
}

interface Overlay {
  readonly books: readonly PriceBook[];
  readonly today: string;
  readonly catalog: Catalog;
}

/** Books rarely change: the last few overlays of a catalogue are kept, so that plans made on them can be used again. */
const overlays = new WeakMap<Catalog, Overlay[]>();
const MOST_OVERLAYS = 8;

/**
 * The catalogue as the books change it on a day: the later layer wins, then the most specific line, then the last. Without a
 * line that is valid on the day it is the catalogue itself. The same arguments give the same object.
 */
export function withBooks(catalog: Catalog, books: readonly PriceBook[], today: string): Catalog {
  if (books.length === 0) return catalog;
  const kept = overlays.get(catalog) ?? [];
  const known = kept.find(
    (overlay) =>
      overlay.today === today &&
      overlay.books.length === books.length &&
      overlay.books.every((book, index) => book === books[index]),
  );
  const rows = known ? [] : rankedRows(books, today);
  const used = known ?? { books, today, catalog: rows.length === 0 ? catalog : overlay(catalog, rows) };
  // The one used last comes first: what is in use is never the one dropped.
  overlays.set(catalog, [used, ...kept.filter((other) => other !== used)].slice(0, MOST_OVERLAYS));
  return used.catalog;
}

/** The lines that are valid on the day, the winning ones first. */
function rankedRows(books: readonly PriceBook[], today: string): readonly RankedRow[] {
  const rows = books.flatMap(({ rows: lines, file: { layer, name } }) =>
    lines
      .filter((row) => (row.validFrom ?? today) <= today && today <= (row.validUntil ?? today))
      .map((row): RankedRow => ({ row, layer, file: name, specificity: specificityOf(row) })),
  );
  // Hours that are left of a commitment are paid for already: they come before the other prices of their layer.
  const isOpen = ({ row }: RankedRow) => Number(row.committedHours === undefined);
  return rows.sort(
    (a, b) =>
      LAYERS.indexOf(b.layer) - LAYERS.indexOf(a.layer) ||
      isOpen(a) - isOpen(b) ||
      b.specificity - a.specificity ||
      b.row.line - a.row.line,
  );
}

/**
 * How many of the columns that tell hardware apart are filled. An instance says accelerator and count with its name;
 * `on-premises` is every own cluster, and so tells none apart.
 */
function specificityOf({ provider, region, instance, accelerator, count, capacity }: PriceRow): number {
  const said = [
    provider === ON_PREMISES ? undefined : provider,
    region,
    accelerator ?? instance,
    count ?? instance,
    instance,
    capacity,
  ];
  return said.filter((column) => column !== undefined).length;
}

function overlay(base: Catalog, ranked: readonly RankedRow[]): Catalog {
  const own = ranked.filter(({ row }) => row.capacity === 'owned');
  const rented = ranked.filter(({ row }) => row.capacity !== 'owned');
  const prices = new MachinePrices(rented);
  const added = new AddedOffers(
    base,
    rented.map(({ row }) => row),
  );
  const priced = new WeakMap<Offer, Offer>();
  const price = (offer: Offer): Offer => {
    let known = priced.get(offer);
    if (!known) priced.set(offer, (known = prices.of(offer)));
    return known;
  };
  const offers = (query: OfferQuery): readonly Offer[] => {
    const found = [...base.offers(query).map(price), ...added.matching(query).map(price)];
    // What a book says of a region replaces what the catalogue says of any region.
    const special = new Set(
      query.region === undefined ? [] : found.filter(({ region, book }) => book && region !== ANY_REGION).map(placeKey),
    );
    return special.size === 0
      ? found
      : found.filter((offer) => offer.region !== ANY_REGION || !special.has(placeKey(offer)));
  };
  const merged = <T>(known: readonly T[], more: readonly T[]): readonly T[] =>
    more.length === 0 ? known : [...new Set([...known, ...more])];
  const machinesNamed = (instance: string) =>
    merged(
      base.machinesNamed(instance),
      added.machines.filter((machine) => machine.instance === instance),
    );
  let providers: ReadonlyMap<string, Provider> | undefined;
  const changed = {
    get providers() {
      return (providers ??= withProviders(base.providers, added.machines));
    },
    machine: (provider: string, instance: string) =>
      machinesNamed(instance).find((machine) => machine.provider === provider),
    machinesNamed,
    machinesOf: (provider: string) =>
      merged(
        base.machinesOf(provider),
        added.machines.filter((machine) => machine.provider === provider),
      ),
    offers,
    providersOf: (accelerator: string) =>
      [
        ...merged(
          base.providersOf(accelerator),
          added.offers
            .filter(({ machine }) => machine.accelerator === accelerator)
            .map(({ machine }) => machine.provider),
        ),
      ].sort(),
    regionsOf: (provider: string, accelerator: string) =>
      [
        ...merged(
          base.regionsOf(provider, accelerator),
          added.matching({ provider, accelerator }).map(({ region }) => region),
        ),
      ].sort(),
    ownPrice: (cluster: string | undefined, accelerator: string) => ownPrice(own, cluster, accelerator),
  };
  // Getters stay getters: what is not asked for is not made.
  return Object.defineProperties({} as Catalog, {
    ...Object.getOwnPropertyDescriptors(base),
    ...Object.getOwnPropertyDescriptors(changed),
  });
}

function placeKey({ machine, capacity }: Offer): string {
  return `${machine.provider}\n${machine.instance}\n${capacity}`;
}

function withProviders(
  known: ReadonlyMap<string, Provider>,
  machines: readonly Machine[],
): ReadonlyMap<string, Provider> {
  const all = new Map(known);
  for (const { provider } of machines)
    if (!all.has(provider)) all.set(provider, { id: provider, regions: new Map(), marketplace: false });
  return all;
}

/** The lines of each machine, found once. */
class MachinePrices {
  readonly #ranked: readonly RankedRow[];
  readonly #byMachine = new Map<Machine, readonly RankedRow[]>();

  constructor(ranked: readonly RankedRow[]) {
    this.#ranked = ranked;
  }

  /** The offer at the price that wins; the offer itself where no book says anything of it. */
  of(offer: Offer): Offer {
    const { machine, region, capacity } = offer;
    let lines = this.#byMachine.get(machine);
    if (!lines) this.#byMachine.set(machine, (lines = this.#ranked.filter(({ row }) => isFor(row, machine))));
    const matching = lines.filter(
      ({ row }) => (row.region ?? region) === region && (row.capacity ?? capacity) === capacity,
    );
    const [winner] = matching;
    if (!winner) return offer;
    const beaten = beatenBy(winner, matching.slice(1), machine, offer);
    const { committedHours, pool, ...price } = priceFor(winner, machine);
    return {
      machine,
      region,
      capacity,
      usdPerHour: price.usdPerHour,
      basis: 'list',
      source: price.source,
      asOf: price.asOf,
      book: bookPrice(winner, beaten, { committedHours, pool }),
    };
  }
}

function isFor(row: PriceRow, machine: Machine): boolean {
  return (
    (row.provider ?? machine.provider) === machine.provider &&
    (row.instance ?? machine.instance) === machine.instance &&
    (row.accelerator ?? machine.accelerator) === machine.accelerator &&
    // What is rented by the accelerator is rented in any number.
    (row.count === undefined || machine.perAccelerator || row.count === machine.count)
  );
}

/** How many of what a line prices make one of what an offer of the machine is for. */
function unitsOf(row: PriceRow, machine: Machine): number {
  if (machine.perAccelerator) return 1 / (row.count ?? 1);
  return row.instance === undefined && row.count === undefined ? machine.count : 1;
}

function priceFor({ row, layer, file }: RankedRow, machine: Machine): LayerPrice {
  const units = unitsOf(row, machine);
  const source = sourceOf(file, row, layer);
  const pool = poolOf(row, source);
  return {
    layer,
    usdPerHour: row.usdPerHour * units,
    ...(pool && { committedHours: pool.hours / units, pool }),
    source,
    // A book states no date but that from which a price holds: a line without one is undated.
    asOf: row.validFrom ?? '',
  };
}

const pools = new WeakMap<PriceRow, CommittedPool>();

/** One for each line, whatever machines and workloads draw on it, and in however many manifests. */
function poolOf(row: PriceRow, source: string): CommittedPool | undefined {
  const { committedHours: hours, usdPerHour, validFrom: asOf = '' } = row;
  if (hours === undefined) return undefined;
  let pool = pools.get(row);
  if (!pool) pools.set(row, (pool = { hours, usdPerHour, source, asOf }));
  return pool;
}

/** `prices.ai-infra.csv line 4 (repository)`. */
function sourceOf(file: string, row: PriceRow, layer: BookLayer): string {
  return `${file} line ${row.line} (${layer})`;
}

function bookPrice(
  { row, layer, file }: RankedRow,
  beaten: readonly LayerPrice[],
  {
    committedHours,
    pool,
  }: { readonly committedHours?: number | undefined; readonly pool?: CommittedPool | undefined } = {},
): BookPrice {
  return {
    layer,
    file,
    line: row.line,
    ...(committedHours !== undefined && { committedHours }),
    ...(pool && { pool }),
    ...(row.note !== undefined && { note: row.note }),
    beaten,
  };
}

/** What is paid once a commitment is used up, through to a price without end; and the best of each other layer. */
function beatenBy(
  winner: RankedRow,
  others: readonly RankedRow[],
  machine: Machine,
  offer: Offer,
): readonly LayerPrice[] {
  const beaten: LayerPrice[] = [];
  const layers = new Set<BookLayer>([winner.layer]);
  let isOpen = winner.row.committedHours !== undefined;
  for (const other of others) {
    if (!isOpen && layers.has(other.layer)) continue;
    layers.add(other.layer);
    isOpen &&= other.row.committedHours !== undefined;
    beaten.push(priceFor(other, machine));
  }
  if (offer.usdPerHour !== undefined)
    beaten.push({ layer: 'catalogue', usdPerHour: offer.usdPerHour, source: offer.source, asOf: offer.asOf });
  return beaten;
}

/** Offers that the books add: machines that the catalogue does not know, or knows without this region or capacity. */
class AddedOffers {
  readonly machines: readonly Machine[];
  readonly offers: readonly Offer[];

  constructor(base: Catalog, rows: readonly PriceRow[]) {
    const machines = new Map<string, Machine>();
    const offers = new Map<string, Offer>();
    const known = new Map<string, readonly Machine[]>();
    for (const row of rows) {
      const { provider, instance } = row;
      if (provider === undefined) continue;
      const key = `${provider}\n${instance ?? ''}`;
      let candidates = known.get(key);
      if (!candidates) {
        const named = instance === undefined ? undefined : base.machine(provider, instance);
        known.set(key, (candidates = instance === undefined ? base.machinesOf(provider) : named ? [named] : []));
      }
      if (instance !== undefined && candidates.length === 0) {
        const machine = machines.get(key) ?? newMachine(row, provider, instance);
        if (machine) machines.set(key, machine);
      }
      const own = machines.get(key);
      for (const machine of own ? [own] : candidates) {
        if (isFor(row, machine)) addOffers(base, row, machine, offers);
      }
    }
    this.machines = [...machines.values()];
    this.offers = [...offers.values()];
  }

  matching({ accelerator, provider, region, instance, capacity }: OfferQuery): readonly Offer[] {
    return this.offers.filter(
      (offer) =>
        (accelerator ?? offer.machine.accelerator) === offer.machine.accelerator &&
        (provider ?? offer.machine.provider) === offer.machine.provider &&
        (instance ?? offer.machine.instance) === offer.machine.instance &&
        (capacity ?? offer.capacity) === offer.capacity &&
        (region === undefined || offer.region === region || offer.region === ANY_REGION),
    );
  }
}

function newMachine({ accelerator, count }: PriceRow, provider: string, instance: string): Machine | undefined {
  if (accelerator === undefined || count === undefined) return undefined;
  return { provider, instance, accelerator, count, perAccelerator: false };
}

/** Where the catalogue has no offer that the line could price, an empty one to be priced. */
function addOffers(base: Catalog, row: PriceRow, machine: Machine, offers: Map<string, Offer>): void {
  const { provider, instance } = machine;
  const capacity = rentedCapacity(row.capacity);
  const known = base.offers({ provider, instance });
  const regions = new Set(known.filter((offer) => offer.capacity === capacity).map(({ region }) => region));
  if (row.region === undefined ? regions.size > 0 : regions.has(row.region)) return;
  // A line for any region is for those that the catalogue has the machine in.
  const elsewhere = known.length === 0 ? [ANY_REGION] : [...new Set(known.map(({ region }) => region))];
  for (const region of row.region === undefined ? elsewhere : [row.region]) {
    const key = `${provider}\n${instance}\n${region}\n${capacity}`;
    if (!offers.has(key)) offers.set(key, { machine, region, capacity, basis: 'list', source: '', asOf: '' });
  }
}

/** A line for any capacity adds no other than on-demand: it prices what there is. */
function rentedCapacity(capacity: Capacity | undefined): Offer['capacity'] {
  return capacity === undefined || capacity === 'owned' ? 'on-demand' : capacity;
}

function ownPrice(rows: readonly RankedRow[], cluster: string | undefined, accelerator: string): OwnPrice | undefined {
  const matching = rows.filter(
    ({ row }) =>
      (row.provider === undefined || row.provider === ON_PREMISES || row.provider === cluster) &&
      (row.accelerator ?? accelerator) === accelerator,
  );
  const [winner] = matching;
  if (!winner) return undefined;
  const priceOf = (ranked: RankedRow): LayerPrice => ({
    layer: ranked.layer,
    usdPerHour: ranked.row.usdPerHour / (ranked.row.count ?? 1),
    source: sourceOf(ranked.file, ranked.row, ranked.layer),
    asOf: ranked.row.validFrom ?? '',
  });
  const { usdPerHour, source, asOf } = priceOf(winner);
  const layers = new Set<BookLayer>([winner.layer]);
  const beaten = matching.filter(({ layer }) => !layers.has(layer) && layers.add(layer)).map(priceOf);
  return { usdPerHour, source, asOf, book: bookPrice(winner, beaten) };
}
