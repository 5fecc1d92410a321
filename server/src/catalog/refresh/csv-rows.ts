import { parse } from 'csv-parse/sync';
import { FeedError } from './source.ts';

/** A line of a source's CSV by column. Every column that was asked for is there; cells may be empty. */
export type CsvRow = Readonly<Record<string, string>>;

/**
 * The lines of a CSV with a header. Throws a `FeedError` when it is no CSV, has lines of another length than its header (cut
 * off, or another format), or lacks one of `columns`.
 */
export function csvRows(text: string, columns: readonly string[]): readonly CsvRow[] {
  let rows: CsvRow[];
  try {
    rows = parse(text, { columns: true, skip_empty_lines: true, trim: true, bom: true }) as CsvRow[];
  } catch (error) {
    throw new FeedError(`the table cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
  const [first] = rows;
  if (first === undefined) throw new FeedError('the table is empty');
  const missing = columns.filter((column) => !Object.hasOwn(first, column));
  if (missing.length > 0) throw new FeedError(`the table has no column ${missing.join(', ')}: its format changed`);
  return rows;
}

/** The number in a cell; NaN where it is none, undefined where the cell is empty. */
export function cellNumber(row: CsvRow, column: string): number | undefined {
  const text = row[column] ?? '';
  return text === '' ? undefined : Number(text);
}
