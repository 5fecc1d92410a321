/**
 * Failures, interruptions and checkpoints of a training run, in closed form: interruptions arrive at random (Poisson), a
 * restarted run goes on from its last checkpoint. Daly 2006, "A higher order estimate of the optimum checkpoint interval".
 */
import type { Capacity } from '../catalog/types.ts';
import { FAULTS as FIT } from './fitted.ts';
import type { RunFaults } from './training-plan.ts';
import type { Range } from './types.ts';

/** Intervals that a fix writes, in seconds: 1m 2m 5m 10m 15m 30m 1h 2h 4h. */
export const CHECKPOINT_INTERVALS: readonly number[] = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];

export interface InterruptionInput {
  readonly capacity: Capacity;
  readonly accelerators: number;
  readonly machines: number;
  /** Share of machines interrupted in a month (AWS Spot Advisor band), where known. */
  readonly spotInterruptedShare?: number;
}

/**
 * Interruptions per second of the whole job; `low` is the mature fleet, `high` the early one. Spot adds the reclaiming of
 * machines: by the month's share where known, else by published traces. Whether machines are reclaimed together is not
 * known: `low` treats the job as one machine, `high` each machine apart, `mid` in between (√machines).
 */
export function interruptionRate(input: InterruptionInput): Range {
  const devices = Math.max(1, input.accelerators);
  const hours = FIT.deviceHoursPerFailure;
  const failures: Range = {
    low: devices / (hours.low * 3600),
    mid: devices / (hours.mid * 3600),
    high: devices / (hours.high * 3600),
  };
  if (input.capacity !== 'spot') return failures;
  const machines = Math.max(1, input.machines);
  const each = spotRatePerMachine(input.spotInterruptedShare);
  return {
    low: failures.low + each.low,
    mid: failures.mid + each.mid * Math.sqrt(machines),
    high: failures.high + each.high * machines,
  };
}

function spotRatePerMachine(share: number | undefined): Range {
  const pessimistic = FIT.spotMeanSecondsPerMachine;
  if (share === undefined) return { low: 1 / pessimistic.low, mid: 1 / pessimistic.mid, high: 1 / pessimistic.high };
  const month = 730 * 3600;
  const rate = -Math.log(1 - Math.min(0.95, Math.max(0.005, share))) / month;
  return { low: rate / 2, mid: rate, high: rate * 3 };
}

/** Bytes of one checkpoint: 12 to 16 a trained parameter (BLOOM 14); adapters alone for LoRA. */
export function checkpointBytes(trainedParameters: number, adapters: boolean): Range {
  const each = adapters ? FIT.adapterBytesPerParameter : FIT.checkpointBytesPerParameter;
  return { low: each.low * trainedParameters, mid: each.mid * trainedParameters, high: each.high * trainedParameters };
}

export interface WriteInput {
  readonly bytes: Range;
  readonly machines: number;
  readonly accelerators: number;
  /** Of the storage as a whole, where stated. */
  readonly throughputBytesPerSecond?: number;
  /** Written beside the training: only the copy to the host's memory stops it. */
  readonly async?: boolean;
}

/** Seconds for which one checkpoint stops the training; `low` is the fastest. */
export function checkpointSeconds(input: WriteInput): Range {
  const { bytes } = input;
  if (input.async === true) {
    const copy = FIT.hostCopyBytesPerSecond * Math.max(1, input.accelerators);
    return { low: 0.5 + bytes.low / copy, mid: 1 + bytes.mid / copy, high: 3 + bytes.high / copy };
  }
  const each = FIT.writeBytesPerSecondPerMachine;
  const speed = (perMachine: number): number =>
    input.throughputBytesPerSecond ??
    Math.min(perMachine * Math.max(1, input.machines), FIT.storageLimitBytesPerSecond);
  return {
    low: 1 + bytes.low / speed(each.high),
    mid: 2 + bytes.mid / speed(each.mid),
    high: 5 + bytes.high / speed(each.low),
  };
}

export interface CheckpointCosts {
  /** Interruptions per second of the job. */
  readonly ratePerSecond: number;
  /** Seconds that one checkpoint stops the training. */
  readonly writeSeconds: number;
  /** Seconds from an interruption until the training goes on. */
  readonly restartSeconds: number;
}

/**
 * Useful time over wall time when a checkpoint is written after every `intervalSeconds` of work:
 * `τ·λ / (e^{λR}·(e^{λ(τ+δ)} − 1))`, exact for Poisson interruptions that may also hit the restart. In (0, 1].
 */
