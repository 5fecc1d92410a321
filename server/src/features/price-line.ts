/** The fix of a price that nobody knows: a line in the price book of the manifest, its price left for people to fill in. */
import {
  CodeActionKind,
  type CodeAction,
  type Diagnostic,
  type Position,
  type WorkspaceEdit,
} from 'vscode-languageserver-types';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { lineForBook, newBook, type MissingPrice } from '../catalog/book-line.ts';
import { withBooks } from '../catalog/book-overlay.ts';
import { readPriceBook } from '../catalog/price-book.ts';
import { editManifest } from '../manifest/edit.ts';
import { planWorkload } from '../planner/plan.ts';
import type { Finding } from '../rules/rule.ts';
import { toLspEdits, type ClientTraits, type View } from './view.ts';

/** The book of a manifest that has none. */
export const NEW_BOOK = 'prices.ai-infra.csv';

/** A price book that may be written. */
export interface WritableBook {
  readonly uri: string;
  /** Absent: there is no such file yet. */
  readonly text: string | undefined;
}

/** Finds the book that a path of the manifest leads to; undefined where nothing may be written. */
export type BookFinder = (path: string) => WritableBook | undefined;

/** An action for each price that the finding misses, as far as a line would give it and the client can write it. */
export function priceLines(
  view: View,
  finding: Finding,
  diagnostic: Diagnostic,
  traits: ClientTraits,
  find: BookFinder,
): CodeAction[] {
  const missing = (finding.missingPrices ?? []).filter((each) => wouldPrice(view, finding, each));
  if (missing.length === 0) return [];
  const named = view.analysis.manifest.head.pricing?.book;
  const path = named ?? NEW_BOOK;
  const book = find(path);
  if (!book) return [];
  return missing.flatMap((each): CodeAction[] => {
    const edit = editOf(view, book, each, named === undefined ? path : undefined, traits);
    if (!edit) return [];
    const title = `${book.text === undefined ? `Create ${path} with` : `Add to ${path}`} a line for ${wordsOf(each)}, its price to be filled in`;
    return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], edit }];
  });
}

const tried = new WeakMap<MissingPrice, boolean>();

/** Tries the line with a price: a book may have it, and it gives the workload its price. Known for each version of a workload. */
function wouldPrice(view: View, finding: Finding, missing: MissingPrice): boolean {
  let isPriced = tried.get(missing);
  if (isPriced === undefined) tried.set(missing, (isPriced = tryLine(view, finding, missing)));
  return isPriced;
}

function tryLine({ analysis }: View, { code, workload }: Finding, missing: MissingPrice): boolean {
  const { catalog, manifest, today } = analysis;
  const text = newBook(missing, '1');
  if (text === undefined) return false;
  const book = readPriceBook({ layer: 'user', name: NEW_BOOK, content: { text } }, catalog);
  if (book.rows.length === 0 || book.problems.length > 0) return false;
  // Advice only compares with what the line prices: what that will cost nobody knows yet.
  if (code !== 'AI711') return true;
  const typed = manifest.workloads.find(({ name }) => name === workload)?.value;
  return (
    typed !== undefined &&
    planWorkload(typed, manifest.head, withBooks(catalog, [book], today), today).cost.hourlyUsd !== null
  );
}

/** Writes the line, and names the book in the manifest where that names none. Undefined where the client cannot, or need not. */
function editOf(
  view: View,
  { uri, text }: WritableBook,
  missing: MissingPrice,
  newName: string | undefined,
  { documentChanges, createsFiles }: ClientTraits,
): WorkspaceEdit | undefined {
  const { document, analysis } = view;
  const written = text === undefined ? newBook(missing) : lineForBook(text, missing);
  if (written === undefined || (text === undefined && !(documentChanges && createsFiles))) return undefined;
  const end = endOf(text ?? '');
  const added = [{ range: { start: end, end }, newText: written }];
  const naming =
    newName === undefined
      ? []
      : toLspEdits(
          document,
          editManifest(analysis.source, [{ kind: 'set', path: ['pricing', 'book'], value: newName }]),
        );
  if (newName !== undefined && naming.length === 0) return undefined;
  if (!documentChanges) return { changes: { [uri]: added, ...(naming.length > 0 && { [document.uri]: naming }) } };
  return {
    documentChanges: [
      // Where the file is there after all, nothing is done: it is never written over.
      ...(text === undefined ? [{ kind: 'create' as const, uri }] : []),
      { textDocument: { uri, version: null }, edits: added },
      ...(naming.length > 0 ? [{ textDocument: { uri: document.uri, version: document.version }, edits: naming }] : []),
    ],
  };
}

/** The end of a file as an editor counts it, which does not show the byte order mark. */
function endOf(text: string): Position {
  const plain = TextDocument.create('', 'csv', 0, text.replace(/^\ufeff/, ''));
  return plain.positionAt(plain.getText().length);
}

/** `on-demand gb300 at gcp in us-central1`. */
function wordsOf({ provider, region, instance, accelerator, capacity }: MissingPrice): string {
  const hardware = instance ?? accelerator ?? '';
  return `${capacity ?? ''} ${hardware}${provider === undefined ? '' : ` at ${provider}`}${region === undefined ? '' : ` in ${region}`}`.trim();
}
