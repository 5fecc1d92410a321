/** Price books on the disk of this machine. */
import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { quoted } from '../catalog/naming.ts';
import type { UnreadBook } from '../catalog/price-book.ts';
import { missing, missingNamed, outside, refusePath } from './address.ts';
import type { BookContent } from './content.ts';

/** Names the organisation's price book, for builds and for servers whose client has no settings. */
export const ORGANISATION_BOOK = 'AI_INFRA_PRICE_BOOK';

/** No price book is as large; the reader says so of one that is (`catalog/price-book.ts`). */
const MOST_BYTES = 8 * 2 ** 20;

/** The book that a manifest in `folder` names: a regular file inside `root`, also after every symbolic link. */
export function readManifestBook(root: string, folder: string, path: string): BookContent {
  const refusal = refusePath(path);
  if (refusal) return { unread: refusal };
  const file = join(folder, path);
  if (!isInside(root, file)) return { unread: outside(path) };
  try {
    if (!isInside(realpathSync(root), realpathSync(file))) return { unread: outside(path) };
  } catch (error) {
    // What is missing may be made: not through a link that leads away.
    if (leadsAway(root, file)) return { unread: outside(path) };
    return { unread: failure(path, error) };
  }
  return readFile(file, path);
}

/** True for a file that is not there, and would lie outside of `root` if it were made: its folder, or itself, is a link. */
function leadsAway(root: string, file: string): boolean {
  try {
    if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true) return true;
    const [inner, folder] = [realpathSync(root), realpathSync(dirname(file))];
    return folder !== inner && !isInside(inner, folder);
  } catch {
    return false;
  }
}

/** A book that the user or the organisation names: any file of the machine. `name` is for messages. */
export function readBookAt(file: string, name: string): BookContent {
  return readFile(file, name, 'named');
}

function readFile(file: string, name: string, by?: 'named'): BookContent {
  try {
    const { size, isRegular } = regularFile(file);
    // A pipe or a device may never end.
    if (!isRegular) return { unread: { kind: 'refused', message: `${quoted(name)} is no file: name a CSV file.` } };
    if (size > MOST_BYTES)
      return { unread: { kind: 'refused', message: `${quoted(name)} is larger than 4 MB and is not read: split it.` } };
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { unread: failure(name, error, by) };
  }
}

function regularFile(file: string): { readonly size: number; readonly isRegular: boolean } {
  const stats = statSync(file);
  return { size: stats.size, isRegular: stats.isFile() };
}

function isInside(root: string, file: string): boolean {
  const way = relative(root, file);
  return way !== '' && way !== '..' && !way.startsWith(`..${'/'}`) && !way.startsWith('..\\') && !isAbsolute(way);
}

function failure(name: string, error: unknown, by?: 'named'): UnreadBook {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return by ? missingNamed(name) : missing(name);
  const why = code === 'EACCES' || code === 'EPERM' ? 'may not be read' : `cannot be read (${String(code)})`;
  return { kind: 'refused', message: `The price book ${quoted(name)} ${why}.` };
}
