/** A line that a price book lacks, with the price left for people to fill in. */
import { columnsOf } from './price-book.ts';
import { BOOK_COLUMNS, type Column, type PriceRow } from './price-row.ts';

/** What a line would price. */
export type MissingPrice = Pick<PriceRow, 'provider' | 'region' | 'instance' | 'accelerator' | 'count' | 'capacity'>;

/** Names of hardware, places and clusters. A spreadsheet takes other beginnings for formulas. */
const PLAIN_CELL = /^[\p{L}\p{N}][\p{L}\p{N} ._/:-]*$/u;

/** The text of a new book with this line, its price empty unless given; undefined when a cell cannot be written plainly. */
export function newBook(missing: MissingPrice, usdPerHour = ''): string | undefined {
  const line = lineOf(missing, BOOK_COLUMNS, usdPerHour);
  return line === undefined ? undefined : `${BOOK_COLUMNS.join(',')}\n${line}\n`;
}

/**
 * The line as the book's columns stand, with the line ends that are there. Undefined when a column is not there that it needs: without
 * it the price would be for more than is meant; and when the line stands there already, waiting for its price.
 */
export function lineForBook(text: string, missing: MissingPrice): string | undefined {
  const columns = columnsOf(text);
  if (!columns) return undefined;
  const order: (Column | undefined)[] = [];
  for (const [column, index] of columns) order[index] = column;
  const line = lineOf(missing, Array.from(order));
  if (line === undefined || text.split(/\r\n|\r|\n/).includes(line)) return undefined;
  const end = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  return `${/[\r\n]$/.test(text) ? '' : end}${line}${end}`;
}

function lineOf(missing: MissingPrice, columns: readonly (Column | undefined)[], usdPerHour = ''): string | undefined {
  const cells = new Map<Column, string>();
  for (const column of BOOK_COLUMNS) {
    const value = column in missing ? missing[column as keyof MissingPrice] : undefined;
    if (value !== undefined) cells.set(column, String(value));
  }
  for (const [column, cell] of cells) if (!columns.includes(column) || !PLAIN_CELL.test(cell)) return undefined;
  cells.set('usd_per_hour', usdPerHour);
  return columns.map((column) => (column && cells.get(column)) ?? '').join(',');
}
