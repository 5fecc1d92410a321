/** What VS Code gets when it asks about a place of the manifest: the answers that it draws. Each is waited for. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { cursorIn } from '../helpers/marks.ts';
import { eventually, openManifest } from './editor.ts';

/** Opens a manifest of its own, with the cursor at the `<|>`. No name comes twice: VS Code remembers documents that were closed. */
export async function openAt(marked: string): Promise<vscode.TextEditor> {
  const { text, cursor } = cursorIn(marked);
  const editor = await openManifest(`${randomUUID()}.ai-infra.yaml`, text);
  const position = editor.document.positionAt(cursor);
  editor.selection = new vscode.Selection(position, position);
  return editor;
}

/** Start of the words in the document, or `within` characters behind it. */
export function positionOf(document: vscode.TextDocument, words: string, within = 0): vscode.Position {
  const offset = document.getText().indexOf(words);
  assert.ok(offset >= 0, `the text has no ${words}`);
  return document.positionAt(offset + within);
}

/** The start of the document or, with `words`, what stands from there on. */
export function rangeOf(document: vscode.TextDocument, words: string): vscode.Range {
  return new vscode.Range(positionOf(document, words), positionOf(document, words, words.length));
}

export function wholeDocument({ lineCount }: vscode.TextDocument): vscode.Range {
  return new vscode.Range(0, 0, lineCount, 0);
}

/** Completions at the cursor, in our order, with their documentation. */
export function completions({ document, selection }: vscode.TextEditor): Promise<readonly vscode.CompletionItem[]> {
  const everyOne = 1000;
  return eventually('completions', async () => {
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      selection.active,
      undefined,
      everyOne,
    );
    const ours = items.filter(({ sortText }) => /^\d{5}$/.test(sortText ?? ''));
    return ours.length > 0 && ours.sort((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
  });
}

export function labelOf({ label }: vscode.CompletionItem): string {
  return typeof label === 'string' ? label : label.label;
}

export function itemLabelled(items: readonly vscode.CompletionItem[], label: string): vscode.CompletionItem {
  const item = items.find((each) => labelOf(each) === label);
  assert.ok(item, `no ${label} among: ${items.map(labelOf).join(' | ')}`);
  return item;
}

/** What stands beside a completion in the closed list, and what is told when it is looked at. */
export function wordsOf(item: vscode.CompletionItem): string {
  const { label, detail = '', documentation = '' } = item;
  const beside = typeof label === 'string' ? '' : (label.description ?? '');
  return [beside, detail, typeof documentation === 'string' ? documentation : documentation.value].join('\n');
}

/** The text of the hover over the words. */
export function hoverOver({ document }: vscode.TextEditor, words: string): Promise<string> {
  return eventually(`a hover over ${words}`, async () => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      positionOf(document, words, 1),
    );
    const parts = hovers
      .flatMap(({ contents }) => contents)
      .map((part) => (typeof part === 'string' ? part : part.value));
    return parts.length > 0 && parts.join('\n');
  });
}

/** Titles of the lenses, once each has one. */
export async function lensTitles({ uri }: vscode.TextDocument): Promise<readonly string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 50);
  return lenses.flatMap(({ command }) => (command === undefined ? [] : [command.title]));
}

/** Inlay hints, each as it is read: the text before it on its line, and the hint in brackets. */
export async function hints(document: vscode.TextDocument): Promise<readonly string[]> {
  const all = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    wholeDocument(document),
  );
  return all.map(({ label, position }) => {
    const words = typeof label === 'string' ? label : label.map(({ value }) => value).join('');
    return `${document.lineAt(position).text.slice(0, position.character).trim()} [${words}]`;
  });
}

/** Refactorings that are offered at the cursor. */
export function refactorings({ document, selection }: vscode.TextEditor): Promise<readonly vscode.CodeAction[]> {
  return eventually('refactorings', async () => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      selection,
      vscode.CodeActionKind.Refactor.value,
      100,
    );
    return actions.length > 0 && actions;
  });
}
