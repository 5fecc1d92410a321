import * as vscode from 'vscode';
import type { PanelParams, TradeoffParams, WorkloadsParams, WorkloadsResult } from '../../../server/src/protocol.ts';
import { PANEL, TRADEOFF, WORKLOADS } from '../../../server/src/protocol.ts';
import { applySwitch, toRange } from '../commands/apply-switch.ts';
import { commandIds, panelViewId } from '../commands/names.ts';
import type { Manifests } from '../manifests.ts';
import type { ServerConnection } from '../server-connection.ts';
import { panelPage } from './page.ts';
import type { FromPage, PanelState, ToPage } from './webview/messages.ts';
import { isFromPage, isPanelModel, isTradeoff } from './webview/messages.ts';

/** The plan beside the editor: follows the manifest as it is typed. The server makes the model, the page draws it. */
export function registerPanel(
  extensionUri: vscode.Uri,
  server: ServerConnection,
  manifests: Manifests,
): vscode.Disposable {
  const dist = vscode.Uri.joinPath(extensionUri, 'dist');
  let view: vscode.WebviewView | undefined;
  let ready = false;
  /** A workload that the user asked for before the page could show it. */
  let wanted: string | undefined;

  function send(message: ToPage): void {
    if (view && ready) void view.webview.postMessage(message);
  }

  const refresh = coalesce(async () => {
    if (!view?.visible || !ready) return;
    const state = await readState(server, manifests);
    if (state) send({ type: 'state', state });
  });

  const followCursor = coalesce(async () => {
    const document = manifests.followed;
    const editor = vscode.window.activeTextEditor;
    if (!view?.visible || !ready || !document || editor?.document !== document || server.state !== 'running') return;
    const workloads = await readWorkloads(server, document.uri.toString()).catch(() => []);
    const current = workloads.find(({ range }) => toRange(range).contains(editor.selection.active));
    send({ type: 'cursor', workload: current?.name ?? '' });
  });

  function select(workload: string): void {
    wanted = ready ? undefined : workload;
    send({ type: 'cursor', workload });
  }

  async function handle(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        ready = true;
        refresh();
        if (wanted === undefined) followCursor();
        else select(wanted);
        return;
      case 'newManifest':
      case 'restartServer':
      case 'showLogs':
        await vscode.commands.executeCommand(commandIds[message.type]);
        return;
      case 'showProblems':
        await vscode.commands.executeCommand('workbench.actions.view.problems');
        return;
      case 'compare':
        await vscode.commands.executeCommand(commandIds.switchHardware, message.uri, message.workload);
        return;
      case 'reveal':
        await reveal(server, manifests, message.uri, message.workload);
        return;
      case 'tradeoff':
        await answerTradeoff(message);
        return;
      case 'switch':
        await applySwitch(server, message);
        return;
    }
  }

  async function answerTradeoff({ uri, workload }: Extract<FromPage, { type: 'tradeoff' }>): Promise<void> {
    try {
      const answer = await server.request<unknown>(TRADEOFF, { uri, workload } satisfies TradeoffParams);
      send({ type: 'tradeoff', uri, workload, result: isTradeoff(answer) ? answer : null });
    } catch (error) {
      // Too old a question: the next state makes the page ask again.
      if (!isOutdated(error)) throw error;
    }
  }

  const provider: vscode.WebviewViewProvider = {
    resolveWebviewView(resolved) {
      view = resolved;
      ready = false;
      resolved.webview.options = { enableScripts: true, localResourceRoots: [dist] };
      resolved.webview.html = panelPage(resolved.webview, dist);
      resolved.webview.onDidReceiveMessage((message: unknown) => {
        if (isFromPage(message)) {
          handle(message).catch(
            (error: unknown) => void vscode.window.showErrorMessage(`AI Infra: ${describe(error)}`),
          );
        }
      });
      resolved.onDidChangeVisibility(() => {
        // A hidden page is thrown away by VS Code; when shown again it says that it is ready.
        if (!resolved.visible) ready = false;
      });
      resolved.onDidDispose(() => {
        if (view === resolved) view = undefined;
      });
    },
  };

  return vscode.Disposable.from(
    // A code lens says of which manifest and workload; from the palette there is neither.
    vscode.commands.registerCommand(commandIds.showPanel, async (_uri?: unknown, workload?: unknown) => {
      await vscode.commands.executeCommand(`${panelViewId}.focus`);
      if (typeof workload === 'string') select(workload);
    }),
    vscode.window.registerWebviewViewProvider(panelViewId, provider),
    server.onSummary(({ uri }) => {
      if (uri === manifests.followed?.uri.toString()) refresh();
    }),
    server.onDidChangeState(refresh),
    manifests.onDidChangeFollowed(() => {
      refresh();
      followCursor();
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor.document === manifests.followed) followCursor();
    }),
  );
}

/** What to show; undefined: what is shown stays, since the text moved on and its next summary asks again. */
async function readState(server: ServerConnection, manifests: Manifests): Promise<PanelState | undefined> {
  const document = manifests.followed;
  if (!document) return { kind: 'no-manifest' };
  if (server.state === 'failed') return { kind: 'failed', reason: 'The language server stopped.' };
  if (server.state !== 'running') return { kind: 'starting' };
  try {
    const model = await server.request<unknown>(PANEL, { uri: document.uri.toString() } satisfies PanelParams);
    if (isPanelModel(model)) return { kind: 'plan', model };
    // Null: the server has not seen the document yet; its summary will come, and with it the next question.
    return model === null
      ? { kind: 'starting' }
      : { kind: 'failed', reason: 'The server sent a plan that this panel cannot read.' };
  } catch (error) {
    return isOutdated(error) ? undefined : { kind: 'failed', reason: describe(error) };
  }
}

/** RequestCancelled, ContentModified, ServerCancelled: nothing failed, the question was too old. */
const OUTDATED: readonly unknown[] = [-32800, -32801, -32802];

function isOutdated(error: unknown): boolean {
  return error instanceof Error && 'code' in error && OUTDATED.includes(error.code);
}

function readWorkloads(server: ServerConnection, uri: string): Promise<WorkloadsResult> {
  return server
    .request<WorkloadsResult | null>(WORKLOADS, { uri } satisfies WorkloadsParams)
    .then((found) => found ?? []);
}

async function reveal(server: ServerConnection, manifests: Manifests, uri: string, workload: string): Promise<void> {
  const document = manifests.followed;
  if (document?.uri.toString() !== uri) return;
  const range = (await readWorkloads(server, uri)).find(({ name }) => name === workload)?.range;
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn:
      vscode.window.visibleTextEditors.find((visible) => visible.document === document)?.viewColumn ??
      vscode.ViewColumn.One,
  });
  if (!range) return;
  const start = toRange(range).start;
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(toRange(range), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Runs one at a time; calls that come meanwhile make it run once more. */
function coalesce(run: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  return function trigger(): void {
    if (running) {
      again = true;
      return;
    }
    running = true;
    void run().finally(() => {
      running = false;
      if (!again) return;
      again = false;
      trigger();
    });
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
