import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** One line of a source CSV. Asking for a column that the file does not have throws: a renamed column must not read as empty. */
export interface Row {
  readonly file: string;
  readonly line: number;
  text(column: string): string;
  /** Undefined where the cell is empty; throws where it is not a number. */
  number(column: string): number | undefined;
  /** `a|b|c` as a list; empty for an empty cell. */
  list(column: string): readonly string[];
}

/** Reads a CSV of the source directory, header first, every cell trimmed. */
export function readTable(directory: string, file: string): readonly Row[] {
  const records = parse(readFileSync(join(directory, file), 'utf8'), {
    columns: true,
    skip_empty_lines: true,
    trim: true,
    bom: true,
  }) as readonly Readonly<Record<string, string>>[];
  return records.map((record, index) => createRow(file, index + 2, record));
}

function createRow(file: string, line: number, record: Readonly<Record<string, string>>): Row {
  const text = (column: string): string => {
    const value = record[column];
    if (value === undefined) throw new Error(`${file}:${String(line)} has no column "${column}"`);
    // The tables name each other by where they lay when they were written.
    return value.replaceAll(/shared\/data\/(?=catalog|facts)/g, '');
  };
  return {
    file,
    line,
    text,
    number: (column) => {
      const value = text(column);
      if (value === '') return undefined;
      const parsed = Number(value);
      if (!Number.isFinite(parsed))
        throw new Error(`${file}:${String(line)} column "${column}" is "${value}"; a number is wanted`);
      return parsed;
    },
    list: (column) =>
      text(column)
        .split('|')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
  };
}

/** A copy without the undefined values, so that absent facts are absent keys. */
export function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined && item !== '')) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** Seven significant digits: what the sources state, without the noise of arithmetic. */
export function tidy(value: number): number {
  return Number(value.toPrecision(7));
}
