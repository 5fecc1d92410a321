import assert from 'node:assert/strict';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import type { ManifestSource, SyntaxProblem } from '../../../server/src/manifest/source.ts';
import { marked, markedLine } from '../../helpers/marks.ts';

const values = (source: ManifestSource): unknown => ({
  ...source.head,
  ...(source.hasWorkloads && { workloads: Object.fromEntries(source.workloads.map(({ name, raw }) => [name, raw])) }),
});

/** Each problem as its marked line. */
const underlined = (source: ManifestSource): string[] =>
  source.problems.map(({ span }) => markedLine(source.text, span));

const only = (source: ManifestSource): SyntaxProblem => {
  assert.equal(source.problems.length, 1, JSON.stringify(source.problems));
  return source.problems[0]!;
};

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('');

describe('parseManifest', () => {
  it('reads the top level and the workloads in the order of the text', () => {
    const source = parseManifest(
      lines(
        'version: 1',
        'name: plan',
        'workloads:',
        '  9:',
        '    phase: training',
        '  1: { a: [x, 2, true, null, 1.5] }',
        'rules: { AI301: info }',
      ),
    );
    assert.deepEqual(source.head, { version: 1, name: 'plan', rules: { AI301: 'info' } });
    assert.deepEqual(
      source.workloads.map(({ name, raw }) => [name, raw]),
      [
        ['9', { phase: 'training' }],
        ['1', { a: ['x', 2, true, null, 1.5] }],
      ],
    );
    assert.deepEqual(source.problems, []);
  });

  it('reads YAML 1.2: `yes` and `on` are texts, `0o17` and `1e3` numbers', () => {
    assert.deepEqual(parseManifest('a: yes\nb: on\nc: 0o17\nd: 1e3\non: 012\n').head, {
      a: 'yes',
      b: 'on',
      c: 15,
      d: 1000,
      on: 12,
    });
  });

  for (const [what, text] of [
    ['an empty text', ''],
    ['blank lines', '\n\n  \n'],
    ['comments', '# a\n# b\n'],
    ['only a document marker', '---\n'],
  ] as const)
    it(`reads ${what} as an empty manifest without a problem`, () => {
      const source = parseManifest(text);
      assert.deepEqual([source.head, source.workloads, source.hasWorkloads, source.problems], [{}, [], false, []]);
    });

  it('tells an absent, empty or odd `workloads` from a mapping', () => {
    const has = (text: string): boolean => parseManifest(text).hasWorkloads;
    assert.deepEqual(['a: 1', 'workloads:', 'workloads: 3', 'workloads: [a]', 'workloads:\n- a: 1'].map(has), [
      false,
      false,
      false,
      false,
      false,
    ]);
    assert.deepEqual(['workloads: {}', 'workloads:\n  a:', 'workloads: { a: 1 }'].map(has), [true, true, true]);
  });

  for (const text of ['- a\n- b\n', 'hello world', '"text"', '[1, 2]', '42 things', '|\n  text'])
    it(`asks for a mapping where the text is ${JSON.stringify(text)}`, () => {
      const source = parseManifest(text);
      assert.match(only(source).message, /A manifest is a mapping/);
      assert.deepEqual(source.head, {});
    });

  it('reads Windows line ends and a byte order mark', () => {
    const source = parseManifest('\ufeffversion: 1\r\nworkloads:\r\n  a:\r\n    text: |\r\n      x\r\n      y\r\n');
    assert.deepEqual(values(source), { version: 1, workloads: { a: { text: 'x\ny\n' } } });
    assert.equal(source.lineEnd, '\r\n');
    assert.deepEqual(source.locate(['version'], 'key'), { start: 1, end: 8 });
    assert.deepEqual(source.problems, []);
  });

  it('finds comments, but no `#` in texts', () => {
    const source = parseManifest(
      lines(
        '# top',
        'a: "x # no"  # yes',
        'b: |',
        '  # text',
        '  # text',
        'workloads:',
        '  # on its own',
        '  w: {',
        '    a: 1, # in flow',
        '  }',
        '# end',
      ),
    );
    assert.deepEqual(
      source.comments.map(({ text, span, ownLine }) => [
        text,
        source.text.slice(span.start, span.end) === `#${text}`,
        ownLine,
      ]),
      [
        [' top', true, true],
        [' yes', true, false],
        [' on its own', true, true],
        [' in flow', true, false],
        [' end', true, true],
      ],
    );
  });

  it('finds comments around a half-typed word', () => {
    const source = parseManifest('# a\nver # b\nworkloads:\n  # c\n  chat # d\n  x: 1 # e\n');
    assert.deepEqual(
      source.comments.map(({ text }) => text.trim()),
      ['a', 'b', 'c', 'd', 'e'],
    );
  });

  describe('one broken workload hides no other', () => {
    const around = (...broken: string[]): ManifestSource =>
      parseManifest(
        lines('version: 1', 'workloads:', '  before:', '    a: 1', ...broken, '  after:', '    b: 2', 'rules: {}'),
      );

    for (const [what, broken, message] of [
      ['an unterminated double quote', ['  bad:', '    x: <|"never closed|>'], /starts with `"` and is never closed/],
      ['an unterminated single quote', ["  bad: <|'never closed|>"], /starts with `'` and is never closed/],
      ['an open mapping', ['  bad: <|{|> a: 1'], /This mapping starts with `{` and is never closed: add `}`/],
      ['an open list', ['  bad:', '    x: <|[|>1, 2'], /This list starts with `\[`/],
      ['a word without a colon', ['  <|bad|>'], /`bad` has no `:`: write `bad: value`/],
      ['a tab', ['  bad:', '<|\t|>x: 1'], /A tab indents this line/],
      ['a reserved character', ['  bad: <|@value|>'], /reserves: put the text in quotes/],
      ['two keys on a line', ['  bad: <|a: 1|>'], /A second `key:` on one line/],
      ['a second key without a colon', ['  bad:', '    a: 1', '    <|half|>'], /`half` has no `:`/],
      ['a stray bracket', ['  bad: { a: 1 }<|}|>'], /`}` closes nothing/],
    ] as const)
      it(`when it has ${what}`, () => {
        const { text, ranges } = marked(lines(...broken));
        const source = around(...text.split('\n').slice(0, -1));
        const raw = new Map(source.workloads.map((each) => [each.name, each.raw]));
        assert.deepEqual(
          [raw.get('before'), raw.get('after'), source.head],
          [{ a: 1 }, { b: 2 }, { version: 1, rules: {} }],
        );
        const problem = source.problems[0]!;
        assert.match(problem.message, message);
        const base = source.text.indexOf(text);
        const [range] = ranges;
        assert.ok(
          problem.span.start >= range!.start + base - 1 && problem.span.start <= range!.end + base,
          underlined(source)[0],
        );
        assert.ok(problem.span.end > problem.span.start);
      });

    it('when it is indented otherwise than its siblings', () => {
      const source = parseManifest(lines('workloads:', '   a:', '     x: 1', '  b:', '    y: 2', '  c:', '    z: 3'));
      assert.deepEqual(values(source), { workloads: { a: { x: 1 }, b: { y: 2 }, c: { z: 3 } } });
      assert.equal(
        only(source).message,
        '`b` is indented by 2 and the workload above by 3: give all workloads the same indentation.',
      );
    });

    it('at the top level as well', () => {
      const source = parseManifest(lines('name: "plan', 'owner', 'version: 1', 'workloads:', '  a: { b: 1 }'));
      assert.equal(source.head['version'], 1);
      assert.deepEqual(
        source.workloads.map(({ raw }) => raw),
        [{ b: 1 }],
      );
      assert.deepEqual(underlined(source), ['name: <|"plan|>', '<|owner|>']);
    });

    it('when anchors and aliases tie them together', () => {
      const source = parseManifest(lines('x: &x { a: 1 }', 'workloads:', '  one: { <<: *x }', '  bad: "', '  two: *x'));
      assert.deepEqual(
        source.workloads.map(({ name, raw }) => [name, raw]),
        [
          ['one', { a: 1 }],
          ['bad', ''],
          ['two', { a: 1 }],
        ],
      );
      assert.equal(source.problems.length, 1);
    });
  });

  describe('keys that stand twice', () => {
    const twice = (text: string): [string, string, readonly (string | number)[] | undefined] => {
      const source = parseManifest(text);
      const problem = only(source);
      assert.equal(problem.code, 'AI103');
      assert.ok(problem.related && problem.related.start < problem.span.start);
      return [markedLine(text, problem.related), markedLine(text, problem.span), problem.path];
    };

    it('are reported at the top, between workloads, in blocks, in flow and below lists, with both places', () => {
      assert.deepEqual(twice('a: 1\nb: 2\n"a": 3\n'), ['<|a|>: 1', '<|"a"|>: 3', ['a']]);
      assert.deepEqual(twice('workloads:\n  a: 1\n  b: 1\n  a: 2\n'), ['<|a|>: 1', '<|a|>: 2', ['workloads', 'a']]);
      assert.deepEqual(twice('workloads:\n  a:\n    t:\n      x: 1\n      x: 2\n'), [
        '<|x|>: 1',
        '<|x|>: 2',
        ['workloads', 'a', 't', 'x'],
      ]);
      assert.deepEqual(twice('workloads:\n  a: { l: [{ x: 1, x: 2 }] }\n').slice(2), [['workloads', 'a', 'l', 0, 'x']]);
      assert.deepEqual(twice('workloads: { a: 1, a: 2 }\n').slice(2), [['workloads', 'a']]);
      assert.deepEqual(twice('workloads:\n  a: 1\nworkloads:\n  b: 1\n').slice(2), [['workloads']]);
    });

    it('count once, with the first value', () => {
      assert.deepEqual(values(parseManifest('a: 1\na: 2\nworkloads:\n  w: { x: 1, x: 2 }\n  w: 3\n')), {
        a: 1,
        workloads: { w: { x: 1 } },
      });
    });
  });

  describe('anchors, aliases and merge keys', () => {
    it('work across workloads; own keys win over merged ones, earlier mappings over later', () => {
      const source = parseManifest(
        lines(
          'x: &x { a: 1, m: { q: 1 } }',
          'workloads:',
          '  one: &one { <<: *x, a: 2 }',
          '  two: *one',
          '  three: { <<: [{ b: 1 }, *one], c: 3 }',
          '  four:',
          '    a: 0',
          '    <<: *x',
        ),
      );
      assert.deepEqual(values(source), {
        x: { a: 1, m: { q: 1 } },
        workloads: {
          one: { a: 2, m: { q: 1 } },
          two: { a: 2, m: { q: 1 } },
          three: { b: 1, a: 2, m: { q: 1 }, c: 3 },
          four: { a: 0, m: { q: 1 } },
        },
      });
      assert.deepEqual(source.problems, []);
    });

    it('merge whole workloads and top levels', () => {
      const source = parseManifest(lines('base: &b { w: { a: 1 } }', 'workloads:', '  <<: *b', '  v: { c: 1 }'));
      assert.deepEqual(
        source.workloads.map(({ name, raw }) => [name, raw]),
        [
          ['v', { c: 1 }],
          ['w', { a: 1 }],
        ],
      );
    });

    it('refer to the last anchor of a name before them', () => {
      assert.deepEqual(parseManifest('a: &x 1\nb: *x\nc: &x 2\nd: *x\n').head, { a: 1, b: 1, c: 2, d: 2 });
    });

    for (const [text, message] of [
      ['a: <|*x|>\n', /`\*x` refers to no anchor above it/],
      ['a: <|*|>\n', /`\*` needs the name of an anchor/],
      ['a: &x [<|*x|>]\n', /inside the value it refers to/],
      ['a: &x { b: { <<: <|*x|> } }\n', /inside the value it refers to/],
      ['a: &x 3\nb: { <<: <|*x|> }\n', /`<<` merges mappings/],
      ['a: &x { k: 1 }\nb: { <<: [*x, <|*nope|>] }\n', /`\*nope` refers to no anchor above it/],
      ['a: &x { k: 1 }\nb: { <<: <|[*x, null]|> }\n', /`<<` merges mappings/],
    ] as const)
      it(`say what is wrong with ${JSON.stringify(marked(text).text)}`, () => {
        const { text: bare, ranges } = marked(text);
        const source = parseManifest(bare);
        assert.match(only(source).message, message);
        assert.deepEqual(only(source).span, ranges[0]);
      });

    it('do not multiply without end', () => {
      let text = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n';
      for (let level = 1; level < 20; level++)
        text += `a${level}: &a${level} [${Array<string>(9)
          .fill(`*a${level - 1}`)
          .join(', ')}]\n`;
      const source = parseManifest(text);
      assert.match(source.problems[0]!.message, /stand for more than 100,000 values/);
      assert.ok(JSON.stringify(source.head).length < 5_000_000);
    });
  });

  it('reads the first of several documents and says where the second starts', () => {
    for (const text of ['a: 1\n---\nb: 2\n---\nc: 3\n', '---\na: 1\n---\nb: 2\n', 'a: 1\n...\n---\nb: 2\n']) {
      const source = parseManifest(text);
      assert.deepEqual(source.head, { a: 1 });
      assert.match(only(source).message, /A second document starts here and is not analysed/);
      assert.equal(text.slice(source.problems[0]!.span.start).slice(0, 3), '---');
    }
  });

  it('takes `__proto__` and `constructor` for keys like any other', () => {
    const source = parseManifest(
      '__proto__: { polluted: 1 }\nworkloads:\n  __proto__: { constructor: { __proto__: 1 } }\n',
    );
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    assert.deepEqual(Object.keys(source.head), ['__proto__']);
    assert.equal(Object.getPrototypeOf(source.head), Object.prototype);
    assert.equal(source.workloads[0]!.name, '__proto__');
    assert.deepEqual(source.locate(['workloads', '__proto__'], 'key'), { start: 40, end: 49 });
  });

  it('blanks characters that nobody sees, and reports the first', () => {
    const source = parseManifest('a: x\u0000y\nb: \ufeffz\n');
    assert.deepEqual(source.head, { a: 'x y', b: 'z' });
    assert.equal(only(source).message, 'The invisible character U+0000 stands here: remove it.');
  });

  describe('hostile texts', () => {
    for (const [what, text, message] of [
      ['ten thousand open lists', '['.repeat(10_000), /More than 100 levels of nesting/],
      ['ten thousand open mappings', '{a: '.repeat(10_000), /More than 100 levels/],
      ['ten thousand dashes', '- '.repeat(10_000), /More than 100 levels/],
      [
        'five million characters',
        'a: "' + 'x'.repeat(5_000_000) + '"',
        /more than 2,000,000 characters and is not analysed/,
      ],
      ['a list of a million', `a: [${'1,'.repeat(990_000)}]`, /more than 250,000 lines and entries/],
      ['a million commas', '[' + ','.repeat(1_000_000), /more than 250,000 lines and entries/],
      ['fifty thousand closing brackets', 'a: 1\nb: [' + ']'.repeat(50_000), /closes nothing/],
      ['ten thousand half-typed workloads', 'workloads:\n' + '  a\n'.repeat(10_000), /`a` has no `:`/],
    ] as const)
      it(`end in a clear problem: ${what}`, () => {
        assert.match(parseManifest(text).problems[0]!.message, message);
      });

    it('end in a value where they are merely large: a mapping of 10,000 keys in flow', () => {
      const text = `a: {${Array.from({ length: 10_000 }, (_, index) => `k${index}: ${index}`).join(', ')}}`;
      const source = parseManifest(text);
      assert.deepEqual(source.problems, []);
      assert.equal(Object.keys(source.head['a'] as object).length, 10_000);
    });
  });

  describe('after a change', () => {
    const text = lines('version: 1', 'workloads:', '  a:', '    x: 1', '  b:', '    x: &x 2', '  c:', '    x: *x');
    const keys = (source: ManifestSource): Record<string, string> =>
      Object.fromEntries(source.workloads.map(({ name, cacheKey }) => [name, cacheKey]));

    it('gives back the same source for the same text', () => {
      const source = parseManifest(text);
      assert.equal(parseManifest(text, source), source);
    });

    it('changes the keys of the workloads that changed, and of those that refer to them', () => {
      const before = parseManifest(text);
      const after = parseManifest(text.replace('&x 2', '&x 3'), before);
      assert.equal(keys(after)['a'], keys(before)['a']);
      assert.notEqual(keys(after)['b'], keys(before)['b']);
      assert.notEqual(keys(after)['c'], keys(before)['c']);
      assert.equal(after.headKey, before.headKey);
    });

    it('keeps the very values of what only moved', () => {
      const before = parseManifest(text);
      const after = parseManifest(`# moved\n${text}`, before);
      assert.equal(after.workloads[0]!.raw, before.workloads[0]!.raw);
      assert.deepEqual(
        after.locate(['workloads', 'a', 'x'], 'key')!.start,
        before.locate(['workloads', 'a', 'x'], 'key')!.start + 8,
      );
    });

    it('changes the key of the head with the head only', () => {
      const before = parseManifest(text);
      assert.notEqual(parseManifest(text.replace('version: 1', 'version: 2'), before).headKey, before.headKey);
    });
  });
});
