import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { readTiers, tieredUsd } from '../../../server/src/catalog/price-tiers.ts';
import { storageUsdPerMonth } from '../../../server/src/catalog/storage-price.ts';

const catalog = embeddedCatalog();
const TB = 1e12;
const cents = (usd: number): number => Math.round(usd * 100) / 100;

describe('a price that falls with the amount', () => {
  const tiers = readTiers([
    { tier: 'first 10TB', usdPerGb: 0.09 },
    { tier: 'next 40TB', usdPerGb: 0.085 },
    { tier: 'next 100TB', usdPerGb: 0.07 },
    { tier: 'over 150TB', usdPerGb: 0.05 },
  ]);

  it('charges each part at its own step', () => {
    assert.equal(cents(tieredUsd(tiers, 1 * TB)), 90);
    assert.equal(cents(tieredUsd(tiers, 10 * TB)), 900);
    assert.equal(cents(tieredUsd(tiers, 50 * TB)), 900 + 3400);
    assert.equal(cents(tieredUsd(tiers, 200 * TB)), 900 + 3400 + 7000 + 2500);
  });

  it('reads steps that state both ends', () => {
    const google = readTiers([
      { tier: 'first 1 TiB', usdPerGb: 0.12 },
      { tier: '1-10 TiB', usdPerGb: 0.11 },
      { tier: 'over 10 TiB', usdPerGb: 0.085 },
    ]);
    assert.deepEqual(
      google.map(({ upToBytes }) => upToBytes),
      [2 ** 40, 10 * 2 ** 40, Infinity],
    );
  });

  it('never costs less for more, and nothing for nothing', () => {
    assert.equal(tieredUsd(tiers, 0), 0);
    const amount = fc.double({ min: 0, max: 1e18, noNaN: true });
    fc.assert(
      fc.property(amount, amount, (a, b) => tieredUsd(tiers, Math.min(a, b)) <= tieredUsd(tiers, Math.max(a, b))),
    );
  });
});

describe('what storing costs', () => {
  it('quotes the plain bucket of the region, with source and date', () => {
    const quote = catalog.storagePrice({ provider: 'gcp', region: 'us-central1', type: 'object' });
    assert.equal(quote?.product, 'Cloud Storage standard');
    assert.equal(quote.region, 'us-central1');
    assert.equal(quote.usdPerGbMonth, 0.02);
    assert.equal(quote.basis, 'list');
    assert.match(quote.asOf, /^2026-/);
    assert.equal(cents(storageUsdPerMonth(quote, 10 * TB)), 200);
  });

  it('says so where it takes the price of another region', () => {
    const quote = catalog.storagePrice({ provider: 'aws', region: 'eu-west-1', type: 'object' });
    assert.equal(quote?.region, 'us-east-1');
    assert.equal(quote.basis, 'estimate');
  });

  it('has the steps of a price by amount', () => {
    const quote = catalog.storagePrice({ provider: 'azure', region: 'westus', type: 'object' });
    assert.equal(quote?.usdPerGbMonth, 0.0208);
    assert.equal(cents(storageUsdPerMonth(quote, 100 * TB)), cents(50_000 * 0.0208 + 50_000 * 0.01997));
  });

  it('knows no price where no source states one', () => {
    assert.equal(catalog.storagePrice({ provider: 'lambda', region: 'us-east-1', type: 'object' }), undefined);
    assert.equal(catalog.storagePrice({ provider: 'aws', region: 'us-east-1', type: 'nvme' }), undefined);
  });
});

describe('what moving data costs', () => {
  const virginia = { provider: 'aws', region: 'us-east-1' };

  it('charges both ends between zones', () => {
    const quote = catalog.egressPrice({ from: virginia, to: 'other-zone' });
    assert.equal(quote?.usdPerGb, 0.02);
    assert.match(quote.note, /each direction/);
  });

  it('tells another region from another provider, which is reached over the internet', () => {
    const region = catalog.egressPrice({ from: virginia, to: { provider: 'aws', region: 'eu-west-1' } });
    const provider = catalog.egressPrice({ from: virginia, to: { provider: 'gcp', region: 'us-east4' } });
    assert.equal(region?.way, 'other-region');
    assert.equal(provider?.way, 'internet');
    assert.ok(region.usdPerGb < provider.usdPerGb);
    assert.equal(cents(tieredUsd(provider.tiers, 10 * TB)), 900);
  });

  it('takes Google’s own prices to China and Australia', () => {
    const from = { provider: 'gcp', region: 'us-central1' };
    const to = (provider: string, region: string): number | undefined =>
      catalog.egressPrice({ from, to: { provider, region } })?.usdPerGb;
    assert.equal(to('aws', 'ap-southeast-2'), 0.19);
    assert.equal(to('aws', 'us-east-1'), 0.12);
    assert.equal(catalog.egressPrice({ from, to: 'internet' })?.usdPerGb, 0.12);
  });

  it('charges nothing within a region, and marks that no table states it', () => {
    const quote = catalog.egressPrice({ from: virginia, to: virginia });
    assert.equal(quote?.usdPerGb, 0);
    assert.equal(quote.source, 'unsourced');
  });

  it('knows no price where no source states one', () => {
    const from = { provider: 'azure', region: 'eastus' };
    assert.equal(catalog.egressPrice({ from, to: 'internet' }), undefined);
    assert.equal(
      catalog.egressPrice({
        from: { provider: 'gcp', region: 'us-central1' },
        to: { provider: 'gcp', region: 'us-east4' },
      }),
      undefined,
    );
  });
});

describe('how fast storage is', () => {
  it('gives data rates in bytes a second, steps in order, and leaves request rates out', () => {
    const lustre = catalog.storageSpeeds('aws').find(({ product }) => product.includes('PERSISTENT_2'));
    assert.deepEqual(lustre?.bytesPerSecond, [125e6, 250e6, 500e6, 1e9]);
    assert.equal(lustre.perTebibyte, true);
    assert.equal(
      catalog.storageSpeeds('gcp').find(({ product }) => product === 'Cloud Storage')?.bytesPerSecond[0],
      25e9,
    );
    assert.ok(catalog.storageThroughput.some(({ unit }) => unit === 'requests/s'));
    assert.ok(catalog.storageSpeeds('aws').every(({ metric }) => !/requests|GET|PUT/.test(metric)));
  });

  it('marks what no source states', () => {
    assert.equal(catalog.storageSpeeds('aws').find(({ product }) => product === 'EFS elastic')?.unsourced, true);
    assert.equal(catalog.storageSpeeds('on-premises')[0]?.unsourced, false);
  });
});

describe('AWS’s spot market over time', () => {
  it('is told by class and day', () => {
    const newest = catalog.awsSpotTrend.filter(({ date }) => date === '2026-09-30');
    assert.deepEqual(newest.map(({ gpuClass }) => gpuClass).sort(), ['A100', 'B200', 'B300', 'H100', 'H200']);
    assert.ok(catalog.awsSpotTrend.every(({ usdPerGpuHour, source }) => usdPerGpuHour > 0 && source !== ''));
  });
});
