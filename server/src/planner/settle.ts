/** A target of a workload settled: machines, size, speed, cost, risk and carbon that follow from it. */
import type { Target } from '../manifest/schema.ts';
import { burstOf, type Burst } from './burst.ts';
import type { Priced } from './capacities.ts';
import { carbonOf, NO_CARBON, type CarbonResult } from './carbon.ts';
import type { Floor } from './cost-fleet.ts';
import { NO_MEMORY, type Estimate } from './estimate.ts';
import { cheapestRental, rentable, type Rental } from './offers.ts';
import { resolveTarget, resolveWritten, type Placed, type Resolution, type Site } from './resolve.ts';
import { riskOf } from './risk.ts';
import { sizeOn, type PlanContext } from './sizing.ts';
import type { Subject } from './subject.ts';
import type { Explained, ResolvedTarget, RiskPlan } from './types.ts';
import { workloadCost, type WorkloadCost } from './workload-cost.ts';
import { machinesOver, zoneSpread } from './zones.ts';

/** A target with everything that follows from it. */
export interface Settled {
  readonly resolution: Resolution;
  readonly target: ResolvedTarget;
  readonly placed: Placed | undefined;
  readonly estimate: Explained<Estimate>;
  readonly cost: WorkloadCost['cost'];
  readonly priced: WorkloadCost | undefined;
  readonly burst: Burst | undefined;
  readonly risk: RiskPlan | undefined;
  readonly carbon: CarbonResult;
}

/** Derivations are made only when `explain`. */
export function settle(subject: Subject, target: Target | undefined, context: PlanContext, explain: boolean): Settled {
  const { head, catalog } = context;
  const { workload } = subject;
  const resolution =
    target !== undefined && target === workload.target
      ? resolveWritten(workload, target, head, catalog)
      : resolveTarget(workload, target, head, catalog);
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
        rates: [],
        atLeast: true,
      },
      priced: undefined,
      burst: undefined,
      risk: undefined,
      carbon: { carbon: NO_CARBON, unknown: [], derivation: () => [] },
    };
  }
  const { placed, result } = sizeOn(subject, resolution, site, context, explain);
  const count = result.value.count;
  const rental = placed.rental;
  const floor = floorOf(target, site, resolution.target, context, result.value.together);
  const burst = burstOf(subject, target, site, result.value, context);
  const priced = workloadCost({
    subject,
    site,
    estimate: result.value,
    head,
    catalog,
    rental,
    ...(resolution.target.service !== undefined && { service: resolution.target.service }),
    ...(floor && { floor }),
    ...(burst && { burst }),
  });
  const { cost } = priced;
  const { provider: _provider, region: _region, instance: _instance, ...rest } = resolution.target;
  const provider = rental?.offer.machine.provider ?? resolution.target.provider;
  const region = rental?.offer.region ?? resolution.target.region;
  const instance = rental?.offer.machine.instance ?? resolution.target.instance;
  const spread = zoneSpread(subject, result.value.together);
  const rented =
    rental && count !== null && spread
      ? machinesOver(rental.offer.machine, site.accelerator, count, spread)
      : rental?.nodes;
  const nodes = count === null ? null : (rented ?? Math.ceil(count / Math.max(1, placed.placement.perNode)));
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
    burst,
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
export function pricedAs(
  subject: Subject,
  stated: Target | undefined,
  now: Settled,
  capacity: Rental['offer']['capacity'],
  context: PlanContext,
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

/** `baseline`: a floor on another capacity, at the same provider and region. */
function floorOf(
  target: Target | undefined,
  site: Site,
  resolved: ResolvedTarget,
  context: PlanContext,
  together: number,
): Floor | undefined {
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
  return { count, capacity, rental };
}
