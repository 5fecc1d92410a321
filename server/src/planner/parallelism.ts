/**
 * Splits of a training run over its accelerators: all valid ones within what the manifest states, and the fastest that fits.
 * The choice is what "only model, chip and count given" rests on; people do not run the optimum, so its speed is lowered
 * by a fitted factor.
 */
import type { Training } from '../manifest/schema.ts';
import { activationBytes, fixedParts, totalOf } from './memory-training.ts';
import type { ModelShape } from './model-shape.ts';
import { microBatchesOf, stepTime, type StepMachine } from './training-step.ts';
import {
  splitsByDataAlone,
  virtualStagesOf,
  type Recompute,
  type Sharding,
  type TrainingSettings,
} from './training-settings.ts';
import type { Parallelism, Placement } from './types.ts';

export interface SplitSearch {
  readonly shape: ModelShape;
  readonly settings: TrainingSettings;
  readonly stated: Training['parallelism'];
  readonly placement: Pick<Placement, 'count' | 'nodes' | 'fastDomain' | 'perNode'>;
  readonly machine: StepMachine;
  /** Memory of the device; undefined: nothing is dropped for memory. */
  readonly capacityBytes: number | undefined;
  /** Ends of the memory's range over its middle. */
  readonly memoryFactors: { readonly low: number; readonly high: number };
}

export interface ChosenSplit {
  readonly parallelism: Parallelism;
  readonly recompute: Recompute;
  readonly microBatches: number;
  /** False when no split fits: the one that needs least memory is returned. */
  readonly fits: boolean;
  /** True when tensor, pipeline, context or expert parallelism was chosen and not stated. */
  readonly chosen: boolean;
}

/** Splits by tensor, pipeline, context and expert; data is what remains of the count. */
export interface Split {
  readonly tensor: number;
  readonly pipeline: number;
  readonly context: number;
  readonly expert: number;
  readonly data: number;
}

const TENSOR = [1, 2, 4, 8, 16, 32, 64];
const PIPELINE = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64];
const CONTEXT = [1, 2, 4, 8, 16, 32];
const LONG_SEQUENCE = 16_384;

/**
 * All valid splits of `count` accelerators: tensor within the fast domain and dividing the heads, pipeline at most the layers,
 * expert dividing the experts, context only for long sequences unless stated. Empty when what is stated does not divide.
 */
export function enumerateSplits(
  shape: ModelShape,
  stated: Training['parallelism'],
  placement: Pick<Placement, 'count' | 'fastDomain'>,
  sequenceLength: number,
): Split[] {
  const count = Math.max(1, Math.floor(placement.count));
  const tensors = options(
    stated?.tensor,
    TENSOR.filter((t) => t <= placement.fastDomain && t <= 16 && shape.heads % t === 0),
  );
  const pipelines = options(
    stated?.pipeline,
    PIPELINE.filter((p) => p <= shape.layers),
  );
  const contexts = options(
    stated?.context,
    CONTEXT.filter((c) => c === 1 || sequenceLength / c >= LONG_SEQUENCE / 2),
  );
  const splits: Split[] = [];
  for (const tensor of tensors) {
    for (const pipeline of pipelines) {
      for (const context of contexts) {
        const model = tensor * pipeline * context;
        if (model > count || count % model !== 0) continue;
        const data = count / model;
        if (typeof stated?.data === 'number' && stated.data !== data) continue;
        for (const expert of expertOptions(shape, stated, count / pipeline)) {
          splits.push({ tensor, pipeline, context, expert, data });
        }
      }
    }
  }
  return splits;
}

function options(stated: number | 'auto' | undefined, all: number[]): number[] {
  return typeof stated === 'number' ? [stated] : all;
}

function expertOptions(shape: ModelShape, stated: Training['parallelism'], ranks: number): number[] {
  if (!shape.isMoe) return [1];
  if (typeof stated?.expert === 'number') return [stated.expert];
  const all: number[] = [];
  for (let expert = 1; expert <= Math.min(shape.experts, ranks); expert *= 2) {
    if (shape.experts % expert === 0 && ranks % expert === 0) all.push(expert);
  }
  return all.length > 4 ? all.slice(-4) : all;
}

/**
 * The fastest split that fits for certain (high end of its memory), else the fastest whose middle fits, else the one that
 * needs least memory; undefined when no split divides the count. Only one split possible: what is left open of it.
 */
export function chooseSplit(search: SplitSearch): ChosenSplit | undefined {
  const { sequenceLength } = search.settings;
  const open = enumerateSplits(search.shape, search.stated, search.placement, sequenceLength);
  const all = splitsByDataAlone(search.settings)
    ? enumerateSplits(search.shape, byDataAlone(search.stated), search.placement, sequenceLength)
    : open;
  const { batchSize } = search.settings;
  // More replicas than sequences in a step would leave devices without work.
  const busy = batchSize === undefined ? all : all.filter((split) => split.data <= batchSize);
  const splits = busy.length > 0 ? busy : all;
  // A split that the manifest states is one that somebody runs: the least recomputation that may fit is what they use.
  // One device alone is no statement: there the micro-batch is chosen as anywhere else.
  const chosen = open.length > 1 || (search.stated === undefined && search.settings.microBatchSize === undefined);
  const rooms = chosen ? [search.memoryFactors.high, 1] : [search.memoryFactors.low];
  let found: Omit<ChosenSplit, 'chosen'> | undefined;
  for (const room of rooms) {
    found = fastest(search, splits, room);
    if (found?.fits === true) break;
  }
  return found === undefined ? undefined : { ...found, chosen };
}

