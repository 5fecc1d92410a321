/** Published training throughput as cases: configuration given, and the same run with the split left open. */
import type { Catalog } from '../../server/src/catalog/types.ts';
import type { ModelSpec, Training, Workload } from '../../server/src/manifest/schema.ts';
import { shapeOf } from '../../server/src/planner/model-shape.ts';
import { resolveModel } from '../../server/src/planner/model.ts';
import { flopsPerToken } from '../../server/src/planner/training-flops.ts';
import { inside, lookUp, numeric, sourceOf, type Case, type Reading, type Row } from './case.ts';
import { samplesTrainingCase } from './training-sample-cases.ts';

/** Rows that are faulty, early or contradict themselves, by the number in their id. */
const FAULTY: readonly { readonly spans: readonly (readonly [number, number])[]; readonly why: string }[] = [
  { spans: [[678, 683]], why: 'ZeRO-3 of 2021: an artefact of its software' },
  { spans: [[787, 789]], why: 'contradicts itself by a factor of 2.5 to 4' },
  { spans: [[742, 774]], why: 'early, slow set-up of a run that was mended later' },
  { spans: [[620, 620]], why: 'probably int8, though labelled bf16' },
  {
    spans: [[443, 444], [470, 470], [476, 476], [410, 410], [447, 447]], // prettier-ignore
    why: '2 to 2.7 times slower than later releases of the same software',
  },
  { spans: [[238, 238]], why: 'a regression that its authors flagged' },
  { spans: [[711, 711]], why: 'uses 128 of 1,024 cores' },
  { spans: [[280, 284]], why: 'supervised fine-tuning, though typed pre-training' },
  { spans: [[643, 643]], why: 'does not say how many micro-batches a timed iteration holds' },
];
/** Typed pre-training, but adapters. */
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
  [/h100.*pcie/i, 'h100-pcie'],
  [/h100/i, 'h100-sxm'],
  [/a100.?40/i, 'a100-40gb'],
  [/a100/i, 'a100-80gb'],
  [/l40s/i, 'l40s'],
  [/trainium1/i, 'trainium1'],
  [/v5p/i, 'tpu-v5p'],
  [/v5e/i, 'tpu-v5e'],
  [/v6e|trillium/i, 'tpu-v6e'],
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
  [/^gpt-?3-175b|^megatron gpt 175b/i, gpt(175e9, 96, 12288, 96)],
  [/^megatron gpt 530b/i, gpt(530e9, 105, 20480, 128)],
  [/^mixtral-?8x22b/i, 'mixtral-8x22b'],
  [/^mixtral-?8x7b/i, 'mixtral-8x7b'],
  [/^mistral-7b/i, 'mistral-7b'],
  [/^gemma3-12b/i, 'gemma-3-12b'],
  [/bert-large ph/i, 'bert-large'],
];

function gpt(parameters: number, layers: number, hiddenSize: number, heads: number): ModelSpec {
  return { parameters, layers, hiddenSize, heads, kvHeads: heads, intermediateSize: 4 * hiddenSize, vocabSize: 51_200 };
}

/** One row as cases (one, or two where the split is given), or the reason why it is none. */
export function trainingCases(row: Row, catalog: Catalog): readonly Reading[] {
  const id = row['id'] ?? '';
  const not = (why: string): readonly Reading[] => [{ id, why }];
  const faulty = FAULTY.find(({ spans }) => inside(spans, id));
  if (faulty) return not(faulty.why);
  if (row['row_class'] === 'ci_measured') return not('no count of accelerators, or a proxy model of a test');
  const samples = samplesTrainingCase(row, catalog);
  if (samples) return [samples];
  const name = row['model'] ?? '';
  if (/nemotron/i.test(name)) return not('a hybrid of state-space layers and attention: a family of its own');
  const chip = lookUp(CHIPS, row['accelerator'] ?? '');
  if (chip === undefined) return not(`the accelerator is not in the catalogue: ${row['accelerator'] ?? ''}`);
  const count = numeric(row['accel_count']);
  if (count === undefined) return not('no count of accelerators');
  const spec = modelSpec(row);
  const model = spec === undefined ? undefined : resolveModel(spec, catalog).value;
  if (spec === undefined || model === undefined) return not(`dimensions of the model are not known: ${name}`);
  const training = trainingOf(row, chip);
  const measured = tokensPerSecond(row, training, count, model);
  if (measured === undefined) return not('neither tokens nor steps a second are given');
  const moe = model.family === 'moe';
  const lora = training.method === 'lora';
  const workload: Workload = {
    phase: lora ? 'fine-tuning' : 'training',
    model: spec,
    training: { ...training, tokens: 1e12 },
    target: { deployment: 'on-premises', accelerator: chip, count },
  };
  const base = {
    id,
    source: sourceOf(row),
    chip: catalog.accelerators.get(chip)?.family ?? chip,
    precision: training.precision ?? 'bf16',
    quantity: 'tokensPerSecondPerAccelerator' as const,
    measured,
    group: 'trainingSpeed' as const,
    leftOut: sourceOf(row),
  };
  const what = lora ? 'adapters' : moe ? 'mixture of experts' : 'dense';
  const isGiven = training.parallelism !== undefined || training.sharding !== undefined;
  const { parallelism: _split, microBatchSize: _micro, sharding: _sharding, ...open } = training;
  const chosen: Case = {
    ...base,
    kind: `training, split chosen, ${what}`,
    // A run whose split is not told was still run on one: the best guess is that of the search.
    isFitted: !isGiven && !/^mlcommons/.test(base.source),
    workload: { ...workload, training: { ...open, tokens: 1e12 } },
  };
  if (!isGiven) return [chosen];
  const given: Case = { ...base, kind: `training, split given, ${what}`, workload, isFitted: true };
  return [given, chosen];
}

