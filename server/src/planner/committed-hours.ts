/** Hours that are left of a commitment: used before those of the next price; what is not used is paid all the same. */
import type { Sourced } from '../catalog/types.ts';
import type { LineDraft } from './cost.ts';
import { exact } from './range.ts';
import type { Range } from './types.ts';

/** A price for the hours of a commitment, or from its end on. */
export interface PriceStep extends Sourced {
  /** Per machine or accelerator, as the offer's. */
  readonly usdPerUnitHour: number;
  /** Hours at this price; absent: all that remain. */
  readonly hours?: number;
}

export interface SpentHours {
  /** The lines, each cut where a price ends. */
  readonly lines: readonly LineDraft[];
  /** A line for what stays unused of each commitment. */
  readonly left: readonly LineDraft[];
  /** True when hours remain that no step has a price for. */
  readonly isShort: boolean;
}

const ENDS = ['low', 'mid', 'high'] as const satisfies readonly (keyof Range)[];

/** Takes the hours of lines of one fleet from the steps in their order, for each end of the estimate apart. */
export function spendHours(lines: readonly LineDraft[], steps: readonly PriceStep[], name: string): SpentHours {
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
  return { lines: cut, left, isShort };
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
