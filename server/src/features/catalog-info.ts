/** What the catalogue holds, how old it is and where it is from. */
import { spanOfDates, type DateSpan } from '../catalog/age.ts';
import { isUnsourced, licenceOf, originOf } from '../catalog/sources.ts';
import type { Catalog, Offer } from '../catalog/types.ts';

export interface ProviderInfo extends DateSpan {
  readonly provider: string;
  readonly machines: number;
  readonly offers: number;
  readonly unpriced: number;
  readonly estimates: number;
  readonly secondHand: number;
  readonly suspect: number;
  readonly marketplace: boolean;
}

export interface TableInfo extends DateSpan {
  readonly name: string;
  readonly rows: number;
  /** Rows that say of themselves, wholly or in a part, that no source states them. */
  readonly unsourced: number;
}

export interface OriginInfo extends DateSpan {
  /** A repository or a site. */
  readonly origin: string;
  readonly licence: string;
  readonly prices: number;
  readonly facts: number;
}

export interface CatalogInfo {
  readonly asOf: string;
  readonly digest: string;
  readonly prices: Omit<ProviderInfo, 'provider' | 'marketplace'> & { readonly regions: number };
  readonly providers: readonly ProviderInfo[];
  readonly tables: readonly TableInfo[];
  /** The largest first. */
  readonly origins: readonly OriginInfo[];
}

export function catalogInfo(catalog: Catalog): CatalogInfo {
  const offers = catalog.offers({});
  const byProvider = new Map<string, Offer[]>();
  for (const offer of offers) {
    const own = byProvider.get(offer.machine.provider);
    if (own === undefined) byProvider.set(offer.machine.provider, [offer]);
    else own.push(offer);
  }
  return {
    asOf: catalog.asOf,
    digest: catalog.digest,
    prices: {
      ...priceInfo(offers),
      regions: new Set(offers.map(({ machine, region }) => `${machine.provider} ${region}`)).size,
    },
    providers: [...byProvider]
      .map(([provider, own]) => ({
        provider,
        ...priceInfo(own),
        marketplace: catalog.providers.get(provider)?.marketplace ?? false,
      }))
      .sort((a, b) => b.offers - a.offers || (a.provider < b.provider ? -1 : 1)),
    tables: catalog.tables.map(({ name, rows, sources }) => ({
      name,
      rows,
      unsourced: sources.reduce((sum, { source, rows: own }) => sum + (isUnsourced(source) ? own : 0), 0),
      ...spanOfDates(sources.flatMap(({ asOf, rows: own }) => Array.from({ length: own }, () => asOf))),
    })),
    origins: origins(catalog, offers),
  };
}

/** A price knows its date; an offer without a price has none. */
function priceInfo(offers: readonly Offer[]): Omit<ProviderInfo, 'provider' | 'marketplace'> {
  const priced = offers.filter(({ usdPerHour }) => usdPerHour !== undefined);
  const count = (holds: (offer: Offer) => boolean): number => priced.filter(holds).length;
  return {
    machines: new Set(offers.map(({ machine }) => machine)).size,
    offers: offers.length,
    unpriced: offers.length - priced.length,
    estimates: count(({ basis }) => basis === 'estimate'),
    secondHand: count(({ basis }) => basis === 'secondary'),
    suspect: count(({ suspect }) => suspect !== undefined),
    ...spanOfDates(priced.map(({ asOf }) => asOf)),
  };
}

function origins(catalog: Catalog, offers: readonly Offer[]): readonly OriginInfo[] {
  const found = new Map<string, { prices: number; facts: number; dates: string[] }>();
  const add = (kind: 'prices' | 'facts', origin: string, asOf: string, rows: number): void => {
    const own = found.get(origin) ?? { prices: 0, facts: 0, dates: [] };
    found.set(origin, own);
    own[kind] += rows;
    own.dates.push(asOf);
  };
  const books = new Set<string>();
  for (const { source, asOf, usdPerHour, book } of offers) {
    const origin = book ? `price book ${book.file} (${book.layer})` : originOf(source);
    if (book) books.add(origin);
    add(usdPerHour === undefined ? 'facts' : 'prices', origin, asOf, 1);
  }
  for (const { sources } of catalog.tables)
    for (const { source, asOf, rows } of sources) add('facts', originOf(source), asOf, rows);
  return [...found]
    .map(([origin, { prices, facts, dates }]) => ({
      origin,
      licence: books.has(origin) ? 'your own' : licenceOf(origin),
      prices,
      facts,
      ...spanOfDates(dates),
    }))
    .sort((a, b) => b.prices - a.prices || b.facts - a.facts || (a.origin < b.origin ? -1 : 1));
}
