/** What a workload expects of failures and interruptions: `risk` of the plan (`docs/formulas.md`). */
import type { Capacity, Catalog, Offer } from '../catalog/types.ts';
import type { Estimate } from './estimate.ts';
import { deadlineChanceOf, goodputRange, interruptionRate } from './faults.ts';
import { FAULTS } from './fitted.ts';
import { mapRange } from './range.ts';
import type { Subject } from './subject.ts';
import type { RunFaults } from './training-plan.ts';
import type { CostPlan, Derivation, Range, RiskPlan } from './types.ts';

const SECONDS_PER_HOUR = 3600;

export interface RiskInput {
  readonly subject: Subject;
  readonly estimate: Estimate;
  readonly capacity: Capacity;
  readonly nodes: number;
  readonly cost: CostPlan;
  /** The offer that is rented; absent for owned hardware. */
  readonly offer?: Offer;
  readonly catalog: Catalog;
}

/** Undefined while the number of accelerators is not known. Closed forms only, so that it costs nothing beside the estimate. */
export function riskOf(input: RiskInput): RiskPlan | undefined {
  const { subject, estimate, capacity, offer, catalog } = input;
  const { count, faults } = estimate;
  if (count === null) return undefined;
  const share = offer && interruptedShare(catalog, offer);
  const rate =
    faults?.optimum.rate ??
    interruptionRate({
      capacity,
      accelerators: count,
      machines: input.nodes,
      ...(share !== undefined && { spotInterruptedShare: share }),
    });
  const notice = capacity === 'spot' && offer ? noticeSeconds(catalog, offer.machine.provider) : undefined;
  const base = {
    interruptionSeconds: invert(rate),
    basis: capacity !== 'spot' ? 'hardware failures' : share === undefined ? 'spot traces' : 'interruption band',
    ...(notice !== undefined && { noticeSeconds: notice }),
  } as const;
  if (faults) return { ...base, ...runRisk(faults, rate, subject.training.deadline, input.cost, estimate) };
  const seconds = subject.ends
    ? (estimate.durationSeconds ?? null)
    : mapRange({ low: 1, mid: 1, high: 1 }, () => (subject.serving.hoursPerMonth ?? 730) * SECONDS_PER_HOUR);
  return { ...base, expectedInterruptions: seconds && times(rate, seconds) };
}

function runRisk(
  faults: RunFaults,
  rate: Range,
  deadline: number | undefined,
  cost: CostPlan,
  estimate: Estimate,
): Omit<RiskPlan, 'interruptionSeconds' | 'basis' | 'noticeSeconds'> {
  const { optimum, intervalSeconds, workSeconds, goodput, mayNeverEnd } = faults;
  const duration = estimate.durationSeconds ?? null;
  const lostSeconds = duration && workSeconds && goodput ? lost(duration, workSeconds) : null;
  return {
    expectedInterruptions: duration && times(rate, duration),
    checkpointBytes: optimum.bytes,
    checkpointWriteSeconds: optimum.writeSeconds,
    restartSeconds: optimum.restartSeconds,
    checkpointIntervalSeconds: intervalSeconds === 'none' ? null : intervalSeconds,
    bestIntervalSeconds: optimum.bestSeconds,
    goodput,
    bestGoodput: goodputRange({
      optimum,
      intervalSeconds: optimum.bestSeconds,
      workSeconds: workSeconds?.mid ?? Number.MAX_SAFE_INTEGER,
    }),
    lostSeconds,
    lostUsd: lostSeconds && cost.hourlyUsd && product(lostSeconds, cost.hourlyUsd),
    ...(deadline !== undefined && {
      deadlineChance: deadlineChanceOf(faults, deadline),
    }),
    mayNeverEnd,
  };
}

/** Share of such machines interrupted in a month, by AWS's band; the open band says too little and leaves the traces to speak. */
export function interruptedShare(catalog: Catalog, offer: Offer): number | undefined {
  if (offer.capacity !== 'spot') return undefined;
  const band = catalog.interruptionBand(offer.machine.provider, offer.machine.instance, offer.region)?.band;
  return band === undefined ? undefined : BAND_SHARES[band];
}

/** Middles of the bands of the Spot Advisor. `>20%` has no upper end. */
const BAND_SHARES: Readonly<Record<string, number>> = {
  '<5%': 0.025,
  '5-10%': 0.075,
  '10-15%': 0.125,
  '15-20%': 0.175,
};

/** Of the provider's usual interruptible offer. */
function noticeSeconds(catalog: Catalog, provider: string): number | undefined {
  return catalog.spotFacts(provider)[0]?.noticeSeconds;
}

export function riskDerivation(risk: RiskPlan): readonly Derivation[] {
  const seconds = risk.interruptionSeconds;
  return [
    {
      quantity: 'risk.interruptionSeconds',
      formula:
        risk.basis === 'hardware failures'
          ? 'device-hours per failure ÷ accelerators'
          : '1 ÷ (failures + reclaiming of spot machines: one machine at best, √machines in the middle, each apart at worst)',
      inputs: { basis: risk.basis, deviceHoursPerFailure: FAULTS.deviceHoursPerFailure.mid },
      value: seconds,
      source: risk.basis === 'interruption band' ? `${FAULTS.source}; AWS Spot Advisor` : FAULTS.source,
    },
    ...(risk.checkpointBytes && risk.checkpointWriteSeconds
      ? [
          {
            quantity: 'risk.checkpointWriteSeconds',
            formula:
              'start + bytes ÷ min(machines × write speed, limit of the storage); 12–16 bytes a trained parameter',
            inputs: { checkpointBytes: risk.checkpointBytes.mid },
            value: risk.checkpointWriteSeconds,
            source: FAULTS.source,
          },
        ]
      : []),
    ...(risk.deadlineChance === undefined || risk.deadlineChance === null
      ? []
      : [
          {
            quantity: 'risk.deadlineChance',
            formula:
              'P(wall time ≤ deadline), wall time log-normal: the estimate’s own spread and that of the interruptions',
            inputs: { goodput: risk.goodput?.mid ?? 0, interruptionSeconds: seconds.mid },
            value: risk.deadlineChance,
            source: 'Daly 2006; first principles',
          },
        ]),
  ];
}

function invert(rate: Range): Range {
  return { low: 1 / rate.high, mid: 1 / rate.mid, high: 1 / rate.low };
}

function times(rate: Range, seconds: Range): Range {
  return { low: rate.low * seconds.low, mid: rate.mid * seconds.mid, high: rate.high * seconds.high };
}

function product(seconds: Range, hourly: Range): Range {
  const hours = mapRange(seconds, (value) => value / SECONDS_PER_HOUR);
  return { low: hours.low * hourly.low, mid: hours.mid * hourly.mid, high: hours.high * hourly.high };
}

/** Duration less work, end by end: both ends come from the same speed. */
function lost(duration: Range, work: Range): Range {
  return {
    low: Math.max(0, duration.low - work.low),
    mid: Math.max(0, duration.mid - work.mid),
    high: Math.max(0, duration.high - work.high),
  };
}
