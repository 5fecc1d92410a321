/** Speed of one replica of a language model: precision, split, batch, latencies. */
import type { Precision } from '../catalog/types.ts';
import { referenceNetwork } from './network.ts';
import { statedLoad } from './replicas.ts';
import { usableMemoryBytes } from './usable-memory.ts';
import {
  cacheTokens,
  candidateSplits,
  chooseBatch,
  engineMaxBatch,
  meetsLatency,
  replicaSize,
  sequenceTokens,
  type BatchChoice,
  weightsPerDevice,
} from './serving-batch.ts';
import {
  computeShare,
  engineClass,
  hostGeneration,
  operatingPoint,
  stageDevices,
  type StepSetting,
} from './serving-step.ts';
import type { Arithmetic } from './serving-precision.ts';
import type { LanguageShape } from './serving-shape.ts';
import type { ServingInput, ServingParallelism } from './serving-types.ts';

/** What the speed of a replica rests on, before a split is chosen. */
export interface LanguageProblem {
  readonly input: ServingInput;
  readonly shape: LanguageShape;
  readonly arithmetic: Arithmetic;
  readonly bandwidth: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Share of capacity at which waiting is stated. */
  readonly load: number;
}

export interface LanguageChoice extends BatchChoice {
  readonly setting: StepSetting;
  readonly parallelism: ServingParallelism;
  /** Tokens of cache of one replica; 0 when the memory is unknown or too small. */
  readonly cacheTokens: number;
  /** Requests of the mean length that the cache holds at once. */
  readonly mostSequences: number;
  /** One sequence of the longest context fits. */
  readonly holdsOne: boolean;
  /** The stated concurrency fits too. */
  readonly fits: boolean;
}

/** 16 bit, except TensorRT-LLM, which keeps the cache in 8 bit with weights of 8 bit or less. */
export function defaultCachePrecision(engine: string | undefined, weights: Precision): Precision {
  const small = weights === 'fp8' || weights === 'int8' || weights === 'fp4' || weights === 'int4';
  return engine === 'tensorrt-llm' && small ? 'fp8' : 'bf16';
}

/** One direction between the devices of one stage: the fast link inside its domain, the network beyond it. */
function linkBetween(input: ServingInput, devices: number): number | undefined {
  const { placement } = input;
  if (devices <= placement.fastDomain) return placement.linkBytesPerSecond ?? placement.accelerator.linkBytesPerSecond;
  return placement.networkBytesPerSecond ?? referenceNetwork(placement.accelerator, placement.perNode);
}

function settingFor(problem: LanguageProblem, parallelism: ServingParallelism): StepSetting | undefined {
  const { input, arithmetic } = problem;
  const devices = stageDevices(parallelism);
  const link = devices === 1 ? Number.POSITIVE_INFINITY : linkBetween(input, devices);
  if (link === undefined || link <= 0) return undefined;
  const hits = input.serving.cache?.prefixHitRate ?? 0;
  return {
    shape: problem.shape,
    accelerator: input.placement.accelerator,
    bandwidth: problem.bandwidth,
    arithmetic,
    parallelism,
    linkBytesPerSecond: link,
    engineClass: engineClass(input.engine),
    hostGeneration: hostGeneration(input.engine, input.serving.engineVersion),
    // The last token of a prompt is always computed.
    prefillTokens: Math.max(1, problem.inputTokens * (1 - hits)),
    inputTokens: problem.inputTokens,
    outputTokens: problem.outputTokens,
    computeShare: computeShare(input.placement.accelerator, arithmetic, engineClass(input.engine)),
  };
}

function evaluate(problem: LanguageProblem, parallelism: ServingParallelism): LanguageChoice | undefined {
  const setting = settingFor(problem, parallelism);
  if (setting === undefined) return undefined;
  const { input } = problem;
  const { serving } = input;
  const tokens = cacheTokens(setting, input.model, input.engine, serving.memoryShare);
  const each = sequenceTokens(setting, input.model);
  const holdsOne = tokens >= Math.max(serving.maxContext ?? 0, each);
  const mostSequences = Math.floor(tokens / each);
  const fits = holdsOne && tokens >= each * (serving.concurrency ?? 1);
  if (serving.concurrency !== undefined) {
    // What the cache does not hold waits its turn.
    const held = input.placement.accelerator.memoryBytes === undefined ? Number.POSITIVE_INFINITY : mostSequences;
    const batch = Math.max(1, Math.min(serving.concurrency, held));
    const point = operatingPoint(setting, batch, 1);
    const meets = meetsLatency(operatingPoint(setting, batch, problem.load), serving.latency);
    return {
      point,
      meets,
      latencyLimited: false,
      setting,
      parallelism,
      cacheTokens: tokens,
      mostSequences,
      holdsOne,
      fits,
    };
  }
  const latency = serving.latency;
  const choice = chooseBatch(
    setting,
    Math.min(engineMaxBatch(input.engine, input.placement.accelerator), tokens / each),
    latency,
    problem.load,
  );
  return { ...choice, setting, parallelism, cacheTokens: tokens, mostSequences, holdsOne, fits };
}

/** A larger replica is taken when each of its devices does this much more: memory was starving the batch. */
const WORTHWHILE = 1.15;

/**
 * The smallest split that fits and keeps the latencies; a larger one where the cache of the smaller is so short that each
 * device would do less than 1/1.15 of its work. When none fits (or none is fast enough) the best of what there is, with
 * `fits` or `meets` false. Undefined: no link between the devices is known.
 */
export function chooseLanguage(problem: LanguageProblem): LanguageChoice | undefined {
  const { input, shape } = problem;
  const fixed = input.count !== 'auto' && input.serving.autoscaling === undefined;
  const most = fixed ? Math.max(1, Number(input.count)) : Number.POSITIVE_INFINITY;
  const domain = Math.max(1, input.placement.fastDomain);
  let chosen: LanguageChoice | undefined;
  let largest: LanguageChoice | undefined;
  for (const parallelism of candidateSplits(input.serving.parallelism, shape.heads, shape.layers, domain, most)) {
    const choice = evaluate(problem, parallelism);
    if (choice === undefined) continue;
    // Stages over several machines are for models that are too large, not for a longer queue.
    if (parallelism.pipeline > 1 && largest?.parallelism.pipeline === 1 && largest.holdsOne) break;
    largest = choice;
    if (!choice.fits) continue;
    if (chosen === undefined || (!chosen.meets && choice.meets)) chosen = choice;
    else if (chosen.meets && carriesLoad(chosen, problem)) break;
    else if (chosen.meets === choice.meets && perDevice(choice) > WORTHWHILE * perDevice(chosen)) chosen = choice;
    else if (chosen.meets) break;
  }
  return chosen ?? largest;
}

/** Weights that take more of a device leave its cache to chance. */
const ROOMY = 0.75;

/** A stated fleet that answers its peak in the smallest replicas is best left in many of them, where they are not cramped. */
function carriesLoad(choice: LanguageChoice, { input, load }: LanguageProblem): boolean {
  const memory = usableMemoryBytes(input.placement.accelerator) ?? 0;
  if (weightsPerDevice(choice.setting) > ROOMY * memory) return false;
  const peak = statedLoad(input.serving.requests)?.peak;
  if (peak === undefined || input.count === 'auto' || input.serving.autoscaling !== undefined) return false;
  return Math.floor(input.count / replicaSize(choice.parallelism)) * choice.point.requestsPerSecond * load >= peak;
}

function perDevice(choice: LanguageChoice): number {
  return choice.point.requestsPerSecond / replicaSize(choice.parallelism);
}
