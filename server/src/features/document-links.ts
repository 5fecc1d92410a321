/** Links: the price book of the manifest. Addresses in comments are found by editors themselves. */
import type { DocumentLink } from 'vscode-languageserver-types';
import { valueAt } from '../manifest/shape.ts';
import { rangeOf, type View } from './view.ts';

const BOOK = ['pricing', 'book'] as const;

/** @param uriOf the file that a manifest's book may be; undefined for a path that leads out of the workspace folder */
export function documentLinks(view: View, uriOf: (path: string) => string | undefined): DocumentLink[] {
  const { source } = view.analysis;
  const path = valueAt(source.head, BOOK);
  const span = source.isOwn(BOOK) ? source.locate(BOOK, 'value') : undefined;
  if (typeof path !== 'string' || span === undefined) return [];
  const target = uriOf(path);
  return target === undefined ? [] : [{ range: rangeOf(view.document, span), target, tooltip: 'Open the price book' }];
}
