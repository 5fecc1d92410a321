import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Catalog } from '../../../server/src/catalog/types.ts';
import type { ManifestHead, Target, Workload } from '../../../server/src/manifest/schema.ts';
import { overflowOf } from '../../../server/src/planner/overflow.ts';
import { DEAREST_USD_PER_GB } from '../../../server/src/planner/cost-data.ts';
import { SCALE_DOWN_SECONDS, wakeShares } from '../../../server/src/planner/cost-fleet.ts';
import { planWorkload } from '../../../server/src/planner/plan.ts';
import type { CostLine, CostPlan, Period, Range, WorkloadPlan } from '../../../server/src/planner/types.ts';
import { catalog } from './placements.ts';
import { seeded } from './seeded.ts';

const today = '2026-11-23';
const DAY = 24 * 3600;
const HOURS_PER_YEAR = 8760;

const plan = (workload: Workload, head: Partial<ManifestHead> = {}, prices: Catalog = catalog): WorkloadPlan =>
  planWorkload(workload, head, prices, today);

const AWS: Target = { provider: 'aws', region: 'us-east-1', instance: 'p5.48xlarge', count: 8 };

const run = (more: Partial<Workload> = {}, target: Partial<Target> = {}): Workload => ({
  phase: 'fine-tuning',
  model: 'llama-3.1-8b',
  framework: 'pytorch',
  training: { tokens: 2e9 },
  checkpointing: { interval: 1800, storage: 's3://team/ckpt', keep: 3 },
  target: { ...AWS, ...target },
  ...more,
});

const service = (serving: NonNullable<Workload['serving']> = {}, target: Target | undefined = undefined): Workload => ({
  phase: 'inference',
  model: 'llama-3.1-8b',
  framework: 'pytorch',
  serving: { engine: 'vllm', requests: { average: 6, peak: 40 }, inputTokens: 800, outputTokens: 200, ...serving },
  target: target ?? { provider: 'aws', region: 'us-east-1', accelerator: 'l40s' },
});

const DC1: NonNullable<ManifestHead['clusters']> = {
  dc1: {
    accelerator: 'h100-sxm',
    nodes: 4,
    acceleratorsPerNode: 8,
    location: 'de',
    utilization: 0.7,
    cost: {
      perNode: 280_000,
      electricity: 0.14,
      pue: 1.3,
      colocation: 180,
      staff: 1,
      maintenance: 0.05,
      residual: 0.1,
    },
  },
};

const lineOf = (cost: CostPlan, kind: CostLine['kind']): CostLine => {
  const line = cost.lines.find((candidate) => candidate.kind === kind);
  assert.ok(line, `no line of ${kind} in ${cost.lines.map(({ name }) => name).join('; ')}`);
  return line;
};

/** Totals by the rule that the plan states: the sum of a period's rounded lines, end by end. */
function addsUp(cost: CostPlan): void {
  const totals: readonly (readonly [Period, Range | null | undefined])[] = [
    ['run', cost.totalUsd],
    ['upfront', cost.upfrontUsd],
    ['month', cost.totalUsd === undefined ? cost.monthlyUsd : undefined],
  ];
  for (const [period, total] of totals) {
    if (!total) continue;
    const own = cost.lines.filter((line) => line.period === period);
    for (const [end, key] of [
      ['low', 'lowUsd'],
      ['mid', 'amountUsd'],
      ['high', 'highUsd'],
    ] as const) {
      const cents = own.reduce((sum, line) => sum + Math.round(line[key] * 100), 0);
      assert.ok(Math.abs(cents / 100 - total[end]) <= Math.abs(total[end]) * 1e-12, `${period} ${end}`);
    }
  }
  for (const { amountUsd, quantity, unitPriceUsd, source } of cost.lines) {
    const exact = quantity * unitPriceUsd;
    assert.ok(Math.abs(amountUsd - exact) <= 0.005 + exact * 1e-9, `${String(amountUsd)} for ${String(exact)}`);
    assert.notEqual(source, '');
  }
}

/** Every number is finite and none is negative; low ≤ mid ≤ high. */
function sound(value: unknown, path: string): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0, `${path}: ${String(value)}`);
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  for (const [key, member] of entries) sound(member, `${path}.${key}`);
  if (entries.length !== 3 || !('mid' in value)) return;
  const { low, mid, high } = value as Range;
  const slack = 1 + 1e-9;
  assert.ok(low <= mid * slack && mid <= high * slack, `${path}: ${JSON.stringify(value)}`);
}

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

