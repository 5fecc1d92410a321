import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../../server/src/analysis.ts';
import { catalog } from './placements.ts';

const today = '2026-11-23';

const analysed = (target: string, requests = '{ average: 60/s, peak: 120/s }', more = '') =>
  analyse({
    text: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: ${requests}, inputTokens: 1500, outputTokens: 300${more} }
    target: ${target}
`,
    catalog,
    today,
    mostAdvice: 0,
  });

const AUTOSCALED = ', autoscaling: { min: 4, max: 40 }';
const unpriced = ({ findings }: ReturnType<typeof analysed>) =>
  findings.filter(({ code }) => code === 'AI711').map(({ message }) => message);

describe('a baseline', () => {
  it('without a price leaves that of the rest standing, and is named', () => {
    const analysis = analysed(
      '{ provider: azure, region: westeurope, accelerator: h100-sxm, count: auto, baseline: { count: 8, capacity: reserved-1y } }',
      undefined,
      AUTOSCALED,
    );
    const plan = analysis.plans.get('chat');
    assert.ok(plan?.cost.monthlyUsd && plan.cost.monthlyUsd.mid > 0);
    assert.equal(plan.cost.atLeast, true);
    assert.match(plan.unknown.map(({ why }) => why).join(), /no reserved-1y price of h100-sxm at azure westeurope/);
    assert.deepEqual(unpriced(analysis), [
      'No reserved-1y price of `h100-sxm` is known at `azure` in `westeurope`, so totals read “at least”: add one to the price book.',
    ]);
  });

  it('that holds all of the fleet is the one price that is missing', () => {
    const analysis = analysed(
      '{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: auto, baseline: { count: 1000000, capacity: reserved-1y } }',
      '3/s',
    );
    assert.equal(analysis.plans.get('chat')?.cost.monthlyUsd, null);
    assert.deepEqual(unpriced(analysis).length, 1);
    assert.match(unpriced(analysis)[0] ?? '', /^No reserved-1y price/);
  });

  it('and what lies above it are all of the fleet, whatever the load', () => {
    const load = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 6 }));
    fc.assert(
      fc.property(load, fc.integer({ min: 1, max: 60 }), ([average, times], count) => {
        const plan = analysed(
          `{ provider: runpod, accelerator: l40s, count: auto, baseline: { count: ${count}, capacity: on-demand } }`,
          `{ average: ${average}/s, peak: ${average * times}/s }`,
          ', autoscaling: { min: 1 }',
        ).plans.get('chat');
        const lines = plan?.cost.lines.filter(({ kind }) => kind === 'compute') ?? [];
        const units = lines.reduce((sum, { quantity }) => sum + quantity, 0) / 730;
        const { replicas, acceleratorsPerReplica = 1 } = plan?.serving ?? {};
        // Machines of one accelerator: what is paid on average is what is used on average.
        assert.ok(Math.abs(units - (replicas?.average ?? 0) * acceleratorsPerReplica) <= 1.01, `${units}`);
        for (const { lowUsd, amountUsd, highUsd } of lines) assert.ok(lowUsd <= amountUsd && amountUsd <= highUsd);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a price that is not known', () => {
  it('is none of a replica whose pipeline stands on several machines', () => {
    const analysis = analyse({
      text: `version: 1
workloads:
  big:
    phase: inference
    model: llama-3.1-405b
    serving: { engine: vllm, requests: 2/s, inputTokens: 1000, outputTokens: 200 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 64, orchestrator: kubernetes }
`,
      catalog,
      today,
      mostAdvice: 0,
    });
    assert.deepEqual(unpriced(analysis), []);
    const { target, cost } = analysis.plans.get('big') ?? {};
    assert.equal(target?.nodes, 8);
    assert.ok((cost?.monthlyUsd?.mid ?? 0) > 0);
  });

  it('is not complained of where the hardware itself cannot be had', () => {
    for (const [target, code] of [
      ['{ provider: aws, region: us-east-1, instance: p5.48xlarge, accelerator: a100-80gb, count: 4 }', 'AI204'],
      ['{ provider: aws, region: us-east-1, accelerator: tpu-v5e, count: 4 }', 'AI202'],
    ] as const) {
      const analysis = analysed(target);
      assert.ok(analysis.findings.some((finding) => finding.code === code));
      assert.deepEqual(unpriced(analysis), [], target);
    }
  });
});
