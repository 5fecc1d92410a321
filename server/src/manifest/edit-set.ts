import { isAlias, isMap, isScalar } from 'yaml';
import type { Node } from 'yaml';
import type { Path, PlainValue, TextEdit } from './source.ts';
import { isWritten, nodeSpan, pairEnd } from './locate.ts';
import type { Place } from './locate.ts';
import { keyText, spanOf } from './parse-chunk.ts';
import { follow } from './parse-tree.ts';
import type { NodePair, NodeRef } from './parse-tree.ts';
import { renderFlow, renderItem, renderKey, renderPair, renderValue } from './render.ts';
import type { RenderStyle } from './render.ts';
import {
  containerAt,
  containerOf,
  entryEnd,
  entryStart,
  keepsBlankLines,
  ownPlaces,
  plainAt,
  quoteOf,
  samePlain,
  withValue,
} from './edit-site.ts';
import type { Container, Site } from './edit-site.ts';
import { bareColumn, lineEnd, lineStart } from './span.ts';

/** The edits that give a path a value. Aliases and merge keys on the way are left as they are; an own key overrides them. */
export function setEdits(site: Site, path: Path, value: PlainValue): readonly TextEdit[] {
  if (path.length === 0) return [];
  const places = ownPlaces(site.tree, path);
  const depth = places.length;
  if (depth === path.length) {
    if (samePlain(plainAt(site.source, path), value)) return [];
    return replace(site, path, places, value);
  }
  const here = path.slice(0, depth + 1);
  // What aliases and merge keys gave here would be hidden by the new key, so it is written with it.
  const written = withValue(plainAt(site.source, here), path.slice(depth + 1), value);
  const container = containerOf(site, here, places);
  if (container) return insert(site, here, container, written);
  const parent = places.at(-1)?.value;
  const step = path[depth] ?? '';
  if (parent && isAlias(parent.node) && isAliasOfMap(site, parent)) {
    const span = nodeSpan(parent);
    const pair = `${renderKey(String(step), true)}: ${renderFlow(written)}`;
    return [{ ...span, newText: `{ <<: *${parent.node.source}, ${pair} }` }];
  }
  return replace(site, path.slice(0, depth), places, withValue(undefined, [step], written));
}

function isAliasOfMap(site: Site, ref: NodeRef): boolean {
  return isMap(follow(ref, site.tree.anchors)?.node);
}

/** Mappings of these paths hold one thing a line however short they are. */
function blockDepth(path: Path): number {
  if (path.length > 2 || (path[0] !== 'workloads' && path[0] !== 'clusters'))
    return path.length === 1 && path[0] === 'defaults' ? 1 : 0;
  return path[0] === 'workloads' ? 3 - path.length : 2 - path.length;
}

function styleAt(site: Site, path: Path, flow: boolean, indent: number): RenderStyle {
  return { flow, indent, step: site.step, lineEnd: site.lineEnd, blockDepth: blockDepth(path) };
}

/** A mapping among mappings that are all written line by line is written so too, however short it is. */
function amongNeighbours(container: Container, key: string, style: RenderStyle): RenderStyle {
  if (container.kind === 'list') return style;
  const mappings = container.entries
    .filter(({ pair }) => keyText(pair.key) !== key)
    .map(({ pair }) => pair.value)
    .filter((value) => isMap(value) && value.items.length > 0);
  const areBlocks = mappings.length > 0 && mappings.every((value) => isMap(value) && value.flow !== true);
  return areBlocks ? { ...style, blockDepth: Math.max(style.blockDepth, 1) } : style;
}

function replace(site: Site, path: Path, places: readonly Place[], value: PlainValue): readonly TextEdit[] {
  const place = places.at(-1);
  const container = containerOf(site, path, places);
  if (!place || !container) return [];
  return place.entry
    ? replaceInPair(site, path, { ...place, entry: place.entry }, container, value)
    : replaceItem(site, path, place, container.flow, value);
}

function replaceItem(
  site: Site,
  path: Path,
  { value: old }: Place,
  flow: boolean,
  value: PlainValue,
): readonly TextEdit[] {
  if (!old) return [];
  const span = nodeSpan(old);
  const empty = !isWritten(old.node);
  const dash = flow ? span.start : dashBefore(site, span.start);
  const text = renderItem(value, styleAt(site, path, flow, bareColumn(site.text, dash)));
  const inPlace =
    typeof value === 'string' && isScalar(old.node)
      ? renderValue(value, styleAt(site, path, flow, 0), 0, quoteOf(old.node)).slice(1)
      : text;
  const gap = empty && !flow && site.text[span.start - 1] === '-' ? ' ' : '';
  return [{ ...span, newText: gap + inPlace }];
}

