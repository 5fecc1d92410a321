/** Lines of own hardware: by the parts of what owning a cluster costs, or by the hour that a price book sets. */
import type { OwnPrice } from '../catalog/types.ts';
import type { Burst } from './burst.ts';
import { HOURS_PER_MONTH, type LineDraft } from './cost.ts';
import { HOUR_KINDS, hourLines, rateOf } from './cost-compute.ts';
import { fleetHours, unitHours, type Fleet, type Hours } from './cost-fleet.ts';
import { roundToCent } from './money.ts';
import { atUtilization, type OwnershipCost } from './ownership.ts';
import { acceleratorRange } from './replicas.ts';
import { exact, mapEnds, scale, sum } from './range.ts';
import type { Range } from './types.ts';
import { hoursOf, type Bill, type CostContext } from './workload-cost.ts';

/** Lines of own hardware whose hour a price book sets: that stands in place of what ownership adds up to. */
export function ownPriceLines(context: CostContext, { usdPerHour, source, asOf, book }: OwnPrice): Bill {
  const { subject, estimate, site } = context;
  const average = subject.ends ? estimate.count : estimate.averageCount;
  if (average === null)
    return { lines: [], rates: [], hourlyUsd: null, priced: false, atLeast: true, assumptions: [], unknown: [] };
  const fleet: Fleet = {
    name: site.kind === 'cluster' ? `own cluster ${site.name}` : 'own hardware',
    rental: undefined,
    units: average,
    unitsRange: subject.ends ? exact(average) : acceleratorRange(estimate.serving, 'average', average),
    peakUnits: estimate.count ?? average,
    unit: 'accelerator',
    usdPerUnitHour: exact(usdPerHour),
    source,
    asOf,
    book,
  };
  const hours = fleetHours(context, fleet);
  return {
    lines: hours ? hourLines(fleet, hours, exact(usdPerHour), subject.ends ? 'run' : 'month') : [],
    rates: [rateOf(fleet)],
    hourlyUsd: scale(fleet.unitsRange, usdPerHour),
    priced: hours !== null,
    atLeast: false,
    assumptions: [],
    unknown: [],
  };
}

/** Of an own cluster. */
export interface OwnedBill extends Bill {
  /** At the utilization that the workload is charged by. */
  readonly ownership: OwnershipCost;
}

