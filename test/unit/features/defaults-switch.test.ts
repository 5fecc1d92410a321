/** What `defaults` writes of the target does not keep one workload from moving, and moves no other. */
import assert from 'node:assert/strict';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { analyse } from '../../../server/src/analysis.ts';
import { applyTextEdits, editManifest } from '../../../server/src/manifest/edit.ts';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import { targetEdits } from '../../../server/src/rules/target-edits.ts';

const TEXT = `version: 1
defaults:
  framework: pytorch
  target: { provider: aws, region: us-east-1, instance: p5.48xlarge }
workloads:
  one:
    phase: fine-tuning
    model: llama-3.1-8b
    training: { tokens: 1B, method: lora }
  two:
    phase: fine-tuning
    model: llama-3.1-8b # stays
    training: { tokens: 1B, method: lora }
    target: { capacity: on-demand }
`;

describe('a switch against defaults', () => {
  it('moves what must go from the defaults into the other workloads', () => {
    const analyseText = (text: string) => analyse({ text, catalog: embeddedCatalog(), today: '2026-11-23' });
    const before = analyseText(TEXT);
    const now = before.plans.get('one')?.target;
    assert.ok(now);
    const next = {
      deployment: 'cloud',
      provider: 'gcp',
      region: 'us-central1',
      accelerator: 'l4',
      count: 4,
      nodes: 1,
      capacity: 'on-demand',
    } as const;
    const source = parseManifest(TEXT);
    const text = applyTextEdits(TEXT, editManifest(source, targetEdits(source, 'one', now, next)));
    const after = analyseText(text);
    const { provider, region, accelerator, count } = after.plans.get('one')?.target ?? {};
    assert.deepEqual([provider, region, accelerator, count], ['gcp', 'us-central1', 'l4', 4]);
    assert.deepEqual(after.plans.get('two')?.target, before.plans.get('two')?.target);
    assert.match(text, /# stays/);
    assert.doesNotMatch(text.slice(0, text.indexOf('workloads')), /instance/);
  });
});
