/**
 * Alternatives for a workload: all offers × counts × capacities that policy allows, estimated and ranked; what is refused
 * keeps its reason (`design/estimation.md`, Recommendation).
 */
import type { Accelerator, Capacity, Catalog, Offer } from '../catalog/types.ts';
import type { ManifestHead } from '../manifest/schema.ts';
import { allowedOffers, capacitiesFor, refuseChip, refuseStall, stalls } from './candidates.ts';
import { estimate, type Estimate } from './estimate.ts';
import { compareText, placementOn, rent } from './offers.ts';
import { replicasForPeak } from './replicas.ts';
import { interruptedShare } from './risk.ts';
import type { Subject } from './subject.ts';
import type { Alternative, CostPlan, MemoryPlan, Range, Rejected, ResolvedTarget } from './types.ts';
import { workloadCost } from './workload-cost.ts';

/** What the workload has now: differences are against it. Absent for `target: auto`. */
export interface Now {
  readonly target: ResolvedTarget;
  readonly cost: CostPlan;
  readonly memory: MemoryPlan;
  readonly durationSeconds: Range | null | undefined;
}

export interface Recommendation {
  /** The best first. */
  readonly alternatives: readonly Alternative[];
  readonly rejected: readonly Rejected[];
}

/** Without a deadline, an alternative that takes longer than this many times now is no equal. */
export const SLOWER_LIMIT = 1.5;
/** Counts that are tried double up to this many accelerators, or eight times what the workload has now. */
const MOST_ACCELERATORS = 1024;
const MOST_TIMES_NOW = 8;

interface Draft {
  readonly alternative: Alternative;
  /** `targetKey` of the alternative. */
  readonly key: string;
  readonly usd: number;
  /** True when it keeps the deadline, or is about as fast as now. */
  readonly inTime: boolean;
}

/**
 * Enumerates, estimates, ranks. Pure; about a millisecond for a chip and its counts.
 * @param only Capacity types to look at; absent: all that suit the workload.
 */
export function recommend(
  subject: Subject,
  head: Partial<ManifestHead>,
  catalog: Catalog,
  today: string,
  now: Now | undefined,
  only?: ReadonlySet<Offer['capacity']>,
): Recommendation {
  const rejected: Rejected[] = [];
  const drafts: Draft[] = [];
  /** What is not offered (again): keys of targets. */
  const taken = new Set<string>(now ? [targetKey(now.target)] : []);
  if (!subject.model.value) return { alternatives: [], rejected };
  const geography =
    now?.target.provider !== undefined && now.target.region !== undefined
      ? catalog.region(now.target.provider, now.target.region)?.geography
      : undefined;
  const nowCapacity = now && now.target.capacity !== 'owned' ? now.target.capacity : undefined;
  const capacities = only ?? capacitiesFor(subject, nowCapacity);
  if (now?.target.deployment === 'edge') return { alternatives: [], rejected };
  for (const [id, chipStalls] of stalls(catalog, today)) {
    const accelerator = catalog.accelerators.get(id);
    if (!accelerator) continue;
    const refusal = refuseChip(subject, accelerator, head, catalog);
    if (refusal) {
      rejected.push(reject(accelerator, refusal));
      continue;
    }
    const sizes = new SizeSearch(subject, accelerator, catalog, now);
    let reason: string | undefined;
    let found = false;
    for (const stall of chipStalls) {
      if (!capacities.has(stall.capacity)) continue;
      const refused = refuseStall(subject, stall, head);
      if (refused) {
        reason ??= refused;
        continue;
      }
      const offers = allowedOffers(stall, head, catalog, geography);
      if (offers.length === 0) {
        reason ??= `no region of ${stall.provider} that policy allows offers it`;
        continue;
      }
      for (const near of geography === undefined ? [false] : [false, true]) {
        const pool = near
          ? offers.filter((offer) => catalog.region(stall.provider, offer.region)?.geography === geography)
          : offers;
        const best = bestOf(catalog, subject, pool, accelerator, sizes, head, now, stall.marketplace);
        if (typeof best === 'string') reason ??= best;
        else if (best) {
          found = true;
          if (taken.has(best.key)) continue;
          taken.add(best.key);
          drafts.push(best);
        }
      }
    }
    if (!found) rejected.push(reject(accelerator, reason ?? 'no price is known for it'));
  }
  const alternatives = drafts.sort(compareDrafts).map((draft) => draft.alternative);
  return { alternatives, rejected };
}

