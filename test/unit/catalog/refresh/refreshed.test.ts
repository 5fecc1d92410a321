import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../../server/src/catalog/embedded.ts';
import { priceChanges } from '../../../../server/src/catalog/refresh/changes.ts';
import { withRefreshed } from '../../../../server/src/catalog/refresh/refreshed.ts';
import { StoreError, verifyStored } from '../../../../server/src/catalog/refresh/store-text.ts';
import {
  readStored,
  sealPrices,
  type StoredFeed,
  type StoredPrices,
} from '../../../../server/src/catalog/refresh/stored.ts';
import type { Offer } from '../../../../server/src/catalog/types.ts';

const catalog = embeddedCatalog();

interface Price {
  readonly instance: string;
  readonly region: string;
  readonly capacity?: number;
  readonly usdPerHour: number;
  readonly basis?: number;
}

function feed(provider: string, prices: readonly Price[], asOf = '2026-11-20'): StoredFeed {
  return {
    id: `test/${provider}`,
    provider,
    source: 'a source',
    asOf,
    checkedOn: asOf,
    catalogDigest: catalog.digest,
    machines: prices.map(({ instance }) => instance),
    regions: prices.map(({ region }) => region),
    terms: [''],
    rows: {
      machine: prices.map((_, at) => at),
      region: prices.map((_, at) => at),
      capacity: prices.map(({ capacity = 0 }) => capacity),
      usdPerHour: prices.map(({ usdPerHour }) => usdPerHour),
      basis: prices.map(({ basis = 0 }) => basis),
      terms: prices.map(() => 0),
    },
  };
}

const over = (...feeds: readonly StoredFeed[]) => withRefreshed(catalog, { feeds, sha256: 'f'.repeat(64) });
const p5 = { provider: 'aws', instance: 'p5.48xlarge', region: 'us-east-1', capacity: 'on-demand' } as const;

