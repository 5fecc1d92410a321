/** A line of a price book: its columns, what they may say, and what is said of them where they are wrong. */
import type { Cell } from './csv-lines.ts';
import { listed, nearestNames, quoted } from './naming.ts';
import type { Capacity, Catalog, Machine } from './types.ts';

/** A line of a book. What is absent matches anything. */
export interface PriceRow {
  /** From 1. */
  readonly line: number;
  readonly provider?: string;
  readonly region?: string;
  readonly instance?: string;
  /** An id of the catalogue. */
  readonly accelerator?: string;
  readonly count?: number;
  readonly capacity?: Capacity;
  /** Of a machine where `instance` is given, of `count` accelerators where that is, else of one accelerator. */
  readonly usdPerHour: number;
  /** Where the price stands in its line, from 1; the end is exclusive. */
  readonly priceAt: { readonly column: number; readonly endColumn: number };
  /** ISO dates, both inclusive. */
  readonly validFrom?: string;
  readonly validUntil?: string;
  /** Hours left at this price, of what `usdPerHour` is for. */
  readonly committedHours?: number;
  readonly note?: string;
}

export const BOOK_COLUMNS = [
  'provider',
  'region',
  'instance',
  'accelerator',
  'count',
  'capacity',
  'usd_per_hour',
  'valid_from',
  'valid_until',
  'committed_hours',
  'note',
] as const;
export type Column = (typeof BOOK_COLUMNS)[number];

/** Rows for own hardware name this as their provider, or a cluster of the manifest. */
export const ON_PREMISES = 'on-premises';

const CAPACITIES: readonly Capacity[] = ['on-demand', 'spot', 'reserved-1y', 'reserved-3y', 'capacity-block', 'owned'];

/** No machine costs as much an hour: it is a slip of the decimal point. */
const HIGHEST_PRICE = 1_000_000;

/** A line cannot be used: thrown while it is read, caught line by line. */
export class BadCell extends Error {
  readonly cell: Cell;
  constructor(cell: Cell, message: string) {
    super(message);
    this.cell = cell;
  }
}

/** What the first line of a book says. */
export interface BookHeader {
  /** Which column stands where. */
  readonly columns: ReadonlyMap<Column, number>;
  /** Cells up to the last one that names anything, known or not. */
  readonly width: number;
}

export type Report = (severity: 'error' | 'warning', cell: Omit<Cell, 'text'>, message: string) => void;

/** Reads the cells of a line into a row. Throws `BadCell`. */
export class RowReader {
  readonly #header: BookHeader;
  readonly #columns: ReadonlyMap<Column, number>;
  readonly #catalog: Catalog;
  readonly #report: Report;
  /** Of each provider, by the name in the line; undefined stands for all of them. */
  readonly #regions = new Map<string | undefined, ReadonlySet<string>>();
  /** Lines of a book share their dates. */
  readonly #dates = new Map<string, string>();

  constructor(header: BookHeader, catalog: Catalog, report: Report) {
    this.#header = header;
    this.#columns = header.columns;
    this.#catalog = catalog;
    this.#report = report;
  }

