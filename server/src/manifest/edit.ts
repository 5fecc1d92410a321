import type { ManifestEdit, ManifestSource, Path, PlainValue, TextEdit } from './source.ts';
import { applyTextEdits, applyToPieces, toTextEdits, untouched } from './edit-pieces.ts';
import { removeEdits, renameEdits } from './edit-remove.ts';
import { setEdits } from './edit-set.ts';
import { wrapEditsAt } from './edit-wrap.ts';
import { ownPlaces, plainAt, samePlain, siteOf } from './edit-site.ts';
import { parseManifest, treeOf } from './parse.ts';
import { isPlainMap } from './render.ts';
import { isMap } from 'yaml';
import { isMergeKey } from './parse-chunk.ts';
import type { NodePair } from './parse-tree.ts';

export { applyTextEdits };

/**
 * Turns changes by path into text edits of the source's text, as small as they can be: comments, quotes, anchors,
 * order and line ends stay. The changes are made one after another, each seeing the ones before it.
 * @returns edits that do not overlap, in the order of the text
 */
export function editManifest(source: ManifestSource, edits: readonly ManifestEdit[]): readonly TextEdit[] {
  let current = source;
  let pieces = untouched(source.text.length);
  const pending = [...edits];
  for (let edit = pending.shift(); edit; edit = pending.shift()) {
    const parts = edit.kind === 'set' ? memberEdits(current, edit.path, edit.value) : undefined;
    if (parts) {
      pending.unshift(...parts);
      continue;
    }
    const changes = editOnce(current, edit);
    if (changes.length === 0) continue;
    pieces = applyToPieces(pieces, changes);
    if (pending.length > 0) current = parseManifest(applyTextEdits(current.text, changes), current);
  }
  return toTextEdits(pieces, source.text.length);
}

/**
 * The edits that put the mapping at `path` one level deeper, below `key`, with other members before it. Its text stays as it is, comments
 * and all: lines are only moved to the right. None where the mapping is not written there itself, or has an anchor that others use.
 */
export function wrapEdits(
  source: ManifestSource,
  path: Path,
  key: string,
  before: readonly (readonly [string, PlainValue])[],
): readonly TextEdit[] {
  const site = siteOf(source, treeOf(source));
  const places = ownPlaces(site.tree, path);
  return places.length < path.length ? [] : wrapEditsAt(site, places.at(-1), key, before);
}

function editOnce(source: ManifestSource, edit: ManifestEdit): readonly TextEdit[] {
  const site = siteOf(source, treeOf(source));
  switch (edit.kind) {
    case 'set':
      return setEdits(site, edit.path, edit.value);
    case 'remove':
      return removeEdits(site, edit.path, edit.keepsComments);
    case 'rename-key':
      return renameEdits(site, edit.path, edit.to);
  }
}

/** A mapping in place of a mapping is changed key by key, so that what stays equal keeps its text. */
function memberEdits(source: ManifestSource, path: Path, value: PlainValue): readonly ManifestEdit[] | undefined {
  if (!isPlainMap(value) || Object.keys(value).length === 0) return undefined;
  const old = plainAt(source, path);
  if (!isPlainMap(old) || Object.keys(old).length === 0) return undefined;
  const tree = treeOf(source);
  const places = ownPlaces(tree, path);
  if (places.length < path.length) return undefined;
  const node = places.at(-1)?.value?.node;
  const parts = path.length === 1 && path[0] === 'workloads' && tree.workloads;
  if (!parts && (!isMap(node) || (node.items as NodePair[]).some(({ key }) => isMergeKey(key)))) return undefined;
  const sets = Object.entries(value)
    .filter(([key, each]) => !Object.hasOwn(old, key) || !samePlain(old[key], each))
    .map(([key, each]): ManifestEdit => ({ kind: 'set', path: [...path, key], value: each }));
  const removes = Object.keys(old)
    .filter((key) => !Object.hasOwn(value, key))
    .map((key): ManifestEdit => ({ kind: 'remove', path: [...path, key], keepsComments: true }));
  return [...sets, ...removes];
}
