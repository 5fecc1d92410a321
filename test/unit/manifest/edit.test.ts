import assert from 'node:assert/strict';
import { applyTextEdits, editManifest } from '../../../server/src/manifest/edit.ts';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import type { ManifestEdit, Path, PlainValue } from '../../../server/src/manifest/source.ts';

const at = (path: string): Path => path.split('/').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
const set = (path: string, value: PlainValue): ManifestEdit => ({ kind: 'set', path: at(path), value });
const remove = (path: string): ManifestEdit => ({ kind: 'remove', path: at(path) });
const removeOnly = (path: string): ManifestEdit => ({ kind: 'remove', path: at(path), keepsComments: true });
const rename = (path: string, to: string): ManifestEdit => ({ kind: 'rename-key', path: at(path), to });

/** The text after the edits; its edits are those of one call. */
function edited(text: string, ...edits: ManifestEdit[]): string {
  return applyTextEdits(text, editManifest(parseManifest(text), edits));
}

/** Lines without the indentation that they share. */
function block(strings: TemplateStringsArray): string {
  const lines = strings.join('').split('\n').slice(1, -1);
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)![0].length));
  return lines.map((line) => `${line.slice(indent)}\n`).join('');
}

const plan = block`
  version: 1
  workloads:
    chat:
      phase: inference   # what
      model: "llama"
      serving:
        engine: vllm     # fast

      # where
      target: { provider: aws, count: 8 }  # t

    # next
    other:
      target: auto   # ask
      expect:
      - fits
      alternatives:
        - provider: aws
          count: 1
        - { provider: gcp }
`;

/** The lines that an edit of `plan` takes out and puts in. */
function difference(...edits: ManifestEdit[]): string[] {
  const before = plan.split('\n');
  const after = edited(plan, ...edits).split('\n');
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return [
    ...before.slice(start, before.length - end).map((line) => `-${line}`),
    ...after.slice(start, after.length - end).map((line) => `+${line}`),
  ];
}

describe('set, on a value that is written', () => {
  it('replaces the scalar only, and keeps the comment behind it', () => {
    assert.deepEqual(difference(set('workloads/chat/phase', 'training')), [
      '-    phase: inference   # what',
      '+    phase: training   # what',
    ]);
    assert.deepEqual(
      editManifest(parseManifest(plan), [set('workloads/chat/phase', 'training')]).map(({ newText }) => newText),
      ['training'],
    );
  });

  it('keeps quotes, and adds them where the text needs them', () => {
    assert.equal(
      edited(`a: "x"\nb: 'y'\nc: z\n`, set('a', 'q'), set('b', "it's"), set('c', 'a: b')),
      `a: "q"\nb: 'it''s'\nc: "a: b"\n`,
    );
    assert.equal(edited('a: x\nb: "x"\n', set('a', 'true'), set('b', 5)), 'a: "true"\nb: 5\n');
    assert.equal(edited('t: { a: x }\n', set('t/a', 'p, q')), 't: { a: "p, q" }\n');
  });

  it('makes no edit where the value is the same', () => {
    assert.deepEqual(
      editManifest(parseManifest(plan), [
        set('workloads/chat/target', { count: 8, provider: 'aws' }),
        set('version', 1),
      ]),
      [],
    );
  });

  it('puts a mapping in place of `auto`, and `auto` in place of a mapping', () => {
    assert.deepEqual(difference(set('workloads/other/target', { provider: 'gcp', count: 4 })), [
      '-    target: auto   # ask',
      '+    target: { provider: gcp, count: 4 }   # ask',
    ]);
    assert.deepEqual(difference(set('workloads/other/target/count', 4)), [
      '-    target: auto   # ask',
      '+    target: { count: 4 }   # ask',
    ]);
    assert.deepEqual(difference(set('workloads/chat/target', 'auto')), [
      '-    target: { provider: aws, count: 8 }  # t',
      '+    target: auto  # t',
    ]);
    assert.deepEqual(difference(set('workloads/chat/serving', 'auto')), [
      '-    serving:',
      '-      engine: vllm     # fast',
      '+    serving: auto',
    ]);
  });

  it('changes of a mapping only the keys that differ', () => {
    assert.deepEqual(difference(set('workloads/chat/target', { provider: 'gcp', count: 8, region: 'us' })), [
      '-    target: { provider: aws, count: 8 }  # t',
      '+    target: { provider: gcp, count: 8, region: us }  # t',
    ]);
    assert.deepEqual(difference(set('workloads/chat/serving', { precision: 'fp8' })), [
      '-      engine: vllm     # fast',
      '+      # fast',
      '+      precision: fp8',
    ]);
  });

  it('writes what is too long for a line below its key', () => {
    const value = {
      provider: 'gcp',
      region: 'us-central1',
      accelerator: 'h100-sxm',
      count: 128,
      capacity: 'on-demand',
      orchestrator: 'kubernetes',
    };
    assert.deepEqual(difference(set('workloads/other/target', value)), [
      '-    target: auto   # ask',
      '+    target:   # ask',
      '+      provider: gcp',
      '+      region: us-central1',
      '+      accelerator: h100-sxm',
      '+      count: 128',
      '+      capacity: on-demand',
      '+      orchestrator: kubernetes',
    ]);
  });

  it('fills an empty value, before its comment', () => {
    assert.equal(edited('a:  # c\nb:\n', set('a', 1), set('b', { x: 1 })), 'a: 1  # c\nb: { x: 1 }\n');
  });

  it('replaces items of lists', () => {
    assert.deepEqual(difference(set('workloads/other/expect/0', 'no errors')), ['-    - fits', '+    - no errors']);
    assert.deepEqual(difference(set('workloads/other/alternatives/0/count', 2)), [
      '-        count: 1',
      '+        count: 2',
    ]);
    assert.equal(edited('a: [x, "y"]\n', set('a/1', 'z'), set('a/0', 'w')), 'a: [w, "z"]\n');
  });
});

