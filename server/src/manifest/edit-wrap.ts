import { isMap } from 'yaml';
import type { Site } from './edit-site.ts';
import { nodeSpan } from './locate.ts';
import type { Place } from './locate.ts';
import { spanOf } from './parse-chunk.ts';
import { renderKey, renderFlow } from './render.ts';
import type { PlainValue, TextEdit } from './source.ts';
import { bareColumn, lineEnd, nextLine } from './span.ts';

/** The edits that put the mapping of `place` below `key`, after the members `before`. Only insertions. */
export function wrapEditsAt(
  { text, step, lineEnd: newline }: Site,
  place: Place | undefined,
  key: string,
  before: readonly (readonly [string, PlainValue])[],
): readonly TextEdit[] {
  const node = place?.value?.node;
  if (!place?.value || !isMap(node) || node.anchor !== undefined || node.items.length === 0) return [];
  const span = nodeSpan(place.value);
  const members = before.map(([name, value]) => `${renderKey(name, true)}: ${renderFlow(value)}`);
  if (node.flow)
    return [
      { start: span.start, end: span.start, newText: `{ ${[...members, renderKey(key, true)].join(', ')}: ` },
      { start: span.end, end: span.end, newText: ' }' },
    ];
  if (!place.entry) return [];
  // From the line below the key on: comments may stand before the first entry.
  const keyLine = lineEnd(text, place.entry.placed.base + spanOf(place.entry.pair.key).end);
  if (keyLine >= span.start) return [];
  const indent = ' '.repeat(bareColumn(text, span.start));
  const head = [...members, `${renderKey(key, false)}:`].map((line) => newline + indent + line).join('');
  const edits: TextEdit[] = [{ start: keyLine, end: keyLine, newText: head }];
  for (let at = nextLine(text, keyLine); at < span.end; at = nextLine(text, at)) {
    if (lineEnd(text, at) > at) edits.push({ start: at, end: at, newText: ' '.repeat(step) });
  }
  return edits;
}
