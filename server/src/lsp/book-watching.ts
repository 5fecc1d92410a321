/** What the client and the server say of price books beside their text: changes on the disk, and what is wrong with their lines. */
import { DidChangeWatchedFilesNotification, type Connection, type Disposable } from 'vscode-languageserver';
import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver-types';
import type { BookProblem } from '../catalog/price-book.ts';
import { DIAGNOSTIC_SOURCE } from '../features/diagnostics.ts';
import type { ConnectionTraits } from './traits.ts';

/** Watches single files as long as they are used; nothing where the client cannot watch. */
export class BookWatchers {
  readonly #connection: Connection;
  readonly #traits: () => ConnectionTraits;
  readonly #watched = new Map<string, Promise<Disposable | undefined>>();

  constructor(connection: Connection, traits: () => ConnectionTraits) {
    this.#connection = connection;
    this.#traits = traits;
  }

  watch(uri: string): void {
    const { watchedFiles, relativePatterns } = this.#traits();
    if (!watchedFiles || this.#watched.has(uri)) return;
    const at = uri.lastIndexOf('/');
    const name = nameIn(uri.slice(at + 1));
    // A name is no pattern: what would be one stands for any character.
    const pattern = name.replace(/[*?[\]{}!]/g, '?');
    const globPattern = relativePatterns ? { baseUri: uri.slice(0, at), pattern } : `**/${pattern}`;
    this.#watched.set(
      uri,
      this.#connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern }] })
        // Without it the book is read again when the manifest is opened.
        .catch(() => undefined),
    );
  }

  unwatch(uri: string): void {
    const watcher = this.#watched.get(uri);
    this.#watched.delete(uri);
    void watcher?.then((disposable) => disposable?.dispose());
  }
}

/** The name of a file as its URI says it; a lone % stands for itself. */
function nameIn(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What is said of a book's lines, in the book itself. */
export function bookDiagnostics(problems: readonly BookProblem[]): Diagnostic[] {
  return problems.map(({ severity, line, column, endColumn, message }) => ({
    range: { start: { line: line - 1, character: column - 1 }, end: { line: line - 1, character: endColumn - 1 } },
    severity: SEVERITIES[severity],
    source: DIAGNOSTIC_SOURCE,
    message,
  }));
}

const SEVERITIES: Readonly<Record<BookProblem['severity'], DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};
