/**
 * The plan: every number a range with its derivation, inputs and sources (`design/estimation.md`).
 * `WorkloadPlan` is, member by member, the JSON of `ai-infra plan --format json`.
 */
import type { Accelerator, Capacity, Machine, Offer, Precision } from '../catalog/types.ts';
import type { ModelSpec } from '../manifest/schema.ts';

/** Meant to hold the truth four times out of five. */
export interface Range {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

export interface Unknown {
  /** Path in the manifest whose absence (or, for a missing fact, presence) leaves a quantity unknown: `training.tokens`. */
  readonly path: string;
  readonly why: string;
}

/** A default or a choice that reached a number: it can be written into the manifest. */
export interface Assumption {
  readonly path: string;
  readonly value: string | number | boolean;
  readonly why: string;
}

export interface Derivation {
  /** JSON path of the number it explains: `memory.perAcceleratorBytes`. */
  readonly quantity: string;
  /** In words and symbols, `weights = 2 bytes × N / (t·p)`. */
  readonly formula: string;
  readonly inputs: Readonly<Record<string, string | number>>;
  readonly value: Range | number;
  readonly source: string;
}

/** The model with its dimensions resolved from the known models, or from what the manifest states. */
export interface ModelFacts {
  readonly label: string;
  readonly family: NonNullable<ModelSpec['family']>;
  readonly parameters: number;
  readonly activeParameters: number;
  readonly layers?: number;
  readonly hiddenSize?: number;
  readonly intermediateSize?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly headDim?: number;
  readonly vocabSize?: number;
  readonly contextLength?: number;
  readonly tiedEmbeddings?: boolean;
  readonly gatedMlp?: boolean;
  readonly experts?: number;
  readonly expertsPerToken?: number;
  readonly moeIntermediateSize?: number;
  readonly sharedExperts?: number;
  readonly denseLayers?: number;
  /** Latent attention (MLA): compressed cache rank and rotary part. */
  readonly kvLoraRank?: number;
  readonly qkRopeHeadDim?: number;
  readonly slidingWindow?: number;
  readonly flopsPerSample?: number;
  readonly source: string;
  /** Dimensions that were derived from others (typical shapes), so that ranges widen. */
  readonly assumptions: readonly Assumption[];
}

/** The machines an estimate runs on. `machine` and `offer` are absent for owned clusters and edge devices. */
export interface Placement {
  readonly accelerator: Accelerator;
  /** Accelerators in all. */
  readonly count: number;
  /** Accelerators in one machine. */
  readonly perNode: number;
  readonly nodes: number;
  /** Most accelerators joined by the fast link. */
  readonly fastDomain: number;
  /** One direction, fast link, per accelerator; absent: unknown. */
  readonly linkBytesPerSecond?: number;
  /** One direction, between machines, per accelerator; absent: unknown. */
  readonly networkBytesPerSecond?: number;
  readonly machine?: Machine;
}

export interface Parallelism {
  readonly tensor: number;
  readonly pipeline: number;
  readonly data: number;
  readonly context: number;
  readonly expert: number;
  readonly sharding: 'none' | 'ddp' | 'zero1' | 'zero2' | 'zero3' | 'fsdp';
  readonly microBatchSize: number;
}

export interface MemoryParts {
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
  readonly activations: number;
  readonly kvCache: number;
  readonly overhead: number;
}

export type Verdict = 'fits' | 'tight' | 'does-not-fit' | 'unknown';

export interface MemoryPlan {
  /** Null with an entry in `unknown` when the model's or the device's size is not known. */
  readonly perAcceleratorBytes: Range | null;
  readonly capacityBytes: number | null;
  /** high ≤ capacity: fits; low ≤ capacity < high: tight; low > capacity: does not fit. */
  readonly verdict: Verdict;
  readonly partsBytes: MemoryParts | null;
  readonly maxContextTokens?: number;
  readonly maxConcurrency?: number;
}

export interface TrainingPlan {
  readonly tokensPerSecondPerAccelerator?: Range | null;
  readonly samplesPerSecond: Range | null;
  readonly stepSeconds: Range | null;
  readonly computeUtilization: Range | null;
  readonly durationSeconds: Range | null;
  readonly acceleratorHours: Range | null;
  readonly goodput: Range | null;
  readonly bestCheckpointSeconds?: number;
}

export interface ServingPlan {
  /** Replicas for the average load and for the peak. Null when the load or the speed is unknown. */
  readonly replicas: { readonly average: number; readonly peak: number } | null;
  readonly acceleratorsPerReplica: number;
  /** Sequences (or samples) in one step of one replica. */
  readonly batch: number | null;
  readonly outputTokensPerSecondPerReplica?: Range | null;
  readonly inputTokensPerSecondPerReplica?: Range | null;
  readonly requestsPerSecondPerReplica: Range | null;
  readonly timeToFirstTokenSeconds?: Range | null;
  readonly timePerOutputTokenSeconds?: Range | null;
  readonly endToEndSeconds: Range | null;
  readonly coldStartSeconds?: Range | null;
  /** Of the whole fixed fleet. */
  readonly throughput: { readonly outputTokensPerSecond?: Range | null; readonly samplesPerSecond: Range | null };
  /** False when no batch meets the stated latencies; absent when none is stated. */
  readonly meetsLatency?: boolean;
}

export type Period = 'month' | 'run' | 'upfront';

export interface CostLine {
  readonly name: string;
  readonly period: Period;
  readonly quantity: number;
  readonly unit: string;
  readonly unitPriceUsd: number;
  /** Rounded half up to the cent. */
  readonly amountUsd: number;
  readonly source: string;
  readonly asOf: string;
}

export interface CostPlan {
  /** Null when no price is known. */
  readonly hourlyUsd: Range | null;
  /** Absent for a run that states no `runsPerMonth`. */
  readonly monthlyUsd?: Range | null;
  /** One run; absent for serving. */
  readonly totalUsd?: Range | null;
  readonly upfrontUsd?: Range | null;
  readonly perMillionOutputTokensUsd?: Range | null;
  readonly perMillionInputTokensUsd?: Range | null;
  readonly perMillionTokensUsd?: Range | null;
  /** The total of a period is the sum of its rounded lines. */
  readonly lines: readonly CostLine[];
  /** True when something has no price: totals read "at least". */
  readonly atLeast: boolean;
}

/** Where a workload runs, as resolved against the catalogue. */
export interface ResolvedTarget {
  readonly deployment: 'cloud' | 'on-premises' | 'hybrid' | 'edge';
  readonly provider?: string;
  readonly region?: string;
  readonly instance?: string;
  readonly accelerator?: string;
  /** Accelerators in all; null while unknown. */
  readonly count: number | null;
  readonly nodes: number | null;
  readonly capacity: Capacity;
  readonly cluster?: string;
  readonly service?: string;
  readonly interconnect?: string;
  readonly device?: string;
}

export interface Alternative {
  /** The keys of the target block that a switch writes, complete enough to price it. */
  readonly target: ResolvedTarget;
  /** Hourly, monthly and total cost of the alternative. */
  readonly cost: { readonly hourlyUsd: number; readonly monthlyUsd?: number; readonly totalUsd?: number };
  /** Mid duration of the run; absent for serving. */
  readonly durationSeconds?: number;
  readonly fits: Verdict;
  /** Against now, in the workload's own period (`total` for runs, `month` for serving); absent when now is unknown. */
  readonly deltaUsd?: number;
  readonly deltaSeconds?: number;
  /** One sentence. */
  readonly why: string;
  /** Marketplace offers are shown, never advised. */
  readonly marketplace: boolean;
  readonly asOf: string;
}

export interface Rejected {
  readonly target: ResolvedTarget;
  readonly reason: string;
}

export interface WorkloadPlan {
  readonly phase: 'training' | 'fine-tuning' | 'inference' | 'batch-inference';
  readonly target: ResolvedTarget;
  readonly parallelism?: Parallelism;
  readonly memory: MemoryPlan;
  readonly training?: TrainingPlan;
  readonly serving?: ServingPlan;
  readonly cost: CostPlan;
  readonly alternatives: readonly Alternative[];
  readonly rejected: readonly Rejected[];
  readonly assumptions: readonly Assumption[];
  readonly derivation: readonly Derivation[];
  readonly unknown: readonly Unknown[];
}

export interface Totals {
  readonly monthlyUsd: Range | null;
  readonly totalUsd: Range | null;
  readonly upfrontUsd: Range | null;
  readonly atLeast: boolean;
}

/** What an estimator returns beside its numbers. */
export interface Explained<T> {
  readonly value: T;
  readonly derivation: readonly Derivation[];
  readonly assumptions: readonly Assumption[];
  readonly unknown: readonly Unknown[];
}

export type { Accelerator, Capacity, Machine, Offer, Precision };
