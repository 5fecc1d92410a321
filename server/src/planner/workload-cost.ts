/** Brings a workload's machines, size and time together into its cost. */
import type { ManifestHead } from '../manifest/schema.ts';
import {
  fleetSpread,
  HOURS_PER_MONTH,
  priceUse,
  tokensPerHour,
  type CostInput,
  type FixedAmount,
  type Rate,
} from './cost.ts';
import type { Estimate } from './estimate.ts';
import { nodesFor, rent, type Rental } from './offers.ts';
import { ownershipCost, type OwnershipCost } from './ownership.ts';
import { exact, mapRange } from './range.ts';
import { statedLoad } from './replicas.ts';
import type { Site } from './resolve.ts';
import type { Subject } from './subject.ts';
import type { CostPlan } from './types.ts';

export interface WorkloadCost {
  readonly cost: CostPlan;
  /** What owning the cluster costs, where it is one. */
  readonly ownership?: OwnershipCost;
}

/** Cost of a workload as estimated on a site. `floor` prices `baseline` accelerators on another capacity. */
export function workloadCost(
  subject: Subject,
  site: Site,
  rental: Rental | undefined,
  estimate: Estimate,
  head: Partial<ManifestHead>,
  floor?: { readonly count: number; readonly rental: Rental | undefined },
): WorkloadCost {
  const ownership =
    site.kind === 'cluster' ? ownershipCost(site.name, site.cluster, site.accelerator, head) : undefined;
  const rates = ratesOf(subject, site, rental, estimate, head, ownership, floor);
  const fixed = fixedOf(subject, site);
  const input: CostInput = {
    rates,
    fixed,
    incomplete: (ownership?.atLeast ?? false) || (rates.length === 0 && fixed.length === 0),
    use: subject.ends ? runOf(subject, estimate) : serviceOf(subject, estimate),
  };
  return { cost: priceUse(input), ...(ownership && { ownership }) };
}

function runOf(subject: Subject, estimate: Estimate): CostInput['use'] {
  const runsPerMonth = subject.trains ? subject.training.runsPerMonth : undefined;
  return {
    kind: 'run',
    hours: estimate.durationSeconds ? mapRange(estimate.durationSeconds, (seconds) => seconds / 3600) : null,
    ...(runsPerMonth !== undefined && { runsPerMonth }),
  };
}

function serviceOf(subject: Subject, estimate: Estimate): CostInput['use'] {
  const { serving } = subject;
  const follows = serving.autoscaling !== undefined && estimate.serving !== undefined;
  const tokens = tokensPerHour(statedLoad(serving.requests)?.average, serving.inputTokens, serving.outputTokens);
  return {
    kind: 'service',
    hoursPerMonth: serving.hoursPerMonth ?? HOURS_PER_MONTH,
    unitsRange: follows && estimate.serving ? fleetSpread(estimate.serving) : exact(1),
    ...(tokens && { tokensPerHour: tokens }),
  };
}

function ratesOf(
  subject: Subject,
  site: Site,
  rental: Rental | undefined,
  estimate: Estimate,
  head: Partial<ManifestHead>,
  ownership: OwnershipCost | undefined,
  floor: { readonly count: number; readonly rental: Rental | undefined } | undefined,
): readonly Rate[] {
  const average = subject.ends ? estimate.count : estimate.averageCount;
  if (average === null || site.kind === 'edge') return [];
  if (ownership) {
    return [
      {
        name: 'own cluster',
        units: average,
        unit: 'accelerator',
        usdPerUnitHour: ownership.usdPerAcceleratorHour,
        source: 'the manifest (clusters)',
        asOf: '',
      },
    ];
  }
  const above = Math.max(0, average - (floor?.count ?? 0));
  const rates: Rate[] = [];
  if (floor) rates.push(rateOf('baseline', floor.rental, Math.min(average, floor.count), site, head));
  // The fleet is named by its peak; where it follows the load, less is paid for.
  const name = average === estimate.count ? 'compute' : 'compute at average load';
  if (above > 0 || !floor) rates.push(rateOf(name, rental, above, site, head));
  return rates;
}

function rateOf(
  name: string,
  rental: Rental | undefined,
  count: number,
  site: Site,
  head: Partial<ManifestHead>,
): Rate {
  if (!rental) return { name, units: count, unit: 'accelerator', usdPerUnitHour: null, source: '', asOf: '' };
  const { offer } = rental;
  const unit = rent(offer, site.accelerator, Math.max(count, 1), head).unitUsdPerHour;
  // Below one replica (scale to zero) a machine is paid for a share of the time.
  const share = count > 0 && count < 1 ? count : 1;
  const units = offer.machine.perAccelerator
    ? count
    : count === 0
      ? 0
      : share * nodesFor(offer.machine, site.accelerator, count);
  return {
    name: `${name}: ${offer.machine.instance}, ${offer.machine.provider} ${offer.region}, ${offer.capacity}`,
    units,
    unit: rental.billedUnit,
    usdPerUnitHour: unit === undefined ? null : exact(unit),
    source: offer.basis === 'list' ? offer.source : `${offer.source} (${offer.basis})`,
    asOf: offer.asOf,
  };
}

/** Devices of a fleet are bought. */
function fixedOf(subject: Subject, site: Site): readonly FixedAmount[] {
  if (site.kind !== 'edge' || site.priceUsd === undefined) return [];
  return [
    {
      name: `devices: ${subject.workload.edge?.device ?? site.accelerator.id}`,
      period: 'upfront',
      quantity: subject.workload.edge?.fleetSize ?? 1,
      unit: 'device',
      unitPriceUsd: site.priceUsd,
      source: site.priceSource ?? '',
      asOf: site.priceAsOf ?? '',
    },
  ];
}
