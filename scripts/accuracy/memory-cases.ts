/** Published peaks of training memory as cases. */
import type { Catalog } from '../../server/src/catalog/types.ts';
import type { ModelSpec, Training, Workload } from '../../server/src/manifest/schema.ts';
import { lookUp, numeric, sourceOf, type Quantity, type Reading, type Row } from './case.ts';

const GIB = 2 ** 30;

const FAULTY: readonly (readonly [RegExp, string])[] = [
  [/^M030[678]$/, 'contradicts itself by a factor of 2.5 to 4'],
  [/^M036[56]$/, 'its name and its columns disagree'],
  [/^M0310$|^M0385$/, 'is not sharded as typed'],
  [/^M01(7\d|8[0-7])$/, 'a capacity, not a peak'],
  [/^M01(29|3[0-7])$/, 'FSDP without wrapped layers: the whole model is gathered at once'],
];

const MODELS: readonly (readonly [RegExp, string])[] = [
  [/llama-?3\.2-3b/i, 'llama-3.2-3b'],
  [/llama 3\.1 8b/i, 'llama-3.1-8b'],
  [/llama 3\.1 70b/i, 'llama-3.1-70b'],
  [/llama 3\.1 405b/i, 'llama-3.1-405b'],
  [/llama 2 7/i, 'llama-2-7b'],
  [/llama 2 13/i, 'llama-2-13b'],
  [/falcon 40/i, 'falcon-40b'],
  [/phi-1\.5/i, 'phi-1.5'],
];

/** Vocabulary and heads of the published GPT family of Megatron. */
const MEGATRON_HEADS: Readonly<Record<number, number>> = { 6144: 64, 12288: 96, 20480: 128, 25600: 160 };

/** One row as a case, or the reason why it is none. */
export function memoryCase(row: Row, catalog: Catalog): Reading {
  const id = row['id'] ?? '';
  const not = (why: string): Reading => ({ id, why });
  const faulty = lookUp(FAULTY, id);
  if (faulty !== undefined) return not(faulty);
  const source = sourceOf(row);
  if (/Megatron-LM/.test(source)) return not('no count of accelerators, or attention without fused kernels');
  const method = row['method'] ?? '';
  const isAdapter = /^lora/.test(method);
  if (!isAdapter && !/pretrain|^full/.test(method))
    return not(`the manifest has no word for the method: ${method.split('/')[0] ?? ''}`);
  const quantity = quantityOf(row);
  if (quantity === undefined) return not('a ratio, or activations of attention that keeps its whole matrix');
  const reported = numeric(row['reported_mem']);
  if (reported === undefined) return not('it ran out of memory: a bound, not a measurement');
  const spec = specOf(row);
  if (spec === undefined) return not('dimensions of the model are not known');
  const isQuantised = /nf4|int4/.test(row['quant'] ?? '');
  if ((row['quant'] ?? '') !== '' && !isQuantised) return not(`quantisation: ${row['quant'] ?? ''}`);
  const chip = /L40S/.test(row['accelerator'] ?? '')
    ? 'l40s'
    : /H100|H200/.test(row['accelerator'] ?? '')
      ? 'h200'
      : 'a100-80gb';
  const { training, count } = trainingOf(row, source, isAdapter, isQuantised);
  const workload: Workload = {
    phase: isAdapter ? 'fine-tuning' : 'training',
    model: spec,
    training,
    target: { deployment: 'on-premises', accelerator: chip, count },
  };
  const unit = /GB \(as printed\)/.test(row['unit'] ?? '') || row['unit'] === 'GiB' ? GIB : 1e9;
  return {
    id,
    source,
    kind: `peak training memory, ${training.method === 'full' ? 'all weights' : 'adapters'}`,
    chip: catalog.accelerators.get(chip)?.family ?? chip,
    precision: isQuantised ? 'nf4' : '16 bit',
    workload,
    quantity,
    measured: reported * unit,
    group: 'trainingMemory',
    isFitted: true,
    leftOut: source,
  };
}

