/**
 * Serving: speed of one replica, replicas for the load, memory of one device. Language models by steps of prefill and
 * decoding (`serving-step.ts`), all others by operations per sample (`serving-samples.ts`).
 */
import { estimateLanguage } from './serving-estimate-language.ts';
import { estimateSamples } from './serving-estimate-samples.ts';
import type { ServingEstimate, ServingInput } from './serving-types.ts';
import type { Explained } from './types.ts';

export { edgeAccelerator, powerShare } from './serving-edge.ts';
export type { ServingEstimate, ServingInput, ServingParallelism, ServingPlacement } from './serving-types.ts';

/**
 * The serving plan of a model on accelerators of one kind. Seconds, bytes, tokens and requests per second; every speed is a
 * range. What a missing key or fact leaves unknown is null, with the key in `unknown`. Never throws.
 */
export function estimateServing(input: ServingInput): Explained<ServingEstimate> {
  const { family } = input.model;
  return family === 'transformer' || family === 'moe' ? estimateLanguage(input) : estimateSamples(input);
}
