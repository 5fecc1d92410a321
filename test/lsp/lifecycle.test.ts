import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { buildServer, LanguageClient, PLAIN, SERVER } from './client.ts';
import { LONG, SOUND } from './manifests.ts';

const NO_SUCH = { textDocument: { uri: 'file:///nowhere/ai-infra.yaml' } };
const TOP = { line: 0, character: 0 };

describe('the life of the language server', () => {
  it('says its version and how it is used', () => {
    buildServer();
    const run = (...args: string[]): string => execFileSync(process.execPath, [SERVER, ...args], { encoding: 'utf8' });
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    assert.equal(run('--version'), `${version}\n`);
    assert.match(run('--help'), /^Usage: ai-infra-language-server \[--stdio/);
  });

  it('announces incremental sync in UTF-16, and pull diagnostics to clients that pull', async () => {
    const client = await LanguageClient.start();
    const { capabilities } = client.initialized;
    assert.equal(capabilities.positionEncoding, 'utf-16');
    assert.deepEqual(capabilities.textDocumentSync, { openClose: true, change: 2 });
    assert.equal(capabilities.diagnosticProvider?.interFileDependencies, false);
    await client.stop();
  });

  it('announces no pull diagnostics to a client that cannot pull', async () => {
    const client = await LanguageClient.start({ capabilities: PLAIN });
    assert.equal(client.initialized.capabilities.diagnosticProvider, undefined);
    await client.stop();
  });

  it('ends with 0 after shutdown and with 1 without', async () => {
    const polite = await LanguageClient.start();
    assert.equal(await polite.stop(), 0);
    const rude = await LanguageClient.start();
    const exited = once(rude.process, 'exit');
    await rude.connection.sendNotification('exit');
    assert.deepEqual((await exited)[0], 1);
  });

  it('refuses what is asked after shutdown, and works on nothing any more', async () => {
    const client = await LanguageClient.start({ capabilities: PLAIN });
    const uri = await client.open(LONG);
    await client.request('shutdown', undefined);
    const published = client.publishedSoFar().length;
    const textDocument = { uri };
    const requests: readonly (readonly [string, object])[] = [
      ['textDocument/hover', { textDocument, position: TOP }],
      ['textDocument/codeLens', { textDocument }],
      ['workspace/symbol', { query: '' }],
      ['completionItem/resolve', { label: 'x' }],
      ['aiInfra/panel', { uri }],
      ['aiInfra/hardware', { uri }],
      ['aiInfra/hardwareOffers', { uri, accelerator: 'h100-sxm' }],
      ['aiInfra/usePrices', { stored: '' }],
      ['aiInfra/refreshPrices', { stored: '' }],
    ];
    for (const [method, params] of requests)
      await assert.rejects(client.request(method, params), { code: -32600 }, method);
    assert.equal(client.publishedSoFar().length, published);
    assert.deepEqual(client.log, []);
    const exited = once(client.process, 'exit');
    await client.connection.sendNotification('exit');
    assert.equal((await exited)[0], 0);
  });

  it('ends when its input is closed', async () => {
    const client = await LanguageClient.start();
    const exited = once(client.process, 'exit');
    client.connection.dispose();
    client.process.stdin!.end();
    assert.equal((await exited)[0], 1);
  });

  it('answers every request about a document that is not open with nothing', async () => {
    const client = await LanguageClient.start();
    const range = { start: TOP, end: TOP };
    const requests: readonly (readonly [string, object, unknown])[] = [
      ['textDocument/diagnostic', {}, { kind: 'full', items: [] }],
      ['textDocument/completion', { position: TOP }, { isIncomplete: false, items: [] }],
      ['textDocument/hover', { position: TOP }, null],
      ['textDocument/codeLens', {}, []],
      ['textDocument/inlayHint', { range }, []],
      ['textDocument/codeAction', { range, context: { diagnostics: [] } }, []],
      ['textDocument/documentSymbol', {}, []],
      ['textDocument/definition', { position: TOP }, []],
      ['textDocument/references', { position: TOP, context: { includeDeclaration: true } }, []],
      ['textDocument/documentHighlight', { position: TOP }, []],
      ['textDocument/prepareRename', { position: TOP }, null],
      ['textDocument/rename', { position: TOP, newName: 'x' }, null],
    ];
    for (const [method, params, nothing] of requests) {
      assert.deepEqual(await client.request(method, { ...NO_SUCH, ...params }), nothing, method);
    }
    for (const method of ['aiInfra/panel', 'aiInfra/alternatives', 'aiInfra/switch', 'aiInfra/workloads']) {
      const params = { uri: NO_SUCH.textDocument.uri, workload: 'x', alternative: 'y' };
      assert.equal(await client.request(method, params), null, method);
    }
    assert.deepEqual(client.log, []);
    await client.stop();
  });

  it('refuses a request it does not know, and lives on', async () => {
    const client = await LanguageClient.start();
    await assert.rejects(client.request('textDocument/documentColor', NO_SUCH), { code: -32601 });
    await assert.rejects(client.request('textDocument/hover', { textDocument: null }), { code: -32603 });
    assert.match(client.log.join('\n'), /textDocument\/hover failed/);
    const uri = await client.open(SOUND);
    assert.notEqual(
      await client.request('textDocument/hover', { textDocument: { uri }, position: client.positionOf(uri, 'h100') }),
      null,
    );
    await client.stop();
  });
});