function quantityOf(row: Row): Quantity | undefined {
  const kind = row['mem_kind'] ?? '';
  if (/params\+grads/.test(kind)) return 'stateBytes';
  if (/activations only/.test(kind)) return row['act_ckpt'] === 'selective+SP' ? 'activationBytes' : undefined;
  if (/activations relative/.test(kind)) return undefined;
  return /allocated/.test(kind) ? 'allocatedBytes' : 'peakBytes';
}

function specOf(row: Row): string | ModelSpec | undefined {
  const name = row['model'] ?? '';
  const known = lookUp(MODELS, name);
  if (known !== undefined) return known;
  const billions = numeric(row['params_b']);
  if (billions === undefined) return undefined;
  const layers = numeric(row['layers']);
  const hiddenSize = numeric(row['hidden']);
  const heads = hiddenSize === undefined ? undefined : MEGATRON_HEADS[hiddenSize];
  return {
    parameters: billions * 1e9,
    ...(/GPT|Megatron|MT-NLG/.test(name) ? { vocabSize: isMultilingual(row) ? 250_880 : 51_200 } : {}),
    ...(layers !== undefined && hiddenSize !== undefined && heads !== undefined
      ? { layers, hiddenSize, heads, kvHeads: heads, intermediateSize: 4 * hiddenSize }
      : {}),
  };
}

/** The last trials before BLOOM already had its vocabulary. */
function isMultilingual(row: Row): boolean {
  return /^M03(4[2-9]|5\d)$/.test(row['id'] ?? '');
}

function trainingOf(
  row: Row,
  source: string,
  isAdapter: boolean,
  isQuantised: boolean,
): { readonly training: Training; readonly count: number } {
  const sharding = row['zero_fsdp'] ?? '';
  const recompute = row['act_ckpt'] ?? '';
  const byDefault = /FSDP default/.test(recompute);
  const stated = numeric(row['accel_count']) ?? 1;
  const split = {
    tensor: numeric(row['tp']) ?? 1,
    pipeline: numeric(row['pp']) ?? 1,
    context: numeric(row['cp']) ?? 1,
    expert: numeric(row['ep']) ?? 1,
    data: numeric(row['dp']) ?? (byDefault ? stated : 1),
  };
  const count = split.tensor * split.pipeline * split.context * split.data;
  // torchtitan gives the local batch, which a pipeline cuts into as many micro-batches as it has stages.
  const local = numeric(row['micro_batch']) ?? 1;
  const micro = /torchtitan/.test(source) ? Math.max(1, Math.round(local / split.pipeline)) : local;
  // Enough micro-batches to fill the pipeline.
  const batch = micro * split.data * Math.max(64, split.pipeline);
  return {
    count,
    training: {
      stack: stackOf(source),
      method: isAdapter ? (isQuantised ? 'qlora' : 'lora') : 'full',
      ...(isAdapter ? { loraRank: 16 } : {}),
      sequenceLength: numeric(row['seq_len']) ?? 2048,
      microBatchSize: micro,
      batchSize: batch,
      sharding: sharding === '' && !byDefault ? 'none' : shardingOf(sharding),
      activationCheckpointing: /full|true|FSDP default/i.test(recompute)
        ? 'full'
        : /selective/.test(recompute)
          ? 'selective'
          : 'none',
      precision: /float8/.test(row['precision'] ?? '') ? 'fp8' : 'bf16',
      // The figures of Korthikanti et al. are of three interleaved stages, where there are micro-batches enough.
      parallelism:
        /calculon/.test(source) && split.pipeline > 1 && split.pipeline < 64 ? { ...split, virtualStages: 3 } : split,
    },
  };
}

function shardingOf(text: string): NonNullable<Training['sharding']> {
  return /ZeRO-1|dist/.test(text) ? 'zero1' : /ZeRO-3/.test(text) ? 'zero3' : /ZeRO-0/.test(text) ? 'ddp' : 'fsdp';
}

function stackOf(source: string): NonNullable<Training['stack']> {
  if (/bigscience/.test(source)) return 'deepspeed';
  if (/torchtitan/.test(source)) return 'torchtitan';
  if (/litgpt/.test(source)) return 'litgpt';
  return /calculon/.test(source) ? 'megatron' : 'huggingface';
}
