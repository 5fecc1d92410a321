/** Totals of a manifest: what keeps running a month, one of each ending workload, what is bought upfront. */
import { sumCents } from './money.ts';
import { shareClusters } from './shared-clusters.ts';
import { shareCommitments } from './shared-commitments.ts';
import type { WorkloadPlan, Period, Range, Totals } from './types.ts';

/** Sums the workloads' ranges, and counts what they share once; all stay whole cents. A period with nothing priced is null; anything unpriced makes all read "at least". */
export function totalsOf(plans: Iterable<WorkloadPlan>): Totals {
  const all = [...plans];
  let monthly: Range | null = null;
  let total: Range | null = null;
  let upfront: Range | null = null;
  let atLeast = false;
  for (const { cost } of all) {
    monthly = plus(monthly, cost.monthlyUsd);
    total = plus(total, cost.totalUsd);
    upfront = plus(upfront, cost.upfrontUsd);
    atLeast ||= cost.atLeast || cost.monthlyUsd === null || cost.totalUsd === null;
  }
  const commitments = shareCommitments(all);
  const corrections = [...commitments.corrections, ...shareClusters(all)];
  const corrected = (sum: Range | null, wanted: Period): Range | null => {
    const own = corrections.filter(({ period }) => period === wanted);
    return own.reduce(
      (so, { lowUsd, amountUsd, highUsd }) => so && plus(so, { low: lowUsd, mid: amountUsd, high: highUsd }),
      sum,
    );
  };
  return {
    ...(corrections.length > 0 && { shared: corrections }),
    monthlyUsd: corrected(monthly, 'month'),
    totalUsd: corrected(total, 'run'),
    upfrontUsd: corrected(upfront, 'upfront'),
    atLeast: atLeast || commitments.isShort,
  };
}

function plus(sum: Range | null, part: Range | null | undefined): Range | null {
  if (!part) return sum;
  if (!sum) return part;
  return {
    low: sumCents([sum.low, part.low]),
    mid: sumCents([sum.mid, part.mid]),
    high: sumCents([sum.high, part.high]),
  };
}