describe('set, on a value that is not written', () => {
  it('adds to a flow mapping in flow', () => {
    assert.deepEqual(difference(set('workloads/chat/target/region', 'us-east-1')), [
      '-    target: { provider: aws, count: 8 }  # t',
      '+    target: { provider: aws, count: 8, region: us-east-1 }  # t',
    ]);
    assert.equal(
      edited('a: {}\nb: {x: 1}\nc: { x: 1, }\n', set('a/y', 1), set('b/y', 2), set('c/y', 3)),
      'a: { y: 1 }\nb: {x: 1, y: 2}\nc: { x: 1, y: 3 }\n',
    );
  });

  it('adds to a flow mapping over several lines on a line of its own', () => {
    assert.equal(
      edited('t: {\n  a: 1, # one\n  b: 2 # two\n}\n', set('t/c', 3)),
      't: {\n  a: 1, # one\n  b: 2, # two\n  c: 3\n}\n',
    );
    assert.equal(edited('t: {\n  a: 1,\n}\n', set('t/c', 3)), 't: {\n  a: 1,\n  c: 3,\n}\n');
  });

  it('adds to a block after its last pair, before the comments of what follows', () => {
    assert.deepEqual(difference(set('workloads/chat/serving/precision', 'fp8')), ['+      precision: fp8']);
    assert.ok(edited(plan, set('workloads/chat/owner', 'me')).includes('count: 8 }  # t\n    owner: me\n\n  # next\n'));
  });

  it('makes the mappings on the way, short ones on one line', () => {
    assert.ok(
      edited(plan, set('workloads/chat/checkpointing', { interval: '10m', storage: 'object' })).includes(
        '\n    checkpointing: { interval: 10m, storage: object }\n',
      ),
    );
    assert.ok(edited(plan, set('policy/regions', ['us', 'eu'])).endsWith('\npolicy: { regions: [us, eu] }\n'));
    assert.ok(edited(plan, set('clusters/dc1/nodes', 4)).endsWith('\nclusters:\n  dc1: { nodes: 4 }\n'));
  });

  it('adds a workload line by line', () => {
    assert.ok(
      edited(plan, set('workloads/new', { phase: 'training', target: { provider: 'aws' } })).endsWith(
        '\n  new:\n    phase: training\n    target: { provider: aws }\n',
      ),
    );
  });

  it('starts a manifest in an empty text, after comments, and below an empty `workloads`', () => {
    const started = 'workloads:\n  a:\n    phase: training\n';
    assert.equal(edited('', set('workloads/a/phase', 'training')), started);
    assert.equal(edited('# c', set('workloads/a/phase', 'training')), `# c\n${started}`);
    assert.equal(edited('workloads:\n', set('workloads/a/phase', 'training')), started);
    assert.equal(
      edited('workloads: # c\n  # d\n', set('workloads/a/phase', 'training')),
      'workloads: # c\n  a:\n    phase: training\n  # d\n',
    );
  });

  it('uses the indentation and the line ends of the text', () => {
    assert.equal(
      edited('workloads:\r\n    a:\r\n        x: 1', set('workloads/b/t/y', 1)),
      'workloads:\r\n    a:\r\n        x: 1\r\n    b:\r\n        t: { y: 1 }',
    );
  });

  it('adds items at the end of lists', () => {
    assert.deepEqual(difference(set('workloads/other/expect/1', 'no errors')), ['+    - no errors']);
    assert.deepEqual(difference(set('workloads/other/alternatives/2', { provider: 'azure' })), [
      '+      - { provider: azure }',
    ]);
    assert.equal(edited('a: []\nb: [x]\n', set('a/0', 1), set('a/1', 2), set('b/1', 'y')), 'a: [1, 2]\nb: [x, y]\n');
  });

  it('keeps the blank lines that belong to the text above', () => {
    assert.equal(edited('a: |+\n  text\n\n', set('b', 1)), 'a: |+\n  text\n\nb: 1\n');
  });
});

