import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildCatalog } from '../../../scripts/import-catalog/build-catalog.ts';
import { markSuspects } from '../../../scripts/import-catalog/suspicions.ts';
import { median } from '../../../server/src/catalog/suspicions.ts';
import {
  createOfferBook,
  type ImportedMachine,
  type ImportedOffer,
} from '../../../scripts/import-catalog/offer-book.ts';
import type { CatalogData } from '../../../server/src/catalog/data-schema.ts';
import { loadCatalog } from '../../../server/src/catalog/load.ts';
import { isoDate, sourceWithDate } from '../../../scripts/import-catalog/tables.ts';

const root = new URL('../../../', import.meta.url);
const tables = fileURLToPath(new URL('../shared/data', root));

describe('the import', () => {
  it('gives the files that are checked in, byte for byte', function () {
    // The source tables are not in a clone of the repository.
    if (!existsSync(`${tables}/catalog/instances.csv`)) this.skip();
    this.timeout(30_000);
    const { files, report } = buildCatalog(tables);
    for (const [name, text] of files) {
      const path = new URL(`server/src/catalog/data/${name}.json`, root);
      assert.ok(readFileSync(path, 'utf8') === text, `${name}.json is out of date: run npm run import-catalog`);
    }
    assert.equal(readFileSync(new URL('docs/reference/catalog-import.md', root), 'utf8'), report);
  });

  it('takes a new provider from one file, and lists the rows of it that it drops', function () {
    if (!existsSync(`${tables}/catalog/instances.csv`)) this.skip();
    this.timeout(30_000);
    const folder = mkdtempSync(join(tmpdir(), 'ai-infra-provider-'));
    const columns =
      'provider,region,country,geography,instance,accelerator,count,vcpus,host_memory_gib,capacity,usd_per_hour,source,as_of';
    const rows = [
      'example-cloud,fi-1,FI,eu,gpu-h100x8,h100-sxm,8,192,1536,on-demand,19.92,https://example.com/pricing,2026-11-01',
      'example-cloud,fi-1,FI,eu,gpu-h100x8,h100-sxm,8,192,1536,spot,990,https://example.com/pricing,2026-11-01',
      'example-cloud,fi-1,FI,eu,gpu-abacus,abacus,8,192,1536,on-demand,1,https://example.com/pricing,2026-11-01',
      'example-cloud,fi-1,FI,eu,gpu-l4,l4,1,8,64,on-demand,0.5,,',
    ];
    writeFileSync(join(folder, 'example-cloud.csv'), [columns, ...rows].join('\n'));
    const { files, report } = buildCatalog(tables, folder);
    rmSync(folder, { recursive: true });
    const data = Object.fromEntries(
      [...files].map(([name, text]) => [name, JSON.parse(text)]),
    ) as unknown as CatalogData;
    const catalog = loadCatalog(data);
    assert.equal(catalog.region('example-cloud', 'fi-1')?.geography, 'eu');
    const [offer, spot, ...others] = catalog.offers({ provider: 'example-cloud' });
    assert.deepEqual(others, []);
    assert.equal(offer?.usdPerHour, 19.92);
    assert.equal(offer.asOf, '2026-11-01');
    assert.match(spot?.suspect ?? '', /over on-demand/);
    assert.match(
      report,
      /"abacus" is no accelerator id\n\n1 row\.\n\n- example-cloud\.csv: example-cloud gpu-abacus, line 4/,
    );
    assert.match(report, /A price without source and date\n\n1 row\.\n\n- example-cloud\.csv: example-cloud gpu-l4/);
  });

  it('reads the date out of what a source says of it', () => {
    assert.equal(isoDate('2026-07-30'), '2026-07-30');
    assert.equal(isoDate('undated (prices match 2026-05-24 snapshot)'), '2026-05-24');
    assert.equal(isoDate('undated (2025-26)'), '2025');
    assert.equal(isoDate('2026-01'), '2026-01');
    assert.equal(isoDate('undated'), '');
    assert.equal(sourceWithDate('a', '2026-01-02'), 'a');
    assert.equal(sourceWithDate('a', 'undated (2026)'), 'a; date: undated (2026)');
  });

  const machine: ImportedMachine = {
    provider: 'a',
    instance: 'big',
    accelerator: 'x',
    count: 8,
    perAccelerator: false,
  };
  const input = { machine, region: 'r', capacity: 'spot' as const, source: 's' };

  it('takes a list price over an estimate, then the newer', () => {
    const book = createOfferBook();
    book.machine(machine);
    book.add({ ...input, usdPerHour: 5, statedDate: '2026-09-30', basis: 'estimate' });
    book.add({ ...input, usdPerHour: 4, statedDate: '2026-01-01' });
    book.add({ ...input, usdPerHour: 3, statedDate: '2025-01-01' });
    assert.equal(book.offer('a', 'big', 'r', 'spot')?.usdPerHour, 4);
    book.add({ ...input, usdPerHour: 6, statedDate: '2026-02-01' });
    assert.equal(book.offer('a', 'big', 'r', 'spot')?.usdPerHour, 6);
  });

  it('refuses a machine described in two ways', () => {
    const book = createOfferBook();
    book.machine(machine);
    assert.throws(() => book.machine({ ...machine, count: 4 }), /described twice/);
  });

  it('marks what AI712 warns of', () => {
    const offer = (
      provider: string,
      usdPerHour: number,
      capacity: ImportedOffer['capacity'] = 'on-demand',
    ): ImportedOffer => ({
      machine: { ...machine, provider },
      region: 'r',
      capacity,
      usdPerHour,
      source: '',
      asOf: '',
      basis: 'list',
      terms: '',
    });
    const offers = [
      offer('a', 16),
      offer('b', 24),
      offer('c', 20),
      offer('d', 2),
      offer('e', 0),
      offer('a', 17, 'spot'),
      offer('b', 8, 'spot'),
    ];
    const marked = markSuspects(offers, new Map(), () => true).map((one) => one.suspect);
    assert.equal(marked[0], undefined);
    assert.equal(marked[1], undefined);
    assert.equal(marked[2], undefined);
    assert.match(marked[3] ?? '', /under a fifth/);
    assert.match(marked[4] ?? '', /\$0/);
    assert.match(marked[5] ?? '', /over on-demand/);
    assert.equal(marked[6], undefined);
    assert.equal(median([3, 1, 2, 4]), 2.5);
  });
});
