/** Training of one workload on one placement: split, memory, step time, duration, faults, with how each was found. */
import type { Training } from '../manifest/schema.ts';
import { TRAINING_RANGE, TRAINING_SPEED } from './fitted.ts';
import { checkpointOptimum, type CheckpointOptimum } from './faults.ts';
import { adapterParameters, memoryFactors, trainingMemory } from './memory-training.ts';
import { judge } from './memory-serving.ts';
import { shapeOf, type ModelShape } from './model-shape.ts';
import { referenceNetwork } from './network.ts';
import { chooseSplit, type ChosenSplit } from './parallelism.ts';
import { divide, exact, mapRange, scale } from './range.ts';
import { deriveTraining } from './training-derivation.ts';
import { flopsPerToken, nominalPeak } from './training-flops.ts';
import {
  emptyEstimate,
  faultInput,
  planOf,
  type TrainingEstimate,
  type TrainingEstimateInput,
  type TrainingSpeed,
} from './training-plan.ts';
import { estimateSamplesTraining } from './training-samples.ts';
import { resolveTrainingSettings, type TrainingSettings } from './training-settings.ts';
import { speedFactors } from './training-range.ts';
import { stepMachine, stepTime, type StepTime } from './training-step.ts';
import type { Assumption, Explained, MemoryPlan, Placement, Range, Unknown } from './types.ts';
import { usableMemoryBytes } from './usable-memory.ts';

export type { TrainingEstimate, TrainingEstimateInput, TrainingSpeed } from './training-plan.ts';

/**
 * Estimates a training run. Quantities whose facts are missing are null with an entry in `unknown`. Seconds, bytes, tokens
 * per second and accelerator; ranges hold the truth four times out of five.
 */
export function estimateTraining(
  input: TrainingEstimateInput & { readonly speeds?: PlacementSpeeds },
): Explained<TrainingEstimate> {
  const { model } = input;
  const shape = shapeOf(model);
  const language = model.family === 'transformer' || model.family === 'moe' || model.flopsPerSample === undefined;
  if (shape === undefined || !language) return estimateSamplesTraining(input, settingsOf(input));
  return estimateTokens(input, shape, input.speeds);
}

function settingsOf({ model, workload, placement }: TrainingEstimateInput): ReturnType<typeof resolveTrainingSettings> {
  return resolveTrainingSettings(
    workload.training ?? {},
    model,
    placement.accelerator,
    workload.phase === 'fine-tuning',
  );
}

/** What a run does on a placement, whatever may interrupt it: of one model and training on one chip, by `placementKey`. */
export type PlacementSpeeds = Map<string, PlacementSpeed>;

interface PlacementSpeed {
  readonly settings: TrainingSettings;
  readonly assumptions: readonly Assumption[];
  readonly unknown: readonly Unknown[];
  /** Absent: no split is valid. */
  readonly found?: {
    readonly chosen: ChosenSplit;
    readonly memory: MemoryPlan;
    readonly speed: TrainingSpeed | undefined;
    readonly tokens: number | undefined;
  };
}

function placementKey({ count, perNode, fastDomain, linkBytesPerSecond, networkBytesPerSecond }: Placement): string {
  return [count, perNode, fastDomain, linkBytesPerSecond, networkBytesPerSecond].join(' ');
}

function estimateTokens(
  input: TrainingEstimateInput,
  shape: ModelShape,
  speeds: PlacementSpeeds | undefined,
): Explained<TrainingEstimate> {
  const key = speeds ? placementKey(input.placement) : '';
  const on = speeds?.get(key) ?? placementSpeed(input, shape);
  speeds?.set(key, on);
  const { settings, found } = on;
  const assumptions = [...on.assumptions];
  const unknown = [...on.unknown];
  if (!found) {
    const value = emptyEstimate(settings, usableMemoryBytes(input.placement.accelerator));
    return { value, derivation: [], assumptions, unknown };
  }
  const { chosen, memory, speed, tokens } = found;
  const optimum = faultsOf(input, shape, settings);
  const { plan, faults } = planOf(input, speed, tokens, optimum, assumptions, unknown);
  const value: TrainingEstimate = {
    plan,
    parallelism: chosen.parallelism,
    recompute: chosen.recompute,
    memory,
    faults,
    settings,
  };
  const derivation = input.explain ? deriveTraining({ input, shape, settings, chosen, speed, tokens, value }) : [];
  return { value, derivation, assumptions, unknown };
}

