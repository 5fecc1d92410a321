/**
 * Alternatives for a workload: all offers × counts × capacities that policy allows, estimated and ranked; what is refused
 * keeps its reason (`design/estimation.md`, Recommendation).
 */
import type { Accelerator, Capacity, Catalog, Offer } from '../catalog/types.ts';
import type { ManifestHead, Target } from '../manifest/schema.ts';
import { carbonOf } from './carbon.ts';
import { allowedOffers, capacitiesFor, refuseChip, refuseStall, stalls } from './candidates.ts';
import type { Estimate } from './estimate.ts';
import { cheapestRental, compareText, rent, rentable, type Rental } from './offers.ts';
import { ownClusters } from './own-clusters.ts';
import type { Site } from './resolve.ts';
import { deadlineOf, SizeSearch, type Reach } from './sizes.ts';
import type { Subject } from './subject.ts';
import { targetKey } from './target-key.ts';
import type { Alternative, CostPlan, MemoryPlan, Range, Rejected, ResolvedTarget } from './types.ts';
import { workloadCost } from './workload-cost.ts';

/** What the workload has now: differences are against it. Absent for `target: auto`. */
export interface Now {
  readonly target: ResolvedTarget;
  readonly cost: CostPlan;
  readonly memory: MemoryPlan;
  readonly durationSeconds: Range | null | undefined;
  /** Mid latency of a request, of a service. */
  readonly endToEndSeconds?: number;
  /** Mid carbon of a run or a month; absent where it is not known. */
  readonly kg?: number;
}

export interface Recommendation {
  /** The best first. */
  readonly alternatives: readonly Alternative[];
  readonly rejected: readonly Rejected[];
  /** An own cluster that could run it, at a cost that nobody stated. */
  readonly unpriced?: ResolvedTarget;
}

export interface Search {
  readonly subject: Subject;
  readonly head: Partial<ManifestHead>;
  readonly catalog: Catalog;
  readonly today: string;
  readonly now: Now | undefined;
  /** Capacity types to look at; absent: all that suit the workload. */
  readonly only?: ReadonlySet<Offer['capacity']>;
  /** A floor that stays on another capacity: it is part of what each alternative costs. */
  readonly baseline?: Target['baseline'];
  /** Carbon too, and with it the regions with the cleanest grids. */
  readonly carbon?: boolean;
}

/** Without a deadline, an alternative that takes longer than this many times now is no equal. */
export const SLOWER_LIMIT = 1.5;

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

/** A chip at a provider under a capacity (or the chip as a whole, where it is refused before), with what it can do. */
interface Tried {
  readonly accelerator: Accelerator;
  readonly provider?: string;
  /** An own cluster. */
  readonly cluster?: string;
  readonly capacity?: Offer['capacity'];
  /** One list for all places, and one for those in the geography of now. */
  readonly pools: readonly (readonly Draft[])[];
  /** Why there is none, or why some sizes are none. */
  readonly reason: string | undefined;
  /** Where an own cluster could run it at a cost that nobody stated. */
  readonly unpriced?: ResolvedTarget;
}

/**
 * The best machine and count of each chip, provider and capacity: the cheapest in time first; where nothing keeps the
 * deadline, the fastest first. Pure; about a millisecond for a chip and its counts.
 */
export function recommend(search: Search): Recommendation {
  const tried = searchAll(search, 'enough');
  const timely = tried.some(({ pools }) => pools.some((drafts) => drafts.some(({ late }) => !late)));
  const drafts: Draft[] = [];
  /** What is not offered (again). */
  const taken = new Set<string>(search.now ? [targetKey(search.now.target)] : []);
  for (const { pools } of tried) {
    for (const pool of pools) {
      const best = bestOf(timely ? pool.filter(({ late }) => !late) : pool);
      if (!best || taken.has(best.key)) continue;
      taken.add(best.key);
      drafts.push(best);
    }
  }
  const alternatives = drafts.sort(compareDrafts).map(({ alternative }) => alternative);
  const unpriced = tried.find((one) => one.unpriced)?.unpriced;
  return { alternatives, rejected: rejectedChips(tried, timely), ...(unpriced && { unpriced }) };
}

