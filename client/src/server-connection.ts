import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions, Middleware } from 'vscode-languageclient';
import type { InitializationOptions, ReadBookParams, SummaryParams } from '../../server/src/protocol.ts';
import { READ_BOOK, SUMMARY, TRUSTED } from '../../server/src/protocol.ts';
import { readBook } from './price-books.ts';
import { commandIds } from './commands/names.ts';
import { isWorkedOn, MANIFEST_SELECTOR } from './manifests.ts';
import type { PriceStore } from './price-store.ts';

/** Makes the client of a desktop or of the web. Its library is loaded by the first call: half a megabyte that activation does not wait for. */
export type ClientFactory = (id: string, name: string, options: LanguageClientOptions) => Promise<BaseLanguageClient>;

/** `idle`: no manifest was opened yet. */
export type ServerState = 'idle' | 'starting' | 'running' | 'failed';

/** The language server of this window: started at the first manifest, then kept. */
export interface ServerConnection extends vscode.Disposable {
  readonly state: ServerState;
  readonly onDidChangeState: vscode.Event<ServerState>;
  readonly onSummary: vscode.Event<SummaryParams>;
  /** Starts the server unless it runs; resolves when it answers. Rejects when it cannot start. */
  start(): Promise<void>;
  restart(): Promise<void>;
  /** Asks the server; rejects when it cannot be started or fails to answer. */
  request<Result>(method: string, params: unknown, token?: vscode.CancellationToken): Promise<Result>;
  /** Tells the server something; rejects when it cannot be started. */
  notify(method: string, params: unknown): Promise<void>;
  /** Answers requests of the server, of every server that is started. Once for each method. */
  onRequest<Params, Result>(method: string, answer: (params: Params) => Promise<Result>): void;
  onNotification<Params>(method: string, receive: (params: Params) => void): void;
  showLogs(): void;
}

/** Commands that a hover of ours may run: those that only show something. */
const commandsInHovers = [commandIds.showPanel, commandIds.explainRule];

/** A server that is told nothing of a document, and asked nothing about it, does no work for it; VS Code takes null for "nothing". */
const onlyWhatIsWorkedOn: Middleware = {
  sendRequest: (type, params, token, next) =>
    isOfOther(params) ? Promise.resolve(null as never) : next(type, params, token),
  sendNotification: (type, next, params) => (isOfOther(params) ? Promise.resolve() : next(type, params)),
};

function isOfOther(params: unknown): boolean {
  const { textDocument } = (params ?? {}) as { readonly textDocument?: { readonly uri?: string } };
  return textDocument?.uri !== undefined && !isWorkedOn(vscode.Uri.parse(textDocument.uri));
}

export function connectServer(createClient: ClientFactory, prices: PriceStore): ServerConnection {
  const log = vscode.window.createOutputChannel('AI Infra', { log: true });
  const stateChanged = new vscode.EventEmitter<ServerState>();
  const summary = new vscode.EventEmitter<SummaryParams>();
  const answers = new Map<string, (params: never) => Promise<unknown>>();
  const receivers = new Map<string, (params: never) => void>();
  let state: ServerState = 'idle';
  let client: BaseLanguageClient | undefined;
  let starting: Promise<void> | undefined;

  function setState(next: ServerState): void {
    if (next === state) return;
    state = next;
    stateChanged.fire(next);
  }

  async function create(refreshedPrices: string): Promise<BaseLanguageClient> {
    const created = await createClient('aiInfra', 'AI Infra', {
      documentSelector: [...MANIFEST_SELECTOR],
      // Asked for at every start: after a crash the same client starts again, perhaps in a workspace that is trusted by then.
      initializationOptions: () =>
        ({
          commands: true,
          refreshedPrices,
          trusted: vscode.workspace.isTrusted,
          readsBooks: true,
        }) satisfies InitializationOptions,
      outputChannel: log,
      traceOutputChannel: log,
      middleware: onlyWhatIsWorkedOn,
      markdown: { isTrusted: { enabledCommands: commandsInHovers }, supportHtml: false },
    });
    created.onDidChangeState(() => {
      // The last words of a client that was given up say nothing of the one in its place.
      if (created !== client) return;
      if (created.isRunning()) {
        // Granted while it was starting, trust would be lost.
        if (vscode.workspace.isTrusted) created.sendNotification(TRUSTED).catch(() => undefined);
        setState('running');
      } else setState(created.needsStop() ? 'starting' : 'failed');
    });
    for (const [method, answer] of answers) created.onRequest(method, answer as (params: unknown) => Promise<unknown>);
    for (const [method, receive] of receivers) created.onNotification(method, receive as (params: unknown) => void);
    created.onRequest(READ_BOOK, ({ uri }: ReadBookParams) => readBook(uri));
    created.onNotification(SUMMARY, (params: SummaryParams) => summary.fire(params));
    return created;
  }

  async function startNow(): Promise<void> {
    setState('starting');
    try {
      client ??= await create(await prices.read((message) => log.warn(message)));
      await client.start();
      setState('running');
    } catch (error) {
      log.error(`The language server did not start: ${error instanceof Error ? error.message : String(error)}`);
      setState('failed');
      await stop();
      throw error;
    }
  }

  function start(): Promise<void> {
    if (client?.isRunning()) return Promise.resolve();
    starting ??= startNow().finally(() => (starting = undefined));
    return starting;
  }

  async function stop(): Promise<void> {
    const stopping = client;
    client = undefined;
    // A server that already died cannot be stopped politely, and need not be.
    await stopping?.dispose().catch((error: unknown) => log.debug(`While stopping: ${String(error)}`));
  }

  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => {
    if (client?.isRunning()) void client.sendNotification(TRUSTED);
  });

  return {
    get state() {
      return state;
    },
    onDidChangeState: stateChanged.event,
    onSummary: summary.event,
    start,
    async restart() {
      setState('starting');
      await stop();
      await start();
    },
    async request<Result>(method: string, params: unknown, token?: vscode.CancellationToken): Promise<Result> {
      await start();
      if (!client) throw new Error('the language server is not running');
      // An absent token, handed on, would be sent as a second parameter.
      return token === undefined
        ? client.sendRequest<Result>(method, params)
        : client.sendRequest<Result>(method, params, token);
    },
    async notify(method: string, params: unknown): Promise<void> {
      await start();
      await client?.sendNotification(method, params);
    },
    onRequest: (method, answer) => void answers.set(method, answer),
    onNotification: (method, receive) => void receivers.set(method, receive),
    showLogs: () => log.show(),
    dispose() {
      void stop().finally(() => vscode.Disposable.from(log, stateChanged, summary, trust).dispose());
    },
  };
}
