import assert from 'node:assert/strict';
import { DEAREST_USD_PER_GB } from '../../../server/src/planner/cost-data.ts';
import { catalog } from './placements.ts';
import { DAY, HOURS_PER_YEAR, plan, run, service, lineOf, addsUp } from './cost-cases.ts';

describe('the lines of a run', () => {
  it('are useful hours and rework, which together are the duration', () => {
    const { cost, training } = plan(run());
    const hours = lineOf(cost, 'compute').quantity + lineOf(cost, 'rework').quantity;
    assert.ok(training?.durationSeconds);
    assert.ok(Math.abs(hours - training.durationSeconds.mid / 3600) < 1e-9);
    addsUp(cost);
  });

  it('hold checkpoints at the price of the bucket: size × keep × months', () => {
    const { cost, risk, training } = plan(run());
    const line = lineOf(cost, 'checkpoints');
    assert.ok(risk?.checkpointBytes && training?.durationSeconds);
    assert.equal(line.unitPriceUsd, 0.023);
    const months = training.durationSeconds.mid / 3600 / 730;
    assert.ok(Math.abs(line.quantity - (3 * risk.checkpointBytes.mid * months) / 1e9) < 1e-9);
  });

  it('pay for data that comes from another region, and not for data beside the accelerators', () => {
    const data = (location: string) => plan(run({ data: { size: 2e12, location } })).cost;
    const moved = lineOf(data('aws/us-west-2'), 'transfer');
    assert.deepEqual([moved.quantity, moved.unit, moved.unitPriceUsd, moved.amountUsd], [2000, 'GB', 0.02, 40]);
    assert.equal(
      data('aws/us-east-1').lines.some(({ kind }) => kind === 'transfer'),
      false,
    );
    assert.equal(
      data('on-premises').lines.some(({ kind }) => kind === 'transfer'),
      false,
    );
  });

  it('pay each part of a large transfer at the price of its step', () => {
    const { cost } = plan(
      run(
        { data: { size: 60e12, location: 'aws/us-east-1' }, checkpointing: false },
        {
          provider: 'gcp',
          region: 'us-central1',
          instance: 'a3-highgpu-8g',
        },
      ),
    );
    const steps = cost.lines.filter(({ kind }) => kind === 'transfer');
    assert.deepEqual(
      steps.map(({ quantity, unitPriceUsd }) => [quantity, unitPriceUsd]),
      [
        [10_000, 0.09],
        [40_000, 0.085],
        [10_000, 0.07],
      ],
    );
    addsUp(cost);
  });

  it('pay for every checkpoint that crosses regions', () => {
    const { cost, risk } = plan(
      run({ checkpointing: { interval: 600, storage: 's3://far', location: 'aws/us-west-2' } }),
    );
    assert.ok(risk?.checkpointBytes);
    const line = lineOf(cost, 'transfer');
    assert.ok(line.quantity > (10 * risk.checkpointBytes.mid) / 1e9, String(line.quantity));
  });

  it('pay for gradients that cross zones', () => {
    const { cost } = plan(run({}, { count: 16, zones: 2 }));
    const line = lineOf(cost, 'transfer');
    assert.equal(line.unitPriceUsd, 0.02);
    assert.ok(line.amountUsd > 1);
  });

  it('know how fast a parallel file system is sold by its size', () => {
    const on = (size: number) =>
      plan(
        run(
          {
            model: 'llama-3.1-70b',
            storage: { type: 'parallel', size },
            checkpointing: { interval: 1800, storage: 'parallel' },
          },
          { count: 64 },
        ),
      );
    const [small, large] = [on(4 * 2 ** 40), on(400 * 2 ** 40)];
    assert.ok(
      (small.risk?.checkpointWriteSeconds?.mid ?? 0) > 10 * (large.risk?.checkpointWriteSeconds?.mid ?? Infinity),
    );
    assert.ok(small.assumptions.some(({ path }) => path === 'storage.throughput'));
    assert.ok(large.cost.atLeast, 'no source prices it');
  });

  it('say "at least" where something without a price could matter, and not where it could not', () => {
    const elsewhere = (size: number) => plan(run({ data: { size, location: 'azure/westeurope' } }));
    assert.equal(elsewhere(50e12).cost.atLeast, true);
    assert.ok(elsewhere(50e12).unknown.some(({ path }) => path === 'data.location'));
    assert.equal(elsewhere(1e6).cost.atLeast, false);
  });

  it('know no price of their kind above the bound that decides what matters', () => {
    for (const { id, regions } of catalog.providers.values()) {
      for (const region of regions.keys()) {
        for (const { usdPerGb } of catalog.egress(id, region)) assert.ok(usdPerGb <= DEAREST_USD_PER_GB.transfer);
        for (const { usdPerGbMonth } of catalog.storagePrices(id, region))
          assert.ok(usdPerGbMonth <= DEAREST_USD_PER_GB.storageMonth);
      }
    }
  });

  it('have no total where the run may never end, but an hourly price', () => {
    const { checkpointing: _, ...bare } = run(
      { training: { tokens: 2e12 } },
      { provider: 'gcp', region: 'us-central1', instance: 'a3-highgpu-8g', capacity: 'spot' },
    );
    const { cost, risk, unknown } = plan(bare);
    assert.equal(risk?.mayNeverEnd, true);
    assert.equal(cost.totalUsd, null);
    assert.ok(cost.hourlyUsd && cost.atLeast);
    assert.ok(unknown.some(({ path }) => path === 'checkpointing'));
  });
});

