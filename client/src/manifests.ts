import * as vscode from 'vscode';
import { LANGUAGE_ID } from '../../server/src/protocol.ts';
import { manifestOpenKey } from './commands/names.ts';

/** Follows which manifest the user works on. */
export interface Manifests extends vscode.Disposable {
  /** The manifest in the active editor, else the one that was active last and is still open. */
  readonly followed: vscode.TextDocument | undefined;
  readonly onDidChangeFollowed: vscode.Event<vscode.TextDocument | undefined>;
}

export function isManifest(document: vscode.TextDocument): boolean {
  return document.languageId === LANGUAGE_ID;
}

/** The manifest in the active editor, if it is one. */
export function activeManifest(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document && isManifest(document) ? document : undefined;
}

export function trackManifests(): Manifests {
  const changed = new vscode.EventEmitter<vscode.TextDocument | undefined>();
  let followed: vscode.TextDocument | undefined;

  function update(): void {
    const open = vscode.workspace.textDocuments.filter(isManifest);
    void vscode.commands.executeCommand('setContext', manifestOpenKey, open.length > 0);
    const visible = vscode.window.visibleTextEditors.map((editor) => editor.document).find(isManifest);
    const stillOpen = followed && open.includes(followed) ? followed : undefined;
    const next = activeManifest() ?? stillOpen ?? visible ?? open[0];
    if (next === followed) return;
    followed = next;
    changed.fire(next);
  }

  const subscriptions = [
    changed,
    vscode.window.onDidChangeActiveTextEditor(update),
    // A change of the language closes and opens the document without a change of the editor.
    vscode.workspace.onDidOpenTextDocument(update),
    vscode.workspace.onDidCloseTextDocument(update),
  ];
  update();
  return {
    get followed() {
      return followed;
    },
    onDidChangeFollowed: changed.event,
    dispose: () => vscode.Disposable.from(...subscriptions).dispose(),
  };
}
