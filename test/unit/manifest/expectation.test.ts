import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseExpectation, tokensOf } from '../../../server/src/manifest/expectation.ts';
import { withRange } from '../../helpers/marks.ts';

/** What is wrong, with the place marked in the text. */
function problem(text: string): readonly [string, string] {
  const parsed = parseExpectation(text);
  assert.ok(!parsed.ok, text);
  const { span, message, code } = parsed.problem;
  return [withRange(text, span), `${code} ${message}`];
}

describe('an expectation', () => {
  it('reads comparisons in the unit of their path', () => {
    const value = (text: string) => {
      const parsed = parseExpectation(text);
      assert.ok(parsed.ok && parsed.expectation.kind === 'number', text);
      const { path, worst, comparison, value: number } = parsed.expectation;
      return [path, worst, comparison, number];
    };
    assert.deepEqual(value('cost.total < $40k'), ['cost.total', false, '<', 40_000]);
    assert.deepEqual(value('cost.monthly<=40k USD'), ['cost.monthly', false, '<=', 40_000]);
    assert.deepEqual(value('worst( duration ) < 1h30m'), ['duration', true, '<', 5400]);
    assert.deepEqual(value('memory.share < 90%'), ['memory.share', false, '<', 0.9]);
    assert.deepEqual(value('  replicas == 4 '), ['replicas', false, '==', 4]);
    assert.deepEqual(value('carbon.total < 2t'), ['carbon.total', false, '<', 2000]);
  });

  it('reads names, with or without brackets', () => {
    for (const text of ['region in [eu, us-east-1]', 'region in eu, us-east-1', 'region in [eu,us-east-1]']) {
      const parsed = parseExpectation(text);
      assert.ok(parsed.ok && parsed.expectation.kind === 'name');
      assert.deepEqual(
        parsed.expectation.names.map(({ value, span }) => [value, text.slice(span.start, span.end)]),
        [
          ['eu', 'eu'],
          ['us-east-1', 'us-east-1'],
        ],
      );
    }
  });

  it('reads what must not be reported', () => {
    for (const text of ['fits', 'no errors', 'no warnings', 'no AI501', 'no spot-without-checkpointing'])
      assert.ok(parseExpectation(text).ok, text);
  });

  it('says what is wrong at the very word', () => {
    assert.deepEqual(problem('cost.montly < 5'), [
      '<|cost.montly|> < 5',
      'AI102 `cost.montly` is nothing that can be expected; did you mean `cost.monthly`?',
    ]);
    for (const [text, marked] of [
      ['worst', '<|worst|>'],
      ['worst < 3', '<|worst|> < 3'],
    ] as const)
      assert.deepEqual(problem(text), [
        marked,
        'AI102 `worst` takes a quantity in brackets, such as `worst(cost.total)`',
      ]);
    assert.deepEqual(problem('worst(worst(duration)) < 3d'), [
      'worst(<|worst|>(duration)) < 3d',
      'AI102 `worst(…)` takes a quantity, such as `worst(cost.total)`, and `worst` is none',
    ]);
    assert.deepEqual(problem('worst(durtion) < 3d'), [
      'worst(<|durtion|>) < 3d',
      'AI102 `durtion` is nothing that can be expected; did you mean `duration`?',
    ]);
    assert.deepEqual(
      problem('cost.total < 80GiB'),
      ['cost.total < <|80GiB|>', 'AI105 `80GiB` is a size; `cost.total` wants an amount of money such as `40k`.'].map(
        (text) => text.replace(/\.$/, ''),
      ),
    );
    assert.deepEqual(problem('duration = 3d'), ['duration <|=|> 3d', 'AI102 `=` is no comparison; write `==`']);
    assert.equal(problem('duration <')[0], 'duration <|<|>');
    assert.equal(problem('duration')[0], '<|duration|>');
    assert.equal(problem('region < eu')[0], 'region <|<|> eu');
    assert.equal(problem('region in [eu')[0], 'region in <|[|>eu');
    assert.equal(problem('region in []')[0], 'region <|in|> []');
    assert.equal(problem('worst(region) == eu')[0], 'worst(<|region|>) == eu');
    assert.equal(problem('worst(duration < 3d')[0], 'worst(duration <|<|> 3d');
    assert.equal(problem('fits fits')[0], 'fits <|fits|>');
    assert.equal(problem('no')[0], '<|no|>');
    assert.equal(problem('')[0], '<||>');
    assert.equal(problem('memory.share < 80')[0], 'memory.share < <|80|>');
  });

  it('puts a mistyped word right', () => {
    const parsed = parseExpectation('worst(cost.totl) < 5');
    assert.deepEqual(!parsed.ok && parsed.problem.repair?.to, 'worst(cost.total) < 5');
  });

  it('never throws, and points into the text', () => {
    const word = fc.constantFrom(
      'worst',
      '(',
      ')',
      'cost.total',
      'duration',
      '<',
      '==',
      '5',
      '3d',
      'in',
      '[',
      ']',
      ',',
      'eu',
      'no',
      'fits',
      'region',
      ' ',
      'x',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word, { maxLength: 8 }).map((words) => words.join(' ')),
        ),
        (text) => {
          const parsed = parseExpectation(text);
          if (parsed.ok) return;
          const { start, end } = parsed.problem.span;
          assert.ok(start >= 0 && start <= end && end <= text.length);
          assert.ok(tokensOf(text).every((token) => text.slice(token.start, token.end) === token.text));
        },
      ),
    );
  });
});