export function goodput(intervalSeconds: number, costs: CheckpointCosts): number {
  const { ratePerSecond: rate, writeSeconds, restartSeconds } = costs;
  const interval = Math.max(intervalSeconds, 1e-9);
  const exposed = rate * (interval + writeSeconds);
  if (rate <= 0 || exposed <= 0) return interval / (interval + writeSeconds);
  if (exposed + rate * restartSeconds > 700) return 0;
  return Math.min(1, (interval * rate) / (Math.exp(rate * restartSeconds) * Math.expm1(exposed)));
}

/** First-order optimum of Young 1974, `√(2δ/λ)`. */
export function youngInterval(costs: CheckpointCosts): number {
  return Math.sqrt((2 * costs.writeSeconds) / costs.ratePerSecond);
}

/**
 * The interval that maximises `goodput`: the root of `(1 − λτ)·e^{λ(τ+δ)} = 1`, by Newton from Young's estimate.
 * Infinity when nothing interrupts the run.
 */
export function bestInterval(costs: CheckpointCosts): number {
  const { ratePerSecond: rate, writeSeconds } = costs;
  if (!(rate > 0)) return Infinity;
  // Beyond this the optimum is the mean time between interruptions, to the last digit.
  const delay = Math.min(30, rate * Math.max(writeSeconds, 1e-6));
  // x + δ' + ln(1 − x) = 0, x in (0, 1): convex, so that Newton from the right of the root converges.
  let x = Math.min(Math.sqrt(2 * delay), 1 - Math.exp(-1 - delay));
  for (let step = 0; step < 40; step += 1) {
    const value = x + delay + Math.log1p(-x);
    const slope = -x / (1 - x);
    const next = x - value / slope;
    const bounded = next <= 0 ? x / 2 : next >= 1 ? (x + 1) / 2 : next;
    if (Math.abs(bounded - x) < 1e-12) break;
    x = bounded;
  }
  return x / rate;
}

/** The interval of the list nearest (by ratio) to the optimum. */
export function snapInterval(seconds: number): number {
  let best = CHECKPOINT_INTERVALS[0] ?? 60;
  for (const candidate of CHECKPOINT_INTERVALS) {
    if (Math.abs(Math.log(candidate / seconds)) < Math.abs(Math.log(best / seconds))) best = candidate;
  }
  return best;
}

export interface FaultInput extends InterruptionInput {
  readonly trainedParameters: number;
  readonly adapters: boolean;
  /** Stated size of a checkpoint. */
  readonly checkpointBytes?: number;
  readonly storageBytesPerSecond?: number;
  readonly async?: boolean;
}

export interface CheckpointOptimum {
  /** Interruptions per second. */
  readonly rate: Range;
  /** Size of one checkpoint. */
  readonly bytes: Range;
  /** Seconds that one write stops the training. */
  readonly writeSeconds: Range;
  readonly restartSeconds: Range;
  /** Best interval in seconds at the middle rate, and of the list of intervals the nearest. */
  readonly bestSeconds: number;
  readonly snappedSeconds: number;
  /** Best interval at the low, middle and high failure rate (write time at its mid). */
  readonly bestSecondsByRate: Range;
  /** Share lost at the best interval, at each failure rate. */
  readonly leastLostShare: Range;
}

/** The best checkpoint interval with what it rests on; for AI501, AI502 and the plan. */
export function checkpointOptimum(input: FaultInput): CheckpointOptimum {
  const rate = interruptionRate(input);
  const stated = input.checkpointBytes;
  const bytes: Range =
    stated === undefined
      ? checkpointBytes(input.trainedParameters, input.adapters)
      : { low: stated, mid: stated, high: stated };
  const writeSeconds = checkpointSeconds({
    bytes,
    machines: input.machines,
    accelerators: input.accelerators,
    ...(input.storageBytesPerSecond === undefined ? {} : { throughputBytesPerSecond: input.storageBytesPerSecond }),
    ...(input.async === undefined ? {} : { async: input.async }),
  });
  const restartSeconds = FIT.restartSeconds;
  const at = (ratePerSecond: number): CheckpointCosts => ({
    ratePerSecond,
    writeSeconds: writeSeconds.mid,
    restartSeconds: restartSeconds.mid,
  });
  const bestSeconds = bestInterval(at(rate.mid));
  // A search asks for the optimum of every size, and for the ends of none.
  const byRate = (): Range => ({
    low: bestInterval(at(rate.low)),
    mid: bestSeconds,
    high: bestInterval(at(rate.high)),
  });
  return {
    rate,
    bytes,
    writeSeconds,
    restartSeconds,
    bestSeconds,
    snappedSeconds: snapInterval(bestSeconds),
    get bestSecondsByRate() {
      return byRate();
    },
    get leastLostShare() {
      const { low, mid, high } = byRate();
      return {
        low: 1 - goodput(low, at(rate.low)),
        mid: 1 - goodput(mid, at(rate.mid)),
        high: 1 - goodput(high, at(rate.high)),
      };
    },
  };
}

