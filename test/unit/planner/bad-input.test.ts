import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse, type Analysis } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import type { Catalog } from '../../../server/src/catalog/types.ts';
import type { Range, WorkloadPlan } from '../../../server/src/planner/types.ts';
import { manifestText, writtenHead, writtenWorkload, type WrittenWorkload } from '../../helpers/absurd-manifests.ts';

const catalog = embeddedCatalog();
const today = '2026-11-23';
const RUNS = Number(process.env['RUNS'] ?? 40);

function analysed(text: string, prices: Catalog = catalog): Analysis {
  const analysis = analyse({ text, catalog: prices, today, mostAdvice: 0 });
  for (const { error } of analysis.crashes) throw error;
  return analysis;
}

function planOf(workload: WrittenWorkload, head = {}, prices?: Catalog): WorkloadPlan | undefined {
  return analysed(manifestText(head, { w: workload }), prices).plans.get('w');
}

/** Every number of the value, with its path. */
function* numbersIn(value: unknown, path = ''): Iterable<readonly [string, number]> {
  if (typeof value === 'number') yield [path, value];
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* numbersIn(inner, `${path}.${key}`);
}

function* rangesIn(value: unknown, path = ''): Iterable<readonly [string, Range]> {
  if (typeof value !== 'object' || value === null) return;
  if ('low' in value && 'mid' in value && 'high' in value) yield [path, value as Range];
  else for (const [key, inner] of Object.entries(value)) yield* rangesIn(inner, `${path}.${key}`);
}

