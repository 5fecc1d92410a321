import { isMap, isScalar, isSeq } from 'yaml';
import type { Node, YAMLMap, YAMLSeq } from 'yaml';
import type { ManifestSource, Path, Span } from './source.ts';
import { inComment, pathAt } from './cursor-path.ts';
import { sanitized } from './cursor-repair.ts';
import { isBlockScalar, isWritten, nodeSpan } from './locate.ts';
import type { Tree } from './locate.ts';
import { isMergeKey, keyText, spanOf } from './parse-chunk.ts';
import type { NodePair, Placed } from './parse-tree.ts';
import { parseManifest, treeOf } from './parse.ts';
import { bareColumn, lineEnd, lineStart } from './span.ts';

export { pathAt };
export type { PathAt } from './cursor-path.ts';

/** What is being written at the cursor. */
export interface Cursor {
  /** Of the mapping, where a key is written; else of the value, or of the item (index included). */
  readonly path: Path;
  readonly role: 'key' | 'value' | 'item';
  /** What stands before the cursor of the word, without an opening quote. */
  readonly prefix: string;
  /** The whole word, without its quotes: what a completion replaces. */
  readonly replace: Span;
  /** The other keys of the mapping, or the other names in the list; empty for a value. */
  readonly present: readonly string[];
  /** Inside `{ }` or `[ ]`. */
  readonly inFlow: boolean;
  /** The mapping around holds mappings, all written line by line: another one belongs so too. */
  readonly amongBlocks: boolean;
  /** Column of the key, or of the key (or `-`) that the value belongs to. */
  readonly indent: number;
  /** A key: whether its colon is already written. */
  readonly hasColon: boolean;
  /** A value or item: a mapping may be started right here by writing its first key (below its key, or after `- `). */
  readonly opensMapping: boolean;
  /** The value follows its colon without a space: what is inserted has to start with one. */
  readonly needsSpace: boolean;
  /** The quote that the word stands in. */
  readonly quote: '"' | "'" | undefined;
}

/**
 * What is being written at an offset: the text is parsed once more with a word of our own at the cursor (only the part
 * that holds it, in most texts), and the tree tells where the word ended up.
 * @returns undefined in comments, in block scalars, and where nothing can be written
 */
