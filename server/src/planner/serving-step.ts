/**
 * Time of one engine step of a language model, as a sum (not a maximum) of arithmetic, weight reading, cache reading,
 * communication and work per sequence: `T = C + M + K + X + B·σ`. Symbols: B sequences decoding, n tokens in the step,
 * t tensor, p pipeline, F peak FLOP/s, W bandwidth, x̄ mean context of a decoding sequence.
 */
import type { Accelerator } from '../catalog/types.ts';
import { powerRatio } from './power.ts';
import { servingFitted } from './serving-fitted.ts';
import type { Arithmetic } from './serving-precision.ts';
import type { LanguageShape } from './serving-shape.ts';
import type { ServingParallelism } from './serving-types.ts';

export type EngineClass = 'tensorrt-llm' | 'llama.cpp' | 'neuron' | 'compiled' | 'unknown';

/** Everything that is fixed while the batch is swept. */
export interface StepSetting {
  readonly shape: LanguageShape;
  readonly accelerator: Accelerator;
  readonly bandwidth: number;
  readonly arithmetic: Arithmetic;
  readonly parallelism: ServingParallelism;
  /** One direction, between the devices that share a layer; needed when they are several. */
  readonly linkBytesPerSecond: number;
  readonly engineClass: EngineClass;
  readonly hostGeneration: 'early' | 'today';
  /** Of one request: input tokens that must be computed (prefix hits left out), all input tokens, output tokens. */
  readonly prefillTokens: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Sustained share of peak arithmetic. */
  readonly computeShare: number;
}

export interface StepParts {
  readonly compute: number;
  readonly weights: number;
  readonly cache: number;
  readonly communication: number;
  readonly sequences: number;
  readonly total: number;
}

export function engineClass(engine: string | undefined): EngineClass {
  switch (engine) {
    case 'tensorrt-llm':
    case 'llama.cpp':
    case 'neuron':
      return engine;
    case 'vllm':
    case 'sglang':
    case 'tgi':
    case 'jetstream':
      return 'compiled';
    default:
      return 'unknown';
  }
}

/** Devices that share the layers of one pipeline stage. */
export function stageDevices(parallelism: ServingParallelism): number {
  return Math.max(parallelism.tensor * parallelism.attentionData, parallelism.expert);
}

/**
 * η_c: share of peak by width of the arithmetic. A part that may draw fewer watts per FLOP than its generation's flagship
 * (PCIe, NVL, low profile) clocks down under load: the share falls with that ratio to the power 0.45.
 */
export function computeShare(accelerator: Accelerator, arithmetic: Arithmetic, engine: EngineClass): number {
  const { computeShare: shares, llamaCpp, vendorShare } = servingFitted.engine;
  const base = arithmetic.bits === 4 ? shares['4'] : arithmetic.bits === 8 ? shares['8'] : shares['16'];
  const vendors: Readonly<Record<string, number>> = vendorShare;
  const tuned = base * powerBalance(accelerator) * (vendors[accelerator.vendor] ?? 1);
  // The general kernels of llama.cpp gain only with the root of the peak.
  return engine === 'llama.cpp'
    ? Math.min(tuned, llamaCpp.rootTeraflops / Math.sqrt(arithmetic.peakFlops / 1e12))
    : tuned;
}

/** `min(1, (TDP/F) ÷ (TDP/F of the flagship))^0.45`; 1 where either is not known. */
export function powerBalance(accelerator: Accelerator): number {
  return Math.min(1, powerRatio(accelerator)) ** servingFitted.engine.balanceExponent;
}

/** GDDR reaches a larger share of its bandwidth than HBM does at batch one; unified memory lies between. */
function batchOneWeightShare(setting: StepSetting): number {
  const shares = servingFitted.batchOne.weightReadShare;
  const { accelerator } = setting;
  if (isUnified(accelerator)) return shares.unified;
  if (isGddr(setting)) return shares.gddr;
  if (setting.engineClass === 'llama.cpp') {
    return accelerator.family === 'nvidia-ampere' ? shares['hbm-ampere-llama.cpp'] : shares['hbm-llama.cpp'];
  }
  return setting.engineClass === 'neuron' ? shares.neuron : shares.hbm;
}

function isUnified(accelerator: Accelerator): boolean {
  return accelerator.class === 'edge' || accelerator.vendor === 'Apple';
}

/** Cards and workstation chips: what their memory delivers is less than any stack of HBM does. */
function isGddr({ accelerator, bandwidth }: StepSetting): boolean {
  return accelerator.class === 'gpu' && (accelerator.id.startsWith('rtx-') || bandwidth < 0.9e12);
}

