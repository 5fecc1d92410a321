/**
 * The catalogue as the core sees it: chips, machines, prices and facts, each with its source and date.
 * Built once from the compact data files by `loadCatalog` (load.ts); everything here is read-only.
 */

export type Precision = 'fp32' | 'tf32' | 'bf16' | 'fp16' | 'fp8' | 'int8' | 'fp4' | 'int4';
export type Capacity = 'on-demand' | 'spot' | 'reserved-1y' | 'reserved-3y' | 'capacity-block' | 'owned';
export type AcceleratorClass = 'gpu' | 'tpu' | 'asic' | 'cpu' | 'edge';
export type Maturity = 'native' | 'supported' | 'experimental' | 'limited' | 'none' | 'unknown';

/** Where a fact comes from. `asOf` is an ISO date or its prefix (`2026-07-20`, `2026-07`), or '' when the source is undated. */
export interface Sourced {
  readonly source: string;
  readonly asOf: string;
}

export interface Accelerator {
  /** Id of `manifest.md`, e.g. `h100-sxm`. */
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly class: AcceleratorClass;
  /** Family that framework and engine facts are keyed by, e.g. `nvidia-hopper`, `tpu-v5e`. */
  readonly family: string;
  /** Device memory in bytes; absent when no source states it (AI111). */
  readonly memoryBytes?: number;
  readonly memoryBandwidthBytesPerSecond?: number;
  /** Dense peak in FLOP/s (integer formats: OP/s) by precision. Absent precision: not stated by the source. */
  readonly peakFlops: Readonly<Partial<Record<Precision, number>>>;
  /** What the chip computes natively, from the precision table: `yes`, `no`, `emulated`, `cuda-core only` … verbatim. */
  readonly precisionSupport: Readonly<Partial<Record<Precision, string>>>;
  /** One direction, per chip, inside the fast domain (NVLink, ICI, NeuronLink, xGMI). */
  readonly linkBytesPerSecond?: number;
  readonly linkName?: string;
  readonly tdpWatts?: number;
  /** Accelerators in one usual machine. */
  readonly perNode?: number;
  /** Most accelerators joined by the fast link (8 for HGX, 72 for NVL72, the pod for a TPU). */
  readonly fastDomain?: number;
  /** True for chips that cannot train (Inferentia, edge NPUs). */
  readonly inferenceOnly: boolean;
  /** Dies a package is made of, where software sees them apart (MI250: 2). */
  readonly dies: number;
  readonly listPriceUsd?: readonly [low: number, high: number];
  readonly availability: string;
  readonly note: string;
  /** Names of fields that no source states (general knowledge) or that were computed. */
  readonly unsourced: readonly string[];
  readonly derived: readonly string[];
  readonly source: string;
}

/** A provider's machine type (or whole-offer name), independent of region and price. */
export interface Machine {
  readonly provider: string;
  readonly instance: string;
  /** Accelerator id; `cpu` for a machine without accelerators. */
  readonly accelerator: string;
  /** Accelerators in the machine; 0 for CPU machines; may be a fraction (1/6 of an A10). */
  readonly count: number;
  readonly vcpus?: number;
  readonly hostMemoryBytes?: number;
  /** Network between machines, bytes per second per accelerator, one direction. */
  readonly networkBytesPerSecondPerAccelerator?: number;
  /** `efa`, `infiniband`, `gpudirect`, `ici`, `ethernet` … */
  readonly network?: string;
  /** True where the row is priced per accelerator and any count may be rented (TPU chips, per-GPU offers). */
  readonly perAccelerator: boolean;
  /** Retired or retiring: ISO date; a machine past it is never recommended. */
  readonly retiredOn?: string;
}

/** One price: a machine in a region under a capacity type. */
export interface Offer extends Sourced {
  readonly machine: Machine;
  readonly region: string;
  readonly capacity: Exclude<Capacity, 'owned'>;
  /** US dollars per machine-hour (per accelerator-hour when `machine.perAccelerator`). Absent: offered, but no price is known (AI711). */
  readonly usdPerHour?: number;
  /** `list`: the source states the price. `estimate`: computed from other prices (AWS spot from savings; Google GPU parts). `secondary`: second-hand note. */
  readonly basis: 'list' | 'estimate' | 'secondary';
  /** Why the price should not be trusted (AI712); such an offer is never chosen automatically. */
  readonly suspect?: string;
}

