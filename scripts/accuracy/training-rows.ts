/** Comparable rows of the published training measurements as inputs of the training estimator. */
import type { Catalog } from '../../server/src/catalog/types.ts';
import type { ModelSpec, Training } from '../../server/src/manifest/schema.ts';
import { resolveModel } from '../../server/src/planner/model.ts';
import type { TrainingEstimateInput } from '../../server/src/planner/training.ts';
import type { Placement } from '../../server/src/planner/types.ts';
import type { Row } from './serving-rows.ts';

export interface TrainingCase {
  readonly id: string;
  readonly source: string;
  readonly arch: 'dense' | 'moe';
  readonly chip: string;
  readonly precision: string;
  readonly input: TrainingEstimateInput;
  /** Tokens a second and accelerator; or model TFLOP/s, where the row gives no tokens. */
  readonly measured: number;
  readonly quantity: 'tokensPerSecond' | 'nonCausalFlops';
}

/** Rows that the findings name as faulty, early or contradictory, by the number in their id. */
const FAULTY: readonly (readonly [number, number])[] = [
  [678, 683],
  [787, 789],
  [742, 774],
  [620, 620],
  [443, 444],
  [470, 470],
  [476, 476],
  [410, 410],
  [447, 447],
  [238, 238],
  [711, 711],
];
const LORA: readonly (readonly [number, number])[] = [
  [285, 289],
  [733, 735],
];

const CHIPS: readonly (readonly [RegExp, string])[] = [
  [/gb300/i, 'gb300'],
  [/gb200/i, 'gb200'],
  [/b300/i, 'b300'],
  [/b200/i, 'b200'],
  [/h200/i, 'h200'],
  [/h100/i, 'h100-sxm'],
  [/a100.?40/i, 'a100-40gb'],
  [/a100/i, 'a100-80gb'],
  [/trainium1/i, 'trainium1'],
  [/v5p/i, 'tpu-v5p'],
  [/v5e/i, 'tpu-v5e'],
  [/v6e/i, 'tpu-v6e'],
  [/tpu v4/i, 'tpu-v4'],
];

const MODELS: readonly (readonly [RegExp, string | ModelSpec])[] = [
  [/^deepseek ?v?3/i, 'deepseek-v3'],
  [/^gpt oss 120b/i, 'gpt-oss-120b'],
  [/^kimi_k2/i, 'kimi-k2'],
  [/405b/i, 'llama-3.1-405b'],
  [/^llama-?3(\.1)?[_-]70b/i, 'llama-3.1-70b'],
  [/^llama-?3(\.1)?[_-]8b/i, 'llama-3.1-8b'],
  [/^qwen3_235b/i, 'qwen3-235b-a22b'],
  [/^qwen3_30b/i, 'qwen3-30b-a3b'],
  [/^llama-?2-70b/i, 'llama-2-70b'],
  [/^llama-?2-13b/i, 'llama-2-13b'],
  [/^llama-?2-7b/i, 'llama-2-7b'],
  [/^gpt3-175b|^megatron gpt 175b/i, gpt(175e9, 96, 12288, 96)],
  [/^megatron gpt 530b/i, gpt(530e9, 105, 20480, 128)],
  [/^mixtral-?8x22b/i, 'mixtral-8x22b'],
  [/^mixtral-?8x7b/i, 'mixtral-8x7b'],
  [/^mistral-7b/i, 'mistral-7b'],
  [/^gemma3-12b/i, 'gemma-3-12b'],
  [/bert-large/i, 'bert-large'],
];

function gpt(parameters: number, layers: number, hiddenSize: number, heads: number): ModelSpec {
  return { parameters, layers, hiddenSize, heads, kvHeads: heads, intermediateSize: 4 * hiddenSize, vocabSize: 51_200 };
}

function inside(ranges: readonly (readonly [number, number])[], id: string): boolean {
  const number = Number(id.slice(1));
  return ranges.some(([first, last]) => first <= number && number <= last);
}

