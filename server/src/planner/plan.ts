/** The plan of one workload: target, memory, speed, cost, and — when somebody looks — alternatives and derivations. */
import type { Catalog } from '../catalog/types.ts';
import type { ManifestHead, Target, Workload } from '../manifest/schema.ts';
import { burstDerivation } from './burst.ts';
import { capacityOptions } from './capacities.ts';
import { comparisonOf } from './comparison.ts';
import { once } from './once.ts';
import { targetOf, type Evaluate, type Outcome } from './outcome.ts';
import { recommend, type Recommendation } from './recommend.ts';
import type { Now, Search } from './search.ts';
import { beatenWords } from './price-words.ts';
import { beyondPlanning } from './bounds.ts';
import { recommendDevice, wantsDevice } from './edge-devices.ts';
import { ownershipPlan } from './ownership-plan.ts';
import { riskDerivation } from './risk.ts';
import { ChipSizes } from './sizes.ts';
import { pricedAs, settle, type Settled } from './settle.ts';
import type { PlanContext } from './sizing.ts';
import { subjectOf, type Subject } from './subject.ts';
import type { Alternative, Assumption, Derivation, Unknown, WorkloadPlan } from './types.ts';

/**
 * Plans a workload. Never throws for any manifest that validates; what is not known is null with an entry in `unknown`.
 * `alternatives`, `rejected` and `derivation` are computed when first read.
 */
export function planWorkload(
  written: Workload,
  head: Partial<ManifestHead>,
  catalog: Catalog,
  today: string,
): WorkloadPlan {
  const context: PlanContext = { head, catalog, today };
  const device = wantsDevice(written)
    ? recommendDevice(
        written,
        catalog,
        (name) => settle(subjectOf(onDevice(written, name), catalog), EDGE, context, false).estimate.value,
      )
    : undefined;
  const workload = device === undefined ? written : onDevice(written, device);
  const subject = subjectOf(workload, catalog);
  const stated = workload.target === 'auto' ? undefined : workload.target;
  const unplaced = stated === undefined || !namesHardware(stated, workload);
  const baseline = stated?.baseline;
  const search = { subject, head, catalog, today, now: undefined, ...(baseline && { baseline }) };
  const sizes = once(() => new ChipSizes(subject, catalog, unplaced ? undefined : nowOf(settled)));
  // What is chosen unasked is chosen from all sizes.
  const auto = unplaced
    ? once(() => recommend({ ...search, sizes: sizes(), reach: 'all', ...narrowed(head, stated) }))
    : undefined;
  const chosen = auto?.().alternatives.find((alternative) => !alternative.marketplace);
  // Nothing that has a price will do: what is owned may.
  const recommended = chosen?.target ?? auto?.().unpriced;
  const target = recommended ? { ...stated, ...targetOf(recommended) } : stated;
  const settled = settle(subject, target, context, false);
  const recommendation = once((): Recommendation => {
    const now = nowOf(settled);
    return auto ? againstChoice(auto(), chosen, now, subject.ends) : recommend({ ...search, sizes: sizes(), now });
  });
  /** Over all sizes: the choice among them is beaten by nothing on the front. */
  const widest = (): Recommendation =>
    auto ? recommendation() : recommend({ ...search, sizes: sizes(), reach: 'all', now: nowOf(settled) });
  const evaluate: Evaluate = (target, change) => {
    const { workload: changed, ...rest } = change;
    const of = changed ? subjectOf(changed, catalog) : subject;
    return outcomeOf(settle(of, target, { ...context, ...rest }, false), subject.ends);
  };
  const comparison = once(() =>
    comparisonOf({
      search: { ...search, sizes: sizes(), ...(unplaced && narrowed(head, stated)) },
      now: nowOf(settled),
      stated,
      isChosen: unplaced,
      alternatives: once(() => widest().alternatives),
      evaluate,
    }),
  );
  const capacities = once(() => capacityOptions((capacity) => pricedAs(subject, target, settled, capacity, context)));
  const ownership = once(() => ({ plan: ownershipPlan(settled.resolution.site, head, catalog, today) }));
  const explained = once(() => settle(subject, target, context, true).estimate.derivation);
  const value = settled.estimate.value;
  const plan: Omit<WorkloadPlan, 'comparison' | 'placement'> = {
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
    assumptions: [
      ...(device === undefined ? [] : [{ path: 'edge.device', value: device, why: 'the cheapest that keeps up' }]),
      ...assumptionsOf(subject, settled, recommended && (chosen?.why ?? 'what is owned; its cost is not stated')),
    ],
    get derivation() {
      return [
        ...subject.model.derivation,
        ...explained(),
        ...(settled.priced?.ownership?.derivation ?? []),
        ...costDerivation(settled),
        ...(settled.burst ? burstDerivation(settled.burst) : []),
        ...(settled.risk ? riskDerivation(settled.risk) : []),
        ...settled.carbon.derivation(),
      ];
    },
    unknown: unknownOf(subject, settled, unplaced && !recommended),
  };
  // Not enumerable: a plan that is written as JSON or copied does not search for them.
  return Object.defineProperties(plan, {
    comparison: { get: comparison },
    placement: { value: settled.placed?.placement },
  }) as WorkloadPlan;
}

