/** Anchors that an alias at the cursor may name: behind `*`, and behind the merge key. */
import { CompletionItemKind, type CompletionItem } from 'vscode-languageserver-types';
import type { Cursor } from '../manifest/cursor.ts';
import type { ManifestSource } from '../manifest/source.ts';
import { anchorsBefore, type AnchoredValue } from '../manifest/written.ts';
import { manifestSchemaJson } from '../schema/generated.ts';
import { schemaAt } from '../schema/walk.ts';
import { details, type Writing } from './completion-writing.ts';

/** Longer values are cut in the list. */
const MOST_CHARACTERS = 60;

/** True where an alias is begun, or nothing else can stand. */
export function isAliasPlace({ role, prefix, path, quote }: Cursor): boolean {
  return role !== 'key' && quote === undefined && (prefix.startsWith('*') || path.at(-1) === '<<');
}

export function completeAnchors(source: ManifestSource, cursor: Cursor, writing: Writing): CompletionItem[] {
  const fits = wantedBy(cursor);
  return anchorsBefore(source, cursor.replace.start)
    .filter(({ holds }) => fits(holds))
    .map(({ name, text }) => {
      const line = text.replace(/\s+/g, ' ').trim();
      const label = `*${name}`;
      return {
        label,
        ...details({ detail: line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line }, writing),
        kind: CompletionItemKind.Reference,
        filterText: label,
        textEdit: { range: writing.range, newText: `${writing.before}${label}` },
      };
    });
}

function wantedBy({ path }: Cursor): (holds: AnchoredValue['holds']) => boolean {
  if (path.at(-1) === '<<') return (holds) => holds === 'mapping';
  const types = schemaAt(manifestSchemaJson, path)?.types;
  if (types === undefined) return () => true;
  const wanted = new Set(
    types.map((type) => (type === 'mapping' || type === 'map' ? 'mapping' : type === 'list' ? 'list' : 'scalar')),
  );
  return (holds) => wanted.has(holds);
}
