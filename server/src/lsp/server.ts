/** The language server, the same on stdio and in a browser's worker: a connection wired to the features. */
import { TextDocuments, type Connection, type InitializeParams } from 'vscode-languageserver';
import type { Catalog } from '../catalog/types.ts';
import { summary } from '../features/summary.ts';
import type { View } from '../features/view.ts';
import {
  BASELINE,
  LANGUAGE_ID,
  READ_BOOK,
  TRUSTED,
  type BaselineParams,
  type ReadBookParams,
  type ReadBookResult,
} from '../protocol.ts';
import { AnalysisHost } from './analysis-host.ts';
import { Baselines } from './baselines.ts';
import { BookNotices } from './book-notices.ts';
import { BookWatchers } from './book-watching.ts';
import { Bookshelf } from './bookshelf.ts';
import { CatalogInUse } from './catalog-in-use.ts';
import { ManifestDocument } from './document.ts';
import { registerEditing, registerOwn } from './editing-requests.ts';
import type { Environment } from './environment.ts';
import { createHandler, describeFailure, whenReady, type HandlerContext } from './handler.ts';
import { registerPrices } from './price-requests.ts';
import { Publisher } from './publisher.ts';
import { registerReading, type RequestContext } from './reading-requests.ts';
import { createScheduler } from './scheduler.ts';
import { Session } from './session.ts';
import { SettingsSync } from './settings-sync.ts';
import { serverCapabilities } from './traits.ts';
import { registerWorkspaceSymbols } from './workspace-symbols.ts';

