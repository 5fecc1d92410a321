import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../../server/src/analysis.ts';
import type { Cluster, Workload } from '../../../server/src/manifest/schema.ts';
import { ownershipCost } from '../../../server/src/planner/ownership.ts';
import { planWorkload } from '../../../server/src/planner/plan.ts';
import { heldShare } from '../../../server/src/planner/shared-clusters.ts';
import { totalsOf } from '../../../server/src/planner/totals.ts';
import type { WorkloadPlan } from '../../../server/src/planner/types.ts';
import { catalog } from './placements.ts';

const today = '2026-11-23';

/** One machine of 240k over four years, one person: $5,000 and $15,000 a month. */
const DC: Cluster = {
  accelerator: 'h100-sxm',
  nodes: 1,
  acceleratorsPerNode: 8,
  location: 'us',
  utilization: 0.5,
  cost: { perNode: 240_000, network: 0, amortization: 4 * 8760 * 3600, electricity: 0.1, pue: 1, staff: 1 },
};

const service = (count: number, hoursPerMonth?: number): Workload => ({
  phase: 'inference',
  model: 'llama-3.1-8b',
  serving: {
    engine: 'vllm',
    requests: 3,
    inputTokens: 1500,
    outputTokens: 300,
    ...(hoursPerMonth !== undefined && { hoursPerMonth }),
  },
  target: { cluster: 'dc', count },
});

const run = (tokens: number, count: number, runsPerMonth?: number): Workload => ({
  phase: 'fine-tuning',
  model: 'llama-3.1-8b',
  framework: 'pytorch',
  training: { tokens, method: 'lora', ...(runsPerMonth !== undefined && { runsPerMonth }) },
  checkpointing: { interval: 3600, storage: '/gpfs/ckpt' },
  target: { cluster: 'dc', count },
});

const planOn = (workload: Workload, cluster: Cluster = DC): WorkloadPlan =>
  planWorkload(workload, { clusters: { dc: cluster } }, catalog, today);

/** What all of the cluster costs in a month at full use, at an end. */
function wholeMonth(cluster: Cluster, end: 'low' | 'mid' | 'high'): number {
  const accelerator = catalog.accelerators.get('h100-sxm');
  const cost = ownershipCost('dc', cluster, accelerator, {});
  return cost.at(1)[end] * (cost.capital?.accelerators ?? 0) * 730;
}

const usdOf = ({ cost }: WorkloadPlan, kind: string): number | undefined =>
  cost.lines.find((line) => line.kind === kind && line.period !== 'upfront')?.amountUsd;

