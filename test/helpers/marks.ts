/** Texts with marks in them: `<|>` is the cursor, `<|…|>` a range. */

export interface Marked {
  readonly text: string;
  /** Offset of each `<|>`, in order. */
  readonly cursors: readonly number[];
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

/** Takes the marks out of a text. Ranges do not nest. */
export function marked(source: string): Marked {
  const cursors: number[] = [];
  const ranges: { start: number; end: number }[] = [];
  let text = '';
  let open = -1;
  for (let at = 0; at < source.length;) {
    if (source.startsWith('<|>', at)) {
      cursors.push(text.length);
      at += 3;
    } else if (source.startsWith('<|', at) && open < 0) {
      open = text.length;
      at += 2;
    } else if (source.startsWith('|>', at) && open >= 0) {
      ranges.push({ start: open, end: text.length });
      open = -1;
      at += 2;
    } else text += source.charAt(at++);
  }
  if (open >= 0) throw new Error('A range is not closed: add `|>`.');
  return { text, cursors, ranges };
}

/** The only cursor of a text. */
export function cursorIn(source: string): { readonly text: string; readonly cursor: number } {
  const { text, cursors } = marked(source);
  const [cursor] = cursors;
  if (cursor === undefined || cursors.length > 1) throw new Error(`One \`<|>\` is wanted, not ${cursors.length}.`);
  return { text, cursor };
}

/** The text with a range marked: how a test says where something is underlined. */
export function withRange(text: string, range: { readonly start: number; readonly end: number } | undefined): string {
  if (!range) return 'nowhere';
  return `${text.slice(0, range.start)}<|${text.slice(range.start, range.end)}|>${text.slice(range.end)}`;
}

/** The line (or lines) of a range, marked and trimmed. */
export function markedLine(text: string, range: { readonly start: number; readonly end: number } | undefined): string {
  if (!range) return 'nowhere';
  const start = text.lastIndexOf('\n', range.start - 1) + 1;
  const stop = text.indexOf('\n', range.end);
  const line = text.slice(start, stop < 0 ? text.length : stop);
  return withRange(line, { start: range.start - start, end: range.end - start }).trim();
}