function placementSpeed(input: TrainingEstimateInput, shape: ModelShape): PlacementSpeed {
  const { placement } = input;
  const training = input.workload.training ?? {};
  const chip = placement.accelerator;
  const resolved = settingsOf(input);
  const assumptions: Assumption[] = [...resolved.assumptions];
  const unknown: Unknown[] = [];
  const settings = withBatch(resolved.settings, input, shape, assumptions);
  const machine = stepMachine(placement, settings);
  if (machine === undefined) {
    unknown.push({ path: 'target.accelerator', why: `no peak or memory bandwidth is known for ${chip.name}` });
  }
  if (placement.nodes > 1 && placement.networkBytesPerSecond === undefined && placement.count > placement.fastDomain) {
    assumptions.push({
      path: 'target.interconnect',
      value: `${String(Math.round((referenceNetwork(chip, placement.perNode) * 8) / 1e9))} Gbit/s an accelerator`,
      why: 'the network between machines is not stated: that of the usual machine of this chip',
    });
  }
  const chosen = chooseSplit({
    shape,
    settings,
    stated: training.parallelism,
    placement,
    machine: machine ?? UNKNOWN_MACHINE,
    capacityBytes: usableMemoryBytes(chip),
    memoryFactors: memoryFactors(input.model, settings, chip),
  });
  if (chosen === undefined) {
    unknown.push({
      path: 'training.parallelism',
      why: `no split with what is stated divides ${String(placement.count)} accelerators`,
    });
    return { settings, assumptions, unknown };
  }
  assumeSplit(chosen, training, settings, assumptions);
  const memory = memoryOf(input, settings, chosen);
  const speed =
    machine === undefined
      ? undefined
      : speedOf(
          input,
          shape,
          settings,
          chosen,
          stepTime(shape, settings, chosen.parallelism, chosen.recompute, machine, chosen.microBatches),
        );
  const tokens = totalTokens(training, settings, chosen, unknown);
  return { settings, assumptions, unknown, found: { chosen, memory, speed, tokens } };
}

const UNKNOWN_MACHINE = {
  linear: 1e14,
  sixteen: 1e14,
  bandwidth: 1e12,
  link: 3e10,
  network: 1e10,
  perNode: 8,
  fastDomain: 8,
  count: 8,
};

/** A global batch where none is stated: that of GPT-3's table 2.1 by size for pretraining, one micro-batch a replica for fine-tuning. */
function withBatch(
  settings: TrainingSettings,
  input: TrainingEstimateInput,
  shape: ModelShape,
  assumptions: Assumption[],
): TrainingSettings {
  if (settings.batchSize !== undefined || input.workload.phase === 'fine-tuning') return settings;
  const tokens = shape.parameters >= 3e10 ? 4e6 : shape.parameters >= 5e9 ? 2e6 : shape.parameters >= 1e9 ? 1e6 : 5e5;
  const sequences = Math.max(1, Math.round(tokens / settings.sequenceLength));
  const batchSize = 2 ** Math.round(Math.log2(Math.max(sequences, input.placement.count)));
  assumptions.push({
    path: 'training.batchSize',
    value: batchSize,
    why: `about ${String(tokens / 1e6)}M tokens a step, usual for this size`,
  });
  return { ...settings, batchSize };
}

function assumeSplit(
  chosen: ChosenSplit,
  training: Training,
  settings: TrainingSettings,
  assumptions: Assumption[],
): void {
  const why = chosen.fits ? 'chosen: the fastest split that fits' : 'chosen: the split that needs least memory';
  const { parallelism: split } = chosen;
  const stated = training.parallelism;
  for (const key of ['tensor', 'pipeline', 'data', 'context', 'expert'] as const) {
    if (typeof stated?.[key] !== 'number' && split[key] !== 1) {
      assumptions.push({ path: `training.parallelism.${key}`, value: split[key], why });
    }
  }
  if (settings.sharding === undefined) assumptions.push({ path: 'training.sharding', value: split.sharding, why });
  if (settings.microBatchSize === undefined)
    assumptions.push({ path: 'training.microBatchSize', value: split.microBatchSize, why });
  if (settings.recompute === undefined)
    assumptions.push({ path: 'training.activationCheckpointing', value: chosen.recompute, why });
}

