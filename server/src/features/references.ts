/** Clusters by name: where one is declared, where workloads name it, and renaming it everywhere at once. */
import type { DocumentHighlight, Location, Position, Range, WorkspaceEdit } from 'vscode-languageserver-types';
import { DocumentHighlightKind } from 'vscode-languageserver-types';
import type { Analysis } from '../analysis.ts';
import type { ManifestEdit, Path, Span } from '../manifest/source.ts';
import { editManifest } from '../manifest/edit.ts';
import { workspaceEdit } from './code-actions.ts';
import { rangeOf, type ClientTraits, type View } from './view.ts';

interface Mention {
  readonly path: Path;
  readonly span: Span;
  readonly kind: 'declaration' | 'use';
}

interface Name {
  readonly name: string;
  readonly at: Span;
}

/** Members of a workload whose value may be a cluster's name. */
const PLACES: readonly Path[] = [
  ['target', 'cluster'],
  ['data', 'location'],
  ['checkpointing', 'location'],
];

export function definition(view: View, position: Position): Location[] {
  return locations(view, position, ({ kind }) => kind === 'declaration');
}

export function references(view: View, position: Position, includeDeclaration: boolean): Location[] {
  return locations(view, position, ({ kind }) => includeDeclaration || kind === 'use');
}

export function highlights(view: View, position: Position): DocumentHighlight[] {
  const found = nameAt(view, position);
  if (found === undefined) return [];
  return mentions(view.analysis, found.name).map(({ span, kind }) => ({
    range: rangeOf(view.document, span),
    kind: kind === 'declaration' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}

/** Null where nothing can be renamed. */
export function prepareRename(view: View, position: Position): { range: Range; placeholder: string } | null {
  const found = nameAt(view, position);
  return found === undefined ? null : { range: rangeOf(view.document, found.at), placeholder: found.name };
}

/** Null where nothing can be renamed; throws `RenameRefused` where the new name is taken or empty. */
export function rename(view: View, position: Position, to: string, traits: ClientTraits): WorkspaceEdit | null {
  const found = nameAt(view, position);
  if (found === undefined) return null;
  if (to === '__proto__') throw new RenameRefused('`__proto__` cannot be a name.');
  if (to.trim() === '') throw new RenameRefused('A cluster needs a name.');
  if (to !== found.name && clusterNames(view.analysis).includes(to)) {
    throw new RenameRefused(`There is a cluster ${to} already.`);
  }
  const edits = mentions(view.analysis, found.name).map(({ path, kind }): ManifestEdit =>
    kind === 'declaration' ? { kind: 'rename-key', path, to } : { kind: 'set', path, value: to },
  );
  return workspaceEdit(view, editManifest(view.analysis.source, edits), traits);
}

export class RenameRefused extends Error {}

function locations(view: View, position: Position, wanted: (mention: Mention) => boolean): Location[] {
  const found = nameAt(view, position);
  if (found === undefined) return [];
  return mentions(view.analysis, found.name)
    .filter(wanted)
    .map(({ span }) => ({ uri: view.document.uri, range: rangeOf(view.document, span) }));
}

function nameAt(view: View, position: Position): Name | undefined {
  const offset = view.document.offsetAt(position);
  for (const name of clusterNames(view.analysis)) {
    const mention = mentions(view.analysis, name).find(({ span }) => span.start <= offset && offset <= span.end);
    if (mention !== undefined) return { name, at: mention.span };
  }
  return undefined;
}

function clusterNames({ source }: Analysis): string[] {
  const { clusters } = source.head;
  return typeof clusters === 'object' && clusters !== null && !Array.isArray(clusters) ? Object.keys(clusters) : [];
}

/** Each place in the text once, however many workloads inherit it. */
function mentions({ source }: Analysis, name: string): Mention[] {
  const found = new Map<number, Mention>();
  const add = (path: Path, part: 'key' | 'value', kind: Mention['kind']): void => {
    const span = source.isOwn(path) ? source.locate(path, part) : undefined;
    if (span !== undefined && !found.has(span.start)) found.set(span.start, { path, span, kind });
  };
  add(['clusters', name], 'key', 'declaration');
  const owners: readonly (readonly [Path, unknown])[] = [
    [['defaults'], source.head['defaults']],
    ...source.workloads.map((workload) => [['workloads', workload.name] as Path, workload.raw] as const),
  ];
  for (const [owner, raw] of owners) {
    for (const place of PLACES) if (valueAt(raw, place) === name) add([...owner, ...place], 'value', 'use');
    const alternatives = valueAt(raw, ['alternatives']);
    if (!Array.isArray(alternatives)) continue;
    alternatives.forEach((target: unknown, index) => {
      if (valueAt(target, ['cluster']) === name) add([...owner, 'alternatives', index, 'cluster'], 'value', 'use');
    });
  }
  return [...found.values()].sort((a, b) => a.span.start - b.span.start);
}

function valueAt(raw: unknown, path: Path): unknown {
  let value = raw;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}
