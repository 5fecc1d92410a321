/** The plan of one workload: target, memory, speed, cost, and — when somebody looks — alternatives and derivations. */
import type { Catalog } from '../catalog/types.ts';
import type { ManifestHead, Target, Workload } from '../manifest/schema.ts';
import { estimate, NO_MEMORY, type Estimate } from './estimate.ts';
import { cheapestRental, rentable, type Rental } from './offers.ts';
import { recommend, type Now, type Recommendation } from './recommend.ts';
import { place, resolveTarget, togetherForRun, type Placed, type Resolution, type Site } from './resolve.ts';
import { subjectOf, type Subject } from './subject.ts';
import type {
  Alternative,
  Assumption,
  Derivation,
  Explained,
  ResolvedTarget,
  RiskPlan,
  Unknown,
  WorkloadPlan,
} from './types.ts';
import { capacityOptions, type Priced } from './capacities.ts';
import { carbonOf, NO_CARBON, type CarbonResult } from './carbon.ts';
import { ownershipPlan } from './ownership-plan.ts';
import { interruptedShare, riskDerivation, riskOf } from './risk.ts';
import { workloadCost, type WorkloadCost } from './workload-cost.ts';

interface Context {
  readonly head: Partial<ManifestHead>;
  readonly catalog: Catalog;
  readonly today: string;
}

/** A target with everything that follows from it. */
interface Settled {
  readonly resolution: Resolution;
  readonly target: ResolvedTarget;
  readonly placed: Placed | undefined;
  readonly estimate: Explained<Estimate>;
  readonly cost: WorkloadCost['cost'];
  readonly priced: WorkloadCost | undefined;
  readonly risk: RiskPlan | undefined;
  readonly carbon: CarbonResult;
}

/**
 * Plans a workload. Never throws for any manifest that validates; what is not known is null with an entry in `unknown`.
 * `alternatives`, `rejected` and `derivation` are computed when first read.
 */
export function planWorkload(
  workload: Workload,
  head: Partial<ManifestHead>,
  catalog: Catalog,
  today: string,
): WorkloadPlan {
  const context: Context = { head, catalog, today };
  const subject = subjectOf(workload, catalog);
  const stated = workload.target === 'auto' ? undefined : workload.target;
  const unplaced = stated === undefined || !namesHardware(stated, workload);
  const auto = unplaced ? once(() => recommend(subject, narrowed(head, stated), catalog, today, undefined)) : undefined;
  const chosen = auto?.().alternatives.find((alternative) => !alternative.marketplace);
  const settled = settle(subject, unplaced ? targetOf(stated, chosen) : stated, context, false);
  const recommendation = once(
    (): Recommendation => auto?.() ?? recommend(subject, head, catalog, today, nowOf(settled)),
  );
  const explained = once(
    () => settle(subject, unplaced ? targetOf(stated, chosen) : stated, context, true).estimate.derivation,
  );
  const capacities = once(() => capacityOptions((capacity) => pricedAs(subject, stated, settled, capacity, context)));
  const ownership = once(() => ({ plan: ownershipPlan(settled.resolution.site, head, catalog, today) }));
  const value = settled.estimate.value;
  return {
    phase: workload.phase,
    target: settled.target,
    ...(value.parallelism && { parallelism: value.parallelism }),
    memory: value.memory,
    ...(value.training && { training: value.training }),
    ...(value.serving && { serving: value.serving }),
    cost: settled.cost,
    ...(settled.risk && { risk: settled.risk }),
    carbon: settled.carbon.carbon,
    get capacities() {
      return settled.resolution.site?.kind === 'cloud' ? capacities() : [];
    },
    get ownership() {
      return ownership().plan;
    },
    get alternatives() {
      return recommendation().alternatives;
    },
    get rejected() {
      return recommendation().rejected;
    },
    assumptions: assumptionsOf(subject, settled, chosen),
    get derivation() {
      return [
        ...subject.model.derivation,
        ...explained(),
        ...(settled.priced?.ownership?.derivation ?? []),
        ...costDerivation(settled),
        ...(settled.risk ? riskDerivation(settled.risk) : []),
        ...settled.carbon.derivation(),
      ];
    },
    unknown: unknownOf(subject, settled, unplaced && !chosen),
  };
}

