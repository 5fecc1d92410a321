import assert from 'node:assert/strict';
import { analyse } from '../../../server/src/analysis.ts';
import { fitWords, timeWords } from '../../../server/src/features/amounts.ts';
import { catalog } from './placements.ts';

const analysed = (workload: string, head = '') =>
  analyse({
    text: `version: 1\n${head}workloads:\n  w:\n${workload.replace(/^/gm, '    ')}\n`,
    catalog,
    today: '2026-11-23',
    mostAdvice: 0,
  });
const planOf = (workload: string, head?: string) => {
  const plan = analysed(workload, head).plans.get('w');
  assert.ok(plan);
  return plan;
};

const CHAT = (more = '', target = '{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: 1 }') =>
  `phase: inference
model: llama-3.1-8b
serving: { engine: vllm, requests: 1/s, inputTokens: 1000, outputTokens: 200${more} }
target: ${target}`;

describe('what a plan says', () => {
  it('of parts of memory adds up to no more than the total beside them', () => {
    const { findings } = analysed(`phase: fine-tuning
model: llama-2-7b
framework: pytorch
training: { tokens: 20M, sequenceLength: 2048, microBatchSize: 1, batchSize: 16, activationCheckpointing: full }
target: { provider: runpod, accelerator: a100-80gb, count: 1 }`);
    const message = findings.find(({ code }) => code === 'AI401')?.message ?? '';
    const [total = 0, ...parts] = [...message.matchAll(/([\d.]+) GiB/g)].map((match) => Number(match[1]));
    // The last is the memory of the device.
    const sum = parts.slice(0, -1).reduce((all, part) => all + part, 0);
    assert.ok(parts.length > 3 && sum <= total * 1.01 && sum > total * 0.9, message);
  });

  it('of a batch job includes how long it takes', () => {
    const plan = planOf(`phase: batch-inference
model: llama-3.1-8b
serving: { samples: 1M, inputTokens: 1000, outputTokens: 200, deadline: 48h }
target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }`);
    const { durationSeconds, throughput } = plan.serving ?? {};
    assert.ok(durationSeconds && throughput?.samplesPerSecond);
    assert.ok(Math.abs(durationSeconds.mid * throughput.samplesPerSecond.mid - 1e6) < 1);
    assert.notEqual(timeWords(plan), '');
  });

  it('of the cache includes that of the sequences that run at once, within the memory that is there', () => {
    const plan = planOf(CHAT());
    const { kvCacheAtBatchBytes = 0, partsBytes, perAcceleratorBytes, capacityBytes } = plan.memory;
    assert.ok(partsBytes && perAcceleratorBytes && capacityBytes && kvCacheAtBatchBytes > partsBytes.kvCache);
    assert.ok(perAcceleratorBytes.mid - partsBytes.kvCache + kvCacheAtBatchBytes <= capacityBytes * (1 + 1e-9));
    assert.match(fitWords(plan), /of cache for \d+ sequences$/);
  });

  it('of a service that runs for no hours, or is had for nothing, is no dollars and not unknown', () => {
    for (const plan of [
      planOf(CHAT(', hoursPerMonth: 0')),
      planOf(CHAT(), 'pricing: { discounts: { aws: 100% } }\n'),
    ]) {
      assert.deepEqual(plan.cost.monthlyUsd, { low: 0, mid: 0, high: 0 });
      assert.equal(plan.cost.atLeast, false);
    }
  });

  it('of a model that is paid by the token names what is not known', () => {
    const plan = planOf(CHAT('', '{ provider: aws, region: us-east-1, service: bedrock, serverless: true }'));
    assert.match(plan.unknown.map(({ why }) => why).join(), /bedrock is paid by the token/);
  });

  it('of a budget gives a range only where it has two ends', () => {
    const { findings } = analysed(CHAT(), 'budget: { monthly: 5.2k, alertAt: 80% }\n');
    const message = findings.find(({ code }) => code === 'AI702')?.message ?? '';
    assert.match(message, /about \$5k a month, 9/);
  });
});
