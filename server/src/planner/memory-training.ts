/**
 * Memory of training on the worst rank: states, activations, the gathered layer, logits and what the framework takes.
 * Formulas: `docs/formulas.md` (Korthikanti et al. 2022 for activations, Rajbhandari et al. 2020 for ZeRO), constants
 * fitted on published peaks (`data/fitted.json`).
 */
import { TRAINING_MEMORY as FIT, pair } from './fitted.ts';
import { shapeOf, type ModelShape } from './model-shape.ts';
import { scale } from './range.ts';
import { virtualStagesOf, type Recompute, type TrainingSettings } from './training-settings.ts';
import type { MemoryParts, ModelFacts, Parallelism, Placement, Range } from './types.ts';

export interface TrainingMemoryInput {
  readonly model: ModelFacts;
  readonly settings: TrainingSettings;
  readonly parallelism: Parallelism;
  /** Recompute that was chosen where the manifest states none. */
  readonly recompute: Recompute;
  readonly placement: Pick<Placement, 'accelerator' | 'nodes' | 'count'>;
  /** Micro-batches a replica runs in one step; bounds what a pipeline keeps in flight. */
  readonly microBatches?: number;
}

export interface TrainingMemory {
  readonly perAcceleratorBytes: Range;
  readonly parts: MemoryParts;
}

/** Bytes per parameter of a trained parameter: weights, gradients, optimizer states (master copy included). */
export interface StateBytes {
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
}

/** Memory on the worst rank, as a range. Undefined for models whose dimensions are not known. */
export function trainingMemory(input: TrainingMemoryInput): TrainingMemory | undefined {
  const shape = shapeOf(input.model);
  const parts =
    shape === undefined
      ? undefined
      : trainingMemoryParts(shape, input.settings, input.parallelism, input.recompute, {
          nodes: input.placement.nodes,
          microBatches: input.microBatches ?? input.parallelism.pipeline,
        });
  if (parts === undefined) return undefined;
  const range = scale(memoryFactors(input.model, input.settings, input.placement.accelerator), totalBytes(parts));
  return { perAcceleratorBytes: range, parts };
}

/** Factors of the range round the middle; wider for assumed dimensions, software that is not stated, and chips without measured rows. */
export function memoryFactors(model: ModelFacts, settings: TrainingSettings, chip: Placement['accelerator']): Range {
  let [low, high] = pair(FIT.range);
  if (model.assumptions.length > 0) {
    low /= FIT.assumedDimensionsFactor;
    high *= FIT.assumedDimensionsFactor;
  }
  if (!settings.stackStated || chip.class !== 'gpu') {
    low /= FIT.unseenFactor;
    high *= FIT.unseenFactor;
  }
  if (settings.method !== 'full') {
    low /= FIT.frozenFactor;
    high *= FIT.frozenFactor;
  }
  return { low, mid: 1, high };
}

export function totalBytes(parts: MemoryParts): number {
  return parts.weights + parts.gradients + parts.optimizer + parts.activations + parts.kvCache + parts.overhead;
}

/** States by software and optimizer: mixed-precision AdamW takes 16 bytes (fp32 gradients: 18), pure 16-bit training 8. */
export function stateBytes(settings: TrainingSettings): StateBytes {
  const full = settings.precision === 'fp32' || settings.precision === 'tf32';
  const pure16 =
    !full && (settings.stack === 'torchtune' || settings.stack === 'unsloth' || settings.stack === 'litgpt');
  const fp32Weights = full || (!pure16 && (settings.kind === 'native' || settings.kind === 'huggingface'));
  const moments = momentBytes(settings.optimizer) * (pure16 ? 0.5 : 1);
  if (fp32Weights) return { weights: 4, gradients: 4, optimizer: moments };
  if (pure16) return { weights: 2, gradients: 2, optimizer: moments };
  const master = settings.optimizer === 'adamw-8bit' ? 0 : 4;
  const gradients = settings.kind === 'tuned' ? 4 : 2;
  return { weights: 2, gradients, optimizer: moments + master };
}

function momentBytes(optimizer: TrainingSettings['optimizer']): number {
  switch (optimizer) {
    case 'adamw':
    case 'adam':
    case 'other':
      return 8;
    case 'adamw-8bit':
      return 2.1;
    // Row and column means instead of a second moment.
    case 'adafactor':
      return 0.05;
    case 'lion':
    case 'sgd':
      return 4;
    // Momentum alone for the matrices, AdamW for embedding and head.
    case 'muon':
      return 4.5;
  }
}

