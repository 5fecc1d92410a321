/** Every threshold of the rules, each with where it comes from. */

/** AI501: a run that ends within the hour loses little; losing it is a warning (`docs/rules/README.md`). */
export const SHORT_RUN_SECONDS = 3600;

/** AI502: share of the run's time lost over the best interval, at both ends of the failure rate. */
export const CHECKPOINT_LOSS = 0.05;

/** AI505: expected failures in a run from which one without checkpoints is worth a warning. */
export const EXPECTED_FAILURES = 0.1;

/** AI604: a peak this many times the average leaves a fixed fleet idle two thirds of the time. */
export const PEAK_OVER_AVERAGE = 3;

/** AI703: a saving below this is within the uncertainty of prices. */
export const CHEAPER_SHARE = 0.15;

/** AI710: prices move within a year; spot prices by the week. */
export const STALE_PRICE_DAYS = 365;

/** AI213: parameters from which a model on CPUs alone is too slow to be meant: 7 B at 16 bit reads 14 GB a token. */
export const LARGE_ON_CPU_PARAMETERS = 7e9;

/** AI206: full training from this size on fills an inference GPU (24 to 48 GB without a fast link) many times over. */
export const LARGE_TRAINING_PARAMETERS = 7e9;

/** AI206: GPUs that their makers sell for inference, with 16 to 48 GB and no fast link (data sheets of T4, L4 and L40). */
export const SMALL_INFERENCE_GPUS: ReadonlySet<string> = new Set(['t4', 'l4', 'l40']);

/** AI604: how busy replicas are kept where `targetUtilization` is not given (`docs/reference/manifest.md`). */
export const USUAL_UTILIZATION = 0.7;

/**
 * AI606: the highest share of the dense 16-bit peak (MFU) that a published run reached on the chip. MosaicML llm-foundry's tables
 * (2024) for A100; MaxText's READMEs (2024) for TPUs; AWS Neuron's benchmarks (2023) for Trainium; Megatron-LM's README (2024)
 * for H100. Rounded up to the next whole per cent.
 */
export const HIGHEST_EFFICIENCY: ReadonlyMap<string, number> = new Map([
  ['a100-40gb', 0.6],
  ['a100-80gb', 0.65],
  ['h100-sxm', 0.48],
  ['tpu-v4', 0.59],
  ['tpu-v5e', 0.67],
  ['tpu-v5p', 0.72],
  ['trainium1', 0.34],
]);

/** AI606: the highest of all, for chips of which no run is published: MaxText on TPU v5p. */
export const HIGHEST_EFFICIENCY_ANYWHERE = 0.72;

/** AI607: light in glass travels at about two thirds of its speed in vacuum (refractive index 1.468, ITU-T G.652). */
export const FIBRE_KM_PER_SECOND = 204_000;

/** AI907: power of a whole server over that of its accelerators, at the low end (`docs/formulas.md`: 1.8–2.0). */
export const LEAST_SERVER_POWER_FACTOR = 1.8;

/** AI208: what a slot gives a card without a cable of its own (PCI Express Card Electromechanical Specification). T4 and L4 keep to it. */
export const EDGE_CARD_WATTS = 75;

/** AI405: share of the speed lost to the network from which it is worth a warning. Below, it is within the range of the estimate. */
export const SLOW_NETWORK_LOSS = 0.1;

/** AI405: what the fast networks of 2026 give an accelerator: 400 Gbit/s (EFA on p5, ND H100 v5, A3 Ultra; `catalog` networks). */
export const FAST_NETWORK_BYTES_PER_SECOND = 50e9;

/**
 * AI212: a cautious speed of one virtual CPU, 10 GFLOP/s and 2 GB/s. AVX-512 at 3 GHz gives half a core 96 GFLOP/s, DDR5-4800 on
 * eight channels gives each of 96 virtual CPUs 3.2 GB/s (Intel, data sheets of Xeon Sapphire Rapids, 2023). Larger models are not
 * looked at.
 */
export const CPU = {
  flopsPerSecondPerVcpu: 10e9,
  bytesPerSecondPerVcpu: 2e9,
  bytesPerParameter: 4,
  mostParameters: 2e9,
} as const;

/** AI111: half the circumference of the earth in kilometres: no users are farther away. */
export const FARTHEST_KM = 20_015;

/**
 * AI507: the best that is promised for one machine (Google Cloud and Azure 99.9 %, AWS 99.5 %) and what one zone can give, between
 * that and the 99.99 % promised for two zones (service level agreements of the compute services, 2026).
 */
export const AVAILABILITY = { oneMachine: 0.999, oneZone: 0.9995 } as const;

/** AI902: what a person costs in a year where `policy.staffCost` is not stated (`docs/reference/manifest.md`). */
export const STAFF_USD_PER_YEAR = 180_000;

/** AI706: a machine busy less than this share of the time is kept for few requests. */
export const LOW_VOLUME_SHARE = 0.05;

/**
 * AI708: a transfer worth a warning: from $100 and 1 % of the workload's cost, or from twelve hours over 10 Gbit/s, the usual
 * private connection between two clouds (AWS Direct Connect and Google Cloud Interconnect sell it as their larger port, 2026).
 */
export const TRANSFER = { usd: 100, share: 0.01, seconds: 12 * 3600, bytesPerSecond: 1.25e9 } as const;

/** AI206: a flagship busy less than this share of the time serves what a smaller chip could (`docs/rules/README.md`). */
export const IDLE_FLAGSHIP_SHARE = 0.1;

/** AI206: dense 16-bit FLOP/s from which a chip is a flagship: H100 has 989e12, the chips made for serving (L40S, L4) under 400e12. */
export const FLAGSHIP_FLOPS = 9e14;

/** AI111: reading from which storage is no matter of course: one connection to object storage gives about 85 MB/s, one machine up to 8 GB/s (measured on S3, 2019). */
export const FAST_READING = 1e9;

/** A fix that costs this many times what another fix of the same finding costs is not offered: nobody would take it. */
export const MOST_FIX_COST = 10;
