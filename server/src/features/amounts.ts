/** How hints, lenses, hovers and the panel say a cost, a time and a fit; numbers are written by `manifest/format-quantity.ts`. */
import { ANY_REGION } from '../catalog/offer-index.ts';
import {
  formatBytes,
  formatDuration,
  formatNumber,
  formatRange,
  formatUsd,
  plainUsd,
} from '../manifest/format-quantity.ts';
import type { Period, Range, ResolvedTarget, Verdict, WorkloadPlan } from '../planner/types.ts';

export { plainUsd };

const GIB = 2 ** 30;

export const PERIOD_WORDS: Readonly<Record<Period, string>> = { month: 'a month', run: 'a run', upfront: 'upfront' };

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  fits: 'fits',
  tight: 'a tight fit',
  'does-not-fit': 'does not fit',
  unknown: 'fit unknown',
};

/** `−$96.20`, `+$12.00`, `±$0`. */
export function usdDifference(difference: number): string {
  return signed(difference, plainUsd, 0.005, '±$0');
}

/** `−19 %`; '' when there is nothing to compare with. */
export function percentDifference(difference: number, base: number): string {
  if (base <= 0) return '';
  return signed((100 * difference) / base, (percent) => `${formatNumber(Math.round(percent))} %`, 0.5, '±0 %');
}

export function durationDifference(seconds: number): string {
  return signed(seconds, formatDuration, 0.5, '±0');
}

/** `$2.8k – $3.6k`; '' when both ends read the same. */
export function rangeText(range: Range, format: (value: number) => string): string {
  const text = formatRange(range, format);
  return text === format(range.mid) ? '' : text;
}

/** What a workload is judged by: the cost of a run for what ends, of a month for what keeps running. Null: no price is known. */
export interface MainCost {
  readonly usd: Range;
  readonly period: Period;
  readonly atLeast: boolean;
}

export function mainCost(plan: WorkloadPlan): MainCost | null {
  const { cost } = plan;
  const candidates: readonly (readonly [Range | null | undefined, Period])[] =
    plan.phase === 'inference'
      ? [
          [cost.monthlyUsd, 'month'],
          [cost.totalUsd, 'run'],
        ]
      : [
          [cost.totalUsd, 'run'],
          [cost.monthlyUsd, 'month'],
        ];
  for (const [usd, period] of candidates) {
    if (usd !== null && usd !== undefined) return { usd, period, atLeast: cost.atLeast };
  }
  return cost.upfrontUsd ? { usd: cost.upfrontUsd, period: 'upfront', atLeast: cost.atLeast } : null;
}

/** `$412 a run`, `≥ $3.1k a month`, `$98 an hour` while the length is unknown, `no price known`. */
export function costWords(plan: WorkloadPlan, write: (usd: number) => string = formatUsd): string {
  const main = mainCost(plan);
  const atLeast = plan.cost.atLeast ? '≥ ' : '';
  if (main !== null) return `${atLeast}${write(main.usd.mid)} ${PERIOD_WORDS[main.period]}`;
  const { hourlyUsd } = plan.cost;
  return hourlyUsd === null ? 'no price known' : `${atLeast}${write(hourlyUsd.mid)} an hour`;
}

/** `3.2 h` for what ends; '' otherwise. */
export function timeWords(plan: WorkloadPlan): string {
  const seconds = plan.training?.durationSeconds ?? plan.serving?.durationSeconds;
  return seconds ? formatDuration(seconds.mid) : '';
}

/** `62 of 80 GiB`; '' while either side is unknown. */
export function memoryWords(plan: WorkloadPlan): string {
  const { perAcceleratorBytes, capacityBytes } = plan.memory;
  if (perAcceleratorBytes === null || capacityBytes === null) return '';
  if (capacityBytes < GIB || perAcceleratorBytes.mid < GIB / 10) {
    return `${formatBytes(perAcceleratorBytes.mid)} of ${formatBytes(capacityBytes)}`;
  }
  return `${formatNumber(perAcceleratorBytes.mid / GIB)} of ${formatNumber(capacityBytes / GIB)} GiB`;
}

/** `190 of 192 GiB, a tight fit`: memory, with the verdict where it warns, and what the cache adds where many sequences run at once. */
export function fitWords(plan: WorkloadPlan): string {
  const { verdict, kvCacheAtBatchBytes, partsBytes } = plan.memory;
  const batch = plan.serving?.batch ?? 1;
  const cache =
    kvCacheAtBatchBytes !== undefined && kvCacheAtBatchBytes >= GIB && kvCacheAtBatchBytes > (partsBytes?.kvCache ?? 0)
      ? ` + ${formatBytes(kvCacheAtBatchBytes)} of cache for ${formatNumber(batch)} sequences`
      : '';
  const words = memoryWords(plan);
  const memory = words === '' ? '' : `${words}${cache}`;
  return memory !== '' && (verdict === 'tight' || verdict === 'does-not-fit')
    ? `${memory}, ${VERDICT_WORDS[verdict]}`
    : memory;
}

/** `8 × h100-sxm`, `h100-sxm`, `p5.48xlarge`, `jetson-orin-nano`; '' when nothing is resolved. */
export function hardwareWords(target: ResolvedTarget): string {
  const what = target.device ?? target.accelerator ?? target.instance ?? '';
  if (what === '' || target.count === null) return what;
  return `${formatNumber(target.count)} × ${what}`;
}

/** '' for offers that name no region. */
export function regionWords({ region }: ResolvedTarget): string {
  return region === undefined || region === ANY_REGION ? '' : region;
}

/** `8 × h100-sxm · aws us-east-1 · spot`. */
export function targetWords(target: ResolvedTarget): string {
  const place =
    target.cluster ??
    [target.provider, regionWords(target)].filter((part) => part !== undefined && part !== '').join(' ');
  const kind = target.deployment === 'edge' ? 'edge' : place;
  const capacity = target.deployment === 'edge' || target.capacity === 'owned' ? '' : target.capacity;
  return [hardwareWords(target), kind, capacity].filter((part) => part !== '').join(' · ');
}

function signed(value: number, write: (value: number) => string, nothing: number, zero: string): string {
  if (Math.abs(value) < nothing) return zero;
  return `${value < 0 ? '−' : '+'}${write(Math.abs(value))}`;
}
