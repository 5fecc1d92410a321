/** The serving estimate of a language model. */
import { servingMemory, type ServingMemory } from './memory-serving.ts';
import { add, around, scale } from './range.ts';
import { DEFAULT_PERCENTILE, candidateSplits, latencyStated, replicaSize } from './serving-batch.ts';
import { coldStartSeconds } from './serving-cold-start.ts';
import {
  demandOf,
  fleetOf,
  NO_FLEET,
  fleetThroughput,
  jobDuration,
  sizedForLoad,
  weightPrecision,
  type Notes,
} from './serving-common.ts';
import { explainFleet, explainLanguage } from './serving-explain.ts';
import { chooseLanguage, defaultCachePrecision, type LanguageChoice } from './serving-language.ts';
import { arithmeticFor } from './serving-precision.ts';
import { firstTokenFactor, throughputFactor } from './serving-range.ts';
import { languageShape } from './serving-shape.ts';
import type { ServingEstimate, ServingInput, ServingParallelism } from './serving-types.ts';
import type { Precision } from '../catalog/types.ts';
import type { Derivation, Explained, MemoryPlan, ServingPlan } from './types.ts';

interface Precisions {
  readonly weights: Precision;
  readonly cache: Precision;
}

function memoryFor(input: ServingInput, precisions: Precisions, parallelism: ServingParallelism): ServingMemory {
  const { serving, model } = input;
  const stated = (serving.inputTokens ?? 0) + (serving.outputTokens ?? 0);
  const context = serving.maxContext ?? (stated > 0 ? stated : model.contextLength);
  return servingMemory({
    model,
    weightPrecision: precisions.weights,
    kvPrecision: precisions.cache,
    tensor: replicaSize(parallelism) / parallelism.pipeline,
    pipeline: parallelism.pipeline,
    ...(context === undefined ? {} : { contextTokens: context }),
    ...(serving.concurrency === undefined ? {} : { concurrency: serving.concurrency }),
    ...(serving.memoryShare === undefined ? {} : { memoryShare: serving.memoryShare }),
    ...(input.engine === undefined ? {} : { engine: input.engine }),
    placement: input.placement,
  });
}

/** `maxConcurrency` counts requests of the mean length, as the batch does; without their length, sequences of the longest context. */
function memoryPlan(memory: ServingMemory, choice: LanguageChoice | undefined, batch: number | null): MemoryPlan {
  const most = memory.maxConcurrency === undefined ? undefined : (choice?.mostSequences ?? memory.maxConcurrency);
  return {
    perAcceleratorBytes: memory.perAcceleratorBytes,
    capacityBytes: memory.capacityBytes,
    verdict: memory.verdict,
    partsBytes: memory.parts,
    ...(memory.maxContextTokens === undefined ? {} : { maxContextTokens: memory.maxContextTokens }),
    ...(most === undefined ? {} : { maxConcurrency: most }),
    ...(memory.cacheBytes !== null &&
      batch !== null &&
      choice !== undefined &&
      choice.mostSequences > 0 && {
        kvCacheAtBatchBytes: memory.cacheBytes * Math.min(1, batch / choice.mostSequences),
      }),
  };
}

/** The split by memory alone, for when the speed is unknown: the smallest that does not overflow, else the largest. */
function splitByMemory(
  input: ServingInput,
  precisions: Precisions,
): { parallelism: ServingParallelism; memory: ServingMemory } {
  const { model, serving, placement } = input;
  const most = sizedForLoad(input) ? Number.POSITIVE_INFINITY : Math.max(1, Number(input.count));
  const splits = candidateSplits(
    serving.parallelism,
    model.heads ?? 1,
    model.layers ?? 1,
    Math.max(1, placement.fastDomain),
    most,
  );
  let last: { parallelism: ServingParallelism; memory: ServingMemory } | undefined;
  for (const parallelism of splits) {
    last = { parallelism, memory: memoryFor(input, precisions, parallelism) };
    if (last.memory.verdict === 'fits' || last.memory.verdict === 'unknown') break;
  }
  const single: ServingParallelism = { tensor: 1, pipeline: 1, expert: 1, attentionData: 1 };
  return last ?? { parallelism: single, memory: memoryFor(input, precisions, single) };
}

