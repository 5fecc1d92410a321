import assert from 'node:assert/strict';
import type { Target } from '../../../server/src/manifest/schema.ts';
import { SCALE_DOWN_SECONDS, wakeShares } from '../../../server/src/planner/cost-fleet.ts';
import { seeded } from './seeded.ts';
import { plan, AWS, service, lineOf, addsUp } from './cost-cases.ts';

describe('a service', () => {
  it('pays every token: per million × tokens is the month', () => {
    const { cost } = plan(service());
    assert.ok(cost.monthlyUsd && cost.perMillionTokensUsd && cost.perMillionOutputTokensUsd);
    const millions = (6 * 730 * 3600) / 1e6;
    assert.ok(Math.abs(cost.perMillionTokensUsd.mid * millions * 1000 - cost.monthlyUsd.mid) < 1e-6);
    assert.ok(Math.abs(cost.perMillionOutputTokensUsd.mid * millions * 200 - cost.monthlyUsd.mid) < 1e-6);
    addsUp(cost);
  });

  it('pays what a managed service adds', () => {
    const target: Target = {
      provider: 'aws',
      region: 'us-east-1',
      instance: 'g5.2xlarge',
      count: 1,
      service: 'sagemaker',
    };
    const { cost } = plan(service({}, target));
    const [compute, markup] = [lineOf(cost, 'compute'), lineOf(cost, 'mark-up')];
    assert.ok(Math.abs(markup.amountUsd / compute.amountUsd - 0.25) < 0.001);
  });

  it('does not guess what a model API costs', () => {
    const { cost, unknown } = plan(service({}, { ...AWS, service: 'bedrock' }));
    assert.equal(cost.atLeast, true);
    assert.ok(unknown.some(({ path }) => path === 'target.service'));
  });

  it('pays for waiting and starting where it scales to zero', () => {
    const asleep = { requests: 0.001, autoscaling: { min: 0, max: 4, scaleToZero: true } };
    const { cost } = plan(service(asleep));
    const awake = ['compute', 'idle', 'start-up'] as const;
    const hours = awake.reduce((sum, kind) => sum + lineOf(cost, kind).quantity, 0);
    assert.ok(lineOf(cost, 'idle').quantity > lineOf(cost, 'compute').quantity);
    assert.ok(hours < 730);
  });

  it('pays what leaves the provider', () => {
    const { cost } = plan({ ...service(), data: { egress: 2e12 } });
    const line = lineOf(cost, 'transfer');
    assert.deepEqual([line.period, line.quantity, line.amountUsd], ['month', 2000, 180]);
  });
});

describe('waking from zero', () => {
  for (const [requests, busy, cold] of [
    [0.001, 0.002, 60],
    [0.003, 0.05, 120],
    [0.02, 0.3, 90],
  ] as const) {
    it(`agrees with a seeded simulation within 2 %: ${String(requests)} requests a second`, () => {
      const random = seeded(11);
      const serviceSeconds = busy / requests;
      let [arrival, free, idle, starting] = [0, 0, 0, 0];
      for (let request = 0; request < 400_000; request += 1) {
        arrival -= Math.log(1 - random()) / requests;
        if (arrival < free) {
          free += serviceSeconds;
          continue;
        }
        const sleeps = arrival - free > SCALE_DOWN_SECONDS;
        idle += Math.min(arrival - free, SCALE_DOWN_SECONDS);
        if (sleeps) starting += cold;
        free = arrival + (sleeps ? cold : 0) + serviceSeconds;
      }
      const shares = wakeShares(requests, busy, cold);
      const seen = `${String(idle / free)} and ${String(starting / free)}, said ${JSON.stringify(shares)}`;
      assert.ok(Math.abs(shares.idle / (idle / free) - 1) < 0.02, seen);
      // Rare starts are few in the simulation too.
      assert.ok(Math.abs(shares.starting - starting / free) < 0.02 * shares.starting + 2e-4, seen);
    });
  }
});
