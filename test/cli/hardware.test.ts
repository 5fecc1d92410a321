import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

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

  it('exits 2 for names and sizes that it does not know, with the nearest', () => {
    const wrong = run('--accelerator', 'h20');
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /No accelerator is called "h20"/);
    assert.match(run('--provider', 'lamda').err, /Did you mean lambda\?/);
    assert.match(run('--memory', '3h').err, /3h is a duration; a size such as 80GiB is wanted/);
    assert.match(run('--region', 'europe-west44').err, /No region is called/);
    assert.equal(run('--count', '0').code, 2);
  });
});
