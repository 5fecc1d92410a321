/** Arithmetic on ranges. All quantities are positive; ends are combined as if they moved together (the cautious reading). */
import type { Range } from './types.ts';

export function exact(value: number): Range {
  return { low: value, mid: value, high: value };
}

/** mid ÷ and × the factors: `around(100, 1.25)` is 80–125. */
export function around(mid: number, factor: number, upFactor: number = factor): Range {
  return { low: mid / factor, mid, high: mid * upFactor };
}

export function mapRange(range: Range, transform: (value: number) => number): Range {
  const low = transform(range.low);
  const high = transform(range.high);
  return { low: Math.min(low, high), mid: transform(range.mid), high: Math.max(low, high) };
}

export function scale(range: Range, factor: number): Range {
  return { low: range.low * factor, mid: range.mid * factor, high: range.high * factor };
}

export function add(a: Range, b: Range): Range {
  return { low: a.low + b.low, mid: a.mid + b.mid, high: a.high + b.high };
}

/** a ÷ b with opposite ends: the widest the quotient can be. */
export function divide(a: Range, b: Range): Range {
  return { low: a.low / b.high, mid: a.mid / b.mid, high: a.high / b.low };
}

export function sum(ranges: readonly Range[]): Range {
  return ranges.reduce(add, exact(0));
}

/** A range made end by end. */
export function mapEnds(at: (end: keyof Range) => number): Range {
  return { low: at('low'), mid: at('mid'), high: at('high') };
}
