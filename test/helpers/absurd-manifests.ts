/** Random manifests for the planner: sound, missing, contradictory, zero, negative and absurd values in one. */
import * as fc from 'fast-check';

/** A workload as written. */
export interface WrittenWorkload {
  readonly phase: string;
  readonly model?: unknown;
  readonly training?: Readonly<Record<string, unknown>>;
  readonly serving?: Readonly<Record<string, unknown>>;
  readonly target?: unknown;
  readonly [key: string]: unknown;
}

const amount = fc.constantFrom<unknown>(0, -1, 1, 1000, '2B', '300B', 1e20, 1e300, '20000B', 0.5);
const small = fc.constantFrom<unknown>(0, -3, 1, 2, 7, 8, 64, 4096, 1e9);
const share = fc.constantFrom<unknown>(0, '0%', '1%', '40%', '100%', 0.7, 12, -0.2);
const duration = fc.constantFrom<unknown>('0s', '1ms', '10m', '2d', '30d', '4000y', -5);
const rate = fc.constantFrom<unknown>(
  '0/s',
  '0.001/s',
  '5/s',
  '400/s',
  '1e12/s',
  { average: '1/s', peak: '9/s' },
  { average: '9/s', peak: '1/s' },
  {},
);
const bytes = fc.constantFrom<unknown>('0GB', '1GiB', '6TiB', '1e9TB');

/** An object with any of the keys. */
function some(keys: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(keys, { requiredKeys: [], noNullPrototype: true });
}

const model = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>('llama-3.1-8b', 'llama-3.1-70b', 'mixtral-8x7b', 'resnet-50', 'nobody-knows'),
  },
  {
    weight: 2,
    arbitrary: some({
      parameters: fc.constantFrom<unknown>('1M', '13B', '1e6B', 0, 1e30, -4),
      family: fc.constantFrom('transformer', 'moe', 'cnn', 'diffusion', 'encoder', 'recommender', 'other'),
      layers: small,
      hiddenSize: small,
      heads: small,
      kvHeads: small,
      vocabSize: small,
      experts: small,
      activeParameters: fc.constantFrom<unknown>('1M', '13B', 0),
      contextLength: small,
      flopsPerSample: fc.constantFrom<unknown>('16.5G', 0, 1e30),
    }),
  },
);

const accelerator = fc.constantFrom(
  'h100-sxm',
  'a100',
  'l4',
  'tpu-v5p',
  'tpu-v5e',
  'trainium2',
  'gaudi3',
  'mi300x',
  'inferentia2',
  'cpu',
  'tpu-v7',
  'gb200',
  'hal9000',
);
const capacity = fc.constantFrom('on-demand', 'spot', 'reserved-1y', 'reserved-3y', 'capacity-block', 'owned');

const target = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom<unknown>('auto', {}, undefined) },
  {
    weight: 4,
    arbitrary: some({
      provider: fc.constantFrom('aws', 'gcp', 'azure', 'lambda', 'nowhere'),
      region: fc.constantFrom('us-east-1', 'us-central1', 'eu', 'mars'),
      accelerator,
      instance: fc.constantFrom('p5.48xlarge', 'g6.xlarge', 'nothing'),
      count: fc.constantFrom<unknown>(0, -8, 1, 3, 8, 16, 64, 1e9, 'auto'),
      capacity,
      cluster: fc.constantFrom('dc1', 'dc9'),
      baseline: some({ count: small, capacity }),
      deployment: fc.constantFrom('cloud', 'on-premises', 'hybrid', 'edge'),
    }),
  },
);

const training = some({
  tokens: amount,
  samples: amount,
  epochs: small,
  steps: amount,
  batchSize: small,
  microBatchSize: small,
  sequenceLength: small,
  precision: fc.constantFrom('bf16', 'fp8', 'fp32', 'int4'),
  optimizer: fc.constantFrom('adamw', 'sgd', 'adamw-8bit'),
  method: fc.constantFrom('full', 'lora', 'qlora'),
  sharding: fc.constantFrom('none', 'ddp', 'zero3', 'fsdp'),
  activationCheckpointing: fc.constantFrom('none', 'full'),
  parallelism: some({ tensor: small, pipeline: small, data: small, context: small, expert: small }),
  efficiency: share,
  deadline: duration,
  runsPerMonth: small,
});

const serving = some({
  engine: fc.constantFrom('vllm', 'tensorrt-llm', 'llama.cpp', 'triton'),
  precision: fc.constantFrom('bf16', 'fp8', 'int4', 'fp32'),
  requests: rate,
  inputTokens: small,
  outputTokens: small,
  samples: amount,
  concurrency: small,
  maxContext: small,
  memoryShare: share,
  latency: some({ timeToFirstToken: duration, perOutputToken: duration, endToEnd: duration, percentile: small }),
  autoscaling: some({ min: small, max: small, scaleToZero: fc.boolean(), targetUtilization: share }),
  parallelism: some({ tensor: small, pipeline: small }),
  cache: some({ prefixHitRate: share }),
  hoursPerMonth: small,
  deadline: duration,
});

export const writtenWorkload: fc.Arbitrary<WrittenWorkload> = fc
  .tuple(
    fc.constantFrom('training', 'fine-tuning', 'inference', 'batch-inference'),
    some({
      model,
      training,
      serving,
      target,
      framework: fc.constantFrom('pytorch', 'jax'),
      lifetime: duration,
      data: some({ size: bytes, location: fc.constantFrom('aws/us-east-1', 'on-premises'), egress: bytes }),
      checkpointing: fc.constantFrom<unknown>(
        false,
        { interval: '10m', storage: 'object' },
        { interval: '0s' },
        { interval: '4000y', size: '1e9TB' },
      ),
      storage: some({ size: bytes, throughput: fc.constantFrom<unknown>('0GB/s', '2GB/s') }),
      edge: some({
        device: fc.constantFrom('jetson-orin-nano', 'toaster'),
        fleetSize: small,
        sync: fc.constantFrom<unknown>('5GB/month'),
      }),
    }),
  )
  .map(([phase, rest]) => ({ phase, ...rest }));

export const writtenHead: fc.Arbitrary<Record<string, unknown>> = some({
  budget: some({ monthly: fc.constantFrom<unknown>('0', '60k', -1), total: fc.constantFrom<unknown>('5k') }),
  policy: some({
    providers: fc.constantFrom([], ['aws'], ['gcp', 'nowhere']),
    regions: fc.constantFrom(['eu'], ['mars']),
    dataResidency: fc.constantFrom(['eu'], ['us']),
    dataSensitivity: fc.constantFrom('classified', 'public'),
    portability: fc.constantFrom('required', 'none'),
  }),
  pricing: some({ discounts: fc.constantFrom<unknown>({ aws: '100%' }, { aws: '12%', gcp: '0%' }) }),
  clusters: fc.constant({
    dc1: {
      accelerator: 'h100-sxm',
      nodes: 4,
      acceleratorsPerNode: 8,
      utilization: '50%',
      cost: { perNode: '280k', electricity: '0.14/kWh' },
    },
  }),
});

/** JSON is YAML. */
export function manifestText(
  head: Readonly<Record<string, unknown>>,
  workloads: Readonly<Record<string, unknown>>,
): string {
  return JSON.stringify({ version: 1, ...head, workloads });
}
