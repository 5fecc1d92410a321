/** Money is rounded half up to the cent, line by line; totals are sums of rounded lines (`docs/formulas.md`). */

/** Rounds half up to the cent. The nudge keeps 1.005 (stored as 1.00499…) from falling to 1.00. */
export function roundToCent(usd: number): number {
  return Math.round(usd * 100 + usd * 1e-12) / 100;
}

/** Sum of amounts that are whole cents, itself a whole number of cents. */
export function sumCents(amounts: readonly number[]): number {
  return amounts.reduce((total, usd) => total + Math.round(usd * 100), 0) / 100;
}
