import assert from 'node:assert/strict';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { fixAll } from '../../../server/src/features/fix-all.ts';
import { ignoreHere } from '../../../server/src/features/suppress.ts';
import { applyTextEdits } from '../../../server/src/manifest/edit.ts';

const catalog = embeddedCatalog();
const check = (text: string, mostAdvice?: number) =>
  analyse({ text, catalog, today: '2026-11-23', ...(mostAdvice !== undefined && { mostAdvice }) });

function silenced(text: string, code: string): string {
  const { source, findings } = check(text);
  const finding = findings.find((each) => each.code === code);
  assert.ok(finding, findings.map((each) => each.code).join());
  return applyTextEdits(source.text, ignoreHere(source, finding));
}

const SPOT = `version: 1
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: H100, count: 8, capacity: spot }
`;

describe('ignoring a finding here', () => {
  it('silences it by a comment of its own line', () => {
    const text = silenced(SPOT, 'AI501');
    assert.match(text, /\n {4}# ai-infra-ignore AI501\n {4}target:/);
    assert.equal(
      check(text).findings.some(({ code }) => code === 'AI501'),
      false,
    );
  });

  it('leaves a byte order mark where it stands', () => {
    const text = silenced('\ufeffversion: 2\n', 'AI102');
    assert.equal(text.startsWith('\ufeff# ai-infra-ignore AI102\nversion: 2'), true);
  });

  it('adds no code to a comment that ends on a date', () => {
    const text = silenced(
      SPOT.replace('    target:', '    # ai-infra-ignore AI999 until 2020-01-01\n    target:'),
      'AI501',
    );
    assert.equal(
      check(text).findings.some(({ code }) => code === 'AI501'),
      false,
    );
  });
});

describe('fixing all', () => {
  it('does not wait for advice that is still to be searched for', () => {
    const text = SPOT.replace('    target:', '    checkpointing: { interval: 10m, storage: object }\n    target:');
    const fixed = applyTextEdits(text, fixAll(check(text, 0)).edits);
    assert.equal(fixed, text.replace('H100', 'h100-sxm'));
  });
});
