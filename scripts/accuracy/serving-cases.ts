/** Published inference measurements as cases. */
import type { Catalog, Precision } from '../../server/src/catalog/types.ts';
import type { ModelSpec, Serving, Workload } from '../../server/src/manifest/schema.ts';
import { lookUp, numeric, sourceOf, type Case, type FitGroup, type Quantity, type Reading, type Row } from './case.ts';
import { mlperfCases } from './mlperf-cases.ts';

const FAULTY: readonly (readonly [readonly string[], string])[] = [
  ['I1794 I1795 I1910 I1911 I1758 I1878 I1879 I1818'.split(' '), 'prefill 3 to 15 times too low, probably faulty'],
  ['I1938 I1939 I1946 I1947'.split(' '), 'decoding about 30 % low'],
  ['I1505 I1512 I1514'.split(' '), '2.5 times below its neighbours'],
  ['I1316 I1317'.split(' '), 'four times below the same chip in another submission: another engine'],
];

const MODELS: readonly (readonly [RegExp, string])[] = [
  [/^llama.*3\.1 8b|^llama-?3[- ]8b|^llama v3\.1 8b/i, 'llama-3.1-8b'],
  [/^llama.*3\.[13] 70b|^llama-?3[- ]70b|^llama v3\.1 70b/i, 'llama-3.1-70b'],
  [/405b/i, 'llama-3.1-405b'],
  [/^mixtral 8x7b|^mixtral-8x7b/i, 'mixtral-8x7b'],
  [/^mixtral 8x22b/i, 'mixtral-8x22b'],
  [/^mistral 7b|^mistral-7b/i, 'mistral-7b'],
  [/^llama-?2[- ]70b/i, 'llama-2-70b'],
  [/^llama-?2[- ]13b|^llama 13b/i, 'llama-2-13b'],
  [/^llama-?2[- ]7b|^llama 7b/i, 'llama-2-7b'],
  [/^codellama-13b/i, 'codellama-13b'],
  [/^codellama 34b/i, 'codellama-34b'],
  [/^tinyllama/i, 'tinyllama-1.1b'],
];

const CHIPS: readonly (readonly [RegExp, string])[] = [
  [/h200-nvl/i, 'h200-nvl'],
  [/gh200/i, 'gh200'],
  [/h200/i, 'h200'],
  [/h100.?nvl/i, 'h100-nvl'],
  [/h100.?pcie/i, 'h100-pcie'],
  [/h100/i, 'h100-sxm'],
  [/a100.?pcie.*80/i, 'a100-80gb-pcie'],
  [/a100.*80/i, 'a100-80gb'],
  [/l40s/i, 'l40s'],
  [/nvidia l4$/i, 'l4'],
  [/^a40/i, 'a40'],
  [/6000 ada/i, 'rtx-6000-ada'],
  [/a6000/i, 'rtx-a6000'],
  [/4090/i, 'rtx-4090'],
  [/inf2/i, 'inferentia2'],
  [/trn1/i, 'trainium1'],
  [/tpu v5e/i, 'tpu-v5e'],
  [/tpu v6/i, 'tpu-v6e'],
  [/mi300x/i, 'mi300x'],
  [/b200/i, 'b200'],
  [/orin/i, 'jetson-agx-orin'],
];

/** What a reading needs of a row before its engine is asked. */
export interface Site {
  readonly id: string;
  readonly row: Row;
  readonly chip: string;
  readonly family: string;
  readonly count: number;
  readonly measured: number;
}

/** One row as cases, or the reason why it is none. */
export function servingCases(row: Row, catalog: Catalog): readonly Reading[] {
  const id = row['id'] ?? '';
  const not = (why: string): readonly Reading[] => [{ id, why }];
  const faulty = FAULTY.find(([ids]) => ids.includes(id))?.[1];
  if (faulty !== undefined) return not(faulty);
  const chip = lookUp(CHIPS, row['accelerator'] ?? '');
  if (chip === undefined) return not(`the accelerator is not in the catalogue: ${row['accelerator'] ?? ''}`);
  const accelerator = catalog.accelerators.get(chip);
  if (accelerator?.memoryBytes === undefined) return not(`the catalogue states no specification of ${chip}`);
  const measured = numeric(row['value']);
  const count = numeric(row['accel_count']);
  if (measured === undefined || count === undefined) return not('no value or no count of accelerators');
  const site: Site = { id, row, chip, family: accelerator.family, count, measured };
  if ((row['metric'] ?? '').startsWith('mlperf')) return mlperfCases(site);
  return engineCases(site);
}

