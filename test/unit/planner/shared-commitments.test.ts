import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import type { BookFile } from '../../../server/src/catalog/price-book.ts';
import { spendHours } from '../../../server/src/planner/committed-hours.ts';
import { sumCents } from '../../../server/src/planner/money.ts';
import { exact } from '../../../server/src/planner/range.ts';
import { totalsOf } from '../../../server/src/planner/totals.ts';
import type { PriceStep, Totals, WorkloadPlan } from '../../../server/src/planner/types.ts';

const TODAY = '2026-11-23';
const HEADER = 'provider,instance,accelerator,capacity,usd_per_hour,committed_hours';

interface Demand {
  readonly hours: number;
  readonly period: 'run' | 'month';
}

/** A plan whose only cost are hours that take these prices, as the planner bills them. */
function planOf({ hours, period }: Demand, steps: readonly PriceStep[]): WorkloadPlan {
  const line = {
    name: 'compute',
    kind: 'compute' as const,
    period,
    unit: 'machine-hour',
    quantity: exact(hours),
    unitPriceUsd: exact(steps[0]!.usdPerUnitHour),
    source: '',
    asOf: '',
  };
  const { draw, isShort } = spendHours([line], steps, 'compute', period);
  const cost = {
    ...(period === 'run' ? { totalUsd: draw.usd } : { monthlyUsd: draw.usd }),
    upfrontUsd: draw.unusedUsd,
    commitments: [draw],
    atLeast: isShort,
  };
  return { cost } as unknown as WorkloadPlan;
}

function stepsOf(hours: number, committedUsd: number, nextUsd: number | undefined): readonly PriceStep[] {
  const pool = { hours, usdPerHour: committedUsd, source: 'prices.csv line 2 (repository)', asOf: '' };
  return [
    { usdPerUnitHour: committedUsd, hours, pool, source: pool.source, asOf: '' },
    ...(nextUsd === undefined ? [] : [{ usdPerUnitHour: nextUsd, source: 'the catalogue', asOf: TODAY }]),
  ];
}

const usd = fc.integer({ min: 1, max: 20_000 }).map((cents) => cents / 100);
const hoursWanted = fc.double({ min: 0.001, max: 5_000, noNaN: true });

function near(actual: number | undefined, wanted: number, what: string): void {
  assert.ok(Math.abs((actual ?? NaN) - wanted) <= 0.011, `${what}: ${String(actual)} is not ${String(wanted)}`);
}

describe('a commitment that several workloads draw on', () => {
  it('comes to the same however many share it and in whatever order, and never gives more hours than it has', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 10_000, noNaN: true }),
        usd,
        usd,
        fc.array(hoursWanted, { minLength: 2, maxLength: 6 }),
        (pool, committed, next, demands) => {
          const steps = stepsOf(pool, committed, next);
          const plans = demands.map((hours) => planOf({ hours, period: 'run' }, steps));
          const together = totalsOf(plans);
          const wanted = demands.reduce((sum, hours) => sum + hours, 0);
          const alone = totalsOf([planOf({ hours: wanted, period: 'run' }, steps)]);
          near(together.totalUsd?.mid, alone.totalUsd!.mid, 'one of each run');
          near(together.upfrontUsd?.mid, alone.upfrontUsd!.mid, 'upfront');
          near(together.upfrontUsd?.mid, Math.max(0, pool - wanted) * committed, 'what is left');
          near(
            together.totalUsd?.mid,
            Math.min(pool, wanted) * committed + Math.max(0, wanted - pool) * next,
            'the hours that there are, and those beyond',
          );
          assert.deepEqual(totalsOf([...plans].reverse()), together);
        },
      ),
    );
  });

  it('is shared by what runs once and what runs every month in equal parts, and the totals are the sum to the cent', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 10_000, noNaN: true }),
        usd,
        fc.option(usd, { nil: undefined }),
        fc.array(fc.record({ hours: hoursWanted, period: fc.constantFrom('run' as const, 'month' as const) }), {
          minLength: 2,
          maxLength: 6,
        }),
        (pool, committed, next, demands) => {
          const steps = stepsOf(pool, committed, next);
          const plans = demands.map((demand) => planOf(demand, steps));
          const totals = totalsOf(plans);
          const wanted = demands.reduce((sum, { hours }) => sum + hours, 0);
          const share = Math.min(1, pool / wanted);
          for (const [period, key] of [
            ['run', 'totalUsd'],
            ['month', 'monthlyUsd'],
          ] as const) {
            const own = demands.filter((demand) => demand.period === period);
            if (own.length === 0) continue;
            const hours = own.reduce((sum, demand) => sum + demand.hours, 0);
            near(totals[key]?.mid, hours * (share * committed + (1 - share) * (next ?? 0)), period);
          }
          if (next === undefined && wanted > pool * (1 + 1e-9)) assert.equal(totals.atLeast, true);
          assertSums(plans, totals);
        },
      ),
    );
  });

  it('is counted once over the workloads of a manifest, and again in every other book', () => {
    const book = (name: string, hours: number): BookFile => ({
      layer: 'repository',
      name,
      content: { text: `${HEADER}\naws,p5.48xlarge,,on-demand,30,${hours}\naws,p5.48xlarge,,on-demand,50,\n` },
    });
    const manifest = (tokens: readonly string[]): string => `version: 1
pricing: { book: prices.csv }
workloads:
${tokens
  .map(
    (amount, index) => `  train-${index}:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: ${amount} }
    checkpointing: { interval: 30m, storage: local }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge }
`,
  )
  .join('')}`;
    const run = (tokens: readonly string[], hours: number) =>
      analyse({ text: manifest(tokens), catalog: embeddedCatalog(), books: [book('prices.csv', hours)], today: TODAY });
    for (const hours of [10, 400, 100_000]) {
      const several = run(['2B', '5B', '1B'], hours);
      const wanted = [...several.plans.values()]
        .flatMap(({ cost }) => cost.commitments ?? [])
        .reduce((sum, { unitHours }) => sum + unitHours.mid, 0);
      near(several.totals.upfrontUsd?.mid ?? 0, Math.max(0, hours - wanted) * 30, `upfront of ${hours}`);
      near(several.totals.totalUsd?.mid, Math.min(hours, wanted) * 30 + Math.max(0, wanted - hours) * 50, 'the runs');
      assertSums([...several.plans.values()], several.totals);
      assert.deepEqual(run(['5B', '1B', '2B'], hours).totals, several.totals);
    }
    // Two books may have the same name: they are two commitments.
    const [one, other] = [run(['2B'], 400), run(['2B'], 400)];
    const both = totalsOf([...one.plans.values(), ...other.plans.values()]);
    assert.equal(both.shared, undefined);
    near(both.upfrontUsd?.mid, 2 * one.totals.upfrontUsd!.mid, 'both commitments');
  });
});

/** What the totals say they differ by is what they differ by. */
function assertSums(plans: readonly WorkloadPlan[], totals: Totals): void {
  for (const [period, key] of [
    ['month', 'monthlyUsd'],
    ['run', 'totalUsd'],
    ['upfront', 'upfrontUsd'],
  ] as const) {
    const correction = totals.shared?.find((shared) => shared.period === period)?.amountUsd ?? 0;
    const parts = plans.map(({ cost }) => cost[key]?.mid ?? 0);
    assert.equal(totals[key]?.mid ?? 0, sumCents([...parts, correction]), period);
  }
}
