/** Analyses texts on a fixed day with the catalogue that the product carries. */
import { analyse, type Analysis, type Settings } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import type { Span } from '../../../server/src/manifest/source.ts';
import type { Finding } from '../../../server/src/rules/rule.ts';

export const TODAY = '2026-11-23';

export function analyseText(text: string, settings?: Settings): Analysis {
  return analyse({ text, catalog: embeddedCatalog(), today: TODAY, ...(settings && { settings }) });
}

export function findingsOf(analysis: Analysis, code: string): readonly Finding[] {
  return analysis.findings.filter((finding) => finding.code === code);
}

/** The text without its `<|` and `|>`, and what stood between them. */
export function marked(manifest: string): { readonly text: string; readonly spans: readonly Span[] } {
  const spans: Span[] = [];
  let text = '';
  for (const part of manifest.split('<|')) {
    const close = part.indexOf('|>');
    if (close < 0) text += part;
    else {
      spans.push({ start: text.length, end: text.length + close });
      text += part.slice(0, close) + part.slice(close + 2);
    }
  }
  return { text, spans };
}
