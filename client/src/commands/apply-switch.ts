import * as vscode from 'vscode';
import type { PlainRange, SwitchParams, SwitchResult, UseHardwareParams } from '../../../server/src/protocol.ts';
import { SWITCH, USE_HARDWARE } from '../../../server/src/protocol.ts';
import type { ServerConnection } from '../server-connection.ts';

/** Switches a workload to one of its alternatives; command and panel both end here. */
export function applySwitch(server: ServerConnection, params: SwitchParams): Promise<boolean> {
  return applyAnswer(server, SWITCH, params);
}

/** Puts a workload on an offer of the catalogue. */
export function applyHardware(server: ServerConnection, params: UseHardwareParams): Promise<boolean> {
  return applyAnswer(server, USE_HARDWARE, params);
}

/**
 * Applies the edits that the server answers with, as one undoable edit of the open document.
 * The document may move on while the server answers: then it is asked once more.
 * Returns whether the edit was applied; tells the user when it was not.
 */
async function applyAnswer(
  server: ServerConnection,
  method: string,
  params: SwitchParams | UseHardwareParams,
): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === params.uri);
  if (!document) {
    void vscode.window.showErrorMessage('The manifest was closed before its hardware could be switched.');
    return false;
  }
  for (let attempt = 0; attempt < 2; attempt++) {
    const { version } = document;
    const result = await server.request<SwitchResult | null>(method, params);
    // The server knows this version, and not what was chosen: a text of before had it, or prices of before.
    if (result === null && document.version === version) {
      void vscode.window.showWarningMessage(
        `What was chosen for "${params.workload}" is not on offer for this manifest any more, so nothing was edited. Choose again.`,
      );
      return false;
    }
    if (result === null || result.version !== document.version) continue;
    const edit = new vscode.WorkspaceEdit();
    edit.set(
      document.uri,
      result.edits.map(({ range, newText }) => new vscode.TextEdit(toRange(range), newText)),
    );
    return vscode.workspace.applyEdit(edit);
  }
  void vscode.window.showWarningMessage(
    `The manifest changed while "${params.workload}" was being switched, so nothing was edited. Choose again.`,
  );
  return false;
}

export function toRange({ start, end }: PlainRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
