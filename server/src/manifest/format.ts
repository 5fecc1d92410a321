/**
 * Formatting: white space alone. Blocks are set in by two columns, gaps inside a line are evened out, lines end without blanks.
 * Words, quotes, comments, their order, and whether something is written on one line or on several stay as the author has them.
 */
import { Composer, isAlias, isCollection, isScalar, Parser, visit, type Document } from 'yaml';
import { isBlank, layoutOf, type Layout, type Leaf } from './format-layout.ts';
import type { Span, TextEdit } from './source.ts';
import { applyTextEdits } from './edit.ts';

/** Texts longer than this are left alone: a formatter that holds up the editor is in the way. */
const MOST_CHARACTERS = 1_000_000;
/** Blank lines in a row that are kept. */
const MOST_BLANK_LINES = 1;

/**
 * Edits that format the text, in its order; those that touch `within` where it is given. None where the text has a syntax error (what
 * it means is not known then), and none that would change a value: the result is read again and compared before it is offered.
 */
export function formatEdits(text: string, within?: Span): readonly TextEdit[] {
  if (text.length > MOST_CHARACTERS) return [];
  const before = read(text);
  if (before === undefined) return [];
  const edits = [
    ...gapEdits(before.layout, text),
    ...indentEdits(before.layout, text),
    ...endEdits(before.layout, text),
  ]
    .filter(({ start, end, newText }) => text.slice(start, end) !== newText)
    .filter(({ start, end }) => within === undefined || (start >= within.start && end <= within.end))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  if (edits.length === 0) return [];
  const after = read(applyTextEdits(text, edits));
  return after !== undefined && isSame(before, after) ? edits : [];
}

interface Read {
  readonly layout: Layout;
  readonly values: readonly unknown[];
}

/** Undefined where the text has an error. */
function read(text: string): Read | undefined {
  const tokens = [...new Parser().parse(text)];
  const values: unknown[] = [];
  const composer = new Composer({ version: '1.2', prettyErrors: false, uniqueKeys: false });
  try {
    for (const document of composer.compose(tokens, true, text.length)) {
      if (document.errors.length > 0) return undefined;
      values.push(shapeOf(document));
    }
    return { layout: layoutOf(tokens), values };
  } catch {
    // Nesting that no stack holds.
    return undefined;
  }
}

/** The nodes of a document in their order: kinds, values, anchors and tags. */
function shapeOf(document: Document): unknown {
  const shape: unknown[] = [];
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) shape.push(['alias', node.source]);
      else if (isScalar(node)) shape.push([typeof node.value, node.value, node.anchor, node.tag]);
      else if (isCollection(node)) shape.push([node.constructor.name, node.items.length, node.anchor, node.tag]);
    },
  });
  return shape;
}

