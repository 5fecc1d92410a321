/** Words for messages. Names come from the manifest: they are data, so control characters go and length is bounded. */
import type { ResolvedTarget } from '../planner/types.ts';

export { listed, quoted } from '../catalog/naming.ts';

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
