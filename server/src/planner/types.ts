/**
 * The plan: every number a range with its derivation, inputs and sources.
 * `WorkloadPlan` is, member by member, the JSON of `ai-infra plan --format json`.
 */
import type { Accelerator, Capacity, Machine, Offer, Precision } from '../catalog/types.ts';
import type { ModelSpec } from '../manifest/schema.ts';
import type { Alternative, Rejected, Comparison } from './comparison-types.ts';
import type { Period, CostPlan } from './cost-types.ts';

export type * from './comparison-types.ts';
export type * from './cost-types.ts';

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
  /** Set where nothing else depends on it. */
  readonly of?: 'carbon';
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
  /** The cache of as many sequences as run at once (`serving.batch`); `partsBytes.kvCache` is that of what must fit at least. */
  readonly kvCacheAtBatchBytes?: number;
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
  /** How many they may be, since the speed of one is a range. Absent for a fixed fleet, and for a job that ends. */
  readonly replicasRange?: { readonly average: Range; readonly peak: Range };
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
  /** Of a batch job; null: unknown. */
  readonly durationSeconds?: Range | null;
  /** Of the whole fixed fleet. */
  readonly throughput: { readonly outputTokensPerSecond?: Range | null; readonly samplesPerSecond: Range | null };
  /** False when no batch meets the stated latencies; absent when none is stated. */
  readonly meetsLatency?: boolean;
}

/** What a run expects of failures and interruptions; for a service, how often its machines go away. */
export interface RiskPlan {
  /** Mean time between two interruptions of the whole job (or of any machine of a service's fleet). */
  readonly interruptionSeconds: Range;
  /** Interruptions in one run; in a month for a service. Null while the length of the run is not known. */
  readonly expectedInterruptions: Range | null;
  /** What the rate rests on: failures of hardware alone, or with the reclaiming of spot machines. */
  readonly basis: 'hardware failures' | 'interruption band' | 'spot traces';
  /** How long before a spot machine goes the provider says so; absent: not spot, or not known. */
  readonly noticeSeconds?: number;
  /** Runs only, from here on. Size of one checkpoint, and how long one write stops the training. */
  readonly checkpointBytes?: Range;
  readonly checkpointWriteSeconds?: Range;
  readonly restartSeconds?: Range;
  /** The interval in use, stated or assumed; null: an interruption starts the run anew. */
  readonly checkpointIntervalSeconds?: number | null;
  /** The interval that loses least (Daly). */
  readonly bestIntervalSeconds?: number;
  /** Share of the time that is useful, with the interval in use and with the best. */
  readonly goodput?: Range | null;
  readonly bestGoodput?: Range;
  /** Time of one run that is lost to work done twice, restarts and writing, and what it costs at the hourly price. */
  readonly lostSeconds?: Range | null;
  readonly lostUsd?: Range | null;
  /** Chance to end within the stated deadline, 0–1; absent without a deadline, null while unknown. */
  readonly deadlineChance?: number | null;
  /** True when the run is interrupted so often, without a checkpoint to go on from, that its end cannot be said. */
  readonly mayNeverEnd?: boolean;
}

/** Carbon dioxide equivalent of the energy that the accelerators and their machines draw, as operational emissions of the grid. */
export interface CarbonPlan {
  /** Services, and runs that state `runsPerMonth`. Null: the power draw or the grid is not known. */
  readonly kgPerMonth?: Range | null;
  /** One run; absent for a service. */
  readonly kgTotal?: Range | null;
  readonly kilowattHoursPerMonth?: Range | null;
  readonly kilowattHoursTotal?: Range | null;
  /** Grams a kilowatt-hour; null: not known. */
  readonly gridGramsPerKwh: Range | null;
}

/** The hardware of the plan under one way of paying for it. */
export interface CapacityOption {
  readonly capacity: Exclude<Capacity, 'owned'>;
  readonly target: ResolvedTarget;
  /** Ranges as in `cost`; `upfrontUsd` holds what a commitment leaves unused. */
  readonly cost: Pick<CostPlan, 'hourlyUsd' | 'monthlyUsd' | 'totalUsd' | 'upfrontUsd' | 'atLeast'>;
  /** Of a run that ends; null: unknown. */
  readonly durationSeconds?: Range | null;
  readonly risk?: RiskPlan;
  /** Per accelerator and hour. */
  readonly usdPerAcceleratorHour: number;
  /** Commitments only: where it and on-demand cost the same. */
  readonly breakEven?: CommitmentBreakEven;
  readonly terms?: string;
  readonly source: string;
  readonly asOf: string;
}