/** Trainable parameters of LoRA: rank × (in + out) over the seven (dense) matrices of each layer. */
export function adapterParameters(shape: ModelShape, rank: number): number {
  const attention =
    2 * shape.hidden + 2 * shape.heads * shape.headDim + 2 * (shape.hidden + shape.kvHeads * shape.headDim);
  const feedForward = (shape.gated ? 3 : 2) * (shape.hidden + shape.activeWidth);
  return shape.layers * rank * (attention + feedForward);
}

export interface MemoryContext {
  readonly nodes: number;
  readonly microBatches: number;
}

/** The parts in bytes, worst rank. */
export function trainingMemoryParts(
  shape: ModelShape,
  settings: TrainingSettings,
  split: Parallelism,
  recompute: Recompute,
  context: MemoryContext,
): MemoryParts {
  const fixed = fixedParts(shape, settings, split, context.nodes);
  const activations = activationBytes(shape, settings, split, recompute, context.microBatches);
  const allocated = fixed.states + activations + fixed.gathered;
  return {
    weights: fixed.weights,
    gradients: fixed.gradients,
    optimizer: fixed.optimizer,
    activations,
    kvCache: 0,
    overhead: allocated * (FIT.allocatorFactor - 1) + fixed.gathered + fixed.base,
  };
}

export interface FixedParts {
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
  /** Sum of the three. */
  readonly states: number;
  readonly gathered: number;
  /** Context of the device and communication buffers. */
  readonly base: number;
}

/** What does not depend on micro-batch and recompute: the search over splits works it out once. */
export function fixedParts(
  shape: ModelShape,
  settings: TrainingSettings,
  split: Parallelism,
  nodes: number,
): FixedParts {
  const { weights, gradients, optimizer } = stateParts(shape, settings, split);
  const multiNode = nodes > 1 && settings.kind === 'deepspeed' ? FIT.multiNodeBytes : 0;
  return {
    weights,
    gradients,
    optimizer,
    states: weights + gradients + optimizer,
    gathered: gatheredBytes(shape, settings, split),
    base: FIT.baseBytes + multiNode,
  };
}

/** Total of `trainingMemoryParts` from its two halves. */
export function totalOf(fixed: FixedParts, activations: number): number {
  return (fixed.states + fixed.gathered + activations) * FIT.allocatorFactor + fixed.base;
}

function stateParts(shape: ModelShape, settings: TrainingSettings, split: Parallelism) {
  const bytes = stateBytes(settings);
  const replicas = split.data * split.context;
  // Experts are spread over the expert group, which is cut out of the tensor × data × context ranks.
  const expertReplicas = Math.max(1, (split.tensor * replicas) / split.expert);
  // The worst stage of a pipeline holds the most layers, and the embedding or the head as a whole.
  const pipelined = split.pipeline > 1;
  const most = pipelined ? Math.ceil(shape.layers / split.pipeline) / shape.layers : 1;
  const ends = pipelined ? Math.min(shape.embedding, shape.vocab * shape.hidden) : 0;
  const spread = pipelined ? shape.embedding : 0;
  const per = (parameters: number, routed: number, byReplica: boolean, whole = true): number =>
    (Math.max(0, parameters - routed - (whole ? spread : 0)) * most + (whole ? ends : 0)) /
      split.tensor /
      (byReplica ? replicas : 1) +
    (routed * most) / split.expert / (byReplica ? expertReplicas : 1);
  const stage = shardStage(split.sharding);
  // A pipeline under FSDP runs several micro-batches before it lets go: parameters and gradients stay gathered.
  const kept = split.pipeline > 1 && stage === 3 ? 1 : stage;
  const frozen = settings.method !== 'full';
  const trained = frozen ? adapterParameters(shape, settings.loraRank) : shape.parameters;
  const trainedRouted = frozen ? 0 : shape.expertParameters;
  const whole = !frozen;
  let weights = per(trained, trainedRouted, kept >= 3, whole) * bytes.weights;
  if (frozen) {
    const each = settings.method === 'qlora' ? FIT.nf4BytesPerParameter : 2;
    const sixteen = settings.method === 'qlora' ? shape.embedding : 0;
    weights += per(shape.parameters - sixteen, shape.expertParameters, stage >= 3, sixteen === 0) * each;
    weights += ((pipelined ? Math.min(sixteen, ends) : sixteen) * 2) / split.tensor / (stage >= 3 ? replicas : 1);
  }
  const gradients = per(trained, trainedRouted, kept >= 2, whole) * bytes.gradients;
  let optimizer = per(trained, trainedRouted, stage >= 1, whole) * bytes.optimizer;
  if (stage === 1 && settings.kind === 'deepspeed') {
    optimizer += per(trained, trainedRouted, false, whole) * FIT.zero1FlatBytesPerParameter;
  }
  if (settings.offload !== 'none') optimizer = 0;
  if (settings.offload === 'all') weights = Math.min(weights, (weights * 2) / shape.layers);
  return { weights, gradients, optimizer };
}

