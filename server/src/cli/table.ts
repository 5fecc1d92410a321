/** Tables that fit a terminal: columns as wide as their cells; where the width ends, the least important columns go first. */

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Left out when the table is too wide, the highest number first; absent: always shown. */
  readonly expendable?: number;
}

/** Rows as lines, cells padded, each line at most `width` characters. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const titled = columns.some((column) => column.title !== '')
    ? [columns.map((column) => column.title), ...rows]
    : rows;
  const widths = columns.map((_, index) => Math.max(0, ...titled.map((row) => (row[index] ?? '').length)));
  const shown = new Set(columns.keys());
  const total = () => [...shown].reduce((sum, index) => sum + (widths[index] ?? 0) + 2, -2);
  const expendable = [...shown].filter((index) => columns[index]?.expendable !== undefined);
  expendable.sort((a, b) => (columns[b]?.expendable ?? 0) - (columns[a]?.expendable ?? 0));
  for (const index of expendable) if (total() > width) shown.delete(index);
  return titled.map((row) => {
    const cells = columns.flatMap((column, index) => {
      if (!shown.has(index)) return [];
      const cell = row[index] ?? '';
      const size = widths[index] ?? 0;
      return [column.align === 'right' ? cell.padStart(size) : cell.padEnd(size)];
    });
    return cut(cells.join('  ').trimEnd(), width);
  });
}

/** At most `width` characters, an ellipsis where something was cut. */
export function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}

/** Words of a text over lines of at most `width`, each after `indent`. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(indent + line);
  return lines;
}
