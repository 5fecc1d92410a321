/**
 * Price books: CSV files with an organisation's own prices (`docs/price-book.md`). Every line that cannot be used is reported
 * at its place with what to do; the others are used.
 */
import { readCsvLines, type Cell } from './csv-lines.ts';
import { nearestNames, quoted } from './naming.ts';
import {
  BadCell,
  BOOK_COLUMNS,
  didYouMean,
  RowReader,
  type BookHeader,
  type Column,
  type PriceRow,
  type Report,
} from './price-row.ts';
import type { BookLayer, Catalog } from './types.ts';

/** A price book as a shell found it: its text, or why there is none. */
export interface BookFile {
  readonly layer: BookLayer;
  /** As it is named to people: `prices.ai-infra.csv`. */
  readonly name: string;
  readonly content: { readonly text: string } | { readonly unread: UnreadBook };
}

/** Why a book was not read, as a sentence that says what to do. `untrusted`: Restricted Mode, which is no mistake. */
export interface UnreadBook {
  readonly kind: 'missing' | 'refused' | 'untrusted';
  readonly message: string;
}

/** What is wrong with a line, or looks so (`info`, see `book-hints.ts`). Lines and columns from 1. */
export interface BookProblem {
  readonly severity: 'error' | 'warning' | 'info';
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly message: string;
}

export interface PriceBook {
  readonly file: BookFile;
  readonly rows: readonly PriceRow[];
  readonly problems: readonly BookProblem[];
}

/** In UTF-16 units: some 20,000 lines fill a third of it. */
const LARGEST_BOOK = 4 * 2 ** 20;
const MOST_ROWS = 20_000;
const MOST_PROBLEMS = 100;

const books = new WeakMap<BookFile, { readonly catalog: Catalog; readonly book: PriceBook }>();

/** Reads a book against the catalogue's names. Total: any text gives a book. The same file and catalogue give the same object. */
export function readPriceBook(file: BookFile, catalog: Catalog): PriceBook {
  const known = books.get(file);
  if (known?.catalog === catalog) return known.book;
  const book = 'text' in file.content ? readText(file, file.content.text, catalog) : { file, rows: [], problems: [] };
  books.set(file, { catalog, book });
  return book;
}

function readText(file: BookFile, text: string, catalog: Catalog): PriceBook {
  const problems: BookProblem[] = [];
  const report: Report = (severity, cell, message) => {
    if (problems.length < MOST_PROBLEMS) {
      const { line, column, endColumn } = cell;
      problems.push({ severity, line, column, endColumn, message });
    }
  };
  const start = { line: 1, column: 1, endColumn: 1 };
  if (text.length > LARGEST_BOOK) {
    report('error', start, 'The price book is larger than 4 MB and is not read: split it, or leave out old prices.');
    return { file, rows: [], problems };
  }
  // Wider characters are zeros every other byte, from the first line on. A zero further down spoils its own line.
  if (firstLineOf(text)?.includes('\0') === true) {
    report('error', start, 'The price book is no UTF-8 text: save it as "CSV UTF-8".');
    return { file, rows: [], problems };
  }
  const { lines, bad } = readCsvLines(text);
  const [header, ...body] = lines;
  const named = header && readHeader(header, report);
  const rows: PriceRow[] = [];
  if (named) {
    const reader = new RowReader(named, catalog, report);
    for (const cells of body.slice(0, MOST_ROWS)) {
      try {
        rows.push(reader.read(cells));
      } catch (error) {
        if (!(error instanceof BadCell)) throw error;
        report('error', error.cell, `${error.message} The line is not used.`);
      }
    }
    const beyond = body[MOST_ROWS]?.[0];
    if (beyond) report('error', beyond, `From here on nothing is read: a price book has at most ${MOST_ROWS} lines.`);
  } else if (!header) {
    report('error', start, `The price book is empty: its first line names the columns, ${BOOK_COLUMNS.join(',')}.`);
  }
  for (const { line, column, endColumn, message } of bad) report('error', { line, column, endColumn }, message);
  return { file, rows, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) };
}

/** Which column of a book's text stands where; undefined when its first line does not name them. */
export function columnsOf(text: string): ReadonlyMap<Column, number> | undefined {
  const first = firstLineOf(text);
  const [header] = first === undefined ? [] : readCsvLines(first).lines;
  return header && readHeader(header, () => undefined)?.columns;
}

/** The first line that is not blank, without the blanks before it. */
function firstLineOf(text: string): string | undefined {
  return /\S[^\r\n]*/.exec(text.replace(/^\ufeff/, ''))?.[0];
}

/** Undefined when there can be no row. */
function readHeader(cells: readonly Cell[], report: Report): BookHeader | undefined {
  const names = cells.map(({ text }) => text.toLowerCase());
  if (!names.includes('usd_per_hour')) {
    const [first] = cells;
    const separator = first && /[;\t|]/.exec(first.text)?.[0];
    if (first)
      report(
        'error',
        first,
        separator === undefined
          ? `The first line must name the columns, \`usd_per_hour\` among them (${BOOK_COLUMNS.join(',')}): nothing of the price book is used.`
          : `Columns are separated by commas, not by ${separator === '\t' ? 'tabs' : quoted(separator)}: nothing of the price book is used.`,
      );
    return undefined;
  }
  const columns = new Map<Column, number>();
  for (const [index, cell] of cells.entries()) {
    const name = names[index] ?? '';
    const column = BOOK_COLUMNS.find((known) => known === name);
    if (column !== undefined && !columns.has(column)) columns.set(column, index);
    else if (column !== undefined)
      report(
        'warning',
        cell,
        `The column ${quoted(name)} stands twice: the first is read, this one is not. Remove one.`,
      );
    else if (name !== '') {
      const near = nearestNames(name, BOOK_COLUMNS);
      const otherwise = `the columns are ${BOOK_COLUMNS.join(', ')}.`;
      report(
        'warning',
        cell,
        `${quoted(name)} is not a column of a price book and is not read: ${didYouMean(near, otherwise)}`,
      );
    }
  }
  return { columns, width: names.findLastIndex((name) => name !== '') + 1 };
}
