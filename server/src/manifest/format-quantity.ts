/** Quantities as people read them, and as a manifest writes them. Independent of locale; the same number always gives the same text. */
import type { Dimension } from './quantity.ts';
import { SECONDS_PER_MONTH, SECONDS_PER_YEAR } from './units.ts';

/** Stands for a number that is not known (NaN, infinity). */
const UNKNOWN = 'unknown';
const MINUS = '−';

/** At most three significant digits, whole from 100 on, no trailing zeros: 1.23, 12.3, 123, 1230. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (value < 0) return MINUS + formatNumber(-value);
  if (value === 0) return '0';
  if (value >= 99.95) return Math.round(value).toFixed(0);
  const digits = value >= 9.995 ? 1 : value >= 0.995 ? 2 : 2 - Math.ceil(Math.log10(value) + 1e-9) + 1;
  return trimmed(value.toFixed(Math.min(12, digits)));
}

/** `$1.2k`, `$412`, `$2.5`, `$0.0012`: short, for hints and titles. */
export function formatUsd(usd: number): string {
  if (!Number.isFinite(usd)) return UNKNOWN;
  if (usd < 0) return MINUS + formatUsd(-usd);
  if (usd >= 999.5) return `$${scaledBy1000(usd, LETTERS, 1)}`;
  if (usd >= 99.995) return `$${Math.round(usd)}`;
  if (usd >= 0.1 || usd === 0) return `$${usd.toFixed(2).replace(/\.00$/, '')}`;
  return `$${trimmed(usd.toPrecision(2))}`;
}

/** `$1,234.50`: to the cent, or further where a price is below a cent. */
export function formatUsdExact(usd: number): string {
  if (!Number.isFinite(usd)) return UNKNOWN;
  if (usd < 0) return MINUS + formatUsdExact(-usd);
  if (usd > 0 && usd < 0.01) return formatUsd(usd);
  const [whole = '0', cents = '00'] = usd.toFixed(2).split('.');
  return `$${grouped(whole)}.${cents}`;
}

/** `$412.30`, `$500`, `$3,120`: cents only below a thousand. */
export function plainUsd(usd: number): string {
  return formatUsdExact(Math.abs(usd) < 1000 ? usd : Math.round(usd)).replace(/\.00$/, '');
}

/** `8B`, `350M`, `8.03B`, `512`. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return UNKNOWN;
  if (count < 0) return MINUS + formatCount(-count);
  return count < 9999.5 ? formatNumber(count) : scaledBy1000(count, LETTERS, 2);
}

/** `16.5 GFLOP`. */
export function formatOperations(flop: number): string {
  return withPrefix(flop, 1000, ['FLOP', 'kFLOP', 'MFLOP', 'GFLOP', 'TFLOP', 'PFLOP', 'EFLOP', 'ZFLOP', 'YFLOP']);
}

