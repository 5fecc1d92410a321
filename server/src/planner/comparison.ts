/** The target against all else that could be had: front, runner-up, what would flip the choice, and the curve over count. */
import type { Target } from '../manifest/schema.ts';
import { flipsOf, withoutOffer } from './flips.ts';
import { paretoFront } from './front.ts';
import type { Draft } from './drafts.ts';
import { rentable } from './offers.ts';
import { everything, recommend } from './recommend.ts';
import type { Now, Search } from './search.ts';
import { once } from './once.ts';
import { compareEquals, compareRanks, deadlineOf, SLOWER_LIMIT, timingFrom } from './ranking.ts';
import { targetOf, type Contender, type Evaluate } from './outcome.ts';
import { scalingOf } from './scaling.ts';
import { targetKey } from './target-key.ts';
import type { Alternative, Comparison, FrontPoint, ResolvedTarget } from './types.ts';

export interface ComparisonInput {
  readonly search: Search;
  readonly now: Now;
  /** The target as written; absent for `target: auto`. */
  readonly stated: Target | undefined;
  /** Where the target was chosen here, nothing is too slow against it. */
  readonly isChosen: boolean;
  readonly alternatives: () => readonly Alternative[];
  readonly evaluate: Evaluate;
}

/** Members are computed when first read. */
export function comparisonOf(input: ComparisonInput): Comparison {
  const { search, now } = input;
  const found = once(() => everything({ ...search, now }));
  const contenders = once(() => contendersOf(input));
  const flips = once(() => {
    const { choice, runnerUp, others } = contenders();
    if (!choice || !runnerUp) return [];
    const rivals = [...others.slice(0, MOST_RIVALS), ...elsewhere(input, choice)];
    const slower = found().drafts.flatMap(({ usd, alternative: { marketplace, durationSeconds: seconds } }) =>
      input.isChosen || marketplace || seconds === undefined || seconds <= choice.seconds * SLOWER_LIMIT
        ? []
        : [{ usd, seconds }],
    );
    return flipsOf({ search, choice, runnerUp, rivals, slower, evaluate: input.evaluate });
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
function contendersOf(input: ComparisonInput): {
  choice: Contender | undefined;
  runnerUp: Contender | undefined;
  /** As good in time as the choice, the best first. */
  others: readonly Contender[];
} {
  const { search, now, stated, alternatives } = input;
  const { subject } = search;
  const own = subject.ends ? now.cost.totalUsd : now.cost.monthlyUsd;
  const all = alternatives().flatMap((alternative) => contenderOf(input, alternative) ?? []);
  if (own && now.memory.verdict !== 'does-not-fit' && now.target.deployment !== 'edge') {
    const current: Contender = {
      resolved: now.target,
      target: { ...stated, ...targetOf(now.target) },
      usd: own.mid,
      seconds: now.durationSeconds?.mid ?? 0,
      tight: now.memory.verdict === 'tight',
      ...timingFrom(subject, now.durationSeconds?.mid ?? 0, now.deadlineChance),
    };
    const place = all.findIndex((other) => compareContenders(current, other) <= 0);
    all.splice(place < 0 ? all.length : place, 0, current);
  }
  const [choice, ...rest] = all;
  const others = rest.filter((other) => choice && differs(other.resolved, choice.resolved));
  return {
    choice,
    runnerUp: others[0],
    others: others.filter(({ inTime, late }) => choice && inTime === choice.inTime && late === choice.late),
  };
}

/** So many of the best are planned again to find who takes over first. */
const MOST_RIVALS = 12;

/** Undefined for what a marketplace offers, and what has no price. */
function contenderOf(
  { search: { subject }, now, stated, isChosen }: ComparisonInput,
  { target, cost, durationSeconds, deadlineChance, fits, marketplace }: Alternative,
): Contender | undefined {
  const usd = subject.ends ? cost.totalUsd : cost.monthlyUsd;
  const floor = stated?.baseline && { baseline: stated.baseline };
  if (marketplace || usd === undefined) return undefined;
  const seconds = durationSeconds ?? 0;
  return {
    resolved: target,
    target: { ...floor, ...targetOf(target) },
    usd,
    seconds,
    tight: fits === 'tight',
    ...timingFrom(subject, seconds, deadlineChance, isChosen ? undefined : now),
  };
}

/** The best of the choice’s own chip, provider and capacity when its own offer is gone: other regions, machines and sizes. */
function elsewhere(input: ComparisonInput, { resolved, inTime, late }: Contender): readonly Contender[] {
  const { search, now } = input;
  const { provider, accelerator, capacity } = resolved;
  if (provider === undefined || accelerator === undefined || capacity === 'owned') return [];
  const { policy } = search.head;
  const { alternatives } = recommend({
    ...search,
    now: input.isChosen ? undefined : now,
    reach: 'all',
    only: new Set([rentable(capacity)]),
    head: { ...search.head, policy: { ...policy, providers: [provider], accelerators: [accelerator] } },
    catalog: withoutOffer(search.catalog, resolved),
  });
  return alternatives
    .flatMap((alternative) => contenderOf(input, alternative) ?? [])
    .filter((one) => one.inTime === inTime && one.late === late);
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
