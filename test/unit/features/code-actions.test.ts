import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction } from 'vscode-languageserver-types';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { codeActions } from '../../../server/src/features/code-actions.ts';
import { readTraits } from '../../../server/src/lsp/traits.ts';
import { cursorIn } from '../../helpers/marks.ts';

/** Actions at the cursor, without those that silence. */
function actionsAt(marked: string, ...only: string[]): readonly CodeAction[] {
  const { text, cursor } = cursorIn(marked);
  const document = TextDocument.create('file:///ai-infra.yaml', 'ai-infra', 1, text);
  const analysis = analyse({ text, catalog: embeddedCatalog(), today: '2026-11-23' });
  const at = document.positionAt(cursor);
  const actions = codeActions({ document, analysis }, { range: { start: at, end: at }, only }, readTraits({}, false));
  return actions.filter(({ title }) => !/^(?:Ignore|Report|Turn) /.test(title));
}

const titles = (actions: readonly CodeAction[]): readonly string[] => actions.map(({ title }) => title);

function textAfter(marked: string, action: CodeAction | undefined): string {
  const { text } = cursorIn(marked);
  const document = TextDocument.create('file:///ai-infra.yaml', 'ai-infra', 1, text);
  return TextDocument.applyEdits(document, Object.values(action?.edit?.changes ?? {}).flat());
}

const RUN = (target: string, more = '') => `version: 1
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    ${more}training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: s3://team/ckpt }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 16, orchestrator: none${target} }
`;

describe('actions', () => {
  it('say for whom they are, where one value is inherited by several workloads', () => {
    const run = (name: string, more = '') => `  ${name}:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 10B }
${more}`;
    const text = `version: 1
defaults:
  target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: sp<|>ot } # cheap
workloads:
${run('a')}${run('b', '    checkpointing: false # why\n')}`;
    const actions = actionsAt(text, 'quickfix');
    assert.deepEqual(titles(actions), [
      'Add a checkpoint every 15m in a',
      'Rent on demand instead in a',
      'Add a checkpoint every 15m in b',
      'Rent on demand instead in b',
    ]);
    const messages = actions.flatMap(({ diagnostics }) => diagnostics?.map(({ message }) => String(message)) ?? []);
    assert.match(messages[0] ?? '', /^In `a`: spot machines can be taken away/);
    assert.match(messages[2] ?? '', /^In `b`: spot machines .* says `checkpointing: false`/);
    assert.match(textAfter(text, actions[2]), /checkpointing: \{ interval: 15m, storage: object \} # why\n$/);
  });

  it('stand once for one edit, for all findings that it mends', () => {
    const actions = actionsAt(RUN(', capacity: reserved<|>-3y', 'stage: prototype\n    '), 'quickfix');
    assert.equal(actions.filter(({ isPreferred }) => isPreferred).length, 1);
    const [action] = actions.filter(({ title }) => /on.demand/.test(title));
    assert.deepEqual(
      action?.diagnostics?.map(({ code }) => code),
      ['AI713', 'AI909'],
    );
    assert.equal(actions.filter(({ title }) => /on.demand/.test(title)).length, 1);
  });

  it('fill an automatic target in once', () => {
    const text = `version: 1
workloads:
  free:
    phase: inference
    model: llama-3.1-8b
    serving: { engine: vllm, requests: 1/s, inputTokens: 1000, outputTokens: 200 }
    target: au<|>to # pick one
`;
    assert.equal(titles(actionsAt(text, 'refactor')).filter((title) => title.startsWith('Fill')).length, 1);
  });

  it('keep a network that the new machines have too', () => {
    const text = RUN(', interconnect: efa').replace('tokens: 2B', 'tokens: 20B, deadline: 1h').replace('20B', '2<|>0B');
    const moved = actionsAt(text.replace('<|>', '').replace('1h', '<|>1h'), 'quickfix').find(({ title }) =>
      /on aws/.test(title),
    );
    assert.ok(moved);
    assert.match(textAfter(text, moved), /interconnect: efa/);
  });

  it('write what only the author knows only when it is looked at: no such fix is preferred', () => {
    const text = RUN('').replace(', orchestrator: none', '').replace('target:', 'tar<|>get:');
    const guess = actionsAt(text, 'quickfix').find(({ title }) => /orchestrator: kubernetes/.test(title));
    assert.ok(guess);
    assert.notEqual(guess.isPreferred, true);
  });

  it('split a model so that the degrees make the count', () => {
    const text = `version: 1
workloads:
  a:
    phase: training
    model: llama-3.1-70b
    framework: pytorch
    training: { tokens: 100B, stack: megatron, parallelism: { tensor: <|>16, pipeline: 3, data: 2 } }
    checkpointing: { interval: 30m, storage: s3://x/y }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 128, orchestrator: slurm }
`;
    const actions = actionsAt(text, 'quickfix');
    assert.deepEqual(titles(actions), ['Use tensor 8 × pipeline 8', 'Use tensor 8 × pipeline 4 × data 4']);
    assert.match(textAfter(text, actions[0]), /\{ tensor: 8, pipeline: 8, data: 2 \}/);
    assert.match(textAfter(text, actions[1]), /\{ tensor: 8, pipeline: 4, data: 4 \}/);
  });

  it('leave out what costs many times another fix of the same finding', () => {
    const text = `version: 1
workloads:
  a:
    phase: inference
    model: llama-3.1-8b
    serving: { engine: vllm, precision: bf16, requests: 1/s, inputTokens: 100k, outputTokens: 20k }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: <|>1 }
`;
    const actions = titles(actionsAt(text, 'quickfix'));
    assert.ok(
      actions.some((title) => title.startsWith('Use 2 accelerators')),
      actions.join(' | '),
    );
    assert.ok(!actions.some((title) => title.startsWith('Switch to')), actions.join(' | '));
  });
});
