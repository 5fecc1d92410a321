/** What budgets judge, which workloads add to them, and what would bring a plan back under one. */
import { hardwareWords } from './message.ts';
import { isAtHome } from './nearest.ts';
import { roundToCent } from '../planner/money.ts';
import { mapRange } from '../planner/range.ts';
import { purchasesOf } from '../planner/shared-clusters.ts';
import { totalsOf } from '../planner/totals.ts';
import type { Range, Totals, WorkloadPlan } from '../planner/types.ts';
import type { Fix, RuleContext, WorkloadContext } from './rule.ts';
import { targetEdits } from './target-edits.ts';

export type BudgetKey = 'monthly' | 'total' | 'upfront';

/** What each budget judges, and how it is called. */
export const BUDGETS: readonly {
  readonly key: BudgetKey;
  readonly cost: 'monthlyUsd' | 'totalUsd' | 'upfrontUsd';
  readonly words: string;
}[] = [
  { key: 'monthly', cost: 'monthlyUsd', words: 'a month' },
  { key: 'total', cost: 'totalUsd', words: 'in total' },
  { key: 'upfront', cost: 'upfrontUsd', words: 'upfront' },
];

export type BudgetCost = (typeof BUDGETS)[number]['cost'];

/** The totals that budgets judge: what an owned cluster cost was paid when it was bought; one still to be delivered is a purchase. */
export function judgedTotals({ plans, head, today }: RuleContext): Totals {
  const totals = totalsOf(plans.values());
  const spent = purchasesOf(plans.values())
    .filter(({ name }) => isAlreadyOwned(name, head, today))
    .reduce((usd, purchase) => usd + purchase.usd, 0);
  const { upfrontUsd } = totals;
  return { ...totals, upfrontUsd: upfrontUsd && mapRange(upfrontUsd, (usd) => roundToCent(Math.max(0, usd - spent))) };
}

function isAlreadyOwned(cluster: string, head: RuleContext['head'], today: string): boolean {
  const from = head.clusters?.[cluster]?.availableFrom;
  return from === undefined || from <= today;
}

/** Workloads by what they add at one end of the estimate, the dearest first. */
export function sharesOf(
  { plans, head, today }: RuleContext,
  cost: BudgetCost,
  end: 'low' | 'mid',
): readonly { readonly name: string; readonly usd: number }[] {
  return [...plans]
    .map(([name, { cost: costs }]) => {
      const use = cost === 'upfrontUsd' ? costs.cluster : undefined;
      const spent = use && isAlreadyOwned(use.name, head, today) ? use.shareUsd : 0;
      return { name, usd: (costs[cost]?.[end] ?? 0) - spent };
    })
    .filter(({ usd }) => usd > 0)
    .sort((a, b) => b.usd - a.usd);
}

const MOST_OFFERED = 2;

/** Moves one workload, the dearest first, to the cheapest hardware that policy allows, where that alone is enough. */
export function budgetFixes(
  context: RuleContext,
  cost: BudgetCost,
  limit: number,
  sum: Range,
  end: 'low' | 'mid',
): readonly Fix[] {
  if (cost === 'upfrontUsd') return [];
  const found: Fix[] = [];
  for (const { name } of sharesOf(context, cost, end)) {
    const plan = context.plans.get(name);
    const workload = context.manifest.workloads.find((typed) => typed.name === name)?.value;
    const cheapest = plan && workload && cheapestOf({ catalog: context.catalog, workload }, plan, cost);
    const now = plan?.cost[cost];
    if (!plan || !cheapest || !now || sum[end] - now[end] + cheapest.usd > limit) continue;
    found.push({
      title: `Switch ${name} to ${hardwareWords(cheapest.target)}`,
      edits: targetEdits(context.source, name, plan.target, cheapest.target, { catalog: context.catalog }),
      safe: false,
      ...(found.length === 0 && { preferred: true }),
    });
    if (found.length === MOST_OFFERED) break;
  }
  return found;
}

function cheapestOf(
  context: Pick<WorkloadContext, 'catalog' | 'workload'>,
  plan: WorkloadPlan,
  cost: 'monthlyUsd' | 'totalUsd',
) {
  let best: { readonly usd: number; readonly target: WorkloadPlan['target'] } | undefined;
  for (const { marketplace, fits, target, cost: costs } of plan.alternatives) {
    const usd = costs[cost];
    if (
      usd === undefined ||
      marketplace ||
      fits !== 'fits' ||
      target.capacity !== plan.target.capacity ||
      !isAtHome(context, plan.target.accelerator, target.accelerator)
    )
      continue;
    if (!best || usd < best.usd) best = { usd, target };
  }
  return best;
}
