import type { PlaceData } from '../../server/src/catalog/data-schema.ts';
import { placesOf } from './provider-files.ts';
import { present, readTable, type Row } from './read-table.ts';
import { createValueTable, isoDate, sourceWithDate } from './tables.ts';

type RegionData = PlaceData['regions'][number];

/** Regions with their place and grid; a local zone that has prices (`us-east-1-atl-2a`) takes its parent's country and geography. */
export function importPlaces(directory: string, priced: ReadonlySet<string>, providerRows: readonly Row[]): PlaceData {
  const sources = createValueTable<[string, string]>();
  const regions = readTable(directory, 'facts/regions.csv').map(
    (row): RegionData =>
      present({
        provider: row.text('provider'),
        id: row.text('region'),
        name: row.text('display_name'),
        country: row.text('country'),
        geography: row.text('geography') as RegionData['geography'],
        latitude: row.number('latitude'),
        longitude: row.number('longitude'),
        gridGramsCo2PerKwh: row.number('grid_gco2e_per_kwh'),
        gridBasis: row.text('grid_basis'),
        gridYear: row.text('grid_year'),
        carbonFreeShare: row.number('carbon_free_share'),
        pue: row.number('pue'),
        pueScope: row.text('pue_scope'),
        note: row.text('note'),
        source: sources.indexOf([sourceWithDate(row.text('source'), row.text('as_of')), isoDate(row.text('as_of'))]),
      }) as RegionData,
  );
  for (const { stated, ...place } of placesOf(providerRows)) {
    const isKnown = regions.some(({ provider, id }) => provider === place.provider && id === place.id);
    if (!isKnown) regions.push({ ...place, source: sources.indexOf([...stated]) });
  }
  const known = new Set(regions.map((region) => `${region.provider} ${region.id}`));
  for (const key of [...priced].sort()) {
    const [provider, id] = key.split(' ');
    if (provider === undefined || id === undefined || known.has(key)) continue;
    const parent = regions.find((region) => region.provider === provider && id.startsWith(`${region.id}-`));
    const zone = /^us-gov-/.test(id)
      ? regions.find((region) => region.provider === provider && region.geography === 'us')
      : undefined;
    if (parent !== undefined) {
      regions.push({
        provider,
        id,
        name: `Local zone of ${parent.name}`,
        country: parent.country,
        geography: parent.geography,
        note: 'place of its parent region, coordinates unknown',
        source: parent.source,
      });
    } else if (zone !== undefined) {
      regions.push({
        provider,
        id,
        name: 'AWS GovCloud (US)',
        country: 'US',
        geography: 'us',
        note: 'place read from the name',
        source: sources.indexOf(['name of the region', '']),
      });
    }
  }
  return { sources: [...sources.values], regions };
}
