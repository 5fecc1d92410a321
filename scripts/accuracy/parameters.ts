/** The parameters that are fitted: where they stand in the data files, what is believed before any row, and how firmly. */
import fitted from '../../server/src/planner/data/fitted.json' with { type: 'json' };
import serving from '../../server/src/planner/data/serving-fitted.json' with { type: 'json' };
import type { FitGroup } from './case.ts';

/** What the estimators read. A fit moves these numbers in place, so that it asks the very code that ships. */
export const DATA = { fitted, serving };

export interface Parameter {
  /** `file.group.key…` */
  readonly path: string;
  /** Mean of the prior: physics, a data sheet, or the mean over families. */
  readonly prior: number;
  /** Standard deviation of the prior's logarithm. */
  readonly spread: number;
}

const of = (path: string, prior: number, spread: number): Parameter => ({ path, prior, spread });

export const PARAMETERS: Readonly<Record<FitGroup, readonly Parameter[]>> = {
  trainingSpeed: [
    of('fitted.trainingSpeed.peakShare', 0.65, 0.1),
    of('fitted.trainingSpeed.balanceExponent', 0.2, 0.3),
    of('fitted.trainingSpeed.powerExponent', 0.45, 0.3),
    of('fitted.trainingSpeed.lowPrecisionExponentTuned', 0.85, 0.15),
    of('fitted.trainingSpeed.lowPrecisionExponentNative', 0.5, 0.3),
    of('fitted.trainingSpeed.fp4Exponent', 0.75, 0.15),
    of('fitted.trainingSpeed.moeGemmShare', 0.6, 0.2),
    of('fitted.trainingSpeed.attentionShare', 0.45, 0.25),
    of('fitted.trainingSpeed.elementwiseBytes', 150, 0.3),
    of('fitted.trainingSpeed.elementwiseMoeBytes', 90, 0.4),
    of('fitted.trainingSpeed.weightBytes', 10, 0.4),
    of('fitted.trainingSpeed.tensorLinkShare', 0.75, 0.2),
    of('fitted.trainingSpeed.expertLinkShare', 0.7, 0.3),
    of('fitted.trainingSpeed.launchSecondsPerLayer', 5e-5, 0.4),
    of('fitted.trainingSpeed.networkShare', 0.7, 0.2),
    of('fitted.trainingSpeed.chips.tpu', 1.2, 0.15),
    of('fitted.trainingSpeed.chips.trainium1', 0.7, 0.3),
    of('fitted.trainingSpeed.chips.megatronOnAmpere', 0.9, 0.1),
    of('fitted.trainingSpeed.stacks.deepspeed', 0.85, 0.1),
    of('fitted.trainingSpeed.stacks.native', 0.95, 0.1),
    of('fitted.trainingSpeed.stacks.nativeOnHopperAndLater', 0.87, 0.1),
  ],
  trainingMemory: [
    of('fitted.trainingMemory.baseBytes', 0.7e9, 0.3),
    of('fitted.trainingMemory.multiNodeBytes', 3e9, 0.4),
    of('fitted.trainingMemory.allocatorFactor', 1.1, 0.05),
    of('fitted.trainingMemory.megatronActivations', 1, 0.1),
    of('fitted.trainingMemory.huggingFaceActivations', 1, 0.15),
    of('fitted.trainingMemory.frozenActivations', 0.7, 0.2),
    of('fitted.trainingMemory.zero1FlatBytesPerParameter', 1.9, 0.3),
    of('fitted.trainingMemory.nf4LiveLayers', 6, 0.5),
    of('fitted.trainingMemory.selectiveShareFsdp', 0.55, 0.2),
  ],
  samplesTraining: [
    of('fitted.samplesTraining.balanceExponent', 0.2, 0.4),
    of('fitted.samplesTraining.powerExponent', 0.45, 0.3),
    of('fitted.samplesTraining.stepSeconds', 3e-3, 0.5),
    of('fitted.samplesTraining.exchangeSecondsPerParameter', 2e-11, 0.5),
    of('fitted.samplesTraining.families.cnn.peakShare', 0.35, 0.2),
    of('fitted.samplesTraining.families.cnn.bytesPerFlop', 0.016, 0.3),
    of('fitted.samplesTraining.families.cnn.untunedShare', 0.7, 0.2),
    of('fitted.samplesTraining.families.encoder.peakShare', 0.5, 0.2),
    of('fitted.samplesTraining.families.encoder.bytesPerFlop', 0.002, 0.5),
    of('fitted.samplesTraining.families.encoder.untunedShare', 0.75, 0.2),
    of('fitted.samplesTraining.families.diffusion.peakShare', 0.5, 0.2),
    of('fitted.samplesTraining.families.diffusion.bytesPerFlop', 0.002, 0.5),
  ],
  engine: [
    of('serving.engine.computeShare.16', 0.7, 0.15),
    of('serving.engine.computeShare.8', 0.65, 0.15),
    of('serving.engine.moeComputePenalty', 1.25, 0.15),
    of('serving.engine.cacheReadShare', 0.8, 0.15),
    of('serving.engine.collectiveSeconds', 3e-5, 0.4),
    of('serving.engine.linkShare', 0.55, 0.2),
    of('serving.engine.sequenceSeconds', 3e-6, 0.5),
    of('serving.engine.balanceExponent', 0.45, 0.2),
  ],
  batchOne: [
    of('serving.batchOne.weightReadShare.gddr', 0.88, 0.1),
    of('serving.batchOne.weightReadShare.hbm-llama\\.cpp', 0.65, 0.15),
    of('serving.batchOne.weightReadShare.hbm-ampere-llama\\.cpp', 0.6, 0.15),
    of('serving.batchOne.layerSeconds.hbm-llama\\.cpp', 1.2e-4, 0.4),
    of('serving.batchOne.stageSeconds', 2e-4, 0.5),
    of('serving.batchOne.weightReadShare.neuron', 0.75, 0.15),
    of('serving.batchOne.layerSeconds.llama\\.cpp', 8e-5, 0.4),
    of('serving.batchOne.layerSeconds.neuron', 1.5e-4, 0.4),
    of('serving.batchOne.cacheReadShare', 0.4, 0.4),
  ],
  samples: [
    of('serving.samples.share.cnn', 0.4, 0.3),
    of('serving.samples.share.encoder', 1, 0.3),
    of('serving.samples.share.diffusion', 0.5, 0.3),
  ],
};

function keysOf(path: string): readonly string[] {
  return path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'));
}

function holderOf(path: string): { readonly holder: Record<string, unknown>; readonly key: string } {
  const keys = keysOf(path);
  const key = keys.at(-1) ?? '';
  let holder: Record<string, unknown> = DATA;
  for (const each of keys.slice(0, -1)) {
    const next = holder[each];
    if (typeof next !== 'object' || next === null) throw new Error(`no parameter at ${path}`);
    holder = next as Record<string, unknown>;
  }
  return { holder, key };
}

export function read(path: string): number {
  const { holder, key } = holderOf(path);
  const value = holder[key];
  if (typeof value !== 'number') throw new Error(`no number at ${path}`);
  return value;
}

export function write(path: string, value: unknown): void {
  const { holder, key } = holderOf(path);
  holder[key] = value;
}