/** The best machine and count of one provider and capacity: the cheapest in time, else the cheapest. A text says why there is none. */
function bestOf(
  catalog: Catalog,
  subject: Subject,
  offers: readonly Offer[],
  accelerator: Accelerator,
  sizes: SizeSearch,
  head: Partial<ManifestHead>,
  now: Now | undefined,
  marketplace: boolean,
): Draft | string | undefined {
  let best: Draft | undefined;
  let reason: string | undefined;
  const largest = Math.max(
    0,
    ...offers.map((offer) =>
      offer.machine.perAccelerator ? (accelerator.perNode ?? 1) : Math.floor(offer.machine.count),
    ),
  );
  for (const offer of offers) {
    for (const size of sizes.of(offer, largest)) {
      if (typeof size === 'string') {
        reason ??= size;
        continue;
      }
      const draft = draftOf(catalog, subject, offer, accelerator, size, head, now, marketplace);
      if (draft && (!best || compareDrafts(draft, best) < 0)) best = draft;
    }
  }
  return best ?? reason;
}

/** Estimates of one chip by count and kind of machine: many offers share them. */
class SizeSearch {
  private readonly known = new Map<string, readonly (Estimate | string)[]>();
  private readonly subject: Subject;
  private readonly accelerator: Accelerator;
  private readonly catalog: Catalog;
  private readonly now: Now | undefined;

  constructor(subject: Subject, accelerator: Accelerator, catalog: Catalog, now: Now | undefined) {
    this.subject = subject;
    this.accelerator = accelerator;
    this.catalog = catalog;
    this.now = now;
  }

  /** Sizes worth pricing on this offer. `largest` is the provider's largest machine of the chip: a run spans machines only of that kind. */
  of(offer: Offer, largest: number): readonly (Estimate | string)[] {
    const { machine } = offer;
    const perNode = machine.perAccelerator ? (this.accelerator.perNode ?? 1) : Math.floor(machine.count);
    const network = machine.networkBytesPerSecondPerAccelerator ?? 0;
    const share = interruptedShare(this.catalog, offer);
    const key = `${perNode}|${perNode < largest ? 'single' : Math.round(network / 1e8)}|${offer.capacity === 'spot' ? `spot ${share ?? ''}` : ''}|${machine.perAccelerator}`;
    let sizes = this.known.get(key);
    if (!sizes) {
      // A run spans machines only over a network that is known: single cards of a marketplace do not make a cluster.
      const joins = perNode >= largest && (network > 0 || this.accelerator.class === 'tpu');
      sizes = this.subject.trains ? this.runSizes(offer, perNode, joins) : this.fleetSizes(offer, perNode);
      this.known.set(key, sizes);
    }
    return sizes;
  }

  private estimate(offer: Offer, count: number, ask: number | 'auto'): Estimate {
    const share = interruptedShare(this.catalog, offer);
    return estimate({
      subject: this.subject,
      placement: placementOn(offer.machine, this.accelerator, count),
      count: ask,
      capacity: offer.capacity,
      ...(share !== undefined && { spotInterruptedShare: share }),
      catalog: this.catalog,
      explain: false,
    }).value;
  }

  /** Counts double until the run fits and is in time. */
  private runSizes(offer: Offer, perNode: number, spansMachines: boolean): readonly (Estimate | string)[] {
    const deadline = this.subject.training.deadline;
    const nowSeconds = this.now?.durationSeconds?.mid;
    const limit = deadline ?? nowSeconds;
    const most = Math.min(MOST_ACCELERATORS, Math.max(64, (this.now?.target.count ?? 1) * MOST_TIMES_NOW));
    const slices = this.catalog.sliceSizes(this.accelerator.id);
    const sizes: Estimate[] = [];
    let failure = 'the model does not fit';
    for (
      let count = offer.machine.perAccelerator ? 1 : perNode;
      count <= (spansMachines ? most : perNode);
      count *= 2
    ) {
      if (slices && !slices.includes(count)) continue;
      const result = this.estimate(offer, count, count);
      if (result.memory.verdict === 'unknown') return ['its memory or the model’s is not known'];
      if (result.memory.verdict === 'does-not-fit') continue;
      sizes.push(result);
      if (!result.durationSeconds) return ['no speed can be estimated for it'];
      if (limit === undefined || result.durationSeconds.mid <= limit) break;
      failure = `it misses the deadline even with ${count}`;
    }
    const inTime =
      deadline === undefined ? sizes : sizes.filter((size) => (size.durationSeconds?.mid ?? Infinity) <= deadline);
    return inTime.length > 0 ? inTime : [failure];
  }

