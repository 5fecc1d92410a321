/** Training of families that are not language models: `3 × flopsPerSample`, a share of peak by family, data parallel. */
import type { Accelerator } from '../catalog/types.ts';
import { SAMPLES_TRAINING as FIT, TRAINING_RANGE } from './fitted.ts';
import { checkpointOptimum } from './faults.ts';
import { otherFamilyMemory, trainedParameters } from './memory-samples.ts';
import { judge } from './memory-serving.ts';
import { divide, exact, mapRange, scale } from './range.ts';
import {
  emptyEstimate,
  faultInput,
  planOf,
  type TrainingEstimate,
  type TrainingEstimateInput,
} from './training-plan.ts';
import { powerRatio } from './power.ts';
import { nominalPeak, sixteenBitPeak } from './training-flops.ts';
import type { ResolvedSettings, TrainingSettings } from './training-settings.ts';
import type { Assumption, Derivation, Explained, ModelFacts, Parallelism, Range, Unknown } from './types.ts';
import { usableMemoryBytes } from './usable-memory.ts';

const DEFAULT_BATCH = 32;

/** Estimates by samples. Without `flopsPerSample` speed and duration are unknown. */
export function estimateSamplesTraining(
  input: TrainingEstimateInput,
  resolved: ResolvedSettings,
): Explained<TrainingEstimate> {
  const { model, placement } = input;
  const training = input.workload.training ?? {};
  const { settings } = resolved;
  const assumptions: Assumption[] = resolved.assumptions.filter((entry) => entry.path !== 'training.stack');
  const unknown: Unknown[] = [];
  const chip = placement.accelerator;
  const count = Math.max(1, placement.count);
  const batchShare = Math.max(1, Math.floor((settings.batchSize ?? DEFAULT_BATCH * count) / count));
  let micro = settings.microBatchSize ?? batchShare;
  const splitBy = (microBatchSize: number): Parallelism => ({
    tensor: 1,
    pipeline: 1,
    data: count,
    context: 1,
    expert: 1,
    sharding: settings.sharding ?? (count > 1 ? 'ddp' : 'none'),
    microBatchSize,
  });
  const memoryOf = (split: Parallelism) => otherFamilyMemory(model, settings, split);
  // A share of the batch that does not fit at once is accumulated over several passes.
  const room = usableMemoryBytes(chip);
  if (settings.microBatchSize === undefined && room !== undefined) {
    while (micro > 1 && memoryOf(splitBy(micro)).perAcceleratorBytes.high > room) micro = Math.floor(micro / 2);
  }
  if (settings.microBatchSize === undefined && (settings.batchSize === undefined || micro < batchShare)) {
    const why = micro < batchShare ? 'the most that fits; gradients are accumulated' : 'usual samples on one device';
    assumptions.push({ path: 'training.microBatchSize', value: micro, why });
  }
  const split = splitBy(micro);
  const bytes = memoryOf(split);
  const flops = model.flopsPerSample;
  const peak = nominalPeak(chip, settings.precision);
  if (flops === undefined)
    unknown.push({ path: 'model.flopsPerSample', why: `a ${model.family} model needs its FLOPs a sample` });
  if (peak === undefined) unknown.push({ path: 'target.accelerator', why: `no peak is known for ${chip.name}` });
  const base = emptyEstimate(settings, room);
  const memoryRange = flops === undefined ? null : bytes.perAcceleratorBytes;
  const memory = {
    perAcceleratorBytes: memoryRange,
    partsBytes: memoryRange === null ? null : bytes.parts,
    capacityBytes: room ?? null,
    verdict: judge(memoryRange, room),
  };
  const optimum = checkpointOptimum(faultInput(input, trainedParameters(model, settings), settings.method !== 'full'));
  const samples = totalSamples(input, settings.batchSize ?? micro * count, unknown);
  if (flops === undefined || peak === undefined) {
    const { faults } = planOf(input, undefined, samples, optimum, assumptions, unknown);
    return { value: { ...base, parallelism: split, memory, faults }, derivation: [], assumptions, unknown };
  }
  const stated = training.efficiency;
  const isStated = stated !== undefined && stated > 0;
  // Recomputation runs the forward pass once more.
  const passes = (settings.method === 'full' ? 3 : 2) + (settings.recompute === 'full' ? 1 : 0);
  const batch = settings.batchSize ?? micro * count;
  // A batch smaller than the fleet leaves devices idle.
  const busy = Math.min(count, Math.max(1, batch));
  const machine: SampleMachine = { chip, peak, tuned: settings.stackStated && settings.kind === 'tuned', settings };
  const perDevice = batch / busy;
  const step = isStated
    ? (perDevice * passes * flops) / (peak * Math.min(1, stated))
    : sampleStepSeconds(model, flops, passes, perDevice, busy, machine);
  const mid = Math.min(batch / step, (busy * peak) / (passes * flops));
  const factor = isStated ? TRAINING_RANGE.statedEfficiencyFactor : widthOf(model, machine);
  const samplesPerSecond: Range = {
    low: mid / factor,
    mid,
    high: Math.min(mid * factor, (busy * peak) / (passes * flops)),
  };
  const speed = {
    samplesPerSecond,
    stepSeconds: divide(exact(batch), samplesPerSecond),
    computeUtilization: mapRange(scale(samplesPerSecond, (passes * flops) / (peak * count)), (value) =>
      Math.min(1, value),
    ),
  };
  const { plan, faults } = planOf(input, speed, samples, optimum, assumptions, unknown);
  const derivation: Derivation[] = input.explain
    ? [
        {
          quantity: 'training.samplesPerSecond',
          formula: 'B ÷ (B/G × (passes × flopsPerSample ÷ (peak × share) + traffic ÷ bandwidth) + fixed)',
          inputs: { accelerators: count, batch, passes, peakFlops: peak, flopsPerSample: flops, stepSeconds: step },
          value: samplesPerSecond,
          source: FIT.source,
        },
      ]
    : [];
  return {
    value: { plan, parallelism: split, recompute: settings.recompute ?? 'none', memory, faults, settings },
    derivation,
    assumptions,
    unknown,
  };
}

