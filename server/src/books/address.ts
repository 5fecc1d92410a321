/** Where the book of a manifest lies. Its path was written by somebody: it leads nowhere but into the workspace folder. */
import { quoted } from '../catalog/naming.ts';
import type { UnreadBook } from '../catalog/price-book.ts';
import { folderAround, uriParts } from '../workspace-folders.ts';

/** Why a path is not followed, whatever lies there; undefined for a relative path. */
export function refusePath(path: string): UnreadBook | undefined {
  const refused = (why: string): UnreadBook => ({
    kind: 'refused',
    message: `${quoted(path)} ${why}: a price book lies in the workspace folder, and is named by a path relative to this file, such as ${quoted('prices.ai-infra.csv')}.`,
  });
  // eslint-disable-next-line no-control-regex -- these are what must not get through
  if (path.trim() === '' || /[\u0000-\u001f\u007f]/.test(path)) return refused('is no path');
  if (/^(?:[/\\~]|[a-z][a-z0-9+.-]*:)/i.test(path)) return refused('is not relative');
  if (path.includes('\\')) return refused('has backslashes');
  return undefined;
}

/**
 * The path that `relative` leads to from `folder`; undefined when that lies outside `root`. All three are absolute paths with `/`.
 * Symbolic links are the disk's to follow: this looks at the words only.
 */
export function resolveInside(root: string, folder: string, relative: string): string | undefined {
  const parts = partsOf(folder);
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else parts.push(part);
  }
  const inside = partsOf(root);
  if (parts.length <= inside.length || inside.some((part, index) => parts[index] !== part)) return undefined;
  return `/${parts.join('/')}`;
}

/** Where a manifest's book lies, as URIs: inside the workspace folder of the manifest, by the words of its path. */
export interface BookAddress {
  readonly uri: string;
  readonly rootUri: string;
  /** Of the manifest. */
  readonly folderUri: string;
}

/** The one rule of which files a manifest may name. `folders` are the workspace folders, as URIs. */
export function bookAddress(
  documentUri: string,
  folders: readonly string[],
  path: string,
): BookAddress | { readonly unread: UnreadBook } {
  const refusal = refusePath(path);
  if (refusal) return { unread: refusal };
  const place = placeOf(documentUri, folders);
  if (!place) return { unread: unsaved(path) };
  const inside = resolveInside(place.root, place.folder, path);
  if (inside === undefined) return { unread: outside(path) };
  const uriAt = (absolute: string): string => `${place.origin}${encodePath(absolute)}`;
  return { uri: uriAt(inside), rootUri: uriAt(place.root), folderUri: uriAt(place.folder) };
}

/** What `bookAddress` asks of a document and its folders, as a text: the same text gives the same address. */
export function placeKey(documentUri: string, folders: readonly string[]): string {
  const place = placeOf(documentUri, folders);
  return place ? `${place.origin}\n${place.root}\n${place.folder}` : documentUri;
}

interface DocumentPlace {
  /** `file://`, `vscode-vfs://github`. */
  readonly origin: string;
  /** Decoded paths, with `/`. */
  readonly root: string;
  readonly folder: string;
}

/** The folder of a document, and the workspace folder around it: without one, its own folder. Undefined for what was never saved. */
function placeOf(documentUri: string, folders: readonly string[]): DocumentPlace | undefined {
  const document = uriParts(documentUri);
  if (!document || document.origin === 'untitled:') return undefined;
  const folder = document.path.slice(0, document.path.lastIndexOf('/')) || '/';
  const around = folderAround(documentUri, folders);
  return { origin: document.origin, root: (around && uriParts(around)?.path) ?? folder, folder };
}

/** An absolute path as that of a URI. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function unsaved(path: string): UnreadBook {
  return {
    kind: 'refused',
    message: `The price book ${quoted(path)} is not read: save the manifest first, its path is relative to it.`,
  };
}

/** A book that the path leads away to. */
export function outside(path: string): UnreadBook {
  return {
    kind: 'refused',
    message: `${quoted(path)} leads out of the workspace folder: move the price book into it.`,
  };
}

export function missing(path: string): UnreadBook {
  return {
    kind: 'missing',
    message: `There is no file ${quoted(path)}: create the price book, or remove \`pricing.book\`. Prices are the catalogue's meanwhile.`,
  };
}

/** A book that no manifest names, but a setting, the environment or the call. */
export function missingNamed(name: string): UnreadBook {
  return { kind: 'missing', message: `There is no price book ${quoted(name)}: its prices are missing from the plan.` };
}

/** Restricted Mode: nothing that the manifest points to is opened before the folder is trusted. */
export function untrusted(path: string): UnreadBook {
  return {
    kind: 'untrusted',
    message: `The price book ${quoted(path)} is not read in Restricted Mode: trust the folder to use its prices.`,
  };
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}
