import * as vscode from 'vscode';
import { LANGUAGE_ID } from '../../server/src/protocol.ts';
import { manifestOpenKey } from './commands/names.ts';

/** Follows which manifest the user works on. */
export interface Manifests extends vscode.Disposable {
  /** The manifest in the active editor, else the one that was active last and is still open. */
  readonly followed: vscode.TextDocument | undefined;
  readonly onDidChangeFollowed: vscode.Event<vscode.TextDocument | undefined>;
}

/**
 * The documents that are served: those of our language wherever they lie (untitled, virtual, remote), and those of our names that
 * the user's `files.associations` keep as YAML.
 */
export const MANIFEST_SELECTOR: readonly { readonly language: string; readonly pattern?: string }[] = [
  { language: LANGUAGE_ID },
  { language: 'yaml', pattern: '**/{ai-infra,*.ai-infra}.{yaml,yml}' },
];

export function isManifest(document: vscode.TextDocument): boolean {
  return vscode.languages.match(MANIFEST_SELECTOR, document) > 0 && isWorkedOn(document.uri);
}

/**
 * False for what only shows a text: a file of another revision (the left side of a comparison), a proposal of a chat. A selector knows no
 * "not", and there is no end to such schemes. What they have in common is that nothing can be written there, and no folder lies there.
 */
export function isWorkedOn({ scheme }: vscode.Uri): boolean {
  return (
    scheme === 'untitled' ||
    vscode.workspace.fs.isWritableFileSystem(scheme) === true ||
    vscode.workspace.workspaceFolders?.some(({ uri }) => uri.scheme === scheme) === true
  );
}

/** The manifest in the active editor, if it is one. */
export function activeManifest(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document && isManifest(document) ? document : undefined;
}

/** The manifests that the user has open. VS Code keeps a document for minutes after its last tab is closed. */
export function manifestsInTabs(): readonly vscode.TextDocument[] {
  const inTabs = new Set(
    vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(({ input }) => addressesOf(input))),
  );
  return vscode.workspace.textDocuments.filter(
    (document) => isManifest(document) && inTabs.has(document.uri.toString()),
  );
}

function addressesOf(input: unknown): readonly string[] {
  if (input instanceof vscode.TabInputText) return [input.uri.toString()];
  // Of a comparison the right side is the one to edit.
  if (input instanceof vscode.TabInputTextDiff) return [input.modified.toString()];
  return [];
}

export function trackManifests(): Manifests {
  const changed = new vscode.EventEmitter<vscode.TextDocument | undefined>();
  let followed: vscode.TextDocument | undefined;

  function update(): void {
    const open = manifestsInTabs();
    void vscode.commands.executeCommand('setContext', manifestOpenKey, open.length > 0);
    const stillOpen = followed && open.includes(followed) ? followed : undefined;
    const next = activeManifest() ?? stillOpen ?? open[0];
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
    vscode.window.tabGroups.onDidChangeTabs(update),
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
