/** Words for messages. Names come from the manifest: they are data, so control characters go and length is bounded. */
import type { ResolvedTarget } from '../planner/types.ts';

const LONGEST_NAME = 60;

/** A name as code: `` `h100-sxm` ``. */
export function quoted(name: string | number | boolean): string {
  // eslint-disable-next-line no-control-regex
  const clean = String(name).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069`]/g, '');
  const letters = [...clean];
  return `\`${letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME).join('')}…` : clean}\``;
}

/** `a`, `a or b`, `a, b or c`. */
export function listed(words: readonly string[], last: 'or' | 'and' = 'or'): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

/** A message that another module phrased, as a sentence. */
export function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(first) ? first : `${first}.`;
}

/** `8 × h200 on aws`: hardware and place as titles say them. */
export function hardwareWords(target: ResolvedTarget): string {
  const chip = target.accelerator ?? target.device ?? target.instance ?? 'hardware';
  const place = target.provider ?? target.cluster;
  const spot = target.capacity === 'spot' ? ' spot' : '';
  return `${target.count === null ? '' : `${target.count} × `}${chip}${spot}${place === undefined ? '' : ` on ${place}`}`;
}

/** `1 chip`, `2 chips`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
