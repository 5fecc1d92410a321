/** Comparable rows of the published inference measurements as inputs of the serving estimator. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { Catalog, KnownModel, Precision } from '../../server/src/catalog/types.ts';
import type { Serving } from '../../server/src/manifest/schema.ts';
import type { ServingInput } from '../../server/src/planner/serving.ts';
import type { ModelFacts } from '../../server/src/planner/types.ts';

export type Row = Readonly<Record<string, string>>;

export interface Case {
  readonly row: Row;
  readonly kind: string;
  readonly input: ServingInput;
  /** What was measured, in the unit of `quantity`. */
  readonly measured: number;
  readonly quantity:
    'fleetOutputTokensPerSecond' | 'decodeTokensPerSecond' | 'prefillTokensPerSecond' | 'samplesPerSecond';
}

export function readRows(path: string): readonly Row[] {
  return parse(readFileSync(path), { columns: true }) as Row[];
}

const MODELS: readonly (readonly [RegExp, string])[] = [
  [/^llama.*3\.1 8b|^llama-?3 8b|^llama v3\.1 8b/i, 'llama-3.1-8b'],
  [/^llama.*3\.[13] 70b|^llama-3 70b|^llama v3\.1 70b/i, 'llama-3.1-70b'],
  [/405b/i, 'llama-3.1-405b'],
  [/^mixtral 8x7b|^mixtral-8x7b/i, 'mixtral-8x7b'],
  [/^mixtral 8x22b/i, 'mixtral-8x22b'],
  [/^mistral 7b|^mistral-7b/i, 'mistral-7b'],
  [/^llama-?2-?70b/i, 'llama-2-70b'],
  [/^llama-2-13b/i, 'llama-2-13b'],
  [/^llama-?2[- ]7b|^llama 7b/i, 'llama-2-7b'],
  [/^llama 13b/i, 'llama-2-13b'],
  [/^codellama-13b/i, 'codellama-13b'],
  [/^codellama 34b/i, 'codellama-34b'],
  [/^tinyllama/i, 'tinyllama-1.1b'],
];

const CHIPS: readonly (readonly [RegExp, string])[] = [
  [/^h200-nvl|h200-nvl/i, 'h200-nvl'],
  [/gh200/i, 'gh200'],
  [/h200/i, 'h200'],
  [/h100.?nvl/i, 'h100-nvl'],
  [/h100.?pcie/i, 'h100-pcie'],
  [/h100/i, 'h100-sxm'],
  [/a100.?pcie 80/i, 'a100-80gb-pcie'],
  [/a100.*80/i, 'a100-80gb'],
  [/l40s/i, 'l40s'],
  [/nvidia l4$/i, 'l4'],
  [/^a40/i, 'a40'],
  [/6000 ada/i, 'rtx-6000-ada'],
  [/a6000/i, 'rtx-a6000'],
  [/4090/i, 'rtx-4090'],
  [/3090/i, 'rtx-3090'],
  [/inf2/i, 'inferentia2'],
  [/trn1/i, 'trainium1'],
  [/tpu v5e/i, 'tpu-v5e'],
  [/tpu v6/i, 'tpu-v6e'],
  [/mi300x/i, 'mi300x'],
  [/orin/i, 'jetson-agx-orin'],
];

function lookUp(table: readonly (readonly [RegExp, string])[], text: string): string | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1];
}

export function factsOf(known: KnownModel): ModelFacts {
  return { ...known, label: known.name, assumptions: [] };
}

function precisionOf(text: string): Precision | undefined {
  if (/fp8/i.test(text)) return 'fp8';
  if (/q4|4b|int4|4\.0bpw/i.test(text)) return 'int4';
  if (/int8/i.test(text)) return 'int8';
  if (/fp16|f16|bf16/i.test(text)) return 'fp16';
  return undefined;
}

/** Rows that the findings call faulty: llama.cpp prefill far too low, Neuron 8k+8k. */
const FAULTY = new Set(
  'I1794 I1795 I1910 I1911 I1758 I1878 I1879 I1818 I1938 I1939 I1946 I1947 I1505 I1512 I1514 I1316 I1317'.split(' '),
);

