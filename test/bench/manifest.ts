/** Manifests to measure with: valid, varied, the same at every run, of exactly as many lines as asked for. */

/** A generator of numbers in [0, 1) that a seed determines (a linear congruence modulo 2³², upper bits). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

const TRAINED = ['llama-3.1-8b', 'llama-3.1-70b', 'mistral-7b', 'qwen2.5-7b', 'qwen2.5-32b', 'gemma-2-9b'];
const SERVED = [
  'llama-3.1-8b',
  'llama-3.1-70b',
  'qwen2.5-7b',
  'qwen2.5-14b',
  'qwen2.5-32b',
  'mistral-7b',
  'gemma-2-27b',
];
/** Models that are trained from nothing, by their dimensions. */
const MODELS = [
  '{ parameters: 1.2B, layers: 24, hiddenSize: 2048, heads: 16, vocabSize: 32000 }',
  '{ parameters: 2.7B, layers: 32, hiddenSize: 2560, heads: 32, vocabSize: 50000 }',
  '{ parameters: 6.7B, layers: 32, hiddenSize: 4096, heads: 32, vocabSize: 32000 }',
];
const PLACES = [
  { provider: 'aws', region: 'us-east-1', accelerators: ['h100-sxm', 'a100-80gb', 'l40s'] },
  { provider: 'aws', region: 'eu-central-1', accelerators: ['a100-40gb', 'l40s'] },
  { provider: 'gcp', region: 'us-central1', accelerators: ['h100-sxm', 'a100-80gb'] },
  { provider: 'azure', region: 'eastus', accelerators: ['h100-sxm', 'a100-80gb'] },
] as const;

type Pick = <T>(from: readonly T[]) => T;

function fineTuning(pick: Pick): readonly string[] {
  return [
    'phase: fine-tuning',
    `model: ${pick(TRAINED)}`,
    'framework: pytorch',
    'training:',
    `  tokens: ${pick(['200M', '500M', '1B', '2B', '5B'])}`,
    `  method: ${pick(['lora', 'qlora'])}`,
    `  sequenceLength: ${pick([2048, 4096, 8192]).toString()}`,
    `  batchSize: ${pick([64, 128, 256]).toString()}`,
    `checkpointing: { interval: ${pick(['10m', '15m', '30m'])}, storage: s3://team/checkpoints }`,
    ...target(pick, ['spot', 'on-demand']),
  ];
}

function pretraining(pick: Pick): readonly string[] {
  return [
    'phase: training',
    `model: ${pick(MODELS)}`,
    'framework: pytorch',
    'training:',
    `  tokens: ${pick(['20B', '60B', '100B'])}`,
    '  stack: fsdp',
    '  sharding: fsdp',
    `  batchSize: ${pick([256, 512, 1024]).toString()}`,
    'checkpointing: { interval: 30m, storage: s3://team/checkpoints }',
    ...target(pick, ['on-demand', 'spot']),
  ];
}

function serving(pick: Pick): readonly string[] {
  const average = pick([1, 2, 5, 10]);
  return [
    'phase: inference',
    `model: ${pick(SERVED)}`,
    'framework: pytorch',
    'serving:',
    '  engine: vllm',
    `  precision: ${pick(['bf16', 'fp8'])}`,
    `  requests: { average: ${average.toString()}/s, peak: ${(average * 3).toString()}/s }`,
    `  inputTokens: ${pick([500, 1200, 3000]).toString()}`,
    `  outputTokens: ${pick([150, 300, 600]).toString()}`,
    ...target(pick, ['on-demand']),
  ];
}

function target(pick: Pick, capacities: readonly string[]): readonly string[] {
  const { provider, region, accelerators } = pick<(typeof PLACES)[number]>(PLACES);
  return [
    'target:',
    `  provider: ${provider}`,
    `  region: ${region}`,
    `  accelerator: ${pick<string>(accelerators)}`,
    `  count: ${pick([8, 16, 32]).toString()}`,
    `  capacity: ${pick(capacities)}`,
  ];
}

export interface BenchManifest {
  /** Text without a mistake. */
  readonly text: string;
  readonly lines: number;
  readonly workloads: number;
}

/** A manifest of exactly `lines` lines (at least 20); what is left over after the last whole workload is filled with comments. */
export function manifestOf(lines: number): BenchManifest {
  const random = seeded(lines);
  const pick: Pick = (from) => {
    const chosen = from[Math.floor(random() * from.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  };
  const out = ['# Generated to measure with.', 'version: 1', 'name: benchmark', 'workloads:'];
  let workloads = 0;
  for (;;) {
    const kind = [serving, fineTuning, pretraining][workloads % 3] ?? serving;
    const block = [`  work-${(workloads + 1).toString()}:`, ...kind(pick).map((line) => `    ${line}`)];
    if (out.length + block.length > lines) break;
    out.push(...block);
    workloads += 1;
  }
  while (out.length < lines) out.push('# —');
  return { text: `${out.join('\n')}\n`, lines: out.length, workloads };
}

export interface Place {
  readonly line: number;
  readonly character: number;
}

/** Place after `prefix` on the first line at or after `fromLine` that starts with it, apart from indentation. */
export function placeAfter(text: string, prefix: string, fromLine: number): Place {
  const lines = text.split('\n');
  for (let line = fromLine; line < lines.length; line++) {
    const content = lines[line] ?? '';
    const indent = content.length - content.trimStart().length;
    if (content.startsWith(prefix, indent)) return { line, character: indent + prefix.length };
  }
  throw new Error(`no line starts with ${JSON.stringify(prefix)} after line ${fromLine.toString()}`);
}
