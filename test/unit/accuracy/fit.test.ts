import assert from 'node:assert/strict';
import type { Case } from '../../../scripts/accuracy/case.ts';
import { figureOf, regressions, type Group } from '../../../scripts/accuracy/figures.ts';
import { minimise } from '../../../scripts/accuracy/least-squares.ts';

/** ln of y = a·x^b at some x, against measurements of which one is absurd. */
function power(points: readonly (readonly [x: number, y: number])[]): readonly number[] {
  return minimise({
    start: [0, 0],
    spread: [10, 10],
    weights: points.map(() => 1),
    residuals: ([a = 0, b = 0]) => points.map(([x, y]) => a + b * Math.log(x) - Math.log(y)),
  });
}

describe('the fit', () => {
  it('finds the parameters of a power law, whatever one absurd row says', () => {
    const points: (readonly [number, number])[] = [1, 2, 3, 5, 8, 13, 21, 34].map((x) => [x, 3 * x ** 0.5]);
    const [a = 0, b = 0] = power([...points, [55, 4000]]);
    assert.ok(Math.abs(Math.exp(a) - 3) < 0.1, String(Math.exp(a)));
    assert.ok(Math.abs(b - 0.5) < 0.03, String(b));
  });

  it('stays at what is believed where no row speaks, and leaves out what has no estimate', () => {
    const [seen = 0, unseen = 1] = minimise({
      start: [0.3, 0.3],
      spread: [1, 0.1],
      weights: [1, 1],
      residuals: ([x = 0]) => [x - 0.5, Number.NaN],
    });
    assert.ok(Math.abs(seen - 0.5) < 0.05);
    assert.ok(Math.abs(unseen) < 1e-3);
  });

  it('is the same whenever it is repeated', () => {
    const points: (readonly [number, number])[] = [1, 4, 9, 30].map((x) => [x, 2 + x]);
    assert.deepEqual(power(points), power(points));
  });
});

const CASE: Case = {
  id: 'X1',
  source: 'a/b',
  kind: 'speed',
  chip: 'nvidia-hopper',
  precision: 'bf16',
  workload: { phase: 'training' },
  quantity: 'samplesPerSecond',
  measured: 100,
  group: 'samplesTraining',
  isFitted: true,
  leftOut: 'a/b',
};

describe('the figures of accuracy', () => {
  it('are medians, the share inside the range, and what is unknown', () => {
    const cases = [CASE, { ...CASE, id: 'X2' }, { ...CASE, id: 'X3', leftOut: 'c' }, { ...CASE, id: 'X4' }];
    const mids = [110, 130, 80];
    const estimates = new Map(
      cases.map((one, i) => {
        const mid = mids[i];
        return [one, mid === undefined ? null : { low: mid * 0.85, mid, high: mid * 1.15 }] as const;
      }),
    );
    const figure = figureOf(cases, estimates);
    assert.deepEqual(figure, {
      rows: 4,
      unknown: 1,
      error: 0.2,
      bias: 0.1,
      within: 0.333,
      withinBySource: 0.25,
      halfWidth: 0.15,
    });
  });

  it('get worse by more than half a point, or go missing: that is a regression', () => {
    const figure = { rows: 10, unknown: 0, error: 0.08, bias: 0, within: 0.85, withinBySource: 0.8, halfWidth: 0.2 };
    const group: Group = { kind: 'speed', name: 'all', fitted: figure, leftOut: figure };
    const now = (change: Partial<typeof figure>): Group => ({ ...group, fitted: { ...figure, ...change } });
    assert.deepEqual(regressions([group], [now({ error: 0.085, within: 0.845, halfWidth: 0.205 })]), []);
    assert.deepEqual(regressions([group], [now({ error: 0.05, within: 0.95, halfWidth: 0.1 })]), []);
    assert.equal(regressions([group], [now({ error: 0.086 })]).length, 1);
    assert.equal(regressions([group], [now({ within: 0.84 })]).length, 1);
    assert.equal(regressions([group], [now({ unknown: 3 })]).length, 1);
    assert.equal(regressions([group], []).length, 1);
  });
});
