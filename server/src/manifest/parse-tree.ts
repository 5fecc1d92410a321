import { isAlias, isMap, isSeq } from 'yaml';
import type { Alias, Node, Pair, YAMLMap } from 'yaml';
import { isMergeKey, keyText } from './parse-chunk.ts';
import type { Anchor, Chunk } from './parse-chunk.ts';

/** A chunk where it stands now: `base` is added to every offset in it. */
export interface Placed {
  readonly chunk: Chunk;
  readonly base: number;
}

export interface NodeRef {
  readonly node: Node;
  readonly placed: Placed;
}

export type NodePair = Pair<Node, Node | null>;

export interface Entry {
  readonly key: string;
  readonly pair: NodePair;
  readonly placed: Placed;
  /** False when a merge key brought it here. */
  readonly own: boolean;
}

/** The anchor an alias at an offset (from the start of the text) refers to: the last one of that name before it. */
export type Anchors = (name: string, before: number) => NodeRef | undefined;

export function anchorsOf(placed: readonly Placed[]): Anchors {
  let table: Map<string, { readonly offset: number; readonly ref: NodeRef }[]> | undefined;
  const build = (): Map<string, { readonly offset: number; readonly ref: NodeRef }[]> => {
    const built = new Map<string, { readonly offset: number; readonly ref: NodeRef }[]>();
    for (const each of placed)
      for (const { name, offset, node } of each.chunk.anchors as readonly Anchor[]) {
        const list = built.get(name) ?? [];
        list.push({ offset: offset + each.base, ref: { node, placed: each } });
        built.set(name, list);
      }
    return built;
  };
  return (name, before) => {
    table ??= build();
    const list = table.get(name);
    if (!list) return undefined;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]?.offset ?? Infinity) < before) low = middle + 1;
      else high = middle;
    }
    return list[low - 1]?.ref;
  };
}

/** Where an alias points, which may be an alias again only in broken texts. */
export function target(alias: Alias, placed: Placed, anchors: Anchors): NodeRef | undefined {
  return anchors(alias.source, (alias.range?.[0] ?? 0) + placed.base);
}

/** The node behind aliases; the node itself where it is none. */
export function follow(ref: NodeRef, anchors: Anchors): NodeRef | undefined {
  let current: NodeRef | undefined = ref;
  for (let hops = 0; current && isAlias(current.node); hops++) {
    if (hops > maxHops) return undefined;
    current = target(current.node, current.placed, anchors);
  }
  return current;
}

const maxHops = 20;
/** Mappings that one key is looked for in through merge keys. */
const maxMerged = 1000;

/** The mappings that a mapping's `<<` keys name, the strongest first. */
export function merged(map: YAMLMap, placed: Placed, anchors: Anchors): NodeRef[] {
  const found: NodeRef[] = [];
  for (const pair of map.items as NodePair[]) {
    if (!isMergeKey(pair.key) || !pair.value) continue;
    const value = follow({ node: pair.value, placed }, anchors);
    if (!value) continue;
    const parts = isSeq(value.node)
      ? value.node.items.map((item) => follow({ node: item as Node, placed: value.placed }, anchors))
      : [value];
    for (const part of parts) if (part && isMap(part.node)) found.push(part);
  }
  return found;
}

/**
 * The pair of a key in a mapping, its own before those of its merge keys. Each mapping is searched once: merges that meet
 * again and again would take exponential time.
 */
export function findEntry(
  map: YAMLMap,
  placed: Placed,
  key: string,
  anchors: Anchors,
  searched: Set<YAMLMap> = new Set(),
): Entry | undefined {
  if (searched.has(map)) return undefined;
  searched.add(map);
  let merges = false;
  for (const pair of map.items as NodePair[]) {
    if (isMergeKey(pair.key)) merges = true;
    else if (keyText(pair.key) === key) return { key, pair, placed, own: true };
  }
  if (!merges || searched.size > maxMerged) return undefined;
  for (const part of merged(map, placed, anchors)) {
    const entry = findEntry(part.node as YAMLMap, part.placed, key, anchors, searched);
    if (entry) return { ...entry, own: false };
  }
  return undefined;
}

/** The own pairs of a mapping without merge keys; of a key that stands twice, the first. */
export function ownEntries(map: YAMLMap, placed: Placed): Entry[] {
  const seen = new Set<string>();
  const entries: Entry[] = [];
  for (const pair of map.items as NodePair[]) {
    if (isMergeKey(pair.key)) continue;
    const key = keyText(pair.key);
    if (seen.has(key)) continue;
    seen.add(key);
    entries.push({ key, pair, placed, own: true });
  }
  return entries;
}
