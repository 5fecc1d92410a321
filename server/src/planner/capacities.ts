/** The hardware of a plan under each way of paying for it: on demand, spot, reserved, in blocks. */
import type { Offer } from '../catalog/types.ts';
import type { Estimate } from './estimate.ts';
import type { Rental } from './offers.ts';
import type { CapacityOption, CommitmentBreakEven, CostPlan, ResolvedTarget, RiskPlan } from './types.ts';

export const HOURS_PER_YEAR = 8760;

type Rentable = Offer['capacity'];

/** Also the order in which they are shown. */
export const RENTED_CAPACITIES: readonly Rentable[] = [
  'on-demand',
  'spot',
  'reserved-1y',
  'reserved-3y',
  'capacity-block',
];

/** Hours for which a commitment is paid; undefined for what is paid by the hour, and for blocks, whose length is chosen. */
export function termHours(capacity: string): number | undefined {
  if (capacity === 'reserved-1y') return HOURS_PER_YEAR;
  return capacity === 'reserved-3y' ? 3 * HOURS_PER_YEAR : undefined;
}

/** A target under one capacity, with everything that follows from it. */
export interface Priced {
  readonly target: ResolvedTarget;
  readonly estimate: Estimate;
  readonly cost: CostPlan;
  readonly risk: RiskPlan | undefined;
  readonly rental: Rental | undefined;
}

/** Options that have a price, in the order of `RENTED_CAPACITIES`. `at` prices the plan's hardware under a capacity. */
export function capacityOptions(at: (capacity: Rentable) => Priced | undefined): readonly CapacityOption[] {
  const onDemand = at('on-demand');
  const reference = onDemand && usdPerAcceleratorHour(onDemand.rental);
  return RENTED_CAPACITIES.flatMap((capacity): CapacityOption[] => {
    const priced = capacity === 'on-demand' ? onDemand : at(capacity);
    const each = usdPerAcceleratorHour(priced?.rental);
    if (!priced?.rental || each === undefined) return [];
    const { cost, estimate, risk, target } = priced;
    const { offer } = priced.rental;
    const breakEven = reference === undefined ? undefined : commitmentBreakEven(capacity, each, reference);
    return [
      {
        capacity,
        target,
        cost: {
          hourlyUsd: cost.hourlyUsd,
          ...(cost.monthlyUsd !== undefined && { monthlyUsd: cost.monthlyUsd }),
          ...(cost.totalUsd !== undefined && { totalUsd: cost.totalUsd }),
          ...(cost.upfrontUsd !== undefined && { upfrontUsd: cost.upfrontUsd }),
          atLeast: cost.atLeast,
        },
        ...(estimate.durationSeconds !== undefined && { durationSeconds: estimate.durationSeconds }),
        ...(risk && { risk }),
        usdPerAcceleratorHour: each,
        ...(breakEven && { breakEven }),
        ...(offer.terms !== undefined && { terms: offer.terms }),
        source: offer.source,
        asOf: offer.asOf,
      },
    ];
  });
}

/**
 * Where a commitment costs as much as on demand: its whole term at its rate = hours used × the on-demand rate. Undefined for
 * what is no commitment.
 */
export function commitmentBreakEven(
  capacity: string,
  committedUsdPerHour: number,
  onDemandUsdPerHour: number,
): CommitmentBreakEven | undefined {
  const term = termHours(capacity);
  if (term === undefined || !(onDemandUsdPerHour > 0)) return undefined;
  const utilization = committedUsdPerHour / onDemandUsdPerHour;
  return {
    termHours: term,
    hours: utilization * term,
    utilization,
    onDemandUsdPerAcceleratorHour: onDemandUsdPerHour,
  };
}

/** Of a rental, after the negotiated discount; a machine's price over its accelerators. */
export function usdPerAcceleratorHour(rental: Rental | undefined): number | undefined {
  if (rental?.unitUsdPerHour === undefined) return undefined;
  const { machine } = rental.offer;
  return rental.unitUsdPerHour / (machine.perAccelerator ? 1 : Math.max(machine.count, 1e-9));
}
