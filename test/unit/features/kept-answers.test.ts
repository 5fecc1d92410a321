/** What was proven for a version of the text is not proven again at the next move of the cursor. */
import assert from 'node:assert/strict';
import { adviseSome, analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { keptAnswers } from '../../../server/src/features/kept-answers.ts';

const TEXT = `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 10B }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
  other:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 10B }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`;

describe('kept answers', () => {
  const analysis = analyse({ text: TEXT, catalog: embeddedCatalog(), today: '2026-11-01', mostAdvice: 0 });

  it('are made once for a key, also where the answer is that there is none', () => {
    const answers = keptAnswers<string, number | undefined>();
    let made = 0;
    const ask = (key: string, answer: number | undefined) =>
      answers.of(analysis, key, () => {
        made += 1;
        return answer;
      });
    assert.deepEqual([ask('a', 1), ask('a', 2), ask('b', undefined), ask('b', 3)], [1, 1, undefined, undefined]);
    assert.equal(made, 2);
  });

  it('stand while advice is searched for, and fall with the text', () => {
    const answers = keptAnswers<string, string>();
    answers.of(analysis, 'a', () => 'kept');
    const searching = adviseSome(analysis, 1);
    assert.equal(searching.adviceMissing, 1);
    assert.equal(
      answers.of(searching, 'a', () => 'made again'),
      'kept',
    );
    const { catalog, today } = analysis;
    const next = analyse({ text: `${TEXT}# more\n`, catalog, today, previous: analysis, mostAdvice: 0 });
    assert.equal(
      answers.of(next, 'a', () => 'made again'),
      'made again',
    );
  });
});
