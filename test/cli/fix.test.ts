import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The built command line, run as a person or a CI job runs it.

function run(args: readonly string[], input = '') {
  const result = spawnSync('node', ['dist/cli.cjs', ...args], { encoding: 'utf8', input, timeout: 30_000 });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

const fix = (...args: readonly string[]) => run(['fix', '--today', '2026-11-23', ...args]);

const FAULTY = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b # the small one
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: 'H100', count: 8, capacity: spot }
`;
const RENAMED = FAULTY.replace('H100', 'h100-sxm');

describe('ai-infra fix', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ai-infra-fix-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = (text: string, name = 'ai-infra.yaml'): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('applies the safe fixes and says which; run again, it has nothing to do', () => {
    const path = file(FAULTY);
    const first = fix(path);
    assert.equal(first.code, 0);
    assert.match(
      first.out,
      /: 2 fixes\n {2}AI501 spot-without-checkpointing: Add a checkpoint every .*\n {2}AI108 alias: /,
    );
    const fixed = readFileSync(path, 'utf8');
    assert.match(fixed, /accelerator: 'h100-sxm'.*\n {4}checkpointing: \{ interval: \w+, storage: object \}\n$/);
    assert.match(fixed, /# the small one/);
    const second = fix(path);
    assert.deepEqual([second.code, second.out], [0, `${path}: nothing to fix\n`]);
    assert.equal(readFileSync(path, 'utf8'), fixed);
    assert.equal(run(['check', path, '--today', '2026-11-23']).code, 0);
    assert.deepEqual(readdirSync(folder), ['ai-infra.yaml']);
  });

  it('prints a diff that patch reads, and exits 1, when it is only to show', () => {
    const path = file(FAULTY);
    const shown = fix('--dry-run', '--rule', 'alias', path);
    assert.equal(shown.code, 1);
    assert.equal(readFileSync(path, 'utf8'), FAULTY);
    const applied = spawnSync('patch', ['--output=-', path], { input: shown.out, encoding: 'utf8' });
    if (!applied.error) assert.equal(applied.stdout, RENAMED);
    assert.match(shown.out, /^--- a\/.*\n\+\+\+ b\/.*\n@@ -5,4 \+5,4 @@\n/);
    assert.equal(fix('--dry-run', '--rule', 'alias', file(RENAMED)).out, '');
  });

  it('reads standard input and prints the result', () => {
    const { code, out } = run(['fix', '--today', '2026-11-23', '--rule', 'AI108', '-'], FAULTY);
    assert.deepEqual([code, out], [0, RENAMED]);
  });

  it('keeps line ends, mode and a link to the file', () => {
    const text = FAULTY.replaceAll('\n', '\r\n');
    const path = file(text, 'crlf.yaml');
    chmodSync(path, 0o640);
    const link = join(folder, 'link.yaml');
    symlinkSync(path, link);
    assert.equal(fix('--rule', 'AI108', link).code, 0);
    assert.equal(readFileSync(path, 'utf8'), text.replace('H100', 'h100-sxm'));
    assert.equal(statSync(path).mode & 0o777, 0o640);
    assert.ok(lstatSync(link).isSymbolicLink());
  });

  it('changes hardware only when it is told to', () => {
    const text = FAULTY.replace("'H100'", 'tpu-v5p')
      .replace('count: 8', 'count: 8, deployment: on-premises')
      .replace('provider: aws, region: us-east-1, ', '');
    const path = file(text);
    const refused = fix('--rule', 'AI201', path);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /: AI201 tpu-on-premises: the fix changes what runs where; only --unsafe applies it\n$/);
    assert.equal(readFileSync(path, 'utf8'), text);
    assert.equal(fix('--rule', 'AI201', '--unsafe', path).code, 0);
    assert.doesNotMatch(readFileSync(path, 'utf8'), /tpu-v5p.*on-premises/);
  });

  it('leaves bytes that are no text alone', () => {
    const path = join(folder, 'bytes.yaml');
    const bytes = Buffer.concat([Buffer.from(FAULTY), Buffer.from('# \xff\n', 'latin1')]);
    writeFileSync(path, bytes);
    const { code, err } = fix(path);
    assert.equal(code, 1);
    assert.match(err, /bytes that are no UTF-8/);
    assert.ok(readFileSync(path).equals(bytes));
  });

  it('exits 2 for a rule that does not exist and a file that is not there', () => {
    assert.equal(fix('--rule', 'AI999', file(FAULTY)).code, 2);
    assert.equal(fix(join(folder, 'none.yaml')).code, 2);
  });
});

describe('ai-infra explain', () => {
  it('shows the page of a rule by code or name', () => {
    const { code, out } = run(['explain', 'AI501', '--width', '60']);
    assert.equal(code, 0);
    assert.match(out, /^AI501: spot-without-checkpointing\n/);
    for (const title of ['What it finds', 'Why it matters', 'How it is fixed', 'When to silence it', 'Sources'])
      assert.ok(out.includes(`\n${title}\n`), title);
    assert.equal(run(['explain', 'spot-without-checkpointing', '--width', '60']).out, out);
    assert.doesNotMatch(out, /<\||\|>/);
  });

  it('lists the rules, and proposes the nearest to a mistyped one', () => {
    assert.match(run(['explain']).out, /^AI101 +yaml-syntax +error +/);
    const { code, err } = run(['explain', 'spot-without-checkpoint']);
    assert.equal(code, 2);
    assert.match(err, /did you mean spot-without-checkpointing\?/);
  });
});
