import * as vscode from 'vscode';
import { followBaselines } from './baseline.ts';
import { commandIds } from './commands/names.ts';
import { registerBrowseHardware } from './commands/browse-hardware.ts';
import { registerExplainRule } from './commands/explain-rule.ts';
import { newManifest } from './commands/new-manifest.ts';
import { registerRefreshPrices } from './commands/refresh-prices.ts';
import { switchHardware } from './commands/switch-hardware.ts';
import { treatAsManifest } from './commands/treat-as-manifest.ts';
import { isManifest, trackManifests } from './manifests.ts';
import { registerPanel } from './panel/provider.ts';
import { createPriceStore } from './price-store.ts';
import type { ClientFactory } from './server-connection.ts';
import { connectServer } from './server-connection.ts';
import { registerStatus } from './status.ts';

/** Everything that desktop and web share. Returns at once; the server starts with the first manifest. */
export function register(context: vscode.ExtensionContext, createClient: ClientFactory): void {
  const manifests = trackManifests();
  const prices = createPriceStore(context.globalStorageUri);
  const server = connectServer(createClient, prices);

  const startForManifests = (): void => {
    // The status item and the panel say so when the start fails; there is nobody else to tell.
    if (vscode.workspace.textDocuments.some(isManifest)) void server.start().catch(() => undefined);
  };
  const command = (id: string, run: (...args: unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(id, run);

  context.subscriptions.push(
    manifests,
    server,
    vscode.workspace.onDidOpenTextDocument(startForManifests),
    command(commandIds.switchHardware, (...args) => switchHardware(server, manifests, args)),
    command(commandIds.newManifest, () => newManifest(context.extensionUri)),
    command(commandIds.treatAsManifest, () => treatAsManifest()),
    command(commandIds.showLogs, () => server.showLogs()),
    command(commandIds.restartServer, () => server.restart()),
    registerBrowseHardware(server, manifests),
    registerExplainRule(context.extensionUri, manifests),
    registerRefreshPrices(server, prices),
    registerStatus(server, manifests),
    registerPanel(context.extensionUri, server, manifests),
    followBaselines(server),
  );
  startForManifests();
}
