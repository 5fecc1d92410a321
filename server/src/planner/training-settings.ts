/** The settings of a training run with its defaults filled in; every default that is used is listed as an assumption. */
import type { Accelerator, Precision } from '../catalog/types.ts';
import type { Training } from '../manifest/schema.ts';
import type { Assumption, ModelFacts, Unknown } from './types.ts';

export type TrainingStack = NonNullable<Training['stack']>;
export type Optimizer = NonNullable<Training['optimizer']>;
export type Sharding = NonNullable<Training['sharding']>;
export type Recompute = NonNullable<Training['activationCheckpointing']>;

/** How the software lays out states and activations, and how well it is tuned. */
export type StackKind = 'tuned' | 'native' | 'deepspeed' | 'huggingface';

export interface TrainingSettings {
  readonly precision: Precision;
  readonly optimizer: Optimizer;
  readonly method: 'full' | 'lora' | 'qlora';
  readonly loraRank: number;
  /** Tokens in a sequence; 1 for families that are not language models. */
  readonly sequenceLength: number;
  /** Absent: chosen. */
  readonly recompute: Recompute | undefined;
  readonly offload: 'none' | 'optimizer' | 'all';
  readonly stack: TrainingStack;
  readonly stackStated: boolean;
  readonly kind: StackKind;
  readonly sharding: Sharding | undefined;
  /** Sequences in a global step; absent: one micro-batch per replica, or what the split needs. */
  readonly batchSize: number | undefined;
  readonly microBatchSize: number | undefined;
  readonly sequenceParallel: boolean;
  /** Interleaved stages a device; absent: as a tuned stack would choose (`virtualStagesOf`). */
  readonly virtualStages: number | undefined;
}

export interface ResolvedSettings {
  readonly settings: TrainingSettings;
  readonly assumptions: readonly Assumption[];
  readonly unknown: readonly Unknown[];
}

const DEFAULT_SEQUENCE = 4096;
const DEFAULT_LORA_RANK = 16;

/** Fills the defaults of `manifest.md` in. `fineTuning` decides the software that is assumed when none is stated. */
export function resolveTrainingSettings(
  training: Training,
  model: ModelFacts,
  accelerator: Accelerator,
  fineTuning: boolean,
): ResolvedSettings {
  const assumptions: Assumption[] = [];
  const assume = <T extends string | number>(path: string, value: T, why: string): T => {
    assumptions.push({ path: `training.${path}`, value, why });
    return value;
  };
  const method = training.method ?? assume('method', 'full', 'default: all weights are trained');
  const precision = computePrecision(training.precision, accelerator, assume);
  const stack = training.stack ?? assume('stack', assumedStack(training, accelerator, fineTuning), 'usual software');
  const optimizer = training.optimizer ?? assume('optimizer', 'adamw', 'default');
  const settings: TrainingSettings = {
    precision,
    optimizer,
    method,
    loraRank: method === 'full' ? 0 : (training.loraRank ?? assume('loraRank', DEFAULT_LORA_RANK, 'default')),
    sequenceLength: sequenceLength(training, model, assume),
    recompute: training.activationCheckpointing,
    offload: training.offload ?? 'none',
    stack,
    stackStated: training.stack !== undefined,
    kind: stackKind(stack),
    sharding: training.sharding,
    batchSize: positive(training.batchSize),
    microBatchSize: positive(training.microBatchSize),
    // Megatron's later versions and their kin split activations over the tensor group; DeepSpeed's Megatron did not.
    sequenceParallel: training.parallelism?.sequence ?? stackKind(stack) !== 'deepspeed',
    virtualStages: virtualStages(training, stackKind(stack)),
  };
  return { settings, assumptions, unknown: [] };
}

type Assume = <T extends string | number>(path: string, value: T, why: string) => T;