export function cursorAt(source: ManifestSource, offset: number): Cursor | undefined {
  const { text } = source;
  const at = Math.min(Math.max(0, offset), text.length);
  const before = text.slice(lineStart(text, at), at).replace('\uFEFF', '');
  const after = text.slice(at, lineEnd(text, at));
  // On a line of its own a word may become a key; with a colon the parser takes it for one wherever a key fits.
  const quote = /^[ \t]*(?:- +)*(["'])[^#'"{}[\],:]*$/.exec(before)?.[1];
  const ownLine =
    quote === undefined
      ? /^[ \t]*(?:- +)*[^\s#'"{}[\],&*!|>%@:][^#'"{}[\],:]*$|^[ \t]*(?:- +)*-?$/.test(before) &&
        /^[\w.-]*[ \t]*(?:#.*)?$/.test(after)
      : // An editor closes a quote as it is opened: the colon belongs behind both.
        new RegExp(`^[\\w.-]*(?:${quote}[ \\t]*(?:#.*)?)?$`).test(after);
  const wordAfter = ownLine ? (/^[\w.-]*["']?/.exec(after)?.[0].length ?? 0) : 0;
  const mark = unusedWord(text);
  const dash = /^[ \t]*(?:- +)*-$/.test(before);
  const space = (dash || before.endsWith(':')) && (after === '' || /^[\s,}\]]/.test(after)) ? ' ' : '';
  const probe: Probe = {
    source,
    at,
    mark,
    inserted: space + mark,
    colonAt: ownLine ? at + wordAfter : undefined,
    colon: quote !== undefined && !after.includes(quote) ? `${quote}:` : ':',
    space: space.length,
  };
  const first = attempt(probe, (changed) => changed);
  if (first !== 'lost') return first === 'nothing' ? undefined : first;
  const repaired = attempt(probe, (changed, line) => sanitized(changed, line));
  return typeof repaired === 'string' ? undefined : repaired;
}

interface Probe {
  readonly source: ManifestSource;
  readonly at: number;
  readonly mark: string;
  readonly inserted: string;
  /** Where a colon is put after the word. */
  readonly colonAt: number | undefined;
  /** With the quote before it that is not written yet. */
  readonly colon: string;
  readonly space: number;
}

function attempt(probe: Probe, repair: (changed: string, at: number) => string): Cursor | 'nothing' | 'lost' {
  const { source, at, mark, inserted, colonAt } = probe;
  const { text } = source;
  const colon = colonAt === undefined ? '' : probe.colon;
  const changed = text.slice(0, at) + inserted + text.slice(at, colonAt ?? at) + colon + text.slice(colonAt ?? at);
  const fixed = repair(changed, at);
  const tree = treeOf(parseManifest(fixed, source));
  const found = findMark(tree, at + probe.space, mark);
  if (!found) return inComment(tree, at + probe.space) ? 'nothing' : 'lost';
  if (isBlockScalar(found.node)) return 'nothing';
  const span = nodeSpan(found);
  // A word that runs over lines swallowed its neighbours: something above is not closed.
  if (fixed.slice(span.start, span.end).includes('\n')) return 'lost';
  return describe(probe, tree, found, span);
}

interface Found {
  readonly node: Node;
  readonly placed: Placed;
  readonly path: Path;
  readonly role: 'key' | 'value' | 'item';
  readonly map: YAMLMap | undefined;
  /** That it is an item of. */
  readonly list?: YAMLSeq | undefined;
  readonly inFlow: boolean;
  /** Where the key or `-` stands that a value or item belongs to. */
  readonly owner: number;
  /** The pair or item that the mapping around a key is the value of. */
  readonly around:
    | {
        readonly path: Path;
        readonly role: 'value' | 'item';
        readonly owner: number;
        readonly keyEnd: number;
        readonly list?: YAMLSeq | undefined;
      }
    | undefined;
}

function describe({ source, at, mark, inserted, colonAt, space }: Probe, tree: Tree, found: Found, span: Span): Cursor {
  const { text } = source;
  const quote = quoteOf(found.node);
  const inner = quote ? { start: span.start + 1, end: closes(tree.text, span, quote) ? span.end - 1 : span.end } : span;
  const markAt = at + space;
  // The word in the source's own offsets: what was put in is taken out again.
  const start = Math.min(inner.start, markAt) - (inner.start >= markAt ? space : 0);
  const end = Math.max(at, inner.end - inserted.length);
  const replace = { start: Math.min(start, at), end: Math.min(end, lineEnd(text, at)) };
  const prefix = text.slice(replace.start, at);
  const amongBlocks = !found.inFlow && areBlocks(found.map, mark);
  const shared = { prefix, replace, quote, inFlow: found.inFlow, amongBlocks, needsSpace: space > 0 };
  const alone = found.role === 'key' && colonAt !== undefined && found.map?.items.length === 1 && found.around;
  if (alone) {
    // The only key of its mapping: as well the value itself, when the schema wants none.
    const { path, role, owner, list } = alone;
    return {
      ...shared,
      path,
      role,
      present: namesIn(list, mark),
      indent: bareColumn(tree.text, owner),
      hasColon: false,
      opensMapping: true,
    };
  }
  if (found.role !== 'key') {
    return {
      ...shared,
      path: found.path,
      role: found.role,
      present: namesIn(found.list, mark),
      indent: bareColumn(tree.text, found.owner),
      hasColon: false,
      opensMapping: false,
    };
  }
  const present = siblings(tree, found).filter((key) => !key.includes(mark));
  const hasColon = /^["']?[ \t]*:(?:\s|$)/.test(text.slice(replace.end, replace.end + 50));
  return {
    ...shared,
    path: found.path,
    role: 'key',
    present,
    indent: bareColumn(text, replace.start - (quote ? 1 : 0)),
    hasColon,
    opensMapping: false,
  };
}

function quoteOf(node: Node): Cursor['quote'] {
  if (!isScalar(node)) return undefined;
  return node.type === 'QUOTE_DOUBLE' ? '"' : node.type === 'QUOTE_SINGLE' ? "'" : undefined;
}

function closes(text: string, span: Span, quote: string): boolean {
  return span.end - span.start > 1 && text[span.end - 1] === quote;
}

/** Whether the mappings in this one, of which there are some, stand in block style. */
function areBlocks(map: YAMLMap | undefined, mark: string): boolean {
  const mappings = ((map?.items ?? []) as NodePair[])
    .filter(({ key, value }) => !holdsMark(key, mark) && isMap(value) && value.items.length > 0)
    .map(({ value }) => value as YAMLMap);
  return mappings.length > 0 && mappings.every(({ flow }) => flow !== true);
}

/** The texts of a list but for the one with the mark. */
function namesIn(list: YAMLSeq | undefined, mark: string): string[] {
  return (list?.items ?? []).flatMap((item) =>
    isScalar(item) && typeof item.value === 'string' && !holdsMark(item, mark) ? [item.value] : [],
  );
}

function siblings(tree: Tree, found: Found): string[] {
  if (!tree.whole && found.path.length === 0) return [...tree.top.keys()];
  if (tree.workloads && found.path.length === 1 && found.path[0] === 'workloads') return [...tree.workloads.keys()];
  return (
    (found.map?.items as NodePair[] | undefined)
      ?.filter(({ key }) => !isMergeKey(key))
      .map(({ key }) => keyText(key)) ?? []
  );
}

/** The node that holds the mark. */
function findMark(tree: Tree, at: number, mark: string): Found | undefined {
  for (const placed of tree.placed) {
    const { root, kind, text } = placed.chunk;
    if (at < placed.base || at >= placed.base + text.length || !root) continue;
    const path: Path = kind === 'workload' ? ['workloads'] : [];
    const around = kind === 'workload' ? headerOf(tree) : undefined;
    return search(
      { node: root, placed, path, role: 'value', map: undefined, inFlow: false, owner: placed.base, around },
      at - placed.base,
      mark,
    );
  }
  return undefined;
}

function headerOf(tree: Tree): Found['around'] {
  const header = tree.top.get('workloads');
  if (!header) return undefined;
  const owner = spanOf(header.pair.key).start + header.placed.base;
  return tree.workloads?.size === 1 ? { path: ['workloads'], role: 'value', owner, keyEnd: owner } : undefined;
}

function search(here: Found, at: number, mark: string): Found | undefined {
  const { node, placed, path } = here;
  if (isMap(node)) {
    const inFlow = here.inFlow || node.flow === true;
    const around =
      path.length > 0 && here.role !== 'key'
        ? { path, role: here.role, owner: here.owner, keyEnd: 0, list: here.list }
        : undefined;
    for (const pair of node.items as NodePair[]) {
      const owner = spanOf(pair.key).start + placed.base;
      const key: Found = {
        node: pair.key,
        placed,
        path,
        role: 'key',
        map: node,
        inFlow,
        owner,
        around: isRoot(here) ? here.around : around,
      };
      if (holdsMark(pair.key, mark)) return key;
      if (!isWritten(pair.value)) continue;
      const value: Found = {
        ...key,
        node: pair.value,
        path: [...path, keyText(pair.key)],
        role: 'value',
        around: undefined,
      };
      const found = search(value, at, mark);
      if (found) return found;
    }
    return undefined;
  }
  if (isSeq(node)) {
    const inFlow = here.inFlow || node.flow === true;
    for (const [index, item] of (node.items as Node[]).entries()) {
      const start = spanOf(item).start + placed.base;
      const found = search(
        {
          ...here,
          node: item,
          path: [...path, index],
          role: 'item',
          list: node,
          inFlow,
          owner: inFlow ? start : dashOf(placed, start),
        },
        at,
        mark,
      );
      if (found) return found;
    }
    return undefined;
  }
  return holdsMark(node, mark) ? here : undefined;
}

function isRoot(here: Found): boolean {
  return here.node === here.placed.chunk.root;
}

function dashOf(placed: Placed, start: number): number {
  const dash = placed.chunk.text.lastIndexOf('-', start - placed.base - 1);
  return dash < 0 ? start : dash + placed.base;
}

function holdsMark(node: Node | null, mark: string): boolean {
  if (node === null) return false;
  if (isScalar(node))
    return (typeof node.value === 'string' && node.value.includes(mark)) || (node.source?.includes(mark) ?? false);
  return 'source' in node && typeof node.source === 'string' && node.source.includes(mark);
}

/** A word of letters that the text does not hold. */
function unusedWord(text: string): string {
  let word = 'zqcursor';
  while (text.includes(word)) word += 'q';
  return word;
}