/** True when the target says enough to know the hardware. */
function namesHardware(target: Target, workload: Workload): boolean {
  return (
    target.accelerator !== undefined ||
    target.instance !== undefined ||
    target.cluster !== undefined ||
    target.deployment === 'on-premises' ||
    target.deployment === 'edge' ||
    target.serverless === true ||
    workload.edge !== undefined
  );
}

/** A target that names a provider or region but no hardware narrows what is recommended. */
function narrowed(head: Partial<ManifestHead>, target: Target | undefined): Partial<ManifestHead> {
  if (!target || (target.provider === undefined && target.region === undefined)) return head;
  return {
    ...head,
    policy: {
      ...head.policy,
      ...(target.provider !== undefined && { providers: [target.provider] }),
      ...(target.region !== undefined && { regions: [target.region] }),
    },
  };
}

function targetOf(stated: Target | undefined, chosen: Alternative | undefined): Target | undefined {
  if (!chosen) return stated;
  const { provider, region, instance, accelerator, count, capacity } = chosen.target;
  return {
    ...stated,
    ...(provider !== undefined && { provider }),
    ...(region !== undefined && { region }),
    ...(instance !== undefined && { instance }),
    ...(accelerator !== undefined && { accelerator }),
    ...(count !== null && { count }),
    capacity,
  };
}

function settle(subject: Subject, target: Target | undefined, context: Context, explain: boolean): Settled {
  const { head, catalog } = context;
  const resolution = resolveTarget(subject.workload, target, head, catalog);
  const { site } = resolution;
  if (!site) {
    return {
      resolution,
      target: resolution.target,
      placed: undefined,
      estimate: nothing(subject),
      cost: {
        hourlyUsd: null,
        ...(subject.ends ? { totalUsd: null } : { monthlyUsd: null }),
        lines: [],
        atLeast: true,
      },
      priced: undefined,
      risk: undefined,
      carbon: { carbon: NO_CARBON, unknown: [], derivation: () => [] },
    };
  }
  const { placed, result } = size(subject, resolution, site, context, explain);
  const count = result.value.count;
  const rental = placed.rental;
  const floor = floorOf(target, site, resolution.target, context, result.value.together);
  const priced = workloadCost({
    subject,
    site,
    estimate: result.value,
    head,
    catalog,
    rental,
    ...(resolution.target.service !== undefined && { service: resolution.target.service }),
    ...(floor && { floor }),
  });
  const { cost } = priced;
  const { provider: _provider, region: _region, instance: _instance, ...rest } = resolution.target;
  const provider = rental?.offer.machine.provider ?? resolution.target.provider;
  const region = rental?.offer.region ?? resolution.target.region;
  const instance = rental?.offer.machine.instance ?? resolution.target.instance;
  const nodes = count === null ? null : (rental?.nodes ?? Math.ceil(count / Math.max(1, placed.placement.perNode)));
  const resolved: ResolvedTarget = {
    ...rest,
    ...(provider !== undefined && { provider }),
    ...(region !== undefined && { region }),
    ...(instance !== undefined && { instance }),
    count,
    nodes,
  };
  return {
    resolution,
    target: resolved,
    placed,
    estimate: result,
    cost,
    priced,
    risk:
      site.kind === 'edge'
        ? undefined
        : riskOf({
            subject,
            estimate: result.value,
            capacity: resolved.capacity,
            nodes: nodes ?? 1,
            cost,
            ...(rental && { offer: rental.offer }),
            catalog,
          }),
    carbon: carbonOf({ subject, site, target: resolved, estimate: result.value, catalog }),
  };

  function nothing(of: Subject): Explained<Estimate> {
    return {
      value: {
        memory: NO_MEMORY,
        count: null,
        averageCount: null,
        together: 1,
        ...(of.ends && { durationSeconds: null }),
      },
      derivation: [],
      assumptions: [],
      unknown: [],
    };
  }
}

