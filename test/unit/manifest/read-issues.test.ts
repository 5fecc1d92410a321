import assert from 'node:assert/strict';
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