/** A commitment is paid to its end, used or not; on demand is paid by the hour. At these values both cost the same. */
export interface CommitmentBreakEven {
  /** Hours of the term. */
  readonly termHours: number;
  /** Hours of use within the term. */
  readonly hours: number;
  /** Share of the term, 0–1; over 1: on demand is always cheaper. */
  readonly utilization: number;
  /** The on-demand price that it is held against, per accelerator and hour. */
  readonly onDemandUsdPerAcceleratorHour: number;
}

/** What owning the cluster of the target costs, and when renting would be cheaper. */
export interface OwnershipPlan {
  readonly cluster: string;
  readonly accelerators: number;
  /** Purchase of machines and network. Never added to a month. */
  readonly capitalUsd: number;
  readonly lifeYears: number;
  readonly utilization: number;
  /** Per accelerator and hour of use, by part. */
  readonly partsUsdPerHour: Readonly<Record<string, Range>>;
  readonly usdPerAcceleratorHour: Range;
  /** From 10 % to 100 % utilization. */
  readonly curve: readonly { readonly utilization: number; readonly usdPerAcceleratorHour: Range }[];
  /** Against the cheapest offer of the same chip by capacity. */
  readonly breakEven: readonly OwnershipBreakEven[];
}

export interface OwnershipBreakEven {
  readonly capacity: Exclude<Capacity, 'owned'>;
  readonly provider: string;
  readonly region: string;
  readonly instance: string;
  readonly usdPerAcceleratorHour: number;
  /** Utilization at which an hour of the cluster costs as much as the rented one; above it owning is cheaper. Null: at none. */
  readonly utilization: number | null;
  /** Which costs less at the cluster's own utilization. */
  readonly cheaper: 'own' | 'rent';
  readonly source: string;
  readonly asOf: string;
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

export interface WorkloadPlan {
  readonly phase: 'training' | 'fine-tuning' | 'inference' | 'batch-inference';
  readonly target: ResolvedTarget;
  readonly parallelism?: Parallelism;
  readonly memory: MemoryPlan;
  readonly training?: TrainingPlan;
  readonly serving?: ServingPlan;
  readonly cost: CostPlan;
  /** Absent while the count of accelerators is not known, and at the edge. */
  readonly risk?: RiskPlan;
  readonly carbon: CarbonPlan;
  /** Rented hardware under each way of paying, computed when first read; empty for owned hardware and the edge. */
  readonly capacities: readonly CapacityOption[];
  /** Computed when first read; undefined unless the target is a cluster whose purchase price is stated. */
  readonly ownership: OwnershipPlan | undefined;
  readonly alternatives: readonly Alternative[];
  readonly rejected: readonly Rejected[];
  /** Made when first read, each member by itself; not part of the JSON of `plan`, but of `compare`. */
  readonly comparison: Comparison;
  /** The machines that the estimate was made for; undefined where they are not known. Not part of the JSON. */
  readonly placement: Placement | undefined;
  readonly assumptions: readonly Assumption[];
  readonly derivation: readonly Derivation[];
  readonly unknown: readonly Unknown[];
}

/** What totals differ by from the sum of the workloads, each of which is planned as if a commitment, or a cluster, were its own. */
export interface SharedCost {
  readonly period: Period;
  readonly of: 'commitments' | 'clusters';
  /** Lines of price books whose hours several fleets draw on; own clusters that several workloads use. */
  readonly sources: readonly string[];
  /** Below zero where hours that stay unused were counted more than once. */
  readonly amountUsd: number;
  readonly lowUsd: number;
  readonly highUsd: number;
}

export interface Totals {
  /** Absent: no two workloads share what is counted once. A period's total is the sum of the workloads' and of this. */
  readonly shared?: readonly SharedCost[];
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
