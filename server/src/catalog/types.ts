/**
 * The catalogue as the core sees it: chips, machines, prices and facts, each with its source and date.
 * Built once from the compact data files by `loadCatalog` (load.ts); everything here is read-only.
 */

import type { EgressQuote, EgressRoute } from './egress-price.ts';
import type {
  ComplianceFact,
  DatedEvidence,
  EdgeDevice,
  EgressPrice,
  EngineFact,
  FrameworkFact,
  InterruptionBand,
  NetworkFact,
  Retirement,
  ServiceFact,
  ServiceMarkup,
  SliceFact,
  Sourced,
  SpotFact,
  SpotTrend,
  StoragePrice,
  StorageThroughput,
} from './fact-types.ts';
import type { StorageQuery, StorageQuote } from './storage-price.ts';
import type { StorageSpeed } from './storage-speed.ts';
import type { TableSummary } from './table-summary.ts';

export type * from './fact-types.ts';
export type { EgressQuote, EgressRoute, EgressWay, RegionKey } from './egress-price.ts';
export type { StorageQuery, StorageQuote, PricedStorage } from './storage-price.ts';
export type { StorageSpeed } from './storage-speed.ts';

export type Precision = 'fp32' | 'tf32' | 'bf16' | 'fp16' | 'fp8' | 'int8' | 'fp4' | 'int4';
export type Capacity = 'on-demand' | 'spot' | 'reserved-1y' | 'reserved-3y' | 'capacity-block' | 'owned';
export type AcceleratorClass = 'gpu' | 'tpu' | 'asic' | 'cpu' | 'edge';

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

/** Who says a price; a later layer wins over those before it. */
export type PriceLayer = 'catalogue' | BookLayer;
export type BookLayer = 'organisation' | 'repository' | 'user';

/** A price of one layer, in the unit of the offer it is for. */
export interface LayerPrice extends Sourced {
  readonly layer: PriceLayer;
  readonly usdPerHour: number;
  /** Hours left at this price; the next price is paid beyond them. Absent: no end. */
  readonly committedHours?: number;
  /** Whose hours they are. */
  readonly pool?: CommittedPool;
}

/** Hours that a line of a price book commits to: the same object for all that draw on them. */
export interface CommittedPool extends Sourced {
  /** Of what the line prices: machines, or so many accelerators. */
  readonly hours: number;
  readonly usdPerHour: number;
}

/** The line of a price book that an offer's price comes from. */
export interface BookPrice {
  readonly layer: BookLayer;
  /** The book as it is named to people: `prices.ai-infra.csv`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly committedHours?: number;
  readonly pool?: CommittedPool;
  readonly note?: string;
  /** What it won over: the price of further hours first, then the best of each layer before. */
  readonly beaten: readonly LayerPrice[];
}

/** What an hour of one accelerator on own hardware costs by a price book, in place of what ownership adds up to. */
export interface OwnPrice extends Sourced {
  readonly usdPerHour: number;
  readonly book: BookPrice;
}

/** One price: a machine in a region under a capacity type. */
export interface Offer extends Sourced {
  readonly machine: Machine;
  /** A region's id, or `any` where the source ties the price to no region. */
  readonly region: string;
  readonly capacity: Exclude<Capacity, 'owned'>;
  /** US dollars per machine-hour (per accelerator-hour when `machine.perAccelerator`). Absent: offered, but no price is known (AI711). */
  readonly usdPerHour?: number;
  /** `list`: the source states the price. `estimate`: computed from other prices (AWS spot from savings; Google GPU parts). `secondary`: second-hand note. */
  readonly basis: 'list' | 'estimate' | 'secondary';
  /** How a commitment is paid, or how long a block lasts: `standard RI, no upfront`, `1-182 days, prepaid`. */
  readonly terms?: string;
  /** Why the price should not be trusted (AI712); such an offer is never chosen automatically. */
  readonly suspect?: string;
  /** Where a price book sets the price: discounts do not apply to it. */
  readonly book?: BookPrice;
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
  /** What the grid figure means: operational emissions as Google publishes them, or a life-cycle average (10–25 % higher). */
  readonly gridBasis?: string;
  readonly gridYear?: string;
  /** Share of carbon-free energy, 0–1; stated by Google only. */
  readonly carbonFreeShare?: number;
  readonly pue?: number;
  /** `region`, `provider average` or an estimate. */
  readonly pueScope?: string;
  readonly note?: string;
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
  /** What one sample is: `224 x 224 image`, `30 s audio`. */
  readonly sample?: string;
  /** `computed from dimensions`, `published`, `measured by timm` … */
  readonly parametersBasis: string;
  readonly licence?: string;
  readonly note: string;
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
  /** Every table but the prices: how many rows, from which sources. */
  readonly tables: readonly TableSummary[];
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
  /**
   * Offers that match every stated key; indexed by accelerator. A stated region is also matched by the provider's offers in
   * region `any`, unless the provider's regions are known and this is none of them.
   */
  offers(query: OfferQuery): readonly Offer[];
  /** Providers that offer the accelerator, priced or not. */
  providersOf(accelerator: string): readonly string[];
  /** Regions of the provider that offer the accelerator, priced or not; `any` where an offer is tied to no region. */
  regionsOf(provider: string, accelerator: string): readonly string[];
  region(provider: string, region: string): Region | undefined;
  /** The price books' hour of an accelerator on own hardware; `cluster` is its key in the manifest. */
  ownPrice(cluster: string | undefined, accelerator: string): OwnPrice | undefined;
  framework(framework: string, acceleratorId: string): FrameworkFact | undefined;
  engine(engine: string, acceleratorId: string): EngineFact | undefined;
  /** Valid slice sizes of a TPU, in chips, ascending; undefined for other chips. */
  sliceSizes(acceleratorId: string): readonly number[] | undefined;
  /** Great-circle distance in kilometres; undefined where a place is unknown. */
  distanceKm(a: Region, b: Region): number | undefined;
  /** Valid slices of a TPU with their topologies; undefined for other chips. */
  slices(acceleratorId: string): SliceFact | undefined;
  readonly services: readonly ServiceFact[];
  readonly serviceMarkups: readonly ServiceMarkup[];
  readonly retirements: readonly Retirement[];
  readonly networks: readonly NetworkFact[];
  readonly storageThroughput: readonly StorageThroughput[];
  /** AWS's spot market by class of GPU over time, the oldest first. */
  readonly awsSpotTrend: readonly SpotTrend[];
  /** The provider's interruptible offers, the usual one first; empty where nothing is known. */
  spotFacts(provider: string): readonly SpotFact[];
  /** AWS only: how often the machine type is interrupted in the region. */
  interruptionBand(provider: string, instance: string, region: string): InterruptionBand | undefined;
  compliance(provider: string): readonly ComplianceFact[];
  /** The rows of the egress table for a region, as the source states them. */
  egress(provider: string, region: string): readonly EgressPrice[];
  /** What a route costs per gigabyte, with its steps; undefined where no source states it. `tieredUsd` of the steps gives an amount's price. */
  egressPrice(route: EgressRoute): EgressQuote | undefined;
  /** The rows of the storage table for a region, as the source states them. */
  storagePrices(provider: string, region: string): readonly StoragePrice[];
  /** The provider's plain product of that kind; undefined where no source states a price. `storageUsdPerMonth` prices an amount. */
  storagePrice(query: StorageQuery): StorageQuote | undefined;
  /** Data rates of the provider's storage products (`on-premises` too). */
  storageSpeeds(provider: string): readonly StorageSpeed[];
}
