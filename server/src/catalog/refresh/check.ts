/** From a source's rows to prices of the catalogue's machines: mapped, held against the integrity rules, the rest counted. */
import { ANY_REGION } from '../offer-index.ts';
import { comparableMedians, suspicionOf, type ChipMedians } from '../suspicions.ts';
import type { Catalog, Machine, Offer } from '../types.ts';
import type { DropCounter } from './dropped.ts';
import type { Feed, SourceRow } from './source.ts';

/** A price that may replace the one that is known. */
export interface CheckedPrice {
  readonly machine: Machine;
  /** A region's id, or `any`. */
  readonly region: string;
  readonly capacity: Offer['capacity'];
  readonly usdPerHour: number;
  readonly basis: Offer['basis'];
  readonly terms: string;
}

/** A list price that moved by more than this many times was read wrongly more likely than it moved. */
const MOST_MOVE = 4;
const COUNT_TOLERANCE = 0.01;
/** Two sources round the same price differently by less than this share. */
const ROUNDING = 1e-3;

/** What prices are held against: made once for a refresh. */
export interface PriceChecker {
  /** The rows that may be believed, the others counted into `dropped`. */
  check(
    rows: readonly SourceRow[],
    feed: Pick<Feed, 'provider' | 'byAccelerator'>,
    dropped: DropCounter,
  ): readonly CheckedPrice[];
}

/** A checker against the prices of `catalog`, which should be the embedded ones: a wrong refresh must not excuse the next. */
export function createPriceChecker(catalog: Catalog): PriceChecker {
  let medians: ChipMedians | undefined;
  return {
    check: (rows, feed, dropped) => {
      const mapped = mapRows(rows, feed, catalog, dropped);
      const onDemand = new Map(
        mapped.filter(({ capacity }) => capacity === 'on-demand').map((price) => [placeOf(price), price.usdPerHour]),
      );
      const believed = mapped.filter((price) => {
        const known = knownPrice(catalog, price);
        const reference = onDemand.get(placeOf(price)) ?? knownPrice(catalog, { ...price, capacity: 'on-demand' });
        const memoryBytes = catalog.accelerators.get(price.machine.accelerator)?.memoryBytes;
        const suspicion = suspicionOf(price, {
          onDemandUsdPerHour: reference === undefined ? undefined : reference * (1 + ROUNDING),
          medians: (medians ??= comparableMedians(catalog)),
          memoryGib: memoryBytes === undefined ? undefined : memoryBytes / 2 ** 30,
        });
        const reason = suspicion?.kind ?? (movedTooFar(price, known) ? 'moved more than fourfold' : undefined);
        if (reason !== undefined) dropped.add(reason, labelOf(price));
        return reason === undefined;
      });
      return joinRegions(believed, catalog);
    },
  };
}

function mapRows(
  rows: readonly SourceRow[],
  { provider, byAccelerator }: Pick<Feed, 'provider' | 'byAccelerator'>,
  catalog: Catalog,
  dropped: DropCounter,
): readonly CheckedPrice[] {
  const regions = catalog.providers.get(provider)?.regions;
  const seen = new Map<string, number>();
  const prices: CheckedPrice[] = [];
  for (const row of rows) {
    const machine =
      catalog.machine(provider, row.instance) ?? (byAccelerator ? machineLike(row, provider, catalog) : undefined);
    const reason =
      machine === undefined ? 'a machine that the catalogue does not have' : contradiction(row, machine, catalog);
    if (machine === undefined || reason !== undefined) {
      dropped.add(reason ?? '', rowLabel(row));
      continue;
    }
    if (regions !== undefined && regions.size > 0 && !regions.has(row.region)) {
      dropped.add('a region that the catalogue does not have', rowLabel(row));
      continue;
    }
    const price: CheckedPrice = {
      machine,
      region: row.region,
      capacity: row.capacity,
      usdPerHour: Number(row.usdPerHour.toPrecision(7)),
      basis: row.basis ?? 'list',
      terms: row.terms ?? '',
    };
    const key = `${placeOf(price)}\n${price.capacity}`;
    if (seen.has(key)) {
      if (seen.get(key) !== price.usdPerHour) dropped.add('a second price for the same offer', rowLabel(row));
      continue;
    }
    seen.set(key, price.usdPerHour);
    prices.push(price);
  }
  return prices;
}

