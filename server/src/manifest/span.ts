import type { Span } from './source.ts';

/** The span moved by `by` characters. */
export function shift(span: Span, by: number): Span {
  return by === 0 ? span : { start: span.start + by, end: span.end + by };
}

/** Offset of the first character of the line that holds `offset`. */
export function lineStart(text: string, offset: number): number {
  return offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset just before the line break (`\n` or `\r\n`) of the line that holds `offset`, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at < 0) return text.length;
  return at > offset && text[at - 1] === '\r' ? at - 1 : at;
}

/** Offset of the first character of the next line, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** How many characters stand before `offset` on its line. */
export function column(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** The span without white space at its ends. Empty when it holds nothing else. */
export function trimmed(text: string, span: Span): Span {
  let { start, end } = span;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return { start, end };
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** The trimmed first line that is neither blank nor a comment; else the first that is not blank, or the empty span at 0. */
export function firstContent(text: string): Span {
  const content = text.search(/^[ \t]*[^\s#]/m);
  const at = content < 0 ? text.search(/\S/) : content + text.slice(content).search(/\S/);
  return at < 0 ? { start: 0, end: 0 } : trimmed(text, { start: at, end: lineEnd(text, at) });
}

/** The column of an offset; a byte order mark at the start of the text does not count. */
export function bareColumn(text: string, offset: number): number {
  const at = column(text, offset);
  return at === offset && text.charCodeAt(0) === 0xfeff ? Math.max(0, at - 1) : at;
}
