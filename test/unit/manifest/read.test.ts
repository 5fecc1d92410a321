import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SchemaIssue } from '../../../server/src/manifest/model.ts';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import { readManifest } from '../../../server/src/manifest/read.ts';

interface Told {
  readonly code: string;
  readonly at: string;
  readonly message: string;
  readonly repair?: SchemaIssue['repair'];
}

function read(text: string) {
  return readManifest(parseManifest(text));
}

/** The marked place is what the only issue underlines. */
function only(marked: string): Told {
  const start = marked.indexOf('<|');
  const end = marked.indexOf('|>') - 2;
  assert.ok(start >= 0 && end >= start, 'the text marks one place');
  const text = marked.replace('<|', '').replace('|>', '');
  const source = parseManifest(text);
  const manifest = readManifest(source);
  const issues = [...manifest.headIssues, ...manifest.workloads.flatMap((workload) => workload.issues)];
  assert.deepEqual(
    issues.map((issue) => issue.message),
    issues.slice(0, 1).map((issue) => issue.message),
    'one issue only',
  );
  const issue = issues[0]!;
  assert.ok(issue, 'there is an issue');
  const span = source.nearest(issue.path, issue.part);
  assert.equal(text.slice(span.start, span.end), text.slice(start, end), issue.message);
  return {
    code: issue.code,
    at: issue.path.join('.'),
    message: issue.message,
    ...(issue.repair && { repair: issue.repair }),
  };
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

describe('an issue of the schema', () => {
  it('is an unknown key, with the name that was meant', () => {
    assert.deepEqual(only(inWorkload('training: { <|batch_size|>: 12 }')), {
      code: 'AI102',
      at: 'workloads.a.training.batch_size',
      message: '`batch_size` is no key of `training`; did you mean `batchSize`?',
      repair: { kind: 'rename', to: 'batchSize', distance: 0 },
    });
  });

  it('is a key of another section, with the place where it belongs', () => {
    assert.deepEqual(only(inWorkload('<|tokens|>: 2B')), {
      code: 'AI102',
      at: 'workloads.a.tokens',
      message: '`tokens` is no key of a workload; it belongs in `training`',
      repair: { kind: 'move', to: ['workloads', 'a', 'training', 'tokens'] },
    });
    assert.equal(
      only(inWorkload('training: { <|framework|>: jax }')).message,
      '`framework` is no key of `training`; it belongs directly in a workload',
    );
  });

  it('prefers the section that is written for a key that two sections know', () => {
    assert.equal(
      only(inWorkload('serving: { engine: vllm }\n<|parallelism|>: { tensor: 2 }')).message,
      '`parallelism` is no key of a workload; it belongs in `serving`',
    );
  });

  it('is a key of a workload at the top, which belongs in one', () => {
    const told = only('version: 1\n<|target|>: auto\nworkloads: { a: { phase: training } }\n');
    assert.equal(told.message, '`target` is no key of the manifest; it belongs in `defaults`');
  });

  it('is an unknown key that resembles nothing, with the keys there are', () => {
    assert.equal(
      only(inWorkload('network: { <|zzz|>: 1 }')).message,
      '`zzz` is no key of `network`; it takes `private`, `encryption`',
    );
  });

  it('knows the words of neighbouring tools', () => {
    assert.deepEqual(only(inWorkload('target: { <|instanceType|>: p5.48xlarge }')).repair, {
      kind: 'rename',
      to: 'instance',
      distance: 3,
    });
  });

  it('is a text where a whole number stands', () => {
    assert.equal(
      only(inWorkload('target: { count: <|eight|> }')).message,
      '`count` wants a whole number or `auto`, not the text `eight`',
    );
  });

  it('is a quoted number, whose value is plain', () => {
    assert.deepEqual(only(inWorkload('target: { count: <|"8"|> }')).repair, {
      kind: 'replace-value',
      to: 8,
      distance: 0,
    });
  });

  it('is a YAML 1.1 boolean, whose value is plain', () => {
    assert.deepEqual(only(inWorkload('checkpointing: { async: <|yes|> }')), {
      code: 'AI102',
      at: 'workloads.a.checkpointing.async',
      message: '`async` wants `true` or `false`, not the text `yes`',
      repair: { kind: 'replace-value', to: true, distance: 0 },
    });
  });

  it('is a word that the list does not have, with the nearest', () => {
    assert.deepEqual(only(inWorkload('training: { precision: <|bf61|> }')), {
      code: 'AI102',
      at: 'workloads.a.training.precision',
      message: '`precision` knows no `bf61`; did you mean `bf16`?',
      repair: { kind: 'replace-value', to: 'bf16', distance: 2 },
    });
  });

  it('is a word that resembles none, with all of them', () => {
    assert.equal(
      only(inWorkload('training: { method: <|distill|> }')).message,
      '`method` wants `full`, `lora` or `qlora`, not the text `distill`',
    );
  });

  it('is a number below the least', () => {
    assert.equal(
      only(inWorkload('training: { loraRank: <|0|> }')).message,
      '`loraRank` wants a whole number of at least 1, not the number `0`',
    );
    assert.equal(
      only(inWorkload('model: { parameters: <|0|> }')).message,
      '`parameters` wants more than zero, such as `8B`',
    );
  });

  it('is a unit of another dimension', () => {
    assert.deepEqual(only(inWorkload('training: { deadline: <|80GiB|> }')), {
      code: 'AI105',
      at: 'workloads.a.training.deadline',
      message: '`80GiB` is a size; `deadline` wants a duration such as `14d`',
    });
  });

  it('follows the branch that is written', () => {
    assert.equal(
      only(inWorkload('serving: { requests: <|5GB|> }')).message,
      '`5GB` is a size; `requests` wants a rate such as `20/s`',
    );
    assert.equal(
      only(inWorkload('serving: { requests: { <|avrage|>: 5/s } }')).message,
      '`avrage` is no key of `serving.requests`; did you mean `average`?',
    );
    assert.equal(
      only(inWorkload('checkpointing: <|true|>')).message,
      '`checkpointing` wants `false` or a mapping of keys to values, not `true`',
    );
    assert.equal(
      only(inWorkload('target: { burst: { <|capcity|>: spot } }')).message,
      '`capcity` is no key of `target.burst`; did you mean `capacity`?',
    );
  });

  it('is one word where a list is wanted, which is offered as a list', () => {
    const told = only('version: 1\npolicy: { providers: <|aws|> }\nworkloads: { a: { phase: training } }\n');
    assert.deepEqual(told.repair, { kind: 'replace-value', to: ['aws'], distance: 0 });
  });

  it('is an item of a list', () => {
    const told = only('version: 1\npolicy: { compliance: [gdpr, <|hippa|>] }\nworkloads: { a: { phase: training } }\n');
    assert.equal(told.message, 'an item of `compliance` knows no `hippa`; did you mean `hipaa`?');
  });

  it('is a key without a value', () => {
    assert.equal(
      only('version: 1\nworkloads:\n  a:\n    phase: training\n    <|training|>:\n').message,
      '`training` has no value; it wants a mapping of keys to values',
    );
  });

  it('is a number that YAML makes of a version, to be put in quotes', () => {
    const told = only('version: 1\nworkloads: { a: { phase: inference, serving: { engineVersion: <|0.11|> } } }\n');
    assert.equal(told.message, '`engineVersion` wants text, not the number `0.11`; put it in quotes');
  });

  it('is a missing phase, inserted where the sections tell it', () => {
    assert.deepEqual(only('version: 1\nworkloads:\n  <|a|>: { training: { method: lora } }\n'), {
      code: 'AI102',
      at: 'workloads.a.phase',
      message: 'the workload does not say its `phase`; what it holds reads as `fine-tuning`',
      repair: { kind: 'insert', value: 'fine-tuning' },
    });
    const [workload] = read('version: 1\nworkloads: { a: { serving: { samples: 5M } } }\n').workloads;
    assert.equal(workload?.value?.phase, 'batch-inference');
  });

  it('is a missing phase that nothing tells, and no workload comes of it', () => {
    const told = only('version: 1\nworkloads:\n  <|a|>: { target: auto }\n');
    assert.equal(
      told.message,
      'the workload does not say its `phase`: one of `training`, `fine-tuning`, `inference`, `batch-inference`',
    );
    assert.equal(read('version: 1\nworkloads: { a: { target: auto } }\n').workloads[0]?.value, undefined);
  });

  it('is a missing or unknown version', () => {
    const missing = read('workloads: { a: { phase: training } }\n').headIssues[0];
    assert.deepEqual(missing?.repair, { kind: 'insert', value: 1 });
    assert.equal(
      only('version: <|2|>\nworkloads: { a: { phase: training } }\n').message,
      '`version` wants `1`, not the number `2`',
    );
  });

  it('is a plan without workloads', () => {
    const told = read('version: 1\n').headIssues.map((issue) => issue.message);
    assert.deepEqual(told, ['the manifest lacks `workloads`; name what runs under `workloads`, each with its `phase`']);
    assert.equal(
      only('version: 1\n<|workloads|>: {}\n').message,
      '`workloads` is empty; name what runs under `workloads`, each with its `phase`',
    );
    assert.match(only('version: 1\n<|workloads|>: [a]\n').message, /^`workloads` wants a mapping/);
  });

  it('is a name that no map can have', () => {
    assert.equal(
      only('version: 1\nlabels: { <|__proto__|>: x }\nworkloads: { a: { phase: training } }\n').message,
      '`__proto__` cannot be a name here; choose another',
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
