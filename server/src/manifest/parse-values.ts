import { isMap } from 'yaml';
import type { Node, YAMLMap } from 'yaml';
import type { ManifestSource, WorkloadSource } from './source.ts';
import type { Tree } from './locate.ts';
import type { Chunk } from './parse-chunk.ts';
import { setKey } from './parse-plain.ts';
import type { PlainReader } from './parse-plain.ts';
import { findEntry, follow, merged, ownEntries, target } from './parse-tree.ts';
import type { Anchors, NodeRef, Placed } from './parse-tree.ts';

/** What a source holds, as plain values. */
export type Values = Pick<ManifestSource, 'head' | 'headKey' | 'workloads' | 'hasWorkloads'>;

/** The values of a text that was parsed as a whole. */
export function wholeValues(tree: Tree, read: PlainReader): Values {
  const head: Record<string, unknown> = {};
  const workloads: WorkloadSource[] = [];
  if (!tree.whole) return { head, headKey: '{}', workloads, hasWorkloads: false };
  const plain = read(tree.whole.node, tree.whole.placed) as Record<string, unknown>;
  for (const [key, value] of Object.entries(plain)) if (key !== 'workloads') setKey(head, key, value);
  const given = Object.hasOwn(plain, 'workloads') ? plain['workloads'] : undefined;
  const hasWorkloads = typeof given === 'object' && given !== null && !Array.isArray(given);
  if (hasWorkloads)
    for (const name of workloadNames(tree)) {
      const raw = (given as Record<string, unknown>)[name];
      workloads.push({ name, raw, cacheKey: json([name, raw]) });
    }
  return { head, headKey: json(head), workloads, hasWorkloads };
}

/** In the order of the text, which an object's keys do not keep when they look like numbers. */
function workloadNames({ whole, anchors }: Tree): readonly string[] {
  if (!whole) return [];
  const entry = findEntry(whole.node as YAMLMap, whole.placed, 'workloads', anchors);
  const map = entry?.pair.value ? follow({ node: entry.pair.value, placed: entry.placed }, anchors) : undefined;
  const names = new Set<string>();
  const add = (ref: NodeRef | undefined, depth: number): void => {
    if (!ref || !isMap(ref.node) || depth > 20) return;
    for (const { key } of ownEntries(ref.node, ref.placed)) names.add(key);
    for (const part of merged(ref.node, ref.placed, anchors)) add(part, depth + 1);
  };
  add(map, 0);
  return [...names];
}

/** The values of a part, the keys they are cached by, and the anchored values they were read with. */
interface PartValues {
  readonly values: ReadonlyMap<string, { readonly raw: unknown; readonly cacheKey: string }>;
  readonly read: readonly (Node | undefined)[];
}

const known = new WeakMap<Chunk, PartValues>();

/** Reads a part once, and again only when an alias in it has come to stand for another value. */
function readPart(
  placed: Placed,
  anchors: Anchors,
  read: PlainReader,
  problemCount: () => number,
): PartValues['values'] {
  const { chunk } = placed;
  const old = known.get(chunk);
  const stable = chunk.aliases.map((alias) => stableTarget(target(alias, placed, anchors), placed));
  if (
    old &&
    old.read.length === stable.length &&
    old.read.every((node, index) => node !== undefined && node === stable[index])
  )
    return old.values;
  const before = problemCount();
  const entries = chunk.root && isMap(chunk.root) ? ownEntries(chunk.root, placed) : [];
  const values = new Map(
    entries.map(({ key, pair }) => {
      const raw = read(pair.value, placed);
      return [key, { raw, cacheKey: cacheKeyOf(chunk, key, raw, entries.length) }] as const;
    }),
  );
  // A part with a bad alias is read each time, so that its problem is told each time.
  if (problemCount() === before) known.set(chunk, { values, read: stable });
  return values;
}

/** The node of an anchor, unless its own value may change while its text does not. */
function stableTarget(ref: NodeRef | undefined, placed: Placed): Node | undefined {
  return ref && (ref.placed === placed || ref.placed.chunk.aliases.length === 0) ? ref.node : undefined;
}

function cacheKeyOf(chunk: Chunk, name: string, raw: unknown, entries: number): string {
  if (chunk.aliases.length > 0) return `${chunk.text}\n${json([name, raw])}`;
  return entries === 1 ? chunk.text : `${chunk.text}\n${name}`;
}

/** The values of a text that was parsed in parts. */
export function partValues(tree: Tree, read: PlainReader, problemCount: () => number): Values {
  const head: Record<string, unknown> = {};
  const headTexts: string[] = [];
  const workloads: WorkloadSource[] = [];
  let headRefers = false;
  for (const each of tree.placed) {
    const { chunk } = each;
    const values = readPart(each, tree.anchors, read, problemCount);
    if (chunk.kind === 'top') {
      headTexts.push(chunk.text);
      headRefers ||= chunk.aliases.length > 0;
    }
    for (const [name, { raw, cacheKey }] of values) {
      if (chunk.kind === 'top' && tree.top.get(name)?.placed === each) setKey(head, name, raw);
      if (chunk.kind === 'workload' && tree.workloads?.get(name)?.placed === each)
        workloads.push({ name, raw, cacheKey });
    }
  }
  const headKey = headTexts.join('') + (headRefers ? json(head) : '');
  return { head, headKey, workloads, hasWorkloads: tree.workloads !== undefined };
}

/** JSON that tells infinity from null. */
function json(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? `${each}` : each,
  );
}