function outcomeOf({ cost, estimate: { value }, placed, risk }: Settled, ends: boolean): Outcome {
  const rental = placed?.rental;
  return {
    usd: (ends ? cost.totalUsd : cost.monthlyUsd) ?? null,
    seconds: value.durationSeconds ?? null,
    deadlineChance: risk?.deadlineChance ?? undefined,
    computeUtilization: value.training?.computeUtilization?.mid,
    usdPerUnitHour: rental?.offer.usdPerHour,
    billedUnit: rental?.billedUnit,
    parallelism: value.parallelism,
    fits: value.memory.verdict,
  };
}

const EDGE: Target = { deployment: 'edge' };

/** The workload with its device filled in. */
function onDevice(workload: Workload, device: string): Workload {
  return { ...workload, edge: { ...workload.edge, device }, target: EDGE };
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
function narrowed(head: Partial<ManifestHead>, target: Target | undefined): Pick<Search, 'head' | 'place'> {
  if (!target || (target.provider === undefined && target.region === undefined)) return { head };
  const policy = {
    ...head.policy,
    ...(target.provider !== undefined && { providers: [target.provider] }),
    ...(target.region !== undefined && { regions: [target.region] }),
  };
  return { head: { ...head, policy }, place: target };
}

/** The others against the recommended target: it is what the workload has now. */
function againstChoice(
  { alternatives, rejected }: Recommendation,
  chosen: Alternative | undefined,
  now: Now,
  ends: boolean,
): Recommendation {
  const usd = (ends ? now.cost.totalUsd : now.cost.monthlyUsd)?.mid;
  const seconds = now.durationSeconds?.mid;
  const others = alternatives.flatMap((alternative): Alternative[] => {
    if (alternative === chosen) return [];
    const amount = ends ? alternative.cost.totalUsd : alternative.cost.monthlyUsd;
    const { durationSeconds } = alternative;
    return [
      {
        ...alternative,
        ...(usd !== undefined && amount !== undefined && { deltaUsd: amount - usd }),
        ...(seconds !== undefined && durationSeconds !== undefined && { deltaSeconds: durationSeconds - seconds }),
      },
    ];
  });
  return { alternatives: others, rejected };
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
  const { memory, durationSeconds, serving } = result.value;
  const latency = serving?.endToEndSeconds?.mid;
  const chance = settled.risk?.deadlineChance;
  const { kgTotal, kgPerMonth } = settled.carbon.carbon;
  const kg = durationSeconds === undefined ? kgPerMonth : kgTotal;
  return {
    target,
    cost,
    memory,
    durationSeconds,
    ...(latency !== undefined && { endToEndSeconds: latency }),
    ...(typeof chance === 'number' && { deadlineChance: chance }),
    ...(kg && { kg: kg.mid }),
  };
}

function assumptionsOf(subject: Subject, settled: Settled, whyChosen: string | undefined): readonly Assumption[] {
  const { resolution, target, estimate: result, priced } = settled;
  const list: Assumption[] = [...subject.model.assumptions];
  if (whyChosen !== undefined) list.push({ path: 'target', value: 'auto', why: `recommended: ${whyChosen}` });
  list.push(...resolution.assumptions);
  if (whyChosen === undefined && resolution.site?.kind === 'cloud') {
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
    ...beyondPlanning(subject, result.value),
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
  if (site?.kind === 'owned' && !site.price)
    list.push({ path: 'target.cluster', why: 'the cost of owned hardware follows from a cluster’s `cost`' });
  if (site?.kind === 'edge' && site.priceUsd === undefined)
    list.push({ path: 'edge.device', why: 'no price of the device is known' });
  return list;
}

function costDerivation(settled: Settled): readonly Derivation[] {
  return settled.cost.lines.map((line) => ({
    quantity: line.period === 'month' ? 'cost.monthlyUsd' : line.period === 'run' ? 'cost.totalUsd' : 'cost.upfrontUsd',
    formula: `${line.name}: quantity (${line.unit}) × unit price`,
    inputs: {
      quantity: line.quantity,
      unitPriceUsd: line.unitPriceUsd,
      asOf: line.asOf,
      ...(line.book && { price: line.source, over: beatenWords(line.book) }),
      ...(line.book?.note !== undefined && { note: line.book.note }),
    },
    value: line.amountUsd,
    source: line.source,
  }));
}
