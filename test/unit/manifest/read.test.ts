import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import { readManifest } from '../../../server/src/manifest/read.ts';

function read(text: string) {
  return readManifest(parseManifest(text));
}

const inWorkload = (lines: string) =>
  `version: 1\nworkloads:\n  a:\n    phase: training\n${lines.replace(/^/gm, '    ')}\n`;

describe('reading a manifest', () => {
  it('gives typed workloads in kept units, defaults merged under them', () => {
    const manifest = read(`
version: 1
defaults: { framework: jax, target: { provider: gcp, capacity: spot }, training: { precision: bf16 } }
workloads:
  a: { phase: training, model: { parameters: 8B }, training: { tokens: 2T, deadline: 14d }, target: { capacity: on-demand, accelerator: tpu-v5p } }
  b: { phase: inference, framework: pytorch, serving: { requests: 20/s }, target: auto }
`);
    assert.deepEqual(manifest.headIssues, []);
    assert.deepEqual(
      manifest.workloads.flatMap((workload) => workload.issues),
      [],
    );
    assert.deepEqual(manifest.workloads[0]?.value, {
      phase: 'training',
      framework: 'jax',
      model: { parameters: 8e9 },
      training: { precision: 'bf16', tokens: 2e12, deadline: 14 * 86_400 },
      target: { provider: 'gcp', capacity: 'on-demand', accelerator: 'tpu-v5p' },
    });
    assert.equal(manifest.workloads[1]?.value?.framework, 'pytorch');
    assert.equal(manifest.workloads[1]?.value?.target, 'auto');
  });

  it('keeps what is sound beside what is not', () => {
    const [workload] = read(
      inWorkload('training: { tokens: 2B, deadline: 80GiB }\nmodel: { parameters: 8B, layers: 4.5 }\nnonsense: 1'),
    ).workloads;
    assert.deepEqual(workload?.value, { phase: 'training', training: { tokens: 2e9 }, model: { parameters: 8e9 } });
    assert.equal(workload?.issues.length, 3);
  });

  it('lets one broken workload hide no other', () => {
    const { workloads } = read('version: 1\nworkloads:\n  a: 5\n  b:\n  c: { phase: training }\n');
    assert.deepEqual(
      workloads.map(({ name, value }) => [name, value?.phase]),
      [
        ['a', undefined],
        ['b', undefined],
        ['c', 'training'],
      ],
    );
    assert.equal(
      workloads[0]?.issues[0]?.message,
      'workload `a` wants a mapping, not the number `5`; it needs at least a `phase`',
    );
    assert.equal(workloads[1]?.issues[0]?.message, 'workload `b` is empty; it needs at least a `phase`');
  });

  it('drops a mapping whose required key was wrong', () => {
    const [workload] = read(
      inWorkload('target: { provider: aws, baseline: { count: few, capacity: spot } }'),
    ).workloads;
    assert.deepEqual(workload?.value?.target, { provider: 'aws' });
    assert.equal(workload?.issues.length, 1);
  });

  it('reports a fault of the defaults once, where it stands, and keeps it out of every workload', () => {
    const manifest = read(
      'version: 1\ndefaults: { training: { deadline: 5GB, tokens: 2B } }\nworkloads:\n  a: { phase: training }\n  b: { phase: training }\n',
    );
    assert.deepEqual(
      manifest.headIssues.map((issue) => issue.path),
      [['defaults', 'training', 'deadline']],
    );
    for (const workload of manifest.workloads) {
      assert.deepEqual(workload.issues, []);
      assert.deepEqual(workload.value?.training, { tokens: 2e9 });
    }
  });

  it('lets defaults leave open what the workload fills in', () => {
    const manifest = read(`version: 1
defaults: { target: { baseline: { capacity: reserved-1y } } }
workloads:
  a: { phase: inference, target: { baseline: { count: 8 } } }
`);
    assert.deepEqual(manifest.headIssues, []);
    assert.deepEqual(manifest.workloads[0]?.value?.target, { baseline: { capacity: 'reserved-1y', count: 8 } });
  });

  it('never throws, whatever is written', () => {
    const key = fc.constantFrom(
      'version',
      'workloads',
      'defaults',
      'phase',
      'training',
      'target',
      'baseline',
      'serving',
      'requests',
      'model',
      '__proto__',
      'constructor',
      'x',
    );
    const scalar = fc.oneof(
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constantFrom(null, 'auto', 'training', '5GB', []),
    );
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.dictionary(key, tie('node'), { maxKeys: 4, noNullPrototype: true }),
        fc.array(tie('node'), { maxLength: 2 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, tree, tree, (head, defaults, workload) => {
        const raw = { version: 1, head, defaults, workloads: { a: workload, b: defaults } };
        const { workloads } = read(JSON.stringify(raw));
        assert.equal(workloads.length, 2);
      }),
      { numRuns: 300 },
    );
  });
});

describe('reading a manifest again', () => {
  const text = (tokens: string, framework = 'jax') => `version: 1
defaults: { framework: ${framework} }
workloads:
  a: { phase: training, training: { tokens: 1B } }
  b: { phase: training, training: { tokens: ${tokens} } }
`;

  it('gives the same objects for what did not change', () => {
    const before = parseManifest(text('2B'));
    const first = readManifest(before);
    const second = readManifest(parseManifest(text('3B'), before), first);
    assert.equal(second.workloads[0], first.workloads[0]);
    assert.notEqual(second.workloads[1], first.workloads[1]);
    assert.equal(second.head, first.head);
  });

  it('reads every workload anew when the defaults change', () => {
    const first = readManifest(parseManifest(text('2B')));
    const second = readManifest(parseManifest(text('2B', 'pytorch')), first);
    assert.equal(second.workloads[0]?.value?.framework, 'pytorch');
  });

  it('keeps the workloads when the head changes beside the defaults', () => {
    const first = readManifest(parseManifest(text('2B')));
    const second = readManifest(parseManifest(`name: plan\n${text('2B')}`), first);
    assert.equal(second.workloads[0], first.workloads[0]);
    assert.equal(second.head.name, 'plan');
  });

  it('gives what reading from nothing gives', () => {
    const first = readManifest(parseManifest('version: 1\n'));
    const source = parseManifest(text('oops'));
    const { head, headIssues, workloads } = readManifest(source, first);
    const fresh = readManifest(source);
    assert.deepEqual(
      { head, headIssues, workloads },
      { head: fresh.head, headIssues: fresh.headIssues, workloads: fresh.workloads },
    );
  });
});