/** The plan's machines under another capacity: at the same place where it is sold there, else in the provider's cheapest region. */
function pricedAs(
  subject: Subject,
  stated: Target | undefined,
  now: Settled,
  capacity: Rental['offer']['capacity'],
  context: Context,
): Priced | undefined {
  if (now.target.capacity === capacity) return pricedOf(now);
  const { provider, region, instance, count, accelerator } = now.target;
  if (provider === undefined || accelerator === undefined) return undefined;
  const { region: _region, instance: _instance, baseline: _baseline, ...rest } = stated ?? {};
  const target: Target = {
    ...rest,
    provider,
    accelerator,
    capacity,
    ...(subject.trains && count !== null && { count }),
  };
  for (const place of [{ region, instance }, { region }, {}]) {
    const known = Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
    const settled = settle(subject, { ...target, ...known }, context, false);
    if (settled.placed?.rental?.unitUsdPerHour !== undefined) return pricedOf(settled);
  }
  return undefined;
}

function pricedOf({ target, estimate: result, cost, risk, placed }: Settled): Priced {
  return { target, estimate: result.value, cost, risk, rental: placed?.rental };
}

/** Finds the count where it is open, and the machines that hold a replica or a run together. */
function size(
  subject: Subject,
  resolution: Resolution,
  site: Site,
  context: Context,
  explain: boolean,
): { placed: Placed; result: Explained<Estimate> } {
  const { head, catalog, today } = context;
  const { target, count } = resolution;
  const at = (accelerators: number, together: number): Placed =>
    place(site, accelerators, together, target, head, catalog, today);
  const on = (placed: Placed, ask: number | 'auto', derive: boolean) =>
    estimate({
      subject,
      placement: placed.placement,
      count: ask,
      capacity: target.capacity,
      ...shareOf(placed.rental, catalog),
      catalog,
      ...(site.kind === 'edge' && { perDevice: true }),
      explain: derive,
    });

  if (subject.trains) {
    const counts = count === 'auto' ? runCounts(site, catalog) : [count];
    let tried: { placed: Placed; result: Explained<Estimate> } | undefined;
    for (const accelerators of counts) {
      const placed = at(accelerators, togetherForRun(site, accelerators, target, catalog, head, today));
      const result = on(placed, accelerators, explain);
      tried = { placed, result };
      const deadline = subject.training.deadline;
      const late = deadline !== undefined && (result.value.durationSeconds?.mid ?? 0) > deadline;
      if (result.value.memory.verdict !== 'does-not-fit' && !late) break;
    }
    if (tried) return tried;
  }
  // Serving: the machine decides how a replica is cut, the replica decides the machine. A stated fleet keeps its count.
  const largest = togetherForRun(
    site,
    count === 'auto' ? Number.MAX_SAFE_INTEGER : count,
    target,
    catalog,
    head,
    today,
  );
  const first = at(count === 'auto' ? largest : count, Math.min(largest, count === 'auto' ? largest : count));
  const draft = on(first, count, false);
  const accelerators = draft.value.count ?? (count === 'auto' ? draft.value.together : count);
  const placed = at(Math.max(1, accelerators), draft.value.together);
  return { placed, result: on(placed, count, explain) };
}

function shareOf(rental: Rental | undefined, catalog: Catalog): { readonly spotInterruptedShare?: number } {
  const share = rental && interruptedShare(catalog, rental.offer);
  return share === undefined ? {} : { spotInterruptedShare: share };
}

const MOST_ACCELERATORS = 1024;

/** Counts that `auto` tries for a run: whole doublings, or the valid slices of a TPU. */
function runCounts(site: Site, catalog: Catalog): readonly number[] {
  const slices = catalog.sliceSizes(site.accelerator.id);
  if (site.kind === 'cloud' && slices)
    return slices.filter((chips) => Number.isInteger(Math.log2(chips)) && chips <= MOST_ACCELERATORS);
  const most =
    site.kind === 'cluster'
      ? Math.max(1, (site.cluster.nodes ?? 1) * (site.cluster.acceleratorsPerNode ?? site.accelerator.perNode ?? 1))
      : MOST_ACCELERATORS;
  const counts: number[] = [];
  for (let count = 1; count < most; count *= 2) counts.push(count);
  counts.push(most);
  return counts;
}

/** `baseline`: a floor on another capacity, at the same provider and region. */
function floorOf(
  target: Target | undefined,
  site: Site,
  resolved: ResolvedTarget,
  context: Context,
  together: number,
): { count: number; rental: Rental | undefined } | undefined {
  if (!target?.baseline || site.kind !== 'cloud') return undefined;
  const { count, capacity } = target.baseline;
  const rental = cheapestRental(
    {
      accelerator: site.accelerator.id,
      count,
      together,
      capacity: rentable(capacity),
      ...(resolved.provider !== undefined && { provider: resolved.provider }),
      ...(resolved.region !== undefined && { region: resolved.region }),
      ...(resolved.instance !== undefined && { instance: resolved.instance }),
    },
    context.catalog,
    context.head,
    context.today,
  );
  return { count, rental };
}