function batchOneLayerSeconds(setting: StepSetting): number {
  const seconds = servingFitted.batchOne.layerSeconds;
  switch (setting.engineClass) {
    case 'neuron':
      return seconds.neuron;
    case 'llama.cpp':
      return isGddr(setting) ? seconds['llama.cpp'] : seconds['hbm-llama.cpp'];
    default: {
      const { experts, latent } = setting.shape;
      return seconds.compiled + (experts > 0 ? seconds.router : 0) + (latent ? seconds.latent : 0);
    }
  }
}

/** What the host adds to each step and to each sequence in it: its scheduler, sampling, detokenising. */
function hostSeconds({ engineClass: engine, hostGeneration }: StepSetting): {
  readonly step: number;
  readonly sequence: number;
} {
  const { host, sequenceSeconds } = servingFitted.engine;
  if (engine === 'tensorrt-llm' || engine === 'neuron') return { step: 0, sequence: sequenceSeconds };
  return host[hostGeneration];
}

/** Versions of vLLM before 0.6 are bound by their host; other engines and versions are taken as of today. */
export function hostGeneration(engine: string | undefined, version: string | undefined): 'early' | 'today' {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return engine === 'vllm' && major === '0' && Number(minor) < 6 ? 'early' : 'today';
}

/** Share of the routed experts that at least one of n tokens reaches: `1 − (1 − k/E)^n`. */
function expertsTouched(shape: LanguageShape, tokens: number): number {
  return shape.experts === 0 ? 0 : 1 - (1 - shape.expertsPerToken / shape.experts) ** tokens;
}

function weightBytesTouched(setting: StepSetting, tokens: number): number {
  const { shape, parallelism } = setting;
  const dense = shape.denseReadBytes / parallelism.tensor;
  const experts = (shape.expertBytes / stageDevices(parallelism)) * expertsTouched(shape, tokens);
  return (dense + experts) / parallelism.pipeline;
}

/** How many devices of a stage hold the same cache: tensor ranks beyond the key/value heads replicate them. */
export function cacheReplication(setting: Pick<StepSetting, 'shape' | 'parallelism'>): number {
  return Math.max(1, setting.parallelism.tensor / setting.shape.kvHeads);
}

function visible(shape: LanguageShape, context: number): number {
  return shape.slidingWindow === undefined ? context : Math.min(context, shape.slidingWindow);
}

/** One all-reduce after attention and one after the feed-forward, in each layer of a stage. */
function communication(setting: StepSetting, tokens: number, latency: number): number {
  const { shape, parallelism } = setting;
  const devices = stageDevices(parallelism);
  if (devices === 1) return 0;
  const bytes = ((2 * (devices - 1)) / devices) * tokens * shape.hiddenSize * 2;
  const wire = bytes / (setting.linkBytesPerSecond * servingFitted.engine.linkShare);
  return (2 * shape.layers * (latency + wire)) / parallelism.pipeline;
}

function arithmeticSeconds(setting: StepSetting, tokens: number, attendedPairs: number, decoding: boolean): number {
  const { shape, arithmetic, parallelism } = setting;
  const constants = servingFitted.engine;
  const known = setting.engineClass === 'unknown' ? constants.moePenaltyOfOtherEngines : 1;
  const moe = shape.experts > 0 ? constants.moeComputePenalty * known : 1;
  const unpacking = arithmetic.weightOnly && setting.engineClass !== 'tensorrt-llm' ? constants.weightOnlyPenalty : 1;
  const latent = shape.latent && decoding ? constants.latentAttentionPenalty : 1;
  const unfused = setting.engineClass === 'llama.cpp' && !decoding ? constants.llamaCpp.attentionPenalty : 1;
  const linear = 2 * shape.computedParameters * tokens * moe * unpacking;
  const attention = 4 * shape.layers * shape.heads * shape.headDim * attendedPairs * latent * unfused;
  const devices = stageDevices(parallelism) * parallelism.pipeline;
  return (linear + attention) / (devices * arithmetic.peakFlops * setting.computeShare);
}

/** Context a decoding sequence has on average: `x̄ = I + O/2`. */
export function meanContext(setting: Pick<StepSetting, 'inputTokens' | 'outputTokens'>): number {
  return setting.inputTokens + setting.outputTokens / 2;
}

