/** Hours that are left of a commitment: used before those of the next price; what is not used is paid all the same. */
import type { LineDraft } from './cost.ts';
import { exact } from './range.ts';
import { roundToCent, sumCents } from './money.ts';
import type { CommitmentDraw, PriceStep, Range } from './types.ts';

export interface SpentHours {
  /** The lines, each cut where a price ends. */
  readonly lines: readonly LineDraft[];
  /** A line for what stays unused of each commitment. */
  readonly left: readonly LineDraft[];
  /** True when hours remain that no step has a price for. */
  readonly isShort: boolean;
  /** All of it, for who adds up several. */
  readonly draw: CommitmentDraw;
}

const ENDS = ['low', 'mid', 'high'] as const satisfies readonly (keyof Range)[];

/** Takes the hours of lines of one fleet from the steps in their order, for each end of the estimate apart. */
export function spendHours(
  lines: readonly LineDraft[],
  steps: readonly PriceStep[],
  name: string,
  period: CommitmentDraw['period'],
): SpentHours {
  const open = steps.map(({ hours }) => ({ low: hours ?? Infinity, mid: hours ?? Infinity, high: hours ?? Infinity }));
  let isShort = false;
  const cut = lines.flatMap((line): LineDraft[] => {
    const wanted = { ...line.quantity };
    const pieces = steps.map((step, index): LineDraft => {
      const quantity = { low: 0, mid: 0, high: 0 };
      for (const end of ENDS) {
        const taken = Math.min(wanted[end], open[index]?.[end] ?? 0);
        quantity[end] = taken;
        wanted[end] -= taken;
        const purse = open[index];
        if (purse) purse[end] -= taken;
      }
      const { book, ...rest } = line;
      return {
        ...rest,
        name: step.hours === undefined ? line.name : `${line.name}, committed`,
        quantity,
        unitPriceUsd: exact(step.usdPerUnitHour),
        source: step.source,
        asOf: step.asOf,
        // What the book's price won over is said where that price is paid.
        ...(book && index === 0 && { book }),
      };
    });
    isShort ||= wanted.mid > 0;
    return pieces.filter(({ quantity }) => quantity.high > 0);
  });
  const left = steps.flatMap((step, index): LineDraft[] => {
    const rest = open[index];
    const [first] = lines;
    if (step.hours === undefined || !rest || !first || !(rest.low > 0)) return [];
    return [
      {
        name: `rest of the commitment: ${name}`,
        kind: 'commitment',
        period: 'upfront',
        unit: first.unit,
        // The more is used, the less is left.
        quantity: { low: rest.high, mid: rest.mid, high: rest.low },
        unitPriceUsd: exact(step.usdPerUnitHour),
        source: step.source,
        asOf: step.asOf,
      },
    ];
  });
  const unitHours = { low: 0, mid: 0, high: 0 };
  for (const { quantity } of lines) for (const end of ENDS) unitHours[end] += quantity[end];
  return { lines: cut, left, isShort, draw: { period, unitHours, steps, usd: sumOf(cut), unusedUsd: sumOf(left) } };
}

/** As the bill adds them up: rounded line by line. */
function sumOf(lines: readonly LineDraft[]): Range {
  const at = (end: keyof Range) =>
    sumCents(lines.map(({ quantity, unitPriceUsd }) => roundToCent(quantity[end] * unitPriceUsd[end])));
  return { low: at('low'), mid: at('mid'), high: at('high') };
}

/** What one of so many hours costs on average; the first price where there are none. */
export function averagePrice(steps: readonly PriceStep[], hours: number): number {
  if (!(hours > 0)) return steps[0]?.usdPerUnitHour ?? 0;
  let open = hours;
  let usd = 0;
  for (const step of steps) {
    const taken = Math.min(open, step.hours ?? open);
    usd += taken * step.usdPerUnitHour;
    open -= taken;
  }
  return usd / hours;
}