function engineCases(site: Site): readonly Reading[] {
  const { row, id } = site;
  const not = (why: string): readonly Reading[] => [{ id, why }];
  const engine = row['engine'] ?? '';
  const metric = row['metric'] ?? '';
  const model = lookUp(MODELS, row['model'] ?? '');
  const precision = precisionOf(row['precision'] ?? '');
  if (model === undefined) return not(`the model is not known: ${row['model'] ?? ''}`);
  if (precision === undefined) return not(`the manifest has no word for the precision: ${row['precision'] ?? ''}`);
  const inputTokens = numeric(row['isl']);
  const outputTokens = numeric(row['osl']);
  if (engine.startsWith('TensorRT-LLM') && metric === 'output_throughput') {
    const tensor = numeric(row['tp']) ?? site.count;
    const serving: Serving = { engine: 'tensorrt-llm', precision, ...tokens(inputTokens, outputTokens) };
    const kind = `serving offline, calibrated engine, ${/mixtral/.test(model) ? 'mixture of experts' : 'dense'}`;
    const workload = { model, serving: { ...serving, parallelism: { tensor } } };
    return [servingCase(site, kind, workload, 'outputTokensPerSecond', 'engine', true)];
  }
  if ((engine === 'llama.cpp' || engine === 'ExLlamaV2') && metric === 'decode_throughput') {
    const serving: Serving = {
      engine: engine === 'llama.cpp' ? 'llama.cpp' : 'other',
      precision,
      ...tokens(1, outputTokens ?? 128),
      concurrency: 1,
      parallelism: { tensor: 1, pipeline: site.count },
    };
    const kind = `decode at batch one, ${precision === 'fp16' ? '16 bit' : 'quantised'}`;
    return [servingCase(site, kind, { model, serving }, 'decodeTokensPerSecond', 'batchOne', engine === 'llama.cpp')];
  }
  if (engine === 'llama.cpp' && metric === 'prefill_throughput') {
    const serving: Serving = {
      engine: 'llama.cpp',
      precision,
      ...tokens(inputTokens, 1),
      concurrency: 1,
      parallelism: { tensor: 1, pipeline: site.count },
    };
    return [servingCase(site, 'prefill at batch one', { model, serving }, 'prefillTokensPerSecond', 'engine', false)];
  }
  if (engine === 'Transformers NeuronX' && metric === 'output_throughput') {
    if (precision === 'int8') return not('8-bit weights with 16-bit arithmetic of an early compiler');
    const serving: Serving = {
      engine: 'neuron',
      precision,
      ...tokens(inputTokens, outputTokens),
      concurrency: numeric(row['batch_or_concurrency']) ?? 1,
      parallelism: { tensor: site.count },
    };
    const readings: Case[] = [
      servingCase(site, 'serving at a fixed batch', { model, serving }, 'outputTokensPerSecond', 'batchOne', true),
    ];
    const each = numeric(row['tpot_ms_p50']);
    if (each !== undefined) {
      const of = { ...site, measured: each / 1000 };
      readings.push(
        servingCase(of, 'time per output token', { model, serving }, 'timePerOutputTokenSeconds', 'batchOne', false),
      );
    }
    return readings;
  }
  return not(`another engine or quantity: ${engine} ${metric}`);
}

function tokens(inputTokens: number | undefined, outputTokens: number | undefined): Serving {
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  };
}

/** A case on owned accelerators, as many as the row says. */
export function servingCase(
  site: Site,
  kind: string,
  of: { readonly model: string | ModelSpec; readonly serving: Serving; readonly phase?: Workload['phase'] },
  quantity: Quantity,
  group: FitGroup,
  isFitted: boolean,
): Case {
  return {
    id: site.id,
    source: sourceOf(site.row),
    kind,
    chip: site.family,
    precision: of.serving.precision ?? '16 bit',
    workload: {
      phase: of.phase ?? 'batch-inference',
      model: of.model,
      serving: of.serving,
      target: { deployment: 'on-premises', accelerator: site.chip, count: site.count },
    },
    quantity,
    measured: site.measured,
    group,
    isFitted,
    // One source each: a model is left out, or the family of a chip.
    leftOut:
      group === 'engine'
        ? String(of.model)
        : group === 'samples'
          ? site.family
          : `${sourceOf(site.row)} ${site.family}`,
  };
}

function precisionOf(text: string): Precision | undefined {
  if (/fp8/i.test(text)) return 'fp8';
  if (/q4|4b|int4|4\.0bpw/i.test(text)) return 'int4';
  if (/int8|s8/i.test(text)) return 'int8';
  if (/fp16|f16|bf16/i.test(text)) return 'fp16';
  return undefined;
}
