/** The memory of one accelerator as a ruler of text: what fills it, part by part, against what it has. */
import type { MemoryParts, MemoryPlan } from '../planner/types.ts';

/** Characters of the capacity; what does not fit goes on behind it. */
const WIDTH = 40;
/** Behind the capacity at most: the rest is told by the numbers. */
const MOST_OVER = 16;

/** Told apart without colour. */
export const PART_GLYPHS: Readonly<Record<keyof MemoryParts, string>> = {
  weights: '█',
  gradients: '▓',
  optimizer: '▒',
  activations: '◆',
  kvCache: '▚',
  overhead: '░',
};
const FREE = '·';
const END = '│';

/**
 * `█████▒▒▒▒▒▒▒▒▒▒◆◆░··········│`: a character stands for a fortieth of the device; a part that is there has at least one.
 * Undefined where the parts or the device's size are not known.
 */
export function memoryRuler({ partsBytes, capacityBytes }: MemoryPlan): string | undefined {
  if (partsBytes === null || capacityBytes === null || capacityBytes <= 0) return undefined;
  const filled = (Object.keys(PART_GLYPHS) as (keyof MemoryParts)[])
    .map((part) => {
      const share = partsBytes[part] / capacityBytes;
      return PART_GLYPHS[part].repeat(share <= 0 ? 0 : Math.max(1, Math.round(Math.min(share, 2) * WIDTH)));
    })
    .join('');
  if (filled.length <= WIDTH) return `${filled}${FREE.repeat(WIDTH - filled.length)}${END}`;
  const over = filled.slice(WIDTH);
  return `${filled.slice(0, WIDTH)}${END}${over.length > MOST_OVER ? `${over.slice(0, MOST_OVER)}…` : over}`;
}
