/** What both kinds of serving estimate share: precision of the weights, the load, the empty plan. */
import type { Precision } from '../catalog/types.ts';
import {
  DEFAULT_TARGET_UTILIZATION,
  sizeFleet,
  sizeFleetRange,
  statedLoad,
  type Fleet,
  type Load,
} from './replicas.ts';
import { divide, exact, scale } from './range.ts';
import type { ServingInput } from './serving-types.ts';
import type { Assumption, Range, ServingPlan, Unknown } from './types.ts';

/** Collects what an estimate learns on the way. */
export interface Notes {
  readonly assumptions: Assumption[];
  readonly unknown: Unknown[];
}

/** Precision of the weights: stated, else 16 bit in the form the chip computes. */
export function weightPrecision(input: ServingInput, notes: Notes): Precision {
  const { serving, placement } = input;
  if (serving.precision !== undefined) return serving.precision;
  const { bf16, fp16 } = placement.accelerator.peakFlops;
  const value: Precision = bf16 === undefined && fp16 !== undefined ? 'fp16' : 'bf16';
  notes.assumptions.push({ path: 'serving.precision', value, why: 'No precision is stated: weights in 16 bit.' });
  return value;
}

export interface Demand {
  readonly load: Load | undefined;
  readonly utilization: number;
}

/** Load of the fleet: the stated requests, or for batch jobs the rate that keeps the deadline. */
export function demandOf(input: ServingInput, notes: Notes): Demand {
  const { serving, phase } = input;
  if (phase === 'batch-inference') {
    const utilization = serving.autoscaling?.targetUtilization ?? 1;
    if (serving.samples !== undefined && serving.deadline !== undefined && serving.deadline > 0) {
      const rate = serving.samples / serving.deadline;
      return { load: { average: rate, peak: rate }, utilization };
    }
    const stated = statedLoad(serving.requests);
    if (stated === undefined && sizedForLoad(input)) {
      notes.assumptions.push({
        path: 'target.count',
        value: 'auto',
        why: 'No deadline is stated: the batch job runs on one replica.',
      });
    }
    // A vanishing load asks for one replica.
    return { load: stated ?? { average: Number.MIN_VALUE, peak: Number.MIN_VALUE }, utilization };
  }
  const load = statedLoad(serving.requests);
  const utilization = serving.autoscaling?.targetUtilization ?? DEFAULT_TARGET_UTILIZATION;
  if (sizedForLoad(input)) {
    if (load === undefined)
      notes.unknown.push({
        path: 'serving.requests',
        why: 'Without the requests per second the number of replicas is not known.',
      });
    else if (serving.autoscaling?.targetUtilization === undefined) {
      notes.assumptions.push({
        path: 'serving.autoscaling.targetUtilization',
        value: utilization,
        why: 'A replica counts as full at 70 % load, so that queues stay short.',
      });
    }
  }
  return { load, utilization };
}

/** The number of replicas follows from the load. */
export function sizedForLoad(input: ServingInput): boolean {
  return input.count === 'auto' || input.serving.autoscaling !== undefined;
}

/** Neither load nor speed gives its size. */
export const NO_FLEET: Fleet = { replicas: null, count: null, averageCount: null };

/** Replicas and accelerators; at the edge one device is one replica and the fleet is what it is. */
export function fleetOf(input: ServingInput, demand: Demand, requestsPerSecond: Range | null, each: number): Fleet {
  if (input.perDevice === true) {
    const count = input.count === 'auto' ? 1 : input.count;
    return { replicas: { average: count, peak: count }, count, averageCount: count };
  }
  const wish = {
    load: demand.load,
    acceleratorsPerReplica: each,
    count: input.count,
    autoscaling: input.serving.autoscaling,
    utilization: demand.utilization,
  };
  // What a job takes longer or shorter is in its duration.
  if (input.phase === 'batch-inference')
    return sizeFleet({ ...wish, requestsPerSecondPerReplica: requestsPerSecond?.mid });
  return sizeFleetRange(wish, requestsPerSecond);
}

/** Throughput of all replicas at the peak. */
export function fleetThroughput(
  replicas: ServingPlan['replicas'],
  requestsPerSecond: Range | null,
  outputTokens: number | undefined,
): ServingPlan['throughput'] {
  if (replicas === null || requestsPerSecond === null) {
    return { samplesPerSecond: null, ...(outputTokens === undefined ? {} : { outputTokensPerSecond: null }) };
  }
  const samplesPerSecond = scale(requestsPerSecond, replicas.peak);
  if (outputTokens === undefined) return { samplesPerSecond };
  return { outputTokensPerSecond: scale(samplesPerSecond, outputTokens), samplesPerSecond };
}

/** Time of a batch job, null with its reason when samples or speed are unknown; absent for services. */
export function jobDuration(
  input: ServingInput,
  samplesPerSecond: Range | null,
  notes: Notes,
): { readonly durationSeconds?: Range | null } {
  if (input.phase !== 'batch-inference') return {};
  const { samples } = input.serving;
  if (samples === undefined) {
    notes.unknown.push({
      path: 'serving.samples',
      why: 'Without the number of samples the duration of the job is not known.',
    });
    return { durationSeconds: null };
  }
  if (samplesPerSecond === null || !(samplesPerSecond.low > 0)) return { durationSeconds: null };
  return { durationSeconds: divide(exact(samples), samplesPerSecond) };
}
