/** The names that the catalogue knows, by kind, and those nearest to a name that it does not. */
import { distance } from 'fastest-levenshtein';
import type { Catalog } from '../catalog/types.ts';
import { GEOGRAPHIES } from '../manifest/words.ts';
import { compareText } from '../planner/offers.ts';
import { MOST_NAME_DISTANCE } from './thresholds.ts';

const LONGEST_COMPARED = 80;
const MOST_PROPOSED = 3;

/** The known names nearest to a mistyped one, best first; empty when none is near. */
export function nearestNames(written: string, known: Iterable<string>): readonly string[] {
  if (written.length > LONGEST_COMPARED) return [];
  const folded = fold(written);
  const limit = Math.min(MOST_NAME_DISTANCE, Math.max(1, Math.floor(folded.length / 3)));
  const near: { readonly name: string; readonly letters: number }[] = [];
  for (const name of known) {
    if (Math.abs(name.length - written.length) > limit + 4) continue;
    const letters = distance(folded, fold(name));
    if (letters <= limit) near.push({ name, letters });
  }
  return near
    .sort((a, b) => a.letters - b.letters || compareText(a.name, b.name))
    .slice(0, MOST_PROPOSED)
    .map(({ name }) => name);
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[\s_.]+/g, '-');
}

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
