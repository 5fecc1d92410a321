/** The disk as the language server asks it for price books. */
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { quoted } from '../catalog/naming.ts';
import type { Disk } from '../lsp/bookshelf.ts';
import { ORGANISATION_BOOK, readBookAt, readManifestBook } from './disk.ts';

export function localDisk(): Disk {
  return {
    readManifestBook: (rootUri, folderUri, path) => {
      const [root, folder] = [pathOf(rootUri), pathOf(folderUri)];
      if (root !== undefined && folder !== undefined) return readManifestBook(root, folder, path);
      const message = `The price book ${quoted(path)} lies on another machine and is not read: open the folder there.`;
      return { unread: { kind: 'refused', message } };
    },
    readBookAt: (path) => {
      const file = absolute(path);
      if (file !== undefined) return readBookAt(file, basename(file));
      const message = `${quoted(path)} is not an absolute path: settings name a price book from the root of the disk, or from ${quoted('~/')}.`;
      return { unread: { kind: 'refused', message } };
    },
    uriOf: (path) => {
      const file = absolute(path);
      return file === undefined ? undefined : pathToFileURL(file).href;
    },
    organisationBook: process.env[ORGANISATION_BOOK] || undefined,
  };
}

/** The path of a `file:` URI; undefined for one of another host, and for what no path can be. */
function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

function absolute(path: string): string | undefined {
  const file = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
  return isAbsolute(file) ? file : undefined;
}
