/**
 * What would flip the choice: the price, efficiency, utilization or run length at which the runner-up wins. Each value is found by
 * planning both again, so that a plan with that value gives both the same cost.
 */
import type { Catalog } from '../catalog/types.ts';
import type { Training, Workload } from '../manifest/schema.ts';
import { crossing } from './crossing.ts';
import type { Change, Contender, Evaluate, Outcome } from './outcome.ts';
import type { Search } from './search.ts';
import type { Flip, ResolvedTarget } from './types.ts';

/** Values beyond this many times now (or this part of now) decide nothing. */
const FURTHEST = 100;
/** Costs are whole cents. */
const CENT = 0.01;

export function flipsOf(search: Search, choice: Contender, runnerUp: Contender, evaluate: Evaluate): readonly Flip[] {
  const now = { choice: evaluate(choice.target, {}), runnerUp: evaluate(runnerUp.target, {}) };
  const wins = now.choice.usd && now.runnerUp.usd && now.choice.usd.mid < now.runnerUp.usd.mid;
  const duel: Duel = { search, choice, runnerUp, evaluate, now };
  return [
    ...(wins
      ? [
          priceFlip(duel, 'choice'),
          priceFlip(duel, 'runner-up'),
          efficiencyFlip(duel),
          utilizationFlip(duel, 'choice'),
          utilizationFlip(duel, 'runner-up'),
          lengthFlip(duel, 'up'),
          lengthFlip(duel, 'down'),
        ]
      : []),
    deadlineFlip(duel),
  ].filter((flip) => flip !== undefined);
}

interface Duel {
  readonly search: Search;
  readonly choice: Contender;
  readonly runnerUp: Contender;
  readonly evaluate: Evaluate;
  readonly now: { readonly choice: Outcome; readonly runnerUp: Outcome };
}

/** Finds the value at which both cost the same; only one side changes, or both. */
function meeting(
  duel: Duel,
  of: Flip['of'],
  from: number,
  direction: 'up' | 'down',
  change: (value: number) => Change,
  limit = direction === 'up' ? from * FURTHEST : from / FURTHEST,
): { at: number; usd: number } | undefined {
  const { evaluate, choice, runnerUp, now } = duel;
  const usdAt = (value: number): { choice: number; runnerUp: number } | null => {
    const changed = change(value);
    const a = of === 'runner-up' ? now.choice : evaluate(choice.target, changed);
    const b = of === 'choice' ? now.runnerUp : evaluate(runnerUp.target, changed);
    return a.usd && b.usd ? { choice: a.usd.mid, runnerUp: b.usd.mid } : null;
  };
  const at = crossing({
    gap: (value) => {
      const both = usdAt(value);
      return both === null ? null : both.runnerUp - both.choice;
    },
    from,
    direction,
    limit,
    tolerance: CENT * 1.5,
  });
  const both = at === undefined ? null : usdAt(at);
  return at === undefined || both === null ? undefined : { at, usd: both.choice };
}

/** A dearer choice, or a cheaper runner-up. */
function priceFlip(duel: Duel, of: 'choice' | 'runner-up'): Flip | undefined {
  const { target, outcome } =
    of === 'choice'
      ? { target: duel.choice.resolved, outcome: duel.now.choice }
      : { target: duel.runnerUp.resolved, outcome: duel.now.runnerUp };
  const price = outcome.usdPerUnitHour;
  if (price === undefined || outcome.billedUnit === undefined) return undefined;
  const up = of === 'choice';
  const found = meeting(duel, of, price, up ? 'up' : 'down', (usd) => ({
    catalog: repriced(duel.search.catalog, target, usd / price),
  }));
  if (!found) return undefined;
  const unit = `USD per ${outcome.billedUnit}-hour`;
  return { quantity: 'price', of, unit, now: price, wins: up ? 'above' : 'below', by: 'cost', ...found };
}

