import assert from 'node:assert/strict';
import type { InlayHint } from 'vscode-languageserver-types';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { inlayHints } from '../../../server/src/features/inlay-hints.ts';
import { writableAssumptions } from '../../../server/src/features/assumptions.ts';

const RUN = `version: 1
workloads:
  tune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora } # two weeks of chats
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`;

const analysed = (text: string) => analyse({ text, catalog: embeddedCatalog(), today: '2026-11-24' });

function assumed(text: string): { readonly document: TextDocument; readonly hints: readonly InlayHint[] } {
  const document = TextDocument.create('file:///ai-infra.yaml', 'ai-infra', 1, text);
  const everything = { start: document.positionAt(0), end: document.positionAt(text.length) };
  const kinds = { cost: false, memory: false, assumptions: true };
  return { document, hints: inlayHints({ document, analysis: analysed(text) }, everything, kinds) };
}

const labels = (hints: readonly InlayHint[]): readonly string[] => hints.map(({ label }) => String(label));

function unsaid(text: string): readonly string[] {
  const analysis = analysed(text);
  return [...analysis.plans].flatMap(([name, plan]) =>
    writableAssumptions(analysis, name, plan).map(({ path }) => path.join('.')),
  );
}

describe('inlay hints of assumptions', () => {
  it('are a few at a line, and one for all others', () => {
    const { hints } = assumed(RUN);
    const training = labels(hints.filter(({ position }) => position.line === 6));
    assert.deepEqual(training.slice(0, 2), ['precision: bf16', 'stack: huggingface']);
    assert.match(training[2] ?? '', /^\+\d+ assumed$/);
    assert.equal(training.length, 3);
    assert.deepEqual(labels(hints.filter(({ position }) => position.line === 7)), ['capacity: on-demand']);
  });

  it('lists in the one for all others what it stands for, with the reasons', () => {
    const { hints } = assumed(RUN);
    const rest = hints.find(({ label }) => String(label).startsWith('+'));
    const { value } = rest?.tooltip as { value: string };
    assert.match(value, /optimizer: adamw/);
    assert.match(value, /loraRank: 16/);
    assert.doesNotMatch(value, /stack: huggingface/);
  });

  it('are written into the text by a click, the one for all others with everything it stands for', () => {
    const { document, hints } = assumed(RUN);
    const before = unsaid(RUN);
    for (const { label, textEdits } of hints) {
      const text = TextDocument.applyEdits(document, textEdits ?? []);
      const count = Number(/^\+(\d+) assumed$/.exec(String(label))?.[1] ?? 1);
      // What is written is said, and nothing that was said before is lost.
      const after = unsaid(text);
      assert.equal(before.filter((path) => !after.includes(path)).length, count, `${String(label)}:\n${text}`);
      assert.match(text, /# two weeks of chats\n/);
    }
  });

  it('are told one by one where there are three: a hint for the last one would save nothing', () => {
    const few = RUN.replace(
      'method: lora }',
      'method: lora, precision: bf16, stack: huggingface, optimizer: adamw, loraRank: 16, sequenceLength: 4096, parallelism: { data: 8 } }',
    );
    const training = labels(assumed(few).hints.filter(({ position }) => position.line === 6));
    assert.deepEqual(
      training.map((label) => label.split(':')[0]),
      ['sharding', 'microBatchSize', 'activationCheckpointing'],
    );
  });
});
