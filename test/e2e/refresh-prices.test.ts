import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { startPriceServer, type PriceServer } from '../helpers/price-server.ts';
import { closeAll, eventually, openManifest } from './editor.ts';
import { hasPage, page } from './page.ts';

const text = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/ckpt }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, accelerator: h100-sxm, count: 8, capacity: on-demand }
`;

// The tests share the extension host's process with the extension: its `fetch` is led to a server on this machine.
describe('Refresh Prices', () => {
  const hostFetch = globalThis.fetch;
  let server: PriceServer;
  before(async function () {
    if (!hasPage()) this.skip();
    server = await startPriceServer();
    const toServer = server.fetch;
    const viaHost = (url: string): boolean => url.startsWith('http://127.0.0.1:');
    globalThis.fetch = ((url: string, init: Parameters<typeof toServer>[1]) =>
      viaHost(url) ? hostFetch(url, init as RequestInit) : toServer(url, init)) as typeof fetch;
  });
  after(async () => {
    globalThis.fetch = hostFetch;
    await server?.close();
    await closeAll();
  });

  const hint = async (document: vscode.TextDocument): Promise<string> => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    return lenses.map(({ command }) => command?.title ?? '').join(' | ');
  };

  it('fetches, stores, says how the open manifest moved, and shows the report', async () => {
    const { document } = await openManifest('refresh.ai-infra.yaml', text);
    const before = await eventually('a cost', async () => {
      const title = await hint(document);
      return /\$/.test(title) && title;
    });
    // Not awaited: it waits for the person to answer the notification.
    const refreshing = vscode.commands.executeCommand('aiInfra.refreshPrices');
    // In the list of notifications: a toast may have gone by when the page is asked.
    const notification = { selector: '.notifications-center .notification-list-item', contains: 'sources answered' };
    await eventually('the notification', async () => {
      await vscode.commands.executeCommand('notifications.showList');
      return (await page.workbenchCount(notification)) > 0;
    });
    const message = await page.workbenchText(notification);
    assert.match(message, /11 of 11 sources answered: [\d,]+ prices changed, [\d,]+ prices? new\./);
    // The server may still know manifests of the tests before.
    assert.match(message, /refresh\.ai-infra\.yaml: .*\$.* → .*\$|The cost of \d+ open manifests moved/);
    await page.workbenchClick({ selector: '.notifications-center .monaco-button', contains: 'Show Report' });
    await refreshing;
    const report = await eventually('the report', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'ai-infra-prices')?.getText(),
    );
    assert.match(report, /Azure's retail price service \(azure\): [\d,]+ prices as of \d{4}-\d{2}-\d{2}\./);
    assert.match(report, /aws h100-sxm: \d+ prices changed/);
    await eventually('another cost', async () => (await hint(document)) !== before);
  });
});
