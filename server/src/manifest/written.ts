/** What is written in a stretch of the text: keys and scalars with their paths, anchors and aliases. */
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node } from 'yaml';
import { isWritten, nodeSpan, pairEnd } from './locate.ts';
import { isMergeKey, keyText, spanOf } from './parse-chunk.ts';
import type { NodePair, NodeRef } from './parse-tree.ts';
import { treeOf } from './parse.ts';
import type { ManifestSource, Path, Span } from './source.ts';
import { shift } from './span.ts';

export interface Written {
  readonly kind: 'key' | 'scalar' | 'merge';
  readonly path: Path;
  readonly span: Span;
  /** Of a scalar, as parsed. */
  readonly value?: unknown;
}

/** The place of an anchor (`&name`) or alias (`*name`), its sign included. */
export interface AnchorMention {
  readonly name: string;
  readonly kind: 'anchor' | 'alias';
  readonly span: Span;
  /** Where the value that it names starts: equal for an anchor and its aliases. Undefined for an alias without an anchor. */
  readonly target: number | undefined;
}

/** Keys and scalars that touch `within`, in the order of the text. */
export function writtenIn(source: ManifestSource, within: Span): Written[] {
  const found: Written[] = [];
  for (const placed of treeOf(source).placed) {
    const { root, kind, text } = placed.chunk;
    if (!root || placed.base > within.end || placed.base + text.length < within.start) continue;
    collect({ node: root, placed }, kind === 'workload' ? ['workloads'] : [], within, found);
  }
  return found;
}

function collect(ref: NodeRef, path: Path, within: Span, found: Written[]): void {
  const { node, placed } = ref;
  const span = nodeSpan(ref);
  if (span.end < within.start || span.start > within.end) return;
  if (isScalar(node)) found.push({ kind: 'scalar', path, span, value: node.value });
  else if (isMap(node)) {
    for (const pair of node.items as NodePair[]) {
      const key = shift(spanOf(pair.key), placed.base);
      if (key.start > within.end) return;
      if (pairEnd(pair, placed) < within.start) continue;
      const merges = isMergeKey(pair.key);
      const own = [...path, keyText(pair.key)];
      if (key.end > key.start) found.push({ kind: merges ? 'merge' : 'key', path: own, span: key });
      if (isWritten(pair.value) && !merges) collect({ node: pair.value, placed }, own, within, found);
    }
  } else if (isSeq(node)) {
    (node.items as Node[]).forEach((item, index) => {
      if (isWritten(item)) collect({ node: item, placed }, [...path, index], within, found);
    });
  }
}

/** All anchors and aliases, in the order of the text. */
export function anchorMentions(source: ManifestSource): AnchorMention[] {
  const tree = treeOf(source);
  const mentions: AnchorMention[] = [];
  for (const { chunk, base } of tree.placed) {
    for (const { name, offset, node } of chunk.anchors) {
      const start = chunk.text.lastIndexOf(`&${name}`, offset);
      if (start < 0) continue;
      const target = spanOf(node).start + base;
      mentions.push({
        name,
        kind: 'anchor',
        span: { start: start + base, end: start + base + name.length + 1 },
        target,
      });
    }
    for (const alias of chunk.aliases) {
      const start = spanOf(alias).start + base;
      const anchor = tree.anchors(alias.source, start);
      mentions.push({
        name: alias.source,
        kind: 'alias',
        span: { start, end: start + alias.source.length + 1 },
        target: anchor && !isAlias(anchor.node) ? spanOf(anchor.node).start + anchor.placed.base : undefined,
      });
    }
  }
  return mentions.sort((a, b) => a.span.start - b.span.start);
}

/** A value with an anchor, as an alias may name it. */
export interface AnchoredValue {
  readonly name: string;
  readonly holds: 'mapping' | 'list' | 'scalar';
  /** As it is written. */
  readonly text: string;
}

/** What an alias at an offset may name, in the order of the text: each name once, with its last value, none that the offset is in. */
export function anchorsBefore(source: ManifestSource, offset: number): AnchoredValue[] {
  const found = new Map<string, AnchoredValue>();
  for (const placed of treeOf(source).placed) {
    for (const { name, node } of placed.chunk.anchors) {
      const { start, end } = nodeSpan({ node, placed });
      if (start >= offset) continue;
      found.delete(name);
      // Also where it goes on at the offset: an alias of what it stands in has no end.
      if (source.text.slice(end, offset).trim() === '') continue;
      const holds = isMap(node) ? 'mapping' : isSeq(node) ? 'list' : 'scalar';
      found.set(name, { name, holds, text: source.text.slice(start, end) });
    }
  }
  return [...found.values()];
}
