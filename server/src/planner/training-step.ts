/**
 * Time of one training step on one split: compute, memory traffic, communication and fixed cost, in seconds.
 * The form and its parameters were fitted on published runs (`data/fitted.json`).
 */
import type { Accelerator } from '../catalog/types.ts';
import { TRAINING_SPEED as FIT } from './fitted.ts';
import { shardStage } from './memory-training.ts';
import type { ModelShape } from './model-shape.ts';
import { referenceNetwork } from './network.ts';
import { powerRatio } from './power.ts';
import { effectiveSequence, linearPeak, sixteenBitPeak } from './training-flops.ts';
import { virtualStagesOf, type Recompute, type TrainingSettings } from './training-settings.ts';
import type { Parallelism, Placement } from './types.ts';

/** What of a chip and its links the step time needs, computed once for a search over splits. */
export interface StepMachine {
  /** Linear layers: FLOP/s at the achievable share. */
  readonly linear: number;
  /** Attention and head: 16 bit at the achievable share. */
  readonly sixteen: number;
  readonly bandwidth: number;
  readonly link: number;
  readonly network: number;
  readonly perNode: number;
  readonly fastDomain: number;
  readonly count: number;
}

export interface StepTime {
  readonly seconds: number;
  readonly compute: number;
  readonly traffic: number;
  readonly tensor: number;
  readonly expert: number;
  readonly sharding: number;
  readonly bubble: number;
  readonly microBatches: number;
}

/** A PCIe 4 x16 slot, one direction, where no link is stated. */
export const ASSUMED_LINK = 31e9;

/** Undefined when peak or bandwidth of the chip is not known. `efficiency` scales the achievable share. */
export function stepMachine(placement: Placement, settings: TrainingSettings, efficiency = 1): StepMachine | undefined {
  const chip = placement.accelerator;
  const linear = linearPeak(chip, settings);
  const sixteen = sixteenBitPeak(chip) ?? linear;
  const bandwidth = chip.memoryBandwidthBytesPerSecond;
  if (linear === undefined || sixteen === undefined || bandwidth === undefined || bandwidth <= 0) return undefined;
  const share = peakShare(chip, sixteen / bandwidth, settings) * efficiency;
  return {
    linear: linear * share,
    sixteen: Math.min(sixteen, linear) * share,
    bandwidth,
    link: placement.linkBytesPerSecond ?? chip.linkBytesPerSecond ?? ASSUMED_LINK,
    network: placement.networkBytesPerSecond ?? referenceNetwork(chip, placement.perNode),
    perNode: Math.max(1, placement.perNode),
    fastDomain: Math.max(1, placement.fastDomain),
    count: Math.max(1, placement.count),
  };
}

/** η = η₀·(balance ÷ 250)^−γ · chip · stack. */
export function peakShare(chip: Accelerator, flopsPerByte: number, settings: TrainingSettings): number {
  const share = FIT.peakShare * (flopsPerByte / FIT.balanceReferenceFlopsPerByte) ** -FIT.balanceExponent;
  return Math.min(share * familyShare(chip, settings), FIT.mostShare);
}

/** What is left of the share by maker, generation and software; chips and software without measurements take priors (`data/fitted.json`). */
function familyShare(chip: Accelerator, { kind, stack, method }: TrainingSettings): number {
  const { chips, stacks } = FIT;
  const { family, id } = chip;
  let share = powerRatio(chip) ** FIT.powerExponent;
  if (chip.class === 'tpu') share *= chips.tpu;
  else if (id.startsWith('trainium')) share *= id === 'trainium1' ? chips.trainium1 : chips.trainiumLater;
  else if (family.startsWith('amd')) share *= chips.amd;
  else if (family.startsWith('intel')) share *= chips.gaudi;
  else if (family === 'nvidia-volta' || family === 'nvidia-turing') share *= chips.beforeAmpere;
  const isRecent = family === 'nvidia-hopper' || family.startsWith('nvidia-blackwell');
  // The papers of the Ampere years ran the kernels of those years.
  if (family === 'nvidia-ampere' && (kind === 'tuned' || kind === 'deepspeed')) share *= chips.megatronOnAmpere;
  if (kind === 'deepspeed') share *= stacks.deepspeed;
  if (kind === 'native' || kind === 'huggingface')
    share *= stacks.native * (isRecent ? stacks.nativeOnHopperAndLater : 1);
  if (stack === 'huggingface') share *= stacks.huggingface;
  // Adapters are a beaten track on GPUs alone.
  if (method !== 'full' && chip.class !== 'gpu') share *= stacks.adaptersElsewhere;
  return share;
}

