import { createHash } from 'node:crypto';
import { dataSchemas, type CatalogData } from '../../server/src/catalog/data-schema.ts';
import { loadCatalog } from '../../server/src/catalog/load.ts';
import { importChips } from './chips.ts';
import { importFacts } from './facts.ts';
import { findBroken } from './integrity.ts';
import { importModels } from './models.ts';
import { importPlaces } from './places.ts';
import { importPrices } from './prices.ts';
import { PROVIDER_FILES, readProviderFiles } from './provider-files.ts';
import { createReport } from './report.ts';
import { writeReport } from './write-report.ts';

export interface ImportedCatalog {
  /** File name without `.json` → its text. */
  readonly files: ReadonlyMap<string, string>;
  /** The page on what was imported and what was dropped. */
  readonly report: string;
}

/** Reads the source tables and returns the data files and the report. The same tables give the same bytes. */
export function buildCatalog(directory: string, providerFiles = PROVIDER_FILES): ImportedCatalog {
  const report = createReport();
  const chips = importChips(directory);
  const providerRows = readProviderFiles(providerFiles);
  const prices = importPrices(directory, chips, providerRows, report);
  const priced = new Set(
    prices.offers.map((offer) => `${offer.machine.provider} ${offer.region}`).filter((key) => !key.endsWith(' any')),
  );
  const parts = {
    chips: { chips: chips.chips },
    prices: prices.data,
    places: importPlaces(directory, priced, providerRows),
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
  holdRules({ ...parts, meta } as CatalogData);
  return {
    files: new Map([...texts, ['meta', `${JSON.stringify(meta)}\n`]]),
    report: writeReport(chips, prices, parts.places, parts.models, parts.facts, report),
  };
}

const MOST_SHOWN = 40;

/** Data that breaks a rule is not written. */
function holdRules(data: CatalogData): void {
  const today = new Date().toISOString().slice(0, 10);
  const broken = findBroken({ data, catalog: loadCatalog(data), today });
  if (broken.length === 0) return;
  const more = broken.length > MOST_SHOWN ? [`and ${String(broken.length - MOST_SHOWN)} more`] : [];
  throw new Error(['The data breaks rules of integrity:', ...broken.slice(0, MOST_SHOWN), ...more].join('\n'));
}
