/** Links: the price book beside the manifest. Addresses in comments are found by editors themselves. */
import type { DocumentLink } from 'vscode-languageserver-types';
import { valueAt } from '../manifest/shape.ts';
import { rangeOf, type View } from './view.ts';

const BOOK = ['pricing', 'book'] as const;

/** A path leads to a file only where it stays below the manifest's folder: what a manifest says is never trusted as a path. */
export function documentLinks(view: View): DocumentLink[] {
  const { source } = view.analysis;
  const path = valueAt(source.head, BOOK);
  const span = source.isOwn(BOOK) ? source.locate(BOOK, 'value') : undefined;
  if (typeof path !== 'string' || span === undefined || !isBelow(path)) return [];
  const folder = view.document.uri.slice(0, view.document.uri.lastIndexOf('/') + 1);
  if (folder === '' || view.document.uri.startsWith('untitled:')) return [];
  const target = folder + path.split('/').map(encodeURIComponent).join('/');
  return [{ range: rangeOf(view.document, span), target, tooltip: 'Open the price book' }];
}

function isBelow(path: string): boolean {
  if (path === '' || /^[a-z][a-z0-9+.-]*:/i.test(path) || !/^[\w .@+=,/-]+$/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '..');
}