function whyCount(subject: Subject, settled: Settled): string {
  if (!subject.trains) return 'follows from the load';
  const { memory, durationSeconds } = settled.estimate.value;
  if (memory.verdict === 'does-not-fit') return 'the most that is tried: none fits';
  const { deadline } = subject.training;
  if (deadline !== undefined && (durationSeconds?.mid ?? 0) > deadline)
    return 'the most that is tried: none keeps the deadline';
  return deadline === undefined ? 'the fewest that fit' : 'the fewest that fit and keep the deadline';
}

function nowOf(settled: Settled): Now {
  const { cost, estimate: result, target } = settled;
  return { target, cost, memory: result.value.memory, durationSeconds: result.value.durationSeconds };
}

function assumptionsOf(subject: Subject, settled: Settled, chosen: Alternative | undefined): readonly Assumption[] {
  const { resolution, target, estimate: result, priced } = settled;
  const list: Assumption[] = [...subject.model.assumptions];
  if (chosen) list.push({ path: 'target', value: 'auto', why: `recommended: ${chosen.why}` });
  list.push(...resolution.assumptions);
  if (!chosen && resolution.site?.kind === 'cloud') {
    const written = resolution.target;
    if (written.provider === undefined && target.provider !== undefined)
      list.push({ path: 'target.provider', value: target.provider, why: 'the cheapest that policy allows' });
    if (written.region === undefined && target.region !== undefined)
      list.push({ path: 'target.region', value: target.region, why: 'the cheapest that policy allows' });
    if (resolution.count === 'auto' && target.count !== null)
      list.push({
        path: 'target.count',
        value: target.count,
        why: whyCount(subject, settled),
      });
  }
  list.push(...result.assumptions, ...(priced?.ownership?.assumptions ?? []), ...(priced?.assumptions ?? []));
  return list;
}

function unknownOf(subject: Subject, settled: Settled, nothingFound: boolean): readonly Unknown[] {
  const { resolution, placed, estimate: result, priced } = settled;
  const list: Unknown[] = [
    ...subject.model.unknown,
    ...resolution.unknown,
    ...result.unknown,
    ...(priced?.ownership?.unknown ?? []),
    ...(priced?.unknown ?? []),
    ...settled.carbon.unknown,
  ];
  if (nothingFound)
    list.push({ path: 'target', why: 'no offer in the catalogue runs this workload within the policy' });
  const site = resolution.site;
  if (site?.kind === 'cloud' && placed?.rental?.unitUsdPerHour === undefined) {
    const { accelerator, provider, region, capacity } = resolution.target;
    const where = [provider, region].filter((part) => part !== undefined).join(' ');
    list.push({
      path: 'target',
      why: `no ${capacity} price of ${accelerator ?? site.accelerator.id}${where ? ` at ${where}` : ''} is known`,
    });
  }
  if (site?.kind === 'owned')
    list.push({ path: 'target.cluster', why: 'the cost of owned hardware follows from a cluster’s `cost`' });
  if (site?.kind === 'edge' && site.priceUsd === undefined)
    list.push({ path: 'edge.device', why: 'no price of the device is known' });
  if (resolution.target.deployment === 'hybrid')
    list.push({
      path: 'target.burst',
      why: 'what overflows from the cluster is not priced yet: the cost is that of the cluster',
    });
  return list;
}

function costDerivation(settled: Settled): readonly Derivation[] {
  return settled.cost.lines.map((line) => ({
    quantity: line.period === 'month' ? 'cost.monthlyUsd' : line.period === 'run' ? 'cost.totalUsd' : 'cost.upfrontUsd',
    formula: `${line.name}: quantity (${line.unit}) × unit price`,
    inputs: { quantity: line.quantity, unitPriceUsd: line.unitPriceUsd, asOf: line.asOf },
    value: line.amountUsd,
    source: line.source,
  }));
}

/** Computes at the first call only. */
function once<T>(compute: () => T): () => T {
  let box: { readonly value: T } | undefined;
  return () => (box ??= { value: compute() }).value;
}
