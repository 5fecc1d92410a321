/**
 * The shape of the data files. Checked by the import and by the tests, never while loading:
 * only the inferred types reach the running product.
 */
import * as z from 'zod';
import { bases } from './offer-terms.ts';

const index = z.int().nonnegative();
const bytes = z.number().positive();
const date = z.string().regex(/^(\d{4}(-\d{2}(-\d{2})?)?)?$/);
const precision = z.enum(['fp32', 'tf32', 'bf16', 'fp16', 'fp8', 'int8', 'fp4', 'int4']);
const maturity = z.enum(['native', 'supported', 'experimental', 'limited', 'none', 'unknown']);

const sourced = { source: index };
/** `[source, asOf]`. */
const sourceTable = z.array(z.tuple([z.string(), date]));

export const chipSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  vendor: z.string(),
  class: z.enum(['gpu', 'tpu', 'asic', 'cpu', 'edge']),
  family: z.string(),
  memoryBytes: bytes.optional(),
  memoryBandwidthBytesPerSecond: z.number().positive().optional(),
  peakFlops: z.partialRecord(precision, z.number().positive()),
  precisionSupport: z.partialRecord(precision, z.string()),
  linkBytesPerSecond: z.number().positive().optional(),
  linkName: z.string().optional(),
  tdpWatts: z.number().positive().optional(),
  perNode: z.int().positive().optional(),
  fastDomain: z.int().positive().optional(),
  inferenceOnly: z.boolean(),
  dies: z.int().positive(),
  listPriceUsd: z.tuple([z.number().positive(), z.number().positive()]).optional(),
  priceNote: z.string().optional(),
  availability: z.string().optional(),
  note: z.string().optional(),
  unsourced: z.array(z.string()),
  derived: z.array(z.string()),
  source: z.string(),
});

export const chipsSchema = z.strictObject({ chips: z.array(chipSchema) });

/**
 * Machines and offers by column. A machine's offers are consecutive: `offers.perMachine[i]` of them belong to machine `i`.
 * In number columns -1 means absent.
 */
export const pricesSchema = z.strictObject({
  asOf: date,
  /** `[source, asOf, basis, terms]`. */
  sources: z.array(z.tuple([z.string(), date, z.enum(bases), z.string()])),
  providers: z.array(z.string()),
  marketplaces: z.array(z.string()),
  accelerators: z.array(z.string()),
  regions: z.array(z.string()),
  networks: z.array(z.string()),
  suspicions: z.array(z.string()),
  machines: z.strictObject({
    provider: z.array(index),
    instance: z.array(z.string()),
    accelerator: z.array(index),
    count: z.array(z.number().nonnegative()),
    vcpus: z.array(z.number()),
    hostGib: z.array(z.number()),
    network: z.array(z.int()),
    networkGbpsPerAccelerator: z.array(z.number()),
    /** Indexes of the machines priced by the accelerator. */
    perAccelerator: z.array(index),
    retired: z.array(z.tuple([index, date])),
  }),
  offers: z.strictObject({
    perMachine: z.array(index),
    region: z.array(index),
    /** Index into `capacities`. */
    capacity: z.array(z.int().min(0).max(4)),
    usdPerHour: z.array(z.number()),
    source: z.array(index),
    /** `[offer, suspicion]`. */
    suspect: z.array(z.tuple([index, index])),
  }),
  /** AWS interruption bands: `[machine, region, savings in percent, band]`. */
  interruptions: z.strictObject({
    source: z.string(),
    asOf: date,
    bands: z.array(z.string()),
    rows: z.array(z.tuple([index, index, z.number(), index])),
  }),
});

export const placesSchema = z.strictObject({
  sources: sourceTable,
  regions: z.array(
    z.strictObject({
      provider: z.string(),
      id: z.string(),
      name: z.string(),
      country: z.string().regex(/^[A-Z]{2}$|^$/),
      geography: z.enum(['us', 'ca', 'sa', 'eu', 'uk', 'ch', 'me', 'af', 'apac', 'cn', 'global']),
      latitude: z.number().min(-90).max(90).optional(),
      longitude: z.number().min(-180).max(180).optional(),
      gridGramsCo2PerKwh: z.number().nonnegative().optional(),
      gridBasis: z.string().optional(),
      gridYear: z.string().optional(),
      carbonFreeShare: z.number().min(0).max(1).optional(),
      pue: z.number().min(1).optional(),
      pueScope: z.string().optional(),
      note: z.string().optional(),
      ...sourced,
    }),
  ),
});

const optionalCount = z.int().positive().optional();

export const modelsSchema = z.strictObject({
  sources: sourceTable,
  models: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      aliases: z.array(z.string()),
      family: z.enum(['transformer', 'moe', 'diffusion', 'cnn', 'encoder', 'recommender', 'other']),
      parameters: z.number().positive(),
      activeParameters: z.number().positive(),
      parametersBasis: z.string(),
      layers: optionalCount,
      hiddenSize: optionalCount,
      intermediateSize: optionalCount,
      heads: optionalCount,
      kvHeads: optionalCount,
      headDim: optionalCount,
      vocabSize: optionalCount,
      contextLength: optionalCount,
      tiedEmbeddings: z.boolean().optional(),
      gatedMlp: z.boolean().optional(),
      experts: optionalCount,
      expertsPerToken: optionalCount,
      moeIntermediateSize: optionalCount,
      sharedExperts: optionalCount,
      denseLayers: optionalCount,
      kvLoraRank: optionalCount,
      qkRopeHeadDim: optionalCount,
      slidingWindow: optionalCount,
      flopsPerSample: z.number().positive().optional(),
      sample: z.string().optional(),
      licence: z.string().optional(),
      note: z.string().optional(),
      ...sourced,
    }),
  ),
});

