/** The offers that a plan's cost rests on: what it rents, and the floor under it. */
import type { Catalog, Offer } from '../catalog/types.ts';
import type { Workload } from '../manifest/schema.ts';
import { rentable } from './offers.ts';
import type { WorkloadPlan } from './types.ts';

const known = new WeakMap<WorkloadPlan, { readonly catalog: Catalog; readonly offers: readonly Offer[] }>();

/** Priced offers in use, without repetition: the target's own, then the baseline's. Empty for own hardware and the edge. */
export function offersInUse(plan: WorkloadPlan, workload: Workload, catalog: Catalog): readonly Offer[] {
  const before = known.get(plan);
  if (before?.catalog === catalog) return before.offers;
  const offers = findOffers(plan, workload, catalog);
  known.set(plan, { catalog, offers });
  return offers;
}

function findOffers(plan: WorkloadPlan, workload: Workload, catalog: Catalog): readonly Offer[] {
  const { provider, instance, region, capacity } = plan.target;
  if (provider === undefined || instance === undefined || capacity === 'owned' || plan.cost.hourlyUsd === null)
    return [];
  const target = workload.target === 'auto' ? undefined : workload.target;
  const capacities = new Set([capacity, ...(target?.baseline ? [rentable(target.baseline.capacity)] : [])]);
  return [...capacities].flatMap((each) => {
    const offers = catalog.offers({ provider, instance, capacity: each, ...(region !== undefined && { region }) });
    // As a plan chooses: the price of the region itself before one that is tied to none.
    const offer = offers.find((one) => one.region === region) ?? offers[0];
    return offer?.usdPerHour === undefined ? [] : [offer];
  });
}