/** Every machine and count worth a look, each once, and what was refused: chip by chip, and at each provider. */
export function everything(search: Search): { drafts: readonly Draft[]; rejected: readonly Rejected[] } {
  const tried = searchAll({ ...search, carbon: true }, 'all');
  const drafts = new Map<string, Draft>();
  for (const { pools } of tried) for (const pool of pools) for (const draft of pool) drafts.set(draft.key, draft);
  const rejected = tried.flatMap((one): Rejected[] =>
    one.pools.some((pool) => pool.length > 0) ? [] : [rejection(one, one.reason ?? NO_PRICE)],
  );
  return { drafts: [...drafts.values()], rejected };
}

const NO_PRICE = 'no price is known for it';

function searchAll(search: Search, reach: Reach): readonly Tried[] {
  const { subject, head, catalog, today, now } = search;
  if (!subject.model.value || now?.target.deployment === 'edge') return [];
  const geography =
    now?.target.provider !== undefined && now.target.region !== undefined
      ? catalog.region(now.target.provider, now.target.region)?.geography
      : undefined;
  const nowCapacity = now && now.target.capacity !== 'owned' ? now.target.capacity : undefined;
  const capacities = search.only ?? capacitiesFor(subject, nowCapacity);
  const tried: Tried[] = ownClusters(search, reach).map(({ name, accelerator, sizes, reason }) => {
    const drafts = sizes.flatMap(({ site, target, size }) => pricedDraft(search, { site, target, size }) ?? []);
    const unpriced = drafts.length === 0 ? sizes.at(-1)?.target : undefined;
    const why = unpriced ? `clusters.${name}.cost is not stated` : reason;
    return { accelerator, cluster: name, pools: [drafts], reason: why, ...(unpriced && { unpriced }) };
  });
  for (const [id, chipStalls] of stalls(catalog, today)) {
    const accelerator = catalog.accelerators.get(id);
    if (!accelerator) continue;
    const refusal = refuseChip(subject, accelerator, head, catalog);
    if (refusal) {
      tried.push({ accelerator, pools: [], reason: refusal });
      continue;
    }
    const before = tried.length;
    const sizes = new SizeSearch(
      subject,
      accelerator,
      catalog,
      now && { count: now.target.count, durationSeconds: now.durationSeconds },
      reach,
    );
    for (const stall of chipStalls) {
      const { provider, capacity, marketplace } = stall;
      if (!capacities.has(capacity)) continue;
      const refused = refuseStall(subject, stall, head);
      const offers = refused ? [] : allowedOffers(stall, head, catalog, geography, search.carbon);
      if (offers.length === 0) {
        const reason = refused ?? `no region of ${provider} that policy allows offers it`;
        tried.push({ accelerator, provider, capacity, pools: [], reason });
        continue;
      }
      const near = offers.filter((offer) => catalog.region(provider, offer.region)?.geography === geography);
      let reason: string | undefined;
      const price = (pool: readonly Offer[]): readonly Draft[] => {
        const { drafts, failure } = draftsOf(search, pool, accelerator, sizes, marketplace);
        reason ??= failure;
        return drafts;
      };
      const all = price(offers);
      const pools = [all];
      if (geography !== undefined && near.length > 0) {
        // The same machines at the same sizes, unless a larger one is sold elsewhere: nothing is priced twice.
        const regions = new Set(near.map(({ region }) => region));
        const same = largestOf(near, accelerator) === largestOf(offers, accelerator);
        pools.push(same ? all.filter(({ alternative }) => regions.has(alternative.target.region ?? '')) : price(near));
      }
      tried.push({ accelerator, provider, capacity, pools, reason });
    }
    if (tried.length === before) tried.push({ accelerator, pools: [], reason: NO_PRICE });
  }
  return tried;
}

/** All machines and counts of one provider and capacity. */
function draftsOf(
  search: Search,
  offers: readonly Offer[],
  accelerator: Accelerator,
  sizes: SizeSearch,
  marketplace: boolean,
): { drafts: readonly Draft[]; failure: string | undefined } {
  const drafts: Draft[] = [];
  let failure: string | undefined;
  const largest = largestOf(offers, accelerator);
  for (const offer of offers) {
    for (const size of sizes.of(offer, largest)) {
      if (typeof size === 'string') {
        failure ??= size;
        continue;
      }
      const draft = draftOf(search, offer, accelerator, size, marketplace);
      if (draft) drafts.push(draft);
    }
  }
  return { drafts, failure };
}

