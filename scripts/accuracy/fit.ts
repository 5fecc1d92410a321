/** Fits the parameters of a group on its cases, and estimates every case with the parameters of a fit that has not seen it. */
import type { Range } from '../../server/src/planner/types.ts';
import type { Case, FitGroup } from './case.ts';
import { prepared } from './estimate.ts';
import { minimise } from './least-squares.ts';
import { PARAMETERS, read, write } from './parameters.ts';

export interface Prepared {
  readonly one: Case;
  readonly estimate: () => Range | null;
}

export function prepareAll(cases: readonly Case[]): readonly Prepared[] {
  return cases.map((one) => ({ one, estimate: prepared(one) }));
}

/** Rows weigh n_source^−½: a source counts for the root of its rows. */
function weightsOf(cases: readonly Prepared[]): readonly number[] {
  const counts = new Map<string, number>();
  for (const { one } of cases) counts.set(one.leftOut, (counts.get(one.leftOut) ?? 0) + 1);
  return cases.map(({ one }) => 1 / Math.sqrt(counts.get(one.leftOut) ?? 1));
}

/** Moves the parameters of the group to their best values for these cases. */
export function fitGroup(group: FitGroup, cases: readonly Prepared[]): void {
  const parameters = PARAMETERS[group];
  if (parameters.length === 0 || cases.length === 0) return;
  const set = (point: readonly number[]): void => {
    parameters.forEach(({ path, prior }, i) => {
      write(path, prior * Math.exp(point[i] ?? 0));
    });
  };
  const point = minimise({
    start: parameters.map(({ path, prior }) => Math.log(read(path) / prior)),
    spread: parameters.map(({ spread }) => spread),
    weights: weightsOf(cases),
    residuals: (at) => {
      set(at);
      return cases.map(({ one, estimate }) => Math.log((estimate()?.mid ?? NaN) / one.measured));
    },
  });
  set(
    point.map((value, i) =>
      Math.log(rounded((parameters[i]?.prior ?? 1) * Math.exp(value)) / (parameters[i]?.prior ?? 1)),
    ),
  );
  parameters.forEach(({ path }) => {
    write(path, rounded(read(path)));
  });
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Estimates of cases that the fit behind them has not seen. The parameters are afterwards what they were before. */
export function leaveOneOut(group: FitGroup, all: readonly Prepared[]): ReadonlyMap<Case, Range | null> {
  const parameters = PARAMETERS[group];
  const before = parameters.map(({ path }) => read(path));
  const estimates = new Map<Case, Range | null>();
  for (const left of new Set(all.map(({ one }) => one.leftOut))) {
    parameters.forEach(({ path }, i) => {
      write(path, before[i]);
    });
    fitGroup(
      group,
      all.filter(({ one }) => one.isFitted && one.leftOut !== left),
    );
    for (const { one, estimate } of all) if (one.leftOut === left) estimates.set(one, estimate());
  }
  parameters.forEach(({ path }, i) => {
    write(path, before[i]);
  });
  return estimates;
}
