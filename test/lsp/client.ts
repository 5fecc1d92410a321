/** A language client for tests: drives the built server as a process over stdio, as an editor would. */
import { execFileSync, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  READ_BOOK,
  type InitializationOptions,
  type ReadBookParams,
  type ReadBookResult,
  type SummaryParams,
} from '../../server/src/protocol.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const SERVER = fileURLToPath(new URL('../../dist/server.cjs', import.meta.url));

let isFresh = false;

/** Once a run, and only when a source is newer than the bundle: what is tested is what is shipped. */
export function buildServer(): void {
  if (isFresh) return;
  const builtAt = existsSync(SERVER) ? statSync(SERVER).mtimeMs : 0;
  const sources = readdirSync(new URL('../../server/src/', import.meta.url), { recursive: true, withFileTypes: true });
  const isStale = sources.some(
    (entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).mtimeMs > builtAt,
  );
  if (isStale) {
    const output: StdioOptions = ['ignore', 'ignore', 'inherit'];
    execFileSync(process.execPath, ['scripts/build.mjs', '--only=server'], { cwd: ROOT, stdio: output });
  }
  isFresh = true;
}

/** What VS Code says of itself, as far as the server listens. */
export const EDITOR: ClientCapabilities = {
  general: { positionEncodings: ['utf-16'] },
  workspace: {
    configuration: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create', 'rename', 'delete'] },
    diagnostics: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
    codeLens: { refreshSupport: true },
  },
  textDocument: {
    synchronization: { dynamicRegistration: false },
    diagnostic: {},
    publishDiagnostics: { relatedInformation: true },
    completion: {
      completionItem: {
        snippetSupport: true,
        documentationFormat: ['markdown', 'plaintext'],
        labelDetailsSupport: true,
        insertTextModeSupport: { valueSet: [1, 2] },
      },
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
    rename: { prepareSupport: true },
  },
};

/** A client that can do next to nothing: diagnostics are pushed to it. */
export const PLAIN: ClientCapabilities = { textDocument: { publishDiagnostics: {} } };

export interface StartOptions {
  readonly refreshedPrices?: string;
  readonly capabilities?: ClientCapabilities;
  readonly settings?: unknown;
  readonly today?: string;
  /** Workspace folders, as URIs. */
  readonly folders?: readonly string[];
  /** What workspace folders set otherwise, by URI. */
  readonly folderSettings?: Readonly<Record<string, unknown>>;
  /** More of the initialization options. */
  readonly options?: Partial<InitializationOptions>;
  readonly environment?: NodeJS.ProcessEnv;
  /** Answers `aiInfra/readBook`. */
  readonly readBook?: (uri: string) => ReadBookResult;
}

export class LanguageClient {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  readonly initialized: InitializeResult;
  /** Every request that the server made, by method. */
  readonly asked: string[];
  readonly log: string[];
  settings: unknown;
  folderSettings: Readonly<Record<string, unknown>> = {};
  readonly #texts = new Map<string, TextDocument>();
  readonly #published: PublishDiagnosticsParams[];
  readonly #summaries: SummaryParams[];
  /** Looks that wait for an event. */
  readonly #waiting = new Set<() => void>();
  #configurationHeld: Promise<void> | undefined;

  private constructor(process: ChildProcess, connection: ProtocolConnection, state: Recorded, settings: unknown) {
    this.process = process;
    this.connection = connection;
    this.initialized = state.initialized;
    this.asked = state.asked;
    this.log = state.log;
    this.settings = settings;
    this.#published = state.published;
    this.#summaries = state.summaries;
    state.onEvent = () => this.#changed();
    connection.onRequest('workspace/configuration', async (params: { items: readonly { scopeUri?: string }[] }) => {
      const answer = params.items.map(({ scopeUri }) => this.folderSettings[scopeUri ?? ''] ?? this.settings ?? null);
      const held = this.#configurationHeld;
      this.#configurationHeld = undefined;
      this.asked.push('workspace/configuration');
      this.#changed();
      await held;
      return answer;
    });
  }

  static async start(options: StartOptions = {}): Promise<LanguageClient> {
    buildServer();
    const child = spawn(process.execPath, [SERVER, '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...options.environment },
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout!),
      new StreamMessageWriter(child.stdin!),
    );
    const state: Recorded = {
      initialized: { capabilities: {} },
      asked: [],
      log: [],
      published: [],
      summaries: [],
      onEvent: () => undefined,
    };
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      state.published.push(params);
      state.onEvent();
    });
    connection.onNotification('aiInfra/summary', (params: SummaryParams) => {
      state.summaries.push(params);
      state.onEvent();
    });
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => void state.log.push(message));
    for (const method of [
      'client/registerCapability',
      'workspace/diagnostic/refresh',
      'workspace/inlayHint/refresh',
      'workspace/codeLens/refresh',
    ]) {
      connection.onRequest(method, () => {
        state.asked.push(method);
        state.onEvent();
        return null;
      });
    }
    connection.onRequest<ReadBookResult, unknown>(READ_BOOK, ({ uri }: ReadBookParams) => {
      state.asked.push(`${READ_BOOK} ${uri}`);
      return options.readBook?.(uri) ?? { problem: 'missing' };
    });
    connection.listen();
    state.initialized = await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: options.capabilities ?? EDITOR,
      initializationOptions: {
        today: options.today ?? '2026-11-23',
        commands: true,
        ...(options.refreshedPrices !== undefined && { refreshedPrices: options.refreshedPrices }),
        ...options.options,
      },
      ...(options.folders && { workspaceFolders: options.folders.map((uri) => ({ uri, name: uri })) }),
    });
    const client = new LanguageClient(child, connection, state, options.settings);
    client.folderSettings = options.folderSettings ?? {};
    await connection.sendNotification('initialized', {});
    return client;
  }

  request<Result>(method: string, params: unknown): Promise<Result> {
    return this.connection.sendRequest<Result>(method, params);
  }

  async open(text: string, uri = 'file:///plan/ai-infra.yaml', languageId = 'ai-infra'): Promise<string> {
    this.#texts.set(uri, TextDocument.create(uri, languageId, 1, text));
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
    return uri;
  }

  document(uri: string): TextDocument {
    return this.#texts.get(uri)!;
  }

  text(uri: string): string {
    return this.document(uri).getText();
  }

  /** Types: replaces the first occurrence of `before` by `after`, as one incremental change. */
  async type(uri: string, before: string, after: string): Promise<void> {
    const document = this.document(uri);
    const at = document.getText().indexOf(before);
    if (at < 0) throw new Error(`"${before}" is not in the text`);
    await this.change(uri, { start: document.positionAt(at), end: document.positionAt(at + before.length) }, after);
  }

  async change(uri: string, range: Range, text: string): Promise<void> {
    const document = this.document(uri);
    const version = document.version + 1;
    TextDocument.update(document, [{ range, text }], version);
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text }],
    });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  /** The text after edits, without changing the document. */
  after(uri: string, edits: readonly TextEdit[]): string {
    return TextDocument.applyEdits(this.document(uri), [...edits]);
  }

  /**
   * Makes an edit of the workspace as an editor does: open documents change, other files on the disk. The first thing that cannot
   * be done throws, and nothing after it is done.
   */
  async apply({ documentChanges = [], changes = {} }: WorkspaceEdit): Promise<void> {
    for (const change of documentChanges) {
      if (!('kind' in change)) await this.#applyTo(change.textDocument.uri, change.edits as TextEdit[]);
      else if (change.kind === 'create') writeFileSync(fileURLToPath(change.uri), '', { flag: 'wx' });
      else throw new Error(`"${change.kind}" is not expected of this server`);
    }
    for (const [uri, edits] of Object.entries(changes)) await this.#applyTo(uri, edits);
  }

  async #applyTo(uri: string, edits: readonly TextEdit[]): Promise<void> {
    if (this.#texts.has(uri)) {
      const all = { start: { line: 0, character: 0 }, end: this.document(uri).positionAt(this.text(uri).length) };
      return this.change(uri, all, this.after(uri, edits));
    }
    const file = fileURLToPath(uri);
    const [, mark = '', text = ''] = /^(\ufeff?)([^]*)$/.exec(readFileSync(file, 'utf8')) ?? [];
    const document = TextDocument.create(uri, 'plaintext', 1, text);
    writeFileSync(file, mark + TextDocument.applyEdits(document, [...edits]));
  }

  positionOf(uri: string, word: string, offset = 0): Position {
    const at = this.text(uri).indexOf(word);
    if (at < 0) throw new Error(`"${word}" is not in the text`);
    return this.document(uri).positionAt(at + offset);
  }

  /** The diagnostics that were pushed for this version of the document. */
  published(uri: string, version: number): Promise<PublishDiagnosticsParams> {
    return this.#until(() => this.#published.find((params) => params.uri === uri && params.version === version));
  }

  /** The newest diagnostics that were pushed for a file, once they are as wanted. */
  publishedAs(uri: string, isWanted: (params: PublishDiagnosticsParams) => boolean): Promise<PublishDiagnosticsParams> {
    return this.#until(() => {
      const last = this.#published.findLast((params) => params.uri === uri);
      return last && isWanted(last) ? last : undefined;
    });
  }

  publishedSoFar(): readonly PublishDiagnosticsParams[] {
    return this.#published;
  }

  summary(uri: string, version: number): Promise<SummaryParams> {
    return this.#until(() => this.#summaries.find((params) => params.uri === uri && params.version === version));
  }

  /** Resolves once the server has asked for this, so many times. */
  wasAsked(method: string, times = 1): Promise<true> {
    return this.#until(() => (this.asked.filter((asked) => asked === method).length >= times ? true : undefined));
  }

  /** The next question for settings is answered, with what is set then, only when the returned function is called. */
  holdConfiguration(): () => void {
    let release = (): void => undefined;
    this.#configurationHeld = new Promise((resolve) => (release = resolve));
    return () => release();
  }

  /** Ends the server as an editor does; its exit code. */
  async stop(): Promise<number | null> {
    await this.request('shutdown', undefined);
    const exited = once(this.process, 'exit');
    await this.connection.sendNotification('exit');
    const [code] = (await exited) as [number | null];
    this.connection.dispose();
    return code;
  }

  #changed(): void {
    for (const look of this.#waiting) look();
  }

  #until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

interface Recorded {
  initialized: InitializeResult;
  readonly asked: string[];
  readonly log: string[];
  readonly published: PublishDiagnosticsParams[];
  readonly summaries: SummaryParams[];
  onEvent: () => void;
}
