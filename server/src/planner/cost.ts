/** Cost of a workload: lines that add up to the cent, their totals as ranges (`design/estimation.md`, Cost). */
import { roundToCent, sumCents } from './money.ts';
import { exact, scale } from './range.ts';
import type { CostLine, CostPlan, Period, Range, ServingPlan } from './types.ts';

export const HOURS_PER_MONTH = 730;

/** Hardware that is paid by the hour. */
export interface Rate {
  readonly name: string;
  /** Machines or accelerators, on average. */
  readonly units: number;
  /** Units at the peak, for information. */
  readonly unit: 'machine' | 'accelerator';
  /** Mid, low and high of one unit and hour. Null: no price is known. */
  readonly usdPerUnitHour: Range | null;
  readonly source: string;
  readonly asOf: string;
}

/** A fixed amount beside the hours (devices of an edge fleet). */
export interface FixedAmount {
  readonly name: string;
  readonly period: Period;
  readonly quantity: number;
  readonly unit: string;
  readonly unitPriceUsd: number;
  readonly source: string;
  readonly asOf: string;
}

export interface CostInput {
  readonly rates: readonly Rate[];
  readonly fixed: readonly FixedAmount[];
  /** True when something is known to be missing from the rates. */
  readonly incomplete: boolean;
  readonly use:
    | {
        /** A run that ends: hours of one, and how many a month where stated. */
        readonly kind: 'run';
        readonly hours: Range | null;
        readonly runsPerMonth?: number;
      }
    | {
        /** A service: hours a month, and how far the number of units may be off (exact for a fixed fleet). */
        readonly kind: 'service';
        readonly hoursPerMonth: number;
        readonly unitsRange: Range;
        readonly tokensPerHour?: { readonly input: number; readonly output: number };
      };
}

/** Prices the use. Unknown prices or hours give null and `atLeast`, never a guess. */
export function priceUse(input: CostInput): CostPlan {
  const priced = input.rates.filter((rate) => rate.usdPerUnitHour !== null);
  const atLeast = input.incomplete || priced.length < input.rates.length;
  const hourlyOf = (end: keyof Range) =>
    priced.reduce((sum, rate) => sum + rate.units * (rate.usdPerUnitHour?.[end] ?? 0), 0);
  const hourly: Range | null =
    priced.length === 0 ? null : { low: hourlyOf('low'), mid: hourlyOf('mid'), high: hourlyOf('high') };

  const fixedLines = input.fixed.map((fixed) => ({
    ...fixed,
    amountUsd: roundToCent(fixed.quantity * fixed.unitPriceUsd),
  }));
  const upfront = totalOf(fixedLines, 'upfront');
  const withUpfront = upfront === null ? {} : { upfrontUsd: exact(upfront) };

  if (input.use.kind === 'run') {
    const { hours, runsPerMonth } = input.use;
    const lines = [...(hours ? hourLines(priced, 'run', hours.mid) : []), ...fixedLines];
    const mid = totalOf(lines, 'run');
    const total = hourly && hours && mid !== null ? spread(mid, hourly, hours) : null;
    return {
      hourlyUsd: hourly,
      totalUsd: total,
      ...(runsPerMonth !== undefined && { monthlyUsd: total === null ? null : scale(total, runsPerMonth) }),
      ...withUpfront,
      lines,
      atLeast,
    };
  }
  const { hoursPerMonth, unitsRange, tokensPerHour } = input.use;
  const lines = [...hourLines(priced, 'month', hoursPerMonth), ...fixedLines];
  const mid = totalOf(lines, 'month');
  const perUnits = (range: Range): Range => ({
    low: range.low * unitsRange.low,
    mid: range.mid,
    high: range.high * unitsRange.high,
  });
  const monthly = mid === null ? null : hourly ? around(mid, scale(perUnits(hourly), hoursPerMonth)) : exact(mid);
  return {
    hourlyUsd: hourly ? perUnits(hourly) : null,
    monthlyUsd: monthly,
    ...withUpfront,
    ...(hourly && tokensPerHour && perMillion(perUnits(hourly), tokensPerHour)),
    lines,
    atLeast,
  };
}

function hourLines(rates: readonly Rate[], period: Period, hours: number): CostLine[] {
  return rates.map((rate) => {
    const quantity = rate.units * hours;
    const unitPriceUsd = rate.usdPerUnitHour?.mid ?? 0;
    return {
      name: rate.name,
      period,
      quantity,
      unit: `${rate.unit}-hour`,
      unitPriceUsd,
      amountUsd: roundToCent(quantity * unitPriceUsd),
      source: rate.source,
      asOf: rate.asOf,
    };
  });
}

/** The sum of a period's rounded lines; null when it has none. */
function totalOf(lines: readonly CostLine[], period: Period): number | null {
  const own = lines.filter((line) => line.period === period);
  return own.length === 0 ? null : sumCents(own.map((line) => line.amountUsd));
}

/** The mid is the sum of the lines; the ends move with rate and hours. */
function spread(mid: number, rate: Range, hours: Range): Range {
  return around(mid, { low: rate.low * hours.low, mid, high: rate.high * hours.high });
}

/** Ends in whole cents around a mid that is the sum of rounded lines. */
function around(mid: number, ends: Range): Range {
  return { low: Math.min(mid, roundToCent(ends.low)), mid, high: Math.max(mid, roundToCent(ends.high)) };
}

function perMillion(hourly: Range, tokens: { readonly input: number; readonly output: number }): Partial<CostPlan> {
  const per = (count: number) => (count > 0 ? scale(hourly, 1e6 / count) : null);
  return {
    perMillionOutputTokensUsd: per(tokens.output),
    perMillionInputTokensUsd: per(tokens.input),
    perMillionTokensUsd: per(tokens.input + tokens.output),
  };
}

/** Tokens an hour at average load; undefined where the load or the lengths are not stated. */
export function tokensPerHour(
  requestsPerSecond: number | undefined,
  inputTokens: number | undefined,
  outputTokens: number | undefined,
) {
  if (requestsPerSecond === undefined || inputTokens === undefined || outputTokens === undefined) return undefined;
  const requests = requestsPerSecond * 3600;
  return { input: requests * inputTokens, output: requests * outputTokens };
}

/** How far the size of a fleet that follows the load may be off, as factors around 1: speed is a range, so replicas are. */
export function fleetSpread(plan: ServingPlan): Range {
  const speed = plan.requestsPerSecondPerReplica;
  if (!speed || speed.low <= 0) return exact(1);
  return { low: speed.mid / speed.high, mid: 1, high: speed.mid / speed.low };
}
