/** Units of the manifest's quantities: what a written unit is worth in the unit a dimension is kept in. */
import type { Dimension } from './quantity.ts';

/** What a unit is worth, or why it cannot be: `bits` a size in bits, `prefix` a prefix without its unit, `month` a duration in months. */
export type UnitReading = number | 'bits' | 'prefix' | 'month' | undefined;

const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 24 * SECONDS_PER_HOUR;
/** A year is 365 days and a month its twelfth (730 hours), as clouds bill them. */
export const SECONDS_PER_YEAR = 365 * SECONDS_PER_DAY;
export const SECONDS_PER_MONTH = SECONDS_PER_YEAR / 12;

/** Spellings, lower case, of each unit of time in seconds; longest first. */
const TIME_SPELLINGS: readonly (readonly [number, readonly string[]])[] = [
  [SECONDS_PER_YEAR, ['y', 'yr', 'yrs', 'year', 'years']],
  [7 * SECONDS_PER_DAY, ['w', 'wk', 'week', 'weeks']],
  [SECONDS_PER_DAY, ['d', 'day', 'days']],
  [SECONDS_PER_HOUR, ['h', 'hr', 'hrs', 'hour', 'hours']],
  [60, ['m', 'min', 'mins', 'minute', 'minutes']],
  [1, ['s', 'sec', 'secs', 'second', 'seconds']],
  [1e-3, ['ms', 'msec', 'millisecond', 'milliseconds']],
  [1e-6, ['us', 'µs', 'μs', 'microsecond', 'microseconds']],
];
const TIME = new Map(TIME_SPELLINGS.flatMap(([seconds, words]) => words.map((word) => [word, seconds] as const)));
const MONTH_WORDS = new Set(['mo', 'mon', 'month', 'months']);
const PERIOD = new Map([...TIME, ...[...MONTH_WORDS].map((word) => [word, SECONDS_PER_MONTH] as const)]);

const DECIMAL: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15, e: 1e18 };
const BINARY: Readonly<Record<string, number>> = {
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
  e: 2 ** 60,
};

const MAGNITUDE: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mn: 1e6,
  million: 1e6,
  b: 1e9,
  bn: 1e9,
  billion: 1e9,
  t: 1e12,
  trillion: 1e12,
};

function magnitude(word: string): number | undefined {
  return Object.hasOwn(MAGNITUDE, word) ? MAGNITUDE[word] : undefined;
}

/** A size: `GB`, `GiB`, `Gi`, `bytes`; the one place where case tells (`b` after a prefix is a bit). */
function sizeUnit(unit: string): { readonly bytes: number; readonly bits: boolean } | undefined {
  const match = /^([kmgtpe]?)(i?)(b|bits?|bytes?)?$/i.exec(unit);
  if (!match) return undefined;
  const prefix = (match[1] ?? '').toLowerCase();
  const binary = match[2] !== '';
  const word = match[3] ?? '';
  if (binary && prefix === '') return undefined;
  if (word === '' && !binary) return undefined;
  const lower = word.toLowerCase();
  // A lone `b` has no prefix to disagree with: it is a byte, as in `512b`.
  const bits = lower.startsWith('bit') || (word === 'b' && prefix !== '');
  const scale = (binary ? BINARY : DECIMAL)[prefix];
  if (scale === undefined) return undefined;
  return { bytes: bits ? scale / 8 : scale, bits };
}

function bytesUnit(unit: string): UnitReading {
  const size = sizeUnit(unit);
  if (size) return size.bits ? 'bits' : size.bytes;
  // `30m` is rather a duration than a size: the capital tells.
  return /^[KkMGgTtPpEe]$/.test(unit) ? 'prefix' : undefined;
}

function dataRateUnit(unit: string): UnitReading {
  const match = /^([^/]+?)(?:ps|\/([^/]+))$/i.exec(unit);
  if (!match) return undefined;
  const size = sizeUnit(match[1] ?? '');
  const period = match[2] === undefined ? 1 : PERIOD.get(match[2].toLowerCase());
  return size && period ? size.bytes / period : undefined;
}

function countUnit(unit: string): UnitReading {
  const match = /^(.*?)(?:tokens?|params?|parameters?|samples?)?$/i.exec(unit);
  return magnitude((match?.[1] ?? unit).toLowerCase());
}

function operationsUnit(unit: string): UnitReading {
  const match = /^([kmgtpeb]?)(?:flops?|ops?)?$/i.exec(unit);
  const prefix = match?.[1]?.toLowerCase();
  if (prefix === undefined) return undefined;
  return prefix === 'b' ? 1e9 : DECIMAL[prefix];
}

function durationUnit(unit: string): UnitReading {
  const word = unit.toLowerCase();
  return MONTH_WORDS.has(word) ? 'month' : TIME.get(word);
}

function rateUnit(unit: string): UnitReading {
  const match = /^([^/]*?)(?:(?:req|reqs|requests?|queries|samples?|images?|frames?|tokens?)?\/([^/]+)|[rqf]ps)$/i.exec(
    unit,
  );
  if (!match) return undefined;
  const scale = magnitude((match[1] ?? '').toLowerCase());
  const period = match[2] === undefined ? 1 : PERIOD.get(match[2].toLowerCase());
  return scale && period ? scale / period : undefined;
}

function moneyUnit(unit: string): UnitReading {
  return magnitude(unit.toLowerCase().replace(/(?:us)?\$$|usd$|dollars?$/, ''));
}

function powerUnit(unit: string): UnitReading {
  const prefix = /^([kmg]?)(?:w|watts?)$/i.exec(unit)?.[1];
  return prefix === undefined ? undefined : DECIMAL[prefix.toLowerCase()];
}

function energyPriceUnit(unit: string): UnitReading {
  const match = /^(.*)\/([kmg]?)wh$/i.exec(unit);
  const dollars = moneyUnit(match?.[1] ?? '');
  const scale = match && DECIMAL[(match[2] ?? '').toLowerCase()];
  return scale && typeof dollars === 'number' ? (dollars * 1e3) / scale : undefined;
}

function powerPriceUnit(unit: string): UnitReading {
  const match = /^(.*)\/([kmg]?)w[/-]([a-z]+)$/i.exec(unit);
  const dollars = moneyUnit(match?.[1] ?? '');
  const scale = match && DECIMAL[(match[2] ?? '').toLowerCase()];
  const period = PERIOD.get((match?.[3] ?? '').toLowerCase());
  if (!scale || !period || typeof dollars !== 'number') return undefined;
  return dollars * (1e3 / scale) * (SECONDS_PER_MONTH / period);
}

function massUnit(unit: string): UnitReading {
  const word = unit.toLowerCase().replace(/co2(?:e|eq)?$/, '');
  switch (word) {
    case 'g':
      return 1e-3;
    case 'kg':
      return 1;
    case 't':
    case 'tonne':
    case 'tonnes':
      return 1e3;
    case 'kt':
      return 1e6;
    default:
      return undefined;
  }
}

const READERS: Readonly<Record<Dimension, (unit: string) => UnitReading>> = {
  count: countUnit,
  operations: operationsUnit,
  bytes: bytesUnit,
  duration: durationUnit,
  rate: rateUnit,
  money: moneyUnit,
  power: powerUnit,
  share: (unit) => (unit === '%' ? 1e-2 : undefined),
  energyPrice: energyPriceUnit,
  powerPrice: powerPriceUnit,
  dataRate: dataRateUnit,
  mass: massUnit,
};

/** What `unit` (without spaces, not empty) is worth in the dimension's kept unit. */
export function readUnit(dimension: Dimension, unit: string): UnitReading {
  return READERS[dimension](unit);
}
