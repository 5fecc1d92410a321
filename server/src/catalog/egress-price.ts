import type { EgressPrice, Sourced } from './fact-types.ts';
import { readTiers, type PriceTier } from './price-tiers.ts';

export interface RegionKey {
  readonly provider: string;
  readonly region: string;
}

/** From a provider's region to another one, to another zone of the same region, or out of the cloud. */
export interface EgressRoute {
  readonly from: RegionKey;
  readonly to: RegionKey | 'other-zone' | 'internet';
}

export type EgressWay = 'within-region' | 'other-zone' | 'other-region' | 'internet';

/** What moving data costs the one who sends it. */
export interface EgressQuote extends Sourced {
  readonly way: EgressWay;
  /** The provider's word for the way; '' within a region. */
  readonly direction: string;
  /** Steps of the amount a month. */
  readonly tiers: readonly PriceTier[];
  /** Dollars per gigabyte (10⁹ bytes) at the first step, both ends together where the provider charges both. */
  readonly usdPerGb: number;
  readonly note: string;
}

/** Between zones the provider charges the sender and the receiver. */
const ENDS_BETWEEN_ZONES = 2;

/**
 * The price of a route, from the egress prices of the region it starts in. Undefined where no source states it: Google between
 * regions and zones, all of Azure, and the specialised clouds. Another provider is reached over the internet.
 * `country` is that of the destination, two letters: Google has prices of its own to China and Australia.
 */
export function quoteEgress(
  route: EgressRoute,
  prices: readonly EgressPrice[],
  country: string | undefined,
): EgressQuote | undefined {
  const way = wayOf(route);
  if (way === 'within-region') {
    return {
      way,
      direction: '',
      tiers: readTiers([{ tier: '', usdPerGb: 0 }]),
      usdPerGb: 0,
      note: 'Within a region nothing is charged for the transfer.',
      source: 'unsourced',
      asOf: '',
    };
  }
  const direction = prices.map((price) => price.direction).find((word) => isMeant(word, way, country));
  const rows = prices.filter((price) => price.direction === direction);
  const first = rows[0];
  if (direction === undefined || first === undefined) return undefined;
  const ends = way === 'other-zone' ? ENDS_BETWEEN_ZONES : 1;
  return {
    way,
    direction,
    tiers: readTiers(rows.map(({ tier, usdPerGb }) => ({ tier, usdPerGb: usdPerGb * ends }))),
    usdPerGb: first.usdPerGb * ends,
    note: ends === 1 ? '' : `$${String(first.usdPerGb)} per GB in each direction, at both ends.`,
    source: first.source,
    asOf: first.asOf,
  };
}

function wayOf({ from, to }: EgressRoute): EgressWay {
  if (to === 'other-zone' || to === 'internet') return to;
  if (to.provider !== from.provider) return 'internet';
  return to.region === from.region ? 'within-region' : 'other-region';
}

function isMeant(direction: string, way: EgressWay, country: string | undefined): boolean {
  switch (way) {
    case 'other-zone':
      return direction === 'intra-region (cross-AZ)';
    case 'other-region':
      return direction === 'inter-region';
    default:
      if (country === 'CN' && direction === 'internet to china') return true;
      if (country === 'AU' && direction === 'internet to australia') return true;
      if (country === 'CN' || country === 'AU') return direction === 'internet';
      return direction === 'internet' || direction.startsWith('internet to worldwide');
  }
}
