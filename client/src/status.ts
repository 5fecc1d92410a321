import * as vscode from 'vscode';
import type { SummaryParams } from '../../server/src/protocol.ts';
import { commandIds } from './commands/names.ts';
import type { Manifests } from './manifests.ts';
import { activeManifest, MANIFEST_SELECTOR } from './manifests.ts';
import type { ServerConnection } from './server-connection.ts';

/** The total of the active manifest at the right of the status bar, and the age of its prices among the language's own entries. */
export function registerStatus(server: ServerConnection, manifests: Manifests): vscode.Disposable {
  const summaries = new Map<string, SummaryParams>();
  const total = vscode.window.createStatusBarItem('aiInfra.total', vscode.StatusBarAlignment.Right, 100);
  total.name = 'AI Infra: Cost of the Manifest';
  total.command = commandIds.showPanel;
  const prices = vscode.languages.createLanguageStatusItem('aiInfra.prices', MANIFEST_SELECTOR);
  prices.name = 'AI Infra Prices';

  function update(): void {
    const document = activeManifest();
    const summary = document && summaries.get(document.uri.toString());
    showTotal(total, summary);
    showPrices(prices, server, summary ?? summaries.get(manifests.followed?.uri.toString() ?? ''));
  }

  update();
  return vscode.Disposable.from(
    total,
    prices,
    server.onSummary((summary) => {
      summaries.set(summary.uri, summary);
      update();
    }),
    server.onDidChangeState(update),
    vscode.workspace.onDidCloseTextDocument((document) => summaries.delete(document.uri.toString())),
    vscode.window.onDidChangeActiveTextEditor(update),
    manifests.onDidChangeFollowed(update),
  );
}

function showTotal(item: vscode.StatusBarItem, summary: SummaryParams | undefined): void {
  if (!summary) {
    item.hide();
    return;
  }
  const text = summary.total === '' ? 'no cost known yet' : summary.total;
  item.text = `$(credit-card) ${text}`;
  item.tooltip = ['AI Infra: what this manifest costs', ...summary.details, 'Click to show the plan'].join('\n');
  item.accessibilityInformation = { label: `Cost of the manifest: ${text}`, role: 'button' };
  item.show();
}

function showPrices(
  item: vscode.LanguageStatusItem,
  server: ServerConnection,
  summary: SummaryParams | undefined,
): void {
  item.busy = server.state === 'starting';
  if (server.state === 'failed') {
    item.severity = vscode.LanguageStatusSeverity.Error;
    item.text = 'The AI Infra server stopped';
    item.detail = 'no findings and no costs until it runs again';
    item.command = { command: commandIds.restartServer, title: 'Restart' };
    return;
  }
  item.severity = vscode.LanguageStatusSeverity.Information;
  const age = summary?.priceAge;
  item.text = age?.text || 'No price in use';
  item.detail = age?.detail || 'AI Infra';
  item.command = age?.stale
    ? { command: commandIds.refreshPrices, title: 'Refresh Prices' }
    : { command: commandIds.showPanel, title: 'Show Plan' };
}
