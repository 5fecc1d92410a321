import assert from 'node:assert/strict';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { refactorings, type Refactoring } from '../../../server/src/features/refactorings.ts';
import { applyTextEdits } from '../../../server/src/manifest/edit.ts';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import { corpus } from '../../corpus/corpus.ts';
import { cursorIn } from '../../helpers/marks.ts';

// Every action is applied, and its text and its promise are looked at.

const analysed = (text: string) => analyse({ text, catalog: embeddedCatalog(), today: '2026-11-24' });

function offered(marked: string): { readonly text: string; readonly actions: readonly Refactoring[] } {
  const { text, cursor } = cursorIn(marked);
  return { text, actions: refactorings(analysed(text), cursor, () => true) };
}

function after(marked: string, title: RegExp): string {
  const { text, actions } = offered(marked);
  const found = actions.find((action) => title.test(action.title));
  assert.ok(found, `${String(title)} is not among: ${actions.map((action) => action.title).join(' | ')}`);
  return applyTextEdits(text, found.edits);
}

const RUN = `version: 1
workloads:
  tune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 } <|># ours
`;

const SERVICE = `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 5/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: auto } # now<|>
`;

describe('refactorings', () => {
  it('pays otherwise, says what that costs, and adds the checkpoints that spot needs', () => {
    const text = after(RUN, /^Rent on spot, with checkpoints — \$.* a run \([+−]/);
    assert.match(
      text,
      /count: 8, capacity: spot \} # ours\n {4}checkpointing: \{ interval: \d+m, storage: object \}\n/,
    );
    const back = text.replace(' # ours', ' <|># ours');
    assert.match(after(back, /^Rent on demand — /), /capacity: on-demand \} # ours/);
  });

  it('moves the same chips to another region or provider, the comment staying', () => {
    const moved = after(RUN, /^Move to /);
    const [line = ''] = moved.split('\n').filter((each) => each.includes('target:'));
    assert.match(line, /accelerator: h100-sxm, count: 8.* \} # ours$/);
    assert.notEqual(moved, RUN.replace('<|>', ''));
  });

  it('adds the best other hardware as an alternative, and the plan stays', () => {
    const text = after(RUN, /^Add .* as an alternative$/);
    const [alternative] = analysed(text).manifest.workloads[0]?.value?.alternatives ?? [];
    assert.notEqual(alternative?.accelerator, undefined);
    assert.ok(text.startsWith(RUN.replace('<|>', '')));
  });

  it('swaps the target with an alternative, each text as it was written', () => {
    const text = RUN.replace('<|>', '').replace(
      '    target:',
      "    alternatives:\n      - { pro<|>vider: gcp, accelerator: 'h100-sxm', count: 8 }\n    target:",
    );
    assert.equal(
      after(text, /^Swap the target with its alternative 8 h100-sxm gcp/),
      `version: 1
workloads:
  tune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    alternatives:
      - { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
    target: { provider: gcp, accelerator: 'h100-sxm', count: 8 } # ours
`.replace('# ours', '# ours'),
    );
  });

  it('fills in a target that is left to the plan, and the cost is the one that was shown', () => {
    const text = SERVICE.replace(/target: .*/, 'target: auto <|># you say');
    const filled = after(text, /^Fill the target in: /);
    assert.match(filled, /\n {4}target: \{ provider: [a-z-]+, .*accelerator: [a-z0-9-]+, count: \d+.* \} # you say\n/);
    const cost = (each: string) => analysed(each).plans.get('chat')?.cost.monthlyUsd?.mid;
    assert.equal(cost(filled), cost(text.replace('<|>', '')));
  });

  it('quantises where engine and chip compute it', () => {
    assert.match(after(SERVICE, /^Quantise the weights to fp8/), /outputTokens: 100, precision: fp8 \}/);
    const old = SERVICE.replace('h100-sxm', 't4');
    assert.ok(!offered(old).actions.some(({ title }) => title.startsWith('Quantise the weights to fp8')));
  });

  it('writes assumptions out: the numbers stay, and none is left', () => {
    const text = after(SERVICE, /^Write \d+ assumptions of chat out$/);
    const [before, now] = [SERVICE.replace('<|>', ''), text].map((each) => analysed(each).plans.get('chat'));
    assert.deepEqual(now?.cost, before?.cost);
    assert.ok(now!.assumptions.length < before!.assumptions.length);
    assert.ok(!offered(`${text}<|>`).actions.some(({ title }) => title.startsWith('Write')));
  });

  it('says once what every workload says, and nothing else changes', () => {
    const two = `version: 1
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    frame<|>work: pytorch # both
    training: { tokens: 2B, method: lora }
    target: { provider: aws, accelerator: h100-sxm, count: 8 }
  b:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 1B, method: lora }
    target: { provider: aws, accelerator: h100-sxm, count: 8 }
`;
    const text = after(two, /^Say framework once, in defaults$/);
    assert.equal(text.match(/framework: pytorch/g)?.length, 1);
    assert.match(
      text,
      /^version: 1\ndefaults:\n {2}framework: pytorch\nworkloads:|defaults:\n {2}framework: pytorch\n$/m,
    );
    assert.ok(offered(two).actions.every(({ title, farReaching }) => !title.startsWith('Say') || farReaching));
    assert.ok(
      !offered(two.replace('framework: pytorch\n', 'framework: jax\n')).actions.some(({ title }) =>
        title.startsWith('Say'),
      ),
    );
  });

  it('splits a service between home and cloud', () => {
    const text = SERVICE.replace(
      'workloads:',
      'clusters:\n  hall: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8, cost: { perNode: 280k } }\nworkloads:',
    );
    const split = after(text, /^Serve at home on hall, burst to aws/);
    assert.match(
      split,
      /target: \{ cluster: hall, burst: \{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: auto \} \} # now/,
    );
    assert.equal(analysed(split).plans.get('chat')?.target.deployment, 'hybrid');
  });

  it('offers nothing outside a workload, and nothing that would bring an error', () => {
    assert.deepEqual(offered(RUN.replace('<|>', '').replace('version', 'ver<|>sion')).actions, []);
    const classified = RUN.replace('workloads:', 'policy: { regions: [us-east-1] }\nworkloads:');
    assert.ok(!offered(classified).actions.some(({ title }) => /^Move to aws (eu|ap)-/.test(title)));
  });

  it('keeps what stands beside the values of a target that goes into a burst', () => {
    const text = `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8, location: us, cost: { perNode: 280k } }
workloads:
  serve:
    phase: inference
    model: llama-3.1-8b
    serving: { engine: vllm, requests: 1/s, inputTokens: 1000, outputTokens: 200 }
    target: # today
      # our region
      <|>provider: aws
      region: us-east-1

      accelerator: h100-sxm # big
      count: 1
`;
    assert.equal(
      after(text, /^Serve at home on dc1/).split('target:')[1],
      ` # today
      cluster: dc1
      burst:
        # our region
        provider: aws
        region: us-east-1

        accelerator: h100-sxm # big
        count: 1
`,
    );
  });

  it('keeps what stands beside a key that goes into defaults', () => {
    const one = (name: string, comment: string, cursor = '') => `  ${name}:
    phase: inference
    framework: pytorch${cursor} # ${comment}
    model: llama-3.1-8b
    serving: { engine: vllm, requests: 1/s, inputTokens: 1000, outputTokens: 200 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`;
    const text = after(`version: 1\nworkloads:\n${one('a', 'fw', '<|>')}${one('b', 'other')}`, /^Say framework once/);
    assert.match(text, /phase: inference\n {4}# fw\n {4}model/);
    assert.match(text, /phase: inference\n {4}# other\n {4}model/);
  });

  for (const { name, text } of corpus().filter(({ text: each }, index) => each.includes('#') && index % 5 === 0)) {
    it(`lose no comment of ${name}`, () => {
      const analysis = analysed(text);
      const comments = (of: string): string[] => parseManifest(of).comments.map((each) => each.text.trim());
      for (const { raw, name: workload } of analysis.source.workloads) {
        for (const key of typeof raw === 'object' && raw !== null ? Object.keys(raw) : []) {
          const at = analysis.source.locate(['workloads', workload, key], 'key');
          if (!at || !analysis.source.isOwn(['workloads', workload, key])) continue;
          for (const { title, edits } of refactorings(analysis, at.start, () => true)) {
            const left = comments(applyTextEdits(text, edits));
            for (const comment of comments(text)) {
              const index = left.indexOf(comment);
              assert.ok(index >= 0, `${title} loses "${comment}"`);
              left.splice(index, 1);
            }
          }
        }
      }
    });
  }
});
