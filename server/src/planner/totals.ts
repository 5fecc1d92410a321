/** Totals of a manifest: what keeps running a month, one of each ending workload, what is bought upfront. */
import type { WorkloadPlan, Range, Totals } from './types.ts';

/** Sums the workloads' ranges; mids stay whole cents. A period with nothing priced is null; anything unpriced makes all read "at least". */
export function totalsOf(plans: Iterable<WorkloadPlan>): Totals {
  let monthly: Range | null = null;
  let total: Range | null = null;
  let upfront: Range | null = null;
  let atLeast = false;
  for (const { cost } of plans) {
    monthly = plus(monthly, cost.monthlyUsd);
    total = plus(total, cost.totalUsd);
    upfront = plus(upfront, cost.upfrontUsd);
    atLeast ||= cost.atLeast || cost.monthlyUsd === null || cost.totalUsd === null;
  }
  return { monthlyUsd: monthly, totalUsd: total, upfrontUsd: upfront, atLeast };
}

function plus(sum: Range | null, part: Range | null | undefined): Range | null {
  if (!part) return sum;
  if (!sum) return part;
  return {
    low: sum.low + part.low,
    mid: (Math.round(sum.mid * 100) + Math.round(part.mid * 100)) / 100,
    high: sum.high + part.high,
  };
}
