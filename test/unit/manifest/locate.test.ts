import assert from 'node:assert/strict';
import { pathAt } from '../../../server/src/manifest/cursor.ts';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import type { Part, Path } from '../../../server/src/manifest/source.ts';
import { cursorIn, markedLine, withRange } from '../../helpers/marks.ts';

const text = `# a plan
version: 1
expect:
- fits
- "no errors"
base: &base
  serving: { engine: vllm }
  target: &t { provider: aws, count: 8 }
defaults:
  framework: pytorch
  target:
    capacity: spot   # cheap
workloads:
  # first
  chat:
    phase: inference
    model:
    serving:
      requests: { average: 12/s }
      latency:
        endToEnd: 30ms

      # trailing
    alternatives:
      - { provider: gcp }
      - provider: azure
        region: westeurope
    target: { region: us, zones: [a, b] }
  merged:
    <<: *base
    target: *t
  text: |
    kept

  auto: { target: auto }
`;

const source = parseManifest(text);
const at = (path: string): Path => path.split(/[/]/).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
const shown = (path: string, part: Part): string => markedLine(text, source.locate(at(path), part));

describe('locate', () => {
  it('finds keys and values at the top, in workloads, in flow and in lists', () => {
    assert.equal(shown('version', 'key'), '<|version|>: 1');
    assert.equal(shown('version', 'value'), 'version: <|1|>');
    assert.equal(shown('version', 'pair'), '<|version: 1|>');
    assert.equal(shown('workloads/chat/target/region', 'value'), 'target: { region: <|us|>, zones: [a, b] }');
    assert.equal(shown('workloads/chat/target/zones/1', 'value'), 'target: { region: us, zones: [a, <|b|>] }');
    assert.equal(shown('workloads/chat/alternatives/1/region', 'pair'), '<|region: westeurope|>');
    assert.equal(shown('expect/1', 'key'), '- <|"no errors"|>');
    assert.equal(shown('expect/1', 'value'), '- <|"no errors"|>');
  });

  it('ends the span of a block at its last word, before comments and blank lines', () => {
    assert.equal(shown('workloads/chat/serving/latency', 'pair'), '<|latency:\n        endToEnd: 30ms|>');
    assert.equal(
      shown('workloads/chat/serving', 'value'),
      '<|requests: { average: 12/s }\n      latency:\n        endToEnd: 30ms|>',
    );
    assert.equal(shown('workloads/text', 'value'), 'text: <||\n    kept|>');
    assert.equal(
      shown('defaults', 'pair'),
      '<|defaults:\n  framework: pytorch\n  target:\n    capacity: spot|>   # cheap',
    );
  });

  it('spans all workloads', () => {
    const span = source.locate(['workloads'], 'value');
    assert.ok(span);
    assert.ok(text.slice(span.start).startsWith('chat:'));
    assert.equal(span.end, text.trimEnd().length);
    assert.equal(source.locate(['workloads'], 'pair')!.end, span.end);
  });

  it('finds the key of a value that is not written, but no value', () => {
    assert.equal(shown('workloads/chat/model', 'key'), '<|model|>:');
    assert.equal(shown('workloads/chat/model', 'value'), 'nowhere');
    assert.equal(shown('workloads/chat/model', 'pair'), '<|model:|>');
  });

  it('finds nothing where nothing is written', () => {
    for (const path of [
      'nope',
      'version/below',
      'expect/2',
      'expect/x',
      'workloads/none',
      'workloads/none/framework',
      'workloads/chat/serving/nope',
    ])
      assert.equal(shown(path, 'key'), 'nowhere', path);
  });

  it('follows aliases and merge keys to where a value is written', () => {
    assert.equal(shown('workloads/merged/serving/engine', 'value'), 'serving: { engine: <|vllm|> }');
    assert.equal(shown('workloads/merged/target/count', 'key'), 'target: &t { provider: aws, <|count|>: 8 }');
    assert.equal(shown('workloads/merged/target', 'value'), 'target: <|*t|>');
  });

  it('looks under `defaults` for what a workload does not say', () => {
    assert.equal(shown('workloads/chat/framework', 'value'), 'framework: <|pytorch|>');
    assert.equal(shown('workloads/chat/target/capacity', 'key'), '<|capacity|>: spot   # cheap');
    assert.equal(shown('workloads/auto/target/capacity', 'key'), 'nowhere');
  });
});