export interface GoodputInput {
  readonly optimum: CheckpointOptimum;
  /** Interval in use; `none`: no checkpoint is written, an interruption starts the run anew. */
  readonly intervalSeconds: number | 'none';
  /** Work of the whole run without interruptions. */
  readonly workSeconds: number;
}

/** Goodput at the pessimistic, middle and optimistic ends of failure rate, write time and restart; 0 when the run practically never ends. */
export function goodputRange(input: GoodputInput): Range {
  const { rate, writeSeconds, restartSeconds } = input.optimum;
  const none = input.intervalSeconds === 'none';
  const at = (ratePerSecond: number, write: number, restart: number): number =>
    goodput(none ? input.workSeconds : Math.min(Number(input.intervalSeconds), input.workSeconds), {
      ratePerSecond,
      writeSeconds: none ? 0 : write,
      restartSeconds: restart,
    });
  return {
    low: at(rate.high, writeSeconds.high, restartSeconds.high),
    mid: at(rate.mid, writeSeconds.mid, restartSeconds.mid),
    high: at(rate.low, writeSeconds.low, restartSeconds.low),
  };
}

export interface DeadlineInput {
  /** Work without interruptions, with the uncertainty of the estimate (10 % and 90 % points). */
  readonly workSeconds: Range;
  readonly intervalSeconds: number | 'none';
  readonly costs: CheckpointCosts;
  readonly deadlineSeconds: number;
}

/** `deadlineChance` of a run as it is planned; null while its work is not known. */
export function deadlineChanceOf(
  { optimum, intervalSeconds, workSeconds }: RunFaults,
  deadlineSeconds: number,
): number | null {
  if (workSeconds === null) return null;
  const costs = {
    ratePerSecond: optimum.rate.mid,
    writeSeconds: optimum.writeSeconds.mid,
    restartSeconds: optimum.restartSeconds.mid,
  };
  return deadlineChance({ workSeconds, intervalSeconds, costs, deadlineSeconds });
}

/** Below it ratios of times mean nothing. */
const NO_WORK_SECONDS = 1e-6;

/**
 * Chance that a run ends within its deadline: wall time taken as log-normal, its spread the uncertainty of the estimate and
 * the randomness of interruptions (variance of a segment's time to success, segments independent). In 0–1.
 */
export function deadlineChance(input: DeadlineInput): number {
  const { workSeconds, costs, deadlineSeconds } = input;
  if (deadlineSeconds <= 0) return 0;
  if (workSeconds.low < NO_WORK_SECONDS) return workSeconds.high <= deadlineSeconds ? 1 : 0;
  const interval =
    input.intervalSeconds === 'none' ? workSeconds.mid : Math.min(input.intervalSeconds, workSeconds.mid);
  const write = input.intervalSeconds === 'none' ? 0 : costs.writeSeconds;
  const share = goodput(interval, { ...costs, writeSeconds: write });
  if (share <= 0) return 0;
  const mean = workSeconds.mid / share;
  const segments = workSeconds.mid / interval;
  const variance = segments * segmentVariance(interval + write, costs.ratePerSecond, costs.restartSeconds);
  if (!Number.isFinite(mean) || !Number.isFinite(variance)) return 0;
  const estimate = Math.log(workSeconds.high / workSeconds.low) / (2 * 1.2816);
  const sigma = Math.sqrt(Math.log1p(variance / (mean * mean)) + estimate * estimate);
  const center = Math.log(mean) - Math.log1p(variance / (mean * mean)) / 2;
  if (sigma < 1e-9) return deadlineSeconds >= mean ? 1 : 0;
  return normal((Math.log(deadlineSeconds) - center) / sigma);
}

/**
 * Variance of the time until a segment of length `span` passes without interruption. Attempts that fail are geometric in
 * number (mean `e^x − 1`, x = λ·span); each loses a truncated exponential time and a restart.
 */
function segmentVariance(span: number, rate: number, restart: number): number {
  const x = rate * span;
  if (x <= 0) return 0;
  if (x > 300) return Infinity;
  const fails = Math.expm1(x);
  // Below x = 1e-3 the exact terms cancel: an interruption then falls evenly into the segment.
  const lost = x < 1e-3 ? span / 2 : 1 / rate - span / fails;
  const lostVariance = x < 1e-3 ? span ** 2 / 12 : 1 / rate ** 2 - (span ** 2 * (fails + 1)) / fails ** 2;
  const down = Math.expm1(Math.min(300, rate * restart)) / rate;
  return fails * Math.max(0, lostVariance) + fails * (fails + 1) * (lost + down) ** 2;
}

/** Standard normal distribution function (Abramowitz and Stegun 7.1.26, error below 1.5e-7). */
function normal(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const tail = 0.5 * poly * Math.exp(-x * x);
  return z >= 0 ? 1 - tail : tail;
}
