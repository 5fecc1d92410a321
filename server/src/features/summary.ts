/** What the status item says of a manifest. */
import { formatUsd } from '../manifest/format-quantity.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import type { SummaryParams } from '../protocol.ts';
import { costWords, PERIOD_WORDS, plainUsd, targetWords, timeWords } from './amounts.ts';
import { periodTotals } from './explain-plan.ts';
import { priceAge } from './price-age.ts';
import type { View } from './view.ts';

export function summary({ analysis, document }: View): SummaryParams {
  const { totals, plans, findings } = analysis;
  const atLeast = totals.atLeast ? '≥ ' : '';
  const parts = periodTotals(totals).map(([range, period]) => ({
    text: `${atLeast}${period === 'month' ? plainUsd(Math.round(range.mid)) : formatUsd(range.mid)} ${PERIOD_WORDS[period]}`,
    isMonth: period === 'month',
  }));
  // What is paid every month comes first.
  parts.sort((a, b) => Number(b.isMonth) - Number(a.isMonth));
  const details = [...plans].map(([name, plan]) => {
    const numbers = [costWords(plan), timeWords(plan), targetWords(plan.target)]
      .filter((part) => part !== '')
      .join(' · ');
    return `${name}: ${numbers}`;
  });
  return {
    uri: document.uri,
    version: document.version,
    total: parts.length > 0 ? parts.map(({ text }) => text).join(' · ') : hourlyWords([...plans.values()]),
    details,
    errors: findings.filter(({ severity }) => severity === 'error').length,
    warnings: findings.filter(({ severity }) => severity === 'warning').length,
    priceAge: priceAge(plans.values(), analysis.today),
  };
}

/** What an hour costs while no run has a known end; '' where nothing has a price. */
function hourlyWords(plans: readonly WorkloadPlan[]): string {
  const hourly = plans.flatMap(({ cost }) => cost.hourlyUsd?.mid ?? []);
  return hourly.length === 0 ? '' : `≥ ${plainUsd(hourly.reduce((sum, usd) => sum + usd, 0))} an hour`;
}
