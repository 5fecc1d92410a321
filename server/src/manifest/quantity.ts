/** Quantities of the manifest: a number with an optional unit, whose dimension the field fixes (`docs/reference/manifest.md`, Quantities). */
import { readUnit } from './units.ts';

/** Kept as: number, FLOP, bytes, seconds, per second, US dollars, watts, 0–1, dollars per kWh, dollars per kW and month, bytes per second, kilograms. */
export type Dimension =
  | 'count'
  | 'operations'
  | 'bytes'
  | 'duration'
  | 'rate'
  | 'money'
  | 'power'
  | 'share'
  | 'energyPrice'
  | 'powerPrice'
  | 'dataRate'
  | 'mass';

export type QuantityResult =
  | { readonly ok: true; readonly value: number }
  /** `wrong-dimension` is AI105; `malformed` (no number, negative, `Gb` for a size, 80 for a share) is AI102. */
  | { readonly ok: false; readonly problem: 'wrong-dimension' | 'malformed'; readonly message: string };

export interface DimensionWords {
  /** With its article, as it stands in a message. */
  readonly name: string;
  readonly example: string;
  /** The unit that a number without a unit is in, and that values are kept in. */
  readonly unit: string;
}

export const DIMENSIONS: Readonly<Record<Dimension, DimensionWords>> = {
  count: { name: 'a count', example: '8B', unit: 'number' },
  operations: { name: 'a number of operations', example: '16.5G', unit: 'FLOP' },
  bytes: { name: 'a size', example: '80GiB', unit: 'bytes' },
  duration: { name: 'a duration', example: '14d', unit: 'seconds' },
  rate: { name: 'a rate', example: '20/s', unit: 'per second' },
  money: { name: 'an amount of money', example: '40k', unit: 'US dollars' },
  power: { name: 'a power', example: '700W', unit: 'watts' },
  share: { name: 'a share', example: '80%', unit: '0 to 1' },
  energyPrice: { name: 'a price of energy', example: '0.14/kWh', unit: 'US dollars per kWh' },
  powerPrice: { name: 'a price of power', example: '180/kW/month', unit: 'US dollars per kW and month' },
  dataRate: { name: 'a data rate', example: '20GB/s', unit: 'bytes per second' },
  mass: { name: 'a mass', example: '500kg', unit: 'kilograms' },
};

/** The order in which a unit of an unexpected dimension is recognised: what is spelled out first, lone letters last. */
const RECOGNITION: readonly Dimension[] = [
  'count',
  'bytes',
  'dataRate',
  'powerPrice',
  'energyPrice',
  'duration',
  'rate',
  'power',
  'share',
  'mass',
  'money',
  'operations',
];

const NUMBER = /^([+-]?)(\d[\d_]*(?:\.\d*)?|\.\d+)(?:e([+-]?\d+))?/i;
const CURRENCY_FIRST = /^([+-]?)(?:us\$|\$|usd)/i;

/**
 * Reads a quantity. Never throws.
 * @param key The field's key, for the message; without one the message names only what is wanted.
 * @returns The value in the dimension's unit (`DIMENSIONS`), finite and not negative; else what is wrong.
 */
export function parseQuantity(dimension: Dimension, raw: string | number, key?: string): QuantityResult {
  const wanted = wants(dimension, key);
  if (typeof raw === 'number') return checked(dimension, raw, String(raw), '', wanted);
  const shown = `\`${abbreviated(raw.trim())}\``;
  const text = raw.replace(/\bper\b/gi, '/').replace(/\s+/g, '');
  if (text === '') return malformed(`nothing is written here; ${wanted}`);
  if (/[€£¥]|(?:eur|gbp|jpy|cny|chf)(?![a-z])/i.test(text))
    return malformed(`${shown} is not in US dollars; ${wanted}`);
  if (/\d,\d/.test(text))
    return malformed(`${shown} has a comma; numbers are written without, such as \`1500\` or \`1.5\``);
  const parts = split(text);
  if (!parts) return malformed(`${shown} is no number with a unit; ${wanted}`);
  const value = inDimension(dimension, parts);
  if (typeof value === 'number') return checked(dimension, value, shown, parts.unit, wanted);
  if (value === 'bits') {
    const prefix = parts.unit.replace(/b(?:its?)?$/i, '');
    const spelling = `${parts.number}${prefix.charAt(0).replace(/[mgtpe]/, (letter) => letter.toUpperCase())}${prefix.slice(1).toLowerCase()}B`;
    return malformed(`${shown} is in bits; a size is in bytes: write \`${spelling}\``);
  }
  if (value === 'month')
    return malformed(
      `${shown} counts in months, which have no fixed length; write days, such as \`${monthsInDays(parts)}d\``,
    );
  if (value === 'prefix') {
    const letter = parts.unit.toUpperCase().replace('K', 'k');
    return malformed(
      `${shown} does not say of what; write \`${parts.number}${letter}B\` or \`${parts.number}${letter.toUpperCase()}iB\``,
    );
  }
  const other = recognise(dimension, parts);
  if (other)
    return { ok: false, problem: 'wrong-dimension', message: `${shown} is ${DIMENSIONS[other].name}; ${wanted}` };
  if (parts.unit === '') return malformed(`${shown} cannot be read; ${wanted}`);
  return malformed(`\`${abbreviated(parts.unit)}\` is no unit of ${DIMENSIONS[dimension].name}; ${wanted}`);
}

