/** How wide a serving estimate is: a base, widened in log space, in quadrature, by every axis on which nothing like it was measured. */
import type { Accelerator } from '../catalog/types.ts';
import { servingFitted } from './serving-fitted.ts';
import type { Arithmetic } from './serving-precision.ts';
import type { EngineClass } from './serving-step.ts';

const factors = servingFitted.rangeFactors;

/** `exp(√Σ ln²)`: independent sources of error multiply like this. */
export function combineFactors(all: readonly number[]): number {
  return Math.exp(Math.sqrt(all.reduce((sum, factor) => sum + Math.log(factor) ** 2, 0)));
}

export interface RangeAxes {
  readonly accelerator: Accelerator;
  readonly arithmetic: Arithmetic;
  readonly engineClass: EngineClass;
  readonly parameters: number;
  readonly experts: number;
  readonly latentAttention: boolean;
  readonly pipeline: number;
  readonly latencyLimited: boolean;
  readonly derivedDimensions: boolean;
}

/** Generations that the step model was fitted on. */
const FITTED_FAMILIES = new Set(['nvidia-ampere', 'nvidia-hopper', 'nvidia-ada']);

/** Half-width, as a factor, of a throughput of a language model. */
export function throughputFactor(axes: RangeAxes): number {
  const all = [factors.base];
  const { arithmetic } = axes;
  if (!FITTED_FAMILIES.has(axes.accelerator.family))
    all.push(axes.accelerator.vendor === 'NVIDIA' ? factors.newPrecisionOrChip : factors.unseenFamily);
  if (arithmetic.bits === 4 || arithmetic.weightOnly || arithmetic.derived) all.push(factors.newPrecisionOrChip);
  if (axes.experts > 16) all.push(factors.manyExperts);
  if (axes.latentAttention) all.push(factors.unseenFamily);
  if (axes.pipeline > 1) all.push(factors.pipeline);
  if (axes.engineClass !== 'tensorrt-llm')
    all.push(
      axes.parameters < 15e9
        ? axes.engineClass === 'unknown'
          ? factors.unknownEngineSmall
          : factors.unknownEngineLarge
        : factors.unknownEngineLarge,
    );
  if (axes.latencyLimited) all.push(factors.latencyLimited);
  if (axes.derivedDimensions) all.push(factors.derivedDimensions);
  if (axes.accelerator.class === 'edge') all.push(factors.edge);
  return combineFactors(all);
}

/** Half-width of a time to the first token: queueing dominates it. */
export function firstTokenFactor(throughput: number, batch: number): number {
  return batch <= 1
    ? combineFactors([throughput, factors.unseenFamily])
    : combineFactors([throughput, factors.firstToken]);
}