/** The catalogue with one offer dearer or cheaper by a factor. */
export function repriced(catalog: Catalog, target: ResolvedTarget, factor: number): Catalog {
  const { provider, instance, region, capacity } = target;
  const offers: Catalog['offers'] = (query) =>
    catalog.offers(query).map((offer) => {
      const isMeant =
        offer.machine.provider === provider &&
        offer.machine.instance === instance &&
        offer.region === region &&
        offer.capacity === capacity;
      return isMeant && offer.usdPerHour !== undefined ? { ...offer, usdPerHour: offer.usdPerHour * factor } : offer;
    });
  return Object.create(catalog, { offers: { value: offers } }) as Catalog;
}

/** The share of peak that the choice must reach. */
function efficiencyFlip(duel: Duel): Flip | undefined {
  const { subject } = duel.search;
  const reached = duel.now.choice.computeUtilization;
  if (!subject.trains || reached === undefined) return undefined;
  const found = meeting(duel, 'choice', reached, 'down', (efficiency) => ({
    workload: withTraining(subject.workload, { efficiency }),
  }));
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
function utilizationFlip(duel: Duel, of: 'choice' | 'runner-up'): Flip | undefined {
  const name = (of === 'choice' ? duel.choice : duel.runnerUp).resolved.cluster;
  const { clusters } = duel.search.head;
  const cluster = name !== undefined && clusters && Object.hasOwn(clusters, name) ? clusters[name] : undefined;
  const utilization = cluster?.utilization;
  if (name === undefined || utilization === undefined || utilization <= 0) return undefined;
  const up = of === 'runner-up';
  const found = meeting(
    duel,
    of,
    utilization,
    up ? 'up' : 'down',
    (value) => ({
      head: { ...duel.search.head, clusters: { ...clusters, [name]: { ...cluster, utilization: value } } },
    }),
    up ? 1 : utilization / FURTHEST,
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

function lengthFlip(duel: Duel, direction: 'up' | 'down'): Flip | undefined {
  const { workload } = duel.search.subject;
  const amount = amountOf(workload);
  if (!amount) return undefined;
  const found = meeting(duel, 'both', amount.value, direction, (value) => ({
    workload: withTraining(workload, { [amount.key]: value }),
  }));
  const wins = direction === 'up' ? 'above' : 'below';
  return found && { ...lengthOf(amount), wins, by: 'cost', ...found };
}

/** A longer run, which the choice no longer ends by the deadline and the runner-up does. */
function deadlineFlip({ search, choice, runnerUp, evaluate, now }: Duel): Flip | undefined {
  const { workload, training } = search.subject;
  const { deadline } = training;
  const amount = amountOf(workload);
  const [own, other] = [now.choice.seconds?.mid, now.runnerUp.seconds?.mid];
  if (deadline === undefined || !amount || own === undefined || other === undefined || other >= own || own > deadline)
    return undefined;
  const longer = (value: number) => ({ workload: withTraining(workload, { [amount.key]: value }) });
  const at = crossing({
    gap: (value) => {
      const seconds = evaluate(choice.target, longer(value)).seconds?.mid;
      return seconds === undefined ? null : deadline - seconds;
    },
    from: amount.value,
    direction: 'up',
    limit: amount.value * FURTHEST,
    tolerance: 1e-6 * deadline,
  });
  const usd = at === undefined ? undefined : evaluate(choice.target, longer(at)).usd?.mid;
  const then = at === undefined ? undefined : evaluate(runnerUp.target, longer(at)).seconds?.mid;
  if (at === undefined || usd === undefined || then === undefined || then > deadline) return undefined;
  return { ...lengthOf(amount), at, wins: 'above', by: 'deadline', usd };
}

function lengthOf({ key, value }: { readonly key: Amount; readonly value: number }) {
  return { quantity: 'run-length', of: 'both', path: `training.${key}`, unit: key, now: value } as const;
}

function withTraining(workload: Workload, change: Partial<Training>): Workload {
  return { ...workload, training: { ...workload.training, ...change } };
}
