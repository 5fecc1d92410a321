/** Time from nothing to the first answer of a new replica. */
import { servingFitted } from './serving-fitted.ts';
import { around } from './range.ts';
import type { Range } from './types.ts';

/** Weights over the speed of disk or network, plus the start of the engine. Wide: both differ by an order between set-ups. */
export function coldStartSeconds(weightBytes: number): Range {
  const { bytesPerSecond, engineSeconds } = servingFitted.coldStart;
  return around(engineSeconds + weightBytes / bytesPerSecond, servingFitted.rangeFactors.coldStart);
}