/** Wires the server to the connection. The caller calls `connection.listen()`. */
export function createServer(connection: Connection, environment: Environment): void {
  const logError = (message: string): void => connection.console.error(message);
  const session = new Session();
  const hasEnded = (): boolean => session.hasEnded;
  /** Work that nobody waits for: after `shutdown` it is left. */
  const later = (work: () => void): void =>
    environment.later(() => {
      if (!hasEnded()) work();
    });
  const settings = new SettingsSync(connection, session, () => analyseAgain());
  const catalog = new CatalogInUse(connection, environment, session);
  const publisher = new Publisher(connection, session);
  const watchers = new BookWatchers(connection, () => session.traits);
  const notices = new BookNotices(connection);

  const documents = new TextDocuments<ManifestDocument>({
    create: (uri, languageId, version, content) => new ManifestDocument(uri, languageId, version, content),
    update: (document, changes, version) => {
      document.update(changes, version);
      return document;
    },
  });
  const isOpen = (document: ManifestDocument): boolean => documents.get(document.uri) === document;

  const shelf = new Bookshelf({
    disk: environment.disk,
    readsByClient: () => session.options.readsBooks === true,
    ask: (uri) => connection.sendRequest<ReadBookResult>(READ_BOOK, { uri } satisfies ReadBookParams),
    folders: () => session.folders,
    named: (uri) => {
      const { priceBook, userPriceBook } = settings.of(uri);
      return { organisation: priceBook, user: userPriceBook };
    },
    isTrusted: () => session.isTrusted,
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

  const analyses = new AnalysisHost({
    environment,
    later,
    session,
    settings,
    shelf,
    catalog: () => catalog.current(),
    isOpen,
    analysed: (current) => {
      publisher.publishSummary(current);
      noticeBooks(current);
      publisher.logCrashes(current);
    },
    foundMore: (document, current) => publisher.republishDiagnostics(document, current),
    logError,
  });

  const baselines = new Baselines({
    analyse: environment.analyse,
    later: (work) =>
      later(() => {
        try {
          work();
        } catch (error) {
          logError(describeFailure('the last commit', undefined, error));
        }
      }),
    known: () => publisher.refreshLenses(),
  });

  const scheduler = createScheduler(later, (uri) => {
    const document = documents.get(uri);
    if (document === undefined) return;
    const run = (): void => {
      if (!isOpen(document) || hasEnded()) return;
      try {
        publisher.publishDiagnostics(document, analyses);
      } catch (error) {
        logError(describeFailure('analysis', document.version, error));
      }
    };
    if (settings.pending === undefined) run();
    else void settings.pending.then(run);
  });

  /** What was answered so far is no longer true: clients are told, and everything is made again. */
  function analyseAgain(changed: readonly ManifestDocument[] = documents.all()): void {
    publisher.outdateAnswers();
    for (const document of changed) {
      document.forget();
      scheduler.schedule(document.uri);
    }
    // Requests wait for the first settings: nothing that was answered has to be asked again.
    if (settings.pending === undefined) publisher.refreshClient();
  }

  function noticeBooks({ analysis: { books, today } }: View): void {
    for (const book of books) notices.show(book, shelf.uriOf(book.file), catalog.current(), today);
  }

  connection.onInitialize((params: InitializeParams) => {
    session.begin(params);
    settings.expect();
    return {
      capabilities: serverCapabilities(session.traits),
      serverInfo: { name: LANGUAGE_ID, version: environment.version },
    };
  });
  connection.onInitialized(() => {
    settings.begin();
    if (!session.traits.workspaceFolders) return;
    connection.workspace.onDidChangeWorkspaceFolders((change) => {
      session.changeFolders(change);
      analyseAgain();
      settings.foldersChanged();
    });
  });
  connection.onShutdown(() => session.end());
  connection.onNotification(TRUSTED, () => {
    if (session.isTrusted) return;
    session.trust();
    analyseAgain();
  });
  connection.onDidChangeConfiguration((change) => settings.settingsChanged(change.settings));
  connection.onDidChangeWatchedFiles(({ changes }) => shelf.filesChanged(changes.map(({ uri }) => uri)));
  connection.onNotification(BASELINE, ({ uri, text }: BaselineParams) => baselines.set(uri, text));

  documents.onDidChangeContent(({ document }) => scheduler.schedule(document.uri));
  documents.onDidClose(({ document: { uri } }) => {
    baselines.forget(uri);
    shelf.documentClosed(uri);
    publisher.withdrawDiagnostics(uri);
  });

  const context: HandlerContext = {
    document: (uri) => documents.get(uri),
    view: (document) => analyses.view(document),
    pending: (document) => settings.pending ?? analyses.readingBooks(document),
    turn: () => new Promise((resolve) => environment.later(resolve)),
    announce: (document) => analyses.later(document, () => publisher.publishSummary(analyses.view(document))),
    logError,
    hasEnded,
  };

  async function pricesOf(uri: string | undefined): Promise<Catalog> {
    const document = uri === undefined ? undefined : documents.get(uri);
    if (document === undefined) return catalog.current();
    await whenReady(context, document);
    return isOpen(document) ? analyses.view(document).analysis.catalog : catalog.current();
  }

  /** Total of every open manifest, by its URI, as the status item writes it; a turn for each. */
  async function totals(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const document of documents.all()) {
      await context.turn();
      if (isOpen(document)) found.set(document.uri, summary(analyses.view(document)).total);
    }
    return found;
  }

  const requests: RequestContext = {
    about: (options, respond) => createHandler(context, ({ textDocument }) => textDocument.uri, options, respond),
    traits: () => session.traits,
    settings: (uri) => settings.of(uri),
    pricesOf,
    baselines,
    books: shelf,
  };
  publisher.registerPull(requests.about, analyses);
  registerReading(connection, requests, context);
  registerWorkspaceSymbols(connection, context, () => documents.all());
  registerEditing(connection, requests);
  registerOwn(connection, context);
  registerPrices(connection, {
    embedded: () => environment.loadCatalog(),
    catalog: () => catalog.current(),
    today: () => analyses.today(),
    totals,
    hasEnded,
    use: (next) => {
      catalog.use(next);
      analyseAgain();
    },
  });

  documents.listen(connection);
}