function replaceInPair(
  site: Site,
  path: Path,
  place: Place & { readonly entry: NonNullable<Place['entry']> },
  container: Container,
  value: PlainValue,
): readonly TextEdit[] {
  const { text } = site;
  const { flow } = container;
  const { pair, placed } = place.entry;
  const keyAt = entryStart(place.entry);
  const own = styleAt(site, path, flow, bareColumn(site.text, keyAt));
  const style = flow ? own : amongNeighbours(container, String(path.at(-1)), own);
  const afterColon = afterProperties(site, pair, placed.base, pairEnd({ ...pair, value: null } as NodePair, placed));
  const colon = text[afterColon - 1] === ':' || afterColon > spanOf(pair.key).end + placed.base ? '' : ':';
  const column = bareColumn(site.text, afterColon) + colon.length;
  // In a part-by-part text the workloads are not below the node of their key.
  const parts = path.length === 1 && path[0] === 'workloads' ? site.tree.workloads : undefined;
  const old = place.value;
  if (!old && !parts) return addValue(site, afterColon, colon, renderValue(value, style, column));
  const quote = old && quoteOf(old.node);
  const rendered = renderValue(value, style, column, typeof value === 'string' ? quote : undefined);
  const span = old
    ? nodeSpan(old)
    : { start: Math.min(...[...(parts?.values() ?? [])].map(entryStart)), end: entryEnd(site, place.entry) };
  const keyLineEnd = lineEnd(text, afterColon);
  const startsBelow = span.start > keyLineEnd;
  if (flow)
    return startsBelow
      ? [{ ...span, newText: rendered.trimStart() }]
      : [{ start: afterColon, end: span.end, newText: rendered }];
  if (startsBelow) {
    const body = { start: keyLineEnd, end: lineEnd(text, span.end) };
    if (/^[\r\n]/.test(rendered)) return [{ ...body, newText: rendered }];
    return [
      { start: afterColon, end: afterColon, newText: rendered },
      { ...body, newText: '' },
    ];
  }
  if (/^[\r\n]/.test(rendered) && span.end <= keyLineEnd)
    return [
      { start: afterColon, end: span.end, newText: '' },
      { start: keyLineEnd, end: keyLineEnd, newText: rendered },
    ];
  // The white space between colon and value stays as the author aligned it.
  if (!/^[\r\n]/.test(rendered)) return [{ ...span, newText: rendered.slice(1) }];
  return [{ start: afterColon, end: span.end, newText: rendered }];
}

/** A value after a bare `key:`. One over several lines goes below the comment of the key's line. */
function addValue({ text }: Site, at: number, colon: string, rendered: string): readonly TextEdit[] {
  if (!/^[\r\n]/.test(rendered)) return [{ start: at, end: at, newText: colon + rendered }];
  const end = lineEnd(text, at);
  if (colon === '' || end === at) return [{ start: end, end, newText: colon + rendered }];
  return [
    { start: at, end: at, newText: colon },
    { start: end, end, newText: rendered },
  ];
}

/** Offset after the colon and after the anchor and tag that belong to the value. */
function afterProperties({ text }: Site, pair: NodePair, base: number, afterColon: number): number {
  const value = pair.value as (Node & { readonly anchor?: string; readonly tag?: string }) | null;
  if (!value || (value.anchor === undefined && value.tag === undefined)) return afterColon;
  const end = Math.max(afterColon, spanOf(value).start + base);
  const properties = /^(?:[ \t]+[&!]\S*)+/.exec(text.slice(afterColon, Math.min(end, lineEnd(text, afterColon))));
  return afterColon + (properties?.[0].length ?? 0);
}

function dashBefore({ text }: Site, offset: number): number {
  const dash = text.lastIndexOf('-', offset - 1);
  return dash < 0 ? offset : dash;
}

function insert(site: Site, path: Path, container: Container, value: PlainValue): readonly TextEdit[] {
  const step = path.at(-1) ?? '';
  if (container.kind === 'list') {
    if (typeof step !== 'number' && !/^\d+$/.test(step)) return replaceList(site, path, value);
    return insertItem(site, path, container, value);
  }
  const key = String(step);
  if (container.flow && container.node && container.placed) {
    const pair = (indent: number): string => renderPair(key, value, styleAt(site, path, true, indent));
    const ends = container.entries.map((each) => ({ start: entryStart(each), end: pairEnd(each.pair, each.placed) }));
    return insertInFlow(site, { node: container.node, placed: container.placed }, ends.at(-1), pair);
  }
  const first = container.entries[0];
  const last = container.entries.at(-1);
  if (!first || !last)
    return path.length === 1 ? append(site, renderPair(key, value, styleAt(site, path, false, 0))) : [];
  const indent = bareColumn(site.text, entryStart(first));
  const pair = renderPair(key, value, amongNeighbours(container, key, styleAt(site, path, false, indent)));
  const end = entryEnd(site, last);
  const keeper = lastKeeper(site, container);
  return insertLines(site, end, keeper, ' '.repeat(indent) + pair);
}