describe('a catalogue with refreshed prices', () => {
  it('gives the newer price, with where it is from, and says that it is another catalogue', () => {
    const refreshed = over(feed('aws', [{ instance: 'p5.48xlarge', region: 'us-east-1', usdPerHour: 50 }]));
    const [offer] = refreshed.offers(p5);
    assert.deepEqual([offer?.usdPerHour, offer?.source, offer?.asOf], [50, 'a source', '2026-11-20']);
    assert.notEqual(refreshed.digest, catalog.digest);
    assert.equal(refreshed.asOf >= '2026-11-20', true);
    assert.equal(catalog.offers(p5)[0]?.usdPerHour, 55.04, 'the embedded catalogue is as it was');
  });

  it('lies under every price book: the book’s line wins and names the refreshed price as the one that it beat', () => {
    const refreshed = over(feed('aws', [{ instance: 'p5.48xlarge', region: 'us-east-1', usdPerHour: 50 }]));
    const text = 'provider,instance,capacity,usd_per_hour,valid_from\naws,p5.48xlarge,on-demand,60,2025-01-01\n';
    const books = (['organisation', 'repository', 'user'] as const).map((layer) => ({
      layer,
      name: `${layer}.csv`,
      content: { text },
    }));
    const manifest = `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B }
    checkpointing: { interval: 30m, storage: local }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge }
`;
    // However old the line, and from the first layer on.
    for (let count = 0; count <= books.length; count++) {
      const analysis = analyse({
        text: manifest,
        catalog: refreshed,
        books: books.slice(0, count),
        today: '2026-11-23',
      });
      const [line] = analysis.plans.get('train')!.cost.lines;
      const derivation = JSON.stringify(analysis.plans.get('train')!.derivation);
      const last = books[count - 1];
      assert.equal(line?.unitPriceUsd, last ? 60 : 50);
      assert.equal(line?.source, last ? `${last.name} line 2 (${last.layer})` : 'a source');
      assert.equal(derivation.includes(line!.source), true, derivation);
      if (!last) continue;
      assert.deepEqual(
        line!.book!.beaten.map(({ layer }) => layer),
        [
          ...books
            .slice(0, count - 1)
            .map(({ layer }) => layer)
            .reverse(),
          'catalogue',
        ],
      );
      const { usdPerHour, source, asOf } = line!.book!.beaten.at(-1)!;
      assert.deepEqual([usdPerHour, source, asOf], [50, 'a source', '2026-11-20']);
    }
  });

  it('keeps a newer price of its own, and a list price over an estimate', () => {
    const row = { instance: 'p5.48xlarge', region: 'us-east-1', usdPerHour: 50 };
    assert.equal(over(feed('aws', [row], '2026-01-01')).offers(p5)[0]?.usdPerHour, 55.04);
    assert.equal(over(feed('aws', [{ ...row, basis: 1 }])).offers(p5)[0]?.usdPerHour, 55.04);
  });

  it('adds regions, and lets prices by region end one for all regions', () => {
    const machine = catalog.machinesOf('oci').find(({ count }) => count === 8)!;
    const regions = [...catalog.providers.get('oci')!.regions.keys()];
    const before = catalog.offers({ provider: 'oci', instance: machine.instance });
    assert.deepEqual([...new Set(before.map(({ region }) => region))], ['any']);
    const refreshed = over(
      feed('oci', [
        { instance: machine.instance, region: regions[0]!, usdPerHour: 80 },
        { instance: machine.instance, region: regions[1]!, usdPerHour: 90 },
      ]),
    );
    const after = refreshed.offers({ provider: 'oci', instance: machine.instance, capacity: 'on-demand' });
    assert.deepEqual(
      after.map(({ region, usdPerHour }) => [region, usdPerHour]),
      [
        [regions[0], 80],
        [regions[1], 90],
      ].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
    assert.ok(refreshed.regionsOf('oci', machine.accelerator).includes(regions[0]!));
  });

  it('updates interruption bands', () => {
    const bands: StoredFeed['bands'] = [['p5.48xlarge', 'us-east-1', 57, '>20%']];
    const band = over({ ...feed('aws', []), bands }).interruptionBand('aws', 'p5.48xlarge', 'us-east-1');
    assert.deepEqual([band?.band, band?.savings, band?.asOf], ['>20%', 0.57, '2026-11-20']);
  });

  it('passes over what the catalogue does not have, and rows whose columns do not fit', () => {
    const odd = feed('aws', [
      { instance: 'p99.huge', region: 'us-east-1', usdPerHour: 1 },
      { instance: 'p5.48xlarge', region: 'us-east-1', usdPerHour: 50, capacity: 99 },
    ]);
    const short = {
      ...feed('aws', []),
      machines: ['p5.48xlarge'],
      rows: { ...odd.rows, machine: [0, 7], region: [99] },
    };
    for (const wrong of [odd, short]) {
      assert.deepEqual(over(wrong).offers({}).map(textOf), catalog.offers({}).map(textOf));
    }
  });

  it('answers every question as the offers of the whole would', () => {
    const some = catalog.offers({}).filter((offer, at) => at % 7 === 0 && offer.usdPerHour !== undefined);
    const byProvider = [...new Set(some.map(({ machine }) => machine.provider))].map((provider) =>
      feed(
        provider,
        some
          .filter(({ machine }) => machine.provider === provider)
          .map(({ machine, region, usdPerHour }) => ({
            instance: machine.instance,
            region,
            usdPerHour: usdPerHour! * 1.1,
          })),
      ),
    );
    const refreshed = over(...byProvider);
    const all = refreshed.offers({});
    fc.assert(
      fc.property(
        fc.constantFrom(...some),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (offer, byAccelerator, byRegion, byCapacity, byInstance) => {
          const { machine, region, capacity } = offer;
          const found = refreshed.offers({
            provider: machine.provider,
            ...(byAccelerator && { accelerator: machine.accelerator }),
            ...(byInstance && { instance: machine.instance }),
            ...(byRegion && { region }),
            ...(byCapacity && { capacity }),
          });
          const expected = all.filter(
            (candidate) =>
              candidate.machine.provider === machine.provider &&
              (!byAccelerator || candidate.machine.accelerator === machine.accelerator) &&
              (!byInstance || candidate.machine.instance === machine.instance) &&
              (!byRegion || candidate.region === region || candidate.region === 'any') &&
              (!byCapacity || candidate.capacity === capacity),
          );
          assert.deepEqual(found.map(textOf).sort(), expected.map(textOf).sort());
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives the same offer for the same question', () => {
    const refreshed = over(feed('aws', [{ instance: 'p5.48xlarge', region: 'us-east-1', usdPerHour: 50 }]));
    assert.equal(refreshed.offers(p5)[0], refreshed.offers({ accelerator: 'h100-sxm', ...p5 })[0]);
  });
});

describe('the changes of a refresh', () => {
  it('are counted by provider and accelerator, with the one that moved furthest', () => {
    const after = over(
      feed('aws', [
        { instance: 'p5.48xlarge', region: 'us-east-1', usdPerHour: 55.04 * 0.9 },
        { instance: 'p5.48xlarge', region: 'us-east-2', usdPerHour: 1 },
        { instance: 'g5.2xlarge', region: 'us-east-1', usdPerHour: 1.212 },
      ]),
    );
    const changes = priceChanges(catalog, after, ['aws']);
    assert.deepEqual(
      changes.map(({ accelerator, changed, added }) => [accelerator, changed, added]),
      [['h100-sxm', 2, 0]],
    );
    assert.equal(changes[0]?.largest?.after.usdPerHour, 1);
  });
});

describe('stored prices', () => {
  const sealed = (): Promise<string> =>
    sealPrices([feed('aws', [{ instance: 'p5.48xlarge', region: 'us-east-1', usdPerHour: 50 }])]);
  const open = async (text: string): Promise<StoredPrices> => {
    await verifyStored(text);
    return readStored(text);
  };

  it('come back as they were', async () => {
    const { feeds } = await open(await sealed());
    assert.deepEqual(feeds, [feed('aws', [{ instance: 'p5.48xlarge', region: 'us-east-1', usdPerHour: 50 }])]);
  });

  it('are refused after any change: of a price, of the length, of the head', async () => {
    const text = await sealed();
    for (const [changed, why] of [
      [text.replace('[50]', '[5]'), /checksum is wrong/],
      [text.slice(0, -20), /checksum is wrong/],
      [text.replace('"version":1', '"version":2'), /another version/],
      [text.slice(10), /no file of refreshed prices/],
      ['', /no file of refreshed prices/],
      ['null\nnull', /no file of refreshed prices/],
    ] as const) {
      await assert.rejects(open(changed), (error: Error) => error instanceof StoreError && why.test(error.message));
    }
  });

  it('are refused when they are not of the form, whatever their checksum', async () => {
    const [first] = (await open(await sealed())).feeds;
    const wrong = { ...first!, rows: { ...first!.rows, usdPerHour: [-1] } };
    await assert.rejects(open(await sealPrices([wrong])), /not of the form/);
  });
});

function textOf({ machine, region, capacity, usdPerHour, source }: Offer): string {
  return `${machine.provider} ${machine.instance} ${region} ${capacity} ${String(usdPerHour)} ${source}`;
}
