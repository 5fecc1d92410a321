/**
 * What would flip the choice: the first price, efficiency, utilization or run length at which another wins, and which. Each value
 * is found by planning both again, so that a plan with that value gives both the same cost, and nothing else costs less.
 */
import type { Catalog, Offer } from '../catalog/types.ts';
import type { Training, Workload } from '../manifest/schema.ts';
import { crossing } from './crossing.ts';
import { once } from './once.ts';
import type { Change, Contender, Evaluate, Outcome } from './outcome.ts';
import { SLOWER_LIMIT, SURE_DEADLINE, timingFrom } from './ranking.ts';
import type { Search } from './search.ts';
import type { Flip, ResolvedTarget } from './types.ts';

/** Values beyond this many times now (or this part of now) decide nothing. */
const FURTHEST = 100;
/** Costs are whole cents. */
const CENT = 0.01;

export interface Rivalry {
  readonly search: Search;
  readonly choice: Contender;
  /** The second best: what its own price is measured by. */
  readonly runnerUp: Contender;
  /** All that may take the place of the choice, the best first. */
  readonly rivals: readonly Contender[];
  /** Slower ways that cost less: they take over once the choice is as slow. */
  readonly slower: readonly { readonly usd: number; readonly seconds: number }[];
  readonly evaluate: Evaluate;
}

export function flipsOf(rivalry: Rivalry): readonly Flip[] {
  const { choice, runnerUp, evaluate } = rivalry;
  const now = evaluate(choice.target, {});
  const known = once(() => rivalry.rivals.map((rival) => ({ ...rival, now: evaluate(rival.target, {}) })));
  const duel: Duel = { ...rivalry, now, known };
  const second: Rival = { ...runnerUp, now: evaluate(runnerUp.target, {}) };
  // Where nothing keeps the deadline, time decides and not the cost.
  const wins = choice.inTime && now.usd && second.now.usd && now.usd.mid < second.now.usd.mid;
  return [
    ...(wins
      ? [
          dearer(duel),
          cheaper(duel, second),
          efficiencyFlip(duel),
          utilizationFlip(duel, 'choice', second),
          utilizationFlip(duel, 'runner-up', second),
          lengthFlip(duel, 'up'),
          lengthFlip(duel, 'down'),
        ]
      : []),
    deadlineFlip(duel),
  ].filter((flip) => flip !== undefined);
}

/** A contender with what it costs as things are. */
type Rival = Contender & { readonly now: Outcome };

interface Duel extends Rivalry {
  readonly now: Outcome;
  readonly known: () => readonly Rival[];
}

interface Meeting {
  readonly at: number;
  readonly usd: number;
  readonly winner: ResolvedTarget;
}

interface Course {
  readonly of: Flip['of'];
  readonly from: number;
  readonly direction: 'up' | 'down';
  readonly change: (value: number) => Change;
  readonly limit?: number;
}

/** The value at which the choice and one rival cost the same; only one side changes, or both. */
function meeting(duel: Duel, rival: Rival, course: Course): Meeting | undefined {
  const { from, direction, limit = direction === 'up' ? from * FURTHEST : from / FURTHEST } = course;
  const usdAt = (value: number): { own: number; other: number } | null => {
    const { own, other } = bothAt(duel, rival, course, value);
    return own.usd && other.usd ? { own: own.usd.mid, other: other.usd.mid } : null;
  };
  const at = crossing({
    gap: (value) => {
      const both = usdAt(value);
      return both === null ? null : both.other - both.own;
    },
    from,
    direction,
    limit,
    tolerance: CENT * 1.5,
  });
  const both = at === undefined ? null : usdAt(at);
  if (at === undefined || both === null || overtakenSlower(duel, course, at)) return undefined;
  return { at, usd: both.own, winner: rival.resolved };
}

function bothAt(duel: Duel, rival: Rival, { of, change }: Course, value: number): { own: Outcome; other: Outcome } {
  const changed = change(value);
  return {
    own: of === 'runner-up' ? duel.now : duel.evaluate(duel.choice.target, changed),
    other: of === 'choice' ? rival.now : duel.evaluate(rival.target, changed),
  };
}

/** Of rivals that do not change, the first to be as cheap is the cheapest. */
function firstOf(duel: Duel, rivals: readonly Rival[], course: Course): Meeting | undefined {
  const usd = ({ now }: Rival) => now.usd?.mid ?? Infinity;
  const dearerNow = rivals.filter((rival) => usd(rival) > usd({ ...duel.choice, now: duel.now }));
  const first = dearerNow.reduce<Rival | undefined>(
    (best, one) => (best && usd(best) <= usd(one) ? best : one),
    undefined,
  );
  return first && meeting(duel, first, course);
}

