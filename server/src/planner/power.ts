/** How much power a chip may draw for its arithmetic, beside the flagship of its generation. */
import type { Accelerator } from '../catalog/types.ts';
import { servingFitted } from './serving-fitted.ts';

/**
 * `(TDP/F) ÷ (TDP/F of the flagship)`: below 1 for forms that clock down under load (PCIe, NVL, low profile), above 1 for
 * those with room. 1 where either is not known.
 */
export function powerRatio(chip: Accelerator): number {
  const flagships: Readonly<Record<string, number>> = servingFitted.engine.flagshipWattsPerTeraflop;
  const flagship = flagships[chip.family];
  const peak = chip.peakFlops.bf16 ?? chip.peakFlops.fp16;
  if (flagship === undefined || peak === undefined || chip.tdpWatts === undefined) return 1;
  return chip.tdpWatts / (peak / 1e12) / flagship;
}
