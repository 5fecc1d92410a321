import assert from 'node:assert/strict';
import { embeddedCatalog, embeddedData } from '../../../server/src/catalog/embedded.ts';
import { GENERAL_KNOWLEDGE, originOf } from '../../../server/src/catalog/sources.ts';
import { catalogInfoText } from '../../../server/src/cli/catalog-info.ts';
import { plain } from '../../../server/src/cli/paint.ts';
import { catalogInfo } from '../../../server/src/features/catalog-info.ts';

const catalog = embeddedCatalog();
const info = catalogInfo(catalog);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

describe('what the catalogue says of itself', () => {
  it('counts every offer once, by provider and by origin', () => {
    const offers = catalog.offers({}).length;
    assert.equal(info.prices.offers, offers);
    assert.equal(sum(info.providers.map((one) => one.offers)), offers);
    const facts = sum(info.tables.map(({ rows }) => rows));
    assert.equal(sum(info.origins.map((one) => one.prices + one.facts)), offers + facts);
  });

  it('counts every row of every table', () => {
    const rows = new Map(info.tables.map((table) => [table.name, table.rows]));
    const { facts, prices } = embeddedData();
    assert.equal(rows.get('accelerators'), catalog.accelerators.size);
    assert.equal(rows.get('models'), catalog.models.size);
    assert.equal(rows.get('egress prices'), facts.egress.length);
    assert.equal(rows.get('interruption bands'), prices.interruptions.rows.length);
  });

  it('dates prices by the oldest and the newest of those that are priced', () => {
    const dates = catalog
      .offers({})
      .flatMap(({ usdPerHour, asOf }) => (usdPerHour === undefined ? [] : [asOf]))
      .sort();
    assert.equal(info.prices.oldest, dates[0]);
    assert.equal(info.prices.newest, dates.at(-1));
    assert.equal(info.prices.newest, info.asOf);
  });

  it('tells the licence of where prices are from, or that only facts are taken', () => {
    const licences = new Map(info.origins.map(({ origin, licence }) => [origin, licence]));
    assert.equal(licences.get('github.com/tardellirs/gpu-pricing'), 'MIT');
    assert.match(licences.get('github.com/tsaol/aws-gpu') ?? '', /facts only/);
    for (const { origin, licence } of info.origins) assert.ok(licence !== '' || origin === GENERAL_KNOWLEDGE, origin);
  });

  it('finds the repository or the site behind the words of a source', () => {
    assert.equal(originOf('host and GPU parts summed: github:a/b@1 c.csv; date: undated (2026)'), 'github.com/a/b');
    assert.equal(originOf('https://docs.vllm.ai/en/v0.15.1/; fp4 unsourced'), 'docs.vllm.ai');
    assert.equal(originOf('https://raw.githubusercontent.com/a/b/main/c.yml'), 'github.com/a/b');
    assert.equal(originOf('unsourced'), GENERAL_KNOWLEDGE);
  });

  it('fits the terminal', () => {
    for (const width of [60, 80, 120]) {
      const text = catalogInfoText(info, { width, today: '2026-11-24', paint: plain });
      for (const line of text.split('\n')) assert.ok(line.length <= width, line);
      assert.match(text.replaceAll('\n', ' '), /Prices of 2025 \(1\.9 years old\) to 2026-09-30 \(55 days old\)/);
    }
  });
});
