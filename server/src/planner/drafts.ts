/** Machines and counts as candidates, and the drafts of alternatives they become when they are priced. */
import type { Accelerator, Capacity, Offer } from '../catalog/types.ts';
import { formatShare } from '../manifest/format-quantity.ts';
import { carbonOf } from './carbon.ts';
import { leastRentUsd } from './cost-compute.ts';
import type { Floor } from './cost-fleet.ts';
import type { Estimate } from './estimate.ts';
import { cheapestRental, rent, rentable, type Rental } from './offers.ts';
import { compareEquals, compareRanks, isBeyondReady, timingOf, type Ranked, type Timing } from './ranking.ts';
import type { Site } from './resolve.ts';
import type { Search } from './search.ts';
import { targetKey } from './target-key.ts';
import type { Alternative, ResolvedTarget } from './types.ts';
import { workloadCost } from './workload-cost.ts';

/** One machine and count of it, priced. */
export interface Draft {
  readonly alternative: Alternative;
  /** `targetKey` of the alternative. */
  readonly key: string;
  readonly usd: number;
  readonly timing: Timing;
  /** Kilograms of carbon dioxide of a run or a month; absent where it is not known, or was not asked for. */
  readonly kg?: number;
}

/** A machine on offer and a count of it, before it is priced. */
export interface Candidate {
  readonly offer: Offer;
  readonly accelerator: Accelerator;
  readonly size: Estimate;
  readonly count: number;
  readonly rental: Rental;
  readonly floor: Placing['floor'];
  readonly marketplace: boolean;
  readonly timing: Timing;
  /** It costs at least this. */
  readonly leastUsd: number;
}

/** Undefined where it has no size, or no price is known for the floor. */
export function candidateOf(
  search: Search,
  offer: Offer,
  accelerator: Accelerator,
  size: Estimate,
  marketplace: boolean,
): Candidate | undefined {
  const { count } = size;
  if (count === null) return undefined;
  const rental = rent(offer, accelerator, count, search.head);
  const floor = baselineRental(search, offer, accelerator, size.together);
  if (floor && floor.rental?.unitUsdPerHour === undefined) return undefined;
  const timing = timingOf(search.subject, size, search.now);
  const leastUsd = floor ? 0 : leastRentUsd(search.subject, size, rental);
  return { offer, accelerator, size, count, rental, floor, marketplace, timing, leastUsd };
}

/** Those of the candidates that have a price. */
export function priceAll(search: Search, candidates: readonly Candidate[]): readonly Draft[] {
  return candidates.flatMap((candidate) => draftOf(search, candidate) ?? []);
}

/**
 * The best of each list, or nothing. Bills are dear to make, and their lower bound is not: candidates are priced in the order of
 * the bound, until the next cannot beat the best. A candidate in several lists is priced once.
 */
export function bestOfEach(search: Search, lists: readonly (readonly Candidate[])[]): readonly (readonly Draft[])[] {
  const priced = new Map<Candidate, Draft | undefined>();
  return lists.map((list) => {
    let best: Draft | undefined;
    const ranked = list.map((candidate) => ({ candidate, rank: rankOf(candidate) }));
    for (const { candidate, rank } of ranked.sort((a, b) => compareRanks(a.rank, b.rank))) {
      if (best && compareRanks(rank, rankOfDraft(best)) > 0) break;
      if (!priced.has(candidate)) priced.set(candidate, draftOf(search, candidate));
      const draft = priced.get(candidate);
      if (draft && (!best || compareDrafts(draft, best) < 0)) best = draft;
    }
    return best ? [best] : [];
  });
}

export function bestOf(drafts: readonly Draft[]): Draft | undefined {
  let best: Draft | undefined;
  for (const draft of drafts) if (!best || compareDrafts(draft, best) < 0) best = draft;
  return best;
}

/** With the least it costs in place of its cost. */
function rankOf({ timing, size, leastUsd }: Candidate): Ranked {
  const { inTime, late, chance } = timing;
  const seconds = size.durationSeconds?.mid ?? 0;
  return { inTime, late, chance, seconds, usd: leastUsd, tight: size.memory.verdict === 'tight' };
}

function rankOfDraft({ timing, usd, alternative }: Draft): Ranked {
  // Written out, not spread: sorting makes hundreds of thousands of these.
  const { inTime, late, chance } = timing;
  const { durationSeconds: seconds = 0, fits } = alternative;
  return { inTime, late, chance, seconds, usd, tight: fits === 'tight' };
}

function draftOf(search: Search, candidate: Candidate): Draft | undefined {
  const { offer, accelerator, size, count, rental, floor, marketplace } = candidate;
  const target: ResolvedTarget = {
    deployment: 'cloud',
    provider: offer.machine.provider,
    region: offer.region,
    instance: offer.machine.instance,
    accelerator: accelerator.id,
    count,
    nodes: rental.nodes,
    capacity: offer.capacity as Capacity,
  };
  const site: Site = { kind: 'cloud', accelerator };
  return pricedDraft(search, { site, target, size, rental, marketplace, asOf: offer.asOf, ...(floor && { floor }) });
}

interface Placing {
  readonly site: Site;
  readonly target: ResolvedTarget;
  readonly size: Estimate;
  readonly rental?: Rental;
  readonly floor?: Floor;
  readonly marketplace?: boolean;
  /** ISO date of its price; absent where the manifest states it. */
  readonly asOf?: string;
}

