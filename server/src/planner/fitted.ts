/**
 * The fitted parameters, typed, with where they come from (`data/fitted.json`). Estimators read numbers from here only,
 * so that a new fit changes one data file and no code.
 */
import fitted from './data/fitted.json' with { type: 'json' };

export type Pair = readonly [low: number, high: number];

export const TRAINING_SPEED = fitted.trainingSpeed;
export const TRAINING_RANGE = fitted.trainingRange;
export const TRAINING_MEMORY = fitted.trainingMemory;
export const SAMPLES_MEMORY = fitted.samplesMemory;
export const SAMPLES_TRAINING = fitted.samplesTraining;
export const SERVING_MEMORY = fitted.servingMemory;
export const FAULTS = fitted.faults;

/** A pair from JSON, where tuples are typed as arrays. */
export function pair(values: readonly number[]): Pair {
  const [low = 1, high = low] = values;
  return [low, high];
}
