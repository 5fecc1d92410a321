/** The serving estimate of models that are no language models: one accelerator is one replica. */
import { servingMemory } from './memory-serving.ts';
import { around } from './range.ts';
import { DEFAULT_PERCENTILE, tailFactor } from './serving-batch.ts';
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
import { explainFleet, explainSamples } from './serving-explain.ts';
import { arithmeticFor } from './serving-precision.ts';
import { combineFactors } from './serving-range.ts';
import { servingFitted } from './serving-fitted.ts';
import {
  fixedSeconds,
  flopsOfSample,
  isFittedFamily,
  sampleBatch,
  samplePoint,
  sampleShare,
  serverShare,
  type SampleSetting,
} from './serving-samples.ts';
import type { ServingEstimate, ServingInput } from './serving-types.ts';
import type { Derivation, Explained, MemoryPlan, ServingPlan } from './types.ts';

/** Images, encoders, diffusion, recommenders and others, at the edge too. */
export function estimateSamples(input: ServingInput): Explained<ServingEstimate> {
  const { model, serving, placement } = input;
  const { accelerator } = placement;
  const notes: Notes = { assumptions: [...model.assumptions], unknown: [] };
  const weights = weightPrecision(input, notes);
  const memory = servingMemory({
    model: { ...model, vocabSize: 0, kvHeads: 0, layers: 0 },
    weightPrecision: weights,
    kvPrecision: 'bf16',
    tensor: 1,
    pipeline: 1,
    contextTokens: 1,
    engine: 'onnxruntime',
    placement,
  });
  const setting = settingOf(input, weights, notes);
  const demand = demandOf(input, notes);
  const overflows = memory.verdict === 'does-not-fit';
  if (overflows)
    notes.unknown.push({
      path: 'serving',
      why: `The model does not fit the memory of one ${accelerator.id}, so it has no speed.`,
    });
  const running = overflows ? undefined : setting;
  const limit = serving.latency?.endToEnd;
  const tail = tailFactor(serving.latency?.percentile ?? DEFAULT_PERCENTILE);
  // A device at the edge answers its own camera: one sample at a time.
  const statedBatch = serving.concurrency === undefined ? undefined : Math.max(1, serving.concurrency);
  const batch =
    statedBatch ?? (input.perDevice === true ? 1 : running === undefined ? 1 : sampleBatch(running, limit, tail));
  const point = running === undefined ? undefined : samplePoint(running, batch);
  const factor = widthOf(input, setting, batch);
  const server =
    input.phase === 'inference' && serving.concurrency === undefined && input.perDevice !== true
      ? serverShare(model.family)
      : 1;
  const requests = point === undefined ? null : around(point.samplesPerSecond * server, factor);
  const fleet =
    point === undefined && sizedForLoad(input) && input.perDevice !== true
      ? NO_FLEET
      : fleetOf(input, demand, requests, 1);
  const keepsUp =
    input.perDevice !== true ||
    demand.load === undefined ||
    point === undefined ||
    point.samplesPerSecond >= demand.load.peak;
  const plan: ServingPlan = {
    replicas: fleet.replicas,
    ...(fleet.replicasRange && { replicasRange: fleet.replicasRange }),
    acceleratorsPerReplica: 1,
    batch: point?.batch ?? null,
    requestsPerSecondPerReplica: requests,
    endToEndSeconds: point === undefined ? null : around(point.seconds, factor),
    coldStartSeconds: coldStartSeconds(memory.parts.weights),
    throughput: fleetThroughput(fleet.replicas, requests, undefined),
    ...(point !== undefined && limit !== undefined ? { meetsLatency: point.seconds * tail <= limit && keepsUp } : {}),
  };
  const duration = jobDuration(input, plan.throughput.samplesPerSecond, notes);
  const derivation: Derivation[] = [];
  if (input.explain && running !== undefined && point !== undefined) {
    derivation.push(...explainSamples(running, point, plan));
    if (demand.load !== undefined && sizedForLoad(input) && input.perDevice !== true)
      derivation.push(...explainFleet(plan, demand.load.peak, demand.utilization));
  }
  const memoryPlan: MemoryPlan = {
    perAcceleratorBytes: memory.perAcceleratorBytes,
    capacityBytes: memory.capacityBytes,
    verdict: memory.verdict,
    partsBytes: memory.parts,
  };
  if (accelerator.memoryBytes === undefined) {
    notes.unknown.push({
      path: input.perDevice === true ? 'edge.device' : 'target.accelerator',
      why: `No source states the memory of ${accelerator.id}.`,
    });
  }
  return {
    value: {
      plan,
      memory: memoryPlan,
      acceleratorsPerReplica: 1,
      parallelism: { tensor: 1, pipeline: 1, expert: 1, attentionData: 1 },
      count: fleet.count,
      averageCount: fleet.averageCount,
      ...duration,
      latencyLimited: point !== undefined && limit !== undefined && point.batch < servingFitted.samples.maxBatch,
    },
    derivation,
    assumptions: notes.assumptions,
    unknown: notes.unknown,
  };
}

function settingOf(
  input: ServingInput,
  weights: Parameters<typeof arithmeticFor>[1],
  notes: Notes,
): SampleSetting | undefined {
  const { model, serving, placement } = input;
  const { accelerator } = placement;
  const flops = flopsOfSample(model, serving.inputTokens);
  if (flops === undefined) {
    notes.unknown.push({
      path: 'model.flopsPerSample',
      why: 'Without the operations of a forward pass over one sample the speed is not known.',
    });
  }
  const arithmetic = arithmeticFor(accelerator, weights, input.engineFact);
  if (arithmetic === undefined) {
    notes.unknown.push({
      path: input.perDevice === true ? 'edge.device' : 'target.accelerator',
      why: `No source states the peak of ${accelerator.id} in ${weights}.`,
    });
  }
  if (flops === undefined || arithmetic === undefined) return undefined;
  return {
    model,
    accelerator,
    arithmetic,
    flopsPerSample: flops,
    share: sampleShare(model, accelerator),
    fixedSeconds: fixedSeconds(model, accelerator, arithmetic),
  };
}

const FITTED_CHIPS = new Set(['nvidia-hopper', 'nvidia-ada']);

function widthOf(input: ServingInput, setting: SampleSetting | undefined, batch: number): number {
  const widths = servingFitted.rangeFactors;
  const { accelerator } = input.placement;
  const all = [widths.samples, input.phase === 'inference' ? widths.samplesServed : 1];
  if (!isFittedFamily(input.model.family)) all.push(widths.otherFamily);
  if (accelerator.class === 'edge') all.push(widths.edge);
  else if (!FITTED_CHIPS.has(accelerator.family)) all.push(widths.unseenFamily);
  if (setting?.arithmetic.derived === true || setting?.arithmetic.weightOnly === true) all.push(widths.unseenFamily);
  // Few samples a step leave a device mostly idle, by how much depends on the network.
  if (batch < 8) all.push(widths.edge);
  return combineFactors(all);
}
