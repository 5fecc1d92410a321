/** Facts of the catalogue beside chips, machines and prices: what runs where, how it is joined, what it is held to. */
import type { Precision } from './types.ts';

export type Maturity = 'native' | 'supported' | 'experimental' | 'limited' | 'none' | 'unknown';

/** Where a fact comes from. `asOf` is an ISO date or its prefix (`2026-07-20`, `2026-07`), or '' when the source is undated. */
export interface Sourced {
  readonly source: string;
  readonly asOf: string;
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
  /** The source's own word where it says more than a maturity: `archived`, `community`. */
  readonly stated?: string;
  /** Absent while the engine is actively maintained. */
  readonly maintenance?: string;
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
  /** Model formats that run on it: `TensorRT`, `ONNX`, `Core ML` … */
  readonly formats: readonly string[];
  readonly uses: readonly string[];
  readonly note: string;
}

export interface DatedEvidence extends Sourced {
  readonly date: string;
  readonly fact: string;
  readonly bearing: string;
}

/** One size of a TPU slice. */
export interface SliceShape {
  readonly chips: number;
  /** Default or documented topologies (`4x4x8`). */
  readonly commonTopologies: readonly string[];
  /** Valid by the rule, but there may be no capacity. */
  readonly otherTopologies: readonly string[];
  readonly machineType: string;
  readonly chipsPerVm: number;
}

export interface SliceFact extends Sourced {
  readonly accelerator: string;
  readonly maxSliceChips: number;
  readonly podChips: number;
  readonly shapes: readonly SliceShape[];
}

/** A managed service in one mode (`training`, `real-time inference` …); `training`, `inference` and `serverless` verbatim. */
export interface ServiceFact extends Sourced {
  readonly service: string;
  readonly provider: string;
  readonly mode: string;
  readonly instanceFamilies: readonly string[];
  readonly accelerators: readonly string[];
  readonly training?: string;
  readonly inference?: string;
  readonly serverless?: string;
  /** Price over that of the raw machine: 1.25 is a quarter dearer. */
  readonly markup?: number;
  readonly markupRange?: string;
  readonly note: string;
}

/** One observed price of a service beside the raw machine's. */
export interface ServiceMarkup extends Sourced {
  readonly service: string;
  readonly provider: string;
  readonly sku: string;
  readonly usdPerHour?: number;
  readonly instance?: string;
  readonly instanceUsdPerHour?: number;
  readonly ratio?: number;
  readonly region: string;
}

/** How a provider's interruptible offer behaves. */
export interface SpotFact extends Sourced {
  readonly provider: string;
  readonly offer: string;
  readonly noticeSeconds?: number;
  readonly guarantee?: string;
  /** Shares off on-demand, 0–1. */
  readonly discountLow?: number;
  readonly discountHigh?: number;
  readonly maxDuration?: string;
  readonly onPreemption?: string;
  readonly evictionStatistics?: string;
  readonly note: string;
}

/** AWS's monthly interruption band of a machine type in a region. */
export interface InterruptionBand extends Sourced {
  /** `<5%`, `5-10%` … `>20%` */
  readonly band: string;
  /** Savings over on-demand, 0–1. */
  readonly savings: number;
}

/** A day's level of AWS's spot market: the median over the US zones of one class of GPU. */
export interface SpotTrend extends Sourced {
  /** ISO date. */
  readonly date: string;
  /** `A100`, `H100`, `H200`, `B200`, `B300` */
  readonly gpuClass: string;
  readonly usdPerGpuHour: number;
}

export interface Retirement extends Sourced {
  /** `instance family`, `service`, `software`, `chip` … */
  readonly kind: string;
  readonly name: string;
  readonly provider: string;
  readonly accelerators: readonly string[];
  readonly status: string;
  readonly date?: string;
  readonly successor?: string;
  readonly note: string;
}

export interface ComplianceFact extends Sourced {
  readonly provider: string;
  /** `gdpr`, `hipaa`, `soc2`, `pci`, `iso27001`, `fedramp-moderate`, `fedramp-high`, `itar` */
  readonly programme: string;
  readonly status: string;
  readonly regions?: string;
  readonly note: string;
}

/** The network between and inside machines of one type; also of machines on premises (`provider: on-premises`). */
export interface NetworkFact extends Sourced {
  readonly provider: string;
  readonly family: string;
  readonly instance: string;
  readonly accelerator: string;
  readonly acceleratorsPerNode?: number;
  readonly network: string;
  /** One direction. */
  readonly nodeBytesPerSecond?: number;
  readonly bytesPerSecondPerAccelerator?: number;
  readonly nics?: number;
  readonly fastDomain?: number;
  readonly fastLink?: string;
  readonly note: string;
}

export interface EgressPrice extends Sourced {
  readonly provider: string;
  readonly region: string;
  /** `internet`, `inter-region`, `intra-region (cross-AZ)`, `internet to china` … */
  readonly direction: string;
  /** `first 10TB` …; '' for a single tier. */
  readonly tier: string;
  readonly usdPerGb: number;
}

export interface StoragePrice extends Sourced {
  readonly provider: string;
  readonly region: string;
  readonly product: string;
  readonly usdPerGbMonth: number;
}

/** A documented limit or measurement of a storage product. `value` may list tiers (`125|250|500`). */
export interface StorageThroughput extends Sourced {
  readonly provider: string;
  readonly product: string;
  readonly kind: string;
  readonly metric: string;
  readonly value: string;
  readonly unit: string;
  readonly note: string;
}
