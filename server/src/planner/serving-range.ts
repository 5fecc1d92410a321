/** How wide a serving estimate is: a base, widened in log space, in quadrature, by every axis on which nothing like it was measured. */
import type { Accelerator } from '../catalog/types.ts';
import { servingFitted } from './serving-fitted.ts';
import type { Arithmetic } from './serving-precision.ts';
import { powerBalance, type EngineClass } from './serving-step.ts';

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
  readonly tensor: number;
  readonly pipeline: number;
  readonly batch: number;
  /** Requests arrive at random and must keep latencies. */
  readonly underLatency: boolean;
  /** The latencies, not the memory, bound the batch. */
  readonly latencyLimited: boolean;
  readonly derivedDimensions: boolean;
}

/** Generations that the step model was fitted on. */
const FITTED_FAMILIES = new Set(['nvidia-ampere', 'nvidia-hopper', 'nvidia-ada']);

function engineFactor(axes: RangeAxes): number {
  if (axes.engineClass === 'tensorrt-llm') return 1;
  // Decoding of one sequence reads the weights, whatever the engine; llama.cpp was measured there.
  if (axes.batch === 1 && axes.engineClass !== 'unknown')
    return axes.engineClass === 'llama.cpp' ? 1 : factors.batchOne;
  const small = axes.parameters < 15e9;
  return small && axes.engineClass === 'unknown' ? factors.unknownEngineSmall : factors.unknownEngineLarge;
}

function chipFactor(accelerator: Accelerator): number {
  if (accelerator.class === 'edge') return factors.edge;
  if (FITTED_FAMILIES.has(accelerator.family)) return 1;
  return accelerator.vendor === 'NVIDIA' ? factors.newPrecisionOrChip : factors.unseenFamily;
}

/** Half-width, as a factor, of the speed of a language model. */
export function throughputFactor(axes: RangeAxes): number {
  const { arithmetic } = axes;
  const one = axes.batch === 1;
  const when = (condition: boolean, factor: number): number => (condition ? factor : 1);
  return combineFactors([
    one ? factors.batchOne : factors.base,
    chipFactor(axes.accelerator),
    engineFactor(axes),
    when(!one && (arithmetic.bits === 4 || arithmetic.weightOnly), factors.newPrecisionOrChip),
    when(arithmetic.derived, factors.newPrecisionOrChip),
    when(axes.experts > 16, factors.manyExperts),
    when(axes.experts > 0 && axes.engineClass === 'unknown', factors.expertsOfOtherEngine),
    when(axes.latentAttention, factors.unseenFamily),
    when(!one && axes.pipeline > 1, factors.pipeline),
    when(axes.tensor > 1 && powerBalance(axes.accelerator) < 0.97, factors.starvedForm),
    when(axes.underLatency, factors.randomArrivals),
    when(axes.latencyLimited, factors.latencyLimited),
    when(axes.derivedDimensions, factors.derivedDimensions),
  ]);
}

/** Half-width of a time to the first token: queueing dominates it; alone, the prompt's arithmetic, which llama.cpp reaches unevenly. */
export function firstTokenFactor(throughput: number, batch: number, engine: EngineClass): number {
  if (batch > 1) return combineFactors([throughput, factors.firstToken]);
  return combineFactors([throughput, engine === 'llama.cpp' ? factors.unknownEngineSmall : factors.unseenFamily]);
}
