/** Which path of the manifest stands at an offset: the deepest key or value that holds it. */
import { isMapping } from '../manifest/shape.ts';
import type { ManifestSource, Path, Span } from '../manifest/source.ts';

export interface PlaceAt {
  readonly path: Path;
  readonly part: 'key' | 'value';
  readonly span: Span;
  /** The written value, anchors and merge keys resolved. */
  readonly value: unknown;
}

/** Undefined where nothing of the manifest is written (comments, blanks between entries). */
export function pathAt(source: ManifestSource, offset: number): PlaceAt | undefined {
  for (const [key, value] of Object.entries(source.head)) {
    const found = placeIn(source, [key], value, offset);
    if (found !== undefined) return found;
  }
  for (const { name, raw } of source.workloads) {
    const found = placeIn(source, ['workloads', name], raw, offset);
    if (found !== undefined) return found;
  }
  return keyPlace(source, ['workloads'], undefined, offset);
}

function placeIn(source: ManifestSource, path: Path, value: unknown, offset: number): PlaceAt | undefined {
  const key = keyPlace(source, path, value, offset);
  if (key !== undefined) return key;
  const span = source.isOwn(path) ? source.locate(path, 'value') : undefined;
  if (span === undefined || !holds(span, offset)) return undefined;
  for (const [member, inner] of membersOf(value)) {
    const found = placeIn(source, [...path, member], inner, offset);
    if (found !== undefined) return found;
  }
  return isScalar(value) ? { path, part: 'value', span, value } : undefined;
}

function keyPlace(source: ManifestSource, path: Path, value: unknown, offset: number): PlaceAt | undefined {
  if (typeof path.at(-1) === 'number' || !source.isOwn(path)) return undefined;
  const span = source.locate(path, 'key');
  return span !== undefined && holds(span, offset) ? { path, part: 'key', span, value } : undefined;
}

function membersOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [index, item] as const);
  return isMapping(value) ? Object.entries(value) : [];
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** The offset after the last character still belongs to a word: a caret there is at it. */
function holds(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}
