import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The built command line, run as a person or a CI job runs it.

const TODAY = ['--today', '2026-11-23'];

function run(args: readonly string[], input = '', variables: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, ...variables };
  const result = spawnSync('node', ['dist/cli.cjs', ...args], { encoding: 'utf8', input, env, timeout: 30_000 });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

const SOUND = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/ckpt }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`;
const FAULTY = SOUND.replace('    checkpointing: { interval: 10m, storage: s3://team/ckpt }\n', '');

describe('the command line', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ai-infra-cli-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = (text: string, name = 'ai-infra.yaml'): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('exits 0 for a sound manifest and 1 for one with an error', () => {
    assert.equal(run(['check', file(SOUND), ...TODAY]).code, 0);
    const faulty = run(['check', file(FAULTY), ...TODAY]);
    assert.equal(faulty.code, 1);
    assert.match(faulty.out, /ai-infra\.yaml:8:\d+ {2}error {2}AI501 spot-without-checkpointing: /);
  });

  it('fails at the severity that is asked for, and lets severities be changed', () => {
    const path = file(FAULTY);
    assert.equal(run(['check', path, ...TODAY, '--rule', 'AI501=warning']).code, 0);
    assert.equal(
      run(['check', path, ...TODAY, '--rule', 'spot-without-checkpointing=warning', '--fail-on', 'warning']).code,
      1,
    );
    assert.equal(run(['check', path, ...TODAY, '--fail-on', 'never']).code, 0);
  });

  it('exits 2 for wrong usage and for files that cannot be read, and still serves the others', () => {
    assert.equal(run(['chekc', 'x']).code, 2);
    assert.equal(run(['check']).code, 2);
    assert.equal(run(['check', '--rule', 'AI999=off', file(SOUND)]).code, 2);
    const mixed = run(['check', join(folder, 'absent.yaml'), file(FAULTY), ...TODAY]);
    assert.equal(mixed.code, 2);
    assert.match(mixed.err, /absent\.yaml: there is no such file/);
    assert.match(mixed.out, /AI501/);
  });

  it('prints findings as JSON with lines and columns from 1', () => {
    const { out } = run(['check', '--format', 'json', file(FAULTY), ...TODAY]);
    const report = JSON.parse(out) as {
      files: { findings: { code: string; line: number; column: number; fixes: string[] }[] }[];
      summary: { error: number };
    };
    const finding = report.files[0]!.findings.find(({ code }) => code === 'AI501')!;
    const line = FAULTY.split('\n')[finding.line - 1]!;
    assert.equal(line.slice(finding.column - 1).startsWith('spot'), true);
    assert.equal(finding.fixes.length > 0, true);
    assert.equal(report.summary.error, 1);
  });

  it('prints a plan whose lines add up to its total, to the cent', () => {
    for (const name of readdirSync('examples').filter((name) => name.endsWith('.yaml'))) {
      const { code, out } = run(['plan', '--format', 'json', join('examples', name), ...TODAY]);
      assert.equal(code, 0, name);
      const plan = JSON.parse(out) as {
        workloads: Record<
          string,
          {
            cost: Record<
              'totalUsd' | 'monthlyUsd' | 'upfrontUsd',
              { low: number; mid: number; high: number } | null | undefined
            > & { lines: { period: string; amountUsd: number }[] };
          }
        >;
      };
      for (const [workload, { cost }] of Object.entries(plan.workloads)) {
        const totals = { run: cost.totalUsd, month: cost.monthlyUsd, upfront: cost.upfrontUsd };
        for (const [period, total] of Object.entries(totals)) {
          const lines = cost.lines.filter((line) => line.period === period);
          if (!total || lines.length === 0) continue;
          const cents = lines.reduce((sum, line) => sum + Math.round(line.amountUsd * 100), 0);
          assert.equal(Math.round(total.mid * 100), cents, `${name} ${workload} ${period}`);
          assert.equal(total.low <= total.mid && total.mid <= total.high, true, `${name} ${workload} ${period}`);
        }
      }
    }
  });

  it('finds no error and no warning in the sensible examples, and many in the other one', () => {
    for (const name of readdirSync('examples').filter((name) => name.endsWith('.yaml'))) {
      const { out } = run(['check', '--format', 'json', join('examples', name), ...TODAY]);
      const { summary } = JSON.parse(out) as { summary: { error: number; warning: number } };
      if (name.startsWith('many-mistakes')) assert.equal(summary.error >= 6, true);
      else assert.deepEqual([summary.error, summary.warning], [0, 0], `${name}: ${out}`);
    }
  });

  it('says "at least" where something has no price', () => {
    assert.match(run(['plan', 'examples/unpriced-hardware.ai-infra.yaml', ...TODAY]).out, /Total: at least \$/);
  });

  it('keeps its lines within the width that is given', () => {
    for (const width of [60, 80, 120]) {
      const { out } = run(['plan', 'examples/support-assistant.ai-infra.yaml', '--width', String(width), ...TODAY]);
      const tooLong = out.split('\n').filter((line) => line.length > width && line.includes('  '));
      assert.deepEqual(tooLong, [], `width ${width}`);
    }
  });

  it('plans by the price books of manifest, environment and call, and names the line that wins', () => {
    const header = 'provider,region,instance,accelerator,count,capacity,usd_per_hour\n';
    file(`${header}aws,,p5.48xlarge,,,spot,21.5\naws,us-esat-1,,h100-sxm,8,spot,9\n`, 'prices.csv');
    const own = file(SOUND.replace('workloads:', 'pricing: { book: prices.csv }\nworkloads:'), 'own.ai-infra.yaml');
    const user = file(`${header}aws,,p5.48xlarge,,,spot,12.25\n`, 'user.csv');
    const rateOf = (out: string) => {
      const { workloads } = JSON.parse(out) as {
        workloads: { finetune: { cost: { lines: { unitPriceUsd: number; source: string }[] } } };
      };
      return workloads.finetune.cost.lines.map(({ unitPriceUsd, source }) => [unitPriceUsd, source])[0];
    };
    const json = ['--format', 'json', ...TODAY];
    const byManifest = run(['plan', own, ...json]);
    assert.deepEqual(rateOf(byManifest.out), [21.5, 'prices.csv line 2 (repository)']);
    // What is wrong with the book is said at its place; the plan is made of the rest.
    assert.match(
      byManifest.err,
      /prices\.csv:3:5: error: `us-esat-1` is not a region of `aws`: did you mean `us-east-1`/,
    );
    assert.equal(byManifest.code, 0);
    assert.match(
      run(['check', own, ...TODAY]).out,
      /own\.ai-infra\.yaml:2:18 {2}warning {2}AI104 .*1 line that cannot be used/,
    );
    assert.deepEqual(rateOf(run(['plan', own, '--price-book', user, ...json]).out), [12.25, 'user.csv line 2 (user)']);
    const plain = file(SOUND);
    const organisation = run(['plan', plain, ...json], '', { AI_INFRA_PRICE_BOOK: user });
    assert.deepEqual(rateOf(organisation.out), [12.25, 'user.csv line 2 (organisation)']);
    assert.match(
      run(['plan', own, ...TODAY]).out,
      /price of prices\.csv line 2 \(repository\), in place of catalogue \$/,
    );
    const absent = run(['plan', plain, '--price-book', join(folder, 'absent.csv'), ...TODAY]);
    assert.equal(absent.code, 2);
    assert.match(absent.err, /There is no price book `.*absent\.csv`/);
  });

  it('hides rates where it is told to, also those that cannot be read, and keeps totals', () => {
    const header = 'provider,region,instance,accelerator,count,capacity,usd_per_hour\n';
    const book = file(`${header}aws,,p5.48xlarge,,,spot,21.5071\naws,,p5.48xlarge,,,spot,"19,3083"\n`, 'secret.csv');
    const path = file(SOUND);
    const options = ['--price-book', book, ...TODAY];
    const open = JSON.parse(run(['plan', path, '--format', 'json', ...options]).out) as { totals: unknown };
    assert.match(run(['plan', path, ...options]).out, /21\.5071/);
    for (const args of [['plan', '--format', 'json'], ['plan'], ['check', '--format', 'json'], ['check']]) {
      const { out, err } = run([...args, path, '--redact', ...options]);
      assert.doesNotMatch(out + err, /21\.5|19,3083|machine-hour/, args.join(' '));
      assert.match(err, /secret\.csv:3:/);
      if (out.startsWith('{') && args[0] === 'plan')
        assert.deepEqual((JSON.parse(out) as { totals: unknown }).totals, open.totals);
    }
  });

  it('reads no price book outside the folder of the manifest, by whatever path', () => {
    const text = 'usd_per_hour,accelerator\n1,h100-sxm\n';
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    writeFileSync(join(folder, 'secret.csv'), text);
    symlinkSync(join(folder, 'secret.csv'), join(inner, 'link.csv'));
    symlinkSync(folder, join(inner, 'up'));
    for (const path of [
      '../secret.csv',
      'a/../../secret.csv',
      join(folder, 'secret.csv'),
      'link.csv',
      'up/secret.csv',
      '~/secret.csv',
      'file:///secret.csv',
      '..\\secret.csv',
      '.',
      '',
    ]) {
      const manifest = SOUND.replace('workloads:', `pricing: { book: ${JSON.stringify(path)} }\nworkloads:`);
      const { out, code } = run(['check', file(manifest, 'inner/ai-infra.yaml'), ...TODAY]);
      assert.equal(code, 1, path);
      assert.match(out, path === '' ? /AI10[24]/ : /AI104 unknown-name: /, path);
    }
  });

  it('reads standard input, and writes no colour into a pipe', () => {
    const { code, out } = run(['check', '-', ...TODAY], FAULTY);
    assert.equal(code, 1);
    assert.equal(out.includes('\u001b'), false);
  });

  it('answers for any bytes, with findings and without a trace of a crash', () => {
    const hostile: readonly string[] = [
      '',
      '\ufeff',
      '\0\0',
      '*',
      '{{{{',
      '"',
      'a: &a [*a]',
      '---\na: 1\n---\nb: 2\n',
      '__proto__: { x: 1 }\n',
      '\t- x',
      '- '.repeat(2000),
      SOUND.replaceAll('\n', '\r\n'),
    ];
    for (const text of hostile) {
      for (const command of ['check', 'plan']) {
        const { code, err } = run([command, '-', ...TODAY], text);
        assert.equal(code === 0 || code === 1, true, JSON.stringify(text.slice(0, 40)));
        assert.equal(err, '', JSON.stringify(text.slice(0, 40)));
      }
    }
  });

  it('answers at once for merges that meet again and again', () => {
    const level = (n: number): string =>
      `  a${n}: &a${n} {${n === 2 ? 'x' : '<<'}: [${Array(9)
        .fill(`*a${n - 1}`)
        .join(',')}]}\n`;
    const levels = Array.from({ length: 14 }, (_, n) => level(n + 1)).join('');
    const { code, out } = run(
      ['check', '-', ...TODAY],
      `version: 1\nworkloads:\n  a0: &a0 {phase: training}\n${levels}`,
    );
    assert.equal(code, 1);
    assert.match(out, /AI101/);
  });

  it('lets no text of a manifest speak to the terminal', () => {
    const { out } = run(['plan', '-', ...TODAY], SOUND.replace('finetune:', '"\\e]0;owned\\a\\e[31m":'));
    assert.equal(out.includes('\u001b'), false);
    assert.equal(out.includes('\u0007'), false);
  });

  it('compares a workload with what else could be had, as text within the width and as JSON', () => {
    const path = file(SOUND);
    const { code, out } = run(['compare', path, ...TODAY, '--width', '72']);
    assert.equal(code, 0);
    for (const title of ['No other costs less', 'Alternatives', 'The best stays so', 'more or fewer', 'Not considered'])
      assert.equal(out.includes(title), true, title);
    for (const line of out.split('\n').filter((text) => !text.includes(path)))
      assert.equal(line.length <= 72, true, line);
    const json = JSON.parse(run(['compare', path, ...TODAY, '--format', 'json']).out) as {
      workloads: Record<string, Record<'front' | 'flips' | 'scaling' | 'alternatives' | 'rejected', unknown[]>>;
    };
    const { finetune } = json.workloads;
    assert.ok(finetune);
    for (const member of ['front', 'flips', 'scaling', 'alternatives', 'rejected'] as const)
      assert.equal(finetune[member].length > 0, true, member);
  });

  it('compares only the workload that is asked for, and says where there is none of that name', () => {
    const path = file(SOUND);
    assert.match(run(['compare', path, ...TODAY, '--workload', 'finetune']).out, /finetune/);
    const { code, err } = run(['compare', path, ...TODAY, '--workload', 'nobody']);
    assert.equal(code, 2);
    assert.match(err, /no workload that can be planned is called "nobody"/);
  });
});
