/** What formatting looks at: the tokens of a text in their order, and the column at which each line of a block should start. */
import type { CST } from 'yaml';

/** Columns by which a block is set in. */
export const INDENT = 2;

/** A token without parts. Scalars over several lines are one. */
export interface Leaf {
  readonly type: string;
  readonly offset: number;
  readonly source: string;
}

export interface Layout {
  readonly leaves: readonly Leaf[];
  /** Offset of the first token of an entry of a block → the column where it belongs. */
  readonly columns: ReadonlyMap<number, number>;
}

/** Flattens the documents of a text. Entries of a mapping stand under each other, those of a sequence one step in from its key. */
export function layoutOf(tokens: Iterable<CST.Token>): Layout {
  const leaves: Leaf[] = [];
  const columns = new Map<number, number>();
  for (const token of tokens) walk(token, 0, { leaves, columns });
  return { leaves, columns };
}

interface Building {
  readonly leaves: Leaf[];
  readonly columns: Map<number, number>;
}

/** `column`: where a block that starts here belongs. */
function walk(token: CST.Token, column: number, to: Building): void {
  switch (token.type) {
    case 'document':
      pushAll(token.start, to);
      if (token.value) walk(token.value, column, to);
      pushAll(token.end, to);
      return;
    case 'block-map':
      for (const item of token.items) {
        mark(firstOf(item), column, to);
        pushAll(item.start, to);
        if (item.key) walk(item.key, column + INDENT, to);
        pushAll(item.sep, to);
        walkValue(item.value, column + INDENT, to);
      }
      return;
    case 'block-seq':
      for (const item of token.items) {
        mark(firstOf(item), column, to);
        pushAll(item.start, to);
        walkValue(item.value, column + INDENT, to);
      }
      return;
    case 'flow-collection':
      push(token.start, to);
      for (const item of token.items) {
        pushAll(item.start, to);
        if (item.key) walk(item.key, column, to);
        pushAll(item.sep, to);
        if (item.value) walk(item.value, column, to);
      }
      pushAll(token.end, to);
      return;
    case 'block-scalar':
      for (const part of token.props) walk(part, column, to);
      push({ type: token.type, offset: token.offset, source: token.source }, to);
      return;
    case 'scalar':
    case 'single-quoted-scalar':
    case 'double-quoted-scalar':
    case 'alias':
      push(token, to);
      pushAll(token.end, to);
      return;
    default:
      push(token as CST.SourceToken, to);
  }
}

/** A value that starts on a line of its own starts where a block would. */
function walkValue(value: CST.Token | null | undefined, column: number, to: Building): void {
  if (!value) return;
  mark(value.offset, column, to);
  walk(value, column, to);
}

function mark(offset: number | undefined, column: number, { columns }: Building): void {
  if (offset !== undefined && !columns.has(offset)) columns.set(offset, column);
}

/** Where an entry begins: its dash, `?`, anchor or tag, else its key. */
function firstOf(item: CST.BlockMap['items'][number] | CST.BlockSequence['items'][number]): number | undefined {
  const lead = item.start.find(({ type }) => !isBlank(type) && type !== 'comment');
  return lead?.offset ?? item.key?.offset ?? item.sep?.find(({ type }) => type === 'map-value-ind')?.offset;
}

export function isBlank(type: string): boolean {
  return type === 'space' || type === 'newline';
}

function pushAll(tokens: readonly CST.SourceToken[] | undefined, to: Building): void {
  for (const token of tokens ?? []) push(token, to);
}

/** A block scalar's own offset is that of its header: its text goes on where the tokens before it ended. */
function push(token: Leaf, { leaves }: Building): void {
  const last = leaves.at(-1);
  const offset = last === undefined ? token.offset : Math.max(token.offset, last.offset + last.source.length);
  leaves.push({ type: token.type, offset, source: token.source });
}
