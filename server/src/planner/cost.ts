/** Cost of a workload: lines that add up to the cent, their totals as ranges (`docs/formulas.md`). */
import { roundToCent, sumCents } from './money.ts';
import { exact, scale } from './range.ts';
import type { ClusterUse, CommitmentDraw, CostLine, CostPlan, HourlyRate, Period, Range } from './types.ts';

export const HOURS_PER_MONTH = 730;

/** A line before it is rounded: quantity × unit price, each with its ends. */
export interface LineDraft extends Pick<CostLine, 'name' | 'kind' | 'period' | 'unit' | 'source' | 'asOf' | 'book'> {
  readonly quantity: Range;
  readonly unitPriceUsd: Range;
}

export interface CostInput {
  readonly lines: readonly LineDraft[];
  readonly commitments: readonly CommitmentDraw[];
  readonly cluster?: ClusterUse;
  readonly rates: readonly HourlyRate[];
  /** What is paid by the hour, at average load. Null: nothing is, or its price is not known. */
  readonly hourlyUsd: Range | null;
  /** False when the hardware itself has no price, or its hours are not known: the totals are then null. */
  readonly priced: boolean;
  /** True when a price that matters is missing. */
  readonly atLeast: boolean;
  readonly use:
    | {
        readonly kind: 'run';
        readonly runsPerMonth?: number;
        /** Of a batch job. */
        readonly tokens?: Tokens;
      }
    | { readonly kind: 'service'; readonly tokensPerMonth?: Tokens };
}

export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** Rounds the lines and adds them up by period. Unknown prices or hours give null and `atLeast`, never a guess. */
export function addUp(input: CostInput): CostPlan {
  const { use, hourlyUsd, priced } = input;
  const lines = input.lines.map(rounded).filter(({ highUsd }) => highUsd > 0);
  const upfront = totalOf(lines, 'upfront');
  const runs = use.kind === 'run' && use.runsPerMonth !== undefined ? { runsPerMonth: use.runsPerMonth } : {};
  const base = {
    hourlyUsd,
    ...(upfront && { upfrontUsd: upfront }),
    ...(input.commitments.length > 0 && { commitments: input.commitments.map((draw) => ({ ...draw, ...runs })) }),
    ...(input.cluster && { cluster: { ...input.cluster, ...runs } }),
  };
  if (use.kind === 'run') {
    const total = priced ? (totalOf(lines, 'run') ?? exact(0)) : null;
    return {
      ...base,
      totalUsd: total,
      ...(use.runsPerMonth !== undefined && { monthlyUsd: total && inCents(scale(total, use.runsPerMonth)) }),
      ...(total && use.tokens && perMillion(total, use.tokens)),
      lines,
      rates: input.rates,
      atLeast: input.atLeast || !priced,
    };
  }
  // A month without hours, or at no price, costs nothing.
  const monthly = priced ? (totalOf(lines, 'month') ?? exact(0)) : null;
  return {
    ...base,
    monthlyUsd: monthly,
    ...(monthly && use.tokensPerMonth && perMillion(monthly, use.tokensPerMonth)),
    lines,
    rates: input.rates,
    atLeast: input.atLeast || !priced,
  };
}

/** Member by member: a search for alternatives rounds some ten thousand lines, and copying by rest is five times slower. */
function rounded(draft: LineDraft): CostLine {
  const { quantity, unitPriceUsd } = draft;
  return {
    name: draft.name,
    kind: draft.kind,
    period: draft.period,
    quantity: quantity.mid,
    unit: draft.unit,
    unitPriceUsd: unitPriceUsd.mid,
    amountUsd: roundToCent(quantity.mid * unitPriceUsd.mid),
    lowUsd: roundToCent(quantity.low * unitPriceUsd.low),
    highUsd: roundToCent(quantity.high * unitPriceUsd.high),
    source: draft.source,
    asOf: draft.asOf,
    ...(draft.book && { book: draft.book }),
  };
}

/** The sum of a period's rounded lines, end by end; null when it has none. */
function totalOf(lines: readonly CostLine[], period: Period): Range | null {
  const own = lines.filter((line) => line.period === period);
  if (own.length === 0) return null;
  return {
    low: sumCents(own.map(({ lowUsd }) => lowUsd)),
    mid: sumCents(own.map(({ amountUsd }) => amountUsd)),
    high: sumCents(own.map(({ highUsd }) => highUsd)),
  };
}

function inCents(range: Range): Range {
  return { low: roundToCent(range.low), mid: roundToCent(range.mid), high: roundToCent(range.high) };
}

function perMillion(usd: Range, tokens: Tokens): Partial<CostPlan> {
  // Less than a token has no price.
  const per = (count: number) => (count >= 1 ? scale(usd, 1e6 / count) : null);
  return {
    perMillionOutputTokensUsd: per(tokens.output),
    perMillionInputTokensUsd: per(tokens.input),
    perMillionTokensUsd: per(tokens.input + tokens.output),
  };
}

/** Tokens of so many requests; undefined where their number or the lengths are not stated. */
export function tokensOf(
  requests: number | undefined,
  inputTokens: number | undefined,
  outputTokens: number | undefined,
): Tokens | undefined {
  if (requests === undefined || inputTokens === undefined || outputTokens === undefined) return undefined;
  return { input: requests * inputTokens, output: requests * outputTokens };
}