  read(cells: readonly Cell[]): PriceRow {
    const at = (column: Column): Cell | undefined => {
      const index = this.#columns.get(column);
      const cell = index === undefined ? undefined : cells[index];
      return cell === undefined || cell.text === '' ? undefined : cell;
    };
    const first = cells[0] ?? { text: '', line: 1, column: 1, endColumn: 1 };
    const surplus = cells.slice(this.#header.width).find(({ text }) => text !== '');
    if (surplus)
      this.#report(
        'warning',
        surplus,
        'This cell stands beyond the named columns and is not read: quote a text that holds commas.',
      );

    const price = at('usd_per_hour');
    if (!price)
      throw new BadCell(
        this.#emptyCell(cells, 'usd_per_hour', first),
        'The price is missing: write dollars an hour under `usd_per_hour`.',
      );
    const usdPerHour = priceOf(price);
    const countCell = at('count');
    const count = countCell && amountOf(countCell, 'a number of accelerators, such as 8');
    const capacity = this.#capacity(at('capacity'), at('provider'));
    const where = capacity === 'owned' ? this.#own(at, first) : this.#rented(at, first, count);
    const [validFrom, validUntil] = [this.#date(at('valid_from')), this.#date(at('valid_until'))];
    if (validFrom !== undefined && validUntil !== undefined && validUntil < validFrom)
      throw new BadCell(
        at('valid_until') ?? first,
        `The price ends on ${validUntil}, before it begins on ${validFrom}.`,
      );
    const hours = at('committed_hours');
    const note = at('note')?.text;
    return {
      line: first.line,
      ...where,
      ...(count !== undefined && { count }),
      ...(capacity !== undefined && { capacity }),
      usdPerHour,
      priceAt: { column: price.column, endColumn: price.endColumn },
      ...(validFrom !== undefined && { validFrom }),
      ...(validUntil !== undefined && { validUntil }),
      ...(hours && { committedHours: amountOf(hours, 'the hours left of the commitment, such as 10000') }),
      ...(note !== undefined && { note }),
    };
  }

  /** Where an absent cell would stand: the end of its line when that is too short. */
  #emptyCell(cells: readonly Cell[], column: Column, first: Cell): Cell {
    const last = cells.at(-1) ?? first;
    return cells[this.#columns.get(column) ?? 0] ?? { ...last, column: last.endColumn };
  }

  #capacity(cell: Cell | undefined, provider: Cell | undefined): Capacity | undefined {
    const onPremises = provider?.text.toLowerCase() === ON_PREMISES;
    if (!cell) return onPremises ? 'owned' : undefined;
    const word = cell.text.toLowerCase();
    const capacity = CAPACITIES.find((known) => known === word);
    if (capacity === undefined) {
      const near = nearestNames(word, CAPACITIES);
      throw new BadCell(
        cell,
        `${quoted(cell.text)} is not a capacity: ${didYouMean(near, `it is ${listed(CAPACITIES)}, or empty for any.`)}`,
      );
    }
    if (onPremises && capacity !== 'owned')
      throw new BadCell(cell, `Hardware on premises is ${quoted('owned')}, not ${quoted(capacity)}.`);
    return capacity;
  }