/** The choice has become so slow there that a slower way that costs less has taken its place, or it misses the deadline. */
function overtakenSlower({ search, choice, slower, evaluate }: Duel, { of, change }: Course, at: number): boolean {
  if (of !== 'choice' || !search.subject.ends) return false;
  const { usd, seconds, deadlineChance } = evaluate(choice.target, change(at));
  if (!usd || !seconds) return false;
  const { inTime } = timingFrom(search.subject, seconds.mid, deadlineChance);
  return (
    (choice.inTime && !inTime) ||
    slower.some((one) => one.usd < usd.mid - CENT && one.seconds <= seconds.mid * SLOWER_LIMIT)
  );
}

/** A dearer choice: then the cheapest of the others wins, or the same machine elsewhere. */
function dearer(duel: Duel): Flip | undefined {
  const { resolved } = duel.choice;
  const others = duel.known().filter((rival) => !isSameOffer(rival.resolved, resolved));
  return priceFlip(duel.now, 'choice', (price) =>
    firstOf(duel, others, {
      of: 'choice',
      from: price,
      direction: 'up',
      change: (usd) => ({ catalog: repriced(duel.search.catalog, resolved, usd / price) }),
    }),
  );
}

/** A cheaper runner-up. */
function cheaper(duel: Duel, second: Rival): Flip | undefined {
  if (isSameOffer(second.resolved, duel.choice.resolved)) return undefined;
  return priceFlip(second.now, 'runner-up', (price) =>
    meeting(duel, second, {
      of: 'runner-up',
      from: price,
      direction: 'down',
      change: (usd) => ({ catalog: repriced(duel.search.catalog, second.resolved, usd / price) }),
    }),
  );
}

function priceFlip(
  { usdPerUnitHour: price, billedUnit }: Outcome,
  of: 'choice' | 'runner-up',
  find: (price: number) => Meeting | undefined,
): Flip | undefined {
  if (price === undefined || billedUnit === undefined) return undefined;
  const found = find(price);
  const wins = of === 'choice' ? 'above' : 'below';
  return found && { quantity: 'price', of, unit: `USD per ${billedUnit}-hour`, now: price, wins, by: 'cost', ...found };
}

function isSameOffer(a: ResolvedTarget, b: ResolvedTarget): boolean {
  const keys = ['provider', 'instance', 'region', 'capacity', 'cluster'] as const;
  return keys.every((key) => a[key] === b[key]);
}

/** The catalogue with one offer dearer or cheaper by a factor. */
export function repriced(catalog: Catalog, target: ResolvedTarget, factor: number): Catalog {
  return withOffers(catalog, (offer) =>
    isOfferOf(offer, target) && offer.usdPerHour !== undefined
      ? [{ ...offer, usdPerHour: offer.usdPerHour * factor }]
      : [offer],
  );
}

/** The catalogue without one offer. */
export function withoutOffer(catalog: Catalog, target: ResolvedTarget): Catalog {
  return withOffers(catalog, (offer) => (isOfferOf(offer, target) ? [] : [offer]));
}

function withOffers(catalog: Catalog, change: (offer: Offer) => readonly Offer[]): Catalog {
  const offers: Catalog['offers'] = (query) => catalog.offers(query).flatMap(change);
  return Object.create(catalog, { offers: { value: offers } }) as Catalog;
}

function isOfferOf({ machine, region, capacity }: Offer, target: ResolvedTarget): boolean {
  return (
    machine.provider === target.provider &&
    machine.instance === target.instance &&
    region === target.region &&
    capacity === target.capacity
  );
}

/** The share of peak that the choice must reach; what runs on the same chip would fall short with it. */
function efficiencyFlip(duel: Duel): Flip | undefined {
  const { subject } = duel.search;
  const reached = duel.now.computeUtilization;
  if (!subject.trains || reached === undefined) return undefined;
  const others = duel.known().filter(({ resolved }) => resolved.accelerator !== duel.choice.resolved.accelerator);
  const found = firstOf(duel, others, {
    of: 'choice',
    from: reached,
    direction: 'down',
    change: (efficiency) => ({ workload: withTraining(subject.workload, { efficiency }) }),
  });
  return (
    found && {
      quantity: 'efficiency',
      of: 'choice',
      path: 'training.efficiency',
      unit: 'share of peak FLOP/s',
      now: reached,
      wins: 'below',
      by: 'cost',
      ...found,
    }
  );
}