describe('a cluster that the plan itself keeps busy', () => {
  it('costs what it costs, however much of it is said to be used', () => {
    const plan = planOn(service(8));
    assert.equal(usdOf(plan, 'capital'), 5000);
    assert.equal(usdOf(plan, 'staff'), 15_000);
  });

  it('is charged at the stated utilization where the plan holds less', () => {
    const plan = planOn(service(2));
    // A quarter of the hours of a cluster that is used half of the time.
    assert.equal(usdOf(plan, 'capital'), 2500);
    assert.equal(usdOf(plan, 'staff'), 7500);
    assert.equal(plan.derivation.find(({ quantity }) => quantity === 'cost.hourlyUsd')?.inputs['utilization'], 0.5);
  });

  it('says by which utilization it charges', () => {
    const { inputs } = planOn(service(8)).derivation.find(({ quantity }) => quantity === 'cost.hourlyUsd') ?? {};
    assert.equal(inputs?.['utilization'], 1);
    assert.equal(inputs?.['statedUtilization'], 0.5);
  });

  it('never costs more in a month than owning all of it, unless more hours are wanted than it has', () => {
    const workload = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 8 }), fc.double({ min: 1, max: 730, noNaN: true }))
        .map(([n, h]) => service(n, h)),
      fc
        .tuple(
          fc.double({ min: 1e6, max: 2e11, noNaN: true }),
          fc.constantFrom(1, 2, 4, 8),
          fc.integer({ min: 1, max: 20 }),
        )
        .map(([tokens, count, runs]) => run(tokens, count, runs)),
    );
    const cluster = fc.record({
      nodes: fc.integer({ min: 1, max: 3 }),
      utilization: fc.double({ min: 0.05, max: 1, noNaN: true }),
    });
    let within = 0;
    fc.assert(
      fc.property(cluster, fc.array(workload, { minLength: 1, maxLength: 5 }), (more, workloads) => {
        const own = { ...DC, ...more };
        const plans = workloads.map((each) => planOn(each, own));
        const share = heldShare(plans, 'dc');
        const totals = totalsOf(plans);
        assert.ok(totals.monthlyUsd);
        assert.ok(totals.monthlyUsd.low <= totals.monthlyUsd.mid && totals.monthlyUsd.mid <= totals.monthlyUsd.high);
        if (share > 1) return;
        within += 1;
        // Checkpoints are no line of the cluster; here they lie on it.
        assert.ok(totals.monthlyUsd.mid <= wholeMonth(own, 'mid') + 0.05 * workloads.length, JSON.stringify(totals));
      }),
      { numRuns: 60 },
    );
    assert.ok(within > 10);
  });

  it('costs no less where it is used more', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 730, noNaN: true }),
        fc.double({ min: 1, max: 730, noNaN: true }),
        (a, b) => {
          const [less, more] = [planOn(service(8, Math.min(a, b))), planOn(service(8, Math.max(a, b)))];
          for (const end of ['low', 'mid', 'high'] as const)
            assert.ok((less.cost.monthlyUsd?.[end] ?? NaN) <= (more.cost.monthlyUsd?.[end] ?? NaN) + 0.03);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a cluster that several workloads use', () => {
  it('is bought once', () => {
    const plans = [run(1e9, 8), run(1e9, 8), run(1e9, 4)].map((each) => planOn(each));
    for (const plan of plans.slice(0, 2)) assert.equal(plan.cost.upfrontUsd?.mid, 240_000);
    const totals = totalsOf(plans);
    assert.equal(totals.upfrontUsd?.mid, 240_000);
    assert.deepEqual(
      totals.shared?.map(({ of, period, amountUsd }) => [of, period, amountUsd]),
      [['clusters', 'upfront', -360_000]],
    );
  });

  it('is shared out, whatever the order', () => {
    const plans = [service(4), service(4), service(2, 100)].map((each) => planOn(each));
    const totals = totalsOf(plans);
    assert.deepEqual(totalsOf([...plans].reverse()), totals);
    const fixed = plans.flatMap(({ cost }) => cost.lines.filter(({ kind }) => kind === 'capital' || kind === 'staff'));
    const paid = fixed.filter(({ period }) => period === 'month').reduce((sum, { amountUsd }) => sum + amountUsd, 0);
    const correction = totals.shared?.find(({ period }) => period === 'month')?.amountUsd ?? 0;
    // 20,000 a month for all of it; 6,040 hours are wanted of 5,840.
    assert.ok(Math.abs(paid + correction - (20_000 * 6040) / 5840) < 0.05, `${paid} ${correction}`);
  });
});

describe('budget.upfront', () => {
  const manifest = (delivered: string) => `version: 1
budget: { upfront: 100k }
clusters:
  dc: { accelerator: h100-sxm, nodes: 1, acceleratorsPerNode: 8, location: us, cost: { perNode: 240k }${delivered} }
defaults:
  phase: fine-tuning
  model: llama-3.1-8b
  framework: pytorch
  training: { tokens: 1B, method: lora }
  target: { cluster: dc, count: 8 }
workloads: { a: {}, b: {} }
`;
  const messages = (delivered: string) =>
    analyse({ text: manifest(delivered), catalog, today, mostAdvice: 0 })
      .findings.filter(({ code }) => code === 'AI701')
      .map(({ message }) => message);

  it('is not held against a cluster that is owned', () => {
    assert.deepEqual(messages(''), []);
    assert.deepEqual(messages(', availableFrom: 2026-01-01'), []);
  });

  it('counts one that is still to be delivered once', () => {
    const [message, ...others] = messages(', availableFrom: 2027-06-01');
    assert.match(message ?? '', /at least \$240k upfront, .* over the budget of \$100k/);
    assert.deepEqual(others, []);
  });
});
