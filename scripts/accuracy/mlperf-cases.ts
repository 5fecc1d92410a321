/** MLPerf Inference results as cases. Prompt and answer lengths of the tasks and their latency limits are those of the benchmark; the rows do not state them. */
import type { Precision } from '../../server/src/catalog/types.ts';
import type { ModelSpec, Serving } from '../../server/src/manifest/schema.ts';
import { servingCase, type Site } from './serving-cases.ts';
import type { Reading } from './case.ts';

/** FLOPs of one sample: ResNet-50 at 224², BERT-large padded to 384 tokens, SDXL with 20 steps and guidance. */
const SAMPLES: Readonly<
  Record<string, { readonly spec: ModelSpec; readonly precision: Precision; readonly name: string }>
> = {
  resnet50: {
    spec: { family: 'cnn', parameters: 25.6e6, flopsPerSample: 8.22e9 },
    precision: 'int8',
    name: 'vision',
  },
  'bert-99': {
    spec: { family: 'encoder', parameters: 335e6, flopsPerSample: 246e9 },
    precision: 'int8',
    name: 'encoder',
  },
  'stable-diffusion-xl': {
    spec: { family: 'diffusion', parameters: 2.6e9, flopsPerSample: 240e12 },
    precision: 'fp16',
    name: 'diffusion',
  },
};

/** Mean prompt and answer of the language tasks; the answers agree with the rows' tokens per sample. */
const LANGUAGE: Readonly<Record<string, { readonly model: string; readonly input: number; readonly output: number }>> =
  {
    'llama2-70b-99': { model: 'llama-2-70b', input: 294, output: 292 },
    'llama3.1-405b': { model: 'llama-3.1-405b', input: 9428, output: 684 },
  };

const SCENARIOS: Readonly<Record<string, Serving['latency']>> = {
  mlperf_Offline: undefined,
  mlperf_Server: { timeToFirstToken: 2, perOutputToken: 0.2, percentile: 99 },
  mlperf_Interactive: { timeToFirstToken: 0.45, perOutputToken: 0.04, percentile: 99 },
};

export function mlperfCases(site: Site): readonly Reading[] {
  const { row, id } = site;
  const not = (why: string): readonly Reading[] => [{ id, why }];
  const task = row['model'] ?? '';
  const metric = row['metric'] ?? '';
  if (/MaxQ/i.test(`${row['source'] ?? ''} ${row['notes'] ?? ''}`)) return not('power-capped');
  const samples = SAMPLES[task];
  if (samples) {
    if (row['unit'] !== 'Samples/s') return not(`in ${row['unit'] ?? ''}`);
    const server = metric === 'mlperf_Server';
    const { spec, precision, name } = samples;
    return [
      servingCase(
        site,
        `${name} inference, ${server ? 'server' : 'offline'}`,
        { model: spec, serving: { precision }, ...(server ? { phase: 'inference' as const } : {}) },
        'served samplesPerSecond',
        'samples',
        !server,
      ),
    ];
  }
  const language = LANGUAGE[task];
  if (!language) return not(`lengths of the task are not in the row: ${task}`);
  if (row['unit'] !== 'Tokens/s' || !(metric in SCENARIOS)) return not(`in ${row['unit'] ?? ''}`);
  const offline = metric === 'mlperf_Offline';
  if (task.startsWith('llama3.1') && !offline) return not('its latency limits are not in the row');
  const vllm = /vllm/i.test(row['engine'] ?? '');
  const latency = SCENARIOS[metric];
  const serving: Serving = {
    engine: vllm ? 'vllm' : /tpu/.test(site.chip) ? 'jetstream' : 'tensorrt-llm',
    ...(vllm ? { engineVersion: /vLLM ([\d.]+)/.exec(row['engine'] ?? '')?.[1] ?? '' } : {}),
    precision: /h100|h200|l40s|mi300|b200|gh200/.test(site.chip) ? 'fp8' : 'fp16',
    inputTokens: language.input,
    outputTokens: language.output,
    ...(latency === undefined ? {} : { latency }),
  };
  const kind = offline
    ? `serving offline, ${vllm ? 'another engine' : 'calibrated engine, dense'}`
    : `serving under latency${vllm ? ', another engine' : ''}`;
  const phase = offline ? 'batch-inference' : 'inference';
  return [servingCase(site, kind, { model: language.model, serving, phase }, 'outputTokensPerSecond', 'engine', false)];
}
