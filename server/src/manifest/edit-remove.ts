import type { Node } from 'yaml';
import type { Path, Span, TextEdit } from './source.ts';
import { nodeSpan } from './locate.ts';
import type { Place } from './locate.ts';
import { keyText, spanOf } from './parse-chunk.ts';
import { containerOf, entryEnd, entryStart, ownPlaces, quoteOf } from './edit-site.ts';
import type { Container, Site } from './edit-site.ts';
import { renderKey } from './render.ts';
import { bareColumn, lineEnd, lineStart, nextLine, shift } from './span.ts';

/**
 * The edits that remove a path and the mappings that it leaves empty. Of a key that stands twice, the last goes: the
 * first is the one that counts. `keepsComments`: comments on the removed lines stay, on lines of their own.
 */
export function removeEdits(site: Site, path: Path, keepsComments = false): readonly TextEdit[] {
  const places = ownPlaces(site.tree, path);
  if (path.length === 0 || places.length < path.length) return [];
  let depth = path.length;
  while (depth > 1 && membersIn(site, path.slice(0, depth), places) === 1) depth--;
  const at = path.slice(0, depth);
  const container = containerOf(site, at, places);
  const place = places[depth - 1];
  if (!container || !place) return [];
  const spans = memberSpans(site, container);
  const index = memberIndex(container, place, at);
  const span = spans[index];
  if (!span) return [];
  const edits = container.flow ? removeInFlow(site, spans, index) : [removeLines(site, span)];
  return keepsComments ? edits.map((edit) => withComments(site, span, edit)) : edits;
}

/** The edit with the comments of what it removes left in place, each on a line of its own. */
function withComments({ text, source, lineEnd: newline }: Site, { start }: Span, edit: TextEdit): TextEdit {
  const removed = source.comments.filter(({ span }) => edit.start <= span.start && span.end <= edit.end);
  if (removed.length === 0) return edit;
  const indent = ' '.repeat(bareColumn(text, start));
  const lines = removed.map(({ span }) => text.slice(span.start, span.end));
  // Whole lines go, or the rest of a line that a `- ` starts: what follows moves up to where the first comment ends.
  const isWhole = text.slice(lineStart(text, start), edit.start).trim() === '';
  return {
    ...edit,
    newText: isWhole
      ? lines.map((line) => indent + line + newline).join('')
      : lines.map((line) => line + newline + indent).join(''),
  };
}

/** The edit that gives a key another name, its quotes kept. */
export function renameEdits(site: Site, path: Path, to: string): readonly TextEdit[] {
  const places = ownPlaces(site.tree, path);
  const entry = places.length === path.length ? places.at(-1)?.entry : undefined;
  if (!entry || keyText(entry.pair.key) === to) return [];
  const flow = containerOf(site, path, places)?.flow === true;
  return [
    { ...shift(spanOf(entry.pair.key), entry.placed.base), newText: renderKey(to, flow, quoteOf(entry.pair.key)) },
  ];
}

function membersIn(site: Site, path: Path, places: readonly Place[]): number {
  const container = containerOf(site, path, places);
  if (!container) return 0;
  return container.kind === 'list' ? container.node.items.length : container.entries.length;
}

function memberSpans(site: Site, container: Container): readonly Span[] {
  if (container.kind === 'map')
    return container.entries.map((each) => ({ start: entryStart(each), end: entryEnd(site, each) }));
  const { node, placed, flow } = container;
  return (node.items as Node[]).map((item) => {
    const span = nodeSpan({ node: item, placed });
    return flow ? span : { start: Math.max(0, site.text.lastIndexOf('-', span.start - 1)), end: span.end };
  });
}

function memberIndex(container: Container, place: Place, path: Path): number {
  if (container.kind === 'list') return Number(path.at(-1));
  const key = String(path.at(-1));
  const last = container.entries.findLastIndex(({ pair }) => keyText(pair.key) === key);
  return last < 0 ? container.entries.findIndex(({ pair }) => pair === place.entry?.pair) : last;
}

/** Whole lines with the comment at their end; where a `- ` stands before the key, the next line moves up to it. */
function removeLines({ text }: Site, span: Span): TextEdit {
  const start = lineStart(text, span.start);
  const stop = lineEnd(text, span.end);
  if (text.slice(start, span.start).replace('\uFEFF', '').trim() === '')
    return { start: text[start] === '\uFEFF' ? start + 1 : start, end: nextLine(text, stop), newText: '' };
  const rest = /^\s*/.exec(text.slice(stop));
  return { start: span.start, end: stop + (rest?.[0].length ?? 0), newText: '' };
}

function removeInFlow(site: Site, spans: readonly Span[], index: number): readonly TextEdit[] {
  const { text } = site;
  const span = spans[index];
  if (!span) return [];
  const before = spans[index - 1];
  const after = spans[index + 1];
  const start = lineStart(text, span.start);
  const comma = /^[ \t]*,/.exec(text.slice(span.end));
  const stop = lineEnd(text, span.end);
  const alone =
    text.slice(start, span.start).trim() === '' &&
    /^[ \t]*(?:#.*)?$/.test(text.slice(span.end + (comma?.[0].length ?? 0), stop));
  // A comma may be left after the entry before: YAML allows one at the end.
  if (alone && (after || comma || !before || text.slice(before.end, span.start).includes(',')))
    return [{ start, end: nextLine(text, stop), newText: '' }];
  if (after) return [{ start: span.start, end: keepComments(text, span.end, after.start), newText: '' }];
  if (before) return [{ start: before.end, end: span.end, newText: '' }];
  return [{ ...span, newText: '' }];
}

/** Up to the next entry, or only past the comma when a comment stands between. */
function keepComments(text: string, from: number, to: number): number {
  const between = text.slice(from, to);
  return between.includes('#') ? from + between.indexOf(',') + 1 : to;
}
