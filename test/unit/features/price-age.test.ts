import assert from 'node:assert/strict';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { priceAge } from '../../../server/src/features/price-age.ts';

const TODAY = '2026-11-23';

const workload = (name: string, target: string): string => `  ${name}:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20M, method: lora }
    checkpointing: { interval: 30m, storage: /shared/ckpt }
    target: { ${target} }
`;
const AWS = 'provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8';
const NEBIUS = 'provider: nebius, region: eu-north1, accelerator: h100-sxm, count: 8';

function ageOf(...targets: readonly string[]) {
  const workloads = targets.map((target, index) => workload(`w${String(index)}`, target)).join('');
  const cluster =
    'clusters: { dc: { accelerator: h100-sxm, nodes: 1, acceleratorsPerNode: 8, cost: { perNode: 280k } } }';
  const text = `version: 1\n${cluster}\nworkloads:\n${workloads}`;
  return priceAge(analyse({ text, catalog: embeddedCatalog(), today: TODAY }).plans.values(), TODAY);
}

describe('the age of the prices that a manifest uses', () => {
  it('is told by the oldest and the newest', () => {
    const age = ageOf(AWS, NEBIUS);
    assert.equal(age.oldest, '2025');
    assert.equal(age.newest, '2026-07-20');
    assert.equal(age.text, 'Prices of 2025 to 2026-07-20');
    assert.equal(age.detail, '2 prices, 126 to 691 days old');
    assert.equal(age.stale, true);
  });

  it('counts a price once, however many workloads use it', () => {
    const age = ageOf(AWS, AWS);
    assert.equal(age.prices, 1);
    assert.equal(age.text, 'Prices of 2026-07-20');
    assert.equal(age.stale, false);
  });

  it('leaves out what the manifest states itself', () => {
    const age = ageOf('cluster: dc, count: 8');
    assert.deepEqual([age.prices, age.undated, age.text, age.detail], [0, 0, '', '']);
  });

  it('counts undated prices apart', () => {
    const [plan] = analyse({
      text: `version: 1\nworkloads:\n${workload('w', AWS)}`,
      catalog: embeddedCatalog(),
      today: TODAY,
    }).plans.values();
    const lines = plan!.cost.lines.flatMap((line) => [line, { ...line, source: 'a table', asOf: '' }]);
    const age = priceAge([{ ...plan!, cost: { ...plan!.cost, lines } }], TODAY);
    assert.equal(age.undated, 1);
    assert.equal(age.stale, true);
    assert.match(age.detail, /^2 prices, 126 days old, 1 undated$/);
  });
});