/** Micro-batches that one replica runs in a step. */
export function microBatchesOf(split: Parallelism, batchSize: number | undefined): number {
  const replica = split.data * split.microBatchSize;
  if (batchSize === undefined) return Math.max(1, split.pipeline > 1 ? 4 * split.pipeline : 1);
  return Math.max(1, Math.ceil(batchSize / replica));
}

/** Seconds of one global step. The core of the search: no allocation but its result. */
export function stepTime(
  shape: ModelShape,
  settings: TrainingSettings,
  split: Parallelism,
  recompute: Recompute,
  machine: StepMachine,
  microBatches: number,
): StepTime {
  const { tensor: t, pipeline: p, context: c, expert: e } = split;
  const { layers, hidden } = shape;
  const frozen = settings.method !== 'full';
  const again = recompute === 'full' ? 1 : 0;
  const passes = (frozen ? 2 : 3) + again;
  const tokens = (split.microBatchSize * settings.sequenceLength) / c;
  const model = t * p;

  const moe = 1 - shape.routedShare + shape.routedShare / FIT.moeGemmShare;
  const linear = (2 * tokens * shape.linear * moe * passes) / (model * machine.linear);
  const head = (2 * (frozen ? 2 : 3) * tokens * shape.vocab * hidden) / (model * machine.sixteen);
  const seen = effectiveSequence(shape, settings.sequenceLength);
  const attention =
    (2 * tokens * seen * shape.heads * shape.headDim * layers * (3.5 + again)) /
    (model * machine.sixteen * FIT.attentionShare);
  const compute = linear + head + attention;

  const elementwise =
    (FIT.elementwiseBytes * tokens * hidden * layers +
      FIT.elementwiseMoeBytes * tokens * shape.expertsPerToken * hidden * shape.moeLayers) *
    (1 + again / 3);
  const logits = FIT.logitBytes * tokens * shape.vocab;
  // Weights are read forward and backward, gradients added up, once a micro-batch: dear where an expert sees few tokens.
  const read =
    settings.method === 'qlora' ? FIT.quantisedWeightBytes : frozen ? FIT.frozenWeightBytes : FIT.weightBytes;
  const weights = read * heldParameters(shape, split);
  const traffic = ((elementwise + logits) / model + weights) / (machine.bandwidth * FIT.bandwidthShare);
  const launch = (FIT.launchSecondsPerLayer * (layers + 2 * shape.moeLayers)) / p;

  const tensorLink = t <= machine.fastDomain ? machine.link * FIT.tensorLinkShare : machine.network * FIT.networkShare;
  const tensor = t > 1 ? ((((4 + 2 * again) * 2 * (t - 1)) / t) * tokens * hidden * 2 * layers) / p / tensorLink : 0;
  const expert = e > 1 ? expertSeconds(shape, e, tokens / t, machine, again) / p : 0;
  const ring = c > 1 ? contextSeconds(shape, c, tokens, model, machine) : 0;

  const perMicro = compute + traffic + launch + tensor + expert + ring;
  const bubble = p > 1 ? (p - 1) / (microBatches * virtualStagesOf(settings, layers, p)) : 0;
  const shards = split.data * c;
  const stage = shardStage(split.sharding);
  const gradients = frozen ? 0 : 1;
  let busy = perMicro * microBatches * (1 + bubble);
  let sharding = 0;
  if (shards > 1) {
    // ZeRO-3 gathers twice and scatters once for every micro-batch (2 bytes each way); else gradients travel once a step.
    const times = stage === 3 && p === 1 ? microBatches : 1;
    const bytes = stage === 3 ? 4 + 2 * gradients : 6 * gradients;
    sharding = times * dataSeconds(shape, split, bytes, machine);
    busy = fourthRootSum(busy, sharding);
  }
  const trained = frozen ? 0 : (FIT.optimizerBytes * shape.parameters) / (stage >= 1 ? machine.count : model);
  const update = trained / (machine.bandwidth * FIT.optimizerBandwidthShare);
  const optimizer = settings.offload === 'none' ? update : offloadedUpdate(shape, settings, machine, microBatches);
  return {
    seconds: busy + optimizer + FIT.stepSeconds,
    compute,
    traffic,
    tensor,
    expert,
    sharding,
    bubble,
    microBatches,
  };
}