/** An own cluster is dear while it idles. */
function utilizationFlip(duel: Duel, of: 'choice' | 'runner-up', second: Rival): Flip | undefined {
  const name = (of === 'choice' ? duel.choice : second).resolved.cluster;
  const { clusters } = duel.search.head;
  const cluster = name !== undefined && clusters && Object.hasOwn(clusters, name) ? clusters[name] : undefined;
  const utilization = cluster?.utilization;
  if (name === undefined || utilization === undefined || utilization <= 0) return undefined;
  const up = of === 'runner-up';
  const course: Course = {
    of,
    from: utilization,
    direction: up ? 'up' : 'down',
    change: (value) => ({
      head: { ...duel.search.head, clusters: { ...clusters, [name]: { ...cluster, utilization: value } } },
    }),
    limit: up ? 1 : utilization / FURTHEST,
  };
  const found = up
    ? meeting(duel, second, course)
    : firstOf(
        duel,
        duel.known().filter(({ resolved }) => resolved.cluster !== name),
        course,
      );
  return (
    found && {
      quantity: 'utilization',
      of,
      path: `clusters.${name}.utilization`,
      unit: 'share of the hours',
      now: utilization,
      wins: up ? 'above' : 'below',
      by: 'cost',
      ...found,
    }
  );
}

type Amount = 'tokens' | 'samples' | 'steps' | 'epochs';
const AMOUNTS: readonly Amount[] = ['tokens', 'samples', 'steps', 'epochs'];

/** How much is trained, as the manifest says it. */
function amountOf({ training }: Workload): { readonly key: Amount; readonly value: number } | undefined {
  for (const key of AMOUNTS) {
    const value = training?.[key];
    if (value !== undefined && value > 0) return { key, value };
  }
  return undefined;
}

/** All costs change with the length: the rivals that overtake are found at its far end, and the first of them by its meeting. */
function lengthFlip(duel: Duel, direction: 'up' | 'down'): Flip | undefined {
  const { workload } = duel.search.subject;
  const amount = amountOf(workload);
  if (!amount) return undefined;
  const course: Course = {
    of: 'both',
    from: amount.value,
    direction,
    change: (value) => ({ workload: withTraining(workload, { [amount.key]: value }) }),
  };
  const gapAt = (rival: Rival, value: number): number | null => {
    const { own, other } = bothAt(duel, rival, course, value);
    return own.usd && other.usd ? other.usd.mid - own.usd.mid : null;
  };
  const far = direction === 'up' ? amount.value * FURTHEST : amount.value / FURTHEST;
  const reach = (rival: Rival, value: number) => Math.max(CENT, gapAt(rival, value) ?? Infinity);
  const overtaking = duel
    .known()
    .filter((rival) => (gapAt(rival, amount.value) ?? -1) > 0 && (gapAt(rival, far) ?? 0) < 0)
    .sort((a, b) => reach(a, amount.value) - reach(b, amount.value));
  let first: Meeting | undefined;
  for (const rival of overtaking) {
    // Whoever is still dearer where the first takes over comes later.
    if (first && (gapAt(rival, first.at) ?? 0) >= -CENT) continue;
    const found = meeting(duel, rival, course);
    if (found && (!first || Math.abs(found.at - amount.value) < Math.abs(first.at - amount.value))) first = found;
  }
  if (!first || isLateAt(duel, course, first.at)) return undefined;
  const wins = direction === 'up' ? 'above' : 'below';
  return { ...lengthOf(amount), wins, by: 'cost', ...first };
}

/** A deadline decides before the cost does. */
function isLateAt({ search, choice, evaluate }: Duel, { change }: Course, at: number): boolean {
  const { seconds, deadlineChance } = evaluate(choice.target, change(at));
  return choice.inTime && !timingFrom(search.subject, seconds?.mid, deadlineChance).inTime;
}

/** A longer run, which the choice no longer ends by the deadline with some certainty, and another does. */
function deadlineFlip({ search, choice, evaluate, known }: Duel): Flip | undefined {
  const { workload, training } = search.subject;
  const { deadline } = training;
  const amount = amountOf(workload);
  if (deadline === undefined || !amount || !choice.inTime) return undefined;
  const longer = (value: number) => ({ workload: withTraining(workload, { [amount.key]: value }) });
  const at = crossing({
    gap: (value) => {
      const { deadlineChance } = evaluate(choice.target, longer(value));
      return deadlineChance === undefined ? null : deadlineChance - SURE_DEADLINE;
    },
    from: amount.value,
    direction: 'up',
    limit: amount.value * FURTHEST,
    tolerance: 1e-6,
  });
  const usd = at === undefined ? undefined : evaluate(choice.target, longer(at)).usd?.mid;
  if (at === undefined || usd === undefined) return undefined;
  const winner = known().find(({ target, seconds }) => {
    if (seconds >= choice.seconds) return false;
    const then = evaluate(target, longer(at));
    return timingFrom(search.subject, then.seconds?.mid, then.deadlineChance).inTime;
  });
  return winner && { ...lengthOf(amount), at, wins: 'above', by: 'deadline', usd, winner: winner.resolved };
}

function lengthOf({ key, value }: { readonly key: Amount; readonly value: number }) {
  return { quantity: 'run-length', of: 'both', path: `training.${key}`, unit: key, now: value } as const;
}

function withTraining(workload: Workload, change: Partial<Training>): Workload {
  return { ...workload, training: { ...workload.training, ...change } };
}
