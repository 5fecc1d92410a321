/** The names that the catalogue knows, by kind. */
import type { Catalog } from '../catalog/types.ts';
import { GEOGRAPHIES } from '../manifest/words.ts';

/** Regions of each provider: those that facts place, and those that offers name. Made once for a catalogue. */
const regionsByProvider = new WeakMap<Catalog, Map<string, ReadonlySet<string>>>();

/** Regions of the provider; empty where the catalogue ties its offers to no region, so that none can be judged. */
export function regionsOfProvider(catalog: Catalog, provider: string): ReadonlySet<string> {
  let known = regionsByProvider.get(catalog);
  if (!known) regionsByProvider.set(catalog, (known = new Map()));
  let regions = known.get(provider);
  if (!regions) {
    const found = new Set(catalog.providers.get(provider)?.regions.keys());
    let anywhere = false;
    for (const { region } of catalog.offers({ provider })) {
      if (region === 'any') anywhere = true;
      else found.add(region);
    }
    // Where facts place no region, and some offers are tied to none, the list is not the whole.
    const isWhole = !anywhere || (catalog.providers.get(provider)?.regions.size ?? 0) > 0;
    regions = isWhole ? found : new Set();
    known.set(provider, regions);
  }
  return regions;
}

/** True for a geography, or a country's two letters. */
export function isGeography(word: string): boolean {
  const folded = word.toLowerCase();
  return (GEOGRAPHIES as readonly string[]).includes(folded) || /^[a-z]{2}$/.test(folded);
}
