/** Names that were written by somebody: how messages quote them, and the known names nearest to them. */
import { distance } from 'fastest-levenshtein';

const LONGEST_NAME = 60;
const LONGEST_COMPARED = 80;
const MOST_PROPOSED = 3;

/** Letters that may differ between a written name and one that is proposed for it. */
const MOST_NAME_DISTANCE = 4;

/** A name as code: `` `h100-sxm` ``. It is data: control characters go and its length is bounded. */
export function quoted(name: string | number | boolean): string {
  // eslint-disable-next-line no-control-regex
  const clean = String(name).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069`]/g, '');
  if (clean.length <= LONGEST_NAME) return `\`${clean}\``;
  const letters = [...clean];
  return `\`${letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME).join('')}…` : clean}\``;
}

/** `a`, `a or b`, `a, b or c`. */
export function listed(words: readonly string[], last: 'or' | 'and' = 'or'): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

/** The known names nearest to a mistyped one, best first; empty when none is near. */
export function nearestNames(written: string, known: Iterable<string>): readonly string[] {
  if (written.length > LONGEST_COMPARED) return [];
  const folded = fold(written);
  const limit = Math.min(MOST_NAME_DISTANCE, Math.max(1, Math.floor(folded.length / 3)));
  const near: { readonly name: string; readonly letters: number }[] = [];
  for (const name of known) {
    if (Math.abs(name.length - written.length) > limit + 4) continue;
    const letters = distance(folded, fold(name));
    if (letters <= limit) near.push({ name, letters });
  }
  return near
    .sort((a, b) => a.letters - b.letters || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_PROPOSED)
    .map(({ name }) => name);
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[\s_.]+/g, '-');
}