/** Why a row cannot be about the machine whose name it bears. */
function contradiction(row: SourceRow, machine: Machine, catalog: Catalog): string | undefined {
  if (row.accelerator === undefined) return undefined;
  const ids = acceleratorIds(row, machine.provider, catalog);
  if (ids.length > 0 && !ids.some((id) => chipOf(id) === chipOf(machine.accelerator))) return 'another accelerator';
  if (row.count === undefined || !(Math.abs(row.count - machine.count) <= COUNT_TOLERANCE)) {
    return 'another number of accelerators';
  }
  return undefined;
}

/** The provider's only machine with one of the row's accelerators; undefined where several could be meant. */
function machineLike(row: SourceRow, provider: string, catalog: Catalog): Machine | undefined {
  if (row.count !== 1) return undefined;
  const ids = acceleratorIds(row, provider, catalog);
  const machines = catalog
    .machinesOf(provider)
    .filter((machine) => machine.count === 1 && ids.includes(machine.accelerator));
  return machines.length === 1 ? machines[0] : undefined;
}

function acceleratorIds(
  { accelerator = '', memoryGb }: SourceRow,
  provider: string,
  catalog: Catalog,
): readonly string[] {
  const names = memoryGb === undefined ? [accelerator] : [`${accelerator}-${String(memoryGb)}GB`, accelerator];
  for (const name of names) {
    const match = catalog.resolveAccelerator(name, provider);
    if (match.kind === 'ambiguous') return match.candidates;
    if (match.kind !== 'unknown') return [match.id];
  }
  return [];
}

/** The chip without its form and memory: sources leave out both, the machine's own name tells them. */
function chipOf(id: string): string {
  return id.replace(/-(sxm|pcie|nvl)$/, '').replace(/-\d+gb$/, '');
}

/** Where every region has the same price and the catalogue ties the price to no region, there is one price for all. */
function joinRegions(prices: readonly CheckedPrice[], catalog: Catalog): readonly CheckedPrice[] {
  const groups = new Map<string, CheckedPrice[]>();
  for (const price of prices) {
    const key = `${price.machine.instance}\n${price.capacity}`;
    groups.set(key, [...(groups.get(key) ?? []), price]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.some((price) => price.usdPerHour !== first.usdPerHour)) return group;
    const { provider, instance } = first.machine;
    const known = catalog.offers({ provider, instance });
    return known.some(({ region }) => region === ANY_REGION) ? [{ ...first, region: ANY_REGION }] : group;
  });
}

function movedTooFar({ capacity, usdPerHour }: CheckedPrice, known: number | undefined): boolean {
  if (known === undefined || capacity === 'spot') return false;
  return usdPerHour > known * MOST_MOVE || usdPerHour < known / MOST_MOVE;
}

/** The stated price of the same offer in the catalogue. */
function knownPrice(
  catalog: Catalog,
  { machine, region, capacity }: Pick<CheckedPrice, 'machine' | 'region' | 'capacity'>,
): number | undefined {
  return catalog
    .offers({ provider: machine.provider, instance: machine.instance, region, capacity })
    .find((offer) => offer.suspect === undefined && offer.basis === 'list')?.usdPerHour;
}

function placeOf({ machine, region }: CheckedPrice): string {
  return `${machine.instance}\n${region}`;
}

function labelOf({ machine, region, capacity, usdPerHour }: CheckedPrice): string {
  return `${machine.instance} ${region} ${capacity} $${String(usdPerHour)}`;
}

function rowLabel({ instance, region, accelerator, count, usdPerHour }: SourceRow): string {
  const chips = accelerator === undefined ? '' : ` ${String(count)} × ${accelerator}`;
  return `${instance}${chips} ${region} $${String(usdPerHour)}`;
}
