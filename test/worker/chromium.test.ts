import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { chromiumFlags, ensureChromium } from '../../scripts/vscode-host/chromium.ts';
import { buildServer, EDITOR } from '../lsp/client.ts';
import { SPOT } from '../lsp/manifests.ts';

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** What the page offers to the test: the worker behind promises. */
interface Session {
  request(method: string, params: unknown): Promise<Answer>;
  notify(method: string, params: unknown): void;
}

/** Runs in the page: starts the bundle as a worker of the browser, and answers what the server asks as a web editor would. */
function startSession(): void {
  const worker = new Worker('/server.browser.js');
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  const post = (message: object): void => worker.postMessage({ jsonrpc: '2.0', ...message });
  worker.onmessage = ({ data }: MessageEvent<Answer & { id?: number; method?: string }>) => {
    if (data.method === undefined) waiting.get(data.id ?? -1)?.(data);
    else if (data.id !== undefined)
      post({ id: data.id, result: data.method === 'workspace/configuration' ? [null] : null });
  };
  // A worker that cannot be loaded or that throws says so to whoever waits.
  worker.onerror = ({ message }) => {
    for (const answer of waiting.values()) answer({ error: { message: `the worker failed: ${message}` } });
  };
  const session: Session = {
    request: (method, params) =>
      new Promise((resolve) => {
        lastId += 1;
        waiting.set(lastId, resolve);
        post({ id: lastId, method, params });
      }),
    notify: (method, params) => post({ method, params }),
  };
  Object.assign(globalThis, { session });
}

declare const session: Session;

describe('the server as a worker of a real Chromium', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;

  before(async function () {
    this.timeout(180_000);
    buildServer();
    const bundle = await readFile(new URL('../../dist/server.browser.js', import.meta.url));
    server = createServer((request, response) => {
      const isBundle = request.url === '/server.browser.js';
      response.writeHead(200, { 'content-type': isBundle ? 'text/javascript' : 'text/html' });
      response.end(isBundle ? bundle : '<!doctype html><title>worker</title>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const executablePath = await ensureChromium((line) => console.log(line));
    browser = await chromium.launch({ executablePath, args: [...chromiumFlags] });
    page = await browser.newPage();
    // tsx names functions by a helper that the page does not have.
    await page.addInitScript('globalThis.__name = (value) => value');
    await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
    await page.evaluate(startSession);
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  async function request(method: string, params: unknown): Promise<unknown> {
    const answer = await page.evaluate(([name, about]) => session.request(name, about), [method, params] as const);
    assert.equal(answer.error, undefined);
    return answer.result;
  }

  const notify = (method: string, params: unknown): Promise<void> =>
    page.evaluate(([name, about]) => session.notify(name, about), [method, params] as const);

  it('finds, completes, hovers and plans', async () => {
    const { capabilities } = (await request('initialize', {
      processId: null,
      rootUri: null,
      capabilities: EDITOR,
      initializationOptions: { today: '2026-11-23', commands: true },
    })) as { capabilities: { hoverProvider?: boolean } };
    assert.equal(capabilities.hoverProvider, true);
    await notify('initialized', {});
    const uri = 'vscode-vfs://github/team/plan/ai-infra.yaml';
    const textDocument = { uri };
    await notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'ai-infra', version: 1, text: SPOT },
    });
    const report = (await request('textDocument/diagnostic', { textDocument })) as { items: { code: string }[] };
    assert.ok(report.items.some(({ code }) => code === 'AI501'));
    const list = (await request('textDocument/completion', {
      textDocument,
      position: { line: 3, character: 11 },
    })) as { items: { label: string }[] };
    assert.ok(list.items.some(({ label }) => label === 'inference'));
    const hover = (await request('textDocument/hover', { textDocument, position: { line: 2, character: 4 } })) as {
      contents: { value: string };
    };
    assert.match(hover.contents.value, /\$\d/);
    const panel = (await request('aiInfra/panel', { uri })) as { workloads: { cost: string }[] };
    assert.match(panel.workloads[0]?.cost ?? '', /^(≥ )?\$/);
    assert.equal(await request('shutdown', undefined), null);
  });
});
