/** Growing selections: the word, its entry, the block around it, and so on to the whole text. */
import type { Position, SelectionRange } from 'vscode-languageserver-types';
import { pathAt } from '../manifest/cursor.ts';
import type { Span } from '../manifest/source.ts';
import { rangeOf, type View } from './view.ts';

/** One chain a position, the innermost range first; each holds the one before it. */
export function selectionRanges(view: View, positions: readonly Position[]): SelectionRange[] {
  return positions.map((position) => {
    const offset = view.document.offsetAt(position);
    const spans = [...spansAt(view, offset), { start: 0, end: view.document.getText().length }];
    let chain: SelectionRange | undefined;
    for (const span of growing(spans, offset).reverse())
      chain = { range: rangeOf(view.document, span), ...(chain === undefined ? {} : { parent: chain }) };
    return chain ?? { range: { start: position, end: position } };
  });
}

function spansAt({ analysis: { source } }: View, offset: number): Span[] {
  const place = pathAt(source, offset);
  if (place === undefined) return [];
  const spans: Span[] = [place.span];
  for (let length = place.path.length; length > 0; length--) {
    const path = place.path.slice(0, length);
    for (const part of ['value', 'pair'] as const) {
      const span = source.isOwn(path) ? source.locate(path, part) : undefined;
      if (span !== undefined) spans.push(span);
    }
  }
  return spans;
}

/** Those that hold the offset and are wider than the one before. */
function growing(spans: readonly Span[], offset: number): Span[] {
  const kept: Span[] = [];
  for (const span of spans) {
    if (offset < span.start || offset > span.end) continue;
    const last = kept.at(-1);
    if (last === undefined) kept.push(span);
    else if (span.start <= last.start && span.end >= last.end && span.end - span.start > last.end - last.start)
      kept.push(span);
  }
  return kept;
}