interface Machine {
  readonly catalog: Catalog;
  readonly chip: string;
  readonly count: number;
}

function inputOf(
  machine: Machine,
  model: ModelFacts,
  engine: string | undefined,
  serving: Serving,
): ServingInput | undefined {
  const accelerator = machine.catalog.accelerators.get(machine.chip);
  if (accelerator === undefined) return undefined;
  const engineFact = engine === undefined ? undefined : machine.catalog.engine(engine, machine.chip);
  const link = accelerator.linkBytesPerSecond;
  return {
    model,
    serving,
    phase: 'batch-inference',
    placement: {
      accelerator,
      perNode: accelerator.perNode ?? 8,
      fastDomain: accelerator.fastDomain ?? 8,
      ...(link === undefined ? {} : { linkBytesPerSecond: link }),
    },
    count: machine.count,
    ...(engine === undefined ? {} : { engine }),
    ...(engineFact === undefined ? {} : { engineFact }),
    explain: false,
  };
}

/** One calibrate row as a case; undefined where it cannot be compared. */
export function caseOf(row: Row, catalog: Catalog): Case | undefined {
  if (row['split'] !== 'calibrate' || FAULTY.has(row['id'] ?? '')) return undefined;
  const chip = lookUp(CHIPS, row['accelerator'] ?? '');
  const known = catalog.resolveModel(lookUp(MODELS, row['model'] ?? '') ?? '');
  const count = Number(row['accel_count'] ?? '');
  const measured = Number(row['value'] ?? '');
  const engine = row['engine'] ?? '';
  if (chip === undefined || !(measured > 0) || !(count > 0)) return undefined;
  const machine: Machine = { catalog, chip, count };
  const isl = Number(row['isl'] ?? '');
  const osl = Number(row['osl'] ?? '');
  const precision = precisionOf(row['precision'] ?? '');
  const of = (input: ServingInput | undefined, kind: string, quantity: Case['quantity']): Case | undefined =>
    input === undefined ? undefined : { row, kind, input, measured, quantity };
  const metric = row['metric'] ?? '';
  const language = languageTask(row, machine, of);
  if (language !== undefined) return language;
  if (known === undefined) return samplesCase(row, machine, of);
  const facts = factsOf(known);
  if (precision === undefined) return undefined;
  if (engine.startsWith('TensorRT-LLM') && metric === 'output_throughput') {
    const serving: Serving = {
      precision,
      inputTokens: isl,
      outputTokens: osl,
      parallelism: { tensor: Number(row['tp']) },
    };
    return of(inputOf(machine, facts, 'tensorrt-llm', serving), `TensorRT-LLM offline`, 'fleetOutputTokensPerSecond');
  }
  const bits = /Q4_K_M/.test(row['precision'] ?? '') ? 'int4' : precision;
  if ((engine === 'llama.cpp' || engine === 'ExLlamaV2') && metric === 'decode_throughput') {
    const serving: Serving = {
      precision: bits,
      inputTokens: 1,
      outputTokens: osl || 128,
      concurrency: 1,
      parallelism: { tensor: 1, pipeline: count },
    };
    return of(
      inputOf(machine, facts, engine === 'llama.cpp' ? 'llama.cpp' : 'other', serving),
      `${engine} batch one`,
      'decodeTokensPerSecond',
    );
  }
  if (engine === 'llama.cpp' && metric === 'prefill_throughput') {
    const serving: Serving = {
      precision: bits,
      inputTokens: isl,
      outputTokens: 1,
      concurrency: 1,
      parallelism: { tensor: 1, pipeline: count },
    };
    return of(inputOf(machine, facts, 'llama.cpp', serving), 'llama.cpp prefill', 'prefillTokensPerSecond');
  }
  if (engine === 'Transformers NeuronX' && metric === 'output_throughput') {
    const batch = Number(row['batch_or_concurrency'] ?? '') || 1;
    const serving: Serving = {
      precision,
      inputTokens: isl,
      outputTokens: osl,
      concurrency: batch,
      parallelism: { tensor: count },
    };
    return of(inputOf(machine, facts, 'neuron', serving), 'Neuron', 'fleetOutputTokensPerSecond');
  }
  return undefined;
}

