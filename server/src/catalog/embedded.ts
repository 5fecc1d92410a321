import type { CatalogData } from './data-schema.ts';
import chips from './data/chips.json' with { type: 'json' };
import facts from './data/facts.json' with { type: 'json' };
import meta from './data/meta.json' with { type: 'json' };
import models from './data/models.json' with { type: 'json' };
import places from './data/places.json' with { type: 'json' };
import prices from './data/prices.json' with { type: 'json' };
import { loadCatalog } from './load.ts';
import type { Catalog } from './types.ts';

let catalog: Catalog | undefined;

/**
 * The catalogue that the product carries. Nothing is parsed before the first call. The bundle holds the data files as text;
 * run from the sources they are objects.
 */
export function embeddedCatalog(): Catalog {
  catalog ??= loadCatalog(embeddedData());
  return catalog;
}

/** The data files as they are checked in, parsed. */
export function embeddedData(): CatalogData {
  return {
    meta: parsed(meta),
    chips: parsed(chips),
    prices: parsed(prices),
    places: parsed(places),
    models: parsed(models),
    facts: parsed(facts),
  };
}

/** The import checked the file against its schema, so its shape is taken as given. */
function parsed<T>(file: unknown): T {
  return (typeof file === 'string' ? JSON.parse(file) : file) as T;
}