  /** Own hardware: by cluster and accelerator. Whether a manifest has the cluster is not the book's to know. */
  #own(at: (column: Column) => Cell | undefined, first: Cell): Pick<PriceRow, 'provider' | 'accelerator'> {
    for (const column of ['region', 'instance', 'committed_hours'] as const) {
      const cell = at(column);
      if (cell) throw new BadCell(cell, `${quoted(column)} does not apply to own hardware: leave it empty.`);
    }
    const provider = at('provider')?.text;
    const accelerator = this.#accelerator(at('accelerator'), undefined, undefined);
    if (provider === undefined && accelerator === undefined)
      throw new BadCell(
        first,
        'The line names no hardware: give a cluster (or `on-premises`) as provider, or an accelerator.',
      );
    return { ...(provider !== undefined && { provider }), ...(accelerator !== undefined && { accelerator }) };
  }

  #rented(
    at: (column: Column) => Cell | undefined,
    first: Cell,
    count: number | undefined,
  ): Pick<PriceRow, 'provider' | 'region' | 'instance' | 'accelerator'> {
    const [provider, region, instance] = [this.#provider(at, count), at('region'), at('instance')];
    const machine = instance && this.#machine(instance, provider);
    const accelerator = this.#accelerator(at('accelerator'), provider, machine);
    if (!instance && accelerator === undefined)
      throw new BadCell(first, 'The line names no hardware: give an `instance` or an `accelerator`.');
    if (instance && !machine && (provider === undefined || accelerator === undefined || count === undefined))
      throw new BadCell(instance, this.#unknownMachine(instance.text, provider));
    if (machine && accelerator !== undefined && machine.accelerator !== accelerator)
      throw new BadCell(
        at('accelerator') ?? first,
        `${quoted(machine.instance)} holds ${quoted(machine.accelerator)}, not ${quoted(accelerator)}.`,
      );
    if (machine && count !== undefined && !machine.perAccelerator && machine.count !== count)
      throw new BadCell(at('count') ?? first, `${quoted(machine.instance)} holds ${machine.count}, not ${count}.`);
    if (!instance && accelerator === 'cpu')
      throw new BadCell(at('accelerator') ?? first, 'Machines without accelerators are priced by `instance`.');
    if (region) this.#checkRegion(region, provider);
    return {
      ...(provider !== undefined && { provider }),
      ...(region && { region: region.text }),
      ...(instance && { instance: machine?.instance ?? instance.text }),
      ...(accelerator !== undefined && { accelerator }),
    };
  }

  /** A provider of the catalogue; another one where the line describes a machine in full. */
  #provider(at: (column: Column) => Cell | undefined, count: number | undefined): string | undefined {
    const cell = at('provider');
    if (!cell) return undefined;
    const { providers } = this.#catalog;
    if (providers.has(cell.text)) return cell.text;
    const folded = cell.text.toLowerCase();
    if (providers.has(folded)) return folded;
    const near = nearestNames(cell.text, providers.keys());
    if (at('instance') && at('accelerator') && count !== undefined && near.length === 0) return cell.text;
    throw new BadCell(
      cell,
      `${quoted(cell.text)} is not a provider of the catalogue: ${didYouMean(near, 'name one that is known, or describe the machine with `instance`, `accelerator` and `count`; for own hardware the capacity is `owned`.')}`,
    );
  }

  #machine(cell: Cell, provider: string | undefined): Machine | undefined {
    return provider === undefined
      ? this.#catalog.machinesNamed(cell.text)[0]
      : this.#catalog.machine(provider, cell.text);
  }

  #unknownMachine(name: string, provider: string | undefined): string {
    const known = provider === undefined ? [] : this.#catalog.machinesOf(provider).map(({ instance }) => instance);
    const of = provider === undefined ? '' : ` of ${quoted(provider)}`;
    return `${quoted(name)} is not a machine type${of}: ${didYouMean(nearestNames(name, known), 'give `provider`, `accelerator` and `count` of a machine that the catalogue does not know.')}`;
  }

  #accelerator(cell: Cell | undefined, provider: string | undefined, machine: Machine | undefined): string | undefined {
    if (!cell) return undefined;
    const match = this.#catalog.resolveAccelerator(cell.text, provider);
    if (match.kind === 'id' || match.kind === 'alias') return match.id;
    if (match.kind === 'ambiguous') {
      if (machine && match.candidates.includes(machine.accelerator)) return machine.accelerator;
      throw new BadCell(cell, `${quoted(cell.text)} has several forms: write ${listed(match.candidates.map(quoted))}.`);
    }
    const near = nearestNames(cell.text, this.#catalog.accelerators.keys());
    throw new BadCell(
      cell,
      `${quoted(cell.text)} is not an accelerator of the catalogue: ${didYouMean(near, 'name one that is known.')}`,
    );
  }

  #regionsOf(provider: string | undefined): ReadonlySet<string> {
    let known = this.#regions.get(provider);
    if (known) return known;
    const { providers } = this.#catalog;
    const owners =
      provider === undefined ? [...providers.values()] : [providers.get(provider)].filter((one) => one !== undefined);
    known = new Set(owners.flatMap(({ regions }) => [...regions.keys()]));
    this.#regions.set(provider, known);
    return known;
  }

  #date(cell: Cell | undefined): string | undefined {
    const known = cell && this.#dates.get(cell.text);
    if (known !== undefined) return known;
    const date = dateOf(cell);
    if (date !== undefined) this.#dates.set(date, date);
    return date;
  }

  #checkRegion(cell: Cell, provider: string | undefined): void {
    const known = this.#regionsOf(provider);
    if (known.size === 0 || known.has(cell.text)) return;
    // Offers may name regions that the facts do not place.
    if (provider !== undefined && this.#catalog.offers({ provider, region: cell.text }).length > 0) return;
    const of = provider === undefined ? '' : ` of ${quoted(provider)}`;
    throw new BadCell(
      cell,
      `${quoted(cell.text)} is not a region${of}: ${didYouMean(nearestNames(cell.text, [...known]), 'name one that is known, or leave it empty for any.')}`,
    );
  }
}

export function didYouMean(near: readonly string[], otherwise: string): string {
  return near.length > 0 ? `did you mean ${listed(near.map(quoted))}?` : otherwise;
}

function priceOf(cell: Cell): number {
  const match = /^\$?\s*(\d+(?:\.\d+)?|\.\d+)$/.exec(cell.text);
  const usd = match?.[1] === undefined ? NaN : Number(match[1]);
  if (Number.isNaN(usd))
    throw new BadCell(
      cell,
      `${quoted(cell.text)} is not a price: write dollars an hour, such as 41.28, without separators of thousands.`,
    );
  if (usd === 0) throw new BadCell(cell, 'A price of $0 is none: leave the line out, or write what the hour costs.');
  if (usd > HIGHEST_PRICE) throw new BadCell(cell, `${quoted(cell.text)} is more than any machine costs an hour.`);
  return usd;
}

function amountOf(cell: Cell, wanted: string): number {
  const amount = /^\d{1,12}(?:\.\d{1,6})?$/.test(cell.text) ? Number(cell.text) : 0;
  if (amount > 0) return amount;
  throw new BadCell(cell, `${quoted(cell.text)} is not ${wanted}.`);
}

function dateOf(cell: Cell | undefined): string | undefined {
  if (!cell) return undefined;
  const { text } = cell;
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
  // 2026-02-30 parses to another day.
  if (!Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text) return text;
  throw new BadCell(cell, `${quoted(text)} is not a date: write it as 2026-12-31.`);
}
