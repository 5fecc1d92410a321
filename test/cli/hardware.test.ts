import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The built command line, run as a person runs it.

function run(...args: readonly string[]) {
  const result = spawnSync('node', ['dist/cli.cjs', 'hardware', ...args], { encoding: 'utf8', timeout: 30_000 });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

interface HardwareJson {
  readonly accelerators: readonly { readonly id: string; readonly source: string }[];
  readonly offers: readonly {
    readonly provider: string;
    readonly units: number;
    readonly acceleratorsPerUnit: number;
    readonly usdPerHour: number | null;
    readonly asOf: string;
    readonly source: string;
  }[];
  readonly omittedOffers: number;
}

describe('ai-infra hardware', () => {
  it('prints who rents out eight H100, at which price of which date', () => {
    const { code, out } = run('--accelerator', 'H100', '--count', '8', '--width', '120');
    assert.equal(code, 0);
    assert.match(out, /^h100-sxm {2}H100 SXM \(NVIDIA\)/);
    const rows = out.split('\n').filter((line) => /\$[\d.]+ .*\b20\d\d(-\d\d){0,2}$/.test(line));
    assert.ok(new Set(rows.map((row) => row.split(' ')[0])).size >= 6, out);
    assert.match(out, /aws +1 × p5\.48xlarge +on-demand +\$6\.88 +\$55\.04 +us-east-1 \+\d+ +2026-07-20/);
  });

  it('gives the same as JSON, every price with source and date', () => {
    const { out } = run('--accelerator', 'h100-sxm', '--count', '8', '--format', 'json');
    const { accelerators, offers, omittedOffers } = JSON.parse(out) as HardwareJson;
    assert.deepEqual(
      accelerators.map(({ id }) => id),
      ['h100-sxm'],
    );
    assert.ok(offers.length > 20 && omittedOffers === 0);
    for (const offer of offers) {
      assert.ok(offer.source !== '' && /^\d{4}/.test(offer.asOf));
      assert.ok(offer.units * offer.acceleratorsPerUnit >= 8);
    }
  });

  it('says which chips there are when nothing is asked', () => {
    const { out } = run('--width', '140');
    assert.match(out, /^accelerator +memory/);
    assert.match(out, /\nh200 +141 GiB/);
    assert.match(out, /\ntpu-v5p /);
  });

  it('says so when nothing matches', () => {
    assert.equal(run('--memory', '10TiB').out, 'No hardware matches.\n');
  });

  it('says why nothing matches: a region of another provider, or the condition that is one too many', () => {
    const foreign = run('--region', 'us-east-1', '--provider', 'gcp');
    assert.equal(foreign.code, 0);
    assert.match(foreign.out, /^No hardware matches\.\ngcp has no region us-east-1\. Near by name: us-east1\b/);
    assert.match(run('--region', 'eu', '--provider', 'lambda').out, /\nlambda has no region in eu\.\n/);
    assert.match(
      run('--accelerator', 'tpu-v5p', '--region', 'us-east-1', '--width', '200').out,
      /\nWithout --accelerator: .*\d+ more\.\nWithout --region: tpu-v5p\.\n$/,
    );
    assert.match(run('--accelerator', 'h100-sxm', '--price', '0.01').out, /\nWithout --price: h100-sxm\.\n/);
  });

  it('exits 2 for numbers that cannot be meant, with the right reason', () => {
    for (const [option, given, reason] of [
      ['--memory', '80', /argument '80' is invalid\. 80 of what: write 80GiB\./],
      ['--memory', '1e308', /1e308 of what: write 80GiB\./],
      ['--count', '1e9', /It is too large: 999999999 is the most\./],
      ['--count', '99999999999', /It is too large/],
      ['--count', '1e400', /It is too large/],
      ['--limit', '1000000000', /It is too large/],
      ['--count', '8.5', /A whole number is wanted, in digits, such as 8\./],
      ['--count', '-1', /A whole number is wanted/],
      ['--count', '1e3', /A whole number is wanted, in digits/],
    ] as const) {
      const { code, out, err } = run(option, given);
      assert.deepEqual([code, out], [2, ''], given);
      assert.match(err, reason);
    }
  });

  it('exits 2 for names and sizes that it does not know, with the nearest', () => {
    const wrong = run('--accelerator', 'h20');
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /No accelerator is called "h20"/);
    assert.match(run('--provider', 'lamda').err, /Did you mean lambda\?/);
    assert.match(run('--memory', '3h').err, /3h is a duration; a size such as 80GiB is wanted/);
    assert.match(run('--region', 'europe-west44').err, /No region is called/);
    assert.equal(run('--count', '0').code, 2);
  });

  describe('with own prices', () => {
    let folder = '';
    before(() => (folder = mkdtempSync(join(tmpdir(), 'ai-infra-hardware-'))));
    after(() => rmSync(folder, { recursive: true }));
    const book = (...lines: readonly string[]): string => {
      const file = join(folder, 'own.csv');
      const header = 'provider,region,instance,accelerator,count,capacity,usd_per_hour,valid_until';
      writeFileSync(file, [header, ...lines, ''].join('\n'));
      return file;
    };

    it('shows the price of the book, marked as own, and names its line in JSON', () => {
      const own = book('aws,,p5.48xlarge,,,on-demand,40,');
      const asked = ['--accelerator', 'h100-sxm', '--provider', 'aws', '--capacity', 'on-demand', '--price-book', own];
      const { code, out } = run(...asked, '--width', '120');
      assert.equal(code, 0);
      assert.match(out, /aws +p5\.48xlarge +on-demand +\$5\.00 +\$40\.00 += /);
      assert.match(out, /= own price: from a price book/);
      const { offers } = JSON.parse(run(...asked, '--format', 'json').out) as HardwareJson;
      assert.ok(offers.some(({ source }) => source === 'own.csv line 2 (user)'));
    });

    it('knows the providers, machines and regions that the book adds, and no others', () => {
      const own = book('acme,moon,acme-8,h100-sxm,8,on-demand,16,');
      const asked = ['--provider', 'acme', '--region', 'moon'];
      assert.match(run(...asked, '--price-book', own).out, /acme +acme-8 +on-demand +\$2\.00 +\$16\.00/);
      const without = run(...asked);
      assert.equal(without.code, 2);
      assert.match(
        without.err,
        /option '--provider <names>' argument 'acme' is invalid\. No provider is called "acme"/,
      );
    });

    it('uses a price on its days only', () => {
      const own = book('aws,,p5.48xlarge,,,on-demand,40,2026-06-30');
      const asked = ['--accelerator', 'h100-sxm', '--price-book', own, '--limit', '99'];
      assert.match(run(...asked, '--today', '2026-06-30').out, /\$40\.00/);
      assert.doesNotMatch(run(...asked, '--today', '2026-07-01').out, /\$40\.00/);
    });

    it('reports bad lines at their place and uses the good ones; exits 2 without the book', () => {
      const own = book('aws,,p5.48xlarge,,,on-demnd,40,', 'aws,,p5.48xlarge,,,on-demand,41,');
      const { code, out, err } = run('--accelerator', 'h100-sxm', '--price-book', own, '--limit', '99');
      assert.equal(code, 0);
      assert.match(err, /own\.csv:2:20: error: `on-demnd` is not a capacity: did you mean `on-demand`/);
      assert.match(out, /\$41\.00/);
      const missing = run('--accelerator', 'l4', '--price-book', join(folder, 'absent.csv'));
      assert.equal(missing.code, 2);
      assert.match(missing.err, /There is no price book/);
      assert.match(missing.out, /^l4 /);
    });

    it('asks about a price that is far from the catalogue’s, at its line, and uses it', () => {
      const own = book('aws,,,h100-sxm,,on-demand,36.50,');
      const { code, out, err } = run('--accelerator', 'h100-sxm', '--provider', 'aws', '--price-book', own);
      assert.equal(code, 0);
      assert.match(err, /own\.csv:2:27: info: \$36\.5 per accelerator-hour .* is it the price per machine\?/);
      assert.match(out, /\$292\.00/);
    });

    it('exits 2 where refreshed prices are asked for and none are stored', () => {
      const { code, err } = run('--accelerator', 'l4', '--store', folder);
      assert.equal(code, 2);
      assert.match(err, /no refreshed prices are stored/);
    });

    it('tells of the catalogue what is in it with them', () => {
      const own = book('acme,moon,acme-8,h100-sxm,8,on-demand,16,');
      const out = spawnSync('node', ['dist/cli.cjs', 'catalog', 'info', '--price-book', own], {
        encoding: 'utf8',
      }).stdout;
      assert.match(out, /\nacme +1 +1\n/);
    });
  });
});