/** FLOPs of one sample of the MLPerf tasks: ResNet-50 224², BERT-large padded to 384 tokens, SDXL 20 steps with guidance. */
const TASKS: Readonly<
  Record<string, { family: ModelFacts['family']; parameters: number; flops: number; precision: Precision }>
> = {
  resnet50: { family: 'cnn', parameters: 25.6e6, flops: 8.22e9, precision: 'int8' },
  'bert-99': { family: 'encoder', parameters: 335e6, flops: 246e9, precision: 'int8' },
  'stable-diffusion-xl': { family: 'diffusion', parameters: 2.6e9, flops: 240e12, precision: 'fp16' },
};

function samplesCase(
  row: Row,
  machine: Machine,
  of: (input: ServingInput | undefined, kind: string, quantity: Case['quantity']) => Case | undefined,
): Case | undefined {
  const task = TASKS[row['model'] ?? ''];
  if (task === undefined || row['unit'] !== 'Samples/s' || /MaxQ/i.test(row['source'] ?? '')) return undefined;
  const server = row['metric'] === 'mlperf_Server';
  if (!server && row['metric'] !== 'mlperf_Offline') return undefined;
  const model: ModelFacts = {
    label: row['model'] ?? '',
    family: task.family,
    parameters: task.parameters,
    activeParameters: task.parameters,
    flopsPerSample: task.flops,
    source: 'task',
    assumptions: [],
  };
  const input = inputOf(machine, model, undefined, { precision: task.precision });
  if (input === undefined) return undefined;
  return of(
    { ...input, phase: server ? 'inference' : 'batch-inference' },
    `${row['model'] ?? ''} ${server ? 'server' : 'offline'}`,
    'samplesPerSecond',
  );
}

/** Mean prompt and answer of the MLPerf language tasks (the rows do not state them; the answer agrees with their tokens per sample), and the latencies of their scenarios (99th percentile). */
const LANGUAGE_TASKS: Readonly<Record<string, { model: string; input: number; output: number }>> = {
  'llama2-70b-99': { model: 'llama-2-70b', input: 294, output: 292 },
  'llama3.1-405b': { model: 'llama-3.1-405b', input: 9428, output: 684 },
};

const SCENARIOS: Readonly<Record<string, Serving['latency']>> = {
  mlperf_Offline: undefined,
  mlperf_Server: { timeToFirstToken: 2, perOutputToken: 0.2, percentile: 99 },
  mlperf_Interactive: { timeToFirstToken: 0.45, perOutputToken: 0.04, percentile: 99 },
};

function languageTask(
  row: Row,
  machine: Machine,
  of: (input: ServingInput | undefined, kind: string, quantity: Case['quantity']) => Case | undefined,
): Case | undefined {
  const task = LANGUAGE_TASKS[row['model'] ?? ''];
  const known = task === undefined ? undefined : machine.catalog.resolveModel(task.model);
  const metric = row['metric'] ?? '';
  if (task === undefined || known === undefined || row['unit'] !== 'Tokens/s' || !(metric in SCENARIOS))
    return undefined;
  if (task.model === 'llama-3.1-405b' && metric !== 'mlperf_Offline') return undefined;
  const engine = /vllm/i.test(row['engine'] ?? '') ? 'vllm' : 'tensorrt-llm';
  const latency = SCENARIOS[metric];
  const serving: Serving = {
    precision: /h100|h200|l40s|mi300|b200|gh200/i.test(row['accelerator'] ?? '') ? 'fp8' : 'fp16',
    inputTokens: task.input,
    outputTokens: task.output,
    ...(latency === undefined ? {} : { latency }),
  };
  const version = (row['scenario'] ?? '').includes('v5.1') ? '5.1' : '4.1';
  return of(
    inputOf(machine, factsOf(known), engine, serving),
    `MLPerf ${version} ${task.model} ${metric.slice(7)} ${engine}`,
    'fleetOutputTokensPerSecond',
  );
}
