/** What a target says of the network between its machines counts in the plan. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { formatShare } from '../../../server/src/manifest/format-quantity.ts';

const TODAY = '2026-11-01';

interface Run {
  readonly provider: string;
  readonly region: string;
  readonly accelerator: string;
  readonly count: number;
  readonly model: string;
  readonly sharding: string;
  readonly batchSize: number;
}

function planOf(run: Run, interconnect: string | undefined) {
  const network = interconnect === undefined ? '' : `, interconnect: ${interconnect}`;
  const text = `version: 1
workloads:
  train:
    phase: training
    model: ${run.model}
    framework: pytorch
    training: { tokens: 20B, batchSize: ${run.batchSize}, sharding: ${run.sharding} }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: ${run.provider}, region: ${run.region}, accelerator: ${run.accelerator}, count: ${run.count}${network} }
`;
  const analysis = analyse({ text, catalog: embeddedCatalog(), today: TODAY, mostAdvice: 0 });
  return { plan: analysis.plans.get('train'), findings: analysis.findings };
}

const AWS = { provider: 'aws', region: 'us-east-1', accelerator: 'h100-sxm' };
const places = [
  AWS,
  { provider: 'aws', region: 'us-east-1', accelerator: 'a100-40gb' },
  { provider: 'aws', region: 'us-east-1', accelerator: 'l40s' },
  { provider: 'gcp', region: 'us-central1', accelerator: 'h100-sxm' },
  { provider: 'azure', region: 'eastus', accelerator: 'a100-80gb' },
];
const runs = fc.record({
  place: fc.constantFrom(...places),
  count: fc.constantFrom(8, 16, 32, 64, 128),
  model: fc.constantFrom('llama-3.1-8b', 'llama-3.1-70b', 'mistral-7b'),
  sharding: fc.constantFrom('fsdp', 'zero1', 'none'),
  batchSize: fc.constantFrom(128, 256, 1024),
});

describe('a stated interconnect', () => {
  it('never makes a run faster when it is slower', () => {
    let slowed = 0;
    fc.assert(
      fc.property(runs, ({ place, ...rest }) => {
        const run = { ...place, ...rest };
        const seconds = ['none', 'ethernet', 'efa', undefined].map(
          (network) => planOf(run, network).plan?.training?.durationSeconds?.mid,
        );
        for (const [index, faster] of seconds.slice(1).entries()) {
          const slower = seconds[index];
          if (slower === undefined || faster === undefined) continue;
          assert.ok(slower >= faster * (1 - 1e-9), `${slower} is faster than ${faster}`);
          if (slower > faster) slowed += 1;
        }
      }),
      { numRuns: 60 },
    );
    assert.ok(slowed > 0, 'the network never counted');
  });

  it('changes nothing inside one machine', () => {
    const run: Run = { ...AWS, count: 8, model: 'llama-3.1-8b', sharding: 'fsdp', batchSize: 128 };
    const of = (network: string) => planOf(run, network).plan?.training?.durationSeconds?.mid;
    assert.equal(of('ethernet'), of('efa'));
  });

  it('gives AI405 the speed that the plan has', () => {
    const run: Run = { ...AWS, count: 64, model: 'llama-3.1-8b', sharding: 'fsdp', batchSize: 128 };
    const [slow, fast] = ['ethernet', 'efa'].map((network) => planOf(run, network));
    const speed = (of: typeof slow) => of?.plan?.training?.samplesPerSecond?.mid ?? Number.NaN;
    const finding = slow?.findings.find(({ code }) => code === 'AI405');
    const lost = 1 - speed(slow) / speed(fast);
    assert.ok(finding?.message.includes(`loses about ${formatShare(lost)} of its speed`), finding?.message);
    assert.equal(slow?.plan?.placement?.networkBytesPerSecond, 25e9 / 8);
  });
});
