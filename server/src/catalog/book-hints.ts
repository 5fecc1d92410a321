/**
 * What looks wrong with the lines of a price book that can be read: prices far from everybody's, lines that another one always
 * beats, and lines that hold on no day that counts. The lines stay as they are: whoever wrote them may know better.
 */
import type { BookProblem, PriceBook } from './price-book.ts';
import type { PriceRow } from './price-row.ts';
import {
  MEDIAN_DISTANCE,
  chipKey,
  comparableMedians,
  money,
  usdPerAcceleratorHour,
  type PricedOffer,
} from './suspicions.ts';
import type { Catalog, Machine } from './types.ts';

/** As many are said of a book. */
const MOST_HINTS = 100;

/** Lines of the same hardware with more ranges of days than this are a history: they are not held against each other further. */
const MOST_RANGES = 50;

/** Before and after every date that a book can name. */
const [EVER_BEFORE, EVER_AFTER] = ['', '9999-99-99'];

const known = new WeakMap<
  PriceBook,
  { readonly catalog: Catalog; readonly today: string; readonly hints: readonly BookProblem[] }
>();

/** @param catalog without the prices of books: own prices are no yardstick for own prices. */
export function bookHints(book: PriceBook, catalog: Catalog, today: string): readonly BookProblem[] {
  const before = known.get(book);
  if (before?.catalog === catalog && before.today === today) return before.hints;
  const hints: BookProblem[] = [];
  for (const rows of sameHardware(book.rows)) {
    hints.push(...neverUsed(rows));
    // A price that ended, or is still to come, is as it should be where another one holds today.
    if (!rows.some((row) => holdsOn(row, today)))
      hints.push(...rows.map((row) => hintAt(row, whenItHolds(row, today))));
  }
  const distance = createDistanceTest(catalog);
  for (const row of book.rows) {
    const message = distance(row);
    if (message !== undefined) hints.push(hintAt(row, message));
  }
  const first = hints.sort((a, b) => a.line - b.line).slice(0, MOST_HINTS);
  known.set(book, { catalog, today, hints: first });
  return first;
}

function hintAt({ line, priceAt }: PriceRow, message: string): BookProblem {
  return { severity: 'info', line, ...priceAt, message };
}

/** Lines that say the same of what they price. */
function sameHardware(rows: readonly PriceRow[]): Iterable<readonly PriceRow[]> {
  const groups = new Map<string, PriceRow[]>();
  for (const row of rows) {
    const { provider, region, instance, accelerator, count, capacity } = row;
    const key = JSON.stringify([provider, region, instance, accelerator, count, capacity]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups.values();
}

const fromOf = ({ validFrom }: PriceRow): string => validFrom ?? EVER_BEFORE;
const untilOf = ({ validUntil }: PriceRow): string => validUntil ?? EVER_AFTER;

function holdsOn(row: PriceRow, day: string): boolean {
  return fromOf(row) <= day && day <= untilOf(row);
}

function whenItHolds({ validFrom, validUntil }: PriceRow, today: string): string {
  return validFrom !== undefined && today < validFrom
    ? `This price begins on ${validFrom}: until then the line is not used, and no other line for the same hardware holds today.`
    : `This price ended on ${validUntil ?? ''}: the line is not used any more, and no other line for the same hardware holds today.`;
}

/** Lines that a later one with another price beats on all their days. Commitments are used one after the other: none beats another. */
function* neverUsed(rows: readonly PriceRow[]): Iterable<BookProblem> {
  const later = new Map<string, PriceRow>();
  for (const row of rows.toReversed()) {
    if (row.committedHours !== undefined) continue;
    const winner = [...later.values()].find((other) => fromOf(other) <= fromOf(row) && untilOf(other) >= untilOf(row));
    if (winner && winner.usdPerHour !== row.usdPerHour)
      yield hintAt(
        row,
        `Line ${winner.line} says ${money(winner.usdPerHour)} of the same hardware on all the days of this line, and the later line wins: ${money(row.usdPerHour)} is never used. Remove one of the two, or give them days.`,
      );
    const range = `${fromOf(row)} ${untilOf(row)}`;
    if (!winner && later.size < MOST_RANGES) later.set(range, row);
  }
}

/** Tells of a line whose price is far from the median of the providers, for the chip and capacity that it is for. */
function createDistanceTest(catalog: Catalog): (row: PriceRow) => string | undefined {
  const medians = new Map<string, ReadonlyMap<string, number>>();
  return (row) => {
    const offer = offerOf(row, catalog);
    if (!offer) return undefined;
    const price = usdPerAcceleratorHour(offer);
    if (price === undefined) return undefined;
    const { accelerator } = offer.machine;
    let ofChip = medians.get(accelerator);
    // One provider is enough: it is asked, not judged.
    if (!ofChip) medians.set(accelerator, (ofChip = comparableMedians(catalog, { accelerator }, 1)));
    const middle = ofChip.get(chipKey(offer));
    if (middle === undefined) return undefined;
    const isOver = price > middle * MEDIAN_DISTANCE;
    if (!isOver && price >= middle / MEDIAN_DISTANCE) return undefined;
    const compared = `${money(price)} per accelerator-hour is ${isOver ? 'over five times' : 'under a fifth of'} the catalogue's median of ${money(middle)} for ${accelerator} ${offer.capacity}`;
    return `${compared}: ${question(offer, isOver)} The line is used as it stands.`;
  };
}

/** The slip that is likeliest: a machine's price read as an accelerator's, or the other way round. */
function question({ machine: { count, perAccelerator } }: PricedOffer, isOver: boolean): string {
  const isOfMany = !perAccelerator && count > 1;
  if (isOver)
    return isOfMany
      ? `is it in dollars, for one hour of ${String(count)} accelerators together?`
      : 'is it the price per machine? Without `instance` and `count` a line is for one accelerator.';
  return isOfMany
    ? `is it the price per accelerator? The line is for ${String(count)} of them together.`
    : 'is it in dollars, for a whole hour?';
}

/** What the line prices; undefined for own hardware, which is not rented, and for machines without accelerators. */
function offerOf(row: PriceRow, catalog: Catalog): PricedOffer | undefined {
  if (row.capacity === 'owned') return undefined;
  const machine = machineOf(row, catalog);
  const accelerator = row.accelerator ?? machine?.accelerator;
  if (accelerator === undefined) return undefined;
  const ofMachine = machine && !machine.perAccelerator ? machine.count : 1;
  const count = row.count ?? (row.instance === undefined ? 1 : ofMachine);
  return {
    machine: {
      provider: row.provider ?? '',
      instance: row.instance ?? '',
      accelerator,
      count,
      perAccelerator: count === 1 && row.instance === undefined,
    },
    region: row.region ?? '',
    // A line for any capacity prices on-demand first.
    capacity: row.capacity ?? 'on-demand',
    usdPerHour: row.usdPerHour,
  };
}

function machineOf({ provider, instance }: PriceRow, catalog: Catalog): Machine | undefined {
  if (instance === undefined) return undefined;
  return provider === undefined ? catalog.machinesNamed(instance)[0] : catalog.machine(provider, instance);
}
