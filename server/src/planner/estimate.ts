/** One workload on one set of machines: memory, speed and size, whichever phase it is. */
import type { Capacity, Catalog } from '../catalog/types.ts';
import { estimateServing } from './serving.ts';
import { withStorageSpeed } from './storage-speed.ts';
import { engineOn, type Subject } from './subject.ts';
import type { RunFaults } from './training-plan.ts';
import { estimateTraining, type PlacementSpeeds } from './training.ts';
import type {
  Assumption,
  Derivation,
  Explained,
  MemoryPlan,
  Parallelism,
  Placement,
  Range,
  ServingPlan,
  TrainingPlan,
  Unknown,
} from './types.ts';

export interface Estimate {
  readonly memory: MemoryPlan;
  readonly parallelism?: Parallelism;
  readonly training?: TrainingPlan;
  readonly serving?: ServingPlan;
  /** Accelerators in all, and on average; null while the load or the speed is unknown. */
  readonly count: number | null;
  readonly averageCount: number | null;
  /** Accelerators that must share a machine. */
  readonly together: number;
  /** Of a run that ends; null: unknown; absent for a service. */
  readonly durationSeconds?: Range | null;
  /** Training: failures, checkpoints and the interval in use. */
  readonly faults?: RunFaults;
}

export interface EstimateInput {
  readonly subject: Subject;
  readonly placement: Placement;
  /** For serving, `auto` sizes the fleet for the load. */
  readonly count: number | 'auto';
  readonly capacity: Capacity;
  /** Share of such machines interrupted in a month, where the provider says (spot). */
  readonly spotInterruptedShare?: number;
  readonly catalog: Catalog;
  /** `edge`: requests are those of one device. */
  readonly perDevice?: boolean;
  /** Training: splits and speeds already found for this subject on this chip; those found are added. */
  readonly speeds?: PlacementSpeeds;
  readonly explain: boolean;
}

export const NO_MEMORY: MemoryPlan = {
  perAcceleratorBytes: null,
  capacityBytes: null,
  verdict: 'unknown',
  partsBytes: null,
};

/** Estimates; what is unknown is null with an entry in `unknown`. */
export function estimate(input: EstimateInput): Explained<Estimate> {
  const { subject, placement } = input;
  const model = subject.model.value;
  if (!model) {
    return {
      value: {
        memory: { ...NO_MEMORY, capacityBytes: placement.accelerator.memoryBytes ?? null },
        count: input.count === 'auto' ? null : input.count,
        averageCount: input.count === 'auto' ? null : input.count,
        together: 1,
        ...(subject.ends && { durationSeconds: null }),
      },
      derivation: [],
      assumptions: [],
      unknown: [],
    };
  }
  return subject.trains ? train(input, model) : serve(input, model);
}

function train(input: EstimateInput, model: NonNullable<Subject['model']['value']>): Explained<Estimate> {
  const { subject, placement } = input;
  const stored = withStorageSpeed(subject.workload, placement.machine?.provider, input.catalog);
  const { value, ...rest } = estimateTraining({
    model,
    workload: stored.workload,
    placement,
    capacity: input.capacity,
    ...(input.spotInterruptedShare !== undefined && { spotInterruptedShare: input.spotInterruptedShare }),
    ...(input.speeds && { speeds: input.speeds }),
    explain: input.explain,
  });
  return {
    value: {
      memory: value.memory,
      ...(value.faults && { faults: value.faults }),
      ...(value.parallelism && { parallelism: value.parallelism }),
      training: value.plan,
      count: placement.count,
      averageCount: placement.count,
      together: Math.min(placement.count, placement.perNode),
      durationSeconds: value.plan.durationSeconds,
    },
    ...rest,
    assumptions: [...rest.assumptions, ...stored.assumptions],
  };
}

/** Devices in the field share no replica: each answers alone. */
const ONE_DEVICE = { tensor: 1, pipeline: 1, expert: 1, attentionData: 1 } as const;

function serve(input: EstimateInput, model: NonNullable<Subject['model']['value']>): Explained<Estimate> {
  const { subject, placement } = input;
  const { engine, fact } = engineOn(subject, placement.accelerator, input.catalog);
  const { value, ...rest } = estimateServing({
    model,
    serving: input.perDevice ? { ...subject.serving, parallelism: ONE_DEVICE } : subject.serving,
    phase: subject.ends ? 'batch-inference' : 'inference',
    placement,
    count: input.count,
    ...(engine !== undefined && { engine }),
    ...(fact && { engineFact: fact }),
    ...(input.perDevice && { perDevice: true }),
    explain: input.explain,
  });
  return {
    value: {
      memory: value.memory,
      parallelism: {
        tensor: value.parallelism.tensor,
        pipeline: value.parallelism.pipeline,
        expert: value.parallelism.expert,
        data: value.plan.replicas?.peak ?? 1,
        context: 1,
        sharding: 'none',
        microBatchSize: value.plan.batch ?? 1,
      },
      serving: subject.ends ? { ...value.plan, durationSeconds: value.durationSeconds ?? null } : value.plan,
      count: value.count,
      averageCount: value.averageCount,
      together: value.acceleratorsPerReplica,
      ...(subject.ends && { durationSeconds: value.durationSeconds ?? null }),
    },
    ...rest,
  };
}

export type { Assumption, Derivation, Unknown };
