import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Target } from '../../../server/src/manifest/schema.ts';
import { overflowOf } from '../../../server/src/planner/overflow.ts';
import { catalog } from './placements.ts';
import { plan, run, DC1, lineOf, addsUp } from './cost-cases.ts';

describe('an own cluster', () => {
  const owned = plan(
    run({}, {
      provider: undefined,
      region: undefined,
      instance: undefined,
      cluster: 'dc1',
      count: 8,
    } as Partial<Target>),
    { clusters: DC1 },
  );

  it('is paid by the hour in parts, and its purchase never stands in the run', () => {
    const { cost } = owned;
    for (const kind of ['capital', 'energy', 'space', 'maintenance', 'staff', 'rework'] as const) lineOf(cost, kind);
    const bought = cost.lines.find(({ period }) => period === 'upfront');
    assert.equal(bought?.kind, 'capital');
    addsUp(cost);
    // 8 accelerators of 32; machines of 280k and their network, 19 % of the whole.
    assert.ok(Math.abs((cost.upfrontUsd?.mid ?? 0) - (4 * 280_000) / 0.81 / 4) < 1);
  });

  it('costs less an hour the more it is used', () => {
    const curve = owned.ownership?.curve ?? [];
    assert.equal(curve.length, 10);
    for (const [index, point] of curve.entries()) {
      const before = curve[index - 1];
      if (before) assert.ok(point.usdPerAcceleratorHour.mid < before.usdPerAcceleratorHour.mid);
    }
  });

  it('costs the same as the rented hour at the break-even', () => {
    const breakEven = owned.ownership?.breakEven ?? [];
    assert.ok(breakEven.some(({ capacity }) => capacity === 'on-demand'));
    for (const { utilization, usdPerAcceleratorHour, cheaper } of breakEven) {
      if (utilization === null) {
        assert.equal(cheaper, 'rent');
        continue;
      }
      const dc1 = { ...DC1['dc1'], utilization };
      const there = plan(
        run({}, {
          provider: undefined,
          region: undefined,
          instance: undefined,
          cluster: 'dc1',
          count: 8,
        } as Partial<Target>),
        { clusters: { dc1 } },
      );
      assert.ok(Math.abs((there.cost.hourlyUsd?.mid ?? 0) / 8 - usdPerAcceleratorHour) < usdPerAcceleratorHour * 1e-6);
    }
  });

  it('sends what is above its free accelerators to the burst', () => {
    const dc1 = { ...DC1['dc1'], available: 4 };
    const target: Target = {
      cluster: 'dc1',
      count: 16,
      burst: { provider: 'aws', region: 'us-east-1', accelerator: 'h100-sxm' },
    };
    const { cost } = plan(
      run({}, { ...target, provider: undefined, region: undefined, instance: undefined } as Partial<Target>),
      { clusters: { dc1 } },
    );
    const burst = cost.lines.find(({ name }) => name.startsWith('burst'));
    // Twelve accelerators are two machines.
    assert.ok(burst && Math.abs(burst.quantity / 2 - lineOf(cost, 'capital').quantity / 4) / burst.quantity < 0.1);
    addsUp(cost);
  });
});

describe('what overflows', () => {
  it('is the mean of the load above what is free, between bounds that hold for any course of the load', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 1e6, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 1.2, noNaN: true }),
        (peak, averageShare, freeShare) => {
          const [average, free] = [peak * averageShare, peak * freeShare];
          const over = overflowOf(average, peak, free);
          const k = peak / average - 1;
          const steps = 4000;
          let sum = 0;
          for (let step = 0; step < steps; step += 1)
            sum += Math.max(0, peak * Math.pow((step + 0.5) / steps, k) - free);
          assert.ok(
            Math.abs(over.mean.mid - sum / steps) <= peak * 2e-3,
            JSON.stringify({ over, numeric: sum / steps }),
          );
          assert.ok(over.mean.low <= over.mean.mid * (1 + 1e-9) && over.mean.mid <= over.mean.high * (1 + 1e-9));
          assert.ok(over.timeShare >= 0 && over.timeShare <= 1);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('carbon', () => {
  it('is power × hours × PUE × grid', () => {
    const { carbon, training } = plan(run());
    assert.ok(carbon.kgTotal && training?.durationSeconds);
    const kilowattHours = (8 * 0.7 * 1.9 * 0.75 * 1.15 * training.durationSeconds.mid) / 3600;
    const region = catalog.region('aws', 'us-east-1');
    assert.ok(region?.gridGramsCo2PerKwh !== undefined);
    assert.ok(Math.abs(carbon.kgTotal.mid / ((kilowattHours * region.gridGramsCo2PerKwh) / 1000) - 1) < 0.05);
  });

  it('is unknown, with its reason, where no source states the power', () => {
    const { carbon, unknown } = plan(
      run({ framework: 'jax' }, {
        provider: 'gcp',
        region: 'us-central1',
        instance: undefined,
        accelerator: 'tpu-v5p',
        count: 8,
      } as Partial<Target>),
    );
    assert.equal(carbon.kgTotal, null);
    assert.ok(unknown.some(({ path, why }) => path === 'target.accelerator' && why.includes('power draw')));
  });

  it('brings life-cycle figures down to operational ones', () => {
    const regions = [...catalog.providers.values()].flatMap((provider) => [...provider.regions.values()]);
    const lifeCycle = regions.find((region) => region.gridBasis?.includes('life-cycle') && region.provider === 'azure');
    assert.ok(lifeCycle?.gridGramsCo2PerKwh);
    const target = { provider: 'azure', region: lifeCycle.id, instance: undefined, accelerator: 'a100-80gb', count: 8 };
    const grid = plan(run({}, target as Partial<Target>)).carbon.gridGramsPerKwh;
    assert.ok(grid && grid.mid < lifeCycle.gridGramsCo2PerKwh && grid.high >= lifeCycle.gridGramsCo2PerKwh);
  });
});
