import assert from 'node:assert/strict';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { switchEdits } from '../../../server/src/features/alternatives.ts';
import { tradeoff } from '../../../server/src/features/tradeoff.ts';
import { applyTextEdits } from '../../../server/src/manifest/edit.ts';
import { targetKey } from '../../../server/src/planner/target-key.ts';

const RUN = `version: 1
workloads:
  tune:
    phase: fine-tuning
    model: llama-3.1-8b
    training: { tokens: 2B }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`;

const analysisOf = (text: string) => analyse({ text, catalog: embeddedCatalog(), today: '2026-11-24' });

describe('Cost against time', () => {
  it('numbers what nothing beats from the cheapest to the dearest, each quicker than the one before', () => {
    const found = tradeoff(analysisOf(RUN), 1, 'tune');
    assert.ok(found);
    const quick = found.points.filter(({ mark }) => mark === '');
    assert.ok(quick.length > 2, `${quick.length} points`);
    for (const [index, point] of quick.slice(1).entries()) {
      const before = quick[index];
      assert.ok(before && before.timeAt !== null && point.timeAt !== null);
      assert.ok(point.costAt >= before.costAt, `${point.hardware} costs no less`);
      assert.ok(point.timeAt <= before.timeAt, `${point.hardware} is no slower`);
    }
  });

  it('shows where the target of now lies, though others beat it', () => {
    const found = tradeoff(analysisOf(RUN), 1, 'tune');
    const now = found?.points.filter(({ mark }) => mark === 'now') ?? [];
    assert.deepEqual(
      now.map(({ id, hardware }) => [id, hardware]),
      [['', '8 × h100-sxm']],
    );
  });

  it('puts every point and tick between the ends of its axis', () => {
    const found = tradeoff(analysisOf(RUN), 1, 'tune');
    assert.ok(found);
    const places = [
      ...found.points.flatMap(({ costAt, timeAt }) => [costAt, timeAt ?? 0]),
      ...[...found.costTicks, ...found.timeTicks].map(({ at }) => at),
    ];
    assert.deepEqual(
      places.filter((at) => !(at >= 0 && at <= 1)),
      [],
    );
    assert.ok(found.costTicks.length > 0 && found.costTicks.length <= 4);
    assert.ok(found.timeTicks.length > 0 && found.timeTicks.length <= 4);
  });

  it('switches to each of its points by the id that it has', () => {
    const analysis = analysisOf(RUN);
    const found = tradeoff(analysis, 1, 'tune');
    assert.ok(found);
    for (const { id } of found.points.filter((point) => point.mark !== 'now')) {
      const edits = switchEdits(analysis, 'tune', id);
      assert.ok(edits && edits.length > 0, id);
      const after = analysisOf(applyTextEdits(RUN, edits)).plans.get('tune');
      assert.equal(after && targetKey(after.target), id);
    }
  });

  it('says what would flip the choice', () => {
    const found = tradeoff(analysisOf(RUN), 1, 'tune');
    assert.match(found?.choice ?? '', /^The best stays \d* ?×? ?[a-z]/);
    assert.ok(found?.flips.every((flip) => flip.startsWith('until ')));
    assert.ok((found?.flips.length ?? 0) > 0);
  });

  it('says why where nothing can be compared', () => {
    const found = tradeoff(
      analysisOf(RUN.replace('    training: { tokens: 2B }\n', '').replace('llama-3.1-8b', 'nobody-knows')),
      1,
      'tune',
    );
    assert.deepEqual(found?.points, []);
    assert.notEqual(found.note, '');
  });

  it('knows nothing of a workload that is not there', () => {
    assert.equal(tradeoff(analysisOf(RUN), 1, 'other'), null);
  });
});
