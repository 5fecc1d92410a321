/** Tells what is wrong with price books, each thing once: in the book itself where it has an address, else by a message. */
import type { Connection } from 'vscode-languageserver';
import { bookHints } from '../catalog/book-hints.ts';
import type { BookProblem, PriceBook } from '../catalog/price-book.ts';
import type { Catalog } from '../catalog/types.ts';
import { bookDiagnostics } from './book-watching.ts';

export class BookNotices {
  readonly #connection: Connection;
  readonly #shown = new WeakSet<PriceBook>();
  /** URIs of the books that have diagnostics. */
  readonly #marked = new Set<string>();
  /** The last warning of each book that a setting names and nobody can read. */
  readonly #warnings = new Map<string, string>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * @param uri where the book can be opened; undefined for one that cannot
   * @param catalog without books
   */
  show(book: PriceBook, uri: string | undefined, catalog: Catalog, today: string): void {
    if (this.#shown.has(book)) return;
    this.#shown.add(book);
    if (uri !== undefined) this.#mark([...book.problems, ...bookHints(book, catalog, today)], uri);
    // What a manifest names wrongly is said there.
    if (book.file.layer !== 'repository') this.#warn(book);
  }

  /** Nobody works with the book any more: what was said of it is taken back. */
  gone(uri: string): void {
    if (this.#marked.delete(uri)) void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  #mark(problems: readonly BookProblem[], uri: string): void {
    if (problems.length === 0 && !this.#marked.has(uri)) return;
    void this.#connection.sendDiagnostics({ uri, diagnostics: bookDiagnostics(problems) });
    if (problems.length > 0) this.#marked.add(uri);
    else this.#marked.delete(uri);
  }

  #warn({ file: { layer, name, content } }: PriceBook): void {
    const key = `${layer}\n${name}`;
    if (!('unread' in content)) {
      this.#warnings.delete(key);
      return;
    }
    const { message } = content.unread;
    if (this.#warnings.get(key) === message) return;
    this.#warnings.set(key, message);
    void this.#connection.window.showWarningMessage(`AI Infra: ${message}`);
  }
}
