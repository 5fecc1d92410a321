import { createHash } from 'node:crypto';
import { dataSchemas } from '../../server/src/catalog/data-schema.ts';
import { importChips } from './chips.ts';
import { importFacts } from './facts.ts';
import { importModels } from './models.ts';
import { importPlaces } from './places.ts';
import { importPrices } from './prices.ts';
import { createReport } from './report.ts';
import { writeReport } from './write-report.ts';

export interface ImportedCatalog {
  /** File name without `.json` → its text. */
  readonly files: ReadonlyMap<string, string>;
  /** The page on what was imported and what was dropped. */
  readonly report: string;
}

/** Reads the source tables and returns the data files and the report. The same tables give the same bytes. */
export function buildCatalog(directory: string): ImportedCatalog {
  const report = createReport();
  const chips = importChips(directory);
  const prices = importPrices(directory, chips, report);
  const priced = new Set(
    prices.offers.map((offer) => `${offer.machine.provider} ${offer.region}`).filter((key) => !key.endsWith(' any')),
  );
  const parts = {
    chips: { chips: chips.chips },
    prices: prices.data,
    places: importPlaces(directory, priced),
    models: importModels(directory),
    facts: importFacts(directory),
  };
  const texts = Object.entries(parts).map(([name, part]) => {
    const checked = dataSchemas[name as keyof typeof parts].safeParse(part);
    if (!checked.success) throw new Error(`${name}: ${checked.error.message}`);
    return [name, `${JSON.stringify(part)}\n`] as const;
  });
  const digest = createHash('sha256');
  for (const [, text] of texts) digest.update(text);
  const meta = dataSchemas.meta.parse({ digest: digest.digest('hex').slice(0, 16), asOf: prices.data.asOf });
  return {
    files: new Map([...texts, ['meta', `${JSON.stringify(meta)}\n`]]),
    report: writeReport(chips, prices, parts.places, parts.models, parts.facts, report),
  };
}
