import { isMap, isScalar, isSeq } from 'yaml';
import type { Node, YAMLMap, YAMLSeq } from 'yaml';
import type { ManifestSource, Path, PlainValue } from './source.ts';
import { isBlockScalar, pairEnd, walk } from './locate.ts';
import type { Place, Tree } from './locate.ts';
import { spanOf } from './parse-chunk.ts';
import type { ChunkKind } from './parse-chunk.ts';
import { setKey } from './parse-plain.ts';
import type { Entry, NodePair, NodeRef, Placed } from './parse-tree.ts';
import { isPlainMap } from './render.ts';

/** What edits need to know of the text they change. */
export interface Site {
  readonly source: ManifestSource;
  readonly tree: Tree;
  readonly text: string;
  readonly lineEnd: string;
  /** Columns that a level goes deeper, as the text does it. */
  readonly step: number;
}

export function siteOf(source: ManifestSource, tree: Tree): Site {
  return { source, tree, text: source.text, lineEnd: source.lineEnd, step: indentStep(source.text) };
}

function indentStep(text: string): number {
  const first = /^[^\s#-][^\r\n]*:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*( +)[^\s#]/m.exec(text.slice(0, 20_000));
  return Math.min(first?.[1]?.length ?? 2, 8);
}

/** The steps of a path that are written at the path itself: no alias, no merge key. */
export function ownPlaces(tree: Tree, path: Path): readonly Place[] {
  const { places } = walk(tree, path);
  const end = places.findIndex((place) => !place.own);
  return end < 0 ? places : places.slice(0, end);
}

/** Mappings and lists that are parts of the text: their pairs may come from several chunks. */
export type Container =
  | {
      readonly kind: 'map';
      readonly flow: boolean;
      readonly node: YAMLMap | undefined;
      readonly placed: Placed | undefined;
      readonly entries: readonly Pick<Entry, 'pair' | 'placed'>[];
    }
  | { readonly kind: 'list'; readonly flow: boolean; readonly node: YAMLSeq; readonly placed: Placed };

/** The mapping or list that holds the last step of a path, where it is written itself. */
export function containerOf(site: Site, path: Path, places: readonly Place[]): Container | undefined {
  const { tree } = site;
  const depth = path.length - 1;
  if (depth === 0) {
    if (tree.whole) return containerAt(tree.whole);
    return { kind: 'map', flow: false, node: undefined, placed: undefined, entries: pairsOf(tree, ['top', 'header']) };
  }
  if (depth === 1 && path[0] === 'workloads' && tree.workloads)
    return { kind: 'map', flow: false, node: undefined, placed: undefined, entries: pairsOf(tree, ['workload']) };
  const value = places[depth - 1]?.value;
  return value && containerAt(value);
}

/** The pairs of all parts of some kinds, in the order of the text, those included that stand twice. */
function pairsOf(tree: Tree, kinds: readonly ChunkKind[]): Pick<Entry, 'pair' | 'placed'>[] {
  return tree.placed.flatMap((placed) => {
    const { kind, root } = placed.chunk;
    if (!kinds.includes(kind) || !root || !isMap(root)) return [];
    return (root.items as NodePair[]).map((pair) => ({ pair, placed }));
  });
}

export function containerAt({ node, placed }: NodeRef): Container | undefined {
  if (isMap(node)) {
    const entries = (node.items as NodePair[]).map((pair) => ({ pair, placed }));
    return { kind: 'map', flow: node.flow === true, node, placed, entries };
  }
  return isSeq(node) ? { kind: 'list', flow: node.flow === true, node, placed } : undefined;
}

export function entryStart({ pair, placed }: Pick<Entry, 'pair' | 'placed'>): number {
  return spanOf(pair.key).start + placed.base;
}

/** Offset after the last character of what a mapping holds; of `workloads`, after the last workload. */
export function entryEnd(site: Site, { pair, placed }: Pick<Entry, 'pair' | 'placed'>): number {
  const end = pairEnd(pair, placed);
  if (placed.chunk.kind !== 'header' || !site.tree.workloads) return end;
  return Math.max(end, ...[...site.tree.workloads.values()].map((each) => pairEnd(each.pair, each.placed)));
}

/** The block scalar that ends a value and keeps the blank lines after it (`|+`), for which those lines count. */
export function keepsBlankLines(node: Node | null, placed: Placed): boolean {
  if (node === null) return false;
  if (isBlockScalar(node)) {
    const { start } = spanOf(node);
    return /^[|>]\d?\+/.test(placed.chunk.text.slice(start, start + 4));
  }
  if ((isMap(node) || isSeq(node)) && !node.flow) {
    const last = node.items.at(-1);
    return keepsBlankLines(
      isMap(node) ? ((last as NodePair | undefined)?.value ?? null) : ((last as Node | undefined) ?? null),
      placed,
    );
  }
  return false;
}

/** The plain value at a path with aliases and merge keys resolved, or undefined. */
export function plainAt(source: ManifestSource, path: Path): unknown {
  let value: unknown =
    path[0] === 'workloads'
      ? path.length === 1
        ? workloadsPlain(source)
        : source.workloads.find((each) => each.name === String(path[1]))?.raw
      : member(source.head, path[0]);
  for (const step of path.slice(path[0] === 'workloads' ? 2 : 1)) value = member(value, step);
  return value;
}

function workloadsPlain(source: ManifestSource): unknown {
  if (!source.hasWorkloads) return undefined;
  const all: Record<string, unknown> = {};
  for (const { name, raw } of source.workloads) setKey(all, name, raw);
  return all;
}

function member(value: unknown, step: string | number | undefined): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, step) ? (value as Record<string | number, unknown>)[step] : undefined;
}

/** A copy of a plain value with the value at a path in it replaced, and what is missing on the way made. */
export function withValue(value: unknown, path: Path, to: PlainValue): PlainValue {
  const [step, ...rest] = path;
  if (step === undefined) return to;
  if (Array.isArray(value) && typeof step === 'number') {
    const copy = [...(value as PlainValue[])];
    const at = Math.min(step, copy.length);
    copy[at] = withValue(copy[at], rest, to);
    return copy;
  }
  if (!isPlainMap(value) && typeof step === 'number') return [withValue(undefined, rest, to)];
  const copy: Record<string, PlainValue> = {};
  if (isPlainMap(value)) for (const [key, each] of Object.entries(value)) setKey(copy, key, each);
  setKey(copy, String(step), withValue(member(value, step), rest, to));
  return copy;
}

export function samePlain(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && samePlain(member(a, key), member(b, key)))
  );
}

/** What the text of a scalar is quoted with, if it is. */
export function quoteOf(node: Node): '"' | "'" | undefined {
  if (!isScalar(node)) return undefined;
  return node.type === 'QUOTE_DOUBLE' ? '"' : node.type === 'QUOTE_SINGLE' ? "'" : undefined;
}