/** One decoding step of B sequences, without prefill, over one stage (`micro` = B/p sequences a stage). */
export function decodeStep(setting: StepSetting, batch: number): StepParts {
  const { shape, parallelism, bandwidth } = setting;
  const constants = servingFitted.engine;
  const one = servingFitted.batchOne;
  const micro = Math.max(1, batch / parallelism.pipeline);
  const context = visible(shape, meanContext(setting));
  const compute = arithmeticSeconds(setting, micro, micro * context, true);
  const bytes = weightBytesTouched(setting, micro);
  const cacheBytes =
    (micro * context * shape.kvBytesPerToken * cacheReplication(setting)) /
    stageDevices(parallelism) /
    parallelism.pipeline;
  const weights = bytes / (bandwidth * constants.weightReadShare);
  const cache = cacheBytes / (bandwidth * constants.cacheReadShare);
  const link = communication(setting, micro, constants.collectiveSeconds);
  const host = hostSeconds(setting);
  const sequences = micro * host.sequence + host.step / parallelism.pipeline;
  const sum = compute + weights + cache + link + sequences;
  // With few sequences the launch of each layer shows and no step hides another: the form fitted at batch one is the floor.
  const layers = (shape.layers / parallelism.pipeline) * batchOneLayerSeconds(setting);
  const small =
    bytes / (bandwidth * batchOneWeightShare(setting)) +
    cacheBytes / micro / (bandwidth * one.cacheReadShare) +
    layers +
    communication(setting, 1, one.collectiveSeconds) +
    one.stageSeconds * (1 - 1 / parallelism.pipeline);
  const total = Math.max(sum, small) * parallelism.pipeline;
  return { compute, weights, cache, communication: link, sequences, total };
}

/** Time that the prompt of one request adds, weights not counted: they are read by the step it shares. */
export function prefillMarginal(setting: StepSetting): number {
  const { shape, prefillTokens, inputTokens } = setting;
  const meanAttended = visible(shape, inputTokens - prefillTokens / 2);
  const compute = arithmeticSeconds(setting, prefillTokens, prefillTokens * meanAttended, false);
  return (compute + communication(setting, prefillTokens, 0)) * setting.parallelism.pipeline;
}

/** Time of the prompt of one request alone on an idle replica. */
export function prefillAlone(setting: StepSetting): number {
  const { shape, parallelism, bandwidth } = setting;
  const bytes = weightBytesTouched(setting, setting.prefillTokens);
  const stage =
    bytes / (bandwidth * servingFitted.engine.weightReadShare) +
    (shape.layers / parallelism.pipeline) * batchOneLayerSeconds(setting) +
    (parallelism.tensor > 1 ? (2 * shape.layers * servingFitted.engine.collectiveSeconds) / parallelism.pipeline : 0);
  return prefillMarginal(setting) * pipelineFill(setting) + stage * parallelism.pipeline;
}

/** Share of the serial time that a prompt takes when its m chunks run through p stages: `(m + p − 1)/(m·p)`. */
function pipelineFill(setting: StepSetting): number {
  const { pipeline } = setting.parallelism;
  const sizes = servingFitted.engine.prefillMicroBatchTokens;
  const chunk = setting.engineClass === 'llama.cpp' ? sizes['llama.cpp'] : sizes.other;
  const chunks = Math.max(1, Math.ceil(setting.prefillTokens / chunk));
  return (chunks + pipeline - 1) / (chunks * pipeline);
}

export interface OperatingPoint {
  readonly batch: number;
  /** Between two tokens of a sequence, with the prefills of the others in between. */
  readonly perOutputTokenSeconds: number;
  /** Until the first token at the given load of the replica. */
  readonly firstTokenSeconds: number;
  readonly endToEndSeconds: number;
  readonly requestsPerSecond: number;
}

/**
 * Speed of one replica with B sequences. A request takes O decoding steps and its prefill; the prefills of the B − 1 others
 * lie between its tokens. `load` (0–1): the share of capacity at which the waiting for a first token is stated (M/D/1).
 */
export function operatingPoint(setting: StepSetting, batch: number, load: number): OperatingPoint {
  const { outputTokens, parallelism } = setting;
  const decode = decodeStep(setting, batch).total;
  const marginal = prefillMarginal(setting);
  const alone = prefillAlone(setting);
  // A pipeline works on p prompts at once.
  const between = ((batch - 1) * marginal) / parallelism.pipeline;
  const perOutputTokenSeconds = decode + between / outputTokens;
  // Beyond one sequence the prefill rides on decoding steps, which read the weights anyway.
  const own = batch > 1 ? marginal : alone;
  const cycle = outputTokens * decode + between + own;
  const requestsPerSecond = batch / cycle;
  const busy = Math.min(0.95, (load * batch * marginal) / parallelism.pipeline / cycle);
  const wait = batch > 1 ? decode / 2 + (alone * busy) / (2 * (1 - busy)) : 0;
  const firstTokenSeconds = alone + wait;
  return {
    batch,
    perOutputTokenSeconds,
    firstTokenSeconds,
    endToEndSeconds: firstTokenSeconds + Math.max(0, outputTokens - 1) * perOutputTokenSeconds,
    requestsPerSecond,
  };
}