describe('isOwn', () => {
  it('tells what is written in place from what is inherited', () => {
    const own = (path: string): boolean => source.isOwn(at(path));
    assert.deepEqual(
      [
        'version',
        'workloads',
        'workloads/chat',
        'workloads/chat/target/region',
        'workloads/chat/model',
        'workloads/merged/target',
        'expect/0',
      ].filter((path) => !own(path)),
      [],
    );
    assert.deepEqual(
      [
        'workloads/chat/framework',
        'workloads/merged/serving',
        'workloads/merged/target/count',
        'workloads/chat/nope',
        'expect/7',
      ].filter(own),
      [],
    );
  });
});

describe('nearest', () => {
  const near = (path: string, part: Part): string => markedLine(text, source.nearest(at(path), part));

  it('is the place itself, else the key of the nearest ancestor', () => {
    assert.equal(near('workloads/chat/target/region', 'value'), 'target: { region: <|us|>, zones: [a, b] }');
    assert.equal(near('workloads/chat/target/provider', 'value'), '<|target|>: { region: us, zones: [a, b] }');
    assert.equal(near('workloads/chat/model', 'value'), '<|model|>:');
    assert.equal(near('workloads/chat/model/name', 'value'), '<|model|>:');
    assert.equal(near('workloads/chat/training/tokens', 'value'), '<|chat|>:');
    assert.equal(near('workloads/none/phase', 'value'), '<|workloads|>:');
  });

  it('is the first line that is no comment where no ancestor is present', () => {
    assert.equal(near('policy/regions', 'value'), '<|version: 1|>');
    assert.deepEqual(parseManifest('').nearest(['version'], 'key'), { start: 0, end: 0 });
    assert.equal(withRange('\n\n  x y\n', parseManifest('\n\n  x y\n').nearest([], 'value')), '\n\n  <|x y|>\n');
  });
});

describe('pathAt', () => {
  const found = (marks: string): string => {
    const { text: bare, cursor } = cursorIn(marks);
    const place = pathAt(parseManifest(bare), cursor);
    return place ? `${place.part} ${place.path.join('/')} ${bare.slice(place.span.start, place.span.end)}` : 'nowhere';
  };

  for (const [marks, expected] of [
    ['ver<|>sion: 1\n', 'key version version'],
    ['version<|>: 1\n', 'key version version'],
    ['version: <|>1\n', 'value version 1'],
    ['workloads:\n  <|>a: 1\n', 'key workloads/a a'],
    ['workloads:\n  a:\n    t: { x: 1, l: [p, q<|>] }\n', 'value workloads/a/t/l/1 q'],
    ['workloads:\n  a:\n    t: { x<|>: 1 }\n', 'key workloads/a/t/x x'],
    ['workloads:\n  a:\n    t: { x: 1<|> }\n', 'value workloads/a/t/x 1'],
    ['workloads:\n  a:\n    - y: "q<|>"\n', 'value workloads/a/0/y "q"'],
    ['workloads:\n  a:\n    t: *x<|>\n', 'value workloads/a/t *x'],
    ['a: 1 # com<|>ment\n', 'nowhere'],
    ['a: 1\n<|>\nb: 2\n', 'nowhere'],
    ['<|>', 'nowhere'],
    ['%YAML 1.2\n---\na: { b<|>: 1 }\n', 'key a/b b'],
  ] as const)
    it(`says ${expected} for ${JSON.stringify(marks)}`, () => {
      assert.equal(found(marks), expected);
    });
});
