import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PlaceData } from '../../server/src/catalog/data-schema.ts';
import { capacities } from '../../server/src/catalog/offer-terms.ts';
import { ANY_REGION } from './list-prices.ts';
import type { CapacityName, OfferBook } from './offer-book.ts';
import { readTable, type Row } from './read-table.ts';
import type { ImportReport } from './report.ts';
import { isoDate } from './tables.ts';

/** Where a provider is added by one file: `NAME.csv`, columns as in docs/catalogue.md. */
export const PROVIDER_FILES = fileURLToPath(new URL('providers', import.meta.url));

/** The rows of every provider file, in the order of their names. */
export function readProviderFiles(folder = PROVIDER_FILES): readonly Row[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.csv')) : [];
  return names.sort().flatMap((name) => readTable(folder, name));
}

/** Adds machines and prices. What has no id, no source or no date is dropped and listed. */
export function importProviderFiles(
  rows: readonly Row[],
  ids: ReadonlySet<string>,
  book: OfferBook,
  report: ImportReport,
): void {
  for (const row of rows) {
    const [provider, instance, region, accelerator] = ['provider', 'instance', 'region', 'accelerator'].map((column) =>
      row.text(column),
    ) as [string, string, string, string];
    const label = `${provider} ${instance} ${region}`;
    const capacity = capacities.find((name): name is CapacityName => name === row.text('capacity'));
    const reason = reasonToDrop(row, ids, capacity);
    if (reason !== undefined || capacity === undefined) {
      report.drop(reason ?? 'unknown capacity type', row, label);
      continue;
    }
    const machine = book.machine({
      provider,
      instance,
      accelerator,
      count: row.number('count') ?? 0,
      vcpus: row.number('vcpus'),
      hostGib: row.number('host_memory_gib'),
      perAccelerator: false,
    });
    book.add({
      machine,
      region: region === '' ? ANY_REGION : region,
      capacity,
      usdPerHour: row.number('usd_per_hour'),
      source: row.text('source'),
      statedDate: row.text('as_of'),
    });
  }
}

function reasonToDrop(row: Row, ids: ReadonlySet<string>, capacity: string | undefined): string | undefined {
  const accelerator = row.text('accelerator');
  if (row.text('provider') === '' || row.text('instance') === '') return 'no provider or no machine is named';
  if (!ids.has(accelerator)) return `"${accelerator}" is no accelerator id`;
  if (capacity === undefined) return `"${row.text('capacity')}" is no capacity type: ${capacities.join(', ')}`;
  if (row.text('source') === '' || isoDate(row.text('as_of')) === '') return 'a price without source and date';
  return undefined;
}

/** The regions that the files place, each once. */
export function placesOf(rows: readonly Row[]): readonly (Omit<PlaceData['regions'][number], 'source'> & {
  readonly stated: readonly [source: string, asOf: string];
})[] {
  const places = new Map<string, ReturnType<typeof placesOf>[number]>();
  for (const row of rows) {
    const key = `${row.text('provider')} ${row.text('region')}`;
    if (row.text('country') === '' || places.has(key)) continue;
    places.set(key, {
      provider: row.text('provider'),
      id: row.text('region'),
      name: row.text('region'),
      country: row.text('country'),
      geography: row.text('geography') as PlaceData['regions'][number]['geography'],
      stated: [row.text('source'), isoDate(row.text('as_of'))],
    });
  }
  return [...places.values()];
}
