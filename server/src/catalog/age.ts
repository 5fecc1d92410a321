/** How old a number is. Dates are those that the sources state: whole (`2026-07-20`), or a month or a year (`2026-07`, `2026`). */

const MILLISECONDS_PER_DAY = 86_400_000;

/** A price older than this is stale (AI710): list prices have changed by half within a year. */
export const STALE_AFTER_DAYS = 365;

/**
 * Days from a date to `today` (both ISO); undefined for an undated number. Of a month or a year its first day counts, so that an
 * age is never told too small. Never negative: a date that is ahead of `today` is zero days old.
 */
export function ageInDays(asOf: string, today: string): number | undefined {
  const then = Date.parse(asOf);
  const now = Date.parse(today);
  if (asOf === '' || Number.isNaN(then) || Number.isNaN(now)) return undefined;
  return Math.max(0, Math.round((now - then) / MILLISECONDS_PER_DAY));
}

/** True for a number that is undated or older than `STALE_AFTER_DAYS`. */
export function isStale(asOf: string, today: string): boolean {
  const age = ageInDays(asOf, today);
  return age === undefined || age > STALE_AFTER_DAYS;
}

/** Dates of several numbers together. */
export interface DateSpan {
  /** ISO, '' where none is dated. */
  readonly oldest: string;
  readonly newest: string;
  readonly undated: number;
}

export function spanOfDates(dates: Iterable<string>): DateSpan {
  let oldest = '';
  let newest = '';
  let undated = 0;
  for (const date of dates) {
    if (date === '') {
      undated += 1;
      continue;
    }
    if (oldest === '' || date < oldest) oldest = date;
    if (date > newest) newest = date;
  }
  return { oldest, newest, undated };
}