describe('set, on a value that an alias or a merge key gives', () => {
  const shared = block`
    x: &x { a: 1, m: { q: 1, r: 2 } }
    workloads:
      w:
        <<: *x
        b: 1
      v:
        t: *x
      u: *x
  `;

  it('writes an own key, and never the anchor', () => {
    assert.equal(
      edited(
        shared,
        set('workloads/w/a', 2),
        set('workloads/w/m/q', 5),
        set('workloads/v/t/a', 9),
        set('workloads/u/m/r', 3),
      ),
      block`
        x: &x { a: 1, m: { q: 1, r: 2 } }
        workloads:
          w:
            <<: *x
            b: 1
            a: 2
            m: { q: 5, r: 2 }
          v:
            t: { <<: *x, a: 9 }
          u: { <<: *x, m: { q: 1, r: 3 } }
      `,
    );
  });

  it('replaces the alias where the alias itself is the value', () => {
    assert.ok(edited(shared, set('workloads/v/t', 'auto')).includes('    t: auto\n'));
  });

  it('writes into the workload what `defaults` gives', () => {
    const text = 'defaults: { target: { count: 1 } }\nworkloads:\n  a: { phase: x }\n';
    assert.equal(
      edited(text, set('workloads/a/target/count', 2)),
      text.replace('phase: x', 'phase: x, target: { count: 2 }'),
    );
  });

  it('keeps anchors before the values that it replaces', () => {
    assert.equal(edited('t: &t # c\n  a: 1\nu: &u 1\n', set('t', 'auto'), set('u', 2)), 't: &t auto # c\nu: &u 2\n');
  });
});

