/** Which price book a manifest names: shells read it before they analyse the text. */
import { parseManifest } from '../manifest/parse.ts';
import { readManifest } from '../manifest/read.ts';

/** `pricing.book` of a text, as written; undefined when it names none. Reads the manifest only where the word stands in it. */
export function wantedBook(text: string): string | undefined {
  if (!/\bbook\b/.test(text)) return undefined;
  return readManifest(parseManifest(text)).head.pricing?.book;
}
