/** What of a chip's memory programs can have. */
import type { Accelerator } from '../catalog/types.ts';

/**
 * Data-centre cards with GDDR6 keep a sixteenth for error correction, which is on by default: `nvidia-smi` shows 46,068 MiB
 * of an L40S's 49,152, 23,034 of an L4's 24,576, 15,360 of a T4's 16,384. HBM corrects beside its capacity.
 */
const INLINE_ECC = new Set(['t4', 'a10', 'a10g', 'a16', 'a40', 'l4', 'l40', 'l40s']);
const SHARE_BESIDE_ECC = 15 / 16;

/** Bytes; undefined when no source states the memory. */
export function usableMemoryBytes(chip: Accelerator): number | undefined {
  if (chip.memoryBytes === undefined) return undefined;
  return chip.memoryBytes * (INLINE_ECC.has(chip.id) ? SHARE_BESIDE_ECC : 1);
}
