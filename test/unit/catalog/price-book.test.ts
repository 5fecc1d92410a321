import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse, type Analysis } from '../../../server/src/analysis.ts';
import { withBooks } from '../../../server/src/catalog/book-overlay.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { readPriceBook, type BookFile } from '../../../server/src/catalog/price-book.ts';
import { BOOK_COLUMNS } from '../../../server/src/catalog/price-row.ts';
import type { BookLayer, OfferQuery } from '../../../server/src/catalog/types.ts';

const catalog = embeddedCatalog();
const today = '2026-11-23';
const HEADER = BOOK_COLUMNS.join(',');

function file(text: string, layer: BookLayer = 'repository', name = 'prices.csv'): BookFile {
  return { layer, name, content: { text } };
}

/** A book of these lines under the usual header, as a file. */
function lines(...rows: readonly string[]): BookFile {
  return file([HEADER, ...rows].join('\n'));
}

function read(...rows: readonly string[]) {
  return readPriceBook(lines(...rows), catalog);
}

/** What an offer of p5.48xlarge (8 × h100-sxm) in us-east-1 costs an hour by these books, and where that stands. */
function priceBy(books: readonly BookFile[], query: OfferQuery = {}, day = today) {
  const priced = withBooks(
    catalog,
    books.map((book) => readPriceBook(book, catalog)),
    day,
  );
  const [offer] = priced.offers({
    provider: 'aws',
    instance: 'p5.48xlarge',
    region: 'us-east-1',
    capacity: 'on-demand',
    ...query,
  });
  return offer && { usd: offer.usdPerHour, source: offer.source };
}

const MANIFEST = `version: 1
pricing: { discounts: { aws: 10% } }
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8, cost: { perNode: 280k, electricity: 0.14/kWh } }
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/ckpt }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge }
`;

function plan(text: string, ...books: readonly BookFile[]) {
  const analysis = analyse({ text, catalog, books, today });
  const [workload] = analysis.plans.values();
  assert.ok(workload);
  return workload;
}

function computeLines(text: string, ...books: readonly BookFile[]) {
  return plan(text, ...books).cost.lines.map(({ period, quantity, unitPriceUsd, source }) => ({
    period,
    quantity: Math.round(quantity * 1000) / 1000,
    unitPriceUsd,
    source,
  }));
}

