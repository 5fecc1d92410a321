/** Names that the author chose — clusters, workloads, anchors: where one is declared, where it is used, and renaming it everywhere at once. */
import type { DocumentHighlight, Location, Position, Range, WorkspaceEdit } from 'vscode-languageserver-types';
import { DocumentHighlightKind } from 'vscode-languageserver-types';
import type { Analysis } from '../analysis.ts';
import { editManifest } from '../manifest/edit.ts';
import { valueAt } from '../manifest/shape.ts';
import type { ManifestEdit, Path, Span, TextEdit } from '../manifest/source.ts';
import { anchorMentions, writtenIn, type AnchorMention } from '../manifest/written.ts';
import { workspaceEdit } from './code-actions.ts';
import { rangeOf, type ClientTraits, type View } from './view.ts';

interface Mention {
  readonly span: Span;
  readonly kind: 'declaration' | 'use';
}

/** A name with all its places. */
interface Name {
  readonly name: string;
  /** As it stands where it was asked about. */
  readonly at: Span;
  readonly mentions: readonly Mention[];
  /** Edits that call it otherwise; throws `RenameRefused` where that cannot be. */
  rename(to: string): readonly TextEdit[];
}

/** Members of a workload whose value may be a cluster's name. */
const CLUSTER_PLACES: readonly Path[] = [
  ['target', 'cluster'],
  ['target', 'burst', 'cluster'],
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
  return (nameAt(view, position)?.mentions ?? []).map(({ span, kind }) => ({
    range: rangeOf(view.document, span),
    kind: kind === 'declaration' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}

/** Null where nothing can be renamed. */
export function prepareRename(view: View, position: Position): { range: Range; placeholder: string } | null {
  const found = nameAt(view, position);
  return found === undefined ? null : { range: rangeOf(view.document, found.at), placeholder: found.name };
}

/** Null where nothing can be renamed; throws `RenameRefused` where the new name is taken or cannot be one. */
export function rename(view: View, position: Position, to: string, traits: ClientTraits): WorkspaceEdit | null {
  const found = nameAt(view, position);
  return found === undefined ? null : workspaceEdit(view, found.rename(to), traits);
}

export class RenameRefused extends Error {}

function locations(view: View, position: Position, wanted: (mention: Mention) => boolean): Location[] {
  return (nameAt(view, position)?.mentions ?? [])
    .filter(wanted)
    .map(({ span }) => ({ uri: view.document.uri, range: rangeOf(view.document, span) }));
}

function nameAt(view: View, position: Position): Name | undefined {
  const offset = view.document.offsetAt(position);
  const { analysis } = view;
  return anchorAt(analysis, offset) ?? clusterAt(analysis, offset) ?? workloadAt(analysis, offset);
}

function holds({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

function anchorAt({ source }: Analysis, offset: number): Name | undefined {
  // Most texts have none, and most places are not one.
  if (!/[&*]/.test(source.text.slice(Math.max(0, offset - MOST_NAME), offset + 1))) return undefined;
  const all = anchorMentions(source);
  const found = all.find(({ span }) => holds(span, offset));
  if (found === undefined) return undefined;
  const same = all.filter(({ name, target }) => name === found.name && target === found.target);
  return {
    name: found.name,
    at: bareName(found),
    mentions: same.map((mention) => ({
      span: bareName(mention),
      kind: mention.kind === 'anchor' ? 'declaration' : 'use',
    })),
    rename: (to) => {
      if (!/^[^\s,[\]{}&*#!|>'"%@`:]+$/.test(to)) throw new RenameRefused('An anchor is one word without punctuation.');
      if (to !== found.name && all.some(({ name }) => name === to))
        throw new RenameRefused(`There is an anchor ${to} already.`);
      return same.map((mention) => ({ ...bareName(mention), newText: to }));
    },
  };
}

const MOST_NAME = 200;

/** Without the sign before it. */
function bareName({ span }: AnchorMention): Span {
  return { start: span.start + 1, end: span.end };
}

function workloadAt({ source }: Analysis, offset: number): Name | undefined {
  for (const { name } of source.workloads) {
    const path: Path = ['workloads', name];
    const at = source.isOwn(path) ? source.locate(path, 'key') : undefined;
    if (at === undefined || !holds(at, offset)) continue;
    return {
      name,
      at,
      mentions: [{ span: at, kind: 'declaration' }],
      rename: (to) => {
        refuse(to, 'workload', source.workloads.some((other) => other.name === to) && to !== name);
        return editManifest(source, [{ kind: 'rename-key', path, to }]);
      },
    };
  }
  return undefined;
}

function clusterAt(analysis: Analysis, offset: number): Name | undefined {
  const names = clusterNames(analysis);
  // What stands at the cursor first: an editor asks at every move, and most places are no cluster's name.
  const here = writtenIn(analysis.source, { start: offset, end: offset }).map(({ kind, path, value }) =>
    kind === 'key' ? path.at(-1) : value,
  );
  for (const name of names.filter((each) => here.includes(each))) {
    const places = clusterMentions(analysis, name);
    const at = places.find(({ span }) => holds(span, offset))?.span;
    if (at === undefined) continue;
    return {
      name,
      at,
      mentions: places,
      rename: (to) => {
        refuse(to, 'cluster', names.includes(to) && to !== name);
        const edits = places.map(({ path, kind }): ManifestEdit =>
          kind === 'declaration' ? { kind: 'rename-key', path, to } : { kind: 'set', path, value: to },
        );
        return editManifest(analysis.source, edits);
      },
    };
  }
  return undefined;
}

function refuse(to: string, what: 'cluster' | 'workload', taken: boolean): void {
  if (to === '__proto__') throw new RenameRefused('`__proto__` cannot be a name.');
  if (to.trim() === '') throw new RenameRefused(`A ${what} needs a name.`);
  if (taken) throw new RenameRefused(`There is a ${what} ${to} already.`);
}

function clusterNames({ source }: Analysis): string[] {
  const { clusters } = source.head;
  return typeof clusters === 'object' && clusters !== null && !Array.isArray(clusters) ? Object.keys(clusters) : [];
}

/** Each place in the text once, however many workloads inherit it. */
function clusterMentions({ source }: Analysis, name: string): (Mention & { readonly path: Path })[] {
  const found = new Map<number, Mention & { readonly path: Path }>();
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
    for (const place of CLUSTER_PLACES) if (valueAt(raw, place) === name) add([...owner, ...place], 'value', 'use');
    const alternatives = valueAt(raw, ['alternatives']);
    if (!Array.isArray(alternatives)) continue;
    alternatives.forEach((target: unknown, index) => {
      for (const place of [['cluster'], ['burst', 'cluster']])
        if (valueAt(target, place) === name) add([...owner, 'alternatives', index, ...place], 'value', 'use');
    });
  }
  return [...found.values()].sort((a, b) => a.span.start - b.span.start);
}
