import * as vscode from 'vscode';
import { LANGUAGE_ID } from '../../../server/src/protocol.ts';

interface Template extends vscode.QuickPickItem {
  readonly body: string;
}

const fileName = 'ai-infra.yaml';

/** *New Manifest*: asks for a template (the snippets that are whole manifests) and opens it unsaved, its gaps to tab through. */
export async function newManifest(extensionUri: vscode.Uri): Promise<void> {
  const templates = readTemplates(await readSnippets(extensionUri));
  const empty: Template = {
    label: 'Empty',
    description: 'the least that a manifest needs',
    body: 'version: 1\nworkloads:\n  $0\n',
  };
  const chosen = await vscode.window.showQuickPick([...templates, empty], {
    title: 'New AI Infra Manifest',
    placeHolder: 'What will the machines do?',
    matchOnDescription: true,
  });
  if (!chosen) return;
  const document = await openUnsaved();
  const editor = await vscode.window.showTextDocument(document);
  await editor.insertSnippet(new vscode.SnippetString(chosen.body), new vscode.Position(0, 0));
}

async function readSnippets(extensionUri: vscode.Uri): Promise<unknown> {
  const file = vscode.Uri.joinPath(extensionUri, 'snippets', 'ai-infra.json');
  return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
}

/** The snippets that start a manifest, in the order of the file. */
function readTemplates(snippets: unknown): readonly Template[] {
  if (typeof snippets !== 'object' || snippets === null) return [];
  return Object.entries(snippets as Record<string, { body?: string | string[]; description?: string }>).flatMap(
    ([label, { body, description }]) => {
      const text = Array.isArray(body) ? body.join('\n') : (body ?? '');
      return text.startsWith('version:')
        ? [{ label, body: text, ...(description ? { detail: description } : {}) }]
        : [];
    },
  );
}

/** An unsaved document, with the usual name where a folder is open and has no such file yet. */
async function openUnsaved(): Promise<vscode.TextDocument> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder?.uri.scheme === 'file') {
    const uri = vscode.Uri.joinPath(folder.uri, fileName);
    const untitled = uri.with({ scheme: 'untitled' });
    const taken = await exists(uri);
    const open = vscode.workspace.textDocuments.some((document) => document.uri.toString() === untitled.toString());
    if (!taken && !open) {
      return vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(untitled), LANGUAGE_ID);
    }
  }
  return vscode.workspace.openTextDocument({ language: LANGUAGE_ID, content: '' });
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
