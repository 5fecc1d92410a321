import assert from 'node:assert/strict';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { chipOffers, chipRows, useHardware } from '../../../server/src/features/browse-hardware.ts';
import { applyTextEdits } from '../../../server/src/manifest/edit.ts';

const catalog = embeddedCatalog();
const TEXT = `version: 1
workloads:
  train:
    phase: training # the first one
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 12 } # for now
  idea:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: auto
`;
const analysis = analyse({ text: TEXT, catalog, today: '2026-11-23' });

describe('browsing hardware', () => {
  it('lists every chip once: rented out by price, then the others, then the edge', () => {
    const rows = chipRows(catalog);
    assert.deepEqual(
      rows.map(({ id }) => id).sort(),
      [...catalog.accelerators.keys()].filter((id) => id !== 'cpu').sort(),
    );
    assert.deepEqual(
      [...new Set(rows.map(({ group }) => group))],
      ['rented out', 'bought, or rented without a known price', 'edge devices'],
    );
    const h100 = rows.find(({ id }) => id === 'h100-sxm');
    assert.equal(h100?.summary, 'H100 SXM · 80 GiB · 3.35 TB/s');
    assert.match(
      h100.detail,
      /^on demand from \$[\d.]+, spot from \$[\d.]+ · 16 providers · pytorch native, jax native/,
    );
    assert.match(rows.find(({ id }) => id === 'tpu-v5p')?.detail ?? '', / · gcp only · pytorch supported, jax native/);
  });

  it('tells offers with price, place and date, and what they are worth', () => {
    const { offers } = chipOffers(catalog, 'h100-sxm')!;
    const aws = offers.find(({ where }) => where === 'aws · p5.48xlarge · on-demand');
    assert.equal(aws?.price, '$6.88 each, an hour');
    assert.match(aws.detail, /^us-east-1 and 12 other regions · \$55\.04 the machine · of 2026-07-20$/);
    assert.ok(offers.some(({ detail }) => detail.includes(' · estimate')));
  });

  it('has a page with specification, maturity, every region and every source', () => {
    const { page } = chipOffers(catalog, 'h100-sxm')!;
    assert.match(page, /\| memory \| 80 GiB, 3\.35 TB\/s \|/);
    assert.match(page, /\| frameworks \| pytorch native/);
    assert.match(page, /p5\.48xlarge .*us-east-1, .*eu-/);
    assert.match(page, /karpenter-provider-aws.*2026-07-20/);
  });

  it('knows no chip of another name', () => {
    assert.equal(chipOffers(catalog, 'h1000'), null);
    assert.equal(chipOffers(catalog, '__proto__'), null);
  });

  const use = (
    workload: string,
    provider: string,
    instance: string,
    region: string,
    capacity = 'on-demand',
  ): string => {
    const edits = useHardware(analysis, workload, { provider, instance, region, capacity });
    return edits === undefined ? 'nothing' : applyTextEdits(TEXT, edits);
  };

  it('puts a workload on an offer: as many accelerators as before, in whole machines', () => {
    assert.match(
      use('train', 'azure', 'Standard_ND96isr_H100_v5', 'eastus', 'spot'),
      /target: \{ provider: azure, region: eastus, accelerator: h100-sxm, count: 16, capacity: spot \} # for now/,
    );
  });

  it('names the machine where provider and chip alone would mean another', () => {
    const text = use('train', 'gcp', 'a3-megagpu-8g', 'us-central1');
    const target = analyse({ text, catalog, today: '2026-11-23' }).plans.get('train')!.target;
    assert.equal(target.instance, 'a3-megagpu-8g');
    assert.equal(target.count, 16);
  });

  it('takes no region from an offer that is tied to none, and fills `target: auto`', () => {
    const text = use('idea', 'lambda', 'gpu_8x_h100_sxm5', 'any');
    const { target } = analyse({ text, catalog, today: '2026-11-23' }).plans.get('idea')!;
    assert.deepEqual([target.provider, target.instance], ['lambda', 'gpu_8x_h100_sxm5']);
    assert.doesNotMatch(text, /region: any/);
  });

  it('edits nothing for an offer or a workload that is not there', () => {
    assert.equal(use('train', 'aws', 'p5.48xlarge', 'mars-1'), 'nothing');
    assert.equal(use('nobody', 'aws', 'p5.48xlarge', 'us-east-1'), 'nothing');
  });
});
