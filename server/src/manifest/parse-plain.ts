import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Node } from 'yaml';
import type { Span, SyntaxProblem } from './source.ts';
import { isMergeKey, keyText, maxDepth, spanOf } from './parse-chunk.ts';
import { syntax } from './parse-messages.ts';
import { target } from './parse-tree.ts';
import type { Anchors, NodePair, Placed } from './parse-tree.ts';
import { shift } from './span.ts';

/** Values that aliases may stand for in one text, each counted as often as it is referred to. */
export const maxAliasedValues = 100_000;

export type PlainReader = (node: Node | null, placed: Placed) => unknown;

/** Sets an own property whatever its name: `__proto__` becomes a key like any other. */
export function setKey(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/**
 * Reads plain values from the tree, aliases and merge keys resolved. Reads each anchored value once, so that a value
 * with many aliases is one object; what aliases multiply is counted, and beyond `maxAliasedValues` they are null.
 * @param report told of aliases that lead nowhere, into themselves, or multiply without end
 */
export function plainReader(anchors: Anchors, report: (problem: SyntaxProblem) => void): PlainReader {
  const known = new Map<Node, { readonly value: unknown; readonly size: number }>();
  const active = new Set<Node>();
  let aliased = 0;
  let depth = 0;
  let size = 0;

  const read = (node: Node | null, placed: Placed): unknown => {
    size++;
    if (node === null) return null;
    if (isScalar(node)) return node.value ?? null;
    if (isAlias(node)) return readAlias(node, placed);
    if (!isMap(node) && !isSeq(node)) return null;
    if (depth > maxDepth) return null;
    const before = size;
    depth++;
    if (node.anchor !== undefined) active.add(node);
    const value = isMap(node)
      ? readMap(node.items as NodePair[], placed)
      : node.items.map((item) => read(item as Node, placed));
    depth--;
    if (node.anchor !== undefined) {
      active.delete(node);
      known.set(node, { value, size: size - before });
    }
    return value;
  };

  const readMap = (pairs: readonly NodePair[], placed: Placed): Record<string, unknown> => {
    const object: Record<string, unknown> = {};
    const sources: unknown[] = [];
    const written = new Set<string>();
    for (const { key, value } of pairs) {
      if (isMergeKey(key)) {
        sources.push(mergeSource(value, read(value, placed), placed));
        continue;
      }
      const name = keyText(key);
      // Read even when it does not count, for the anchors in it.
      const plain = read(value, placed);
      if (written.has(name)) continue;
      written.add(name);
      setKey(object, name, plain);
    }
    for (const source of sources.flat())
      if (isObject(source))
        for (const [key, value] of Object.entries(source)) {
          size++;
          if (!Object.hasOwn(object, key)) setKey(object, key, value);
        }
    return object;
  };

  const mergeSource = (node: Node | null, value: unknown, placed: Placed): unknown => {
    // A bad alias has been reported already.
    const fitting = (part: unknown, at: unknown): boolean => isObject(part) || (isAlias(at) && part === null);
    const parts = isSeq(node) ? node.items : [];
    const fits =
      fitting(value, node) || (Array.isArray(value) && value.every((part, index) => fitting(part, parts[index])));
    if (!fits)
      report(
        syntax('`<<` merges mappings: write `<<: *name`, where `&name` stands at a mapping.', spanAt(node, placed)),
      );
    return value;
  };

  const readAlias = (alias: Alias, placed: Placed): unknown => {
    const span = spanAt(alias, placed);
    const name = `*${alias.source}`;
    const to = target(alias, placed, anchors);
    if (!to) {
      // An empty name is an error of the parser's own.
      if (alias.source !== '')
        report(
          syntax(
            `\`${name}\` refers to no anchor above it: write \`&${alias.source}\` before the value it stands for.`,
            span,
          ),
        );
      return null;
    }
    if (active.has(to.node)) {
      report(
        syntax(`\`${name}\` stands inside the value it refers to: a value cannot hold itself, remove the alias.`, span),
      );
      return null;
    }
    let found = known.get(to.node);
    if (!found) {
      const before = size;
      const value = read(to.node, to.placed);
      found = known.get(to.node) ?? { value, size: size - before };
      size = before;
    }
    aliased += found.size + 1;
    if (aliased > maxAliasedValues) {
      report(
        syntax(
          `\`${name}\` is not resolved: the aliases of this text stand for more than ${maxAliasedValues.toLocaleString('en-US')} values, write fewer.`,
          span,
        ),
      );
      return null;
    }
    size += found.size;
    return found.value;
  };

  return (node, placed) => read(node, placed);
}

function spanAt(node: Node | null, placed: Placed): Span {
  return node ? shift(spanOf(node), placed.base) : { start: placed.base, end: placed.base };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
