/** Completion of keys, values and comments at the cursor. Every item carries the edit that accepting it makes. */
import {
  CompletionItemKind,
  type CompletionItem,
  type CompletionList,
  type Position,
} from 'vscode-languageserver-types';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../analysis.ts';
import type { Catalog } from '../catalog/types.ts';
import { cursorAt, type Cursor } from '../manifest/cursor.ts';
import { parseManifest } from '../manifest/parse.ts';
import type { ManifestSource, Span } from '../manifest/source.ts';
import { valueAt } from '../manifest/shape.ts';
import { completeAnchors, isAliasPlace } from './complete-anchors.ts';
import { completeBlocks, completeBlockValues } from './complete-blocks.ts';
import { completeExpectation, isExpectation } from './complete-expectation.ts';
import { completeKeys } from './complete-keys.ts';
import {
  completeComment,
  completeNames,
  completeOpenValues,
  completeValues,
  type ItemData,
} from './complete-values.ts';
import { documentation, type Writing } from './completion-writing.ts';
import { factBlocks } from './explain-fact.ts';
import { isPlainYaml } from './plain-yaml.ts';
import { rangeOf, type ClientTraits } from './view.ts';

/**
 * `latest` may be the analysis of an older version of the document: plans are taken from it, and no places, so that completion
 * does not wait for the analysis of what was just typed.
 */
export function complete(
  document: TextDocument,
  latest: Analysis,
  position: Position,
  traits: ClientTraits,
): CompletionList {
  const offset = document.offsetAt(position);
  const text = document.getText();
  const source = parseManifest(text, latest.source);
  const analysis = { ...latest, source };
  const comment = commentBefore(text, offset);
  if (comment !== undefined) {
    const word = /[\w-]*$/.exec(comment)?.[0] ?? '';
    const replaced = { start: offset - word.length, end: offset };
    return list(completeComment(analysis, comment, writingAt(document, replaced, source, traits)));
  }
  const cursor = cursorAt(source, offset);
  if (cursor === undefined) return list([]);
  const writing = writingAt(document, cursor.replace, source, traits, cursor.needsSpace ? ' ' : '');
  if (cursor.role !== 'key' && isExpectation(cursor.path))
    return list(completeExpectation(analysis, cursor, document, writing));
  const keys = (): CompletionItem[] => {
    const keyWriting = { ...writing, range: rangeOf(document, keySpan(cursor, text)) };
    const blocks = completeBlocks(analysis, cursor, keyWriting);
    // A whole block stands with its key.
    return [
      ...completeKeys(cursor, keyWriting, phaseAt(source, cursor)).flatMap((key) => [
        ...blocks.filter(({ filterText }) => filterText === key.label),
        key,
      ]),
      ...completeNames(analysis, cursor, keyWriting),
    ];
  };
  if (isPlainYaml(document)) return list(cursor.role === 'key' ? [] : completeOpenValues(analysis, cursor, writing));
  if (cursor.role === 'key') return list(keys());
  if (isAliasPlace(cursor)) return list(completeAnchors(source, cursor, writing));
  // Below its key a mapping is more likely meant than the word that could stand there too.
  return list([
    ...(cursor.opensMapping ? keys() : completeBlockValues(analysis, cursor, writing)),
    ...completeValues(analysis, cursor, writing),
  ]);
}

/** Fills in the page of facts of an item that is looked at. `item.data` is what the client sends back, whatever that is. */
export function resolveCompletion(catalog: Catalog, item: CompletionItem, traits: ClientTraits): CompletionItem {
  const fact = (item.data as Partial<ItemData> | null | undefined)?.fact;
  if (typeof fact?.name !== 'string') return item;
  return { ...item, ...documentation(factBlocks(catalog, fact), { markdown: traits.completionMarkdown }) };
}

/** The comment before the cursor on its line, without its `#`. A `#` in a quoted text is taken for one: nothing is offered there anyway. */
function commentBefore(text: string, offset: number): string | undefined {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /(?:^|\s)#([^#]*)$/.exec(line)?.[1];
}

/** A key in quotes gets its colon behind them: the closing one, which the editor wrote, is replaced with the word. */
function keySpan({ replace, quote, hasColon }: Cursor, text: string): Span {
  return quote !== undefined && !hasColon && text[replace.end] === quote
    ? { start: replace.start, end: replace.end + 1 }
    : replace;
}

/** Keeps the order that was chosen here: clients sort by `sortText`. */
function list(items: CompletionItem[]): CompletionList {
  const sorted = items.map((item, index) => ({ ...item, sortText: index.toString().padStart(5, '0') }));
  // Units carry the number typed so far: with the next digit they are others.
  return { isIncomplete: items.some(({ kind }) => kind === CompletionItemKind.Unit), items: sorted };
}

function writingAt(
  document: TextDocument,
  span: { readonly start: number; readonly end: number },
  source: ManifestSource,
  traits: ClientTraits,
  before = '',
): Writing {
  return {
    uri: document.uri,
    range: rangeOf(document, span),
    lineEnd: source.lineEnd,
    before,
    snippets: traits.snippets,
    insertTextModes: traits.insertTextModes,
    markdown: traits.completionMarkdown,
    commands: traits.commands,
    labelDetails: traits.labelDetails,
  };
}

function phaseAt(source: ManifestSource, { path }: Cursor): string | undefined {
  const raw = source.workloads.find(({ name }) => name === path[1])?.raw;
  const phase = path[0] === 'workloads' ? valueAt(raw, ['phase']) : undefined;
  return typeof phase === 'string' ? phase : undefined;
}