/** "`deadline` wants a duration such as `14d`" */
export function wants(dimension: Dimension, key: string | undefined): string {
  const { name, example } = DIMENSIONS[dimension];
  return key === undefined
    ? `${name} such as \`${example}\` is wanted`
    : `\`${key}\` wants ${name} such as \`${example}\``;
}

interface Parts {
  /** The number as written, without underscores and currency. */
  readonly number: string;
  readonly mantissa: string;
  readonly exponent: number;
  readonly unit: string;
  readonly currency: boolean;
}

function split(text: string): Parts | undefined {
  const currency = CURRENCY_FIRST.test(text);
  const rest = currency ? text.replace(CURRENCY_FIRST, '$1') : text;
  const match = NUMBER.exec(rest);
  if (!match) return undefined;
  const mantissa = `${match[1] ?? ''}${match[2] ?? ''}`.replaceAll('_', '');
  return {
    number: match[0].replaceAll('_', ''),
    mantissa,
    exponent: Number(match[3] ?? 0),
    unit: rest.slice(match[0].length),
    currency,
  };
}

function inDimension(dimension: Dimension, parts: Parts): number | 'bits' | 'prefix' | 'month' | undefined {
  if (parts.currency && dimension !== 'money' && dimension !== 'energyPrice' && dimension !== 'powerPrice')
    return undefined;
  if (parts.unit === '') return scaled(parts, 1);
  const worth = readUnit(dimension, parts.unit);
  if (typeof worth === 'number') return scaled(parts, worth);
  if (worth === undefined && dimension === 'duration') return compoundDuration(parts);
  return worth;
}

/** `1h30m`: parts from the longest to the shortest unit. */
function compoundDuration(first: Parts): number | undefined {
  let rest = first.number + first.unit;
  let total = 0;
  let previous = Infinity;
  while (rest !== '') {
    const match = /^(\d+(?:\.\d+)?)([a-zµμ]+)/i.exec(rest);
    const worth = match && readUnit('duration', match[2] ?? '');
    if (!match || typeof worth !== 'number' || worth >= previous) return undefined;
    total += Number(match[1]) * worth;
    previous = worth;
    rest = rest.slice(match[0].length);
  }
  return total;
}

/** The product, exact where the unit is a power of ten (8.03B is 8030000000 and not 8029999999.999999). */
function scaled(parts: Parts, worth: number): number {
  const power = Math.round(Math.log10(worth));
  if (Number(`1e${power}`) === worth) return Number(`${parts.mantissa}e${parts.exponent + power}`);
  return Number(`${parts.mantissa}e${parts.exponent}`) * worth;
}

function checked(dimension: Dimension, value: number, shown: string, unit: string, wanted: string): QuantityResult {
  const quoted = shown.startsWith('`') ? shown : `\`${shown}\``;
  if (Number.isNaN(value)) return malformed(`${quoted} is no number; ${wanted}`);
  if (value < 0) return malformed(`${quoted} is negative; ${wanted}`);
  if (!Number.isFinite(value)) return malformed(`${quoted} is too large; ${wanted}`);
  if (dimension === 'share' && value > 1) {
    if (unit === '%') return malformed(`${quoted} is more than the whole; a share is at most \`100%\``);
    if (value > 100) return malformed(`${quoted} is more than the whole; ${wanted}`);
    return malformed(`${quoted} is above 1, the whole; write \`${quoted.slice(1, -1).trim()}%\``);
  }
  // Adding zero turns -0 into 0.
  return { ok: true, value: value + 0 };
}

function recognise(wanted: Dimension, parts: Parts): Dimension | undefined {
  if (parts.unit === '') return parts.currency ? 'money' : undefined;
  return RECOGNITION.find(
    (dimension) =>
      dimension !== wanted && typeof inDimension(dimension, parts) === 'number' && isTelling(dimension, parts.unit),
  );
}

/** False for units that several dimensions share, where another of them is the likelier meaning. */
function isTelling(dimension: Dimension, unit: string): boolean {
  // `30m` is a duration and `2t` a mass before they are counts; `8B` is a count before it is bytes.
  if (dimension === 'count') return !/^[mt]$/.test(unit);
  // Grams are small, giga is large.
  if (dimension === 'mass') return unit !== 'G';
  return true;
}

function monthsInDays(parts: Parts): number {
  const months = Number(`${parts.mantissa}e${parts.exponent}`);
  return Number.isFinite(months) && months > 0 ? Math.round(months * 30) : 30;
}

function malformed(message: string): QuantityResult {
  return { ok: false, problem: 'malformed', message };
}

/** The beginning of a text that is too long to repeat in a message. */
function abbreviated(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