/** Tokens a second and accelerator: stated, by step time, or from FLOP/s that count attention without the causal half. */
function tokensPerSecond(
  row: Row,
  training: Training,
  count: number,
  model: Parameters<typeof shapeOf>[0],
): number | undefined {
  const direct = numeric(row['tokens_per_s_per_accel']);
  if (direct !== undefined) return direct;
  // The logs of MLPerf's GPT-3 call tokens a second samples a second.
  if (/^GPT-3 175B \(MLPerf\)/.test(row['model'] ?? '')) {
    const total = numeric(row['samples_per_s_total']);
    return total === undefined ? undefined : total / count;
  }
  const days = /^train_days_(\d+)B$/.exec(row['metric'] ?? '')?.[1];
  if (days !== undefined) return (Number(days) * 1e9) / ((numeric(row['value']) ?? NaN) * 86_400) / count;
  const sequence = training.sequenceLength;
  const step = numeric(row['step_time_s']);
  const batch = numeric(row['global_batch_seqs']);
  if (step !== undefined && batch !== undefined && sequence !== undefined) return (batch * sequence) / step / count;
  const flops = numeric(row['tflops_per_accel']);
  const shape = shapeOf(model);
  if (!/MaxText/.test(row['framework'] ?? '') || flops === undefined || !shape || sequence === undefined)
    return undefined;
  const causalHalf = 6 * shape.layers * sequence * shape.heads * shape.headDim;
  return (flops * 1e12) / (flopsPerToken(shape, sequence, false) + causalHalf);
}

function modelSpec(row: Row): string | ModelSpec | undefined {
  const name = row['model'] ?? '';
  const known = lookUp(MODELS, name);
  if (known !== undefined) return known;
  if (/^GPT-3 175B \(MLPerf\)/.test(name)) return gpt(175e9, 96, 12288, 96);
  if (/^Llama-2-70B \(LoRA/.test(name)) return 'llama-2-70b';
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
  // NVIDIA's submissions to MLPerf train their language models in fp8, where the chip has it; the rows do not say so.
  const mlperf = /training_results/.test(source);
  const precision = mlperf ? (/^(h|b|l40s)/.test(chip) ? 'fp8' : 'bf16') : precisionOf(row['precision'] ?? '');
  return {
    precision,
    sequenceLength: Math.round(sequence ?? 2048),
    ...(batch === undefined ? {} : { batchSize: Math.round(batch) }),
    ...(micro === undefined ? {} : { microBatchSize: Math.max(1, Math.round(micro)) }),
    ...(sharding === undefined ? {} : { sharding }),
    ...(recompute === undefined ? {} : { activationCheckpointing: recompute }),
    ...(stack === undefined ? {} : { stack }),
    ...(inside(LORA, row['id'] ?? '') || row['task'] === 'lora' ? { method: 'lora' as const } : {}),
    ...(Object.keys(stated).length > 0 ? { parallelism: stated } : {}),
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
  if (/Megatron-Bridge|llm-analysis/.test(source)) return 'megatron';
  if (/bigscience/.test(source)) return 'deepspeed';
  if (/torchtitan/.test(source)) return 'torchtitan';
  if (/neuron/.test(source)) return 'neuron';
  if (chip.startsWith('tpu') || /maxtext/i.test(source)) return 'maxtext';
  return /nemo-framework|training_results/.test(source) ? 'nemo' : undefined;
}