/** Undefined where no price is known. */
export function pricedDraft(search: Search, placing: Placing): Draft | undefined {
  const { subject, head, catalog, now } = search;
  const { site, target, size, rental, floor } = placing;
  const service = now?.target.provider === target.provider ? now?.target.service : undefined;
  const { cost } = workloadCost({
    subject,
    site,
    estimate: size,
    head,
    catalog,
    rental,
    ...(service !== undefined && { service }),
    ...(floor && { floor }),
  });
  const amount = subject.ends ? cost.totalUsd : cost.monthlyUsd;
  if (!cost.hourlyUsd || !amount) return undefined;
  const nowAmount = now && (subject.ends ? now.cost.totalUsd : now.cost.monthlyUsd);
  const seconds = size.durationSeconds?.mid;
  const nowSeconds = now?.durationSeconds?.mid;
  const timing = timingOf(subject, size, now);
  const latency = size.serving?.endToEndSeconds?.mid;
  const carbon = search.carbon && carbonOf({ subject, site, target, estimate: size, catalog }).carbon;
  const kg = carbon && (subject.ends ? carbon.kgTotal : carbon.kgPerMonth);
  return {
    usd: amount.mid,
    ...(kg && { kg: kg.mid }),
    key: targetKey(target),
    timing,
    alternative: {
      target,
      cost: {
        hourlyUsd: cost.hourlyUsd.mid,
        ...(cost.monthlyUsd && { monthlyUsd: cost.monthlyUsd.mid }),
        ...(cost.totalUsd && { totalUsd: cost.totalUsd.mid }),
      },
      ...(seconds !== undefined && { durationSeconds: seconds }),
      ...(!subject.ends && latency !== undefined && { endToEndSeconds: latency }),
      fits: size.memory.verdict,
      ...(nowAmount && { deltaUsd: amount.mid - nowAmount.mid }),
      ...(seconds !== undefined && nowSeconds !== undefined && { deltaSeconds: seconds - nowSeconds }),
      why: whyOf(size, timing, nowSeconds, [agreement(target), overBudget(search, amount.mid, cost.monthlyUsd?.mid)]),
      ...(timing.chance !== undefined && { deadlineChance: timing.chance }),
      marketplace: placing.marketplace ?? false,
      asOf: placing.asOf ?? '',
    },
  };
}

/** The manifest's `baseline` on this machine; undefined where none is stated. */
function baselineRental(
  { baseline, head, catalog, today }: Search,
  { machine, region }: Offer,
  accelerator: Accelerator,
  together: number,
): Floor | undefined {
  if (!baseline) return undefined;
  const { count, capacity } = baseline;
  const { provider, instance } = machine;
  const wish = {
    accelerator: accelerator.id,
    count,
    together,
    capacity: rentable(capacity),
    provider,
    region,
    instance,
  };
  return { count, capacity, rental: cheapestRental(wish, catalog, head, today) };
}

/** Which budget the workload breaks by itself, in words; undefined: none. */
function overBudget({ subject, head }: Search, usd: number, monthlyUsd: number | undefined): string | undefined {
  const { total, monthly } = head.budget ?? {};
  if (subject.ends && total !== undefined && usd > total) return 'alone over budget.total';
  const month = subject.ends ? monthlyUsd : usd;
  return monthly !== undefined && month !== undefined && month > monthly ? 'alone over budget.monthly' : undefined;
}

/** So many on demand are a matter of agreement. */
function agreement({ capacity, count, nodes }: ResolvedTarget): string | undefined {
  return capacity === 'on-demand' && isBeyondReady(count ?? 0, nodes ?? 0)
    ? 'so many at once only by agreement with the provider'
    : undefined;
}

/** What speaks for it (and against it) beside cost and fit, which are shown apart. */
function whyOf(
  size: Estimate,
  timing: Timing,
  nowSeconds: number | undefined,
  against: readonly (string | undefined)[],
): string {
  return [inShort(size, timing, nowSeconds), ...against.filter((part) => part !== undefined)].join(', ');
}

function inShort(
  { durationSeconds, serving }: Estimate,
  { deadline, chance, inTime, late }: Timing,
  nowSeconds: number | undefined,
): string {
  if (durationSeconds && deadline === undefined) {
    const slower = nowSeconds === undefined ? 0 : durationSeconds.mid / nowSeconds - 1;
    return slower > AS_FAST ? `${formatShare(slower)} slower` : 'about as fast or faster';
  }
  if (durationSeconds) {
    const likely = chance === undefined ? '' : ` (chance ${formatShare(Math.min(chance, MOST_CHANCE))})`;
    return `${late ? 'misses' : inTime ? 'keeps' : 'may miss'} the deadline${late ? '' : likely}`;
  }
  const replicas = serving?.replicas?.peak;
  if (replicas === undefined) return 'runs it';
  return `${replicas} ${replicas === 1 ? 'replica carries' : 'replicas carry'} the peak`;
}

/** A difference in time below this is none: estimates are no better. */
const AS_FAST = 0.05;
/** Nothing is certain. */
const MOST_CHANCE = 0.99;

/** Quoted before marketplace minima within the same timeliness, then by `compareRanks`. */
export function compareDrafts(a: Draft, b: Draft): number {
  const [left, right] = [rankOfDraft(a), rankOfDraft(b)];
  return (
    Number(right.inTime) - Number(left.inTime) ||
    Number(a.alternative.marketplace) - Number(b.alternative.marketplace) ||
    compareRanks(left, right) ||
    compareEquals(
      { ...left, capacity: a.alternative.target.capacity, key: a.key },
      { ...right, capacity: b.alternative.target.capacity, key: b.key },
    )
  );
}