  private fleetSizes(offer: Offer, perNode: number): readonly (Estimate | string)[] {
    const load = this.subject.serving.requests !== undefined || this.subject.serving.autoscaling !== undefined;
    const fixed = load && !this.subject.ends ? 'auto' : (this.now?.target.count ?? perNode);
    const result = this.estimate(offer, perNode, fixed);
    if (result.memory.verdict === 'unknown') return ['its memory or the model’s is not known'];
    if (result.memory.verdict === 'does-not-fit') return ['the model does not fit'];
    if (result.together > perNode) return [`a replica needs ${result.together}, the machine holds ${perNode}`];
    if (result.serving?.meetsLatency === false) return ['it misses the latency at any batch'];
    if (result.count === null || result.count === 0) return ['no speed can be estimated for it'];
    const most = this.subject.serving.autoscaling?.max;
    const needed = replicasForPeak(this.subject.serving, result.serving?.requestsPerSecondPerReplica?.mid);
    if (most !== undefined && needed !== undefined && needed > most)
      return [`the peak needs ${needed} replicas, over the ${most} of autoscaling`];
    return [result];
  }
}

function draftOf(
  catalog: Catalog,
  subject: Subject,
  offer: Offer,
  accelerator: Accelerator,
  size: Estimate,
  head: Partial<ManifestHead>,
  now: Now | undefined,
  marketplace: boolean,
): Draft | undefined {
  if (size.count === null) return undefined;
  const rental = rent(offer, accelerator, size.count, head);
  const { cost } = workloadCost({
    subject,
    site: { kind: 'cloud', accelerator },
    estimate: size,
    head,
    catalog,
    rental,
    ...(now?.target.service !== undefined &&
      now.target.provider === offer.machine.provider && { service: now.target.service }),
  });
  const amount = subject.ends ? cost.totalUsd : cost.monthlyUsd;
  if (!cost.hourlyUsd || !amount) return undefined;
  const nowAmount = now && (subject.ends ? now.cost.totalUsd : now.cost.monthlyUsd);
  const seconds = size.durationSeconds?.mid;
  const nowSeconds = now?.durationSeconds?.mid;
  const deadline = subject.training.deadline ?? subject.serving.deadline;
  const limit = deadline ?? (nowSeconds === undefined ? undefined : nowSeconds * SLOWER_LIMIT);
  const inTime = seconds === undefined || limit === undefined || seconds <= limit;
  const target: ResolvedTarget = {
    deployment: 'cloud',
    provider: offer.machine.provider,
    region: offer.region,
    instance: offer.machine.instance,
    accelerator: accelerator.id,
    count: size.count,
    nodes: rental.nodes,
    capacity: offer.capacity as Capacity,
  };
  return {
    usd: amount.mid,
    key: targetKey(target),
    inTime,
    alternative: {
      target,
      cost: {
        hourlyUsd: cost.hourlyUsd.mid,
        ...(cost.monthlyUsd && { monthlyUsd: cost.monthlyUsd.mid }),
        ...(cost.totalUsd && { totalUsd: cost.totalUsd.mid }),
      },
      ...(seconds !== undefined && { durationSeconds: seconds }),
      fits: size.memory.verdict,
      ...(nowAmount && { deltaUsd: amount.mid - nowAmount.mid }),
      ...(seconds !== undefined && nowSeconds !== undefined && { deltaSeconds: seconds - nowSeconds }),
      why: whyOf(size, inTime, deadline !== undefined),
      marketplace,
      asOf: offer.asOf,
    },
  };
}

/** What speaks for it beside cost and fit, which are shown apart. */
function whyOf(size: Estimate, inTime: boolean, deadline: boolean): string {
  if (size.durationSeconds) return inTime ? (deadline ? 'keeps the deadline' : 'about as fast or faster') : 'slower';
  const replicas = size.serving?.replicas?.peak;
  return replicas === undefined
    ? 'runs it'
    : `${replicas} ${replicas === 1 ? 'replica carries' : 'replicas carry'} the peak`;
}

/** In time before late, quoted before marketplace minima, safe fits before tight ones of about the same price; then the cheapest; then the faster. */
function compareDrafts(a: Draft, b: Draft): number {
  const tight = (draft: Draft) => draft.usd * (draft.alternative.fits === 'tight' ? 1.05 : 1);
  return (
    Number(b.inTime) - Number(a.inTime) ||
    Number(a.alternative.marketplace) - Number(b.alternative.marketplace) ||
    tight(a) - tight(b) ||
    (a.alternative.durationSeconds ?? 0) - (b.alternative.durationSeconds ?? 0) ||
    compareText(a.key, b.key)
  );
}

/** Identity of a target in lists and requests: provider/region/instance/accelerator/count/capacity. */
export function targetKey(target: ResolvedTarget): string {
  const { provider = '', region = '', instance = '', accelerator = '', count, capacity } = target;
  return `${provider}/${region}/${instance}/${accelerator}/${count === null ? '' : count.toString()}/${capacity}`;
}

function reject(accelerator: Accelerator, reason: string): Rejected {
  return {
    target: { deployment: 'cloud', accelerator: accelerator.id, count: null, nodes: null, capacity: 'on-demand' },
    reason,
  };
}
