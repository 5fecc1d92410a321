import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPriceProxy, type PriceProxy } from '../helpers/price-proxy.ts';
import { GPUHUNT, RAW, startPriceServer, type PriceServer } from '../helpers/price-server.ts';

// The built command line against real TLS servers behind a real proxy, as in a company's network.

const MANIFEST = `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/ckpt }
    target: { provider: aws, region: us-east-1, instance: p5.48xlarge, accelerator: h100-sxm, count: 8, capacity: on-demand }
`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe('ai-infra catalog refresh', () => {
  let server: PriceServer;
  let proxy: PriceProxy;
  let folder = '';
  beforeEach(async () => {
    server = await startPriceServer();
    proxy = await startPriceProxy(server);
    folder = mkdtempSync(join(tmpdir(), 'ai-infra-refresh-'));
  });
  afterEach(async () => {
    proxy.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });

  function run(
    args: readonly string[],
    environment: Record<string, string> = {},
    onStart?: (kill: () => void) => void,
  ): Promise<Ended> {
    const child = spawn('node', ['dist/cli.cjs', ...args], {
      env: { ...process.env, ...proxy.environment, ...environment },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (err += piece.toString()));
    onStart?.(() => child.kill('SIGINT'));
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  }
  const refresh = (...args: readonly string[]): Promise<Ended> =>
    run(['catalog', 'refresh', '--today', '2026-11-24', '--store', folder, ...args]);
  const store = (): string => join(folder, 'refreshed-prices.json');
  const planCost = async (...args: readonly string[]) => {
    const file = join(folder, 'ai-infra.yaml');
    writeFileSync(file, MANIFEST);
    const { out } = await run(['plan', file, '--format', 'json', '--today', '2026-11-24', ...args]);
    const plan = JSON.parse(out) as {
      catalog: { asOf: string; digest: string };
      workloads: { finetune: { cost: { lines: { amountUsd: number; source: string; asOf: string }[] } } };
    };
    return { catalog: plan.catalog, line: plan.workloads.finetune.cost.lines[0]! };
  };

  it('fetches through the proxy, stores, tells what changed, and plans with it when asked', async () => {
    const before = await planCost();
    const { code, out, err } = await refresh('--provider', 'aws', '--provider', 'nebius');
    assert.equal(code, 0, err);
    assert.match(out, /^4 of 4 sources answered: [\d,]+ prices changed, [\d,]+ prices? new\.$/m);
    assert.match(out, /^SkyPilot's catalogue \(aws\): [\d,]+ prices as of 2026-11-20\.$/m);
    assert.match(out, /^aws h100-sxm: \d+ prices changed, by −10 % in the median; most: p5\./m);
    assert.ok(proxy.tunnels.includes('raw.githubusercontent.com:443'));

    const unasked = await planCost();
    assert.deepEqual(unasked, before, 'nothing changes unasked');
    const after = await planCost('--store', folder);
    assert.ok(Math.abs(after.line.amountUsd / before.line.amountUsd - 0.9) < 0.001);
    assert.match(after.line.source, /skypilot-catalog@aaaaaaaaaa/);
    assert.equal(after.line.asOf, '2026-11-20');
    assert.notEqual(after.catalog.digest, before.catalog.digest);
  });

  it('keeps the last good prices of a source that fails, exits 1 and says so', async () => {
    await refresh('--provider', 'nebius');
    server.sha = 'b'.repeat(40);
    server.override = (address) =>
      address.hostname === RAW
        ? (_request, response) => {
            response.writeHead(500);
            response.end();
          }
        : undefined;
    const { code, out } = await refresh('--provider', 'nebius');
    assert.equal(code, 1);
    assert.match(
      out,
      /SkyPilot's catalogue \(nebius\): failed, the server answered 500\. Its last good prices stay: \d+ prices as of 2026-11-20\./,
    );
  });

  it('prints JSON for programs', async () => {
    const { out } = await refresh('--provider', 'nebius', '--format', 'json');
    const report = JSON.parse(out) as {
      sources: { id: string; status: string; dropped: { reason: string; count: number }[] }[];
      changes: { provider: string; accelerator: string; medianChange: number }[];
    };
    assert.deepEqual(
      report.sources.map(({ id, status }) => [id, status]),
      [
        ['skypilot/nebius', 'refreshed'],
        ['gpuhunt/nebius', 'refreshed'],
      ],
    );
    assert.ok(report.changes.every(({ medianChange }) => Math.abs(medianChange + 0.1) < 0.01));
  });

  it('gives up after --timeout', async () => {
    server.override = (address) => (address.hostname === GPUHUNT ? () => undefined : undefined);
    const { code, out } = await refresh('--provider', 'verda', '--timeout', '1');
    assert.equal(code, 1);
    assert.match(out, /failed, no whole answer within 1 s\. Nothing of it is used\./);
    assert.match(out, /Nothing is stored: no source answered\./);
    assert.equal(existsSync(store()), false);
  });

  it('is cancelled by an interrupt, and leaves what was stored', async () => {
    await refresh('--provider', 'nebius');
    const before = readFileSync(store(), 'utf8');
    let kill = (): void => undefined;
    server.sha = 'b'.repeat(40);
    server.override = (address) => (address.hostname === RAW ? () => kill() : undefined);
    const args = ['catalog', 'refresh', '--store', folder, '--provider', 'nebius'];
    const { code, err } = await run(args, {}, (end) => (kill = end));
    assert.equal(code, 2);
    assert.match(err, /cancelled; what was stored before is unchanged/);
    assert.equal(readFileSync(store(), 'utf8'), before);
  });

  it('leaves the old file whole, and no other, when the disk refuses', async function () {
    await refresh('--provider', 'nebius');
    const before = readFileSync(store(), 'utf8');
    // Root may write anywhere: a file where the folder should be stops everyone.
    const blocked = join(folder, 'file');
    writeFileSync(blocked, '');
    const { code, err } = await run(['catalog', 'refresh', '--provider', 'nebius', '--store', join(blocked, 'prices')]);
    assert.equal(code, 2);
    assert.match(err, /the prices cannot be stored, /);
    if (process.getuid?.() !== 0) {
      chmodSync(folder, 0o555);
      server.sha = 'b'.repeat(40);
      assert.equal((await refresh('--provider', 'nebius')).code, 2);
      chmodSync(folder, 0o755);
    }
    assert.equal(readFileSync(store(), 'utf8'), before);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  it('does not believe a file that was changed: neither when planning nor when refreshing', async () => {
    await refresh('--provider', 'nebius');
    writeFileSync(store(), readFileSync(store(), 'utf8').replace('"usdPerHour":[', '"usdPerHour":[1,'));
    const manifest = join(folder, 'ai-infra.yaml');
    writeFileSync(manifest, MANIFEST);
    const plan = await run(['plan', manifest, '--store', folder]);
    assert.equal(plan.code, 2);
    assert.match(plan.err, /cannot be used, its checksum is wrong: it was changed or cut off/);
    const again = await refresh('--provider', 'nebius');
    assert.equal(again.code, 0);
    assert.match(again.err, /the prices stored before are not used, its checksum is wrong/);
  });

  it('refuses to plan with refreshed prices that are not there', async () => {
    const manifest = join(folder, 'ai-infra.yaml');
    writeFileSync(manifest, MANIFEST);
    const { code, err, out } = await run(['check', manifest, '--refreshed'], {
      XDG_DATA_HOME: folder,
      HOME: folder,
      LOCALAPPDATA: folder,
    });
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /no refreshed prices are stored in .*: run ai-infra catalog refresh/);
  });

  it('says that a server is not the one it should be', async () => {
    const { code, out } = await run(['catalog', 'refresh', '--provider', 'verda', '--store', folder], {
      NODE_EXTRA_CA_CERTS: '',
    });
    assert.equal(code, 1);
    assert.match(out, /the connection failed \((UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN)\)/);
  });

  it('stores all of the sources in well under a megabyte', async () => {
    const { code, out } = await refresh();
    assert.equal(code, 0, out);
    assert.ok(statSync(store()).size < 2 ** 20, String(statSync(store()).size));
  });
});
