import assert from 'node:assert/strict';
import { foldingRanges } from '../../../server/src/features/folding.ts';

describe('folding', () => {
  it('folds blocks to their last line of content, and runs of comments', () => {
    const text = `# one
# two
version: 1
workloads:
  a:
    phase: training

  b:
    phase: inference
# end
`;
    assert.deepEqual(foldingRanges(text), [
      { startLine: 0, endLine: 1, kind: 'comment' },
      { startLine: 3, endLine: 8 },
      { startLine: 4, endLine: 5 },
      { startLine: 7, endLine: 8 },
    ]);
  });

  it('folds nothing where nothing is nested', () => {
    for (const text of ['', '\n\n', 'version: 1\nname: x\n', '# one\n']) assert.deepEqual(foldingRanges(text), []);
  });
});
