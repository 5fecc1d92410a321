/** Serving of models that are no language models: arithmetic per sample over a share of peak fitted by family. */
import type { Accelerator } from '../catalog/types.ts';
import { servingFitted } from './serving-fitted.ts';
import { bitsOf, type Arithmetic } from './serving-precision.ts';
import { powerBalance } from './serving-step.ts';
import type { ModelFacts } from './types.ts';

const constants = servingFitted.samples;

export interface SampleSetting {
  readonly model: ModelFacts;
  readonly accelerator: Accelerator;
  readonly arithmetic: Arithmetic;
  readonly flopsPerSample: number;
  /** Of peak, when the device is full. */
  readonly share: number;
  /** Time of a step that no batch shortens: launches, and the weights read once. */
  readonly fixedSeconds: number;
}

/** The families whose share was fitted on measurements. */
export function isFittedFamily(family: ModelFacts['family']): family is 'cnn' | 'encoder' | 'diffusion' {
  return family === 'cnn' || family === 'encoder' || family === 'diffusion';
}

/** Encoders of images: no padding that an engine could leave out. */
const IMAGE_ENCODER = /vit|swin|clip|siglip|dino|deit|beit|sam\b/i;

/**
 * Operations of one forward pass: stated, else for an encoder with a known prompt `2·N·I + 4·L·h·I²`.
 * Undefined when neither is known.
 */
export function flopsOfSample(model: ModelFacts, inputTokens: number | undefined): number | undefined {
  if (model.flopsPerSample !== undefined) return model.flopsPerSample;
  if (model.family !== 'encoder' || inputTokens === undefined) return undefined;
  const tables = (model.vocabSize ?? 0) * (model.hiddenSize ?? 0);
  const attention = 4 * (model.layers ?? 0) * (model.hiddenSize ?? 0) * inputTokens ** 2;
  return 2 * Math.max(model.parameters - tables, 0) * inputTokens + attention;
}

/** Share of the peak in the precision of the arithmetic, by family, generation and power of the chip. */
export function sampleShare(model: ModelFacts, accelerator: Accelerator): number {
  const { family } = model;
  if (!isFittedFamily(family))
    return family === 'recommender' ? constants.otherShare.recommender : constants.otherShare.other;
  const unpadded = family === 'encoder' && (model.flopsPerSample === undefined || IMAGE_ENCODER.test(model.label));
  const base = unpadded ? constants.unpaddedShare.encoder : constants.share[family];
  const generations: Readonly<Record<string, Readonly<Record<'cnn' | 'encoder' | 'diffusion', number>>>> =
    constants.generation;
  return base * (generations[accelerator.family]?.[family] ?? 1) * powerBalance(accelerator);
}

export interface SamplePoint {
  readonly batch: number;
  readonly seconds: number;
  readonly samplesPerSecond: number;
}

/** One step of B samples: `B·FLOPs / (share·F) + fixed`. */
export function samplePoint(setting: SampleSetting, batch: number): SamplePoint {
  const seconds =
    (batch * setting.flopsPerSample) / (setting.share * setting.arithmetic.peakFlops) + setting.fixedSeconds;
  return { batch, seconds, samplesPerSecond: batch / seconds };
}

/** Launches of a forward pass, and reading the weights once where the bandwidth is known. */
export function fixedSeconds(model: ModelFacts, accelerator: Accelerator, arithmetic: Arithmetic): number {
  const bandwidth = accelerator.memoryBandwidthBytesPerSecond;
  const bytes = model.activeParameters * (bitsOf(arithmetic.precision) / 8);
  // A recommender reads only the rows of its tables that a sample names.
  const read = bandwidth === undefined || model.family === 'recommender' ? 0 : bytes / bandwidth;
  return constants.batchOneSeconds + read;
}

/** The largest batch whose step, with its tail, keeps the limit; 1 when none does. */
export function sampleBatch(setting: SampleSetting, limitSeconds: number | undefined, tail: number): number {
  if (limitSeconds === undefined) return constants.maxBatch;
  const perSample = setting.flopsPerSample / (setting.share * setting.arithmetic.peakFlops);
  const most = Math.floor((limitSeconds / tail - setting.fixedSeconds) / perSample);
  return Math.max(1, Math.min(constants.maxBatch, most));
}

/** What a server under random arrivals reaches of its offline speed. */
export function serverShare(family: ModelFacts['family']): number {
  return isFittedFamily(family) ? constants.serverShare[family] : 0.8;
}
