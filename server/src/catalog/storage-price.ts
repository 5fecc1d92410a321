import type { Sourced, StoragePrice } from './fact-types.ts';
import { readTiers, tieredUsd, type PriceTier } from './price-tiers.ts';

/** The kinds of storage that the sources price: a bucket, and a disk inside the machine. */
export type PricedStorage = 'object' | 'nvme';

export interface StorageQuery {
  readonly provider: string;
  readonly region: string;
  readonly type: PricedStorage;
}

/** What storing costs: a product of the provider with its steps. */
export interface StorageQuote extends Sourced {
  readonly product: string;
  /** Where the price was read: not the region asked for where only another one's is known. */
  readonly region: string;
  readonly tiers: readonly PriceTier[];
  /** Dollars per gigabyte (10⁹ bytes) and month at the first step. */
  readonly usdPerGbMonth: number;
  /** `estimate`: the price of another region of the provider. */
  readonly basis: 'list' | 'estimate';
}

/** The plain product of each provider: one zone or region, hot, no minimum duration. A tier in brackets follows the name. */
const PLAIN: Readonly<Record<PricedStorage, Readonly<Record<string, string>>>> = {
  object: { aws: 'S3 Standard', azure: 'Blob StorageV2.Standard.LRS.Hot', gcp: 'Cloud Storage standard' },
  nvme: { gcp: 'Persistent disk/local' },
};

/**
 * The plain product that answers a query, from all prices of the provider. Undefined where the provider's price is not known
 * for any region. A price of another region is an estimate: the sources have S3 for us-east-1 and Azure's blobs for westus only.
 */
export function quoteStorage(query: StorageQuery, prices: readonly StoragePrice[]): StorageQuote | undefined {
  const product = PLAIN[query.type][query.provider];
  if (product === undefined) return undefined;
  const rows = prices.filter((price) => price.product === product || price.product.startsWith(`${product} (`));
  const here = rows.filter((price) => price.region === query.region);
  const region = here[0]?.region ?? rows[0]?.region;
  const own = here.length > 0 ? here : rows.filter((price) => price.region === region);
  const first = own[0];
  if (first === undefined) return undefined;
  return {
    product,
    region: first.region,
    tiers: readTiers(own.map((price) => ({ tier: tierOf(price.product), usdPerGb: price.usdPerGbMonth }))),
    usdPerGbMonth: first.usdPerGbMonth,
    basis: here.length > 0 ? 'list' : 'estimate',
    source: first.source,
    asOf: first.asOf,
  };
}

function tierOf(product: string): string {
  return /\((.*)\)$/.exec(product)?.[1] ?? '';
}

/** Dollars a month for keeping so many bytes. */
export function storageUsdPerMonth(quote: StorageQuote, bytes: number): number {
  return tieredUsd(quote.tiers, bytes);
}
