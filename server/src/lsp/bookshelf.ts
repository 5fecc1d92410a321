/** The price books of the open manifests: where they lie, who reads them, and what is known of them. */
import { bookAddress, encodePath, missing, placeKey, untrusted, type BookAddress } from '../books/address.ts';
import type { BookContent } from '../books/content.ts';
import { quoted } from '../catalog/naming.ts';
import type { BookFile } from '../catalog/price-book.ts';
import type { BookLayer } from '../catalog/types.ts';
import type { WritableBook } from '../features/price-line.ts';
import type { ReadBookResult } from '../protocol.ts';

/** Files of the server's own machine. A worker has none: there the client reads. */
export interface Disk {
  /** A manifest's book; both URIs are of the scheme `file`. */
  readManifestBook(rootUri: string, folderUri: string, path: string): BookContent;
  /** A book that settings or the environment name, by absolute path; `~/` is the home folder. */
  readBookAt(path: string): BookContent;
  /** The `file:` URI of an absolute path; undefined for another one. */
  uriOf(path: string): string | undefined;
  /** `AI_INFRA_PRICE_BOOK`: the organisation's book where the client has no settings. */
  readonly organisationBook: string | undefined;
}

export interface ShelfHost {
  readonly disk: Disk | undefined;
  /** True when the client opens files for the server. */
  readsByClient(): boolean;
  ask(uri: string): Promise<ReadBookResult>;
  /** Workspace folders, as URIs. */
  folders(): readonly string[];
  /** The books that the settings name for a document. */
  named(documentUri: string): NamedBooks;
  isTrusted(): boolean;
  /** A book of this document came or changed. */
  changed(documentUri: string): void;
  /** Follow the file from now on. */
  watch(uri: string): void;
  /** No open document uses the file any more, by whatever path. */
  gone(uri: string): void;
}

interface Place {
  readonly layer: BookLayer;
  readonly name: string;
  /** Absent: nothing there could be read, and nothing is watched. */
  readonly uri: string | undefined;
  read(): BookContent | Promise<BookContent>;
  file: BookFile | undefined;
  reading: Promise<void> | undefined;
  readonly documents: Set<string>;
}

/** Paths of books; '' for none. */
export interface NamedBooks {
  readonly organisation: string;
  readonly user: string;
}

/** Everything is read once, and again when it is told to have changed: the same file is the same `BookFile` until then. */
export class Bookshelf {
  readonly #host: ShelfHost;
  readonly #places = new Map<string, Place>();

  constructor(host: ShelfHost) {
    this.#host = host;
  }