describe('remove', () => {
  it('takes the whole line with its comment, and every line of a block', () => {
    assert.deepEqual(difference(remove('workloads/chat/phase')), ['-    phase: inference   # what']);
    assert.deepEqual(difference(remove('workloads/chat/serving')), ['-    serving:', '-      engine: vllm     # fast']);
  });

  it('takes the mappings that it leaves empty', () => {
    assert.deepEqual(difference(remove('workloads/chat/serving/engine')), [
      '-    serving:',
      '-      engine: vllm     # fast',
    ]);
    assert.deepEqual(difference(remove('workloads/chat/target/count'), remove('workloads/chat/target/provider')), [
      '-    target: { provider: aws, count: 8 }  # t',
    ]);
    assert.equal(edited('version: 1\nworkloads:\n  a:\n    x: { y: 1 }\n', remove('workloads/a/x/y')), 'version: 1\n');
  });

  it('takes the comma with an entry in flow', () => {
    const text = 't: { a: 1, b: 2, c: 3 }\n';
    assert.equal(edited(text, remove('t/a')), 't: { b: 2, c: 3 }\n');
    assert.equal(edited(text, remove('t/b')), 't: { a: 1, c: 3 }\n');
    assert.equal(edited(text, remove('t/c')), 't: { a: 1, b: 2 }\n');
    assert.equal(edited('l: [x, y]\n', remove('l/0')), 'l: [y]\n');
    assert.equal(edited('t: {\n  a: 1, # one\n  b: 2 # two\n}\n', remove('t/a')), 't: {\n  b: 2 # two\n}\n');
  });

  it('leaves the comments where it is told to, each on a line of its own', () => {
    assert.deepEqual(difference(removeOnly('workloads/chat/phase')), ['-    phase: inference   # what', '+    # what']);
    assert.deepEqual(difference(removeOnly('workloads/chat/serving')), [
      '-    serving:',
      '-      engine: vllm     # fast',
      '+    # fast',
    ]);
    const text = 't: {\n  a: 1, # one\n  b: 2 # two\n}\n';
    assert.equal(edited(text, removeOnly('t/a')), 't: {\n  # one\n  b: 2 # two\n}\n');
    assert.equal(edited('l:\n  - a: 1 # one\n    b: 2\n', removeOnly('l/0/a')), 'l:\n  - # one\n    b: 2\n');
    assert.equal(edited('a: 1 # one\r\nb: 2\r\n', removeOnly('a')), '# one\r\nb: 2\r\n');
  });

  it('takes items of lists, and the first key of an item without its dash', () => {
    assert.deepEqual(difference(remove('workloads/other/alternatives/1')), ['-      - { provider: gcp }']);
    assert.deepEqual(difference(remove('workloads/other/alternatives/0/provider')), [
      '-      - provider: aws',
      '-        count: 1',
      '+      - count: 1',
    ]);
    assert.deepEqual(difference(remove('workloads/other/expect/0')), ['-    expect:', '-    - fits']);
  });

  it('does nothing to what is inherited or absent', () => {
    const text = 'x: &x { a: 1 }\ndefaults: { b: 1 }\nworkloads:\n  w: { <<: *x }\n';
    assert.equal(
      edited(text, remove('workloads/w/a'), remove('workloads/w/b'), remove('nope'), remove('workloads/nope/x')),
      text,
    );
  });

  it('takes the second of two equal keys, wherever they stand', () => {
    assert.equal(edited('a: 1\nb: 2\na: 3\n', remove('a')), 'a: 1\nb: 2\n');
    assert.equal(edited('workloads:\n  a: 1\n  a: 2\n', remove('workloads/a')), 'workloads:\n  a: 1\n');
    assert.equal(edited('t: { a: 1, a: 2 }\n', remove('t/a')), 't: { a: 1 }\n');
  });
});

describe('rename-key', () => {
  it('changes the key only, and keeps its quotes', () => {
    assert.deepEqual(difference(rename('workloads/chat', 'talk')), ['-  chat:', '+  talk:']);
    assert.equal(
      edited('"a": 1\nt: { b: 1 }\n', rename('a', 'x'), rename('t/b', 'p, q')),
      '"x": 1\nt: { "p, q": 1 }\n',
    );
  });

  it('lets later edits of the call find the new name', () => {
    assert.ok(
      edited(plan, rename('workloads/chat', 'talk'), set('workloads/talk/phase', 'training')).includes(
        '  talk:\n    phase: training   # what\n',
      ),
    );
  });
});

describe('several edits in one call', () => {
  it('make one edit of what stands together', () => {
    const edits = editManifest(parseManifest(plan), [
      set('workloads/chat/target/region', 'us'),
      set('workloads/chat/target/capacity', 'spot'),
    ]);
    assert.deepEqual(
      edits.map(({ newText }) => newText),
      [', region: us, capacity: spot'],
    );
  });

  it('work on broken texts around what they change', () => {
    assert.equal(
      edited('workloads:\n  a: "\n  b:\n    x: 1\n', set('workloads/b/y', 2)),
      'workloads:\n  a: "\n  b:\n    x: 1\n    y: 2\n',
    );
  });
});