/** Accelerators in the largest machine on offer; 0 where there is none. */
function largestOf(offers: readonly Offer[], accelerator: Accelerator): number {
  let largest = 0;
  for (const { machine } of offers)
    largest = Math.max(largest, machine.perAccelerator ? (accelerator.perNode ?? 1) : Math.floor(machine.count));
  return largest;
}

function bestOf(drafts: readonly Draft[]): Draft | undefined {
  let best: Draft | undefined;
  for (const draft of drafts) if (!best || compareDrafts(draft, best) < 0) best = draft;
  return best;
}

/** One entry for each chip that nobody can use, with the first reason met. */
function rejectedChips(tried: readonly Tried[], timely: boolean): readonly Rejected[] {
  const reasons = new Map<Accelerator, string | undefined>();
  for (const { accelerator, cluster, pools, reason } of tried) {
    if (cluster !== undefined) continue;
    const drafts = pools.flat();
    if (drafts.some(({ late }) => !timely || !late)) reasons.set(accelerator, undefined);
    else if (!reasons.has(accelerator)) reasons.set(accelerator, drafts[0] ? lateness(drafts) : (reason ?? NO_PRICE));
  }
  return [...reasons].flatMap(([accelerator, reason]) =>
    reason === undefined ? [] : [rejection({ accelerator }, reason)],
  );
}

function lateness(drafts: readonly Draft[]): string {
  const most = Math.max(...drafts.map(({ alternative }) => alternative.target.count ?? 0));
  return `it misses the deadline even with ${most.toString()}`;
}

function rejection(
  { accelerator, provider, capacity, cluster }: Pick<Tried, 'accelerator' | 'provider' | 'capacity' | 'cluster'>,
  reason: string,
): Rejected {
  return {
    target: {
      deployment: cluster === undefined ? 'cloud' : 'on-premises',
      ...(provider !== undefined && { provider }),
      ...(cluster !== undefined && { cluster }),
      accelerator: accelerator.id,
      count: null,
      nodes: null,
      capacity: cluster === undefined ? (capacity ?? 'on-demand') : 'owned',
    },
    reason,
  };
}

function draftOf(
  search: Search,
  offer: Offer,
  accelerator: Accelerator,
  size: Estimate,
  marketplace: boolean,
): Draft | undefined {
  const { count } = size;
  if (count === null) return undefined;
  const rental = rent(offer, accelerator, count, search.head);
  const floor = baselineRental(search, offer, accelerator, size.together);
  if (floor && floor.rental?.unitUsdPerHour === undefined) return undefined;
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
  readonly floor?: { readonly count: number; readonly rental: Rental | undefined };
  readonly marketplace?: boolean;
  /** ISO date of its price; absent where the manifest states it. */
  readonly asOf?: string;
}

/** Undefined where no price is known. */
function pricedDraft(search: Search, placing: Placing): Draft | undefined {
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
  const deadline = deadlineOf(subject);
  const limit = deadline ?? (nowSeconds === undefined ? undefined : nowSeconds * SLOWER_LIMIT);
  const inTime = seconds === undefined || limit === undefined || seconds <= limit;
  const latency = size.serving?.endToEndSeconds?.mid;
  const carbon = search.carbon && carbonOf({ subject, site, target, estimate: size, catalog }).carbon;
  const kg = carbon && (subject.ends ? carbon.kgTotal : carbon.kgPerMonth);
  return {
    usd: amount.mid,
    ...(kg && { kg: kg.mid }),
    key: targetKey(target),
    inTime,
    late: deadline !== undefined && !inTime,
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
): { count: number; rental: Rental | undefined } | undefined {
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
  return { count, rental: cheapestRental(wish, catalog, head, today) };
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
  const tight = (draft: Draft) => draft.usd * (draft.alternative.fits === 'tight' ? 1.05 : 1);
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
