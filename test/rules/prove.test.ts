import assert from 'node:assert/strict';
import { applyTextEdits } from '../../server/src/manifest/edit.ts';
import { proveFix } from '../../server/src/rules/prove.ts';
import type { Fix } from '../../server/src/rules/rule.ts';
import { rules } from '../../server/src/rules/index.ts';
import { analyseText, findingsOf, marked } from './support/analyse-text.ts';

const TPU = `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 16 }
`;

const target = (key: string) => ['workloads', 'pretrain', 'target', key];

describe('the proof of a fix', () => {
  const analysis = analyseText(TPU);
  const [finding] = findingsOf(analysis, 'AI301');
  assert.ok(finding);
  const prove = (fix: Omit<Fix, 'safe' | 'title'>) =>
    proveFix(analysis, finding, { title: 'Try', safe: false, ...fix });

  it('refuses one after which the finding is still there', () => {
    assert.equal(prove({ edits: [{ kind: 'set', path: target('count'), value: 32 }] }), undefined);
  });

  it('refuses one that brings something as bad', () => {
    assert.equal(prove({ edits: [{ kind: 'set', path: target('accelerator'), value: 'h100-sxxm' }] }), undefined);
    assert.equal(prove({ edits: [{ kind: 'set', path: target('accelerator'), value: 'mi300x' }] }), undefined);
  });

  it('refuses one that changes nothing', () => {
    assert.equal(prove({ edits: [] }), undefined);
  });

  it('says what a switch does to cost and time', () => {
    const [first] = finding.fixes();
    assert.ok(first?.preferred);
    const proven = proveFix(analysis, finding, first);
    assert.ok(proven?.costDeltaUsd !== undefined && proven.secondsDelta !== undefined);
    const after = analyseText(applyTextEdits(TPU, proven.edits));
    const usd = (plans: typeof analysis.plans) => plans.get('pretrain')?.cost.totalUsd?.mid ?? NaN;
    assert.equal(proven.costDeltaUsd, usd(after.plans) - usd(analysis.plans));
  });

  it('knows each shared fix: no rule marks a change of hardware, place or framework as safe', () => {
    for (const rule of rules) {
      for (const { manifest } of rule.docs.bad) {
        for (const found of findingsOf(analyseText(marked(manifest).text), rule.code)) {
          for (const fix of found.fixes()) {
            // The machine type decides what AI204 aligns; AI108 and AI102 write another word for the same.
            if (!fix.safe || ['AI102', 'AI108', 'AI204'].includes(rule.code)) continue;
            const keys = fix.edits.map(({ path }) => String(path.at(-1)));
            assert.deepEqual(
              keys.filter((key) =>
                ['framework', 'precision', 'region', 'provider', 'model', 'accelerator'].includes(key),
              ),
              [],
              `${rule.code}: ${fix.title}`,
            );
          }
        }
      }
    }
  });
});
