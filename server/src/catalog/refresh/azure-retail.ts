/**
 * Azure's retail price service: JSON pages of `Items` with a `NextPageLink`, no key.
 * https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices
 */
import * as z from 'zod';
import { DropCounter } from './dropped.ts';
import { FeedError, jsonOf, type Feed, type FeedAnswer, type SourceRow } from './source.ts';

const HOST = 'prices.azure.com';
const ENDPOINT = `https://${HOST}/api/retail/prices?api-version=2023-01-01-preview&$filter=`;
/** So that the address of a query stays well under 2,000 characters. */
const MACHINES_PER_QUERY = 15;
/** A query of 15 machines has some 3,000 items, 100 or 1,000 a page; more pages than this are a loop. */
const MOST_PAGES = 100;
const HOURS_PER_YEAR = 8760;

const itemSchema = z.object({
  currencyCode: z.string(),
  retailPrice: z.number(),
  tierMinimumUnits: z.number().default(0),
  armRegionName: z.string(),
  armSkuName: z.string(),
  productName: z.string(),
  skuName: z.string(),
  meterName: z.string(),
  type: z.string(),
  unitOfMeasure: z.string(),
  effectiveStartDate: z.string(),
  effectiveEndDate: z.string().nullish(),
  reservationTerm: z.string().nullish(),
});
export type AzureItem = z.infer<typeof itemSchema>;

const pageSchema = z.object({ Items: z.array(z.unknown()), NextPageLink: z.string().nullish() });

export const azureRetail: Feed = {
  id: 'azure-retail',
  provider: 'azure',
  title: "Azure's retail price service",
  hosts: [HOST],
  async read({ catalog, today, get }): Promise<FeedAnswer> {
    const names = catalog.machinesOf('azure').map((machine) => machine.instance);
    const dropped = new DropCounter();
    const items: AzureItem[] = [];
    for (let start = 0; start < names.length; start += MACHINES_PER_QUERY) {
      let url: string | undefined = queryFor(names.slice(start, start + MACHINES_PER_QUERY));
      for (let page = 0; url !== undefined; page += 1) {
        if (page === MOST_PAGES) throw new FeedError(`there are more than ${String(MOST_PAGES)} pages`);
        const document = await get({ url, kind: 'json' });
        if (document === 'unchanged') throw new FeedError('the server answered 304 to a new question');
        const parsed = parsePage(jsonOf(document), dropped);
        items.push(...parsed.items);
        url = parsed.next;
      }
    }
    return { rows: azureRows(items, today, dropped), dropped, source: `${HOST} retail prices`, asOf: today };
  },
};

/** The address that asks for all meters of some machine types, in every region. */
export function queryFor(names: readonly string[]): string {
  const machines = names.map((name) => `armSkuName eq '${name.replaceAll("'", "''")}'`).join(' or ');
  return ENDPOINT + encodeURIComponent(`serviceName eq 'Virtual Machines' and (${machines})`);
}

/** One page. An item that is not of the documented form is dropped; a page that is none throws. */
export function parsePage(
  page: unknown,
  dropped: DropCounter,
): { readonly items: readonly AzureItem[]; readonly next: string | undefined } {
  const { success, data } = pageSchema.safeParse(page);
  if (!success) throw new FeedError('the answer has no "Items": its format changed');
  const items: AzureItem[] = [];
  for (const entry of data.Items) {
    const item = itemSchema.safeParse(entry);
    if (item.success) items.push(item.data);
    else dropped.add('not of the documented form', JSON.stringify(entry) ?? '');
  }
  return { items, next: data.NextPageLink ?? undefined };
}

/**
 * Prices in force on the day, Linux, without licence. A reservation is priced for its whole term and becomes dollars per hour.
 * Two different prices in force at once for the same offer say nothing: both are dropped.
 */
export function azureRows(items: readonly AzureItem[], today: string, dropped: DropCounter): readonly SourceRow[] {
  const rows = new Map<string, SourceRow>();
  const ambiguous = new Set<string>();
  for (const item of items) {
    const label = `${item.armSkuName} ${item.armRegionName} ${item.meterName}`;
    const reason = reasonToLeave(item, today);
    if (reason !== undefined) {
      dropped.add(reason, label);
      continue;
    }
    const terms = termsOf(item);
    if (terms === undefined) {
      dropped.add('a kind of price that the catalogue does not keep', `${label} ${item.type}`);
      continue;
    }
    const row: SourceRow = { instance: item.armSkuName, region: item.armRegionName.toLowerCase(), ...terms };
    const key = `${row.instance}\n${row.region}\n${row.capacity}`;
    const known = rows.get(key);
    if (known !== undefined && known.usdPerHour !== row.usdPerHour) ambiguous.add(key);
    else rows.set(key, row);
  }
  for (const key of ambiguous) {
    rows.delete(key);
    dropped.add('two prices in force at once', key.replaceAll('\n', ' '));
  }
  return [...rows.values()];
}

function reasonToLeave(item: AzureItem, today: string): string | undefined {
  if (item.currencyCode !== 'USD') return 'not in US dollars';
  if (/\bWin(dows)?\b/.test(item.productName)) return 'with a Windows licence';
  if (/Cloud ?Services/.test(item.productName)) return 'Cloud Services, not virtual machines';
  if (/Low Priority/.test(item.skuName) || /Low Priority/.test(item.meterName)) return 'the retired low-priority meter';
  if (item.tierMinimumUnits > 0) return 'a price for large amounts only';
  if (item.unitOfMeasure !== '1 Hour') return 'not by the hour';
  if (item.effectiveStartDate.slice(0, 10) > today) return 'not yet in force';
  if (item.effectiveEndDate && item.effectiveEndDate.slice(0, 10) < today) return 'no longer in force';
  return undefined;
}

function termsOf(item: AzureItem): Pick<SourceRow, 'capacity' | 'usdPerHour' | 'terms'> | undefined {
  if (item.type === 'Reservation') {
    const years = item.reservationTerm === '1 Year' ? 1 : item.reservationTerm === '3 Years' ? 3 : undefined;
    if (years === undefined) return undefined;
    const usdPerHour = item.retailPrice / (years * HOURS_PER_YEAR);
    return { capacity: years === 1 ? 'reserved-1y' : 'reserved-3y', usdPerHour, terms: 'reservation' };
  }
  if (item.type !== 'Consumption') return undefined;
  return { capacity: item.skuName.endsWith(' Spot') ? 'spot' : 'on-demand', usdPerHour: item.retailPrice };
}
