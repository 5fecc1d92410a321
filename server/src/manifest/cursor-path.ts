import { isMap, isSeq } from 'yaml';
import type { Node } from 'yaml';
import type { ManifestSource, Path, Span } from './source.ts';
import { isWritten, nodeSpan, pairEnd } from './locate.ts';
import type { Tree } from './locate.ts';
import { keyText, spanOf } from './parse-chunk.ts';
import type { NodePair, NodeRef, Placed } from './parse-tree.ts';
import { treeOf } from './parse.ts';
import { shift } from './span.ts';

/** What is written at an offset. */
export interface PathAt {
  readonly path: Path;
  readonly part: 'key' | 'value';
  /** Of the key, or of the value. */
  readonly span: Span;
}

/**
 * The key or the value that holds an offset, its ends included; the innermost one. Nothing is parsed again.
 * @returns undefined in comments, and between the entries of the top level
 */
export function pathAt(source: ManifestSource, offset: number): PathAt | undefined {
  const tree = treeOf(source);
  if (inComment(tree, offset)) return undefined;
  for (const placed of tree.placed) {
    const { root, kind, text } = placed.chunk;
    if (offset < placed.base || offset > placed.base + text.length || !root) continue;
    const found = inNode({ node: root, placed }, kind === 'workload' ? ['workloads'] : [], offset);
    // The end of a part is the start of the next, which may have more to say.
    if (found && found.path.length > (kind === 'workload' ? 1 : 0)) return found;
  }
  return undefined;
}

function inNode(ref: NodeRef, path: Path, offset: number): PathAt | undefined {
  const span = nodeSpan(ref);
  const { node, placed } = ref;
  if (offset < span.start || offset > span.end) return undefined;
  if (isMap(node)) {
    for (const pair of node.items as NodePair[]) {
      const found = inPair(pair, placed, path, offset);
      if (found) return found;
    }
  } else if (isSeq(node)) {
    for (const [index, item] of (node.items as Node[]).entries()) {
      const found = isWritten(item) ? inNode({ node: item, placed }, [...path, index], offset) : undefined;
      if (found) return found;
    }
  }
  return { path, part: 'value', span };
}

function inPair(pair: NodePair, placed: Placed, path: Path, offset: number): PathAt | undefined {
  const key = shift(spanOf(pair.key), placed.base);
  const own = [...path, keyText(pair.key)];
  if (offset < key.start || offset > pairEnd(pair, placed)) return undefined;
  if (offset <= key.end) return { path: own, part: 'key', span: key };
  return isWritten(pair.value) ? inNode({ node: pair.value, placed }, own, offset) : undefined;
}

/** True in a comment. */
export function inComment(tree: Tree, offset: number): boolean {
  return tree.placed.some(
    ({ chunk, base }) =>
      offset > base &&
      offset <= base + chunk.text.length &&
      chunk.comments.some(({ span }) => offset > span.start + base && offset <= span.end + base),
  );
}
