/** How far estimates lie from measurements, by kind and by what the measurements differ in. */
import type { Range } from '../../server/src/planner/types.ts';
import type { Case } from './case.ts';

/** Shares, not percentages; rounded to a tenth of a percent so that two machines agree. */
export interface Figure {
  readonly rows: number;
  /** Rows that the plan leaves unknown. */
  readonly unknown: number;
  /** Median of |estimate ÷ measured − 1|. */
  readonly error: number;
  /** Median of estimate ÷ measured − 1. */
  readonly bias: number;
  /** Share of rows inside low–high. */
  readonly within: number;
  /** The same, averaged over the groups that are left out together: a source counts once. */
  readonly withinBySource: number;
  /** Median of (high − low) ÷ 2 mid. */
  readonly halfWidth: number;
}

export interface Group {
  readonly kind: string;
  /** `all`, `chip …`, `precision …`, `source …`. */
  readonly name: string;
  readonly fitted: Figure;
  readonly leftOut: Figure;
}

export type Estimates = ReadonlyMap<Case, Range | null>;

/** Figures of every kind, then of its parts where it has more than one. */
export function groupsOf(cases: readonly Case[], fitted: Estimates, leftOut: Estimates): readonly Group[] {
  const groups: Group[] = [];
  for (const kind of [...new Set(cases.map((one) => one.kind))].sort()) {
    const ofKind = cases.filter((one) => one.kind === kind);
    const add = (name: string, some: readonly Case[]): void => {
      groups.push({ kind, name, fitted: figureOf(some, fitted), leftOut: figureOf(some, leftOut) });
    };
    add('all', ofKind);
    for (const [label, key] of PARTS) {
      const values = [...new Set(ofKind.map(key))].sort();
      if (values.length < 2) continue;
      for (const value of values) {
        add(
          `${label} ${value}`,
          ofKind.filter((one) => key(one) === value),
        );
      }
    }
  }
  return groups;
}

const PARTS: readonly (readonly [string, (one: Case) => string])[] = [
  ['chip', (one) => one.chip],
  ['precision', (one) => one.precision],
  ['source', (one) => one.source],
];

export function figureOf(cases: readonly Case[], estimates: Estimates): Figure {
  const seen = cases.flatMap((one) => {
    const range = estimates.get(one);
    return range ? [{ one, range, ratio: range.mid / one.measured }] : [];
  });
  const inside = ({ one, range }: (typeof seen)[number]): boolean =>
    range.low <= one.measured && one.measured <= range.high;
  const sources = [...new Set(seen.map(({ one }) => one.leftOut))].map((source) => {
    const rows = seen.filter(({ one }) => one.leftOut === source);
    return rows.filter(inside).length / rows.length;
  });
  return {
    rows: cases.length,
    unknown: cases.length - seen.length,
    error: rounded(median(seen.map(({ ratio }) => Math.abs(ratio - 1)))),
    bias: rounded(median(seen.map(({ ratio }) => ratio - 1))),
    within: rounded(seen.filter(inside).length / Math.max(1, seen.length)),
    withinBySource: rounded(sources.reduce((sum, share) => sum + share, 0) / Math.max(1, sources.length)),
    halfWidth: rounded(median(seen.map(({ range }) => (range.high - range.low) / (2 * range.mid)))),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** What is worse than committed by more than half a point, in words; bias is no figure of its own: it is part of the error. */
export function regressions(committed: readonly Group[], now: readonly Group[]): readonly string[] {
  const worse: string[] = [];
  for (const before of committed) {
    if (before.name !== 'all') continue;
    const after = now.find(({ kind, name }) => kind === before.kind && name === before.name)?.fitted;
    if (!after) {
      worse.push(`${before.kind}: no rows any more`);
      continue;
    }
    const { fitted } = before;
    const check = (what: string, was: number, is: number, moreIsWorse: boolean): void => {
      const change = moreIsWorse ? is - was : was - is;
      if (change > MOST_CHANGE) worse.push(`${before.kind}: ${what} ${percent(was)} → ${percent(is)}`);
    };
    check('error', fitted.error, after.error, true);
    check('within the range', fitted.within, after.within, false);
    check('half-width', fitted.halfWidth, after.halfWidth, true);
    check('left unknown', fitted.unknown / fitted.rows, after.unknown / Math.max(1, after.rows), true);
  }
  return worse;
}

const MOST_CHANGE = 0.005 + 1e-9;

export function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
