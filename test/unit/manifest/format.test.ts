import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { applyTextEdits } from '../../../server/src/manifest/edit.ts';
import { formatEdits } from '../../../server/src/manifest/format.ts';
import { plainMap } from '../../helpers/manifests.ts';
import { writeManifest } from '../../helpers/write-yaml.ts';

const format = (text: string): string => applyTextEdits(text, formatEdits(text));

describe('formatting', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['sets blocks in by two', 'a:\n      b: 1\n      c:\n        d: 2\n', 'a:\n  b: 1\n  c:\n    d: 2\n'],
    ['sets sequences in under their key', 'a:\n- 1\n-   b: 2\n    c: 3\n', 'a:\n  - 1\n  - b: 2\n    c: 3\n'],
    ['evens out gaps', 'a:    1\nb:   {c:  1,d: [ 1,2 ] ,e: {  }}\n', 'a: 1\nb: { c: 1, d: [1, 2], e: {} }\n'],
    ['keeps flow maps that stand on several lines', 'a: {\n    b: 1,\n    c: 2 }\n', 'a: {\n    b: 1,\n    c: 2 }\n'],
    [
      'moves comments with what they stand by',
      'a:\n    # of b\n    b: 1\n    # of a\nc: 2\n',
      'a:\n  # of b\n  b: 1\n  # of a\nc: 2\n',
    ],
    ['keeps comments lined up', 'a: 1    # one\nbb: 2   # two\n', 'a: 1    # one\nbb: 2   # two\n'],
    [
      'moves block scalars whole',
      'a:\n    b: |\n        x\n          y  \n    c: 1\n',
      'a:\n  b: |\n      x\n        y  \n  c: 1\n',
    ],
    [
      'moves long texts whole',
      'a:\n    b: one\n      two\n    c: "x\n      y"\n',
      'a:\n  b: one\n    two\n  c: "x\n    y"\n',
    ],
    ['takes blanks off the ends of lines', 'a: 1   \n   \nb: 2\t\n', 'a: 1\n\nb: 2\n'],
    ['takes blanks off the ends of comments', '# c   \na: 1 # one \t\n# b  ', '# c\na: 1 # one\n# b\n'],
    ['takes blanks off a comment before a line end of Windows', '# c  \r\na: 1\r\n', '# c\r\na: 1\r\n'],
    ['keeps one empty line of many', '\n\na: 1\n\n\n\nb: 2\n\n\n', 'a: 1\n\nb: 2\n'],
    ['ends with a line end', 'a: 1', 'a: 1\n'],
    ['keeps the line ends of Windows', 'a:\r\n    b:   1\r\n\r\n\r\n\r\n    c: 2', 'a:\r\n  b: 1\r\n\r\n  c: 2\r\n'],
    [
      'keeps anchors, aliases and merges',
      'a: &x\n    b: 1\nc:\n    <<:   *x\n    *x : 2\n',
      'a: &x\n  b: 1\nc:\n  <<: *x\n  *x : 2\n',
    ],
    ['keeps quotes', `a:   'x'\nb:   "y: z"\n`, `a: 'x'\nb: "y: z"\n`],
    ['leaves a text with an error alone', 'a: {b: 1\n    c:   2\n', 'a: {b: 1\n    c:   2\n'],
    ['formats around an alias whose anchor is yet to be written', 'a:   *x\n', 'a: *x\n'],
    ['has nothing to do in an empty text', '', ''],
    ['leaves a text of comments alone', '# a\n\n# b\n', '# a\n\n# b\n'],
  ];
  for (const [title, before, after] of cases) {
    it(title, () => {
      assert.equal(format(before), after);
    });
  }

  it('changes nothing in the examples: they are written as it writes', () => {
    for (const name of readdirSync('examples').filter((file) => file.endsWith('.yaml'))) {
      const text = readFileSync(`examples/${name}`, 'utf8');
      assert.equal(format(text), text, name);
    }
  });

  it('formats no more than the lines it is asked for', () => {
    const text = 'a:   1\nb:   2\nc:   3\n';
    assert.equal(applyTextEdits(text, formatEdits(text, { start: 7, end: 13 })), 'a:   1\nb: 2\nc:   3\n');
  });

  it('keeps values and comments, and has nothing left to do, whatever is written', () => {
    const texts = fc
      .tuple(
        plainMap,
        plainMap,
        fc.array(fc.nat({ max: 999 }), { minLength: 20, maxLength: 60 }),
        fc.constantFrom('\n', '\r\n'),
      )
      .map(([head, workloads, choices, lineEnd]) => {
        let at = 0;
        return writeManifest(head, workloads, (bound) => choices[at++ % choices.length]! % bound, lineEnd);
      });
    fc.assert(
      fc.property(texts, (text) => {
        const result = format(text);
        assert.deepEqual(valuesOf(result), valuesOf(text));
        assert.equal(format(result), result);
      }),
      { numRuns: 400 },
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-c:\-?&*#{}[\]|>"' \n\t,]{0,60}$/), (text) => {
        const result = format(text);
        assert.deepEqual(valuesOf(result), valuesOf(text));
      }),
      { numRuns: 2000 },
    );
  });
});

function valuesOf(text: string): unknown {
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'silent' });
  return Array.from(documents, (document) => {
    try {
      // As maps: of a key that is a collection an object keeps the layout.
      return document.errors.length > 0 ? 'broken' : document.toJS({ mapAsMap: true });
    } catch {
      return 'broken';
    }
  });
}