export interface Region extends Partial<Sourced> {
  readonly provider: string;
  readonly id: string;
  readonly name: string;
  /** Two-letter country, upper case as in the facts (`US`, `DE`). */
  readonly country: string;
  /** `us`, `ca`, `sa`, `eu`, `uk`, `ch`, `me`, `af`, `apac`, `cn`, `global`. */
  readonly geography: string;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly gridGramsCo2PerKwh?: number;
  readonly pue?: number;
}

export interface Provider {
  readonly id: string;
  readonly regions: ReadonlyMap<string, Region>;
  /** A marketplace of private hosts (vast-ai, akash, salad …): its minima are no quotes. */
  readonly marketplace: boolean;
}

export interface KnownModel extends Sourced {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly family: 'transformer' | 'moe' | 'diffusion' | 'cnn' | 'encoder' | 'recommender' | 'other';
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
  readonly kvLoraRank?: number;
  readonly qkRopeHeadDim?: number;
  readonly slidingWindow?: number;
  /** FLOPs of one forward pass over one sample, for families that are not language models. */
  readonly flopsPerSample?: number;
  readonly note: string;
}

export interface FrameworkFact extends Sourced {
  readonly framework: string;
  readonly family: string;
  readonly maturity: Maturity;
  readonly training: Maturity;
  readonly inference: Maturity;
  readonly how: string;
  readonly evidence: string;
  readonly evidenceDate: string;
}

export interface EngineFact extends Sourced {
  readonly engine: string;
  readonly family: string;
  readonly support: Maturity;
  /** By precision: `yes`, `no`, `weight-only`, `limited`, `awq|gptq` … verbatim. */
  readonly precisions: Readonly<Partial<Record<Precision, string>>>;
  readonly note: string;
}

export interface EdgeDevice extends Sourced {
  readonly id: string;
  readonly chip: string;
  readonly memoryBytes?: number;
  readonly memoryBandwidthBytesPerSecond?: number;
  readonly int8Ops?: number;
  readonly powerModesWatts: readonly number[];
  readonly priceUsd?: number;
  readonly note: string;
}

export interface DatedEvidence extends Sourced {
  readonly date: string;
  readonly fact: string;
  readonly bearing: string;
}

export interface OfferQuery {
  readonly accelerator?: string;
  readonly provider?: string;
  readonly region?: string;
  readonly instance?: string;
  readonly capacity?: Offer['capacity'];
}

/** What a name of an accelerator resolves to. */
export type AcceleratorMatch =
  | { readonly kind: 'id'; readonly id: string }
  /** A known alias. `count` is set by names that carry one (`tpu-v5p-8` is 4 chips). */
  | { readonly kind: 'alias'; readonly id: string; readonly count?: number }
  /** `a100`, `v100`: several forms; `candidates` smallest memory first. */
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] }
  | { readonly kind: 'unknown' };

/** The catalogue with its indexes. Every list is stable in order, so that results are deterministic. */
export interface Catalog {
  /** Date of the newest price import. */
  readonly asOf: string;
  /** Hash of the data files. */
  readonly digest: string;
  readonly accelerators: ReadonlyMap<string, Accelerator>;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly models: ReadonlyMap<string, KnownModel>;
  readonly edgeDevices: ReadonlyMap<string, EdgeDevice>;
  readonly pytorchOnTpuEvidence: readonly DatedEvidence[];
  /** Resolves an id or alias, case-blind. `provider` narrows `a100`/`v100` where the provider has one form. */
  resolveAccelerator(name: string, provider?: string): AcceleratorMatch;
  /** Resolves a model id or alias, case-blind. */
  resolveModel(name: string): KnownModel | undefined;
  machine(provider: string, instance: string): Machine | undefined;
  machinesNamed(instance: string): readonly Machine[];
  machinesOf(provider: string): readonly Machine[];
  /** Offers that match every stated key; indexed by accelerator. */
  offers(query: OfferQuery): readonly Offer[];
  /** Providers that offer the accelerator, priced or not. */
  providersOf(accelerator: string): readonly string[];
  /** Regions of the provider that offer the accelerator, priced or not. */
  regionsOf(provider: string, accelerator: string): readonly string[];
  region(provider: string, region: string): Region | undefined;
  framework(framework: string, acceleratorId: string): FrameworkFact | undefined;
  engine(engine: string, acceleratorId: string): EngineFact | undefined;
  /** Valid slice sizes of a TPU, in chips, ascending; undefined for other chips. */
  sliceSizes(acceleratorId: string): readonly number[] | undefined;
  /** Great-circle distance in kilometres; undefined where a place is unknown. */
  distanceKm(a: Region, b: Region): number | undefined;
}
