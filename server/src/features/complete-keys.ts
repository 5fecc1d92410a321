/** Keys that may stand at the cursor: required first, present ones left out, each with the punctuation that its value needs. */
import { CompletionItemKind, InsertTextFormat, InsertTextMode, type CompletionItem } from 'vscode-languageserver-types';
import type { Cursor } from '../manifest/cursor.ts';
import type { Path } from '../manifest/source.ts';
import { manifestSchemaJson } from '../schema/generated.ts';
import { schemaAt, type SchemaPlace } from '../schema/walk.ts';
import { details, documentation, escapeSnippet, keyColumn, type Writing } from './completion-writing.ts';
import { fieldBlocks, typeWords } from './schema-words.ts';

/** Opens the list of suggestions again after an item was taken. */
export const NEXT_SUGGESTIONS = { title: 'Suggest', command: 'editor.action.triggerSuggest' };

/** Sections of a workload that its phase does not use: not offered, AI106 would say so. */
const SECTIONS_OF_OTHERS: Readonly<Record<string, string>> = {
  training: 'serving',
  'fine-tuning': 'serving',
  inference: 'training',
  'batch-inference': 'training',
};

export function completeKeys(cursor: Cursor, writing: Writing, phase: string | undefined): CompletionItem[] {
  const place = schemaAt(manifestSchemaJson, cursor.path);
  if (place === undefined) return [];
  const isWorkload = cursor.path.length === 2 && cursor.path[0] === 'workloads';
  const unwanted = isWorkload && phase !== undefined ? SECTIONS_OF_OTHERS[phase] : undefined;
  const present = new Set(cursor.present);
  const keys = place.keys.filter(({ name }) => !present.has(name) && name !== unwanted);
  return keys.map(({ name, required }, index) =>
    keyItem(cursor, writing, [...cursor.path, name], name, required, index),
  );
}

function keyItem(
  cursor: Cursor,
  writing: Writing,
  path: Path,
  name: string,
  required: boolean,
  index: number,
): CompletionItem {
  const place = schemaAt(manifestSchemaJson, path);
  const tail = place === undefined || cursor.hasColon ? '' : punctuation(cursor, writing, place);
  const closed = cursor.hasColon ? '' : (cursor.quote ?? '');
  const text = `${writing.before}${name}${closed}`;
  const suggestsNext = writing.commands && place !== undefined && hasChoices(place) && tail === ': ';
  return {
    label: name,
    kind: place !== undefined && isBlock(place) ? CompletionItemKind.Module : CompletionItemKind.Property,
    filterText: name,
    ...(required && { preselect: index === 0 }),
    ...details({ detail: required ? 'required' : place && typeWords(place).replaceAll('`', '') }, writing),
    ...(place === undefined ? {} : documentation(fieldBlocks(place), writing)),
    insertTextFormat: writing.snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    ...(writing.insertTextModes ? { insertTextMode: InsertTextMode.asIs } : {}),
    textEdit: { range: writing.range, newText: (writing.snippets ? escapeSnippet(text) : text) + tail },
    ...(suggestsNext ? { command: NEXT_SUGGESTIONS } : {}),
  };
}

/** `: ` for what fits on the line; a block, a list or their flow forms where nothing else may stand. */
function punctuation(cursor: Cursor, writing: Writing, place: SchemaPlace): string {
  const stop = writing.snippets ? '$0' : '';
  const onlyBlock = place.types.every((type) => type === 'mapping' || type === 'map');
  const onlyList = place.types.every((type) => type === 'list');
  if (place.types.length === 0 || !(onlyBlock || onlyList)) return ': ';
  if (cursor.inFlow) return onlyList ? `: [${stop}]` : `: {${writing.snippets ? ' $0 ' : ' '}}`;
  // A client that adjusts indentation by rules of its own gets the key alone.
  if (!writing.insertTextModes) return ':';
  const indent = ' '.repeat(keyColumn(cursor, writing) + 2);
  return onlyList ? `:${writing.lineEnd}${indent}- ${stop}` : `:${writing.lineEnd}${indent}${stop}`;
}

function isBlock(place: SchemaPlace): boolean {
  return place.types.length > 0 && place.types.every((type) => type === 'mapping' || type === 'map' || type === 'list');
}

function hasChoices(place: SchemaPlace): boolean {
  return place.values.length > 0 || place.valueList !== undefined;
}
