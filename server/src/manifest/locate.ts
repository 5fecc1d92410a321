import { isMap, isScalar, isSeq } from 'yaml';
import type { Node, YAMLMap, YAMLSeq } from 'yaml';
import type { Part, Path, Span } from './source.ts';
import { spanOf } from './parse-chunk.ts';
import { findEntry, follow } from './parse-tree.ts';
import type { Anchors, Entry, NodePair, NodeRef, Placed } from './parse-tree.ts';
import { firstContent, shift, trimmed } from './span.ts';

/** The parsed parts of a text and how they hang together: what locating, completing and editing work on. */
export interface Tree {
  readonly text: string;
  readonly placed: readonly Placed[];
  readonly anchors: Anchors;
  /** The mapping at the top when the text was parsed as a whole; otherwise the entries are found by `top`. */
  readonly whole: NodeRef | undefined;
  readonly top: ReadonlyMap<string, Entry>;
  /** By name, when each workload is a part of its own. */
  readonly workloads: ReadonlyMap<string, Entry> | undefined;
}

/** Something a path leads to: a pair in a mapping, or an item of a list. */
export interface Place {
  readonly entry?: Entry;
  /** Undefined for a value that is not written (`key:`). */
  readonly value: NodeRef | undefined;
  /** Written at this very path: no alias and no merge key on the way. */
  readonly own: boolean;
}

export interface Walk {
  /** One for each step of the path that is present. */
  readonly places: readonly Place[];
  /** True when a value that is no mapping ended the way: nothing below it can come from `defaults`. */
  readonly blocked: boolean;
}

/** Follows a path as far as it is written. */
export function walk(tree: Tree, path: Path): Walk {
  const places: Place[] = [];
  let own = true;
  for (let depth = 0; depth < path.length; depth++) {
    const step = path[depth] ?? '';
    const found = depth === 0 ? topPlace(tree, String(step)) : childPlace(tree, path, depth, places[depth - 1]);
    if (found === 'blocked') return { places, blocked: true };
    if (!found) return { places, blocked: false };
    own &&= found.own;
    places.push(own ? found : { ...found, own: false });
  }
  return { places, blocked: false };
}

function topPlace(tree: Tree, key: string): Place | undefined {
  if (tree.whole) return entryPlace(findEntry(tree.whole.node as YAMLMap, tree.whole.placed, key, tree.anchors));
  return entryPlace(tree.top.get(key));
}

function childPlace(tree: Tree, path: Path, depth: number, parent: Place | undefined): Place | 'blocked' | undefined {
  const step = path[depth] ?? '';
  if (depth === 1 && path[0] === 'workloads' && tree.workloads) return entryPlace(tree.workloads.get(String(step)));
  if (!parent?.value) return undefined;
  const value = follow(parent.value, tree.anchors);
  if (!value) return undefined;
  const direct = value.node === parent.value.node;
  if (isMap(value.node)) {
    const found = entryPlace(findEntry(value.node, value.placed, String(step), tree.anchors));
    return found && (direct ? found : { ...found, own: false });
  }
  if (isSeq(value.node)) {
    const item =
      typeof step === 'number' || /^\d+$/.test(step) ? (value.node.items[Number(step)] as Node | undefined) : undefined;
    return item ? { value: { node: item, placed: value.placed }, own: direct } : 'blocked';
  }
  return isScalar(value.node) && value.node.value === null ? undefined : 'blocked';
}

function entryPlace(entry: Entry | undefined): Place | undefined {
  if (!entry) return undefined;
  const { pair, placed, own } = entry;
  return { entry, value: isWritten(pair.value) ? { node: pair.value, placed } : undefined, own };
}

/** False for the empty value after `key:`. */
export function isWritten(node: Node | null): node is Node {
  return node !== null && spanOf(node).end > spanOf(node).start;
}

/** `locate` of a source. Docs at `ManifestSource`. */
export function locateIn(tree: Tree, path: Path, part: Part): Span | undefined {
  if (path.length === 0)
    return tree.text.trim() === ''
      ? undefined
      : trimmed(tree.text, { start: bomLength(tree.text), end: tree.text.length });
  const { places, blocked } = walk(tree, path);
  if (places.length === path.length) {
    const span = placeSpan(tree, path, places.at(-1), part);
    if (span) return span;
    return undefined;
  }
  if (blocked || path[0] !== 'workloads' || path.length < 3 || places.length < 2) return undefined;
  const inherited: Path = ['defaults', ...path.slice(2)];
  const found = walk(tree, inherited);
  return found.places.length === inherited.length ? placeSpan(tree, inherited, found.places.at(-1), part) : undefined;
}

