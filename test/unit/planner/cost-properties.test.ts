import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Catalog } from '../../../server/src/catalog/types.ts';
import type { Target, Workload } from '../../../server/src/manifest/schema.ts';
import { catalog } from './placements.ts';
import { plan, DC1, addsUp, sound } from './cost-cases.ts';

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