/** Language models: transformers and mixtures of experts. */
export function estimateLanguage(input: ServingInput): Explained<ServingEstimate> {
  const { model, serving, placement } = input;
  const { accelerator } = placement;
  const notes: Notes = { assumptions: [...model.assumptions], unknown: [] };
  const weights = weightPrecision(input, notes);
  const cache = serving.kvCachePrecision ?? defaultCachePrecision(input.engine, weights);
  const precisions: Precisions = { weights, cache };
  if (serving.kvCachePrecision === undefined) {
    const why =
      cache === 'fp8'
        ? 'TensorRT-LLM keeps the cache in 8 bit with 8-bit weights.'
        : 'The cache is in 16 bit by default.';
    notes.assumptions.push({ path: 'serving.kvCachePrecision', value: cache, why });
  }
  const choice = choose(input, precisions, notes);
  const demand = demandOf(input, notes);
  const byMemory = choice === undefined ? splitByMemory(input, precisions) : undefined;
  const parallelism = choice?.parallelism ??
    byMemory?.parallelism ?? { tensor: 1, pipeline: 1, expert: 1, attentionData: 1 };
  const memory = byMemory?.memory ?? memoryFor(input, precisions, parallelism);
  const size = replicaSize(parallelism);
  if (serving.parallelism?.tensor === undefined || serving.parallelism.tensor === 'auto') {
    if (memory.verdict !== 'unknown') {
      notes.assumptions.push({
        path: 'serving.parallelism.tensor',
        value: parallelism.tensor,
        why: 'The smallest split that fits and keeps the latencies.',
      });
    }
  }
  if (memory.verdict === 'unknown' && accelerator.memoryBytes === undefined) {
    notes.unknown.push({ path: 'target.accelerator', why: `No source states the memory of ${accelerator.id}.` });
  }
  // A stated concurrency may be more than the cache holds: sequences wait then, and only the memory verdict says so.
  const waits = serving.concurrency !== undefined && choice !== undefined && choice.cacheTokens > 0;
  const overflows = memory.verdict === 'does-not-fit' && !waits;
  const tooFew = !sizedForLoad(input) && input.count !== 'auto' && input.count < size;
  if (choice !== undefined && overflows) {
    notes.unknown.push({
      path: 'serving',
      why: `The model does not fit the memory of ${String(size)} × ${accelerator.id}, so it has no speed.`,
    });
  } else if (choice !== undefined && tooFew) {
    notes.unknown.push({
      path: 'serving.parallelism',
      why: `One replica takes ${String(size)} accelerators, but the target has ${String(input.count)}.`,
    });
  }
  const running = overflows || tooFew ? undefined : choice;
  const speed = running === undefined ? undefined : speedOf(input, running);
  const requests = speed?.requestsPerSecondPerReplica ?? null;
  const fleet = running === undefined && sizedForLoad(input) ? NO_FLEET : fleetOf(input, demand, requests, size);
  const plan: ServingPlan = {
    replicas: running === undefined && choice !== undefined ? null : fleet.replicas,
    ...(fleet.replicasRange && { replicasRange: fleet.replicasRange }),
    acceleratorsPerReplica: size,
    batch: running?.point.batch ?? null,
    outputTokensPerSecondPerReplica: speed?.output ?? null,
    inputTokensPerSecondPerReplica: speed?.input ?? null,
    requestsPerSecondPerReplica: requests,
    timeToFirstTokenSeconds: speed?.firstToken ?? null,
    timePerOutputTokenSeconds: speed?.perOutputToken ?? null,
    endToEndSeconds: speed?.endToEnd ?? null,
    coldStartSeconds: coldStartSeconds(
      (memory.parts.weights * size) / Math.max(1, Math.ceil(size / Math.max(1, placement.perNode))),
    ),
    throughput: fleetThroughput(fleet.replicas, requests, serving.outputTokens ?? 0),
    ...(running !== undefined && latencyStated(serving.latency) ? { meetsLatency: running.meets } : {}),
  };
  if (latencyStated(serving.latency) && serving.latency?.percentile === undefined) {
    notes.assumptions.push({
      path: 'serving.latency.percentile',
      value: DEFAULT_PERCENTILE,
      why: 'Latencies are meant for 95 % of the requests.',
    });
  }
  const duration = jobDuration(input, plan.throughput.samplesPerSecond, notes);
  const derivation: Derivation[] = [];
  if (input.explain) {
    derivation.push(...explainMemory(input, memory, precisions));
    if (running !== undefined) derivation.push(...explainLanguage(model, running, plan));
    if (demand.load !== undefined && sizedForLoad(input))
      derivation.push(...explainFleet(plan, demand.load.peak, demand.utilization));
  }
  return {
    value: {
      plan,
      memory: memoryPlan(memory, choice, plan.batch),
      acceleratorsPerReplica: size,
      parallelism,
      count: fleet.count,
      averageCount: fleet.averageCount,
      ...duration,
      latencyLimited: running?.latencyLimited ?? false,
    },
    derivation,
    assumptions: notes.assumptions,
    unknown: notes.unknown,
  };
}

