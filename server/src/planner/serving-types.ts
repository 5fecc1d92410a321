/** What the serving estimator takes and returns. */
import type { EngineFact } from '../catalog/types.ts';
import type { Serving } from '../manifest/schema.ts';
import type { MemoryPlan, ModelFacts, Placement, Range, ServingPlan } from './types.ts';

/** A fleet's machines without its size: a `Placement` can be passed as it is. */
export type ServingPlacement = Omit<Placement, 'count' | 'nodes'>;

export interface ServingInput {
  readonly model: ModelFacts;
  readonly serving: Serving;
  readonly phase: 'inference' | 'batch-inference';
  readonly placement: ServingPlacement;
  /** Accelerators in all; `auto`: sized for the load. Ignored when `serving.autoscaling` is given. */
  readonly count: number | 'auto';
  /** The engine as resolved (manifest, else its default); undefined: unknown. */
  readonly engine?: string;
  readonly engineFact?: EngineFact;
  /** One fleet member serves the requests (edge: `requests` are of one device, and `count` is the fleet's size). */
  readonly perDevice?: boolean;
  /** False leaves out `derivation`, for the hundreds of alternatives. */
  readonly explain: boolean;
}

export interface ServingParallelism {
  readonly tensor: number;
  readonly pipeline: number;
  readonly expert: number;
  /** Data-parallel attention ranks inside one replica. */
  readonly attentionData: number;
}

export interface ServingEstimate {
  readonly plan: ServingPlan;
  /** Of one accelerator of one replica. */
  readonly memory: MemoryPlan;
  readonly acceleratorsPerReplica: number;
  readonly parallelism: ServingParallelism;
  /** Accelerators in all: at the peak when sized for the load, else as given. Null while the load or the speed is unknown. */
  readonly count: number | null;
  /** Accelerators rented on average: below `count` only with autoscaling. */
  readonly averageCount: number | null;
  /** Batch jobs only: time for all samples with `count` accelerators. */
  readonly durationSeconds?: Range | null;
  /** True when some latency, not memory, bounds the batch. */
  readonly latencyLimited: boolean;
}