/** `80 GiB`: powers of two, as memory is counted. */
export function formatBytes(bytes: number): string {
  return withPrefix(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']);
}

/** `20 GB/s`: powers of ten, as links are counted. */
export function formatDataRate(bytesPerSecond: number): string {
  if (bytesPerSecond > 0 && bytesPerSecond < 1000)
    return `${formatDecimalBytes(bytesPerSecond * SECONDS_PER_MONTH)}/month`;
  return `${formatDecimalBytes(bytesPerSecond)}/s`;
}

/** `500 GB`: powers of ten, as storage and transfer are billed. */
export function formatDecimalBytes(bytes: number): string {
  return withPrefix(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB']);
}

const DURATION_UNITS: readonly (readonly [fromSeconds: number, seconds: number, name: string])[] = [
  [2 * SECONDS_PER_YEAR, SECONDS_PER_YEAR, 'y'],
  [2 * 86_400, 86_400, 'd'],
  [2 * 3600, 3600, 'h'],
  [120, 60, 'min'],
  [1, 1, 's'],
  [1e-3, 1e-3, 'ms'],
  [0, 1e-6, 'µs'],
];

/** `3.2 h`, `14 d`, `90 s`, `250 ms`: the largest unit of which there are two. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return UNKNOWN;
  if (seconds < 0) return MINUS + formatDuration(-seconds);
  if (seconds === 0) return '0 s';
  const [, worth, name] = DURATION_UNITS.find(([from]) => seconds >= from * (1 - 1e-9)) ?? [0, 1, 's'];
  return `${formatNumber(seconds / worth)} ${name}`;
}

/** `12/s`; below one a second by the minute or day. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return UNKNOWN;
  if (perSecond >= 1 || perSecond <= 0) return `${formatCount(perSecond)}/s`;
  if (perSecond * 60 >= 1) return `${formatCount(perSecond * 60)}/min`;
  return `${formatCount(perSecond * 86_400)}/day`;
}

/** `700 W`, `40 kW`. */
export function formatPower(watts: number): string {
  return withPrefix(watts, 1000, ['W', 'kW', 'MW', 'GW']);
}

/** `80 %`, `99.9 %`, `99.95 %`: as many digits as tell it from the whole. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return UNKNOWN;
  const percent = share * 100;
  const near = percent > 99 && percent < 100;
  return `${near ? trimmed(percent.toFixed(3)) : formatNumber(percent)} %`;
}

/** `500 kg`, `2 t`. */
export function formatMass(kilograms: number): string {
  if (Math.abs(kilograms) >= 1000) return `${formatNumber(kilograms / 1000)} t`;
  if (kilograms !== 0 && Math.abs(kilograms) < 1) return `${formatNumber(kilograms * 1000)} g`;
  return kilograms === kilograms ? `${formatNumber(kilograms)} kg` : UNKNOWN;
}

const FORMATS: Readonly<Record<Dimension, (value: number) => string>> = {
  count: formatCount,
  operations: formatOperations,
  bytes: formatBytes,
  duration: formatDuration,
  rate: formatRate,
  money: formatUsd,
  power: formatPower,
  share: formatShare,
  energyPrice: (usd) => `${formatUsd(usd)}/kWh`,
  powerPrice: (usd) => `${formatUsd(usd)}/kW/month`,
  dataRate: formatDataRate,
  mass: formatMass,
};

/** A kept value of a dimension, for people. */
export function formatQuantity(dimension: Dimension, value: number): string {
  return FORMATS[dimension](value);
}

/** `$1.2k–1.5k` would hide the unit of the first: both ends are whole, `$1.2k – $1.5k`; one value where both read the same. */
export function formatRange(
  range: { readonly low: number; readonly high: number },
  format: (value: number) => string,
): string {
  const low = format(range.low);
  const high = format(range.high);
  return low === high ? low : `${low} – ${high}`;
}

interface Written {
  /** Exact multiples only: a unit is used where the number in it is short. */
  readonly units: readonly (readonly [worth: number, suffix: string])[];
}

const COUNT_UNITS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
] as const;

const WRITTEN: Readonly<Record<Dimension, Written>> = {
  count: { units: COUNT_UNITS },
  operations: {
    units: [
      [1e12, 'T'],
      [1e9, 'G'],
      [1e6, 'M'],
      [1, ''],
    ],
  },
  bytes: {
    units: [
      [2 ** 40, 'TiB'],
      [1e12, 'TB'],
      [2 ** 30, 'GiB'],
      [1e9, 'GB'],
      [2 ** 20, 'MiB'],
      [1e6, 'MB'],
      [1, 'B'],
    ],
  },
  duration: {
    units: [
      [SECONDS_PER_YEAR, 'y'],
      [86_400, 'd'],
      [3600, 'h'],
      [60, 'm'],
      [1, 's'],
      [1e-3, 'ms'],
    ],
  },
  rate: {
    units: [
      [1, '/s'],
      [1 / 60, '/min'],
      [1e6 / 86_400, 'M/day'],
      [1e3 / 86_400, 'k/day'],
      [1 / 86_400, '/day'],
    ],
  },
  money: {
    units: [
      [1e6, 'M'],
      [1e3, 'k'],
      [1, ''],
    ],
  },
  power: {
    units: [
      [1e6, 'MW'],
      [1e3, 'kW'],
      [1, 'W'],
    ],
  },
  share: { units: [[1e-2, '%']] },
  energyPrice: { units: [[1, '/kWh']] },
  powerPrice: { units: [[1, '/kW/month']] },
  dataRate: {
    units: [
      [1e9, 'GB/s'],
      [1e6, 'MB/s'],
      [1e9 / SECONDS_PER_MONTH, 'GB/month'],
      [1, 'B/s'],
    ],
  },
  mass: {
    units: [
      [1e3, 't'],
      [1, 'kg'],
    ],
  },
};

/**
 * A value as a manifest writes it (`10m`, `80GiB`, `1.5k`): in the unit that needs the fewest digits, the largest of equals.
 * Reading it back gives the value, to within three parts in a million.
 */
export function writeQuantity(dimension: Dimension, value: number): string {
  let best: string | undefined;
  for (const [worth, suffix] of WRITTEN[dimension].units) {
    const digits = plain(value / worth);
    // A whole number of a smaller unit reads better than a fraction of a larger one.
    if (digits === undefined) continue;
    const text = digits + suffix;
    if (best === undefined || best.startsWith('0.') || text.length < best.length) best = text;
  }
  return best ?? String(value);
}

/** Up to six significant digits, without an exponent; undefined where that takes more than a readable number of characters. */
function plain(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (value === 0) return '0';
  if (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e15) return undefined;
  return trimmed(Number(value.toPrecision(6)).toFixed(Math.max(0, 5 - Math.floor(Math.log10(Math.abs(value))))));
}

const LETTERS = ['', 'k', 'M', 'B', 'T'] as const;

function scaledBy1000(value: number, letters: readonly string[], decimals: number): string {
  let scaled = value;
  let step = 0;
  while (step < letters.length - 1 && Number(scaled.toFixed(scaled >= 100 ? 0 : decimals)) >= 1000) {
    scaled /= 1000;
    step++;
  }
  const digits = scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : decimals;
  return trimmed(scaled.toFixed(digits)) + (letters[step] ?? '');
}

function withPrefix(value: number, base: number, units: readonly string[]): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (value < 0) return MINUS + withPrefix(-value, base, units);
  let scaled = value;
  let step = 0;
  while (step < units.length - 1 && scaled >= base - 0.5) {
    scaled /= base;
    step++;
  }
  return `${formatNumber(scaled)} ${units[step] ?? ''}`;
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function grouped(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ',');
}
