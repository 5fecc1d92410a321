/**
 * Rough memory of training families without transformer dimensions: states, and activations by the FLOPs of a sample. The constants
 * are judged, not fitted (`samplesMemory` of `data/fitted.json`), and the range is wide.
 */
import { SAMPLES_MEMORY as FIT, SERVING_MEMORY, TRAINING_MEMORY } from './fitted.ts';
import { adapterParameters, shardStage, stateBytes, totalBytes, type TrainingMemory } from './memory-training.ts';
import { shapeOf } from './model-shape.ts';
import type { TrainingSettings } from './training-settings.ts';
import type { MemoryParts, ModelFacts, Parallelism } from './types.ts';

/** Memory of one device. */
export function otherFamilyMemory(model: ModelFacts, settings: TrainingSettings, split: Parallelism): TrainingMemory {
  const bytes = stateBytes(settings);
  const stage = shardStage(split.sharding);
  const per = (parameters: number, each: number, sharded: boolean): number =>
    (parameters * each) / (sharded ? split.data : 1);
  const trained = trainedParameters(model, settings);
  const frozen = settings.method === 'full' ? 0 : model.parameters;
  const frozenBytes = settings.method === 'qlora' ? TRAINING_MEMORY.nf4BytesPerParameter : 2;
  const bytesPerFlop = FIT.activationBytesPerFlop[model.family === 'diffusion' ? 'diffusion' : 'others'];
  const kept = FIT.keptActivations[settings.recompute ?? 'none'];
  const flops = model.flopsPerSample ?? 2 * model.parameters;
  const parts: MemoryParts = {
    weights: per(trained, bytes.weights, stage >= 3) + per(frozen, frozenBytes, stage >= 3),
    gradients: per(trained, bytes.gradients, stage >= 2),
    optimizer: settings.offload === 'none' ? per(trained, bytes.optimizer, stage >= 1) : 0,
    activations: flops * bytesPerFlop * kept * split.microBatchSize,
    kvCache: 0,
    overhead: TRAINING_MEMORY.baseBytes + SERVING_MEMORY.engineBytes / 2,
  };
  const mid = totalBytes(parts);
  const fixed = mid - parts.activations;
  const { activationFactor: factor } = FIT;
  return {
    perAcceleratorBytes: {
      low: fixed + parts.activations / factor,
      mid,
      high: fixed * 1.2 + parts.activations * factor,
    },
    parts,
  };
}

/** All of the model, or its adapters: by its dimensions where they are known, else a share of it that grows with the rank. */
export function trainedParameters(model: ModelFacts, settings: TrainingSettings): number {
  if (settings.method === 'full') return model.parameters;
  const shape = shapeOf(model);
  const adapters = shape
    ? adapterParameters(shape, settings.loraRank)
    : model.parameters * settings.loraRank * FIT.adapterSharePerRank;
  return Math.min(model.parameters, adapters);
}
