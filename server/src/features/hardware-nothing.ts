/** Why a search for hardware finds nothing: names that do not go together, and the conditions without which there would be something. */
import { listed, nearestNames } from '../catalog/naming.ts';
import type { Catalog } from '../catalog/types.ts';
import { GEOGRAPHIES } from '../manifest/words.ts';
import { covers } from '../planner/policy.ts';
import { findHardware, type HardwareFilter } from './hardware.ts';

const MOST_NAMED = 5;

/** The conditions that can be taken away, by the options that state them. */
const CONDITIONS = {
  accelerators: '--accelerator',
  memoryBytes: '--memory',
  providers: '--provider',
  regions: '--region',
  capacities: '--capacity',
  phase: '--phase',
  maxUsdPerHour: '--price',
} as const satisfies Partial<Record<keyof HardwareFilter, string>>;

/** Sentences for a filter that `findHardware` finds nothing for; none where it is a single condition. */
export function whyNoHardware(catalog: Catalog, filter: HardwareFilter): readonly string[] {
  const strangers = regionsOfOthers(catalog, filter);
  return strangers.length > 0 ? strangers : withoutOne(catalog, filter);
}

/** `gcp has no region us-east-1`: said of every provider that has none of the regions. */
function regionsOfOthers(catalog: Catalog, { providers = [], regions = [] }: HardwareFilter): string[] {
  if (regions.length === 0) return [];
  const said: string[] = [];
  for (const provider of providers) {
    const places = [...(catalog.providers.get(provider)?.regions.values() ?? [])];
    const offered = new Set(catalog.offers({ provider }).map(({ region }) => region));
    const has = (word: string): boolean => offered.has(word) || places.some((place) => covers(word, place));
    if (places.length === 0 || regions.some(has)) continue;
    const names = places.map(({ id }) => id);
    const near = [...new Set(regions.flatMap((word) => nearestNames(word, names)))];
    const proposed = near.length > 0 ? ` Near by name: ${listed(near)}.` : '';
    said.push(`${provider} has no region ${listed(regions.map(placeWords))}.${proposed}`);
  }
  return said.length === providers.length ? said : [];
}

/** `us-east-1`; `in eu` of a geography or a country. */
function placeWords(word: string): string {
  return GEOGRAPHIES.some((geography) => geography === word) || word.length === 2 ? `in ${word}` : word;
}

/** What there would be without one of several conditions. */
function withoutOne(catalog: Catalog, filter: HardwareFilter): string[] {
  const stated = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]).filter((name) => filter[name] !== undefined);
  if (stated.length < 2) return [];
  return stated.flatMap((name) => {
    const { [name]: _, ...rest } = filter;
    const { chips } = findHardware(catalog, rest);
    if (chips.length === 0) return [];
    const ids = chips.slice(0, MOST_NAMED).map(({ accelerator }) => accelerator.id);
    const more = chips.length > ids.length ? ` and ${String(chips.length - ids.length)} more` : '';
    return `Without ${CONDITIONS[name]}: ${ids.join(', ')}${more}.`;
  });
}
