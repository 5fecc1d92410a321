/** How old the prices are that a manifest uses. */
import { ageInDays, isStale, spanOfDates, type DateSpan } from '../catalog/age.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import type { PriceAge } from '../protocol.ts';

/** Prices that the manifest itself states have no age. */
const OWN = /^the manifest\b/;

/** The dates of every price that a cost line rests on, each price once. */
export function priceAge(plans: Iterable<WorkloadPlan>, today: string): PriceAge {
  const dates = new Map<string, string>();
  for (const { cost } of plans) {
    for (const { source, asOf, unitPriceUsd } of [...cost.lines, ...cost.rates]) {
      if (asOf !== '' || !OWN.test(source)) dates.set(`${source}\n${asOf}\n${String(unitPriceUsd)}`, asOf);
    }
  }
  const span = spanOfDates(dates.values());
  return {
    prices: dates.size,
    ...span,
    text: spanWords(span),
    detail: ageWords(dates.size, span, today),
    stale: [...dates.values()].some((asOf) => isStale(asOf, today)),
  };
}

/** `Prices of 2026-07-20`, `Prices of 2025 to 2026-07-20`; '' without any dated one. */
function spanWords({ oldest, newest, undated }: DateSpan): string {
  if (oldest === '') return undated === 0 ? '' : 'Undated prices';
  return oldest === newest ? `Prices of ${oldest}` : `Prices of ${oldest} to ${newest}`;
}

/** `3 prices, 126 to 691 days old, 1 undated` */
function ageWords(prices: number, { oldest, newest, undated }: DateSpan, today: string): string {
  if (prices === 0) return '';
  const most = ageInDays(oldest, today);
  const least = ageInDays(newest, today);
  const parts = [prices === 1 ? '1 price' : `${String(prices)} prices`];
  if (most !== undefined && least !== undefined)
    parts.push(most === least ? `${String(most)} days old` : `${String(least)} to ${String(most)} days old`);
  if (undated > 0) parts.push(`${String(undated)} undated`);
  return parts.join(', ');
}
