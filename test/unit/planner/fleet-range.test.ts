import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../../server/src/analysis.ts';
import type { Serving, Target, Workload } from '../../../server/src/manifest/schema.ts';
import { planWorkload } from '../../../server/src/planner/plan.ts';
import { nodesFor } from '../../../server/src/planner/offers.ts';
import { totalsOf } from '../../../server/src/planner/totals.ts';
import type { Range, WorkloadPlan } from '../../../server/src/planner/types.ts';
import { catalog } from './placements.ts';

const today = '2026-11-23';
const ENDS = ['low', 'mid', 'high'] as const;

const service = (serving: Serving, target: Target): Workload => ({
  phase: 'inference',
  model: 'llama-3.1-8b',
  framework: 'pytorch',
  serving: { engine: 'vllm', inputTokens: 1000, outputTokens: 300, ...serving },
  target,
});

const AWS: Target = { provider: 'aws', region: 'us-east-1', accelerator: 'l40s' };

const planOf = (serving: Serving, target: Target = AWS): WorkloadPlan =>
  planWorkload(service(serving, target), {}, catalog, today);

describe('a fleet that follows from the load', () => {
  it('has as many replicas, and costs as much, as the ends of a replica’s speed make it', () => {
    const plan = planOf({ requests: { average: 60, peak: 90 } });
    const { replicas, replicasRange, requestsPerSecondPerReplica: speed } = plan.serving ?? {};
    assert.ok(replicas && replicasRange && speed);
    assert.equal(replicasRange.peak.mid, replicas.peak);
    // 70 % full, as nothing else is stated; without autoscaling the fleet is that of the peak.
    assert.equal(replicasRange.peak.low, Math.ceil(90 / (speed.high * 0.7)));
    assert.equal(replicasRange.peak.high, Math.ceil(90 / (speed.low * 0.7)));
    assert.deepEqual(replicasRange.average, replicasRange.peak);
    const { monthlyUsd, hourlyUsd, lines } = plan.cost;
    assert.ok(monthlyUsd && hourlyUsd && monthlyUsd.low < monthlyUsd.mid && monthlyUsd.mid < monthlyUsd.high);
    const [line] = lines;
    assert.equal(line?.lowUsd, monthlyUsd.low);
    assert.equal(line?.highUsd, monthlyUsd.high);
    for (const end of ENDS) assert.ok(Math.abs(hourlyUsd[end] * 730 - monthlyUsd[end]) < 0.01);
  });

  it('gives `worst` an end to judge', () => {
    const text = (bound: number) => `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 90/s, inputTokens: 1000, outputTokens: 300 }
    target: { provider: aws, region: us-east-1, accelerator: l40s }
    expect: [cost.monthly < ${bound}, worst(cost.monthly) < ${bound}, worst(replicas) < 1000]
`;
    const { monthlyUsd } = planOf({ requests: 90 }).cost;
    const failures = (bound: number) =>
      analyse({ text: text(bound), catalog, today, mostAdvice: 0 }).findings.filter(({ code }) => code === 'AI110');
    assert.equal(failures(Math.ceil(monthlyUsd?.mid ?? 0) + 1).length, 1);
    assert.equal(failures(Math.ceil(monthlyUsd?.high ?? 0) + 1).length, 0);
  });

  it('is in whole machines, in order, within `min` and `max`, and adds up at each end', () => {
    const serving = fc.record({
      average: fc.double({ min: 0.01, max: 2000, noNaN: true }),
      more: fc.double({ min: 1, max: 5, noNaN: true }),
      autoscaling: fc.option(fc.record({ min: fc.integer({ min: 0, max: 5 }), max: fc.integer({ min: 5, max: 40 }) })),
    });
    const target = fc.constantFrom<Target>(
      AWS,
      { provider: 'aws', region: 'us-east-1', accelerator: 'h100-sxm' },
      { provider: 'azure', region: 'westeurope', accelerator: 'a100-80gb' },
      { ...AWS, baseline: { count: 4, capacity: 'reserved-1y' } },
    );
    fc.assert(
      fc.property(serving, target, ({ average, more, autoscaling }, on) => {
        const plan = planOf({ requests: { average, peak: average * more }, ...(autoscaling && { autoscaling }) }, on);
        const ranges = plan.serving?.replicasRange;
        const { monthlyUsd, lines } = plan.cost;
        assert.ok(ranges && monthlyUsd);
        for (const range of [ranges.average, ranges.peak, monthlyUsd]) inOrder(range);
        if (autoscaling) assert.ok(ranges.peak.high <= autoscaling.max && ranges.average.low >= autoscaling.min);
        const monthly = lines.filter(({ period }) => period === 'month');
        const sum = (of: (line: (typeof lines)[number]) => number) => monthly.reduce((all, line) => all + of(line), 0);
        assert.ok(Math.abs(sum(({ lowUsd }) => lowUsd) - monthlyUsd.low) < 0.01);
        assert.ok(Math.abs(sum(({ amountUsd }) => amountUsd) - monthlyUsd.mid) < 0.01);
        assert.ok(Math.abs(sum(({ highUsd }) => highUsd) - monthlyUsd.high) < 0.01);
        assert.deepEqual(totalsOf([plan]).monthlyUsd, monthlyUsd);
        if (on.baseline || autoscaling) return;
        const compute = monthly.find(({ kind }) => kind === 'compute');
        const machine = catalog.accelerators.get(on.accelerator ?? '');
        const offer = [...catalog.offers({ accelerator: on.accelerator ?? '', provider: on.provider ?? '' })].find(
          ({ machine: { instance } }) => instance === plan.target.instance,
        );
        assert.ok(compute && machine && offer);
        const each = plan.serving?.acceleratorsPerReplica ?? 1;
        for (const [end, usd] of [
          ['low', compute.lowUsd],
          ['high', compute.highUsd],
        ] as const) {
          const units = nodesFor(offer.machine, machine, ranges.average[end] * each);
          assert.ok(Math.abs(usd - units * 730 * compute.unitPriceUsd) < 0.01, `${end} ${usd} ${units}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is a range on an own cluster, at home and in what overflows', () => {
    const clusters = {
      dc: { accelerator: 'h100-sxm', nodes: 4, acceleratorsPerNode: 8, cost: { perNode: 300_000, staff: 1 } },
    };
    const burst: Target = { provider: 'aws', region: 'us-east-1', accelerator: 'h100-sxm' };
    const at = (peak: number, target: Target) => {
      const workload = service({ requests: { average: peak / 4, peak } }, target);
      return planWorkload({ ...workload, model: 'llama-3.1-70b' }, { clusters }, catalog, today).cost;
    };
    const { monthlyUsd: home } = at(30, { cluster: 'dc' });
    assert.ok(home && home.low < home.mid && home.mid < home.high, JSON.stringify(home));
    const { monthlyUsd: hybrid, lines } = at(80, { deployment: 'hybrid', cluster: 'dc', burst });
    assert.ok(hybrid && hybrid.low < hybrid.mid && hybrid.mid < hybrid.high);
    const rented = lines.find(({ name }) => name.startsWith('burst'));
    assert.ok(rented && rented.lowUsd < rented.amountUsd && rented.amountUsd < rented.highUsd);
  });

  it('is no range where the manifest fixes it', () => {
    const plan = planOf({ requests: 5 }, { ...AWS, count: 4 });
    assert.equal(plan.serving?.replicasRange, undefined);
    assert.equal(plan.cost.monthlyUsd?.low, plan.cost.monthlyUsd?.high);
  });
});

function inOrder({ low, mid, high }: Range): void {
  assert.ok(low <= mid && mid <= high, `${low} ${mid} ${high}`);
}