describe('any manifest, however absurd', () => {
  it('gives finite numbers, no negative cost, and ranges in order', () => {
    fc.assert(
      fc.property(writtenHead, writtenWorkload, (head, workload) => {
        const plan = planOf(workload, head);
        if (!plan) return;
        const all = { ...plan, comparison: { ...plan.comparison } };
        for (const [path, value] of numbersIn(all)) assert.equal(Number.isFinite(value), true, `${path} is ${value}`);
        for (const [path, { low, mid, high }] of rangesIn(all))
          assert.equal(low <= mid && mid <= high, true, `${path}: ${low} ${mid} ${high}`);
        for (const [path, value] of numbersIn(plan.cost)) assert.equal(value >= 0, true, `cost${path} is ${value}`);
      }),
      { numRuns: RUNS },
    );
  });

  it('says why what it does not know is null', () => {
    fc.assert(
      fc.property(writtenHead, writtenWorkload, (head, workload) => {
        const plan = planOf(workload, head);
        if (!plan) return;
        const { totalUsd, monthlyUsd } = plan.cost;
        const unknown =
          totalUsd === null ||
          monthlyUsd === null ||
          plan.training?.durationSeconds === null ||
          plan.memory.perAcceleratorBytes === null;
        if (unknown) assert.equal(plan.unknown.length > 0, true);
        for (const { path, why } of plan.unknown) assert.equal(path !== '' && why !== '', true);
      }),
      { numRuns: RUNS },
    );
  });

  it('is planned by itself: neither neighbours nor their order change a workload', () => {
    const named = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), writtenWorkload), {
      minLength: 2,
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(writtenHead, named, (head, entries) => {
        const together = analysed(manifestText(head, Object.fromEntries(entries))).plans;
        const reversed = analysed(manifestText(head, Object.fromEntries([...entries].reverse()))).plans;
        for (const [name, workload] of entries) {
          const alone = analysed(manifestText(head, { [name]: workload })).plans.get(name);
          assert.deepEqual(asJson(together.get(name)), asJson(alone));
          assert.deepEqual(asJson(reversed.get(name)), asJson(alone));
        }
      }),
      { numRuns: 12 },
    );
  });

  it('has totals that are the sums of their lines, to the cent', () => {
    fc.assert(
      fc.property(writtenHead, writtenWorkload, (head, workload) => {
        const plan = planOf(workload, head);
        if (!plan) return;
        const { lines, monthlyUsd, totalUsd, upfrontUsd } = plan.cost;
        const sums = new Map<string, number>();
        for (const { period, amountUsd } of lines) sums.set(period, (sums.get(period) ?? 0) + amountUsd);
        const runs = plan.phase !== 'inference';
        for (const [period, range] of [
          ['run', totalUsd],
          ['upfront', upfrontUsd],
          ['month', runs ? null : monthlyUsd],
        ] as const) {
          if (!range) continue;
          const sum = sums.get(period) ?? 0;
          assert.ok(Math.abs(range.mid - sum) <= 0.006 + 1e-12 * sum, `${period}: ${range.mid} is not ${sum}`);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

function asJson(plan: WorkloadPlan | undefined): unknown {
  return plan && JSON.parse(JSON.stringify(plan));
}

describe('more of one thing', () => {
  const factor = fc.double({ min: 1, max: 1e6, noNaN: true });
  const training = (tokens: number, count: number, extra: object = {}): WrittenWorkload => ({
    phase: 'training',
    framework: 'pytorch',
    model: 'llama-3.1-8b',
    training: { tokens, sequenceLength: 4096, ...extra },
    checkpointing: { interval: '30m', storage: 'object' },
    target: { provider: 'aws', region: 'us-east-1', accelerator: 'h100-sxm', count },
  });

  it('of tokens never takes less time or costs less', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e3, max: 1e14, noNaN: true }),
        factor,
        fc.constantFrom(16, 64),
        (tokens, more, count) => {
          const [few, many] = [planOf(training(tokens, count)), planOf(training(tokens * more, count))];
          const seconds = (plan: WorkloadPlan | undefined) => plan?.training?.durationSeconds?.mid ?? Number.NaN;
          assert.equal(seconds(many) >= seconds(few) * (1 - 1e-12), true, `${seconds(few)} ${seconds(many)}`);
          assert.equal((many?.cost.totalUsd?.mid ?? 0) >= (few?.cost.totalUsd?.mid ?? 0), true);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('of devices never needs more memory on each, at the same split otherwise', () => {
    const sharding = fc.constantFrom('ddp', 'zero1', 'zero2', 'zero3', 'fsdp');
    fc.assert(
      fc.property(sharding, fc.constantFrom(8, 16, 32), fc.constantFrom(2, 4), (kind, count, more) => {
        const fixed = { sharding: kind, microBatchSize: 1, activationCheckpointing: 'full' };
        const bytes = (devices: number) =>
          planOf(training(1e9, devices, fixed))?.memory.perAcceleratorBytes?.mid ?? Number.NaN;
        assert.equal(bytes(count * more) <= bytes(count) * (1 + 1e-9), true, `${bytes(count)} ${bytes(count * more)}`);
      }),
      { numRuns: 12 },
    );
  });

  it('of a discount never raises the cost, nor does a lower price of the catalogue', () => {
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(writtenWorkload, share, (workload, part) => {
        const cheaper = Object.create(catalog, {
          offers: {
            value: (query: Parameters<Catalog['offers']>[0]) =>
              catalog
                .offers(query)
                .map((offer) =>
                  offer.usdPerHour === undefined ? offer : { ...offer, usdPerHour: offer.usdPerHour * part },
                ),
          },
        }) as Catalog;
        const usd = (plan: WorkloadPlan | undefined) => plan?.cost.hourlyUsd?.mid ?? 0;
        const before = usd(planOf(workload));
        assert.equal(usd(planOf(workload, {}, cheaper)) <= before * (1 + 1e-9), true);
        assert.equal(
          usd(planOf(workload, { pricing: { discounts: { aws: part, gcp: part } } })) <= before * (1 + 1e-9),
          true,
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('an absurd load', () => {
  const run = (training: Readonly<Record<string, unknown>>, count: number): WrittenWorkload => ({
    phase: 'training',
    framework: 'pytorch',
    model: 'llama-3.1-8b',
    training,
    checkpointing: { interval: '30m', storage: 'object' },
    target: { provider: 'aws', region: 'us-east-1', accelerator: 'h100-sxm', count },
  });
  const service = (requests: string): WrittenWorkload => ({
    phase: 'inference',
    framework: 'pytorch',
    model: 'llama-3.1-8b',
    serving: { requests, inputTokens: 500, outputTokens: 100 },
    target: { provider: 'aws', region: 'us-east-1', accelerator: 'l4' },
  });

  for (const [what, workload, where] of [
    ['10²⁰ tokens', run({ tokens: 1e20 }, 64), 'training.tokens'],
    ['10⁹ devices', run({ tokens: 1e12 }, 1e9), 'target.count'],
    ['10¹² requests a second', service('1e12/s'), 'serving.requests'],
  ] as const) {
    it(`of ${what} keeps its arithmetic and is said to be no forecast`, () => {
      const plan = planOf(workload);
      const said = plan?.unknown.find(({ path }) => path === where);
      assert.match(said?.why ?? '', /no forecast/);
    });
  }

  it('is nothing that a large but real plan is told of', () => {
    const plan = planOf(run({ tokens: 15e12 }, 16_384));
    assert.deepEqual(
      plan?.unknown.filter(({ why }) => why.includes('no forecast')),
      [],
    );
  });
});
