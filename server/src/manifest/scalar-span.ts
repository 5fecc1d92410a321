import type { ManifestSource, Path, Span } from './source.ts';

/**
 * Where a part of a text value stands: `within` counts in the value's own characters.
 * @returns the whole value where it is written with escapes or over lines, so that its characters are not those of the text
 */
export function spanInScalar(source: ManifestSource, path: Path, value: string, within: Span): Span | undefined {
  const whole = source.locate(path, 'value');
  if (!whole) return undefined;
  const written = source.text.slice(whole.start, whole.end);
  const quotes = written === value ? 0 : written.slice(1, -1) === value ? 1 : undefined;
  if (quotes === undefined) return whole;
  const start = whole.start + quotes;
  return { start: start + within.start, end: start + within.end };
}
