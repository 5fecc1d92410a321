/**
 * Commitments that several fleets draw on. Each workload is planned as if their hours were its own; here the hours are given out once:
 * fleets that want more than is left get equal shares of what they want, and pay the next price for the rest.
 */
import type { CommittedPool } from '../catalog/types.ts';
import { roundToCent } from './money.ts';
import type { CommitmentDraw, Period, PriceStep, Range, SharedCost, WorkloadPlan } from './types.ts';

export interface SharedCommitments {
  /** What the totals change by, in the periods in which they do. */
  readonly corrections: readonly SharedCost[];
  /** True when hours remain that no price is known for. */
  readonly isShort: boolean;
}

const ENDS = ['low', 'mid', 'high'] as const satisfies readonly (keyof Range)[];

/** Gives the hours out over all plans. Neither their order nor how demand is spread over them changes what it comes to. */
export function shareCommitments(plans: Iterable<WorkloadPlan>): SharedCommitments {
  const all = [...plans].flatMap(drawsOf);
  const users = new Map<CommittedPool, number>();
  for (const { steps } of all) for (const { pool } of steps) if (pool) users.set(pool, (users.get(pool) ?? 0) + 1);
  const shared = new Set([...users].flatMap(([pool, count]) => (count > 1 ? [pool] : [])));
  const draws = all.filter(({ steps }) => steps.some(({ pool }) => pool && shared.has(pool)));
  if (draws.length === 0) return { corrections: [], isShort: false };
  const pools = [...new Set(draws.flatMap(({ steps }) => steps.flatMap(({ pool }) => pool ?? [])))];
  const outcomes = {
    low: allot(draws, pools, 'low'),
    mid: allot(draws, pools, 'mid'),
    high: allot(draws, pools, 'high'),
  };
  const sources = pools
    .filter((pool) => shared.has(pool))
    .map(({ source }) => source)
    .sort();
  const correction = (period: Period, now: Range, before: Range): SharedCost[] => {
    const difference = (end: keyof Range) => (Math.round(now[end] * 100) - Math.round(before[end] * 100)) / 100;
    const [low, mid, high] = ENDS.map(difference);
    if (low === 0 && mid === 0 && high === 0) return [];
    return [{ period, of: 'commitments', sources, amountUsd: mid ?? 0, lowUsd: low ?? 0, highUsd: high ?? 0 }];
  };
  const over = (which: (draw: CommitmentDraw) => number, usd: (draw: CommitmentDraw, index: number) => Range): Range =>
    mapped((end) => roundToCent(sum(draws.map((draw, index) => which(draw) * usd(draw, index)[end]))));
  const now = (_draw: CommitmentDraw, index: number): Range => mapped((end) => outcomes[end].usd[index] ?? 0);
  const before = ({ usd }: CommitmentDraw): Range => usd;
  const run = ({ period }: CommitmentDraw) => Number(period === 'run');
  const month = ({ period, runsPerMonth = 0 }: CommitmentDraw) => (period === 'month' ? 1 : runsPerMonth);
  // The more is used, the less is left.
  const unused = { low: outcomes.high.unusedUsd, mid: outcomes.mid.unusedUsd, high: outcomes.low.unusedUsd };
  return {
    corrections: [
      ...correction('month', over(month, now), over(month, before)),
      ...correction('run', over(run, now), over(run, before)),
      ...correction(
        'upfront',
        unused,
        over(
          () => 1,
          ({ unusedUsd }) => unusedUsd,
        ),
      ),
    ],
    isShort: outcomes.mid.isShort,
  };
}

/** What a plan takes; nothing where its total is not known. */
function drawsOf({ cost }: WorkloadPlan): readonly CommitmentDraw[] {
  const { commitments = [], monthlyUsd, totalUsd } = cost;
  return (totalUsd ?? monthlyUsd) ? commitments : [];
}

interface Outcome {
  /** What the hours of each draw cost. */
  readonly usd: readonly number[];
  readonly unusedUsd: number;
  readonly isShort: boolean;
}

/** Step after step: what all want of a commitment is added up, and given out in proportion where there is not enough. */
function allot(draws: readonly CommitmentDraw[], pools: readonly CommittedPool[], end: keyof Range): Outcome {
  const left = new Map(pools.map((pool) => [pool, pool.hours]));
  const wanted = draws.map(({ unitHours }) => unitHours[end]);
  const usd = draws.map(() => 0);
  const deepest = Math.max(...draws.map(({ steps }) => steps.length));
  for (let level = 0; level < deepest; level++) {
    const shares = new Map<CommittedPool, number>();
    for (const [pool, hours] of left) {
      const asked = sum(draws.map(({ steps }, index) => hoursFrom(steps[level], pool, wanted[index] ?? 0)));
      shares.set(pool, asked > hours ? hours / asked : 1);
      left.set(pool, Math.max(0, hours - asked));
    }
    for (const [index, { steps }] of draws.entries()) {
      const step = steps[level];
      if (!step) continue;
      const share = step.pool ? (shares.get(step.pool) ?? 0) : 1;
      const taken = (wanted[index] ?? 0) * share;
      usd[index] = (usd[index] ?? 0) + taken * step.usdPerUnitHour;
      wanted[index] = (wanted[index] ?? 0) * (1 - share);
    }
  }
  return {
    usd,
    unusedUsd: roundToCent(sum([...left].map(([{ usdPerHour }, hours]) => hours * usdPerHour))),
    isShort: wanted.some((hours) => hours > 0),
  };
}

/** Hours of the pool that so many unit-hours take at this step. */
function hoursFrom(step: PriceStep | undefined, pool: CommittedPool, unitHours: number): number {
  return step?.pool === pool && step.hours ? (unitHours * pool.hours) / step.hours : 0;
}

/** In one order, whatever the order of the numbers. */
function sum(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b).reduce((total, each) => total + each, 0);
}

function mapped(at: (end: keyof Range) => number): Range {
  return { low: at('low'), mid: at('mid'), high: at('high') };
}