function memoryOf(input: TrainingEstimateInput, settings: TrainingSettings, chosen: ChosenSplit): MemoryPlan {
  const result = trainingMemory({
    model: input.model,
    settings,
    parallelism: chosen.parallelism,
    recompute: chosen.recompute,
    placement: input.placement,
    microBatches: chosen.microBatches,
  });
  const capacityBytes = usableMemoryBytes(input.placement.accelerator) ?? null;
  const range = result?.perAcceleratorBytes ?? null;
  return {
    perAcceleratorBytes: range,
    partsBytes: result?.parts ?? null,
    capacityBytes,
    verdict: judge(range, capacityBytes),
  };
}

function faultsOf(input: TrainingEstimateInput, shape: ModelShape, settings: TrainingSettings): CheckpointOptimum {
  const frozen = settings.method !== 'full';
  return checkpointOptimum(
    faultInput(input, frozen ? adapterParameters(shape, settings.loraRank) : shape.parameters, frozen),
  );
}

function speedOf(
  input: TrainingEstimateInput,
  shape: ModelShape,
  settings: TrainingSettings,
  chosen: ChosenSplit,
  step: StepTime,
): TrainingSpeed {
  const { placement } = input;
  const { parallelism: split } = chosen;
  const sequences = chosen.microBatches * split.microBatchSize * split.data;
  const flops = flopsPerToken(shape, settings.sequenceLength, settings.method !== 'full');
  const peak = nominalPeak(placement.accelerator, settings.precision);
  const chosenFactor = chosen.chosen ? TRAINING_SPEED.chosenShare : 1;
  let mid = ((sequences * settings.sequenceLength) / (step.seconds * placement.count)) * chosenFactor;
  let factors = speedFactors(input.model, settings, placement.accelerator, chosen.chosen);
  const efficiency = input.workload.training?.efficiency;
  if (efficiency !== undefined && efficiency > 0 && peak !== undefined) {
    mid = (Math.min(efficiency, 1) * peak) / flops;
    factors = { low: 1 / TRAINING_RANGE.statedEfficiencyFactor, high: TRAINING_RANGE.statedEfficiencyFactor };
  }
  const perAccelerator: Range = { low: mid * factors.low, mid, high: mid * factors.high };
  const total = scale(perAccelerator, placement.count);
  return {
    tokensPerSecondPerAccelerator: perAccelerator,
    stepSeconds: divide(exact(sequences * settings.sequenceLength), total),
    samplesPerSecond: scale(total, 1 / settings.sequenceLength),
    computeUtilization:
      peak === undefined ? null : mapRange(perAccelerator, (value) => Math.min(1, (value * flops) / peak)),
    step,
    flopsPerToken: flops,
  };
}

/** Absurd amounts stay finite in whatever is computed from them. */
const MOST_TOKENS = 1e200;

/** Tokens of the whole run: stated, samples × epochs × sequence, or steps × batch × sequence; undefined with an entry in `unknown`. */
function totalTokens(
  training: Training,
  settings: TrainingSettings,
  chosen: ChosenSplit,
  unknown: Unknown[],
): number | undefined {
  const usable = (value: number | undefined): value is number =>
    value !== undefined && Number.isFinite(value) && value > 0;
  if (usable(training.tokens)) return Math.min(training.tokens, MOST_TOKENS);
  if (usable(training.samples))
    return Math.min(training.samples * (training.epochs ?? 1) * settings.sequenceLength, MOST_TOKENS);
  if (usable(training.steps)) {
    const { data, microBatchSize } = chosen.parallelism;
    const sequences = training.steps * (settings.batchSize ?? data * microBatchSize * chosen.microBatches);
    return Math.min(sequences * settings.sequenceLength, MOST_TOKENS);
  }
  unknown.push({ path: 'training.tokens', why: 'how much is trained is not given: `tokens`, `samples` or `steps`' });
  return undefined;
}