/** The split and batch, or undefined with the reasons in `unknown`. */
function choose(input: ServingInput, precisions: Precisions, notes: Notes): LanguageChoice | undefined {
  const { model, serving, placement } = input;
  const { accelerator } = placement;
  const missing = notes.unknown.length;
  if (serving.inputTokens === undefined) {
    notes.unknown.push({
      path: 'serving.inputTokens',
      why: 'Without the tokens of a prompt the speed of serving is not known.',
    });
  }
  if (serving.outputTokens === undefined) {
    notes.unknown.push({
      path: 'serving.outputTokens',
      why: 'Without the tokens of an answer the speed of serving is not known.',
    });
  }
  const shape = languageShape(model, precisions.weights, precisions.cache, input.engine);
  if (shape === undefined) {
    notes.unknown.push({
      path: 'model.layers',
      why: 'Without layers, hidden size and heads of the model neither cache nor speed are known.',
    });
  }
  const arithmetic = arithmeticFor(accelerator, precisions.weights, input.engineFact);
  const bandwidth = accelerator.memoryBandwidthBytesPerSecond;
  if (arithmetic === undefined) {
    notes.unknown.push({
      path: 'target.accelerator',
      why: `No source states the peak of ${accelerator.id} in a precision that serves ${precisions.weights} weights.`,
    });
  }
  if (bandwidth === undefined) {
    notes.unknown.push({
      path: 'target.accelerator',
      why: `No source states the memory bandwidth of ${accelerator.id}.`,
    });
  }
  if (notes.unknown.length > missing) return undefined;
  if (shape === undefined || arithmetic === undefined || bandwidth === undefined) return undefined;
  const choice = chooseLanguage({
    input,
    shape,
    arithmetic,
    bandwidth,
    inputTokens: Math.max(1, serving.inputTokens ?? 1),
    outputTokens: Math.max(1, serving.outputTokens ?? 1),
    load: input.phase === 'batch-inference' ? 1 : (serving.autoscaling?.targetUtilization ?? 0.7),
  });
  if (choice === undefined) {
    notes.unknown.push({
      path: 'target.accelerator',
      why: `No source states the link between ${accelerator.id} devices that one replica needs.`,
    });
  }
  return choice;
}

function speedOf(input: ServingInput, choice: LanguageChoice) {
  const { model } = input;
  const { point, setting } = choice;
  const axes = {
    accelerator: setting.accelerator,
    arithmetic: setting.arithmetic,
    engineClass: setting.engineClass,
    parameters: model.parameters,
    experts: setting.shape.experts,
    latentAttention: setting.shape.latent,
    tensor: choice.parallelism.tensor,
    pipeline: choice.parallelism.pipeline,
    underLatency: latencyStated(input.serving.latency),
    derivedDimensions: model.assumptions.length > 0,
    batch: point.batch,
  };
  const stepFactor = throughputFactor({ ...axes, latencyLimited: false });
  const requestFactor = throughputFactor({ ...axes, latencyLimited: choice.latencyLimited });
  const requestsPerSecondPerReplica = around(point.requestsPerSecond, requestFactor);
  const firstToken = around(point.firstTokenSeconds, firstTokenFactor(stepFactor, point.batch, setting.engineClass));
  const perOutputToken = around(point.perOutputTokenSeconds, stepFactor);
  return {
    requestsPerSecondPerReplica,
    output: scale(requestsPerSecondPerReplica, setting.outputTokens),
    input: scale(requestsPerSecondPerReplica, setting.inputTokens),
    firstToken,
    perOutputToken,
    endToEnd: add(firstToken, scale(perOutputToken, Math.max(0, setting.outputTokens - 1))),
  };
}

function explainMemory(input: ServingInput, memory: ServingMemory, precisions: Precisions): readonly Derivation[] {
  return [
    {
      quantity: 'memory.perAcceleratorBytes',
      formula: 'weights/(t·p) + cache + activations of a prefill chunk + engine',
      inputs: {
        weightPrecision: precisions.weights,
        cachePrecision: precisions.cache,
        weightBytes: memory.parts.weights,
        cacheBytes: memory.parts.kvCache,
        cachedSequences: memory.cached.sequences,
        cachedTokensEach: memory.cached.tokens,
        activationBytes: memory.parts.activations,
        engineBytes: memory.parts.overhead,
      },
      value: memory.perAcceleratorBytes,
      source: `Model: ${input.model.source}; chip: ${input.placement.accelerator.source}`,
    },
  ];
}
