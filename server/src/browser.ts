/** The language server as a web worker. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { analyse } from './analysis.ts';
import { embeddedCatalog } from './catalog/embedded.ts';
import { createServer } from './lsp/server.ts';
import { VERSION } from './version.ts';

/** The part of a worker's global scope that is used here: the project is typed without the DOM. */
interface WorkerScope {
  postMessage(message: unknown): void;
  setTimeout(callback: () => void, milliseconds: number): unknown;
}

const scope = globalThis as unknown as WorkerScope;
const port = scope as unknown as ConstructorParameters<typeof BrowserMessageReader>[0];
const connection = createConnection(new BrowserMessageReader(port), new BrowserMessageWriter(port));
createServer(connection, {
  version: VERSION,
  analyse,
  loadCatalog: embeddedCatalog,
  today: () => new Date().toISOString().slice(0, 10),
  later: (callback) => void scope.setTimeout(callback, 0),
});
connection.listen();