const optionalText = z.string().optional();
const optionalNumber = z.number().optional();

export const factsSchema = z.strictObject({
  sources: sourceTable,
  frameworks: z.array(
    z.strictObject({
      framework: z.string(),
      family: z.string(),
      maturity,
      training: maturity,
      inference: maturity,
      how: z.string(),
      evidence: z.string(),
      evidenceDate: z.string(),
      ...sourced,
    }),
  ),
  engines: z.array(
    z.strictObject({
      engine: z.string(),
      family: z.string(),
      support: maturity,
      stated: optionalText,
      precisions: z.partialRecord(precision, z.string()),
      note: optionalText,
      maintenance: optionalText,
      ...sourced,
    }),
  ),
  edge: z.array(
    z.strictObject({
      id: z.string(),
      chip: z.string(),
      memoryBytes: bytes.optional(),
      memoryBandwidthBytesPerSecond: optionalNumber,
      int8Ops: optionalNumber,
      powerModesWatts: z.array(z.number().positive()),
      priceUsd: optionalNumber,
      formats: z.array(z.string()),
      uses: z.array(z.string()),
      note: optionalText,
      ...sourced,
    }),
  ),
  pytorchOnTpu: z.array(z.strictObject({ date, fact: z.string(), bearing: z.string(), ...sourced })),
  slices: z.array(
    z.strictObject({
      accelerator: z.string(),
      maxSliceChips: z.int().positive(),
      podChips: z.int().positive(),
      /** `[chips, common topologies, other topologies, machine type, chips per VM]`, topologies separated by spaces. */
      shapes: z.array(z.tuple([z.int().positive(), z.string(), z.string(), z.string(), z.int().positive()])),
      ...sourced,
    }),
  ),
  services: z.array(
    z.strictObject({
      service: z.string(),
      provider: z.string(),
      mode: z.string(),
      instanceFamilies: z.array(z.string()),
      accelerators: z.array(z.string()),
      training: optionalText,
      inference: optionalText,
      serverless: optionalText,
      markup: optionalNumber,
      markupRange: optionalText,
      note: optionalText,
      ...sourced,
    }),
  ),
  serviceMarkups: z.array(
    z.strictObject({
      service: z.string(),
      provider: z.string(),
      sku: z.string(),
      usdPerHour: optionalNumber,
      instance: optionalText,
      instanceUsdPerHour: optionalNumber,
      ratio: optionalNumber,
      region: z.string(),
      ...sourced,
    }),
  ),
  spot: z.array(
    z.strictObject({
      provider: z.string(),
      offer: z.string(),
      noticeSeconds: optionalNumber,
      guarantee: optionalText,
      discountLow: optionalNumber,
      discountHigh: optionalNumber,
      maxDuration: optionalText,
      onPreemption: optionalText,
      evictionStatistics: optionalText,
      note: optionalText,
      ...sourced,
    }),
  ),
  retirements: z.array(
    z.strictObject({
      kind: z.string(),
      name: z.string(),
      provider: z.string(),
      accelerators: z.array(z.string()),
      status: z.string(),
      date: optionalText,
      successor: optionalText,
      note: optionalText,
      ...sourced,
    }),
  ),
  compliance: z.array(
    z.strictObject({
      provider: z.string(),
      programme: z.string(),
      status: z.string(),
      regions: optionalText,
      note: optionalText,
      ...sourced,
    }),
  ),
  networks: z.array(
    z.strictObject({
      provider: z.string(),
      family: z.string(),
      instance: z.string(),
      accelerator: z.string(),
      acceleratorsPerNode: optionalNumber,
      network: z.string(),
      nodeGbps: optionalNumber,
      gbpsPerAccelerator: optionalNumber,
      nics: optionalNumber,
      fastDomain: optionalNumber,
      fastLink: optionalText,
      note: optionalText,
      ...sourced,
    }),
  ),
  /** `[provider, region, direction, tier, USD per GB, source]`; the first four index `strings`. */
  strings: z.array(z.string()),
  egress: z.array(z.tuple([index, index, index, index, z.number().nonnegative(), index])),
  /** `[provider, region, product, USD per GB-month, source]`. */
  storage: z.array(z.tuple([index, index, index, z.number().nonnegative(), index])),
  storageThroughput: z.array(
    z.strictObject({
      provider: z.string(),
      product: z.string(),
      kind: z.string(),
      metric: z.string(),
      value: z.string(),
      unit: z.string(),
      note: optionalText,
      ...sourced,
    }),
  ),
  /** AWS spot by class over time: `[date, class, USD per GPU-hour]`. */
  awsSpotTrend: z.strictObject({
    source: z.string(),
    rows: z.array(z.tuple([date, z.string(), z.number().positive()])),
  }),
});

export const metaSchema = z.strictObject({ digest: z.string().regex(/^[0-9a-f]{16}$/), asOf: date });

/** The schema of each data file, by its name without `.json`. */
export const dataSchemas = {
  meta: metaSchema,
  chips: chipsSchema,
  prices: pricesSchema,
  places: placesSchema,
  models: modelsSchema,
  facts: factsSchema,
} as const;

export type ChipData = z.infer<typeof chipSchema>;
export type PriceData = z.infer<typeof pricesSchema>;
export type PlaceData = z.infer<typeof placesSchema>;
export type ModelData = z.infer<typeof modelsSchema>;
export type FactData = z.infer<typeof factsSchema>;
export type MetaData = z.infer<typeof metaSchema>;

/** All data files together: what `loadCatalog` takes. */
export interface CatalogData {
  readonly meta: MetaData;
  readonly chips: z.infer<typeof chipsSchema>;
  readonly prices: PriceData;
  readonly places: PlaceData;
  readonly models: ModelData;
  readonly facts: FactData;
}