describe('any workload', () => {
  const size = fc.oneof(fc.constantFrom(0, 1e-9, 1, 1e9, 1e20), fc.double({ min: 0, max: 1e12, noNaN: true }));
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const count = fc.constantFrom<NonNullable<Target['count']>>(1, 3, 8, 16, 1000, 1e9, 'auto');
  const capacity = fc.constantFrom<NonNullable<Target['capacity']>>(
    'on-demand',
    'spot',
    'reserved-1y',
    'reserved-3y',
    'capacity-block',
  );
  const location = fc.constantFrom(
    'aws/us-east-1',
    'aws/us-west-2',
    'gcp/europe-west4',
    'azure/westus',
    'on-premises',
    'dc1',
    'edge',
    'nowhere/at-all',
  );
  const place = fc.constantFrom<Partial<Target>>(
    { provider: 'aws', region: 'us-east-1', accelerator: 'h100-sxm' },
    { provider: 'gcp', region: 'us-central1', accelerator: 'tpu-v5e' },
    { provider: 'azure', region: 'westus', accelerator: 'a100-80gb' },
    { provider: 'lambda', accelerator: 'a10' },
    { cluster: 'dc1' },
    { cluster: 'dc1', burst: { provider: 'aws', region: 'us-east-1', accelerator: 'l40s' } },
    { deployment: 'edge' },
  );
  const clean = <T extends object>(value: T): T =>
    Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;

  const workload = fc
    .record({
      phase: fc.constantFrom<Workload['phase']>('training', 'fine-tuning', 'inference', 'batch-inference'),
      tokens: maybe(size),
      runsPerMonth: maybe(fc.constantFrom(0, 0.5, 1, 1e9)),
      deadline: maybe(fc.constantFrom(1, 3600, 1e9)),
      requests: maybe(size),
      peak: maybe(size),
      scaleToZero: fc.boolean(),
      autoscaled: fc.boolean(),
      hoursPerMonth: maybe(fc.constantFrom(0, 1, 730, 1e6)),
      samples: maybe(size),
      dataSize: maybe(size),
      egress: maybe(size),
      location: maybe(location),
      interval: maybe(fc.constantFrom(1e-3, 60, 1e9)),
      checkpointing: fc.constantFrom('absent', 'none', 'object', 'nfs'),
      keep: maybe(fc.constantFrom(1, 1e9)),
      capacity,
      count,
      place,
      zones: maybe(fc.constantFrom(1, 3, 1e6)),
      service: maybe(fc.constantFrom<NonNullable<Target['service']>>('sagemaker', 'vertex-ai', 'bedrock', 'none')),
      lifetime: maybe(fc.constantFrom(1, 3.2e7, 1e12)),
      fleetSize: maybe(fc.constantFrom(1, 1e9)),
    })
    .map((given): Workload => {
      const rented = given.place.cluster === undefined && given.place.deployment === undefined;
      return clean({
        phase: given.phase,
        model: 'llama-3.1-8b',
        framework: 'pytorch',
        lifetime: given.lifetime,
        data: clean({ size: given.dataSize, egress: given.egress, location: given.location }),
        training: clean({ tokens: given.tokens, runsPerMonth: given.runsPerMonth, deadline: given.deadline }),
        serving: clean({
          requests: given.requests === undefined ? undefined : clean({ average: given.requests, peak: given.peak }),
          autoscaling: given.autoscaled ? { min: 0, max: 1e6, scaleToZero: given.scaleToZero } : undefined,
          hoursPerMonth: given.hoursPerMonth,
          samples: given.samples,
          inputTokens: 100,
          outputTokens: 100,
        }),
        checkpointing:
          given.checkpointing === 'absent'
            ? undefined
            : given.checkpointing === 'none'
              ? false
              : clean({
                  interval: given.interval,
                  storage: given.checkpointing,
                  keep: given.keep,
                  location: given.location,
                }),
        edge:
          given.place.deployment === 'edge'
            ? clean({ device: 'jetson-orin-nano', fleetSize: given.fleetSize, sync: 1e3, connectivity: 'cellular' })
            : undefined,
        target: clean({
          ...given.place,
          count: given.count,
          zones: given.zones,
          service: given.service,
          ...(rented && { capacity: given.capacity }),
        }),
      } as Workload);
    });

  const head = { clusters: DC1 };

  it('has a cost that adds up, with no number that is negative or none', () => {
    fc.assert(
      fc.property(workload, (given) => {
        const { cost, risk, carbon, capacities, ownership } = plan(given, head);
        addsUp(cost);
        sound({ cost, risk, carbon, capacities, ownership }, 'plan');
      }),
      { numRuns: 100 },
    );
  });

  it('never costs more at a lower price', () => {
    fc.assert(
      fc.property(workload, fc.double({ min: 0, max: 1, noNaN: true }), (given, factor) => {
        const cheaper = Object.create(catalog, {
          offers: {
            value: (query: Parameters<Catalog['offers']>[0]) =>
              catalog
                .offers(query)
                .map((offer) =>
                  offer.usdPerHour === undefined ? offer : { ...offer, usdPerHour: offer.usdPerHour * factor },
                ),
          },
        }) as Catalog;
        const [now, then] = [plan(given, head).cost, plan(given, head, cheaper).cost];
        for (const key of ['hourlyUsd', 'monthlyUsd', 'totalUsd', 'upfrontUsd'] as const) {
          const [before, after] = [now[key], then[key]];
          if (before && after) assert.ok(after.mid <= before.mid + 0.005 + before.mid * 1e-9, key);
        }
      }),
      { numRuns: 60 },
    );
  });
});