describe('a commitment', () => {
  it('pays the hours used, and what remains of its term apart', () => {
    const { cost } = plan(run({}, { capacity: 'reserved-3y' }));
    const used = lineOf(cost, 'compute').quantity + lineOf(cost, 'rework').quantity;
    const rest = lineOf(cost, 'commitment');
    assert.equal(rest.period, 'upfront');
    assert.ok(Math.abs(used + rest.quantity - 3 * HOURS_PER_YEAR) < 1e-6);
    addsUp(cost);
  });

  it('leaves nothing for a service that lives as long and never stops', () => {
    const reserved = service(
      {},
      { provider: 'aws', region: 'us-east-1', accelerator: 'l40s', capacity: 'reserved-1y' },
    );
    assert.equal(
      plan({ ...reserved, lifetime: 365 * DAY }).cost.lines.some(({ kind }) => kind === 'commitment'),
      false,
    );
    const half = lineOf(plan({ ...reserved, lifetime: (365 / 2) * DAY }).cost, 'commitment');
    assert.ok(Math.abs(half.quantity / (HOURS_PER_YEAR / 2) - Math.round(half.quantity / (HOURS_PER_YEAR / 2))) < 1e-6);
  });

  it('is rented by whole days in a block', () => {
    const { cost } = plan(run({}, { capacity: 'capacity-block' }));
    const used = lineOf(cost, 'compute').quantity + lineOf(cost, 'rework').quantity;
    assert.ok(Math.abs(((used + lineOf(cost, 'commitment').quantity) % 24) - 0) < 1e-6);
  });

  it('breaks even where its term costs what the hours cost on demand', () => {
    const options = plan(service()).capacities;
    const onDemand = options.find(({ capacity }) => capacity === 'on-demand');
    const committed = options.filter(({ breakEven }) => breakEven !== undefined);
    assert.ok(onDemand && committed.length > 0);
    for (const { breakEven, usdPerAcceleratorHour } of committed) {
      assert.ok(breakEven);
      const wholeTerm = breakEven.termHours * usdPerAcceleratorHour;
      assert.ok(Math.abs(breakEven.hours * onDemand.usdPerAcceleratorHour - wholeTerm) < wholeTerm * 1e-9);
    }
  });
});

describe('the ways of paying', () => {
  it('stand side by side for the hardware of the plan, each with cost, time and risk', () => {
    const options = plan(run()).capacities;
    assert.deepEqual(
      options.map(({ capacity }) => capacity),
      ['on-demand', 'spot', 'reserved-3y', 'capacity-block'],
    );
    for (const { target, cost, durationSeconds, risk, source } of options) {
      assert.deepEqual([target.accelerator, target.count, source === ''], ['h100-sxm', 8, false]);
      assert.ok(cost.totalUsd && durationSeconds && risk);
    }
    const [onDemand, spot] = options;
    assert.ok((spot?.durationSeconds?.mid ?? 0) > (onDemand?.durationSeconds?.mid ?? Infinity));
  });

  it('cost what the plan says once they are the target', () => {
    for (const { capacity, cost, target } of plan(run()).capacities) {
      const { region, instance } = target;
      const switched = plan(run({}, { capacity, ...(region && { region }), ...(instance && { instance }) }));
      assert.deepEqual(switched.cost.totalUsd, cost.totalUsd);
    }
  });
});
