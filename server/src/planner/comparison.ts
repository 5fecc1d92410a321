/** The target against all else that could be had: front, runner-up, what would flip the choice, and the curve over count. */
import type { Target } from '../manifest/schema.ts';
import { flipsOf } from './flips.ts';
import { paretoFront } from './front.ts';
import type { Draft } from './drafts.ts';
import { everything } from './recommend.ts';
import type { Now, Search } from './search.ts';
import { once } from './once.ts';
import { compareEquals, compareRanks, deadlineOf, timingFrom } from './ranking.ts';
import { targetOf, type Contender, type Evaluate } from './outcome.ts';
import { scalingOf } from './scaling.ts';
import { targetKey } from './target-key.ts';
import type { Alternative, Comparison, FrontPoint, ResolvedTarget } from './types.ts';

export interface ComparisonInput {
  readonly search: Search;
  readonly now: Now;
  /** The target as written; absent for `target: auto`. */
  readonly stated: Target | undefined;
  readonly alternatives: () => readonly Alternative[];
  readonly evaluate: Evaluate;
}

/** Members are computed when first read. */
export function comparisonOf(input: ComparisonInput): Comparison {
  const { search, now } = input;
  const found = once(() => everything({ ...search, now }));
  const contenders = once(() => contendersOf(input));
  const flips = once(() => {
    const { choice, runnerUp } = contenders();
    return choice && runnerUp ? flipsOf(search, choice, runnerUp, input.evaluate) : [];
  });
  const front = once(() => frontOf(input, found().drafts));
  const scaling = once(() => scalingOf(search, now.target, input.evaluate));
  return {
    get choice() {
      return contenders().choice?.resolved ?? null;
    },
    get alternatives() {
      return input.alternatives();
    },
    get runnerUp() {
      return contenders().runnerUp?.resolved ?? null;
    },
    get now() {
      return pointNow(input);
    },
    get front() {
      return front();
    },
    get flips() {
      return flips();
    },
    ...(search.subject.trains && {
      get scaling() {
        return scaling();
      },
    }),
    get rejected() {
      return found().rejected;
    },
  };
}

/** The target that the plan has; null where its price is not known. */
function pointNow({ search: { subject }, now }: Pick<ComparisonInput, 'search' | 'now'>): FrontPoint | null {
  const usd = (subject.ends ? now.cost.totalUsd : now.cost.monthlyUsd)?.mid;
  const seconds = subject.ends ? now.durationSeconds?.mid : now.endToEndSeconds;
  const { target, memory, kg = null } = now;
  return usd === undefined ? null : { target, usd, seconds: seconds ?? null, kg, fits: memory.verdict, now: true };
}

/** Within the deadline where anything keeps it (for sure, else in the middle of its estimate); marketplaces, which have no fixed price, are left out. */
function frontOf({ search, now }: ComparisonInput, drafts: readonly Draft[]): readonly FrontPoint[] {
  const { ends } = search.subject;
  const nowKey = targetKey(now.target);
  const quoted = drafts.filter(({ alternative, key }) => !alternative.marketplace && key !== nowKey);
  const kept = [quoted.filter(({ timing }) => timing.inTime), quoted.filter(({ timing }) => !timing.late), quoted];
  // Without a deadline a slower one may be cheaper: that is what the front is for.
  const timely = deadlineOf(search.subject) === undefined ? quoted : (kept.find((list) => list.length > 0) ?? []);
  const points = timely.map(({ usd, alternative, kg = null }): FrontPoint => {
    const { target, durationSeconds, endToEndSeconds, fits } = alternative;
    return { target, usd, seconds: (ends ? durationSeconds : endToEndSeconds) ?? null, kg, fits, now: false };
  });
  const own = pointNow({ search, now });
  if (own && own.fits !== 'does-not-fit') points.push(own);
  const timed = points.filter((point) => point.seconds !== null);
  // Where no time is known, the front is one point: the cheapest.
  const comparable = timed.length > 0 ? timed : points;
  // Carbon that is not known counts as the worst: it beats nobody.
  return paretoFront(comparable, ({ usd, seconds: time, kg }) => [usd, time ?? 0, kg ?? Number.MAX_VALUE]);
}

/** The best by the aim, and the best of the rest that differs by more than its region. */
function contendersOf({ search, now, stated, alternatives }: ComparisonInput): {
  choice: Contender | undefined;
  runnerUp: Contender | undefined;
} {
  const { subject } = search;
  const own = subject.ends ? now.cost.totalUsd : now.cost.monthlyUsd;
  const all = alternatives()
    .filter(({ marketplace }) => !marketplace)
    .flatMap((alternative): Contender[] => {
      const { target, cost, durationSeconds, deadlineChance: chance } = alternative;
      const usd = subject.ends ? cost.totalUsd : cost.monthlyUsd;
      const floor = stated?.baseline && { baseline: stated.baseline };
      if (usd === undefined) return [];
      const seconds = durationSeconds ?? 0;
      return [
        {
          resolved: target,
          target: { ...floor, ...targetOf(target) },
          usd,
          seconds,
          tight: alternative.fits === 'tight',
          ...timingFrom(subject, seconds, chance, now),
        },
      ];
    });
  if (own && now.memory.verdict !== 'does-not-fit' && now.target.deployment !== 'edge') {
    const current: Contender = {
      resolved: now.target,
      target: { ...stated, ...targetOf(now.target) },
      usd: own.mid,
      seconds: now.durationSeconds?.mid ?? 0,
      tight: now.memory.verdict === 'tight',
      ...timingFrom(subject, now.durationSeconds?.mid ?? 0, now.deadlineChance, now),
    };
    const place = all.findIndex((other) => compareContenders(current, other) <= 0);
    all.splice(place < 0 ? all.length : place, 0, current);
  }
  const [choice] = all;
  return { choice, runnerUp: choice && all.find((other) => differs(other.resolved, choice.resolved)) };
}

function compareContenders(a: Contender, b: Contender): number {
  const equal = (one: Contender) => ({ ...one, capacity: one.resolved.capacity, key: '' });
  return compareRanks(a, b) || compareEquals(equal(a), equal(b));
}

function differs(a: ResolvedTarget, b: ResolvedTarget): boolean {
  return (
    a.accelerator !== b.accelerator ||
    a.provider !== b.provider ||
    a.capacity !== b.capacity ||
    a.cluster !== b.cluster ||
    a.count !== b.count
  );
}
