import assert from 'node:assert/strict';
import { fixAll } from '../../../server/src/features/fix-all.ts';
import { applyTextEdits } from '../../../server/src/manifest/edit.ts';
import { analyseText } from '../../rules/support/analyse-text.ts';

const workload = (name: string, chip: string, more = '') => `  ${name}:
    phase: fine-tuning
    model: llama-3.1-8b # of ${name}
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: ${chip}, count: 8, capacity: spot }
${more}`;

function fixed(text: string, selection?: Parameters<typeof fixAll>[1]) {
  const { edits, applied } = fixAll(analyseText(text), selection);
  return { text: applyTextEdits(text, edits), edits, codes: applied.map(({ finding }) => finding.code) };
}

describe('fixing all', () => {
  it('makes each change by an edit of its own, over several rounds', () => {
    const text = `version: 1\nclusters:\n  old: { accelerator: h100-sxm, nodes: 1 }\nworkloads:\n${workload('a', 'H100')}${workload('b', '"Nvidia-H100"')}`;
    const { edits, codes, text: after } = fixed(text);
    assert.deepEqual([...codes].sort(), ['AI108', 'AI108', 'AI501', 'AI501']);
    assert.equal(edits.length, 4);
    assert.ok(edits.every(({ start, end }) => end - start < 60));
    assert.match(after, /accelerator: "h100-sxm"/);
    assert.equal(fixed(after).text, after);
  });

  it('takes what holds and leaves what does not', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const text = `version: 1\nworkloads:\n${names.map((name) => workload(name, 'H100')).join('')}`;
    const analysis = analyseText(text);
    // A rule that promises what it does not do: another number of chips removes no alias.
    const findings = analysis.findings.map((finding) =>
      finding.code === 'AI108' && finding.workload === 'c'
        ? {
            ...finding,
            fixes: () => [
              {
                title: 'Take nine',
                safe: true,
                edits: [{ kind: 'set' as const, path: ['workloads', 'c', 'target', 'count'], value: 9 }],
              },
            ],
          }
        : finding,
    );
    const after = applyTextEdits(text, fixAll({ ...analysis, findings }, { rules: ['AI108'] }).edits);
    assert.doesNotMatch(after, /count: 9/);
    // The next round asks the real rule again.
    assert.equal(after, text.replaceAll('H100', 'h100-sxm'));
  });

  it('keeps to the rules that are named', () => {
    const text = `version: 1\nworkloads:\n${workload('a', 'H100')}`;
    assert.deepEqual(fixed(text, { rules: ['alias'] }).codes, ['AI108']);
    assert.equal(fixed(text, { rules: ['AI201'] }).text, text);
  });

  it('follows no advice that is not named', () => {
    const text = `version: 1\nworkloads:\n${workload('a', 'h100-sxm', '    checkpointing: { interval: 10m, storage: object }\n')}`;
    assert.equal(fixed(text, { unsafe: true }).text, text);
    assert.deepEqual(fixed(text, { unsafe: true, rules: ['AI703'] }).codes[0], 'AI703');
  });

  it('removes no block that is not itself the mistake: a cluster that nobody names yet stays', () => {
    const text = `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  tpu-at-home:
    phase: training
    framework: jax
    model: llama-3.1-8b
    training: { tokens: 10B }
    checkpointing: { interval: 30m, storage: /gpfs/x }
    target: { deployment: on-premises, accelerator: tpu-v5p, count: 16 }
`;
    assert.equal(fixed(text).text, text);
    assert.equal(
      fixed(text, { unsafe: true, rules: ['AI201'] }).text,
      text.replace('accelerator: tpu-v5p, count: 16', 'accelerator: h100-sxm, count: 16, cluster: dc1'),
    );
  });

  it('aligns chip and count with the machine type that is named, whose comment stays', () => {
    const text = `version: 1
workloads:
  a:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 200M, method: lora }
    target:
      provider: aws
      region: us-east-1
      instance: p5.48xlarge   # eight H100
      accelerator: a100-80gb
      count: 4
`;
    assert.equal(
      fixed(text, { rules: ['AI204'] }).text,
      text.replace('a100-80gb', 'h100-sxm').replace('count: 4', 'count: 8'),
    );
  });

  it('makes one fix where one text stands for several workloads', () => {
    const text = `version: 1
workloads:
  a: &a
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
  b:
    <<: *a
    checkpointing: { interval: 10m, storage: s3://x/y }
  c: *a
`;
    const result = fixed(text);
    assert.deepEqual(result.codes, ['AI501']);
    assert.equal(
      result.text,
      text.replace('capacity: spot }\n', 'capacity: spot }\n    checkpointing: { interval: 2m, storage: object }\n'),
    );
  });

  for (const eol of ['\n', '\r\n'])
    it(`writes a block among blocks line by line (${JSON.stringify(eol)})`, () => {
      const text = `version: 1
workloads:
    a:
        phase: fine-tuning
        model: llama-3.1-8b
        framework: pytorch
        training:
            tokens: 2B   # two
            method: lora
        target:
            provider: aws
            region: us-east-1
            accelerator: h100-sxm
            count: 8
            capacity: "spot"

        # trailing comment of a
`.replaceAll('\n', eol);
      assert.equal(
        fixed(text).text,
        text.replace(
          `"spot"${eol}`,
          `"spot"${eol}        checkpointing:${eol}            interval: 2m${eol}            storage: object${eol}`,
        ),
      );
    });

  it('never writes a guess', () => {
    const text = `version: 1\nworkloads:\n${workload('a', 'h100-sxm').replace('count: 8, capacity: spot', 'count: 32')}`;
    assert.ok(analyseText(text).findings.some(({ code }) => code === 'AI111'));
    assert.equal(fixed(text, { unsafe: true, rules: ['AI111'] }).text, text);
  });
});
