/** The examples that define the language: a five-line plan, and one that uses every section. They must stay valid for zod and for JSON Schema. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import { readManifest } from '../../../server/src/manifest/read.ts';

const FIRST = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/ckpt }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`;

const FULL = `version: 1
name: support-assistant
owner: ml-platform
budget: { monthly: 60k, total: 400k, alertAt: 80% }
policy:
  providers: [gcp, aws]
  regions: [us, europe-west4]        # a geography or a provider's region
  dataSensitivity: internal          # public | internal | regulated | classified
  dataResidency: [eu, us]
  compliance: [gdpr, soc2]
  expertise: mlops                   # none | some | mlops: who will run this
  portability: preferred             # required | preferred | none: how much lock-in is acceptable
pricing:
  discounts: { aws: 12% }            # negotiated, off on-demand
  book: prices.ai-infra.csv          # the organisation's own prices, over the catalogue's
clusters:
  dc1:
    accelerator: h100-sxm
    nodes: 16
    acceleratorsPerNode: 8
    interconnect: infiniband
    location: eu
    cost: { perNode: 280k, amortization: 4y, electricity: 0.14/kWh, pue: 1.3, colocation: 180/kW/month, staff: 1.5, maintenance: 5% }
    utilization: 70%
defaults:
  framework: pytorch
workloads:
  pretrain:
    phase: training
    model: { parameters: 13B, layers: 40, hiddenSize: 5120, heads: 40, kvHeads: 40, vocabSize: 32000, contextLength: 4096 }
    data: { size: 6TiB, location: gcp/us-central1, sensitivity: internal }
    training:
      tokens: 300B
      sequenceLength: 4096
      batchSize: 1024                # sequences in a global step
      precision: bf16
      optimizer: adamw
      activationCheckpointing: selective
      sharding: fsdp
      parallelism: { tensor: 2, pipeline: 1, data: auto }
      deadline: 30d
    checkpointing: { interval: 30m, storage: gs://acme-ckpt, async: true, keep: 3 }
    target: { provider: gcp, region: us-central1, accelerator: h100-sxm, count: 128, capacity: on-demand, interconnect: gpudirect, orchestrator: kubernetes }
  chat:
    phase: inference
    model: { name: llama-3.1-70b }
    serving:
      engine: vllm
      precision: fp8
      requests: { average: 12/s, peak: 60/s }
      inputTokens: 1500
      outputTokens: 300
      latency: { timeToFirstToken: 800ms, perOutputToken: 50ms, percentile: 95 }
      autoscaling: { min: 2, max: 12, scaleToZero: false }
      cache: { prefixHitRate: 40% }
      availability: 99.9%
    target: auto                     # ask for a recommendation
  cameras:
    phase: inference
    stage: production
    model: { parameters: 11M, family: cnn, flopsPerSample: 16.5G }
    serving: { requests: 30/s, latency: { endToEnd: 30ms }, precision: int8 }
    edge: { device: jetson-orin-nano, fleetSize: 400, powerBudget: 25W, offline: true, updates: ota, sync: 5GB/month }
    target: { deployment: edge }
rules: { AI301: info }
`;

/** Every key and word that the two examples leave out. */
const REST = `version: 1
description: the rest of the language
labels: { team: ml }
budget: { upfront: 2M }
policy:
  accelerators: [h100-sxm]
  dataLocation: residency
  compliance: [hipaa, pci, fedramp, itar]
  encryption: [at-rest, in-transit]
  privateNetwork: true
  maxCarbonPerMonth: 500kg
  staffCost: 180k
pricing: { currency: USD }
clusters:
  dc1:
    cpuCores: 128
    memory: 2TiB
    storage: parallel
    orchestrator: slurm
    powerLimit: 200kW
    cost: { network: 400k, residual: 10% }
    available: 0
    availableFrom: 2027-01-31
expect: [cost.monthly < 50k, no errors]
workloads:
  a:
    description: words
    owner: me
    labels: { a: b }
    lifetime: 2y
    phase: fine-tuning
    stage: prototype
    model: { family: moe, parameters: 40B, activeParameters: 6B, intermediateSize: 14336, headDim: 128, experts: 8, customOps: true }
    data: { egress: 2TB, location: on-premises }
    training:
      samples: 5M
      epochs: 1.5
      steps: 10k
      microBatchSize: 1
      method: qlora
      loraRank: 16
      offload: optimizer
      stack: optimum-habana
      efficiency: 42%
      runsPerMonth: 4
      parallelism: { virtualStages: 2, context: 2, expert: auto, sequence: true }
    checkpointing: { location: aws/us-east-1, size: 180GB, resume: false }
    storage: { type: object, size: 20TB, throughput: 20GB/s }
    network: { private: true, encryption: true }
    target: { cluster: dc1, deployment: hybrid, baseline: { count: 8, capacity: owned }, burst: { provider: gcp, zones: 2, service: vertex-ai, serverless: true, instance: a3-highgpu-8g } }
    alternatives: [{ provider: azure, count: auto, capacity: reserved-1y }]
    expect: [fits]
  b:
    phase: batch-inference
    serving:
      engine: llama.cpp
      engineVersion: "0.11"
      kvCachePrecision: fp8
      usersIn: [us, de]
      parallelism: { tensor: 2, pipeline: 1, expert: auto, attentionData: 2 }
      samples: 5M
      concurrency: 64
      maxContext: 32k
      memoryShare: 90%
      autoscaling: { targetUtilization: 70% }
      hoursPerMonth: 200
      deadline: 8h
    edge: { connectivity: cellular }
    checkpointing: false
`;

const validate = new Ajv({ strict: false, allErrors: true }).compile(
  JSON.parse(readFileSync(new URL('../../../schemas/ai-infra.schema.json', import.meta.url), 'utf8')) as object,
);

describe('the examples of the language', () => {
  for (const [name, text] of Object.entries({ first: FIRST, full: FULL, rest: REST })) {
    it(`${name}: is read without an issue`, () => {
      const source = parseManifest(text);
      const manifest = readManifest(source);
      assert.deepEqual(source.problems, []);
      assert.deepEqual([...manifest.headIssues, ...manifest.workloads.flatMap((workload) => workload.issues)], []);
      for (const workload of manifest.workloads) assert.ok(workload.value, workload.name);
    });

    it(`${name}: is valid by the published JSON Schema`, () => {
      assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
    });
  }

  it('keep quantities in their units', () => {
    const manifest = readManifest(parseManifest(FULL));
    const chat = manifest.workloads[1]?.value;
    assert.deepEqual(chat?.serving?.requests, { average: 12, peak: 60 });
    assert.deepEqual(chat?.serving?.latency, { timeToFirstToken: 0.8, perOutputToken: 0.05, percentile: 95 });
    assert.equal(manifest.head.clusters?.['dc1']?.cost?.colocation, 180);
    assert.equal(Math.round(manifest.workloads[2]?.value?.edge?.sync ?? 0), Math.round(5e9 / (730 * 3600)));
  });
});