/** ZeRO stage: 0 replicated, 1 optimizer, 2 and gradients, 3 and parameters (FSDP). */
export function shardStage(sharding: Parallelism['sharding']): 0 | 1 | 2 | 3 {
  switch (sharding) {
    case 'none':
    case 'ddp':
      return 0;
    case 'zero1':
      return 1;
    case 'zero2':
      return 2;
    case 'zero3':
    case 'fsdp':
      return 3;
  }
}

/** Under ZeRO-3 two layers are gathered in 16 bit while their gradients are whole; a pipeline keeps them gathered in its states. */
function gatheredBytes(shape: ModelShape, settings: TrainingSettings, split: Parallelism): number {
  if (shardStage(split.sharding) < 3 || split.pipeline > 1 || split.data * split.context <= 1) return 0;
  const experts = shape.expertParameters / (shape.layers * split.expert);
  const dense =
    Math.max(0, shape.parameters - shape.expertParameters - shape.embedding) / (shape.layers * split.tensor);
  const layer = dense + experts;
  const embedding = (shape.vocab * shape.hidden) / split.tensor;
  const bytes = settings.method === 'full' ? 2 * 2 + 2 : 2 * 2;
  return layer * bytes + embedding * 2;
}

/**
 * QLoRA computes on 16-bit copies of its four-bit weights; some layers' worth of them is alive at the peak, and only the one at work
 * where each layer is recomputed.
 */
function dequantisedBytes(
  shape: ModelShape,
  settings: TrainingSettings,
  split: Parallelism,
  recompute: Recompute,
): number {
  if (settings.method !== 'qlora') return 0;
  const layer = Math.max(0, shape.parameters - shape.embedding) / shape.layers / split.tensor;
  return 2 * layer * Math.min(recompute === 'full' ? 1 : FIT.nf4LiveLayers, shape.layers);
}

/** Bytes a token leaves behind in one layer, nothing recomputed, flash attention; `tensor` and sequence parallelism applied. */
export function layerBytesPerToken(shape: ModelShape, settings: TrainingSettings, tensor: number): number {
  const { hidden: h, activeWidth: f } = shape;
  const heads = shape.heads * shape.headDim;
  const keyValue = shape.kvHeads * shape.headDim;
  if (settings.kind === 'huggingface') {
    const feedForward = (shape.gated ? 8 : 4) * f;
    const each = 18 * h + 2 * (heads + 2 * keyValue) + 2 * (heads + keyValue) + 2 * heads + feedForward;
    const factor = FIT.huggingFaceActivations * (settings.method === 'full' ? 1 : FIT.frozenActivations);
    return (each / tensor) * factor;
  }
  const frozen = settings.method === 'full' ? 1 : FIT.frozenActivations;
  // Gate, up and their product where the feed-forward is gated, else what goes in and out of its activation.
  const sharded = 18 * h + (shape.gated ? 6 : 4) * f;
  const each = settings.sequenceParallel ? sharded / tensor : 10 * h + (sharded - 10 * h) / tensor;
  return each * FIT.megatronActivations * frozen;
}

/** Activations and logits on the worst stage, with the copies that QLoRA computes on. */
export function activationBytes(
  shape: ModelShape,
  settings: TrainingSettings,
  split: Parallelism,
  recompute: Recompute,
  microBatches: number,
): number {
  const tokens = (settings.sequenceLength * split.microBatchSize) / split.context;
  const whole = layerBytesPerToken(shape, settings, split.tensor);
  const checkpoint = (2 * shape.hidden) / (settings.sequenceParallel ? split.tensor : 1);
  const share = settings.kind === 'native' || settings.kind === 'huggingface' ? FIT.selectiveShareFsdp : 1;
  const kept = recompute === 'full' ? checkpoint : recompute === 'selective' ? whole * share : whole;
  const live = recompute === 'full' ? whole : 0;
  const layers = Math.ceil(shape.layers / split.pipeline);
  const inFlight = Math.min(Math.max(1, microBatches), split.pipeline);
  const v = virtualStagesOf(settings, shape.layers, split.pipeline);
  const interleave = split.pipeline > 1 && v > 1 ? 1 + (split.pipeline - 1) / (split.pipeline * v) : 1;
  const offloaded = settings.offload === 'all' ? 0.5 : 1;
  const oneMicroBatch = tokens * kept * layers * offloaded;
  const first = oneMicroBatch * inFlight * interleave + tokens * live;
  const logits = (FIT.logitBytes * tokens * shape.vocab) / split.tensor;
  // The last stage holds one micro-batch and the logits, the first one all that are in flight.
  const copies = dequantisedBytes(shape, settings, split, recompute);
  return Math.max(first, oneMicroBatch + tokens * live + logits) + copies;
}