function numeric(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && text.trim() !== '' && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** The row as an input, or undefined when it cannot be compared (another family, no model, no chip, faulty). */
export function trainingCase(row: Row, catalog: Catalog): TrainingCase | undefined {
  const id = row['id'] ?? '';
  if (row['split'] !== 'calibrate' || !/throughput_bench|ci_measured/.test(row['row_class'] ?? '')) return undefined;
  if (inside(FAULTY, id) || /Megatron CI/.test(row['model'] ?? '')) return undefined;
  const chip = CHIPS.find(([pattern]) => pattern.test(row['accelerator'] ?? ''))?.[1];
  const count = numeric(row['accel_count']);
  const spec = modelSpec(row);
  if (chip === undefined || count === undefined || spec === undefined) return undefined;
  const model = resolveModel(spec, catalog).value;
  const placement = placementOf(row, chip, count, catalog);
  if (model === undefined || placement === undefined) return undefined;
  const training = trainingOf(row, chip);
  const sequence = training.sequenceLength;
  const steps = numeric(row['step_time_s']);
  const batch = numeric(row['global_batch_seqs']);
  const direct = numeric(row['tokens_per_s_per_accel']);
  const byStep =
    steps !== undefined && batch !== undefined && sequence !== undefined
      ? (batch * sequence) / steps / count
      : undefined;
  const tokens = direct ?? byStep;
  const flops = numeric(row['tflops_per_accel']);
  const nonCausal = tokens === undefined && /MaxText/.test(row['framework'] ?? '') && flops !== undefined;
  if (tokens === undefined && !nonCausal) return undefined;
  return {
    id,
    source: (row['source'] ?? '')
      .replace(/^github:|@.*|https:\/\//g, '')
      .split('/')
      .slice(0, 2)
      .join('/'),
    arch: model.family === 'moe' ? 'moe' : 'dense',
    chip,
    precision: training.precision ?? 'bf16',
    input: {
      model,
      workload: { phase: 'training', training: { ...training, tokens: 1e12 }, checkpointing: { interval: 3600 } },
      placement,
      capacity: 'owned',
      explain: false,
    },
    measured: tokens ?? (flops ?? 0) * 1e12,
    quantity: tokens === undefined ? 'nonCausalFlops' : 'tokensPerSecond',
  };
}

function modelSpec(row: Row): string | ModelSpec | undefined {
  const name = row['model'] ?? '';
  const known = MODELS.find(([pattern]) => pattern.test(name))?.[1];
  if (known !== undefined) return known;
  const billions = numeric(row['params_b']);
  if (billions === undefined || !/^(MPT|GPT|MaxText|Megatron|Nemotron)/i.test(name)) return undefined;
  const layers = numeric(row['layers']);
  const hiddenSize = numeric(row['hidden']);
  const isMpt = name.startsWith('MPT');
  return {
    parameters: billions * 1e9,
    ...(layers === undefined ? {} : { layers }),
    ...(hiddenSize === undefined ? {} : { hiddenSize }),
    ...(isMpt && hiddenSize !== undefined ? { vocabSize: 50_368, intermediateSize: 4 * hiddenSize } : {}),
    ...(isMpt && hiddenSize !== undefined ? { heads: hiddenSize / (hiddenSize <= 1024 ? 64 : 128) } : {}),
    ...(/GPT/.test(name) ? { vocabSize: 51_200 } : {}),
  };
}

/** Network of one accelerator, bytes a second: what the row says, else that of the maker's reference machine. */
function networkOf(row: Row, chip: string): number {
  const stated = /(\d+)Gbps/.exec(row['interconnect'] ?? '')?.[1];
  if (stated !== undefined) return (Number(stated) * 1e9) / 8 / 8;
  if (/Omni-Path/.test(row['interconnect'] ?? '')) return 6.25e9;
  if (chip === 'trainium1') return 6.25e9;
  if (chip.startsWith('a100')) return 25e9;
  return chip === 'gb300' || chip === 'b300' ? 100e9 : 50e9;
}

function placementOf(row: Row, chip: string, count: number, catalog: Catalog): Placement | undefined {
  const accelerator = catalog.accelerators.get(chip);
  if (accelerator === undefined) return undefined;
  const perNode = Math.min(count, accelerator.perNode ?? 8);
  const slices = Number(/(\d+) slice/.exec(row['interconnect'] ?? '')?.[1] ?? '1');
  const domain =
    accelerator.class === 'tpu' ? Math.max(1, Math.round(count / slices)) : (accelerator.fastDomain ?? perNode);
  return {
    accelerator,
    count,
    perNode,
    nodes: Math.ceil(count / perNode),
    // An A100-40GB machine of 16 is one provider's.
    fastDomain: chip === 'a100-40gb' ? 8 : domain,
    ...(accelerator.linkBytesPerSecond === undefined ? {} : { linkBytesPerSecond: accelerator.linkBytesPerSecond }),
    networkBytesPerSecond: networkOf(row, chip),
  };
}

function trainingOf(row: Row, chip: string): Training {
  const source = row['source'] ?? '';
  const notes = row['notes'] ?? '';
  const perDevice = numeric(/per_device_batch_size": "([\d.]+)"/.exec(notes)?.[1]);
  const total = numeric(/total tokens per step (\d+)/.exec(notes)?.[1]);
  const count = numeric(row['accel_count']) ?? 1;
  const batch = numeric(row['global_batch_seqs']) ?? (perDevice === undefined ? undefined : perDevice * count);
  const sequence = numeric(row['seq_len']) ?? (total !== undefined && batch !== undefined ? total / batch : undefined);
  // Neuron counts two cores to a chip.
  const cores = chip === 'trainium1' ? 2 : 1;
  const tensor = numeric(row['tp']);
  const split = {
    tensor: tensor === undefined ? undefined : Math.max(1, tensor / cores),
    pipeline: numeric(row['pp']),
    virtualStages: numeric(row['vpp']),
    context: numeric(row['cp']),
    expert: numeric(row['ep']),
  };
  const stated = Object.fromEntries(Object.entries(split).filter(([, value]) => value !== undefined));
  if ('tensor' in stated && !('context' in stated)) stated['context'] = 1;
  const micro = numeric(row['micro_batch']);
  const sharding = shardingOf(row['zero_fsdp'] ?? '');
  const recompute = recomputeOf(row['act_ckpt'] ?? '');
  const stack = stackOf(source, chip);
  return {
    precision: precisionOf(row['precision'] ?? ''),
    sequenceLength: sequence ?? 2048,
    ...(batch === undefined ? {} : { batchSize: batch }),
    ...(micro === undefined ? {} : { microBatchSize: Math.max(1, Math.round(micro)) }),
    ...(sharding === undefined ? {} : { sharding }),
    ...(recompute === undefined ? {} : { activationCheckpointing: recompute }),
    ...(stack === undefined ? {} : { stack }),
    ...(inside(LORA, row['id'] ?? '') ? { method: 'lora' as const } : {}),
    parallelism: stated,
  };
}

function shardingOf(text: string): Training['sharding'] {
  if (/SHARD_GRAD_OP/.test(text)) return 'zero2';
  if (/FSDP/.test(text)) return 'fsdp';
  if (/dist-optimizer|ZeRO-1/.test(text)) return 'zero1';
  if (/ZeRO-3/.test(text)) return 'zero3';
  if (/ZeRO-0/.test(text)) return 'ddp';
  return undefined;
}

function recomputeOf(text: string): Training['activationCheckpointing'] {
  const word = text.trim().toLowerCase();
  if (word === 'true' || word === 'full') return 'full';
  if (word === 'false' || word === 'none') return 'none';
  return word.startsWith('selective') ? 'selective' : undefined;
}

function precisionOf(text: string): NonNullable<Training['precision']> {
  if (/fp4/i.test(text)) return 'fp4';
  if (/fp8|float8/i.test(text)) return 'fp8';
  if (/fp16/i.test(text)) return 'fp16';
  return /^fp32$/i.test(text) ? 'fp32' : 'bf16';
}

function stackOf(source: string, chip: string): Training['stack'] {
  if (/mosaicml/.test(source)) return 'composer';
  if (/Megatron-Bridge/.test(source)) return 'megatron';
  if (/nemo-framework/.test(source)) return 'nemo';
  if (/bigscience/.test(source)) return 'deepspeed';
  if (/torchtitan/.test(source)) return 'torchtitan';
  if (/llm-analysis/.test(source)) return 'megatron';
  if (/neuron/.test(source)) return 'neuron';
  return chip.startsWith('tpu') || /maxtext/i.test(source) ? 'maxtext' : undefined;
}
