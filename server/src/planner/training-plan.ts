/** What an estimate of training takes and gives, and the plan that follows from its speed: shared by all families of models. */
import type { Capacity } from '../catalog/types.ts';
import type { Workload } from '../manifest/schema.ts';
import { goodputRange, type CheckpointOptimum, type FaultInput } from './faults.ts';
import { divide, mapRange, scale } from './range.ts';
import type { TrainingSettings } from './training-settings.ts';
import type { StepTime } from './training-step.ts';
import type {
  Assumption,
  MemoryPlan,
  ModelFacts,
  Parallelism,
  Placement,
  Range,
  TrainingPlan,
  Unknown,
} from './types.ts';

export interface TrainingEstimateInput {
  readonly model: ModelFacts;
  /** Its `training`, `phase`, `checkpointing` and `storage` are read. */
  readonly workload: Pick<Workload, 'phase' | 'training' | 'checkpointing' | 'storage'>;
  readonly placement: Placement;
  readonly capacity: Capacity;
  /** Share of machines interrupted in a month, where known (spot). */
  readonly spotInterruptedShare?: number;
  /** Derivations are made only when asked for: alternatives need none. */
  readonly explain: boolean;
}

export interface TrainingEstimate {
  readonly plan: TrainingPlan;
  /** Absent when no split is valid or the model's dimensions are not known. */
  readonly parallelism: Parallelism | undefined;
  /** Recompute in use, stated or chosen. */
  readonly recompute: 'none' | 'selective' | 'full' | undefined;
  readonly memory: MemoryPlan;
  readonly faults: RunFaults | undefined;
  readonly settings: TrainingSettings;
}

/** A run against its interruptions. */
export interface RunFaults {
  readonly optimum: CheckpointOptimum;
  /** The interval in use; `none`: an interruption starts the run anew. */
  readonly intervalSeconds: number | 'none';
  /** Work of the whole run without interruptions; null while the speed or the amount is not known. */
  readonly workSeconds: Range | null;
  /** Share of the time that is useful; null with `workSeconds`. */
  readonly goodput: Range | null;
  readonly mayNeverEnd: boolean;
}

/** Work beyond the steps (evaluation, start-up): device-hours of well-reported dense runs over their steps. */
export const RUN_OVERHEAD = 1.07;
/** A run that is expected to take more than fifty times its work may as well never end: no duration is said. */
const MAY_NEVER_END = 0.02;
/** The slow end of a duration is at most a hundred times the work: beyond it no number means anything. */
const LEAST_GOODPUT = 0.01;

export interface TrainingSpeed {
  readonly tokensPerSecondPerAccelerator: Range;
  readonly stepSeconds: Range;
  readonly samplesPerSecond: Range;
  readonly computeUtilization: Range | null;
  readonly step: StepTime;
  readonly flopsPerToken: number;
}

/** What `checkpointOptimum` needs, from a training input. */
export function faultInput(input: TrainingEstimateInput, trainedParameters: number, adapters: boolean): FaultInput {
  const { checkpointing: given, storage } = input.workload;
  const checkpointing = typeof given === 'object' ? given : undefined;
  return {
    capacity: input.capacity,
    accelerators: input.placement.count,
    machines: Math.max(1, input.placement.nodes),
    trainedParameters,
    adapters,
    ...(input.spotInterruptedShare === undefined ? {} : { spotInterruptedShare: input.spotInterruptedShare }),
    ...(storage?.throughput === undefined ? {} : { storageBytesPerSecond: storage.throughput }),
    ...(checkpointing?.size === undefined ? {} : { checkpointBytes: checkpointing.size }),
    ...(checkpointing?.async === undefined ? {} : { async: checkpointing.async }),
  };
}