function positive(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** The stated precision where the chip computes in it, else 16 bit. Chips without bf16 (V100, T4) take fp16. */
function computePrecision(stated: Precision | undefined, chip: Accelerator, assume: Assume): Precision {
  const sixteen: Precision = chip.peakFlops.bf16 === undefined && chip.peakFlops.fp16 !== undefined ? 'fp16' : 'bf16';
  if (stated === undefined)
    return assume('precision', sixteen, sixteen === 'bf16' ? 'default' : `${chip.name} has no bf16`);
  if (chip.peakFlops[stated] !== undefined) return stated;
  if (stated === 'fp32' || stated === 'tf32') return stated;
  if (stated === 'fp4' && chip.peakFlops.fp8 !== undefined) {
    return assume('precision', 'fp8', `no ${stated} peak is known for ${chip.name}: computed as fp8`);
  }
  return assume('precision', sixteen, `${chip.name} does not compute in ${stated}: computed as ${sixteen}`);
}

/** What the chip is usually trained with, where no stack is stated. */
export function assumedStack(training: Training, chip: Accelerator, fineTuning: boolean): TrainingStack {
  if (chip.class === 'tpu') return 'maxtext';
  if (chip.id.startsWith('trainium')) return 'neuron';
  if (chip.id.startsWith('gaudi')) return 'optimum-habana';
  if (training.sharding === 'fsdp') return 'fsdp';
  if (training.sharding !== undefined && training.sharding.startsWith('zero')) return 'deepspeed';
  return fineTuning || (training.method !== undefined && training.method !== 'full') ? 'huggingface' : 'megatron';
}

/** Stated; 1 where the pipeline is stated without them, or the software does not interleave. */
function virtualStages(training: Training, kind: StackKind): number | undefined {
  const { pipeline, virtualStages: stated } = training.parallelism ?? {};
  if (stated !== undefined) return stated;
  return typeof pipeline === 'number' || kind !== 'tuned' ? 1 : undefined;
}

/** Interleaved stages in use: two or more layers in each, at most 5, where they are chosen. */
export function virtualStagesOf(settings: TrainingSettings, layers: number, pipeline: number): number {
  if (settings.virtualStages !== undefined) return settings.virtualStages;
  return pipeline === 1 ? 1 : Math.min(5, Math.max(1, Math.floor(layers / pipeline / 2)));
}

export function stackKind(stack: TrainingStack): StackKind {
  switch (stack) {
    case 'megatron':
    case 'nemo':
    case 'maxtext':
    case 'neuron':
    case 'optimum-habana':
      return 'tuned';
    case 'deepspeed':
      return 'deepspeed';
    case 'huggingface':
    case 'axolotl':
    case 'unsloth':
    case 'torchtune':
    case 'litgpt':
      return 'huggingface';
    case 'torchtitan':
    case 'fsdp':
    case 'composer':
    case 'other':
      return 'native';
  }
}

/**
 * Software that the manifest names and that splits a run over devices by its data alone: no tensors, no pipeline. Judged by what each
 * offers without further code (2026); Megatron and its kin, torchtitan, DeepSpeed and what is not named split in every way.
 */
const DATA_PARALLEL_ONLY: ReadonlySet<TrainingStack> = new Set([
  'fsdp',
  'composer',
  'huggingface',
  'axolotl',
  'unsloth',
  'torchtune',
  'litgpt',
]);

/** True where what the manifest says of `stack` or `sharding` leaves no other split than by data, unless it states one. */
export function splitsByDataAlone({ stack, stackStated, sharding, kind }: TrainingSettings): boolean {
  if (stackStated) return DATA_PARALLEL_ONLY.has(stack) || (sharding === 'ddp' && kind === 'native');
  return sharding === 'ddp' || sharding === 'fsdp';
}

function sequenceLength(training: Training, model: ModelFacts, assume: Assume): number {
  const stated = positive(training.sequenceLength);
  if (stated !== undefined) return stated;
  if (model.layers === undefined || model.family === 'cnn' || model.family === 'recommender') return 1;
  const limit = model.contextLength ?? DEFAULT_SEQUENCE;
  return assume('sequenceLength', Math.min(DEFAULT_SEQUENCE, limit), 'usual length, at most the context of the model');
}
