import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bookHints } from '../../../server/src/catalog/book-hints.ts';
import { withBooks } from '../../../server/src/catalog/book-overlay.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { readPriceBook } from '../../../server/src/catalog/price-book.ts';
import { BOOK_COLUMNS } from '../../../server/src/catalog/price-row.ts';

const catalog = embeddedCatalog();
const today = '2026-11-23';

function bookOf(rows: readonly string[]) {
  const text = [BOOK_COLUMNS.join(','), ...rows].join('\n');
  const book = readPriceBook({ layer: 'repository', name: 'prices.csv', content: { text } }, catalog);
  assert.deepEqual(book.problems, []);
  return book;
}

/** What is said of each line: `LINE the marked cell: message`. */
function hints(...rows: readonly string[]): string[] {
  return bookHints(bookOf(rows), catalog, today).map(
    ({ line, column, endColumn, message }) =>
      `${String(line)} ${rows[line - 2]!.slice(column - 1, endColumn - 1)}: ${message}`,
  );
}

describe('hints at the lines of a price book', () => {
  it('asks about a price over five times the median, or under a fifth: which reading would explain it', () => {
    const cases: readonly (readonly [row: string, hint: RegExp])[] = [
      [
        'aws,,,h100-sxm,,on-demand,36.50',
        /^2 36\.50: \$36\.5 per accelerator-hour is over five times the catalogue's median of \$\d[\d.]* for h100-sxm on-demand: is it the price per machine\?/,
      ],
      ['aws,,p5.48xlarge,,,on-demand,3650', /^2 3650: \$456\.25 per accelerator-hour .* one hour of 8 accelerators/],
      ['aws,,p5.48xlarge,,,,4.10', /^2 4\.10: \$0\.5125 .* under a fifth .* is it the price per accelerator\?/],
      ['aws,,,h100-sxm,8,on-demand,4.10', /under a fifth .* The line is for 8 of them together/],
      ['aws,,,h100-sxm,,on-demand,0.04', /under a fifth .* in dollars, for a whole hour/],
      // One provider alone rents this chip out: of a fifth of its price one may still ask.
      ['aws,,,trn1,,on-demand,21.50', /over five times .* for trainium1 on-demand/],
      ['acme,,acme-8,h100-sxm,8,on-demand,2.10', /under a fifth .* is it the price per accelerator/],
    ];
    for (const [row, hint] of cases) {
      const said = hints(row);
      assert.equal(said.length, 1, row);
      assert.match(said[0]!, hint);
    }
  });

  it('says nothing of prices that may be, of own hardware, and of machines without accelerators', () => {
    assert.deepEqual(
      hints(
        'aws,,p5.48xlarge,,,on-demand,36.50',
        'aws,,,h100-sxm,,on-demand,4.40',
        'aws,,,h100-sxm,4,on-demand,16',
        'on-premises,,,h100-sxm,,owned,0.02',
        'aws,,m7i.large,,,on-demand,80',
      ),
      [],
    );
  });

  it('uses the price all the same, and is no judge of it by other own prices', () => {
    const book = bookOf(['aws,,,h100-sxm,,on-demand,36.50']);
    const priced = withBooks(catalog, [book], today);
    const [offer] = priced.offers({
      provider: 'aws',
      instance: 'p5.48xlarge',
      region: 'us-east-1',
      capacity: 'on-demand',
    });
    assert.equal(offer?.usdPerHour, 8 * 36.5);
    assert.equal(bookHints(book, catalog, today).length, 1);
  });

  it('says of a line which later one always beats it with another price', () => {
    assert.deepEqual(
      hints(
        'aws,,p5.48xlarge,,,on-demand,40,2026-01-01,2026-12-31',
        'aws,,p5.48xlarge,,,on-demand,36.50,,',
        'aws,,p5.48xlarge,,,on-demand,36.50,,',
      ),
      [
        '2 40: Line 4 says $36.5 of the same hardware on all the days of this line, and the later line wins: $40 is never used. Remove one of the two, or give them days.',
      ],
    );
    // A price that follows another one, hours of two commitments, another region: all of them are used.
    assert.deepEqual(
      hints(
        'aws,,p5.48xlarge,,,on-demand,40,2026-01-01',
        'aws,,p5.48xlarge,,,on-demand,38,2026-06-01',
        'aws,,p5.48xlarge,,,on-demand,30,,,100',
        'aws,,p5.48xlarge,,,on-demand,31,,,100',
        'aws,us-east-1,p5.48xlarge,,,on-demand,39',
      ),
      [],
    );
  });

  it('says of a line that it holds no more, or not yet, where no other one holds today', () => {
    const [begins, ended, ...others] = hints(
      'aws,,p5.48xlarge,,,on-demand,36.50,2027-01-01',
      'aws,,p4d.24xlarge,,,on-demand,20,,2026-11-22,500',
    );
    assert.match(begins ?? '', /^2 36\.50: This price begins on 2027-01-01: until then the line is not used/);
    assert.match(ended ?? '', /^3 20: This price ended on 2026-11-22: the line is not used any more/);
    assert.deepEqual(others, []);
    assert.deepEqual(
      hints(
        'aws,,p5.48xlarge,,,on-demand,44,2025-01-01,2025-12-31',
        'aws,,p5.48xlarge,,,on-demand,40,2026-01-01,2026-12-31',
        'aws,,p5.48xlarge,,,on-demand,36.50,2027-01-01',
        'aws,,p4d.24xlarge,,,on-demand,20,,2026-11-23',
      ),
      [],
    );
  });

  it('calls no line beaten that gives a price on any day', () => {
    const day = fc.constantFrom('', '2026-01-01', '2026-03-01', '2026-06-01', '2026-09-01');
    const line = fc.record({ from: day, until: day, usd: fc.integer({ min: 30, max: 34 }) });
    const days = [
      '2025-12-31',
      '2026-01-01',
      '2026-02-01',
      '2026-03-01',
      '2026-06-01',
      '2026-08-01',
      '2026-09-01',
      '2027-01-01',
    ];
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 6 }), (drawn) => {
        const rows = drawn
          .filter(({ from, until }) => from === '' || until === '' || from <= until)
          .map(({ from, until, usd }) => `aws,,p5.48xlarge,,,on-demand,${String(usd)},${from},${until}`);
        const book = bookOf(rows);
        const beaten = new Set(
          bookHints(book, catalog, today)
            .filter(({ message }) => message.includes('never used'))
            .map(({ line: number }) => number),
        );
        for (const one of days) {
          const [offer] = withBooks(catalog, [book], one).offers({
            provider: 'aws',
            instance: 'p5.48xlarge',
            region: 'us-east-1',
            capacity: 'on-demand',
          });
          assert.equal(beaten.has(offer?.book?.line ?? 0), false);
        }
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});
