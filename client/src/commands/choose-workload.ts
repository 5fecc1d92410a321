import * as vscode from 'vscode';
import type { WorkloadsParams, WorkloadsResult } from '../../../server/src/protocol.ts';
import { WORKLOADS } from '../../../server/src/protocol.ts';
import type { ServerConnection } from '../server-connection.ts';
import { toRange } from './apply-switch.ts';

/** The workload at the cursor, the only one, or the one that the user names; undefined when there is none or nothing is chosen. */
export async function chooseWorkload(
  server: ServerConnection,
  uri: string,
  title: string,
): Promise<string | undefined> {
  const workloads = (await server.request<WorkloadsResult | null>(WORKLOADS, { uri } satisfies WorkloadsParams)) ?? [];
  const editor = vscode.window.visibleTextEditors.find((visible) => visible.document.uri.toString() === uri);
  const atCursor = editor && workloads.find(({ range }) => toRange(range).contains(editor.selection.active));
  if (atCursor) return atCursor.name;
  if (workloads.length === 0) {
    void vscode.window.showInformationMessage('This manifest has no workload yet: add one under "workloads".');
    return undefined;
  }
  if (workloads.length === 1) return workloads[0]?.name;
  const chosen = await vscode.window.showQuickPick(
    workloads.map(({ name, range }) => ({
      name,
      label: plainLabel(name),
      description: `line ${range.start.line + 1}`,
    })),
    { title, placeHolder: 'Of which workload?' },
  );
  return chosen?.name;
}

/** Quick picks draw `$(name)` as an icon; names from a manifest are text. */
export function plainLabel(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}
