import * as vscode from 'vscode';
import { LANGUAGE_ID } from '../../../server/src/protocol.ts';

/** *Treat This File as a Manifest*: sets the language of the active document, and offers to remember that for its name. */
export async function treatAsManifest(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) {
    void vscode.window.showInformationMessage('Open the YAML file that is to be a manifest first.');
    return;
  }
  await vscode.languages.setTextDocumentLanguage(document, LANGUAGE_ID);
  if (document.isUntitled) return;

  const name = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
  const inWorkspace = vscode.workspace.getWorkspaceFolder(document.uri) !== undefined;
  const always = inWorkspace ? 'Always, in This Workspace' : 'Always';
  const answer = await vscode.window.showInformationMessage(
    `"${name}" is treated as an AI infra manifest until it is closed. Treat files of this name so from now on?`,
    always,
  );
  if (answer !== always) return;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  const files = vscode.workspace.getConfiguration('files');
  const known = files.inspect<Record<string, string>>('associations');
  const before = (inWorkspace ? known?.workspaceValue : known?.globalValue) ?? {};
  await files.update('associations', { ...before, [`**/${escapeGlob(name)}`]: LANGUAGE_ID }, target);
}

/** A file name in which no character is a pattern. */
function escapeGlob(name: string): string {
  return name.replace(/[[\]{}*?]/g, (character) => `[${character}]`);
}
