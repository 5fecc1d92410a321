/** The language server, the same on stdio and in a browser's worker: a connection wired to the features. */
import {
  DidChangeConfigurationNotification,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  TextDocuments,
  type Connection,
  type DocumentDiagnosticReport,
  type InitializeParams,
} from 'vscode-languageserver';
import { adviseSome, glance, type Analysis, type AnalysisInput } from '../analysis.ts';
import type { Catalog } from '../catalog/types.ts';
import { diagnostics } from '../features/diagnostics.ts';
import { summary } from '../features/summary.ts';
import type { View } from '../features/view.ts';
import {
  BASELINE,
  LANGUAGE_ID,
  READ_BOOK,
  SUMMARY,
  TRUSTED,
  type BaselineParams,
  type InitializationOptions,
  type ReadBookParams,
  type ReadBookResult,
} from '../protocol.ts';
import { wantedBook } from '../books/wanted.ts';
import { BookNotices } from './book-notices.ts';
import { BookWatchers } from './book-watching.ts';
import { Bookshelf, type Disk } from './bookshelf.ts';
import { Baselines } from './baselines.ts';
import { ManifestDocument } from './document.ts';
import {
  createHandler,
  describeFailure,
  whenReady,
  type Handler,
  type HandlerContext,
  type HandlerOptions,
} from './handler.ts';
import { registerEditing, registerOwn } from './editing-requests.ts';
import { catalogWith, registerPrices } from './price-requests.ts';
import { registerReading, type About } from './reading-requests.ts';
import { createScheduler } from './scheduler.ts';
import { SettingsByFolder } from './settings-by-folder.ts';
import { registerWorkspaceSymbols } from './workspace-symbols.ts';
import { readTraits, serverCapabilities, type ConnectionTraits } from './traits.ts';

/** What the two hosts of the server differ in. */
export interface Environment {
  readonly version: string;
  analyse(input: AnalysisInput): Analysis;
  /** Called once, at the first document. */
  loadCatalog(): Catalog;
  /** ISO date. */
  today(): string;
  /** Absent where there is none: in a worker. */
  readonly disk?: Disk;
  /** Runs the callback in a later turn of the event loop, after what is already queued. */
  later(callback: () => void): void;
}

/** Workloads whose advice comes with the other findings: those of a small manifest, and the one that is edited. */
const ADVICE_AT_ONCE = 3;

/** Workloads of an opened manifest up to which nothing is said before all of them are planned: that takes a moment only. */
const PLANNED_AT_ONCE = 20;

const RETRIGGER = { retriggerRequest: true };

