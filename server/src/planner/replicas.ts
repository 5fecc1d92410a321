/** From the load and one replica's speed to the number of replicas and accelerators. */
import type { Serving } from '../manifest/schema.ts';
import { exact, scale } from './range.ts';
import type { Range, ServingPlan } from './types.ts';

/** Load at which a replica counts as full when the manifest states none: room for the queue. */
export const DEFAULT_TARGET_UTILIZATION = 0.7;

export interface Load {
  readonly average: number;
  readonly peak: number;
}

/** Requests per second of the fleet: one rate means average = peak; undefined when neither is stated. */
export function statedLoad(requests: Serving['requests']): Load | undefined {
  if (requests === undefined) return undefined;
  if (typeof requests === 'number') return { average: requests, peak: requests };
  const { average, peak } = requests;
  const either = average ?? peak;
  if (either === undefined) return undefined;
  return { average: average ?? either, peak: Math.max(peak ?? either, average ?? 0) };
}

export interface FleetInput {
  readonly load: Load | undefined;
  /** Of one replica at full load; undefined: the speed is unknown. */
  readonly requestsPerSecondPerReplica: number | undefined;
  readonly acceleratorsPerReplica: number;
  readonly count: number | 'auto';
  readonly autoscaling: Serving['autoscaling'];
  /** Load at which a replica counts as full. */
  readonly utilization: number;
}

export interface Fleet {
  readonly replicas: { readonly average: number; readonly peak: number } | null;
  /** With the speed of a replica at its ends; absent where the size does not follow from it. */
  readonly replicasRange?: ServingPlan['replicasRange'];
  readonly count: number | null;
  readonly averageCount: number | null;
}

/**
 * Replicas for the average and the peak. A fixed fleet (`count` without autoscaling) is what fits into it; a fleet without
 * autoscaling is sized for the peak; with it, replicas follow the load between `min` and `max`, and `scaleToZero` pays only
 * the share of time a replica is needed.
 */
export function sizeFleet(input: FleetInput): Fleet {
  const { load, acceleratorsPerReplica: each, autoscaling } = input;
  if (input.count !== 'auto' && autoscaling === undefined) {
    const fixed = Math.floor(input.count / each);
    return { replicas: { average: fixed, peak: fixed }, count: input.count, averageCount: input.count };
  }
  const speed = input.requestsPerSecondPerReplica;
  if (load === undefined || speed === undefined || !(speed > 0))
    return { replicas: null, count: null, averageCount: null };
  const usable = speed * input.utilization;
  const toZero = autoscaling?.scaleToZero === true;
  const least = autoscaling?.min ?? (toZero ? 0 : 1);
  const most = Math.max(autoscaling?.max ?? Number.POSITIVE_INFINITY, least, 1);
  const clamp = (replicas: number): number => Math.min(most, Math.max(least, replicas));
  const peak = Math.max(1, clamp(Math.ceil(load.peak / usable)));
  const needed = load.average / usable;
  const scaled = toZero && needed < 1 ? needed : Math.ceil(needed);
  const average = autoscaling === undefined ? peak : Math.min(peak, clamp(scaled));
  return { replicas: { average, peak }, count: peak * each, averageCount: average * each };
}

/** Sizes the fleet at the ends of a replica's speed, too: the faster, the fewer. */
export function sizeFleetRange(
  input: Omit<FleetInput, 'requestsPerSecondPerReplica'>,
  requestsPerSecondPerReplica: Range | null,
): Fleet {
  const at = (speed: number | undefined) => sizeFleet({ ...input, requestsPerSecondPerReplica: speed });
  const speed = requestsPerSecondPerReplica;
  const fleet = at(speed?.mid);
  if (!speed || (input.count !== 'auto' && input.autoscaling === undefined)) return fleet;
  const [most, fewest] = [at(speed.low).replicas, at(speed.high).replicas];
  const { replicas } = fleet;
  if (!replicas || !most || !fewest) return fleet;
  return {
    ...fleet,
    replicasRange: {
      average: { low: fewest.average, mid: replicas.average, high: most.average },
      peak: { low: fewest.peak, mid: replicas.peak, high: most.peak },
    },
  };
}

/** Accelerators of a fleet on average, or at the peak, as a range around what is planned with. */
export function acceleratorRange(serving: ServingPlan | undefined, at: 'average' | 'peak', planned: number): Range {
  const replicas = serving?.replicasRange?.[at];
  return serving && replicas ? scale(replicas, serving.acceleratorsPerReplica) : exact(planned);
}

/** Replicas that the peak asks for, whatever autoscaling allows; undefined while load or speed is unknown. */
export function replicasForPeak(serving: Serving, requestsPerSecondPerReplica: number | undefined): number | undefined {
  const load = statedLoad(serving.requests);
  if (load === undefined || requestsPerSecondPerReplica === undefined || !(requestsPerSecondPerReplica > 0))
    return undefined;
  const utilization = serving.autoscaling?.targetUtilization ?? DEFAULT_TARGET_UTILIZATION;
  return Math.ceil(load.peak / (requestsPerSecondPerReplica * utilization));
}
