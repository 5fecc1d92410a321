/**
 * Own clusters that several workloads use. Each is charged as if it were alone there; together they never pay more than all of the
 * cluster costs in a month, unless they use more hours than it has, and it is bought once.
 */
import { exact, mapEnds, sum } from './range.ts';
import { roundToCent, sumCents } from './money.ts';
import type { ClusterUse, Range, SharedCost, WorkloadPlan } from './types.ts';

/** What the totals change by. */
export function shareClusters(plans: Iterable<WorkloadPlan>): readonly SharedCost[] {
  const shared = [...groups(plans).values()].filter((uses) => uses.length > 1);
  const names = (which: (correction: Range) => boolean, of: (uses: readonly ClusterUse[]) => Range) =>
    shared.flatMap((uses) => (which(of(uses)) ? (uses[0]?.name ?? []) : [])).sort();
  return (
    [
      ['month', monthCorrection],
      ['upfront', purchaseCorrection],
    ] as const
  ).flatMap(([period, of]): SharedCost[] => {
    const all = shared.map(of);
    const usd = mapEnds((end) => sumCents(all.map((each) => each[end])));
    if (usd.low === 0 && usd.mid === 0 && usd.high === 0) return [];
    const sources = names(({ high }) => high < 0, of);
    return [{ period, of: 'clusters', sources, amountUsd: usd.mid, lowUsd: usd.low, highUsd: usd.high }];
  });
}

/** What the plans count of each cluster’s purchase: no more than all of it. */
export function purchasesOf(plans: Iterable<WorkloadPlan>): readonly { readonly name: string; readonly usd: number }[] {
  return [...groups(plans).values()].map((uses) => ({
    name: uses[0]?.name ?? '',
    usd: sumCents([...uses.map(({ shareUsd }) => shareUsd), purchaseCorrection(uses).mid]),
  }));
}

/** Share of a cluster’s hours in a month that the plans hold: over 1 where they want more than it has. */
export function heldShare(plans: Iterable<WorkloadPlan>, cluster: string): number {
  return [...plans].reduce((share, { cost: { cluster: use } }) => {
    if (use?.name !== cluster) return share;
    return share + (use.acceleratorHours.mid * timesAMonth(use)) / use.acceleratorHoursPerMonth;
  }, 0);
}

/** Runs that do not say how often they are repeated are no part of a month. */
function timesAMonth({ period, runsPerMonth = 0 }: ClusterUse): number {
  return period === 'month' ? 1 : runsPerMonth;
}

/** By cluster: the same name and the same cost, so that files may speak of one. */
function groups(plans: Iterable<WorkloadPlan>): ReadonlyMap<string, readonly ClusterUse[]> {
  const found = new Map<string, ClusterUse[]>();
  for (const { cost } of plans) {
    const use = cost.cluster;
    if (!use) continue;
    const key = JSON.stringify([use.name, use.capitalUsd, use.acceleratorHoursPerMonth, use.fixedUsdPerMonth.mid]);
    const own = found.get(key);
    if (own) own.push(use);
    else found.set(key, [use]);
  }
  return found;
}

/** At most zero. */
function monthCorrection(uses: readonly ClusterUse[]): Range {
  const hours = sum(uses.map((use) => mapEnds((end) => use.acceleratorHours[end] * timesAMonth(use))));
  const paid = sum(uses.map((use) => mapEnds((end) => use.fixedUsd[end] * timesAMonth(use))));
  const [first] = uses;
  if (!first) return exact(0);
  return mapEnds((end) => {
    const most = first.fixedUsdPerMonth[end] * Math.max(1, hours[end] / first.acceleratorHoursPerMonth);
    return Math.min(0, roundToCent(most) - roundToCent(paid[end]));
  });
}

/** At most zero. */
function purchaseCorrection(uses: readonly ClusterUse[]): Range {
  const counted = sumCents(uses.map(({ shareUsd }) => shareUsd));
  return exact(Math.min(0, roundToCent(uses[0]?.capitalUsd ?? 0) - counted));
}
