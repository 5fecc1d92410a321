import assert from 'node:assert/strict';
import { cursorAt } from '../../../server/src/manifest/cursor.ts';
import type { Cursor } from '../../../server/src/manifest/cursor.ts';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import { cursorIn } from '../../helpers/marks.ts';

const head = 'version: 1\nworkloads:\n  chat:\n    phase: inference\n';

function cursor(marks: string): (Cursor & { readonly word: string }) | undefined {
  const { text, cursor: at } = cursorIn(marks);
  const found = cursorAt(parseManifest(text), at);
  return found && { ...found, word: text.slice(found.replace.start, found.replace.end) };
}

/** Role, path, and the word with the prefix marked off, in one line. */
function shown(marks: string): string {
  const found = cursor(marks);
  if (!found) return 'nothing';
  const rest = found.word.slice(found.prefix.length);
  const kind = found.opensMapping ? `${found.role} or first key` : found.role;
  return `${kind} of ${found.path.join('/') || 'top'}: ${found.prefix}|${rest}`;
}

describe('cursorAt', () => {
  for (const [what, marks, expected] of [
    ['a half-typed key', head + '    mod<|>\n  b:\n    phase: x\n', 'key of workloads/chat: mod|'],
    ['the middle of a half-typed key', head + '    mo<|>del\n', 'key of workloads/chat: mo|del'],
    ['a key with its colon', head + '    mo<|>del: x\n', 'key of workloads/chat: mo|del'],
    ['a key in quotes', head + '    "mo<|>": x\n', 'key of workloads/chat: mo|'],
    ['a half-typed key above another', head + '    mo<|>\n    target: x\n', 'key of workloads/chat: mo|'],
    ['an empty value', head + '    model: <|>\n    target: a\n', 'value of workloads/chat/model: |'],
    ['right after a colon', head + '    model:<|>\n    target: a\n', 'value of workloads/chat/model: |'],
    ['a value between spaces', head + '    model:   <|>   \n', 'value of workloads/chat/model: |'],
    ['a value before a comment', head + '    model: <|> # c\n', 'value of workloads/chat/model: |'],
    ['the middle of a value', head + '    model: lla<|>ma\n', 'value of workloads/chat/model: lla|ma'],
    ['a value with a colon in it', head + '    storage: s3://<|>\n', 'value of workloads/chat/storage: s3://|'],
    ['a value in double quotes', head + '    model: "ll<|>ama"\n', 'value of workloads/chat/model: ll|ama'],
    ['a value in single quotes', head + "    model: 'll<|>'\n", 'value of workloads/chat/model: ll|'],
    [
      'a quote that is not closed yet',
      head + '    model: "ll<|>\n    target: x\n',
      'value of workloads/chat/model: ll|',
    ],
    [
      'the first child of a key',
      head + '    target:\n      <|>\n    model: x\n',
      'value or first key of workloads/chat/target: |',
    ],
    [
      'a half-typed first child',
      head + '    target:\n      pro<|>\n    model: x\n',
      'value or first key of workloads/chat/target: pro|',
    ],
    ['above the first child', head + '    target:\n      <|>\n      count: 1\n', 'key of workloads/chat/target: |'],
    ['a blank line among keys', head + '    <|>\n    model: x\n', 'key of workloads/chat: |'],
    ['a blank line in the column of the workloads', head + '  <|>\n', 'key of workloads: |'],
    ['a blank line between workloads', head + '\n  <|>\n\n  b:\n    phase: x\n', 'key of workloads: |'],
    ['a blank line in column 0', head + '<|>\nrules: {}\n', 'key of top: |'],
    [
      'a blank line after a deeper block, in its column',
      head + '    target:\n      a: 1\n\n      <|>\n\n    model: x\n',
      'key of workloads/chat/target: |',
    ],
    ['a blank line below a scalar, too deep', head + '      <|>\n', 'nothing'],
    ['an empty text', '<|>', 'key of top: |'],
    ['a text of one word', 'ver<|>', 'key of top: ver|'],
    ['a text of one word after a byte order mark', '\ufeffver<|>', 'key of top: ver|'],
    ['the first workload', 'workloads:\n  <|>\n', 'value or first key of workloads: |'],
    ['a workload above others', 'workloads:\n  ch<|>\n  b:\n    x: 1\n', 'key of workloads: ch|'],
    ['an empty item', head + '    expect:\n      - <|>\n', 'item or first key of workloads/chat/expect/0: |'],
    ['a dash without its space', head + '    expect:\n      -<|>\n', 'item or first key of workloads/chat/expect/0: |'],
    [
      'a half-typed item',
      head + '    expect:\n    - a\n    - fi<|>\n',
      'item or first key of workloads/chat/expect/1: fi|',
    ],
    [
      'a further key of an item',
      head + '    alternatives:\n      - provider: aws\n        <|>\n',
      'key of workloads/chat/alternatives/0: |',
    ],
    [
      'the first key of an item',
      head + '    alternatives:\n      - pro<|>: aws\n        count: 1\n',
      'key of workloads/chat/alternatives/0: pro|',
    ],
    ['an empty flow mapping', head + '    target: {<|>}\n', 'key of workloads/chat/target: |'],
    ['a further key in flow', head + '    target: { provider: aws, <|> }\n', 'key of workloads/chat/target: |'],
    ['a half-typed key in flow', head + '    target: { re<|>, count: 1 }\n', 'key of workloads/chat/target: re|'],
    [
      'a value in flow',
      head + '    target: { provider: <|>, count: 1 }\n',
      'value of workloads/chat/target/provider: |',
    ],
    [
      'a mapping in a mapping in flow',
      head + '    serving: { latency: { <|> }, x: 1 }\n',
      'key of workloads/chat/serving/latency: |',
    ],
    [
      'a flow mapping that is not closed',
      head + '    target: { provider: aws, <|>\n  b:\n    phase: x\n',
      'key of workloads/chat/target: |',
    ],
    [
      'a flow mapping over several lines',
      head + '    target: {\n      provider: aws,\n      re<|>\n    }\n',
      'key of workloads/chat/target: re|',
    ],
    ['an empty list in flow', head + '    regions: [<|>]\n', 'item of workloads/chat/regions/0: |'],
    ['a further item in flow', head + '    regions: [a, u<|>]\n', 'item of workloads/chat/regions/1: u|'],
    ['below a quote that is not closed', head + '    model: "abc\n    tar<|>\n', 'key of workloads/chat: tar|'],
    [
      'a value below a quote that is not closed',
      head + '    model: "abc\n    target: <|>\n',
      'value of workloads/chat/target: |',
    ],
    ['below a bracket that is not closed', head + '    model: { a: 1\n    tar<|>\n', 'key of workloads/chat: tar|'],
    ['below a half-typed key', head + '    mod\n    tar<|>\n', 'key of workloads/chat: tar|'],
    ['a comment', head + '    # foo <|>\n', 'nothing'],
    ['a comment behind a value', head + '    model: x # fo<|>o\n', 'nothing'],
    ['a block scalar', head + '    description: |\n      hello <|>\n', 'nothing'],
    ['a blank line of a block scalar', head + '    description: |\n      hello\n      <|>\n    model: x\n', 'nothing'],
    ['an alias', head + '    target: *x<|>\n', 'value of workloads/chat/target: *x|'],
    ['an alias without a name', head + '    target: *<|>\n', 'value of workloads/chat/target: *|'],
    ['a key in defaults', 'defaults:\n  a: 1\n  fra<|>\n', 'key of defaults: fra|'],
    ['a value in defaults at the end of the text', 'defaults:\n  framework: <|>', 'value of defaults/framework: |'],
    ['the end of a text without a last line break', head + '    mod<|>', 'key of workloads/chat: mod|'],
    [
      'a text that is parsed as a whole',
      '%YAML 1.2\n---\nworkloads:\n  a:\n    x: 1\n    pha<|>\n',
      'key of workloads/a: pha|',
    ],
  ] as const) {
    it(`finds the ${expected === 'nothing' ? 'absence of anything to write' : expected.replace(/:.*/, '')} at ${what}`, () => {
      assert.equal(shown(marks), expected);
    });
    it(`finds the same at ${what}, with Windows line ends`, () => {
      assert.equal(shown(marks.replaceAll('\n', '\r\n')), expected);
    });
  }

  it('names the other keys of the mapping, wherever their parts stand', () => {
    assert.deepEqual(cursor(head + '    mo<|>\n    target: x\n')!.present, ['phase', 'target']);
    assert.deepEqual(cursor(head + '    target: { a: 1, <|>, b: 2 }\n')!.present, ['a', 'b']);
    assert.deepEqual(cursor(head + '  <|>\n  b: 1\n')!.present, ['chat', 'b']);
    assert.deepEqual(new Set(cursor(head + '<|>\nrules: {}\n')!.present), new Set(['version', 'workloads', 'rules']));
    assert.deepEqual(cursor(head + '    model: <|>\n')!.present, []);
  });

  it('tells columns, flow, colons, quotes and the space that is missing', () => {
    const pick = (marks: string): unknown => {
      const { indent, inFlow, hasColon, quote, needsSpace } = cursor(marks)!;
      return [indent, inFlow, hasColon, quote, needsSpace];
    };
    assert.deepEqual(pick(head + '    mo<|>\n'), [4, false, false, undefined, false]);
    assert.deepEqual(pick(head + '    mo<|>del : x\n'), [4, false, true, undefined, false]);
    assert.deepEqual(pick(head + '    model:<|>\n'), [4, false, false, undefined, true]);
    assert.deepEqual(pick(head + '    model: "<|>"\n'), [4, false, false, '"', false]);
    assert.deepEqual(pick(head + '    l:\n      -<|>\n'), [6, false, false, undefined, true]);
    assert.equal(cursor(head + '    t: { a: 1, <|> }\n')!.inFlow, true);
    assert.deepEqual(pick('\ufeff<|>'), [0, false, false, undefined, false]);
  });
});