  /** The books of a document in the order of their layers. One that is still being read is left out until it is there. */
  booksOf(documentUri: string, wanted: string | undefined): readonly BookFile[] {
    const places = this.#placesOf(documentUri, wanted);
    for (const place of places) place.documents.add(documentUri);
    // A path that is being typed leaves nothing behind.
    for (const place of this.#places.values()) if (!places.includes(place)) place.documents.delete(documentUri);
    this.#forget(({ documents }) => documents.size === 0);
    return places.flatMap((place) => {
      if (!place.file && !place.reading) this.#read(place);
      return place.file ?? [];
    });
  }

  /** Settled once every book of the document was read; undefined when they are. */
  reading(documentUri: string, wanted: string | undefined): Promise<void> | undefined {
    this.booksOf(documentUri, wanted);
    const reading = this.#placesOf(documentUri, wanted).flatMap((place) => place.reading ?? []);
    return reading.length === 0 ? undefined : Promise.all(reading).then(() => undefined);
  }

  /** Files changed on the disk: their books are read again. */
  filesChanged(uris: readonly string[]): void {
    const changed = new Set(uris.map(plainUri));
    for (const place of this.#places.values())
      if (place.uri !== undefined && changed.has(plainUri(place.uri))) this.#read(place);
  }

  documentClosed(documentUri: string): void {
    for (const place of this.#places.values()) place.documents.delete(documentUri);
    this.#forget(({ documents }) => documents.size === 0);
  }

  /** The file that a path in a document leads to, trusted or not; undefined outside the workspace folder. */
  uriFor(documentUri: string, path: string): string | undefined {
    const address = bookAddress(documentUri, this.#host.folders(), path);
    return 'unread' in address ? undefined : address.uri;
  }

  /** Where a manifest may write prices; undefined in Restricted Mode, outside the workspace folder, and where no text can be read. */
  writable(documentUri: string, path: string): WritableBook | undefined {
    const address = bookAddress(documentUri, this.#host.folders(), path);
    if (!this.#host.isTrusted() || 'unread' in address) return undefined;
    const known = [...this.#places.values()].find(
      ({ layer, uri, documents }) => layer === 'repository' && uri === address.uri && documents.has(documentUri),
    );
    // Of a file that no manifest names yet only the own disk knows. Elsewhere the client creates it, or finds that it is there.
    const content = known?.file?.content ?? this.#fromDisk(address, path)?.() ?? { unread: missing(path) };
    if (!('unread' in content)) return { uri: address.uri, text: content.text };
    return content.unread.kind === 'missing' ? { uri: address.uri, text: undefined } : undefined;
  }

  /** Where a book lies, for its diagnostics. */
  uriOf(file: BookFile): string | undefined {
    for (const place of this.#places.values()) if (place.file === file) return place.uri;
    return undefined;
  }

  #forget(which: (place: Place) => boolean): void {
    const left = new Set<string>();
    for (const [key, place] of this.#places) {
      if (!which(place)) continue;
      this.#places.delete(key);
      if (place.uri !== undefined) left.add(place.uri);
    }
    // Other manifests, other layers and other spellings of the path may lead to the same file.
    for (const { uri } of this.#places.values()) if (uri !== undefined) left.delete(uri);
    for (const uri of left) this.#host.gone(uri);
  }

  #read(place: Place): void {
    const take = (content: BookContent): void => {
      const isKnown = place.file !== undefined && JSON.stringify(place.file.content) === JSON.stringify(content);
      if (isKnown) return;
      const isNew = place.file === undefined;
      place.file = { layer: place.layer, name: place.name, content };
      // What was read while it was asked for is used at once: nobody needs to be told.
      if (!isNew || place.reading) for (const document of place.documents) this.#host.changed(document);
    };
    const content = place.read();
    if (!(content instanceof Promise)) return take(content);
    const reading = content
      .then((late) => {
        // A newer reading may have been quicker, and the place may be forgotten.
        if (place.reading === reading && [...this.#places.values()].includes(place)) take(late);
      })
      .finally(() => {
        if (place.reading === reading) place.reading = undefined;
      });
    place.reading = reading;
  }

  #placesOf(documentUri: string, wanted: string | undefined): readonly Place[] {
    const { disk } = this.#host;
    const named = this.#host.named(documentUri);
    const organisation = named.organisation || (disk?.organisationBook ?? '');
    const places: Place[] = [];
    if (organisation !== '') places.push(this.#namedPlace('organisation', organisation));
    if (wanted !== undefined) places.push(this.#manifestPlace(documentUri, wanted));
    if (named.user !== '') places.push(this.#namedPlace('user', named.user));
    return places;
  }

  #namedPlace(layer: BookLayer, path: string): Place {
    const key = `${layer}\n${path}`;
    const known = this.#places.get(key);
    if (known) return known;
    const { disk } = this.#host;
    const name = path.split(/[\\/]/).pop() ?? path;
    if (disk && !path.includes('://'))
      return this.#put(key, layer, name, disk.uriOf(path), () => disk.readBookAt(path));
    const uri = path.includes('://') ? path : `file://${encodePath(path)}`;
    return this.#put(key, layer, name, uri, this.#byClient(uri, name));
  }

  #manifestPlace(documentUri: string, path: string): Place {
    const isTrusted = this.#host.isTrusted();
    const folders = this.#host.folders();
    // The workspace folder decides what may be read, and folders come and go.
    const key = `repository\n${String(isTrusted)}\n${placeKey(documentUri, folders)}\n${path}`;
    const known = this.#places.get(key);
    if (known) return known;
    const put = (uri: string | undefined, read: Place['read']) => this.#put(key, 'repository', path, uri, read);
    const address = bookAddress(documentUri, folders, path);
    if ('unread' in address) return put(undefined, () => address);
    if (!isTrusted) return put(undefined, () => ({ unread: untrusted(path) }));
    const read = this.#fromDisk(address, path);
    return put(address.uri, read ?? this.#byClient(address.uri, path));
  }

  /** Reads from the server's own disk; undefined for what lies elsewhere. */
  #fromDisk({ uri, rootUri, folderUri }: BookAddress, path: string): (() => BookContent) | undefined {
    const { disk } = this.#host;
    return disk && uri.startsWith('file:') ? () => disk.readManifestBook(rootUri, folderUri, path) : undefined;
  }

  #byClient(uri: string, name: string): Place['read'] {
    const refused = (why: string): BookContent => ({
      unread: { kind: 'refused', message: `The price book ${quoted(name)} ${why}.` },
    });
    if (!this.#host.readsByClient())
      return () => refused('cannot be read here: this editor opens no files for the server');
    return () =>
      this.#host.ask(uri).then(
        (result): BookContent => {
          if ('text' in result) return result;
          return result.problem === 'missing'
            ? { unread: missing(name) }
            : refused(
                result.problem === 'too-large' ? 'is larger than 4 MB and is not read: split it' : 'cannot be read',
              );
        },
        () => refused('cannot be read'),
      );
  }

  #put(key: string, layer: BookLayer, name: string, uri: string | undefined, read: Place['read']): Place {
    const place: Place = { layer, name, uri, read, file: undefined, reading: undefined, documents: new Set() };
    this.#places.set(key, place);
    if (uri !== undefined) this.#host.watch(uri);
    return place;
  }
}

/** Clients write the same file differently: `C%3A` and `c:` are one. */
function plainUri(uri: string): string {
  let plain = uri;
  try {
    plain = decodeURIComponent(uri);
  } catch {
    // A lone % stands for itself.
  }
  return plain.replace(/^file:\/\/\/[A-Z]:/, (drive) => drive.toLowerCase());
}
