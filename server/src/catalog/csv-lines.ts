/** CSV text as cells with their places, through csv-parse. A record is one line, so that a quote left open costs no other line. */
import { parse } from 'csv-parse/sync';

/** A cell without the blanks and quotes around it. Line and columns from 1, in UTF-16 units; `endColumn` is exclusive. */
export interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

export interface BadLine {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly message: string;
}

export interface CsvLines {
  /** Lines that hold something, in order. */
  readonly lines: readonly (readonly Cell[])[];
  readonly bad: readonly BadLine[];
}

export function readCsvLines(text: string): CsvLines {
  const bad: BadLine[] = [];
  const report = (line: number, message: string, length: number, column = 1) => {
    // The parser may find several things wrong with a line.
    if (bad.at(-1)?.line !== line) bad.push({ line, column, endColumn: length + 1, message });
  };
  const written = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  // An open quote would swallow the lines after it: such a line is taken out before the parser sees it.
  const whole = written.map((line, index) => {
    const zero = line.indexOf('\0');
    if (zero >= 0) {
      report(index + 1, 'A NUL character stands here: remove it. The line is not used.', zero + 1, zero + 1);
      return '';
    }
    if (line.split('"').length % 2 === 1) return line;
    report(index + 1, 'A quote is not closed on this line. The line is not used.', line.length);
    return '';
  });
  const lines: Cell[][] = [];
  // Most lines have no quotes: their cells are what commas part. The parser is for the others, and takes ten times as long.
  const quoted: string[] = [];
  const numbers: number[] = [];
  for (const [index, line] of whole.entries()) {
    if (line.includes('"')) {
      quoted.push(line);
      numbers.push(index + 1);
    } else if (line.trim() !== '') lines.push(placed(line.split(','), line, index + 1));
  }
  const records = parse(quoted.join('\n'), {
    record_delimiter: '\n',
    relax_column_count: true,
    trim: true,
    info: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const at = error && 'lines' in error ? Number(error['lines']) - 1 : 0;
      report(
        numbers[at] ?? 1,
        'A quote stands inside a cell: quote the whole cell, and double the quotes in it. The line is not used.',
        quoted[at]?.length ?? 0,
      );
      return undefined;
    },
  }) as unknown as readonly { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
  for (const { record, info } of records) {
    const at = info.lines - 1;
    lines.push(placed(record, quoted[at] ?? '', numbers[at] ?? 1));
  }
  lines.sort((a, b) => (a[0]?.line ?? 0) - (b[0]?.line ?? 0));
  return { lines: lines.filter((cells) => cells.some(({ text }) => text !== '')), bad };
}

/** Commas that no quotes enclose part the cells: their places, found in the line that they were taken from. */
function placed(texts: readonly string[], line: string, number: number): Cell[] {
  const piece = /(?:"[^"]*"|[^,"]+)*/y;
  let offset = 0;
  return texts.map((text) => {
    piece.lastIndex = offset;
    const written = piece.exec(line)?.[0] ?? '';
    const column = offset + written.length - written.trimStart().length + 1;
    offset += written.length + 1;
    return { text: text.trim(), line: number, column, endColumn: column + written.trim().length };
  });
}
