import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { BOOK_COLUMNS } from '../../../server/src/catalog/price-row.ts';
import { catalogInfo } from '../../../server/src/features/catalog-info.ts';

const page = readFileSync('docs/catalogue.md', 'utf8');
const catalog = embeddedCatalog();
const info = catalogInfo(catalog);

/** Origins that the page names by other words than their address. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  'skypilot-org/skypilot-catalog': "SkyPilot's catalogue",
  'dstackai/gpuhunt': 'gpuhunt',
  'second-hand notes': 'second-hand notes',
  'public documents': 'public files',
};

/** Licences as the page writes them. */
const OTHER_LICENCES: Readonly<Record<string, string>> = { 'Apache-2.0 (data of AWS)': 'Apache-2.0' };

describe('the page about the catalogue', () => {
  it('names every origin of prices, with its licence in the same row', () => {
    const priced = info.origins.filter(({ prices }) => prices > 0);
    assert.ok(priced.length > 10);
    for (const { origin, licence } of priced) {
      const name = origin.replace('github.com/', '');
      const rows = page.split('\n').filter((line) => line.startsWith('|') && line.includes(OTHER_WORDS[name] ?? name));
      assert.notEqual(rows.length, 0, `${name} is not named`);
      const wanted = OTHER_LICENCES[licence] ?? licence;
      assert.ok(
        rows.some((row) => row.includes(wanted)),
        `${name}: ${wanted} does not stand in ${rows.join('\n')}`,
      );
    }
  });

  it('tells how much there is as the catalogue has it', () => {
    const rowsOf = (table: string): number => info.tables.find(({ name }) => name === table)?.rows ?? NaN;
    const said = (text: string): void => assert.ok(page.includes(text), `the page does not say: ${text}`);
    const thousands = (count: number): string => count.toLocaleString('en');
    said(`| accelerators | ${catalog.accelerators.size} ids`);
    said(`${thousands(info.prices.offers)} offers of ${info.providers.length} providers`);
    said(`| regions | ${rowsOf('regions')},`);
    said(`| models | ${rowsOf('models')},`);
    said(`| interconnects | ${rowsOf('interconnects')} |`);
    said(`| TPU slices | ${rowsOf('TPU slices')} |`);
    said(`| compliance | ${rowsOf('compliance')} |`);
    said(
      `notices of ${rowsOf('spot offers')} offers; ${thousands(rowsOf('interruption bands'))} interruption bands; ${rowsOf('AWS spot levels')} levels`,
    );
    said(
      `| ${rowsOf('managed services')} with ${rowsOf('service prices')} mark-ups, ${rowsOf('retirements')}, ${rowsOf('edge devices')}, ${rowsOf('storage limits')} |`,
    );
  });

  it('tells the gaps as they are', () => {
    const unspecified = [...catalog.accelerators.values()].filter(
      ({ id, memoryBytes }) => id !== 'cpu' && memoryBytes === undefined,
    );
    assert.equal(unspecified.length, 10);
    assert.match(page, /^- Ten chips without a specification/m);
    const unsourced = (table: string): number =>
      (catalog.tables.find(({ name }) => name === table)?.sources ?? [])
        .filter(({ source }) => source.startsWith('unsourced'))
        .reduce((sum, { rows }) => sum + rows, 0);
    const gaps = `${unsourced('retirements')} of the 34 retirements and ${unsourced('edge devices')} of the 44 edge devices`;
    assert.ok(page.includes(gaps), gaps);
    for (const chip of ['gaudi2', 'gaudi3', 'mi250', 'mi325x', 'trainium3', 'tpu-v7']) {
      assert.ok(catalog.accelerators.has(chip), chip);
      assert.deepEqual(
        catalog.offers({ accelerator: chip }).filter(({ usdPerHour }) => usdPerHour !== undefined),
        [],
        chip,
      );
    }
  });
});

describe('the page about price books', () => {
  it('explains every column, and no other', () => {
    const text = readFileSync('docs/price-book.md', 'utf8');
    const table = text.slice(text.indexOf('## Columns'), text.indexOf('A line needs an `instance`'));
    const rows = table.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    assert.deepEqual(named, [...BOOK_COLUMNS]);
  });
});
