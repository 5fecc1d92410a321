/** Deep merge of `defaults` under a workload, and removal of members that do not validate. Inputs are never changed. */
import { isMapping } from './shape.ts';
import type { Path } from './source.ts';

/** Deeper than any place of the language; a bound for values that an alias makes contain themselves. */
const MAX_DEPTH = 16;

/** `over` wins; mappings are merged key by key, everything else (scalars, lists, `target: auto`) replaces. */
export function mergeUnder(under: unknown, over: unknown, depth = 0): unknown {
  if (!isMapping(under) || !isMapping(over) || depth > MAX_DEPTH) return over === undefined ? under : over;
  const merged = copyOf(under);
  for (const key of Object.keys(over)) {
    const value = over[key];
    put(merged, key, Object.hasOwn(under, key) ? mergeUnder(under[key], value, depth + 1) : value);
  }
  return merged;
}

/** A copy without the members at `paths`. The empty path is not among them. */
export function without(raw: unknown, paths: readonly Path[]): unknown {
  if (paths.length === 0) return raw;
  const byKey = new Map<string | number, Path[]>();
  for (const [key, ...rest] of paths) {
    if (key === undefined) continue;
    const list = byKey.get(key);
    if (list) list.push(rest);
    else byKey.set(key, [rest]);
  }
  if (Array.isArray(raw)) {
    return raw.flatMap((item: unknown, index) => {
      const below = byKey.get(index);
      if (!below) return [item];
      return below.some((path) => path.length === 0) ? [] : [without(item, below)];
    });
  }
  if (!isMapping(raw)) return raw;
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(raw)) {
    const below = byKey.get(key);
    if (below?.some((path) => path.length === 0)) continue;
    put(kept, key, below ? without(raw[key], below) : raw[key]);
  }
  return kept;
}

function copyOf(mapping: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(mapping)) put(copy, key, mapping[key]);
  return copy;
}

/** Assignment that makes `__proto__` an own key like any other. */
function put(mapping: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(mapping, key, { value, enumerable: true, configurable: true, writable: true });
  else mapping[key] = value;
}