/** `nearest` of a source. Docs at `ManifestSource`. */
export function nearestIn(tree: Tree, path: Path, part: Part): Span {
  const exact = path.length > 0 ? locateIn(tree, path, part) : undefined;
  if (exact) return exact;
  for (let length = path.length; length > 0; length--) {
    const key = locateIn(tree, path.slice(0, length), 'key');
    if (key) return key;
  }
  return firstContent(tree.text.slice(bomLength(tree.text))).end === 0
    ? { start: 0, end: 0 }
    : shift(firstContent(tree.text.slice(bomLength(tree.text))), bomLength(tree.text));
}

/** `isOwn` of a source. Docs at `ManifestSource`. */
export function isOwnIn(tree: Tree, path: Path): boolean {
  const { places } = walk(tree, path);
  return places.length === path.length && places.every((place) => place.own);
}

function placeSpan(tree: Tree, path: Path, place: Place | undefined, part: Part): Span | undefined {
  if (!place) return undefined;
  const { entry, value } = place;
  const isWorkloads = path.length === 1 && path[0] === 'workloads' && tree.workloads;
  const valueSpan = isWorkloads ? workloadsSpan(tree.workloads) : value && nodeSpan(value);
  if (!entry || part === 'value') return valueSpan;
  const key = shift(spanOf(entry.pair.key), entry.placed.base);
  if (part === 'key') return key;
  return { start: key.start, end: Math.max(valueSpan?.end ?? 0, pairEnd(entry.pair, entry.placed)) };
}

function workloadsSpan(workloads: ReadonlyMap<string, Entry>): Span | undefined {
  let start = Infinity;
  let end = -1;
  for (const { pair, placed } of workloads.values()) {
    start = Math.min(start, spanOf(pair.key).start + placed.base);
    end = Math.max(end, pairEnd(pair, placed));
  }
  return end < 0 ? undefined : { start, end };
}

/** A node's text without the white space and comments that follow it. */
export function nodeSpan({ node, placed }: NodeRef): Span {
  return { start: spanOf(node).start + placed.base, end: contentEnd(node, placed) };
}

/** Offset after the last character of a pair. */
export function pairEnd(pair: NodePair, placed: Placed): number {
  if (isWritten(pair.value)) return contentEnd(pair.value, placed);
  const keyEnd = spanOf(pair.key).end;
  const colon = /^[ \t]*:/.exec(placed.chunk.text.slice(keyEnd, keyEnd + 200));
  return keyEnd + (colon?.[0].length ?? 0) + placed.base;
}

function contentEnd(node: Node, placed: Placed): number {
  if (isMap(node) && !node.flow) {
    const last = node.items.at(-1) as NodePair | undefined;
    if (last) return pairEnd(last, placed);
  }
  if (isSeq(node) && !node.flow) return listEnd(node, placed);
  const { start, end } = trimmed(placed.chunk.text, spanOf(node));
  return placed.base + Math.max(start, end);
}

/** After the last item of a block list, or after the `-` of one that is empty. */
function listEnd(list: YAMLSeq, placed: Placed): number {
  const items = list.items as Node[];
  let written = items.length - 1;
  while (written >= 0 && !isWritten(items[written] ?? null)) written--;
  const last = items[written];
  let end = last ? contentEnd(last, placed) - placed.base : spanOf(list).start;
  for (let index = written + 1; index < items.length; index++) {
    nextDash.lastIndex = end;
    end += nextDash.exec(placed.chunk.text)?.[0].length ?? 0;
  }
  return end + placed.base;
}

const nextDash = /(?:\s|#[^\n]*\n)*-/y;

export function isBlockScalar(node: Node): boolean {
  return isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
}

/** 1 for a text that starts with a byte order mark. */
export function bomLength(text: string): number {
  return text.charCodeAt(0) === 0xfeff ? 1 : 0;
}