/**
 * Seconds of an update on the host: gradients down and weights up over PCIe, the host's own Adam (ZeRO-Offload, Ren et al.
 * 2021), and with `all` the weights up again for each pass of each micro-batch.
 */
function offloadedUpdate(
  shape: ModelShape,
  settings: TrainingSettings,
  machine: StepMachine,
  microBatches: number,
): number {
  const { pcieBytesPerSecond, hostSecondsPerParameter } = FIT.offload;
  const held = shape.parameters / machine.count;
  const perHost = held * Math.min(machine.count, machine.perNode);
  const frozen = settings.method !== 'full';
  const passes = settings.offload === 'all' ? 2 * microBatches : 0;
  const moved = ((frozen ? 0 : 4) + 2 * passes) * held;
  return moved / pcieBytesPerSecond + (frozen ? 0 : perHost * hostSecondsPerParameter);
}

/** `(a⁴ + b⁴)^¼`: the longer of two things that overlap, and a little of the shorter. */
function fourthRootSum(a: number, b: number): number {
  const longer = Math.max(a, b);
  const ratio = Math.min(a, b) / longer;
  const square = ratio * ratio;
  return longer * Math.sqrt(Math.sqrt(1 + square * square));
}

/** Dispatch and return of tokens to experts, forward and backward: in the fast domain, and min(k, nodes) copies outside. */
function expertSeconds(shape: ModelShape, group: number, tokens: number, machine: StepMachine, again: number): number {
  const trips = 4 + 2 * again;
  const bytes = tokens * shape.hidden * 2 * shape.moeLayers * trips;
  const inside =
    (bytes * shape.expertsPerToken * (Math.min(group, machine.fastDomain) - 1)) / Math.min(group, machine.fastDomain);
  const fast = inside / (machine.link * FIT.expertLinkShare);
  if (group <= machine.fastDomain) return fast;
  const domains = group / machine.fastDomain;
  const outside = bytes * Math.min(shape.expertsPerToken, domains) * ((domains - 1) / domains);
  return fast + outside / (machine.network * FIT.expertLinkShare);
}

/** Keys and values travel round the context group, forward and backward, half of it hidden behind attention. */
function contextSeconds(shape: ModelShape, group: number, tokens: number, model: number, machine: StepMachine): number {
  const bytes = 2 * tokens * shape.kvHeads * shape.headDim * 2 * shape.layers * 3 * (group - 1);
  const link = group <= machine.fastDomain ? machine.link : machine.network;
  return (0.5 * bytes) / model / (link * FIT.tensorLinkShare);
}

/** Parameters that one device computes with. */
function heldParameters(shape: ModelShape, split: Parallelism): number {
  const dense = shape.parameters - shape.expertParameters;
  return (
    dense / (split.tensor * split.pipeline) + shape.expertParameters / (split.pipeline * Math.max(split.expert, 1))
  );
}

/** Seconds to move `bytes` a parameter of one replica between its shards: through the fast links, and once into each machine. */
function dataSeconds(shape: ModelShape, split: Parallelism, bytes: number, machine: StepMachine): number {
  const volume = bytes * heldParameters(shape, split);
  const fast = volume / (machine.link * FIT.networkShare);
  if (machine.count <= machine.fastDomain) return fast;
  // The ranks of a machine that hold different parts share its network cards; equal parts enter the machine once.
  const node = Math.min(machine.fastDomain, machine.perNode === 1 ? 1 : Math.max(machine.perNode, machine.fastDomain));
  const parts = Math.min(node, Math.max(split.tensor, split.expert));
  return Math.max(fast, (volume * parts) / (machine.network * node * FIT.networkShare));
}