/** Wires the server to the connection. The caller calls `connection.listen()`. */
export function createServer(connection: Connection, environment: Environment): void {
  let traits: ConnectionTraits = readTraits({}, false);
  let options: InitializationOptions = {};
  const settings = new SettingsByFolder();
  let pendingSettings: Promise<void> | undefined;
  /** Counts changes of settings: a part of every result id. */
  let generation = 0;
  let catalog: Catalog | undefined;
  let folders: readonly string[] = [];
  let trusted = true;
  const watchers = new BookWatchers(connection, () => traits);
  const notices = new BookNotices(connection);

  const shelf = new Bookshelf({
    disk: environment.disk,
    readsByClient: () => options.readsBooks === true,
    ask: (uri) => connection.sendRequest<ReadBookResult>(READ_BOOK, { uri } satisfies ReadBookParams),
    folders: () => folders,
    named: (uri) => {
      const { priceBook, userPriceBook } = settings.of(uri);
      return { organisation: priceBook, user: userPriceBook };
    },
    isTrusted: () => trusted,
    changed: (uri) => {
      const document = documents.get(uri);
      if (document) analyseAgain([document]);
    },
    watch: (uri) => watchers.watch(uri),
    gone: (uri) => {
      watchers.unwatch(uri);
      notices.gone(uri);
    },
  });

  const baselines = new Baselines({
    analyse: environment.analyse,
    later: (work) =>
      environment.later(() => {
        try {
          work();
        } catch (error) {
          connection.console.error(describeFailure('the last commit', undefined, error));
        }
      }),
    known: () => {
      if (traits.codeLensRefresh) connection.sendRequest('workspace/codeLens/refresh').catch(() => undefined);
    },
  });

  const documents = new TextDocuments<ManifestDocument>({
    create: (uri, languageId, version, content) => new ManifestDocument(uri, languageId, version, content),
    update: (document, changes, version) => {
      document.update(changes, version);
      return document;
    },
  });

  /** Work of a later turn has no request to fail: what it throws goes to the log, and the server lives on. */
  function later(document: ManifestDocument, work: () => void): void {
    const { version } = document;
    environment.later(() => {
      if (documents.get(document.uri) !== document || document.version !== version) return;
      try {
        work();
      } catch (error) {
        connection.console.error(describeFailure('background work', version, error));
      }
    });
  }

  /** The catalogue in use: with the prices that the client has kept, when they can be read. */
  function currentCatalog(): Catalog {
    if (catalog !== undefined) return catalog;
    try {
      catalog = catalogWith(environment.loadCatalog(), options.refreshedPrices ?? '');
    } catch (error) {
      connection.console.warn(`The refreshed prices are not used: ${error instanceof Error ? error.message : ''}`);
      catalog = environment.loadCatalog();
    }
    return catalog;
  }

  function view(document: ManifestDocument): View {
    const isNew = !document.isAnalysed;
    const current = document.view((text, previous) => {
      const known = bookOf(document);
      const input: AnalysisInput = {
        ...inputOf(document, text),
        ...(canTellMore() && { mostAdvice: document.latestAnalysis === undefined ? 0 : ADVICE_AT_ONCE }),
        ...(previous === undefined ? {} : { previous }),
      };
      const analysis = environment.analyse(input);
      const wanted = analysis.manifest.head.pricing?.book;
      // Another book is named than before: its prices are those to plan by.
      if (wanted === known) return analysis;
      return environment.analyse({ ...input, books: shelf.booksOf(document.uri, wanted), previous: analysis });
    });
    if (isNew) {
      tell(current);
      if (current.analysis.adviceMissing > 0) adviseLater(document);
    }
    return current;
  }

  function inputOf(document: ManifestDocument, text: string): AnalysisInput {
    return {
      text,
      catalog: currentCatalog(),
      books: shelf.booksOf(document.uri, bookOf(document)),
      today: options.today ?? environment.today(),
      settings: { rules: settings.of(document.uri).rules },
    };
  }

  /** A client that asks by itself and cannot be told to ask again gets everything at once. */
  function canTellMore(): boolean {
    return !traits.pullDiagnostics || traits.diagnosticRefresh;
  }

  /** What a long manifest shows right after it was opened; all of it is told in a later turn. */
  function firstGlance(document: ManifestDocument): View | undefined {
    if (!canTellMore()) return undefined;
    const seen = document.glance((text) => glance(inputOf(document, text)));
    if (seen === undefined || seen.analysis.manifest.workloads.length <= PLANNED_AT_ONCE) return undefined;
    // Messages are written in the turn after they are sent: planning begins behind that.
    later(document, () => later(document, () => tellMore(document, view(document))));
    return seen;
  }

  /** There are more findings in this version than the client was given. */
  function tellMore(document: ManifestDocument, current: View): void {
    if (!traits.pullDiagnostics) send(document, current);
    else connection.languages.diagnostics.refresh().catch(() => undefined);
  }

  /** The book that the document's text named when it was last read. */
  function bookOf(document: ManifestDocument): string | undefined {
    const known = document.latestAnalysis;
    return known ? known.manifest.head.pricing?.book : wantedBook(document.text.getText());
  }

  /** The rest of the advice: a workload at a time, each in a turn of its own, until the document changes. Then it is told. */
  function adviseLater(document: ManifestDocument): void {
    later(document, () => {
      const analysis = document.refine((known) => adviseSome(known, 1));
      if (analysis === undefined) return;
      if (analysis.adviceMissing > 0) {
        adviseLater(document);
        return;
      }
      const current = { document: document.text, analysis };
      tell(current);
      tellMore(document, current);
    });
  }

  /** What follows every analysis: the numbers for status item and panel, and the log of what went wrong inside. */
  function tell(current: View): void {
    void connection.sendNotification(SUMMARY, summary(current));
    const { books, today } = current.analysis;
    for (const book of books) notices.show(book, shelf.uriOf(book.file), currentCatalog(), today);
    for (const { rule, workload, error } of current.analysis.crashes) {
      const where = workload === undefined ? rule : `${rule} on a workload`;
      connection.console.error(describeFailure(where, current.document.version, error));
    }
  }

  const context: HandlerContext = {
    document: (uri) => documents.get(uri),
    view,
    pending: (document) => pendingSettings ?? shelf.reading(document.uri, bookOf(document)),
    turn: () => new Promise((resolve) => environment.later(resolve)),
    announce: (document) => later(document, () => tell(view(document))),
    logError: (message) => connection.console.error(message),
  };

  async function pricesOf(uri: string | undefined): Promise<Catalog> {
    const document = uri === undefined ? undefined : documents.get(uri);
    if (document === undefined) return currentCatalog();
    await whenReady(context, document);
    return documents.get(document.uri) === document ? view(document).analysis.catalog : currentCatalog();
  }

  /** Total of every open manifest, by its URI, as the status item writes it; a turn for each. */
  async function totals(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const document of documents.all()) {
      await context.turn();
      if (documents.get(document.uri) === document) found.set(document.uri, summary(view(document)).total);
    }
    return found;
  }

  function about<Params extends About, Result>(
    handlerOptions: HandlerOptions<Result>,
    respond: (document: ManifestDocument, params: Params, view: () => View) => Result,
  ): Handler<Params, Result> {
    return createHandler(context, (params: Params) => params.textDocument.uri, handlerOptions, respond);
  }

  /** Makes the analysis, for whoever asks next; a client that cannot ask is given its diagnostics. */
  function publish(document: ManifestDocument): void {
    if (traits.pullDiagnostics) view(document);
    else send(document, firstGlance(document) ?? view(document));
  }

  function send(document: ManifestDocument, current: View): void {
    void connection.sendDiagnostics({
      uri: document.uri,
      version: document.version,
      diagnostics: diagnostics(current, traits),
    });
  }

  const scheduler = createScheduler(environment.later, (uri) => {
    const document = documents.get(uri);
    if (document === undefined) return;
    const run = (): void => {
      if (documents.get(uri) !== document) return;
      try {
        publish(document);
      } catch (error) {
        connection.console.error(describeFailure('analysis', document.version, error));
      }
    };
    if (pendingSettings === undefined) run();
    else void pendingSettings.then(run);
  });

  async function fetchSettings(): Promise<void> {
    const asked = folders;
    const section = 'aiInfra';
    try {
      const [common, ...each] = (await connection.workspace.getConfiguration([
        { section },
        ...asked.map((scopeUri) => ({ section, scopeUri })),
      ])) as unknown[];
      if (settings.use(common, new Map(asked.map((uri, index) => [uri, each[index]])))) analyseAgain();
    } catch (error) {
      connection.console.warn(describeFailure('workspace/configuration', undefined, error));
    }
  }

  /** What was answered so far is no longer true: clients are told, and everything is made again. */
  function analyseAgain(changed: readonly ManifestDocument[] = documents.all()): void {
    generation += 1;
    for (const document of changed) {
      document.forget();
      scheduler.schedule(document.uri);
    }
    // Requests wait for the first settings: nothing that was answered has to be asked again.
    if (pendingSettings === undefined) refresh();
  }

  function refresh(): void {
    const requests: Promise<unknown>[] = [];
    if (traits.diagnosticRefresh) requests.push(connection.languages.diagnostics.refresh());
    if (traits.inlayHintRefresh) requests.push(connection.languages.inlayHint.refresh());
    if (traits.codeLensRefresh) requests.push(connection.sendRequest('workspace/codeLens/refresh'));
    // A client that refuses a refresh asks again at its next edit anyway.
    for (const request of requests) request.catch(() => undefined);
  }

  connection.onInitialize((params: InitializeParams) => {
    options = (params.initializationOptions ?? {}) as InitializationOptions;
    traits = readTraits(params.capabilities, options.commands === true);
    trusted = options.trusted !== false;
    folders = (params.workspaceFolders ?? []).map(({ uri }) => uri);
    // Older clients know one folder only.
    if (folders.length === 0 && typeof params.rootUri === 'string') folders = [params.rootUri];
    if (traits.configuration) {
      // Asked for at `initialized`; requests that come earlier wait for the answer.
      pendingSettings = new Promise((resolve) => (settingsArrived = resolve));
    }
    return {
      capabilities: serverCapabilities(traits),
      serverInfo: { name: LANGUAGE_ID, version: environment.version },
    };
  });

  let settingsArrived: () => void = () => undefined;
  connection.onInitialized(() => {
    if (traits.configurationRegistration) {
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: 'aiInfra' })
        .catch((error: unknown) => connection.console.warn(describeFailure('registerCapability', undefined, error)));
    }
    if (traits.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => uri));
        folders = [...folders.filter((uri) => !gone.has(uri)), ...added.map(({ uri }) => uri)];
        analyseAgain();
        if (traits.configuration) void fetchSettings();
      });
    }
    if (!traits.configuration) return;
    void fetchSettings().then(() => {
      pendingSettings = undefined;
      settingsArrived();
    });
  });

  connection.onNotification(TRUSTED, () => {
    if (trusted) return;
    trusted = true;
    analyseAgain();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => shelf.filesChanged(changes.map(({ uri }) => uri)));

  connection.onDidChangeConfiguration((change) => {
    if (traits.configuration) void fetchSettings();
    else if (settings.use((change.settings as { aiInfra?: unknown } | null | undefined)?.aiInfra)) analyseAgain();
  });

  documents.onDidChangeContent(({ document }) => scheduler.schedule(document.uri));
  connection.onNotification(BASELINE, ({ uri, text }: BaselineParams) => baselines.set(uri, text));
  documents.onDidClose(({ document }) => {
    baselines.forget(document.uri);
    shelf.documentClosed(document.uri);
    if (!traits.pullDiagnostics) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  connection.languages.diagnostics.on(
    about<About & { readonly previousResultId?: string }, DocumentDiagnosticReport>(
      {
        method: 'textDocument/diagnostic',
        empty: { kind: DocumentDiagnosticReportKind.Full, items: [] },
        yields: true,
        // Any other error would make clients clear what they show until the next answer.
        outdated: () => new ResponseError(LSPErrorCodes.ServerCancelled, 'the document changed', RETRIGGER),
      },
      (document, params, current) => {
        const seen = firstGlance(document);
        const view = seen ?? current();
        const completeness = seen !== undefined ? '.glance' : view.analysis.adviceMissing > 0 ? '.part' : '';
        const resultId = `${generation.toString()}.${document.serial.toString()}.${document.version.toString()}${completeness}`;
        if (params.previousResultId === resultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
        return { kind: DocumentDiagnosticReportKind.Full, resultId, items: diagnostics(view, traits) };
      },
    ),
  );

  const requests = {
    about,
    traits: () => traits,
    settings: (uri: string) => settings.of(uri),
    catalog: currentCatalog,
    pricesOf,
    baselines,
    books: shelf,
  };
  registerReading(connection, requests);
  registerWorkspaceSymbols(connection, context, () => documents.all());
  registerEditing(connection, requests);
  registerOwn(connection, context);
  registerPrices(connection, {
    embedded: () => environment.loadCatalog(),
    catalog: currentCatalog,
    today: () => options.today ?? environment.today(),
    totals,
    use: (next) => {
      catalog = next;
      analyseAgain();
    },
  });

  documents.listen(connection);
}
