/** Random manifests as text, for properties: regular ones, in many styles. */
import * as fc from 'fast-check';
import type { PlainValue } from '../../server/src/manifest/source.ts';

const word = fc.constantFrom('a', 'b', 'name', 'target', 'count', 'x1', 'deep-key', 'k.v', 'über', '7', 'on');

const scalar: fc.Arbitrary<PlainValue> = fc.oneof(
  fc.integer({ min: -5, max: 5000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(
    'aws',
    '10m',
    's3://team/ckpt',
    '80%',
    'it is: so',
    '# no',
    'true',
    '12',
    "it's",
    '"q"',
    '',
    ' pad ',
    'a, b',
    '{x}',
    '- i',
    '*a',
    '<<',
    'two\nlines',
    'ü\u2028',
    '-x',
    '...',
    '.5',
    'null',
    '=',
    '\\',
  ),
  fc.string({ maxLength: 6 }),
);

/** Plain values, at most three levels deep. */
export const plainValue: fc.Arbitrary<PlainValue> = fc.letrec<{ value: PlainValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(word, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** A mapping with at least one key. */
export const plainMap: fc.Arbitrary<{ [key: string]: PlainValue }> = fc.dictionary(word, plainValue, {
  minKeys: 1,
  maxKeys: 4,
  noNullPrototype: true,
});
