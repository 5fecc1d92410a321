/** Owning a cluster against renting the same chip: cost an hour over utilization, and where the two cost the same. */
import type { Catalog, Offer } from '../catalog/types.ts';
import type { ManifestHead } from '../manifest/schema.ts';
import { RENTED_CAPACITIES, usdPerAcceleratorHour } from './capacities.ts';
import { cheapestRental } from './offers.ts';
import { ownershipCost } from './ownership.ts';
import type { Site } from './resolve.ts';
import type { OwnershipBreakEven, OwnershipPlan, Range } from './types.ts';

const CURVE: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Undefined unless the site is a cluster whose purchase price is stated. */
export function ownershipPlan(
  site: Site | undefined,
  head: Partial<ManifestHead>,
  catalog: Catalog,
  today: string,
): OwnershipPlan | undefined {
  if (site?.kind !== 'cluster') return undefined;
  const cost = ownershipCost(site.name, site.cluster, site.accelerator, head);
  const { parts, capital } = cost;
  if (!parts || !capital || !cost.usdPerAcceleratorHour) return undefined;
  return {
    cluster: site.name,
    accelerators: capital.accelerators,
    capitalUsd: capital.usd,
    lifeYears: capital.lifeYears,
    utilization: capital.utilization,
    partsUsdPerHour: Object.fromEntries(parts.map((part) => [part.name, part.usdPerHour])),
    usdPerAcceleratorHour: cost.usdPerAcceleratorHour,
    curve: CURVE.map((utilization) => ({ utilization, usdPerAcceleratorHour: cost.at(utilization) })),
    breakEven: RENTED_CAPACITIES.flatMap((capacity) => {
      const rented = cheapest(site.accelerator.id, capacity, head, catalog, today);
      return rented ? [breakEvenAgainst(rented, cost.at, capital.utilization)] : [];
    }),
  };
}

type Rented = Omit<OwnershipBreakEven, 'utilization' | 'cheaper'>;

/** The cheapest offer of the chip, per accelerator, that policy allows in whole usual machines. */
function cheapest(
  accelerator: string,
  capacity: Offer['capacity'],
  head: Partial<ManifestHead>,
  catalog: Catalog,
  today: string,
): Rented | undefined {
  const chip = catalog.accelerators.get(accelerator);
  const together = chip?.class === 'gpu' ? (chip.perNode ?? 1) : 1;
  for (const size of [together, 1]) {
    const rental = cheapestRental({ accelerator, count: size, together: size, capacity }, catalog, head, today);
    const usd = usdPerAcceleratorHour(rental);
    if (!rental || usd === undefined) continue;
    const { offer } = rental;
    return {
      capacity,
      provider: offer.machine.provider,
      region: offer.region,
      instance: offer.machine.instance,
      usdPerAcceleratorHour: usd,
      source: offer.source,
      asOf: offer.asOf,
    };
  }
  return undefined;
}

/**
 * Utilization u at which an owned hour costs as much as a rented one: what is paid by the year is spread over the hours of
 * use, so that cost(u) = fixed ÷ u + energy. Null where even full use does not bring it down to the rent.
 */
function breakEvenAgainst(rented: Rented, at: (utilization: number) => Range, utilization: number): OwnershipBreakEven {
  const full = at(1).mid;
  // cost(1/2) − cost(1) = fixed.
  const fixed = at(0.5).mid - full;
  const running = full - fixed;
  const even = fixed / (rented.usdPerAcceleratorHour - running);
  return {
    ...rented,
    utilization: rented.usdPerAcceleratorHour > running && even <= 1 ? even : null,
    cheaper: at(utilization).mid <= rented.usdPerAcceleratorHour ? 'own' : 'rent',
  };
}