/** A key where a list is written: the list gives way. */
function replaceList(site: Site, path: Path, value: PlainValue): readonly TextEdit[] {
  const parent = path.slice(0, -1);
  const places = ownPlaces(site.tree, parent);
  return replace(site, parent, places, withValue(undefined, [path.at(-1) ?? ''], value));
}

/** End of the last value with its blank lines, when they are part of it. */
function lastKeeper(site: Site, container: Container): number | undefined {
  if (container.kind === 'list') {
    const item = (container.node.items.at(-1) as Node | undefined) ?? null;
    return keepsBlankLines(item, container.placed) && item ? spanEnd(item) + container.placed.base : undefined;
  }
  let last = container.entries.at(-1);
  if (last?.placed.chunk.kind === 'header' && site.tree.workloads) last = [...site.tree.workloads.values()].at(-1);
  if (!last?.pair.value || !keepsBlankLines(last.pair.value, last.placed)) return undefined;
  return spanEnd(last.pair.value) + last.placed.base;
}

function spanEnd(node: Node): number {
  return spanOf(node).end;
}

function insertLines(
  { text, lineEnd: newline }: Site,
  contentEnd: number,
  keeper: number | undefined,
  lines: string,
): readonly TextEdit[] {
  if (keeper !== undefined && keeper > 0 && text[keeper - 1] === '\n')
    return [{ start: keeper, end: keeper, newText: lines + newline }];
  const at = lineEnd(text, keeper ?? contentEnd);
  return [{ start: at, end: at, newText: newline + lines }];
}

/** The first key of a text that has none, after its comments. */
function append({ text, lineEnd: newline }: Site, pair: string): readonly TextEdit[] {
  const gap = text === '' || /[\n\uFEFF]$/.test(text) ? '' : newline;
  return [{ start: text.length, end: text.length, newText: gap + pair + newline }];
}

function insertItem(
  site: Site,
  path: Path,
  container: Container & { readonly kind: 'list' },
  value: PlainValue,
): readonly TextEdit[] {
  const { node, placed } = container;
  const last = node.items.at(-1) as Node | undefined;
  if (container.flow) {
    const item = (): string => renderItem(value, styleAt(site, path, true, 0));
    return insertInFlow(site, { node, placed }, last && nodeSpan({ node: last, placed }), item);
  }
  if (!last) return [];
  const indent = bareColumn(site.text, spanOf(node).start + placed.base);
  const lines = `${' '.repeat(indent)}- ${renderItem(value, styleAt(site, path, false, indent))}`;
  return insertLines(site, nodeSpan({ node: last, placed }).end, lastKeeper(site, container), lines);
}

/** An entry before the `}` or `]`: on a line of its own where the last one has one. */
function insertInFlow(
  site: Site,
  ref: NodeRef,
  last: { readonly start: number; readonly end: number } | undefined,
  render: (indent: number) => string,
): readonly TextEdit[] {
  const { text, lineEnd: newline } = site;
  const span = nodeSpan(ref);
  if (!last) {
    const inner = text.slice(span.start + 1, span.end - 1);
    const pad = containerAt(ref)?.kind === 'map' ? ' ' : '';
    if (inner.trim() === '') return [{ start: span.start + 1, end: span.end - 1, newText: pad + render(0) + pad }];
    return [{ start: span.start + 1, end: span.start + 1, newText: pad + render(0) + (/^\s/.test(inner) ? '' : ' ') }];
  }
  const gap = /^(?:\s|#[^\n]*\n)*,/.exec(text.slice(last.end, span.end));
  const after = gap ? last.end + gap[0].length : last.end;
  const ownLine =
    text.slice(lineStart(text, last.start), last.start).trim() === '' &&
    last.start > span.start &&
    lineStart(text, last.start) > span.start;
  const lineStop = lineEnd(text, after);
  if (!ownLine || lineStop >= span.end) {
    return [{ start: after, end: after, newText: (gap ? ' ' : ', ') + render(0) }];
  }
  const indent = bareColumn(site.text, last.start);
  const line = newline + ' '.repeat(indent) + render(indent) + (gap ? ',' : '');
  if (gap) return [{ start: lineStop, end: lineStop, newText: line }];
  if (lineStop === after) return [{ start: after, end: after, newText: `,${line}` }];
  return [
    { start: after, end: after, newText: ',' },
    { start: lineStop, end: lineStop, newText: line },
  ];
}
