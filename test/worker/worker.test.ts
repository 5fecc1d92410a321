import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { buildServer, EDITOR } from '../lsp/client.ts';
import { SPOT } from '../lsp/manifests.ts';

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

interface WorkerScope {
  onmessage?: (event: { data: unknown }) => void;
}

/** The browser bundle in a scope that has what a web worker has and nothing of Node: no `require`, no `process`, no `Buffer`. */
class Worker {
  readonly received: Message[] = [];
  readonly #scope: WorkerScope;
  #arrived: () => void = () => undefined;
  #id = 0;

  constructor() {
    buildServer();
    const scope = {
      postMessage: (message: Message) => {
        // As between real workers: only what can be cloned crosses.
        this.received.push(structuredClone(message));
        if (message.method !== undefined && message.id !== undefined)
          this.post({ id: message.id, result: message.method === 'workspace/configuration' ? [null] : null });
        this.#arrived();
      },
      // Errors of the port: none happen here.
      addEventListener: () => undefined,
      setTimeout,
      clearTimeout,
      setInterval,
      clearInterval,
      console,
      TextEncoder,
      TextDecoder,
      URL,
      performance,
      queueMicrotask,
    };
    const context = createContext({ ...scope });
    runInContext('globalThis.self = globalThis', context);
    runInContext(readFileSync(new URL('../../dist/server.browser.js', import.meta.url), 'utf8'), context);
    this.#scope = context as WorkerScope;
  }

  post(message: object): void {
    this.#scope.onmessage?.({ data: { jsonrpc: '2.0', ...message } });
  }

  async request(method: string, params: unknown): Promise<unknown> {
    this.#id += 1;
    const id = this.#id;
    this.post({ id, method, params });
    const answer = await this.#until(() =>
      this.received.find((message) => message.id === id && message.method === undefined),
    );
    assert.equal(answer.error, undefined);
    return answer.result;
  }

  #until(find: () => Message | undefined): Promise<Message> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found !== undefined) resolve(found);
      };
      this.#arrived = look;
      look();
    });
  }
}

describe('the server as a web worker', () => {
  it('answers initialize, diagnostics, completion and the panel without anything of Node', async () => {
    const worker = new Worker();
    const { capabilities } = (await worker.request('initialize', {
      processId: null,
      rootUri: null,
      capabilities: EDITOR,
      initializationOptions: { today: '2026-11-23', commands: true },
    })) as { capabilities: { hoverProvider?: boolean } };
    assert.equal(capabilities.hoverProvider, true);
    worker.post({ method: 'initialized', params: {} });
    const uri = 'vscode-vfs://github/team/plan/ai-infra.yaml';
    worker.post({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'ai-infra', version: 1, text: SPOT } },
    });
    const textDocument = { uri };
    const report = (await worker.request('textDocument/diagnostic', { textDocument })) as { items: { code: string }[] };
    assert.ok(report.items.some(({ code }) => code === 'AI501'));
    const list = (await worker.request('textDocument/completion', {
      textDocument,
      position: { line: 3, character: 11 },
    })) as { items: { label: string }[] };
    assert.ok(list.items.some(({ label }) => label === 'inference'));
    const panel = (await worker.request('aiInfra/panel', { uri })) as { workloads: { cost: string }[] };
    assert.match(panel.workloads[0]?.cost ?? '', /^(≥ )?\$/);
    assert.equal(await worker.request('shutdown', undefined), null);
  });
});