describe('the price book', () => {
  it('reads every column, in any order, with byte order mark, Windows line ends, quotes and blanks', () => {
    const text =
      '\ufeffNote,usd_per_hour,valid_until,valid_from,committed_hours,capacity,count,accelerator,instance,region,provider\r\n' +
      '"contract 7, ""A""", $41.28 ,2026-12-31,2026-01-01,500,reserved-1y,8,H100,p5.48xlarge,us-east-1,aws\r\n';
    assert.deepEqual(readPriceBook(file(text), catalog), {
      file: file(text),
      rows: [
        {
          line: 2,
          provider: 'aws',
          region: 'us-east-1',
          instance: 'p5.48xlarge',
          accelerator: 'h100-sxm',
          count: 8,
          capacity: 'reserved-1y',
          usdPerHour: 41.28,
          priceAt: { column: 22, endColumn: 28 },
          validFrom: '2026-01-01',
          validUntil: '2026-12-31',
          committedHours: 500,
          note: 'contract 7, "A"',
        },
      ],
      problems: [],
    });
  });

  it('reports bad lines at line and column with what to do, and uses the good ones', () => {
    const cases: readonly (readonly [row: string, bad: string, message: RegExp])[] = [
      ['awz,,,h100-sxm,8,,40', 'awz', /not a provider of the catalogue: did you mean `aws`/],
      ['aws,us-esat-1,,h100-sxm,8,,40', 'us-esat-1', /not a region of `aws`: did you mean `us-east-1`/],
      ['aws,,p5.48xlrge,,,,40', 'p5.48xlrge', /not a machine type of `aws`: did you mean `p5\.48xlarge`/],
      ['aws,,,h100-smx,8,,40', 'h100-smx', /not an accelerator of the catalogue: did you mean `h100-sxm`/],
      ['aws,,,a100,8,,40', 'a100', /several forms: write `a100-40gb`/],
      ['aws,,p5.48xlarge,l4,,,40', 'l4', /`p5\.48xlarge` holds `h100-sxm`, not `l4`/],
      ['aws,,p5.48xlarge,,4,,40', '4', /`p5\.48xlarge` holds 8, not 4/],
      ['aws,,,h100-sxm,eight,,40', 'eight', /not a number of accelerators/],
      ['aws,,,h100-sxm,8,on-deman,40', 'on-deman', /not a capacity: did you mean `on-demand`/],
      ['aws,,,h100-sxm,8,,"1,040"', '"1,040"', /without separators of thousands/],
      ['aws,,,h100-sxm,8,,0', '0', /price of \$0 is none/],
      ['aws,,,h100-sxm,8,,99999999999999999999', '99999999999999999999', /more than any machine costs/],
      ['aws,,,h100-sxm,8,,1e308', '1e308', /not a price: write dollars an hour/],
      ['aws,,,h100-sxm,8,,-4', '-4', /not a price/],
      ['aws,,,h100-sxm,8,,40,01/02/2026', '01/02/2026', /not a date: write it as 2026-12-31/],
      ['aws,,,h100-sxm,8,,40,2026-02-30', '2026-02-30', /not a date/],
      ['aws,,,h100-sxm,8,,40,2026-05-01,2026-04-01', '2026-04-01', /before it begins/],
      ['on-premises,us-east-1,,h100-sxm,,owned,2', 'us-east-1', /does not apply to own hardware/],
      ['on-premises,,,h100-sxm,,spot,2', 'spot', /on premises is `owned`/],
      ['aws,,,,,on-demand,40', 'aws', /names no hardware/],
      ['"aws,,,h100-sxm,8,,40', '"aws,,,h100-sxm,8,,40', /quote is not closed/],
      ['aws,,,l4,1,,3,,,,a\0b', '\0', /NUL character stands here: remove it/],
      ['a"w"s,,,h100-sxm,8,,40', 'a"w"s,,,h100-sxm,8,,40', /quote the whole cell/],
    ];
    for (const [row, bad, message] of cases) {
      const { rows, problems } = read('aws,,,l4,1,,1', row, 'aws,,,l4,1,,2');
      assert.deepEqual(
        rows.map(({ usdPerHour }) => usdPerHour),
        [1, 2],
        row,
      );
      assert.equal(problems.length, 1, row);
      const [problem] = problems;
      assert.equal(problem!.line, 3, row);
      assert.equal(row.slice(problem!.column - 1, problem!.endColumn - 1), bad, row);
      assert.match(problem!.message, message);
    }
  });

  it('says where a price is missing', () => {
    const [problem] = read('aws,,,h100-sxm,8').problems;
    assert.deepEqual([problem?.line, problem?.column], [2, 17]);
    assert.match(problem?.message ?? '', /price is missing/);
  });

  it('explains a first line that names no columns, other separators, and columns that it does not know', () => {
    const first = (text: string) => readPriceBook(file(text), catalog).problems[0]?.message ?? '';
    assert.match(first(''), /empty: its first line names the columns/);
    assert.match(first('aws,us-east-1,40\n'), /must name the columns/);
    assert.match(first('provider;usd_per_hour\naws;40\n'), /separated by commas, not by `;`/);
    assert.match(
      first('provider,instance,usd_per_hour,capcity\n'),
      /`capcity` is not a column.*did you mean `capacity`/,
    );
    assert.match(first(`${HEADER}\0`), /no UTF-8 text/);
  });

  it('says of a column that it does not know once, not again of each line', () => {
    const unknown = readPriceBook(file('provider,instance,usd_per_hour,flavour\naws,p5.48xlarge,30,x\n'), catalog);
    assert.deepEqual(
      unknown.problems.map(({ line, column }) => [line, column]),
      [[1, 32]],
    );
    const twice = readPriceBook(file('instance,usd_per_hour,usd_per_hour\np5.48xlarge,30,31\n'), catalog);
    assert.deepEqual(
      twice.problems.map(({ line, severity }) => [line, severity]),
      [[1, 'warning']],
    );
    assert.deepEqual(
      twice.rows.map(({ usdPerHour }) => usdPerHour),
      [30],
    );
    const beyond = readPriceBook(file('instance,usd_per_hour,,\np5.48xlarge,30,31\n'), catalog);
    assert.match(beyond.problems[0]?.message ?? '', /beyond the named columns/);
  });

  it('reads any text without a crash, every problem inside it', () => {
    const cell = fc.oneof(
      fc.constantFrom(
        'aws',
        'gcp',
        'h100-sxm',
        '8',
        'spot',
        '12.5',
        '2026-01-01',
        '"',
        '""',
        '"a,b"',
        '__proto__',
        ' ',
        'ü\u2028',
        '=1+1',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    const book = fc
      .array(fc.array(cell, { maxLength: 13 }), { maxLength: 12 })
      .map((rows) => [HEADER, ...rows.map((row) => row.join(','))].join('\n'));
    fc.assert(
      fc.property(fc.oneof(book, fc.string({ unit: 'binary' })), (text) => {
        const written = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
        const { rows, problems } = readPriceBook(file(text), catalog);
        for (const { usdPerHour, line } of rows) {
          assert.equal(usdPerHour > 0 && Number.isFinite(usdPerHour), true);
          assert.equal(line >= 2 && line <= written.length, true);
        }
        for (const { line, column, endColumn } of problems) {
          const length = written[line - 1]?.length ?? 0;
          assert.equal(column >= 1 && column <= endColumn && endColumn <= length + 1, true, text);
        }
      }),
      { numRuns: 120, seed: 7 },
    );
  });

  it('reads a large book, and stops at its limits', () => {
    const many = readPriceBook(lines(...Array<string>(20_001).fill('aws,,,h100-sxm,8,,40')), catalog);
    assert.equal(many.rows.length, 20_000);
    assert.match(many.problems[0]?.message ?? '', /at most 20000 lines/);
    const huge = readPriceBook(file(`${HEADER}\n${'aws,,,h100-sxm,8,,40\n'.repeat(250_000)}`), catalog);
    assert.deepEqual([huge.rows.length, huge.problems.length], [0, 1]);
  }).timeout(60_000);
});

describe('the layers of prices', () => {
  const book = (layer: BookLayer, ...rows: readonly string[]) =>
    file([HEADER, ...rows].join('\n'), layer, `${layer}.csv`);

  it('lets the later layer win, then the most specific line, then the last', () => {
    const organisation = book('organisation', 'aws,us-east-1,p5.48xlarge,h100-sxm,8,on-demand,50');
    const repository = book(
      'repository',
      'aws,,,h100-sxm,8,,45',
      'aws,us-east-1,,h100-sxm,8,,44',
      'aws,us-east-1,,h100-sxm,8,,43',
    );
    const user = book('user', ',,,h100-sxm,8,,42');
    assert.equal(priceBy([])?.usd, 55.04);
    assert.deepEqual(priceBy([organisation]), { usd: 50, source: 'organisation.csv line 2 (organisation)' });
    assert.deepEqual(priceBy([organisation, repository]), { usd: 43, source: 'repository.csv line 4 (repository)' });
    assert.deepEqual(priceBy([organisation, repository, user]), { usd: 42, source: 'user.csv line 2 (user)' });
    assert.equal(priceBy([organisation, repository], { region: 'us-west-2' })?.usd, 45);
  });

  it('says how many accelerators a price is for: of the machine, of `count`, else of one', () => {
    assert.equal(priceBy([lines('aws,,p5.48xlarge,,,,40')])?.usd, 40);
    assert.equal(priceBy([lines('aws,,,h100-sxm,8,,40')])?.usd, 40);
    assert.equal(priceBy([lines('aws,,,h100-sxm,,,5')])?.usd, 40);
    assert.equal(priceBy([lines('aws,,,h100-sxm,1,,5')])?.usd, 55.04);
    const chip = { provider: 'gcp', accelerator: 'tpu-v5e', region: 'us-central1', instance: 'tpu-v5e' } as const;
    assert.equal(priceBy([lines('gcp,,,tpu-v5e,,on-demand,1')], chip)?.usd, 1);
    assert.equal(priceBy([lines('gcp,,,tpu-v5e,8,on-demand,8')], chip)?.usd, 1);
    assert.equal(
      priceBy([lines('gcp,,,tpu-v5e,,on-demand,1')], {
        provider: 'gcp',
        instance: 'ct5lp-hightpu-4t',
        region: 'us-central1',
      })?.usd,
      4,
    );
  });

  it('uses a price on its days only, the first and the last included', () => {
    const dated = [lines('aws,,p5.48xlarge,,,,40,2026-03-01,2026-03-31')];
    const usd = (day: string) => priceBy(dated, {}, day)?.usd;
    assert.deepEqual(['2026-02-28', '2026-03-01', '2026-03-31', '2026-04-01'].map(usd), [55.04, 40, 40, 55.04]);
  });

  it('prices what the catalogue knows without a price, in a region or capacity it has no offer in, and a machine it does not know', () => {
    const gb300 = { provider: 'gcp', instance: 'a4x-maxgpu-4g-metal', region: 'us-central1' } as const;
    assert.equal(priceBy([], gb300)?.usd, undefined);
    assert.equal(priceBy([lines('gcp,,,gb300,4,on-demand,60')], gb300)?.usd, 60);
    assert.equal(priceBy([lines('gcp,us-central1,,gb300,4,on-demand,60')], gb300)?.usd, 60);
    assert.equal(priceBy([lines('aws,,p5.48xlarge,,,reserved-1y,33')], { capacity: 'reserved-1y' })?.usd, 33);
    const own = withBooks(catalog, [read('acme-cloud,north,big-1,h100-sxm,8,on-demand,20')], today);
    assert.equal(own.providers.has('acme-cloud'), true);
    assert.deepEqual(own.machine('acme-cloud', 'big-1')?.count, 8);
    assert.deepEqual(own.providersOf('h100-sxm').includes('acme-cloud'), true);
    assert.deepEqual(own.regionsOf('acme-cloud', 'h100-sxm'), ['north']);
    assert.equal(own.offers({ accelerator: 'h100-sxm', provider: 'acme-cloud' })[0]?.usdPerHour, 20);
  });

  it('never calls an own price suspect', () => {
    const offers = withBooks(catalog, [read('aws,,,h100-sxm,8,,0.5')], today).offers({
      provider: 'aws',
      instance: 'p5.48xlarge',
    });
    assert.equal(
      offers.length > 0 && offers.every(({ suspect, usdPerHour }) => suspect === undefined && usdPerHour === 0.5),
      true,
    );
  });

  it('is the catalogue itself without a line, and the same object for the same books', () => {
    assert.equal(withBooks(catalog, [], today), catalog);
    assert.equal(withBooks(catalog, [read()], today), catalog);
    const books = [read('aws,,,h100-sxm,8,,40')];
    assert.equal(withBooks(catalog, books, today), withBooks(catalog, [...books], today));
  });
});

describe('a plan by own prices', () => {
  it('names the winning line in its cost line and derivation, with what that won over', () => {
    const own = plan(MANIFEST, lines('aws,,p5.48xlarge,,,on-demand,40,2026-01-01,,,contract 7'));
    const [line] = own.cost.lines;
    assert.equal(line?.unitPriceUsd, 40);
    assert.equal(line?.source, 'prices.csv line 2 (repository)');
    assert.equal(line?.asOf, '2026-01-01');
    const step = own.derivation.find(({ quantity }) => quantity === 'cost.totalUsd');
    assert.equal(step?.inputs['price'], 'prices.csv line 2 (repository)');
    assert.match(String(step?.inputs['over']), /^catalogue \$55\.04 \(20\d\d-/);
    assert.equal(step?.inputs['note'], 'contract 7');
  });

  it('takes a discount off the catalogue’s price, never off its own', () => {
    assert.equal(computeLines(MANIFEST)[0]?.unitPriceUsd, 55.04 * 0.9);
    assert.equal(computeLines(MANIFEST, lines('aws,,p5.48xlarge,,,on-demand,40'))[0]?.unitPriceUsd, 40);
  });

  it('uses the hours of a commitment first, then the next price, and shows what remains of it apart', () => {
    /** Hours by period and price. */
    const hoursOf = (...books: readonly BookFile[]) => {
      const sums = new Map<string, number>();
      for (const { period, unitPriceUsd, quantity } of computeLines(MANIFEST, ...books)) {
        const key = `${period} at $${Math.round(unitPriceUsd * 1000) / 1000}`;
        sums.set(key, Math.round(((sums.get(key) ?? 0) + quantity) * 100) / 100);
      }
      return Object.fromEntries(sums);
    };
    const { 'run at $49.536': hours = 0, ...others } = hoursOf();
    assert.equal(hours > 2, true);
    assert.deepEqual(others, {});
    const round = (value: number) => Math.round(value * 100) / 100;
    assert.deepEqual(hoursOf(lines('aws,,p5.48xlarge,,,on-demand,40,,,1')), {
      'run at $40': 1,
      'run at $49.536': round(hours - 1),
    });
    assert.deepEqual(
      hoursOf(
        lines(
          'aws,,p5.48xlarge,,,on-demand,40,,,1',
          'aws,,,h100-sxm,,on-demand,5.5,,,8',
          'aws,us-east-1,p5.48xlarge,,,on-demand,45',
        ),
      ),
      // Eight accelerator-hours are one of the machine's.
      { 'run at $40': 1, 'run at $44': 1, 'run at $45': round(hours - 2) },
    );
    const { 'upfront at $40': left = 0, ...used } = hoursOf(lines('aws,,p5.48xlarge,,,on-demand,40,,,100'));
    assert.deepEqual(used, { 'run at $40': hours });
    assert.equal(Math.abs(left - (100 - hours)) < 0.02, true);
  });

  it('is a lower bound where nothing is known of the hours beyond a commitment', () => {
    const text = MANIFEST.replace('s3://team/ckpt', 'gs://team/ckpt').replace(
      'aws, region: us-east-1, instance: p5.48xlarge',
      'gcp, region: us-central1, accelerator: gb300, count: 4',
    );
    assert.equal(plan(text, lines('gcp,,,gb300,4,on-demand,60,,,1')).cost.atLeast, true);
    assert.equal(plan(text, lines('gcp,,,gb300,4,on-demand,60,,,1', 'gcp,,,gb300,4,on-demand,80')).cost.atLeast, false);
    assert.equal(plan(text, lines('gcp,,,gb300,4,on-demand,60,,,9000')).cost.atLeast, false);
  });

  it('charges own hardware by the book in place of what ownership adds up to', () => {
    const text = MANIFEST.replace('provider: aws, region: us-east-1, instance: p5.48xlarge', 'cluster: dc1, count: 8');
    const owned = computeLines(text)[0]?.unitPriceUsd ?? 0;
    for (const row of ['dc1,,,h100-sxm,,owned,1.7', 'on-premises,,,,,,1.7', ',,,h100-sxm,8,owned,13.6']) {
      const [line] = computeLines(text, lines(row));
      assert.notEqual(line?.unitPriceUsd, owned);
      assert.equal(Math.abs((line?.unitPriceUsd ?? 0) - 1.7) < 1e-9, true, row);
    }
    assert.equal(
      computeLines(text, lines('dc2,,,h100-sxm,,owned,1.7', 'aws,,,h100-sxm,8,on-demand,1'))[0]?.unitPriceUsd,
      owned,
    );
  });

  it('changes nothing with an empty book', () => {
    const seen = ({ plans, totals, findings }: Analysis) =>
      JSON.stringify({
        plans: [...plans],
        totals,
        findings: findings.map(({ code, message, span }) => [code, message, span]),
      });
    assert.equal(
      seen(analyse({ text: MANIFEST, catalog, books: [lines()], today })),
      seen(analyse({ text: MANIFEST, catalog, today })),
    );
  });

  it('never costs more for a lower price', () => {
    const row = fc.record({
      where: fc.constantFrom('aws,us-east-1,p5.48xlarge,,', 'aws,,,h100-sxm,8', ',,,h100-sxm,', 'aws,,,h100-sxm,'),
      capacity: fc.constantFrom('', 'on-demand'),
      cents: fc.integer({ min: 1, max: 20_000 }),
      hours: fc.constantFrom('', '1', '5', '1000'),
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 4 }),
        fc.nat(3),
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (rows, which, share) => {
          const cost = (lower: boolean) =>
            plan(
              MANIFEST,
              lines(
                ...rows.map(({ where, capacity, cents, hours }, index) => {
                  const usd = (cents / 100) * (lower && index === which % rows.length ? share : 1);
                  return `${where},${capacity},${usd.toFixed(6)},,,${hours}`;
                }),
              ),
            ).cost.totalUsd;
          const [before, after] = [cost(false), cost(true)];
          assert.ok(before && after);
          assert.equal(after.mid <= before.mid + 0.005, true);
        },
      ),
      { numRuns: 25, seed: 7 },
    );
  }).timeout(60_000);

  it('says at `pricing.book` what is wrong with the book: missing, not trusted, bad lines', () => {
    const text = MANIFEST.replace('discounts: { aws: 10% }', 'book: prices.csv');
    const found = (content: BookFile['content']) =>
      analyse({ text, catalog, books: [{ layer: 'repository', name: 'prices.csv', content }], today })
        .findings.filter(({ code }) => code === 'AI104')
        .map(({ severity, message, span }) => [severity, message, text.slice(span.start, span.end)]);
    assert.deepEqual(found({ text: `${HEADER}\naws,,,h100-sxm,8,,40\n` }), []);
    assert.deepEqual(found({ unread: { kind: 'missing', message: 'Not there.' } }), [
      ['error', 'Not there.', 'prices.csv'],
    ]);
    assert.deepEqual(found({ unread: { kind: 'untrusted', message: 'Not trusted.' } }), [
      ['hint', 'Not trusted.', 'prices.csv'],
    ]);
    const [bad] = found({ text: `${HEADER}\naws,,,h100,8,,x\naws,,,h100,8,,40\n` });
    assert.equal(bad?.[0], 'warning');
    assert.match(
      String(bad?.[1]),
      /has 1 line that cannot be used \(2\), the other 1 line is used\. Line 2: `x` is not a price/,
    );
    // Nothing of the file can be read: no line of it is to blame.
    for (const empty of ['', 'provider;usd_per_hour\naws;40\n', `${HEADER}\n${'x'.repeat(2 ** 22)}`]) {
      const [none] = found({ text: empty });
      assert.match(String(none?.[1]), /^`prices\.csv` gives no prices: /);
    }
    // A column that stands twice is read once: the book is used.
    assert.deepEqual(found({ text: 'instance,usd_per_hour,usd_per_hour\np5.48xlarge,30,31\n' }), []);
  });
});