/** The same values, and the same words in the same order, comments, anchors and quotes among them. */
function isSame(a: Read, b: Read): boolean {
  const words = ({ layout }: Read): string[] =>
    layout.leaves.filter(({ type }) => !isBlank(type)).map(({ source }) => source.replace(/\s+/g, ' ').trim());
  return isEqual(words(a), words(b)) && isEqual(a.values, b.values);
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Gaps between two tokens of a line. */
function gapEdits({ leaves }: Layout, text: string): TextEdit[] {
  const edits: TextEdit[] = [];
  let previous: Leaf | undefined;
  for (const leaf of leaves) {
    if (leaf.type === 'space' || leaf.source === '') continue;
    if (previous !== undefined && !endsLine(previous) && leaf.type !== 'newline') {
      const start = previous.offset + previous.source.length;
      const gap = gapBetween(previous, leaf, text.slice(start, leaf.offset));
      edits.push({ start, end: leaf.offset, newText: gap });
    }
    previous = leaf;
  }
  return edits;
}

function endsLine({ type, source }: Leaf): boolean {
  return type === 'newline' || (type === 'block-scalar' && source.endsWith('\n'));
}

/** What stands between two tokens of a line. Comments keep the distance that lines them up. */
function gapBetween(left: Leaf, right: Leaf, now: string): string {
  if (right.type === 'comment') return now === '' ? ' ' : now;
  switch (left.type) {
    case 'flow-map-start':
      return right.type === 'flow-map-end' ? '' : ' ';
    case 'flow-seq-start':
      return '';
    case 'comma':
    case 'map-value-ind':
    case 'seq-item-ind':
    case 'explicit-key-ind':
    case 'anchor':
    case 'tag':
      return right.type === 'comma' || right.type === 'flow-seq-end' ? now : ' ';
    default:
  }
  if (right.type === 'flow-map-end') return ' ';
  if (right.type === 'flow-seq-end' || right.type === 'comma') return '';
  // `*alias:` would be an alias of another name.
  if (right.type === 'map-value-ind') return left.type === 'alias' ? ' ' : '';
  return now;
}

interface Line {
  readonly start: number;
  /** Columns of white space before its first token. */
  readonly indent: number;
  readonly kind: 'entry' | 'comment' | 'blank' | 'continuation' | 'other';
  /** Where an entry belongs. */
  readonly column: number;
}

/** Indentation: entries go where they belong, what follows them moves with them, comments go with what they stand by. */
function indentEdits(layout: Layout, text: string): TextEdit[] {
  const lines = linesOf(layout, text);
  const edits: TextEdit[] = [];
  let moved = 0;
  lines.forEach((line, index) => {
    if (line.kind === 'blank' || line.kind === 'other') return;
    if (line.kind === 'entry') moved = line.column - line.indent;
    const column = line.kind === 'comment' ? commentColumn(lines, index) : Math.max(0, line.indent + moved);
    edits.push({ start: line.start, end: line.start + line.indent, newText: ' '.repeat(column) });
  });
  return edits;
}

/** A comment in line with an entry near it moves as that does: with the one after it, else with one before it. */
function commentColumn(lines: readonly Line[], index: number): number {
  const { indent } = lines[index] as Line;
  const next = lines.slice(index + 1).find(({ kind }) => kind === 'entry');
  if (next?.indent === indent) return next.column;
  for (let at = index - 1, least = Number.POSITIVE_INFINITY; at >= 0; at--) {
    const line = lines[at] as Line;
    if (line.kind !== 'entry' || line.indent >= least) continue;
    if (line.indent === indent) return line.column;
    least = line.indent;
    if (least < indent) break;
  }
  return next?.column ?? indent;
}

function linesOf({ leaves, columns }: Layout, text: string): Line[] {
  const inside = new Set<number>();
  const first = new Map<number, Leaf>();
  let lineStart = 0;
  for (const leaf of leaves) {
    if (!isBlank(leaf.type) && !first.has(lineStart)) first.set(lineStart, leaf);
    if (leaf.source.includes('\n')) {
      for (let at = leaf.source.indexOf('\n'); at >= 0; at = leaf.source.indexOf('\n', at + 1)) {
        lineStart = leaf.offset + at + 1;
        if (leaf.type !== 'newline' && lineStart < leaf.offset + leaf.source.length) inside.add(lineStart);
      }
    }
  }
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const content = text.slice(start, newline < 0 ? text.length : newline);
    const indent = content.length - content.trimStart().length;
    const leaf = first.get(start);
    const column = leaf === undefined ? undefined : columns.get(leaf.offset);
    const kind =
      content.trim() === ''
        ? 'blank'
        : inside.has(start)
          ? 'continuation'
          : leaf?.type === 'comment'
            ? 'comment'
            : column !== undefined
              ? 'entry'
              : leaf === undefined || /^(doc-|directive|byte-order)/.test(leaf.type)
                ? 'other'
                : 'continuation';
    lines.push({ start, indent, kind, column: column ?? 0 });
    start = newline < 0 ? text.length : newline + 1;
  }
  return lines;
}

/** Blanks at the ends of lines, too many empty lines, and the end of the text. Those inside of scalars belong to their values. */
function endEdits({ leaves }: Layout, text: string): TextEdit[] {
  const edits: TextEdit[] = [];
  let run: { readonly start: number; readonly newlines: Leaf[] } | undefined;
  let last: Leaf | undefined;
  for (const leaf of leaves) {
    if (leaf.source === '') continue;
    if (isBlank(leaf.type)) {
      run ??= { start: leaf.offset, newlines: [] };
      if (leaf.type === 'newline') run.newlines.push(leaf);
      continue;
    }
    const blanks = leaf.type === 'comment' ? leaf.source.length - leaf.source.trimEnd().length : 0;
    const leafEnd = leaf.offset + leaf.source.length;
    if (blanks > 0) edits.push({ start: leafEnd - blanks, end: leafEnd, newText: '' });
    const end = run?.newlines.at(-1);
    if (run !== undefined && end !== undefined) {
      const kept = run.newlines.slice(0, run.start === 0 ? 0 : MOST_BLANK_LINES + 1);
      // The indentation of the line after it is another edit's.
      edits.push({ start: run.start, end: end.offset + end.source.length, newText: kept.map(sourceOf).join('') });
    }
    run = undefined;
    last = leaf;
  }
  if (last === undefined || last.type === 'block-scalar') return edits;
  const lineEnd = leaves.find(({ type }) => type === 'newline')?.source ?? '\n';
  const start = run?.start ?? text.length;
  edits.push({ start, end: text.length, newText: run?.newlines[0]?.source ?? lineEnd });
  return edits;
}

function sourceOf({ source }: Leaf): string {
  return source;
}
