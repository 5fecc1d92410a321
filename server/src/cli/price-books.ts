/** The price books of a call: the organisation's from the environment, the manifests' own, and the user's from the command line. */
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bookAddress } from '../books/address.ts';
import type { BookContent } from '../books/content.ts';
import { ORGANISATION_BOOK, readBookAt, readManifestBook } from '../books/disk.ts';
import { wantedBook } from '../books/wanted.ts';
import { bookHints } from '../catalog/book-hints.ts';
import type { BookFile, PriceBook } from '../catalog/price-book.ts';
import type { Catalog } from '../catalog/types.ts';
import { inert } from './paint.ts';

export interface Bookshelf {
  /** The books that the call and the environment name: what is asked without a manifest has no others. */
  readonly named: readonly BookFile[];
  /** The books of a manifest, in the order of their layers. `file` is as it was given; `-` is standard input. */
  booksOf(file: string, text: string): readonly BookFile[];
  /** Says on standard error what is wrong with the books that were used, or looks so, each once. */
  report(books: readonly PriceBook[], context: ReportContext): void;
  /** True when a book that the call names (not a manifest) could not be read. */
  readonly unreadable: boolean;
}

export interface ReportContext {
  /** Without books: what their prices are held against. */
  readonly catalog: Catalog;
  /** ISO date. */
  readonly today: string;
  /** `--redact`: nothing that stands in the book is repeated. */
  readonly hideCells: boolean;
}

/** @param userBook `--price-book FILE` */
export function createBookshelf(userBook: string | undefined): Bookshelf {
  /** Books of manifests: the same file is the same object, so that its prices are laid over the catalogue once. */
  const read = new Map<string, BookFile>();
  const places = new Map<BookFile, string>();
  const reported = new Set<BookFile>();
  let unreadable = false;

  const take = (file: BookFile, place: string): BookFile => {
    if (file.layer === 'repository') read.set(resolve(place), file);
    places.set(file, place);
    return file;
  };
  const given = (layer: 'organisation' | 'user', place: string): BookFile => {
    const content = readBookAt(place, place);
    if ('unread' in content) {
      unreadable = true;
      process.stderr.write(`ai-infra: ${inert(content.unread.message)}\n`);
    }
    return take({ layer, name: basename(place), content }, place);
  };
  const organisationBook = process.env[ORGANISATION_BOOK];
  const organisation = organisationBook ? [given('organisation', organisationBook)] : [];
  const user = userBook === undefined ? [] : [given('user', userBook)];

  return {
    named: [...organisation, ...user],
    booksOf(file, text) {
      const path = wantedBook(text);
      if (path === undefined) return [...organisation, ...user];
      const place = file === '-' ? path : join(dirname(file), path);
      // The same file may stand in two layers: each has its own.
      const book =
        read.get(resolve(place)) ?? take({ layer: 'repository', name: path, content: ofManifest(file, path) }, place);
      return [...organisation, book, ...user];
    },
    report(books, { catalog, today, hideCells }) {
      for (const book of books) {
        const { file, problems } = book;
        if (reported.has(file)) continue;
        reported.add(file);
        for (const { severity, line, column, message } of [...problems, ...bookHints(book, catalog, today)])
          process.stderr.write(
            `${inert(places.get(file) ?? file.name)}:${line}:${column}: ${severity}: ${hideCells ? 'see the price book (--redact)' : inert(message)}\n`,
          );
      }
    },
    get unreadable() {
      return unreadable;
    },
  };
}

/** The book that a manifest names, by the rule of the editor: the folder that the command is run in stands for the workspace folder. */
function ofManifest(file: string, path: string): BookContent {
  const uriOf = (name: string): string => pathToFileURL(resolve(name)).href;
  const address = bookAddress(uriOf(file), [uriOf('.')], path);
  return 'unread' in address
    ? address
    : readManifestBook(fileURLToPath(address.rootUri), fileURLToPath(address.folderUri), path);
}