interface SampleMachine {
  readonly chip: Accelerator;
  readonly peak: number;
  /** Software that its maker tuned, and that the manifest names. */
  readonly tuned: boolean;
  readonly settings: TrainingSettings;
}

type Fitted = keyof typeof FIT.families;

/**
 * Seconds of one step of `samples` on each device: arithmetic at the family's share of peak, activations written and read
 * (bytes a FLOP of the forward pass, twice as many in 32 bit), and what no batch shortens: launches, and the exchange of
 * gradients where there are several devices.
 */
function sampleStepSeconds(
  model: ModelFacts,
  flops: number,
  passes: number,
  samples: number,
  devices: number,
  { chip, peak, tuned, settings }: SampleMachine,
): number {
  const family = FIT.families[model.family as Fitted];
  const balance = chip.memoryBandwidthBytesPerSecond === undefined ? 1 : (sixteenBitPeak(chip) ?? peak) / chip.memoryBandwidthBytesPerSecond / FIT.balanceReferenceFlopsPerByte; // prettier-ignore
  const software = tuned ? 1 : family.untunedShare;
  const share = family.peakShare * balance ** -FIT.balanceExponent * powerRatio(chip) ** FIT.powerExponent;
  const wide = settings.precision === 'fp32' || settings.precision === 'tf32' ? 2 : 1;
  const bytes = flops * family.bytesPerFlop * wide * (passes / 3);
  const bandwidth = chip.memoryBandwidthBytesPerSecond ?? peak / FIT.balanceReferenceFlopsPerByte;
  const perSample =
    ((passes * flops) / (peak * Math.min(0.9, share)) + bytes / (bandwidth * FIT.bandwidthShare)) / software;
  const exchange = devices > 1 ? FIT.exchangeSecondsPerParameter * model.parameters : 0;
  return samples * perSample + FIT.stepSeconds + exchange;
}

/** A factor of the speed: the family's, wider for software that is not stated and for chips without rows. */
function widthOf(model: ModelFacts, { chip, tuned }: SampleMachine): number {
  const { width } = FIT.families[model.family as Fitted];
  const logs = [
    width,
    tuned ? 1 : FIT.untunedWidth,
    FIT.seenChips.some((prefix) => chip.family.startsWith(prefix)) ? 1 : FIT.unseenWidth,
  ];
  return Math.exp(Math.sqrt(logs.reduce((sum, factor) => sum + Math.log(factor) ** 2, 0)));
}

/** Absurd amounts stay finite in whatever is computed from them. */
const MOST_SAMPLES = 1e200;

function totalSamples(input: TrainingEstimateInput, batch: number, unknown: Unknown[]): number | undefined {
  const training = input.workload.training ?? {};
  const positive = (value: number | undefined): value is number =>
    value !== undefined && Number.isFinite(value) && value > 0;
  if (positive(training.samples)) return Math.min(training.samples * (training.epochs ?? 1), MOST_SAMPLES);
  if (positive(training.steps)) return Math.min(training.steps * batch, MOST_SAMPLES);
  unknown.push({ path: 'training.samples', why: 'how many samples are trained on is not given' });
  return undefined;
}
