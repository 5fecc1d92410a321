/**
 * Alternatives for a workload: all offers × counts × capacities that policy allows, estimated and ranked; what is refused
 * keeps its reason (`docs/formulas.md`).
 */
import type { Accelerator, Offer } from '../catalog/types.ts';
import { allowedOffers, capacitiesFor, refuseChip, refuseStall, stalls } from './candidates.ts';
import {
  bestOf,
  bestOfEach,
  candidateOf,
  compareDrafts,
  priceAll,
  pricedDraft,
  type Candidate,
  type Draft,
} from './drafts.ts';
import { ownClusters } from './own-clusters.ts';
import { isBeyondReady, MOST_ACCELERATORS_AT_ONCE } from './ranking.ts';
import type { Search } from './search.ts';
import { ChipSizes, type SizeSearch } from './sizes.ts';
import { targetKey } from './target-key.ts';
import type { Alternative, Rejected, ResolvedTarget } from './types.ts';

export interface Recommendation {
  /** The best first. */
  readonly alternatives: readonly Alternative[];
  readonly rejected: readonly Rejected[];
  /** An own cluster that could run it, at a cost that nobody stated. */
  readonly unpriced?: ResolvedTarget;
}

/** A chip at a provider under a capacity (or the chip as a whole, where it is refused before), with what it can do. */
interface Tried {
  readonly accelerator: Accelerator;
  readonly provider?: string;
  /** An own cluster. */
  readonly cluster?: string;
  readonly capacity?: Offer['capacity'];
  /** One list for all places, and one for those in the geography of now: all drafts, or the best alone where that is enough. */
  readonly pools: readonly (readonly Draft[])[];
  /** Accelerators of the largest size looked at. */
  readonly most?: number;
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
  const tried = searchAll(search, false);
  const timely = tried.some(({ pools }) => pools.some((drafts) => drafts.some(({ timing }) => !timing.late)));
  const drafts: Draft[] = [];
  /** What is not offered (again). */
  const taken = new Set<string>(search.now ? [targetKey(search.now.target)] : []);
  for (const { pools } of tried) {
    for (const pool of pools) {
      const best = bestOf(pool);
      // What is late comes last: where it is the best of its pool, the pool has nothing in time.
      if (!best || (timely && best.timing.late) || taken.has(best.key)) continue;
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
  const tried = searchAll({ ...search, carbon: true, reach: 'all' }, true);
  const drafts = new Map<string, Draft>();
  for (const { pools } of tried) for (const pool of pools) for (const draft of pool) drafts.set(draft.key, draft);
  const rejected = tried.flatMap((one): Rejected[] =>
    one.pools.some((pool) => pool.length > 0) ? [] : [rejection(one, one.reason ?? NO_PRICE)],
  );
  return { drafts: [...drafts.values()], rejected };
}

const TOO_MANY_SPOT = `more than ${MOST_ACCELERATORS_AT_ONCE} spot accelerators at once are not assumed to be free`;
const NO_PRICE = 'no price is known for it';

/** A region that the target names is no word of the policy. */
function notThere(provider: string, region: string | undefined): string {
  return region === undefined
    ? `no region of ${provider} that policy allows offers it`
    : `${provider} does not offer it in ${region}`;
}

/** @param all Every draft, not the best of each pool alone. */
function searchAll(search: Search, all: boolean): readonly Tried[] {
  const { subject, head, catalog, today, now } = search;
  if (!subject.model.value || now?.target.deployment === 'edge') return [];
  const geography =
    now?.target.provider !== undefined && now.target.region !== undefined
      ? catalog.region(now.target.provider, now.target.region)?.geography
      : undefined;
  const nowCapacity = now && now.target.capacity !== 'owned' ? now.target.capacity : undefined;
  const capacities = search.only ?? capacitiesFor(subject, nowCapacity);
  const chipSizes = search.sizes ?? new ChipSizes(subject, catalog, now);
  const { reach = 'enough', place } = search;
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
    const sizes = chipSizes.of(accelerator);
    for (const stall of chipStalls) {
      const { provider, capacity, marketplace } = stall;
      if (!capacities.has(capacity) || (place?.provider ?? provider) !== provider) continue;
      const refused = refuseStall(subject, stall, head);
      const offers = refused ? [] : allowedOffers(stall, head, catalog, geography, search.carbon);
      if (offers.length === 0) {
        const reason = refused ?? notThere(provider, place?.region);
        tried.push({ accelerator, provider, capacity, pools: [], reason });
        continue;
      }
      const near = offers.filter((offer) => catalog.region(provider, offer.region)?.geography === geography);
      let reason: string | undefined;
      const look = (pool: readonly Offer[]): readonly Candidate[] => {
        const { candidates, failure } = candidatesOf(search, pool, accelerator, sizes, marketplace);
        reason ??= failure;
        return candidates;
      };
      const anywhere = look(offers);
      const lists = [anywhere];
      if (geography !== undefined && near.length > 0) {
        // The same machines at the same sizes, unless a larger one is sold elsewhere: nothing is priced twice.
        const regions = new Set(near.map(({ region }) => region));
        const same = largestOf(near, accelerator) === largestOf(offers, accelerator);
        lists.push(same ? anywhere.filter(({ offer }) => regions.has(offer.region)) : look(near));
      }
      const pools = all ? lists.map((list) => priceAll(search, list)) : bestOfEach(search, lists);
      const most = Math.max(0, ...lists.flat().map(({ count }) => count));
      tried.push({ accelerator, provider, capacity, pools, most, reason });
    }
    if (tried.length === before) {
      const elsewhere = place?.provider !== undefined && !catalog.providersOf(id).includes(place.provider);
      tried.push({ accelerator, pools: [], reason: elsewhere ? `not offered by ${place.provider}` : NO_PRICE });
    }
  }
  return tried;
}

/** All machines and counts of one provider and capacity, not yet priced. */
function candidatesOf(
  search: Search,
  offers: readonly Offer[],
  accelerator: Accelerator,
  sizes: SizeSearch,
  marketplace: boolean,
): { candidates: readonly Candidate[]; failure: string | undefined } {
  const candidates: Candidate[] = [];
  let failure: string | undefined;
  const largest = largestOf(offers, accelerator);
  for (const offer of offers) {
    for (const size of sizes.of(offer, largest, search.reach ?? 'enough')) {
      if (typeof size === 'string') {
        failure ??= size;
        continue;
      }
      if (offer.capacity === 'spot' && isBeyondReady(size.count ?? 0, (size.count ?? 0) / offer.machine.count)) {
        failure ??= TOO_MANY_SPOT;
        continue;
      }
      const candidate = candidateOf(search, offer, accelerator, size, marketplace);
      if (candidate) candidates.push(candidate);
    }
  }
  return { candidates, failure };
}

/** Accelerators in the largest machine on offer; 0 where there is none. */
function largestOf(offers: readonly Offer[], accelerator: Accelerator): number {
  let largest = 0;
  for (const { machine } of offers)
    largest = Math.max(largest, machine.perAccelerator ? (accelerator.perNode ?? 1) : Math.floor(machine.count));
  return largest;
}

/** One entry for each chip that nobody can use, with the first reason met. */
function rejectedChips(tried: readonly Tried[], timely: boolean): readonly Rejected[] {
  const reasons = new Map<Accelerator, string | undefined>();
  for (const { accelerator, cluster, pools, most, reason } of tried) {
    if (cluster !== undefined) continue;
    const drafts = pools.flat();
    if (drafts.some(({ timing }) => !timely || !timing.late)) reasons.set(accelerator, undefined);
    else if (!reasons.has(accelerator))
      reasons.set(accelerator, drafts[0] ? lateness(most ?? 0) : (reason ?? NO_PRICE));
  }
  return [...reasons].flatMap(([accelerator, reason]) =>
    reason === undefined ? [] : [rejection({ accelerator }, reason)],
  );
}

function lateness(most: number): string {
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
