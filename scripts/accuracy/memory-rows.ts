/** Comparable rows of the published peaks of training memory, estimated. */
import type { Catalog } from '../../server/src/catalog/types.ts';
import type { ModelSpec, Training } from '../../server/src/manifest/schema.ts';
import { TRAINING_MEMORY } from '../../server/src/planner/fitted.ts';
import { trainingMemory } from '../../server/src/planner/memory-training.ts';
import { resolveModel } from '../../server/src/planner/model.ts';
import { resolveTrainingSettings } from '../../server/src/planner/training-settings.ts';
import type { Parallelism } from '../../server/src/planner/types.ts';
import type { Row } from './serving-rows.ts';
import type { Outcome } from './training.ts';

const GIB = 2 ** 30;

/** Self-contradicting, not sharded as typed, or capacities instead of peaks (findings). */
const FAULTY = new Set(['M0306', 'M0307', 'M0308', 'M0365', 'M0366', 'M0310', 'M0385']);

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

function numeric(text: string | undefined, otherwise: number): number {
  const value = Number(text);
  return text !== undefined && text !== '' && Number.isFinite(value) && value > 0 ? value : otherwise;
}

export function memoryCase(row: Row, catalog: Catalog): Outcome | undefined {
  const id = row['id'] ?? '';
  const source = row['source'] ?? '';
  if (row['split'] !== 'calibrate' || FAULTY.has(id) || /calculon|Megatron-LM/.test(source)) return undefined;
  const method = row['method'] ?? '';
  const adapters = /^(lora|adapter)/.test(method);
  if (!adapters && !/pretrain|full/.test(method)) return undefined;
  const name = row['model'] ?? '';
  const known = MODELS.find(([pattern]) => pattern.test(name))?.[1];
  const billions = Number(row['params_b']);
  const spec: string | ModelSpec | undefined =
    known ??
    (Number.isFinite(billions) && billions > 0
      ? { parameters: billions * 1e9, ...(/^GPT/.test(name) ? { vocabSize: 51_200 } : {}) }
      : undefined);
  if (spec === undefined) return undefined;
  const model = resolveModel(spec, catalog).value;
  const chip = catalog.accelerators.get(
    /L40S/.test(row['accelerator'] ?? '') ? 'l40s' : /H100/.test(row['accelerator'] ?? '') ? 'h100-sxm' : 'a100-80gb',
  );
  if (model === undefined || chip === undefined) return undefined;
  const quantised = /nf4|int4/.test(row['quant'] ?? '');
  if ((row['quant'] ?? '') !== '' && !quantised) return undefined;
  const training: Training = {
    stack: /bigscience/.test(source)
      ? 'deepspeed'
      : /torchtitan/.test(source)
        ? 'torchtitan'
        : /litgpt/.test(source)
          ? 'litgpt'
          : 'huggingface',
    method: adapters ? (quantised ? 'qlora' : 'lora') : 'full',
    sequenceLength: numeric(row['seq_len'], 2048),
    loraRank: 16,
  };
  const { settings } = resolveTrainingSettings(training, model, chip, adapters);
  const sharding = row['zero_fsdp'] ?? '';
  const count = numeric(row['accel_count'], 1);
  const pipeline = numeric(row['pp'], 1);
  const byDefault = /FSDP default/.test(row['act_ckpt'] ?? '');
  // torchtitan gives the local batch, which a pipeline cuts into as many micro-batches as it has stages.
  const local = numeric(row['micro_batch'], 1);
  const parallelism: Parallelism = {
    tensor: numeric(row['tp'], 1),
    pipeline,
    data: numeric(row['dp'], byDefault ? count : 1),
    context: numeric(row['cp'], 1),
    expert: numeric(row['ep'], 1),
    sharding:
      byDefault || /FSDP/.test(sharding)
        ? 'fsdp'
        : /ZeRO-1|dist/.test(sharding)
          ? 'zero1'
          : /ZeRO-3/.test(sharding)
            ? 'zero3'
            : 'ddp',
    microBatchSize: /torchtitan/.test(source) ? Math.max(1, Math.round(local / pipeline)) : local,
  };
  const recomputing = /full|true|FSDP default/i.test(row['act_ckpt'] ?? '');
  const recompute = recomputing ? 'full' : /selective/.test(row['act_ckpt'] ?? '') ? 'selective' : 'none';
  const result = trainingMemory({
    model,
    settings,
    parallelism,
    recompute,
    placement: { accelerator: chip, count, nodes: Math.ceil(count / 8) },
    microBatches: 64,
  });
  const reported = Number(row['reported_mem']);
  if (result === undefined || !Number.isFinite(reported)) return undefined;
  // Allocated bytes know neither the allocator's slack nor the context of the device.
  const allocated = /allocated/.test(row['mem_kind'] ?? '');
  const seen = (bytes: number): number =>
    allocated ? (bytes - TRAINING_MEMORY.baseBytes) / TRAINING_MEMORY.allocatorFactor : bytes;
  const range = result.perAcceleratorBytes;
  const unit = /GB \(as printed\)/.test(row['unit'] ?? '') || row['unit'] === 'GiB' ? GIB : 1e9;
  return {
    id,
    groups: ['all', `source ${source.replace(/^github:|@.*/g, '')}`, `method ${settings.method}`],
    estimate: { low: seen(range.low), mid: seen(range.mid), high: seen(range.high) },
    parts: result.parts,
    measured: reported * unit,
  };
}
