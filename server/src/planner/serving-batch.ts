/** The batch of a replica: what the cache holds, what the latencies allow, and how many devices a replica takes. */
import type { Accelerator } from '../catalog/types.ts';
import type { Serving } from '../manifest/schema.ts';
import { windowShare } from './kv-cache.ts';
import { cacheRoomBytes, chunkActivationBytes, engineBytes } from './memory-serving.ts';
import { servingFitted } from './serving-fitted.ts';
import {
  cacheReplication,
  operatingPoint,
  stageDevices,
  type OperatingPoint,
  type StepSetting,
} from './serving-step.ts';
import type { ServingParallelism } from './serving-types.ts';
import type { ModelFacts } from './types.ts';
import { usableMemoryBytes } from './usable-memory.ts';

export const DEFAULT_PERCENTILE = 95;

/** Bytes of weights on one device. */
export function weightsPerDevice({ shape, parallelism }: StepSetting): number {
  const dense = shape.denseBytes / parallelism.tensor;
  return (dense + shape.expertBytes / stageDevices(parallelism)) / parallelism.pipeline;
}

/**
 * Tokens of cache that one replica holds: what weights, engine and the activations of a chunk leave of the memory, over the
 * cache bytes of a token. TensorRT-LLM takes a share of what is free, others a share of the device. At least 0.
 */
export function cacheTokens(
  setting: StepSetting,
  model: ModelFacts,
  engine: string | undefined,
  memoryShare: number | undefined,
): number {
  const { shape, parallelism, accelerator } = setting;
  const memory = usableMemoryBytes(accelerator);
  if (memory === undefined) return 0;
  const stage = stageDevices(parallelism);
  const weights = weightsPerDevice(setting);
  const activations = chunkActivationBytes(model, setting.inputTokens, parallelism.tensor);
  const takes = weights + engineBytes(engine) + activations;
  const free = cacheRoomBytes(memory, takes, engine, memoryShare);
  const perToken = (shape.kvBytesPerToken * cacheReplication(setting)) / stage / parallelism.pipeline;
  return free / perToken;
}

/** Tokens of cache a sequence occupies: the whole answer where the engine reserves it, else half of it on average. */
export function sequenceTokens(setting: StepSetting, model: ModelFacts): number {
  const { inputTokens, outputTokens, engineClass } = setting;
  const tokens = engineClass === 'tensorrt-llm' ? inputTokens + outputTokens : inputTokens + outputTokens / 2;
  return Math.max(1, tokens * windowShare(model, tokens).mid);
}

/** Most sequences the engine runs at once. vLLM asks for fewer on chips with less than 70 GiB, and on A100. */
export function engineMaxBatch(engine: string | undefined, accelerator: Accelerator): number {
  const isSmall = (accelerator.memoryBytes ?? 0) < 70 * 2 ** 30 || accelerator.id.startsWith('a100');
  if (engine === 'vllm' && isSmall) return servingFitted.maxBatchOfVllmOnSmallChips;
  const limits: Readonly<Record<string, number>> = servingFitted.maxBatch;
  return limits[engine ?? ''] ?? 256;
}

/**
 * Ratio of a tail to the mean of a step: 1 at the median, 1.2 at the 99th percentile, between them by the odds
 * `ln(p/(1 − p)) / ln 99`.
 */
export function tailFactor(percentile: number): number {
  const share = Math.min(0.999, Math.max(0.5, percentile / 100));
  return 1 + (servingFitted.engine.tailFactor - 1) * (Math.log(share / (1 - share)) / Math.log(99));
}

export function latencyStated(latency: Serving['latency']): boolean {
  return (
    latency?.timeToFirstToken !== undefined || latency?.perOutputToken !== undefined || latency?.endToEnd !== undefined
  );
}

/** Whether the stated latencies hold at this point, at the stated percentile. */
export function meetsLatency(point: OperatingPoint, latency: Serving['latency']): boolean {
  if (latency === undefined) return true;
  const tail = tailFactor(latency.percentile ?? DEFAULT_PERCENTILE);
  const within = (seconds: number, limit: number | undefined): boolean =>
    limit === undefined || seconds * tail <= limit;
  return (
    within(point.firstTokenSeconds, latency.timeToFirstToken) &&
    within(point.perOutputTokenSeconds, latency.perOutputToken) &&
    within(point.endToEndSeconds, latency.endToEnd)
  );
}

export interface BatchChoice {
  readonly point: OperatingPoint;
  readonly meets: boolean;
  /** A smaller batch than memory and engine would allow. */
  readonly latencyLimited: boolean;
}

/** The largest batch up to `most` that keeps the latencies (they grow with the batch); batch 1 when none does. */
export function chooseBatch(
  setting: StepSetting,
  most: number,
  latency: Serving['latency'],
  load: number,
): BatchChoice {
  const top = Math.max(1, Math.floor(most));
  const full = operatingPoint(setting, top, load);
  if (!latencyStated(latency) || meetsLatency(full, latency))
    return { point: full, meets: true, latencyLimited: false };
  let bad = top;
  let best = operatingPoint(setting, 1, load);
  if (!meetsLatency(best, latency)) return { point: best, meets: false, latencyLimited: true };
  let good = 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const point = operatingPoint(setting, middle, load);
    if (meetsLatency(point, latency)) {
      good = middle;
      best = point;
    } else bad = middle;
  }
  return { point: best, meets: true, latencyLimited: true };
}

/** A whole number of the manifest's `serving.parallelism`; `auto` and absence are undefined. */
function stated(value: number | 'auto' | undefined): number | undefined {
  return value === 'auto' ? undefined : value;
}

/**
 * Ways to split one replica, smallest first: what the manifest states, else powers of two that divide the heads within the
 * fast domain, then pipeline stages over several domains. `most`: accelerators there are (Infinity when sized for the load).
 */
export function candidateSplits(
  parallelism: Serving['parallelism'],
  heads: number,
  layers: number,
  fastDomain: number,
  most: number,
): readonly ServingParallelism[] {
  const expert = stated(parallelism?.expert) ?? 1;
  const attentionData = stated(parallelism?.attentionData) ?? 1;
  const statedTensor = stated(parallelism?.tensor);
  const statedPipeline = stated(parallelism?.pipeline);
  const tensors: number[] = [];
  if (statedTensor !== undefined) tensors.push(statedTensor);
  else {
    for (let tensor = 1; tensor <= Math.min(fastDomain, most, 64); tensor *= 2)
      if (heads % tensor === 0) tensors.push(tensor);
  }
  if (tensors.length === 0) tensors.push(1);
  const all = tensors.map((tensor) => ({ tensor, pipeline: statedPipeline ?? 1, expert, attentionData }));
  const last = tensors.at(-1) ?? 1;
  if (statedPipeline === undefined) {
    for (let pipeline = 2; pipeline <= Math.min(16, layers) && pipeline * last <= most; pipeline *= 2) {
      all.push({ tensor: last, pipeline, expert, attentionData });
    }
  }
  return all;
}

/** Accelerators of one replica. */
export function replicaSize(parallelism: ServingParallelism): number {
  return stageDevices(parallelism) * parallelism.pipeline;
}
