/** Machines and counts as candidates, and the drafts of alternatives they become when they are priced. */
import type { Accelerator, Capacity, Offer } from '../catalog/types.ts';
import { carbonOf } from './carbon.ts';
import { leastRentUsd } from './cost-compute.ts';
import type { Floor } from './cost-fleet.ts';
import type { Estimate } from './estimate.ts';
import { cheapestRental, compareText, rent, rentable, type Rental } from './offers.ts';
import type { Site } from './resolve.ts';
import type { Search } from './search.ts';
import { deadlineOf } from './sizes.ts';
import { targetKey } from './target-key.ts';
import type { Alternative, ResolvedTarget } from './types.ts';
import { workloadCost } from './workload-cost.ts';

/** Without a deadline, an alternative that takes longer than this many times now is no equal. */
export const SLOWER_LIMIT = 1.5;

/** A safe fit may cost this much more than a tight one and still comes first. */
const TIGHT_SURCHARGE = 1.05;

/** One machine and count of it, priced. */
export interface Draft {
  readonly alternative: Alternative;
  /** `targetKey` of the alternative. */
  readonly key: string;
  readonly usd: number;
  /** True when it keeps the deadline, or is about as fast as now. */
  readonly inTime: boolean;
  /** True when a deadline is stated and missed. */
  readonly late: boolean;
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
  readonly inTime: boolean;
  readonly late: boolean;
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
  const { inTime, late } = timing(search, size);
  const leastUsd = floor ? 0 : leastRentUsd(search.subject, size, rental);
  return { offer, accelerator, size, count, rental, floor, marketplace, inTime, late, leastUsd };
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
    for (const candidate of [...list].sort((a, b) => compareRanks(rankOf(a), rankOf(b)))) {
      if (best && compareRanks(rankOf(candidate), rankOfDraft(best)) > 0) break;
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

/** What decides first between two of one provider and capacity. */
interface Rank {
  readonly inTime: boolean;
  readonly late: boolean;
  readonly seconds: number;
  /** With the surcharge of a tight fit. */
  readonly usd: number;
}

function rankOf({ inTime, late, size, leastUsd }: Candidate): Rank {
  const tight = size.memory.verdict === 'tight';
  return { inTime, late, seconds: size.durationSeconds?.mid ?? 0, usd: tight ? leastUsd * TIGHT_SURCHARGE : leastUsd };
}

function rankOfDraft({ inTime, late, usd, alternative }: Draft): Rank {
  const tight = alternative.fits === 'tight';
  return { inTime, late, seconds: alternative.durationSeconds ?? 0, usd: tight ? usd * TIGHT_SURCHARGE : usd };
}

function compareRanks(a: Rank, b: Rank): number {
  return Number(b.inTime) - Number(a.inTime) || (a.late && b.late ? a.seconds - b.seconds : 0) || a.usd - b.usd;
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

/** Whether a size keeps the deadline, or without one is about as fast as now. */
function timing(
  { subject, now }: Search,
  size: Estimate,
): { readonly deadline: number | undefined; readonly inTime: boolean; readonly late: boolean } {
  const seconds = size.durationSeconds?.mid;
  const nowSeconds = now?.durationSeconds?.mid;
  const deadline = deadlineOf(subject);
  const limit = deadline ?? (nowSeconds === undefined ? undefined : nowSeconds * SLOWER_LIMIT);
  const inTime = seconds === undefined || limit === undefined || seconds <= limit;
  return { deadline, inTime, late: deadline !== undefined && !inTime };
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
  const { deadline, inTime, late } = timing(search, size);
  const latency = size.serving?.endToEndSeconds?.mid;
  const carbon = search.carbon && carbonOf({ subject, site, target, estimate: size, catalog }).carbon;
  const kg = carbon && (subject.ends ? carbon.kgTotal : carbon.kgPerMonth);
  return {
    usd: amount.mid,
    ...(kg && { kg: kg.mid }),
    key: targetKey(target),
    inTime,
    late,
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
      why: whyOf(size, inTime, deadline !== undefined, overBudget(search, amount.mid, cost.monthlyUsd?.mid)),
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

/** What speaks for it (and against it) beside cost and fit, which are shown apart. */
function whyOf(size: Estimate, inTime: boolean, deadline: boolean, budget: string | undefined): string {
  const after = budget === undefined ? '' : `, ${budget}`;
  if (size.durationSeconds) {
    if (inTime) return `${deadline ? 'keeps the deadline' : 'about as fast or faster'}${after}`;
    return `${deadline ? 'misses the deadline' : 'slower'}${after}`;
  }
  const replicas = size.serving?.replicas?.peak;
  return replicas === undefined
    ? `runs it${after}`
    : `${replicas} ${replicas === 1 ? 'replica carries' : 'replicas carry'} the peak${after}`;
}

/**
 * In time before late, quoted before marketplace minima; of those in time, safe fits before tight ones of about the same price,
 * then the cheapest (so that what a budget allows comes before what it does not), then the one that is not interrupted, then
 * the faster. Of those that miss a deadline, the fastest.
 */
export function compareDrafts(a: Draft, b: Draft): number {
  const tight = (draft: Draft) => draft.usd * (draft.alternative.fits === 'tight' ? TIGHT_SURCHARGE : 1);
  const seconds = (draft: Draft) => draft.alternative.durationSeconds ?? 0;
  const risk = (draft: Draft) => (draft.alternative.target.capacity === 'spot' ? 1 : 0);
  return (
    Number(b.inTime) - Number(a.inTime) ||
    Number(a.alternative.marketplace) - Number(b.alternative.marketplace) ||
    (a.late && b.late ? seconds(a) - seconds(b) : 0) ||
    tight(a) - tight(b) ||
    risk(a) - risk(b) ||
    seconds(a) - seconds(b) ||
    compareText(a.key, b.key)
  );
}