/** Goodput, best interval and the durations that follow; shared by all families. */
export function planOf(
  input: TrainingEstimateInput,
  speed:
    | (Pick<TrainingSpeed, 'samplesPerSecond' | 'stepSeconds' | 'computeUtilization'> & {
        readonly tokensPerSecondPerAccelerator?: Range;
      })
    | undefined,
  /** Tokens, or samples for families without tokens. */
  amount: number | undefined,
  optimum: CheckpointOptimum,
  assumptions: Assumption[],
  unknown: Unknown[],
): { readonly plan: TrainingPlan; readonly faults: RunFaults } {
  const rate =
    speed?.tokensPerSecondPerAccelerator === undefined
      ? speed?.samplesPerSecond
      : scale(speed.tokensPerSecondPerAccelerator, input.placement.count);
  const workSeconds =
    rate === undefined || amount === undefined ? null : mapRange(rate, (each) => (amount / each) * RUN_OVERHEAD);
  const intervalSeconds = intervalOf(input, optimum, assumptions);
  const goodput =
    workSeconds === null ? null : goodputRange({ optimum, intervalSeconds, workSeconds: workSeconds.mid });
  // A run that is shorter than the writing of its one checkpoint loses much too, but it ends.
  const segment = Math.min(intervalSeconds === 'none' ? Infinity : intervalSeconds, workSeconds?.mid ?? 0);
  const isInterrupted = optimum.rate.mid * (segment + optimum.writeSeconds.mid) > 1;
  const mayNeverEnd = goodput !== null && goodput.mid < MAY_NEVER_END && isInterrupted;
  if (mayNeverEnd) unknown.push({ path: 'checkpointing', why: whyEndless(intervalSeconds) });
  const durationSeconds =
    workSeconds === null || goodput === null || mayNeverEnd
      ? null
      : divide(
          workSeconds,
          mapRange(goodput, (share) => Math.max(LEAST_GOODPUT, share)),
        );
  return {
    plan: {
      ...(speed?.tokensPerSecondPerAccelerator === undefined
        ? {}
        : { tokensPerSecondPerAccelerator: speed.tokensPerSecondPerAccelerator }),
      samplesPerSecond: speed?.samplesPerSecond ?? null,
      stepSeconds: speed?.stepSeconds ?? null,
      computeUtilization: speed?.computeUtilization ?? null,
      durationSeconds,
      acceleratorHours: durationSeconds === null ? null : scale(durationSeconds, input.placement.count / 3600),
      goodput,
      bestCheckpointSeconds: optimum.snappedSeconds,
    },
    faults: { optimum, intervalSeconds, workSeconds, goodput, mayNeverEnd },
  };
}

function whyEndless(intervalSeconds: number | 'none'): string {
  return intervalSeconds === 'none'
    ? 'without checkpoints the run is interrupted before it ends, again and again: it may never end, and its cost is not known'
    : 'the checkpoints lie so far apart that hardly any is reached before the next interruption: the run may never end, and its cost is not known';
}

/**
 * The interval in use. On spot, absent checkpointing means none; elsewhere a run of any length is checkpointed, and the best
 * interval is assumed (and listed) unless the manifest says `false`.
 */
function intervalOf(
  input: TrainingEstimateInput,
  faults: CheckpointOptimum,
  assumptions: Assumption[],
): number | 'none' {
  const { checkpointing } = input.workload;
  if (checkpointing === false) return 'none';
  if (checkpointing === undefined) {
    if (input.capacity === 'spot') return 'none';
  } else if (checkpointing.resume === false) return 'none';
  else if (checkpointing.interval !== undefined && checkpointing.interval > 0) return checkpointing.interval;
  assumptions.push({
    path: 'checkpointing.interval',
    value: faults.snappedSeconds,
    why: 'not given: the best of the usual intervals',
  });
  return faults.snappedSeconds;
}

export function emptyEstimate(settings: TrainingSettings, memoryBytes: number | undefined): TrainingEstimate {
  return {
    plan: {
      samplesPerSecond: null,
      stepSeconds: null,
      computeUtilization: null,
      durationSeconds: null,
      acceleratorHours: null,
      goodput: null,
    },
    parallelism: undefined,
    recompute: undefined,
    memory: { perAcceleratorBytes: null, partsBytes: null, capacityBytes: memoryBytes ?? null, verdict: 'unknown' },
    faults: undefined,
    settings,
  };
}