/** What is not stated is one. */
function byDataAlone(stated: Training['parallelism']): Training['parallelism'] {
  return { tensor: 1, pipeline: 1, context: 1, expert: 1, ...stated };
}

function fastest(search: SplitSearch, splits: readonly Split[], room: number): Omit<ChosenSplit, 'chosen'> | undefined {
  const { shape, settings, placement } = search;
  const capacity = (search.capacityBytes ?? Infinity) / room;
  const recomputes = recomputeOptions(settings);
  const shortest = leastSecondsPerSequence(search);
  let best: Candidate | undefined;
  let bestTime = Infinity;
  let smallest: Candidate | undefined;
  let smallestBytes = Infinity;
  for (const split of splits) {
    if (shortest * leastBubble(split, settings, shape.layers) >= bestTime) continue;
    const micros = microOptions(settings, split);
    for (const sharding of shardingOptions(settings, split)) {
      const fixed = fixedParts(shape, settings, withMicro(split, sharding, 1), placement.nodes);
      const hopeless = totalOf(fixed, 0) > capacity;
      if (hopeless && (best !== undefined || totalOf(fixed, 0) > smallestBytes)) continue;
      for (const microBatchSize of micros) {
        const parallelism = withMicro(split, sharding, microBatchSize);
        const microBatches = microBatchesOf(parallelism, settings.batchSize);
        for (const recompute of recomputes) {
          const activations = activationBytes(shape, settings, parallelism, recompute, microBatches);
          const bytes = totalOf(fixed, activations);
          if (bytes > capacity) {
            if (best === undefined && bytes < smallestBytes) {
              smallestBytes = bytes;
              smallest = { parallelism, recompute, microBatches };
            }
            continue;
          }
          const sequences = microBatches * microBatchSize * split.data;
          const time =
            stepTime(shape, settings, parallelism, recompute, search.machine, microBatches).seconds / sequences;
          if (time < bestTime) {
            bestTime = time;
            best = { parallelism, recompute, microBatches };
          }
          // More recomputation only costs time once a lesser one fits.
          break;
        }
      }
    }
  }
  const found = best ?? smallest;
  return found === undefined ? undefined : { ...found, fits: best !== undefined };
}

type Candidate = Pick<ChosenSplit, 'parallelism' | 'recompute' | 'microBatches'>;

function withMicro(split: Split, sharding: Sharding, microBatchSize: number): Parallelism {
  const { tensor, pipeline, data, context, expert } = split;
  return { tensor, pipeline, data, context, expert, sharding, microBatchSize };
}

/** Seconds a sequence takes on all accelerators when nothing is communicated and weights are read as rarely as can be: no split is faster. */
function leastSecondsPerSequence({ shape, settings, machine, placement }: SplitSearch): number {
  const microBatchSize = settings.microBatchSize ?? Math.max(...microSizes(settings));
  const alone: Parallelism = {
    tensor: 1,
    pipeline: 1,
    data: 1,
    context: 1,
    expert: 1,
    sharding: 'none',
    microBatchSize,
  };
  const step = stepTime(shape, settings, alone, 'none', machine, 1);
  return (step.compute + step.traffic) / (microBatchSize * Math.max(1, placement.count));
}

/** The bubble of a split with as many micro-batches as the batch allows, as a factor on time. */
function leastBubble(split: Split, settings: TrainingSettings, layers: number): number {
  if (split.pipeline === 1) return 1;
  const most =
    settings.batchSize === undefined ? 4 * split.pipeline : Math.max(1, Math.ceil(settings.batchSize / split.data));
  return 1 + (split.pipeline - 1) / (most * virtualStagesOf(settings, layers, split.pipeline));
}

function recomputeOptions(settings: TrainingSettings): readonly Recompute[] {
  return settings.recompute === undefined ? ['none', 'selective', 'full'] : [settings.recompute];
}

function shardingOptions(settings: TrainingSettings, split: Split): readonly Sharding[] {
  if (settings.sharding !== undefined) return [settings.sharding];
  if (split.data * split.context === 1) return ['none'];
  // A pipeline keeps gathered what FSDP would shard: nothing to gain.
  return split.pipeline > 1 ? ['zero1'] : ['zero1', 'fsdp'];
}

function microOptions(settings: TrainingSettings, split: Split): readonly number[] {
  if (settings.microBatchSize !== undefined) return [settings.microBatchSize];
  const most = settings.batchSize === undefined ? 16 : Math.max(1, Math.floor(settings.batchSize / split.data));
  const fitting = microSizes(settings).filter((micro) => micro <= most);
  return fitting.length === 0 ? [1] : fitting;
}

function microSizes({ sequenceLength }: TrainingSettings): readonly number[] {
  return sequenceLength >= 8192 ? [1, 2] : sequenceLength >= 2048 ? [1, 2, 4] : [1, 4, 16];
}
