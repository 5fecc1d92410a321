/** Where the book of a manifest lies. Its path was written by somebody: it leads nowhere but into the workspace folder. */
import { quoted } from '../catalog/naming.ts';
import type { UnreadBook } from '../catalog/price-book.ts';

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
