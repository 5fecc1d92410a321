/** How far the measured speed of a training run lies from the estimate, by what is known about it. */
import type { Accelerator } from '../catalog/types.ts';
import { TRAINING_RANGE as FIT, pair } from './fitted.ts';
import type { TrainingSettings } from './training-settings.ts';
import type { ModelFacts } from './types.ts';

/** Factors on the middle speed; each thing that is not known widens them (in log space, in quadrature). */
export function speedFactors(
  model: ModelFacts,
  settings: TrainingSettings,
  chip: Accelerator,
  chosen: boolean,
): { readonly low: number; readonly high: number } {
  const [low, high] = pair(model.family === 'moe' ? FIT.moe : FIT.dense);
  const extra: number[] = [];
  if (!seenChip(chip)) extra.push(FIT.unseenChipFactor);
  if (!settings.stackStated || settings.kind === 'huggingface') extra.push(FIT.unseenFactor);
  if (settings.method !== 'full') extra.push(FIT.unseenFactor);
  if (chosen) extra.push(FIT.chosenFactor);
  if (model.assumptions.some((assumption) => assumption.path === 'model.activeParameters'))
    extra.push(FIT.assumedActiveFactor);
  else if (model.assumptions.length > 0) extra.push(FIT.assumedDimensionsFactor);
  return { low: 1 / widen(1 / low, extra), high: widen(high, extra) };
}

function widen(factor: number, extra: readonly number[]): number {
  let square = Math.log(factor) ** 2;
  for (const each of extra) square += Math.log(each) ** 2;
  return Math.exp(Math.sqrt(square));
}

function seenChip(chip: Accelerator): boolean {
  return FIT.seenChipFamilies.some((family) => chip.family.startsWith(family) || chip.id.startsWith(family));
}
