import * as vscode from 'vscode';
import { createDownload, type Fetch } from '../../../server/src/catalog/refresh/download.ts';
import { FeedError } from '../../../server/src/catalog/refresh/source.ts';
import type {
  DownloadParams,
  DownloadResult,
  MovedCost,
  RefreshPricesParams,
  RefreshPricesResult,
  RefreshProgressParams,
  UsePricesParams,
  UsePricesResult,
} from '../../../server/src/protocol.ts';
import { DOWNLOAD, REFRESH_PRICES, REFRESH_PROGRESS, USE_PRICES } from '../../../server/src/protocol.ts';
import { manifestsInTabs } from '../manifests.ts';
import type { PriceStore } from '../price-store.ts';
import type { ServerConnection } from '../server-connection.ts';
import { commandIds } from './names.ts';

/** Scheme of the read-only document that tells what a refresh did. */
const reportScheme = 'ai-infra-prices';
const reportUri = vscode.Uri.from({ scheme: reportScheme, path: '/Refreshed Prices.txt' });
const showReport = 'Show Report';

/**
 * *Refresh Prices*: fetches prices from public sources, once and only now, stores them and has the server use them. The
 * extension host fetches, since VS Code gives its `fetch` the user's proxy and certificates; the server reads and checks.
 */
export function registerRefreshPrices(server: ServerConnection, store: PriceStore): vscode.Disposable {
  const reportChanged = new vscode.EventEmitter<vscode.Uri>();
  let report = '';
  let running: AbortController | undefined;
  let progress: vscode.Progress<{ message: string; increment: number }> | undefined;

  server.onRequest(DOWNLOAD, (params: DownloadParams) => download(params, running?.signal));
  server.onNotification(REFRESH_PROGRESS, ({ source, done, total }: RefreshProgressParams) => {
    progress?.report({ message: `${String(done)} of ${String(total)}: ${source}`, increment: 100 / total });
  });

  async function refresh(): Promise<void> {
    if (running) {
      void vscode.window.showInformationMessage('Prices are being refreshed already.');
      return;
    }
    const controller = new AbortController();
    running = controller;
    try {
      const done = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: 'AI Infra: refreshing prices', cancellable: true },
        async (shown, token) => {
          progress = shown;
          token.onCancellationRequested(() => controller.abort());
          return refreshAndStore(server, store, token);
        },
      );
      report = done.report;
      reportChanged.fire(reportUri);
      // Not awaited: a notification may stand unanswered for hours, and prices may be refreshed again.
      tell(done).catch(() => undefined);
    } catch (error) {
      if (controller.signal.aborted) return;
      void vscode.window.showErrorMessage(
        `Prices were not refreshed: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      running = undefined;
      progress = undefined;
    }
  }

  return vscode.Disposable.from(
    reportChanged,
    vscode.workspace.registerTextDocumentContentProvider(reportScheme, {
      onDidChange: reportChanged.event,
      provideTextDocumentContent: () => report,
    }),
    vscode.commands.registerCommand(commandIds.refreshPrices, refresh),
  );
}

interface Refreshed {
  readonly answer: RefreshPricesResult;
  readonly moved: readonly MovedCost[];
  readonly report: string;
}

async function refreshAndStore(
  server: ServerConnection,
  store: PriceStore,
  token: vscode.CancellationToken,
): Promise<Refreshed> {
  const stored = await store.read(() => undefined);
  const answer = await server.request<RefreshPricesResult>(
    REFRESH_PRICES,
    { stored } satisfies RefreshPricesParams,
    token,
  );
  if (token.isCancellationRequested) throw new vscode.CancellationError();
  let moved: readonly MovedCost[] = [];
  if (answer.stored !== '') {
    // Stored first: what is in use is what will be in use after the next start.
    await store.write(answer.stored);
    const used = await server.request<UsePricesResult>(USE_PRICES, { stored: answer.stored } satisfies UsePricesParams);
    if (used.problem !== '') throw new Error(used.problem);
    // The server still serves documents whose tabs are closed: nobody asks what those cost.
    const shown = new Set(manifestsInTabs().map(({ uri }) => uri.toString()));
    moved = used.moved.filter(({ uri }) => shown.has(uri));
  }
  return { answer, moved, report: reportOf(answer, moved) };
}

async function tell({ answer, moved }: Refreshed): Promise<void> {
  const [first] = moved;
  const parts = [
    answer.summary,
    ...(first && moved.length === 1 ? [`${nameOf(first.uri)}: ${first.before} → ${first.after}.`] : []),
    ...(moved.length > 1 ? [`The cost of ${String(moved.length)} open manifests moved.`] : []),
    ...(answer.failed.length > 0 ? [`No answer from ${answer.failed.join(', ')}: the last good prices stay.`] : []),
  ];
  const show = answer.failed.length > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  if ((await show(parts.join(' '), showReport)) === showReport) {
    await vscode.window.showTextDocument(reportUri, { preview: true });
  }
}

/** Plain text: what sources wrote is in it. */
function reportOf(answer: RefreshPricesResult, moved: readonly MovedCost[]): string {
  const blocks = [
    [answer.summary],
    ['Open manifests', ...moved.map(({ uri, before, after }) => `  ${nameOf(uri)}: ${before} → ${after}`)],
    ['Sources', ...answer.sources.map((line) => `  ${line}`)],
    ['Changes', ...answer.changes.map((line) => `  ${line}`)],
    ['Rows left out', ...answer.dropped.map((line) => `  ${line}`)],
  ];
  return `${blocks
    .filter((lines, at) => at === 0 || lines.length > 1)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function nameOf(uri: string): string {
  const { path } = vscode.Uri.parse(uri);
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Gets a document for the server. Without a refresh that the user started there is no signal, and nothing is fetched. */
async function download(params: DownloadParams, signal: AbortSignal | undefined): Promise<DownloadResult> {
  if (signal === undefined) return { problem: 'no refresh is under way' };
  // Looked up at each call: VS Code puts its own in place.
  const hostFetch: Fetch = (url, init) => fetch(url, { ...init, headers: { ...init.headers } });
  try {
    const document = await createDownload(hostFetch, signal)(params);
    if (document === 'unchanged') return { unchanged: true };
    return {
      base64: base64Of(document.bytes),
      ...(document.etag === undefined ? {} : { etag: document.etag }),
      ...(document.lastModified === undefined ? {} : { lastModified: document.lastModified }),
    };
  } catch (error) {
    return { problem: error instanceof FeedError ? error.message : 'cancelled' };
  }
}

function base64Of(bytes: Uint8Array): string {
  const piece = 0x8000;
  let binary = '';
  for (let start = 0; start < bytes.length; start += piece) {
    binary += String.fromCharCode(...bytes.subarray(start, start + piece));
  }
  return btoa(binary);
}
