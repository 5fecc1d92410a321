import type { CatalogData } from './data-schema.ts';
import type { Sourced } from './fact-types.ts';

/** One table of the catalogue: what it holds, and for each source how many rows are from there. */
export interface TableSummary {
  readonly name: string;
  readonly rows: number;
  readonly sources: readonly (Sourced & { readonly rows: number })[];
}

/** Every table but the prices, which `offers` tells. */
export function summariseTables({ chips, prices, places, models, facts }: CatalogData): readonly TableSummary[] {
  const indexed = (
    name: string,
    rows: readonly number[],
    sources: readonly (readonly [string, string])[] = facts.sources,
  ): TableSummary =>
    summary(
      name,
      rows.map((index) => {
        const [source, asOf] = sources[index] ?? ['', ''];
        return { source, asOf };
      }),
    );
  const sourceOf = ({ source }: { readonly source: number }): number => source;
  return [
    summary(
      'accelerators',
      chips.chips.map(({ source }) => ({ source, asOf: newestDate(source) })),
    ),
    indexed('regions', places.regions.map(sourceOf), places.sources),
    indexed('models', models.models.map(sourceOf), models.sources),
    indexed('edge devices', facts.edge.map(sourceOf)),
    indexed('frameworks', facts.frameworks.map(sourceOf)),
    indexed('engines', facts.engines.map(sourceOf)),
    indexed('PyTorch on TPUs', facts.pytorchOnTpu.map(sourceOf)),
    indexed('interconnects', facts.networks.map(sourceOf)),
    indexed(
      'TPU slices',
      facts.slices.flatMap(({ shapes, source }) => shapes.map(() => source)),
    ),
    indexed('managed services', facts.services.map(sourceOf)),
    indexed('service prices', facts.serviceMarkups.map(sourceOf)),
    indexed('spot offers', facts.spot.map(sourceOf)),
    summary(
      'interruption bands',
      prices.interruptions.rows.map(() => prices.interruptions),
    ),
    summary(
      'AWS spot levels',
      facts.awsSpotTrend.rows.map(([asOf]) => ({ source: facts.awsSpotTrend.source, asOf })),
    ),
    indexed('retirements', facts.retirements.map(sourceOf)),
    indexed('compliance', facts.compliance.map(sourceOf)),
    indexed(
      'egress prices',
      facts.egress.map((row) => row[5]),
    ),
    indexed(
      'storage prices',
      facts.storage.map((row) => row[4]),
    ),
    indexed('storage limits', facts.storageThroughput.map(sourceOf)),
  ];
}

function summary(name: string, rows: readonly Sourced[]): TableSummary {
  const sources = new Map<string, Sourced & { rows: number }>();
  for (const { source, asOf } of rows) {
    const key = `${source}\n${asOf}`;
    const known = sources.get(key);
    if (known === undefined) sources.set(key, { source, asOf, rows: 1 });
    else known.rows += 1;
  }
  return { name, rows: rows.length, sources: [...sources.values()] };
}

/** Specifications carry their dates in the words of the source. */
function newestDate(source: string): string {
  const dates = source.match(/\b20\d\d-\d\d(?:-\d\d)?\b/g) ?? [];
  return dates.sort().at(-1) ?? '';
}
