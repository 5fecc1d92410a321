import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildCatalog } from '../../../scripts/import-catalog/build-catalog.ts';
import { markSuspects } from '../../../scripts/import-catalog/suspicions.ts';
import { median } from '../../../server/src/catalog/suspicions.ts';
import {
  createOfferBook,
  type ImportedMachine,
  type ImportedOffer,
} from '../../../scripts/import-catalog/offer-book.ts';
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