/** Lines of an own cluster: accelerator-hours × each part of what an hour costs; what is bought stands apart. */
export function ownedLines(context: CostContext, stated: OwnershipCost): OwnedBill {
  const { subject, estimate, site, burst } = context;
  const { capital } = stated;
  const home = burst && atHome(context, burst);
  const average = burst ? (home?.mid ?? null) : subject.ends ? estimate.count : estimate.averageCount;
  const peak = estimate.count === null ? average : estimate.count - (burst?.overflow.peak ?? 0);
  const name = site.kind === 'cluster' ? site.name : '';
  const nothing = { lines: [], rates: [], hourlyUsd: null, priced: false, assumptions: [], unknown: [] };
  if (!stated.parts || !capital || !stated.usdPerAcceleratorHour || average === null)
    return { ...nothing, atLeast: true, ownership: stated };
  const fleet: Fleet = {
    name: '',
    rental: undefined,
    units: average,
    unitsRange: home ?? (subject.ends ? exact(average) : acceleratorRange(estimate.serving, 'average', average)),
    peakUnits: peak ?? average,
    unit: 'accelerator',
    usdPerUnitHour: stated.usdPerAcceleratorHour,
    source: 'the manifest (clusters)',
    asOf: '',
  };
  const hours = fleetHours(context, fleet);
  const used = hours && allHours(fleet, hours);
  const capacityHours = capital.accelerators * HOURS_PER_MONTH;
  const ownership = used ? atUtilization(stated, scale(inMonth(context, used), 1 / capacityHours)) : stated;
  const parts = ownership.parts ?? [];
  const usdPerHour = ownership.usdPerAcceleratorHour ?? stated.usdPerAcceleratorHour;
  const period = subject.ends ? 'run' : 'month';
  const common = { period, unit: 'accelerator-hour', source: fleet.source, asOf: '' } as const;
  const lines: LineDraft[] = [];
  if (hours) {
    for (const part of parts)
      lines.push({
        ...common,
        name: `${name}: ${part.name}`,
        kind: part.kind,
        quantity: unitHours(fleet, 'compute', hours.compute),
        unitPriceUsd: part.usdPerHour,
      });
    for (const { key, kind, words } of HOUR_KINDS) {
      const each = hours[key];
      if (key === 'compute' || !each || each.high <= 0) continue;
      lines.push({
        ...common,
        name: `${kind}: ${words}`,
        kind,
        quantity: unitHours(fleet, key, each),
        unitPriceUsd: usdPerHour,
      });
    }
  }
  const bought = Math.min(capital.accelerators, peak ?? average);
  const usdPerAccelerator = capital.usd / capital.accelerators;
  lines.push({
    name: `purchase of ${name}: this workload’s share`,
    kind: 'capital',
    period: 'upfront',
    quantity: exact(bought),
    unit: 'accelerator',
    unitPriceUsd: exact(usdPerAccelerator),
    source: fleet.source,
    asOf: '',
  });
  const hourly = mapEnds((end) => usdPerHour[end] * fleet.unitsRange[end]);
  const fixed = sum(parts.filter((part) => part.name !== 'energy').map((part) => part.usdPerHour));
  const yearly = sum(parts.filter((part) => part.name !== 'energy').map((part) => part.usdPerYear));
  return {
    lines,
    ...(used && {
      cluster: {
        name,
        period,
        acceleratorHours: used,
        fixedUsd: mapEnds((end) => used[end] * fixed[end]),
        shareUsd: roundToCent(bought * usdPerAccelerator),
        acceleratorHoursPerMonth: capacityHours,
        fixedUsdPerMonth: scale(yearly, 1 / MONTHS_PER_YEAR),
        capitalUsd: capital.usd,
      },
    }),
    rates: [{ ...rateOf({ ...fleet, usdPerUnitHour: usdPerHour }), name }],
    // An hour is cheaper where more of them are used.
    hourlyUsd: { low: Math.min(hourly.low, hourly.mid), mid: hourly.mid, high: Math.max(hourly.high, hourly.mid) },
    priced: hours !== null,
    atLeast: stated.atLeast,
    assumptions: [],
    unknown: [],
    ownership,
  };
}

const MONTHS_PER_YEAR = 12;

function allHours(fleet: Fleet, hours: Hours): Range {
  return sum(
    HOUR_KINDS.flatMap(({ key }) => {
      const each = hours[key];
      return each ? [unitHours(fleet, key, each)] : [];
    }),
  );
}

/** Accelerator-hours in the month in which most are used: of a run that takes longer, those that fall into one. */
function inMonth(context: CostContext, used: Range): Range {
  const { subject } = context;
  if (!subject.ends) return used;
  const duration = hoursOf(context) ?? exact(0);
  const repeated = subject.trains ? (subject.training.runsPerMonth ?? 0) : 0;
  return mapEnds((end) => used[end] * Math.max(repeated, Math.min(1, HOURS_PER_MONTH / Math.max(duration[end], 1e-9))));
}

/** Accelerators of the cluster in use on average: all that are free where the fleet is fixed, else those that the load takes. */
function atHome({ subject, estimate }: CostContext, { overflow }: Burst): Range | null {
  if (estimate.count === null) return null;
  const free = estimate.count - overflow.peak;
  if (subject.ends) return exact(free);
  const follows = subject.serving.autoscaling !== undefined;
  const mid = follows ? Math.min(free, overflow.home) : free;
  const counts = acceleratorRange(estimate.serving, follows ? 'average' : 'peak', mid);
  // As far off as the fleet is, and never more than are there.
  return mapEnds((end) => Math.min(free, end === 'mid' ? mid : (mid * counts[end]) / Math.max(counts.mid, 1e-9)));
}
