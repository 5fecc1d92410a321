import { matchAccelerator } from './accelerator-aliases.ts';
import type { CatalogData, ChipData, ModelData, PlaceData } from './data-schema.ts';
import { quoteEgress } from './egress-price.ts';
import { createFactIndex, once } from './fact-index.ts';
import { quoteStorage } from './storage-price.ts';
import { summariseTables } from './table-summary.ts';
import { createTpuMachines, type TpuMachines } from './tpu-machines.ts';
import { ANY_REGION, createOfferIndex, type OfferIndex } from './offer-index.ts';
import type { Accelerator, Catalog, KnownModel, Machine, Offer, OfferQuery, Provider, Region } from './types.ts';

const EARTH_RADIUS_KM = 6371;
const NO_OFFERS: readonly Offer[] = [];

/** Builds the catalogue over its data files. Machines are indexed at once, offers and facts when they are first asked for. */
export function loadCatalog(data: CatalogData): Catalog {
  const accelerators = new Map(data.chips.chips.map((chip) => [chip.id, readAccelerator(chip)]));
  const index = createOfferIndex(data.prices);
  const tpuMachines = createTpuMachines(data.facts.slices, index);
  const facts = createFactIndex(data.facts);
  const tables = once(() => summariseTables(data));
  const providers = once(() => readProviders(data.places, data.prices.providers, new Set(data.prices.marketplaces)));
  const models = once(
    () => new Map(data.models.models.map((model) => [model.id, readModel(model, data.models.sources)])),
  );
  const modelNames = once(() => indexModelNames(models()));
  const providersOf = createProvidersOf(index, accelerators);
  const knows = (provider: string, region: string): boolean => {
    const regions = providers().get(provider)?.regions;
    return regions === undefined || regions.size === 0 || regions.has(region);
  };
  const family = (acceleratorId: string): string => accelerators.get(acceleratorId)?.family ?? '';
  return {
    asOf: data.meta.asOf,
    digest: data.meta.digest,
    accelerators,
    get tables() {
      return tables();
    },
    get providers() {
      return providers();
    },
    get models() {
      return models();
    },
    get edgeDevices() {
      return facts.edgeDevices();
    },
    get pytorchOnTpuEvidence() {
      return facts.pytorchOnTpu();
    },
    get services() {
      return facts.services();
    },
    get serviceMarkups() {
      return facts.serviceMarkups();
    },
    get retirements() {
      return facts.retirements();
    },
    get networks() {
      return facts.networks();
    },
    get storageThroughput() {
      return facts.storageThroughput();
    },
    get awsSpotTrend() {
      return facts.awsSpotTrend();
    },
    resolveAccelerator: (name, provider) =>
      matchAccelerator(
        name,
        (id) => accelerators.has(id),
        provider === undefined ? undefined : (id) => providersOf(id).includes(provider),
      ),
    resolveModel: (name) => modelNames().get(name.trim().toLowerCase()),
    machine: (provider, instance) =>
      machinesNamed(index, tpuMachines, instance).find((found) => found.provider === provider),
    machinesNamed: (instance) => machinesNamed(index, tpuMachines, instance),
    machinesOf: (provider) => index.of(provider),
    offers: createOffers((query) => findOffers(index, tpuMachines, query, knows)),
    providersOf,
    regionsOf: createRegionsOf(index),
    region: (provider, region) => providers().get(provider)?.regions.get(region),
    ownPrice: () => undefined,
    framework: (framework, acceleratorId) => facts.framework(framework, family(acceleratorId)),
    engine: (engine, acceleratorId) => facts.engine(engine, family(acceleratorId)),
    sliceSizes: (acceleratorId) => {
      const sizes = facts.slices(acceleratorId)?.shapes.map((shape) => shape.chips);
      return sizes === undefined ? undefined : [...new Set(sizes)].sort((a, b) => a - b);
    },
    slices: (acceleratorId) => facts.slices(acceleratorId),
    spotFacts: (provider) => facts.spot(provider),
    interruptionBand: (provider, instance, region) => index.interruption(provider, instance, region),
    compliance: (provider) => facts.compliance(provider),
    egress: (provider, region) => facts.egress(provider, region),
    egressPrice: (route) => {
      const { from, to } = route;
      const country =
        typeof to === 'string' ? undefined : providers().get(to.provider)?.regions.get(to.region)?.country;
      return quoteEgress(route, facts.egress(from.provider, from.region), country);
    },
    storagePrices: (provider, region) => facts.storage(provider, region),
    storagePrice: (query) => quoteStorage(query, facts.storageOf(query.provider)),
    storageSpeeds: (provider) => facts.storageSpeeds().filter((speed) => speed.provider === provider),
    distanceKm,
  };
}

function readAccelerator(chip: ChipData): Accelerator {
  const { priceNote, availability, note, ...rest } = chip;
  const notes = [note, priceNote === undefined ? undefined : `List price: ${priceNote}.`].filter(
    (part) => part !== undefined,
  );
  return { ...rest, availability: availability ?? '', note: notes.join(' ') } as Accelerator;
}

function readModel(model: ModelData['models'][number], sources: ModelData['sources']): KnownModel {
  const [source, asOf] = sources[model.source] ?? ['', ''];
  return { ...model, note: model.note ?? '', source, asOf } as KnownModel;
}

/** Ids first, then names and aliases, so that no alias hides an id. */
function indexModelNames(models: ReadonlyMap<string, KnownModel>): ReadonlyMap<string, KnownModel> {
  const names = new Map<string, KnownModel>();
  for (const model of models.values()) names.set(model.id.toLowerCase(), model);
  for (const model of models.values()) {
    for (const name of [model.name, ...model.aliases]) {
      const key = name.toLowerCase();
      if (!names.has(key)) names.set(key, model);
    }
  }
  return names;
}

function readProviders(
  places: PlaceData,
  priced: readonly string[],
  marketplaces: ReadonlySet<string>,
): ReadonlyMap<string, Provider> {
  const regions = new Map<string, Map<string, Region>>(priced.map((provider) => [provider, new Map()]));
  for (const row of places.regions) {
    const [source, asOf] = places.sources[row.source] ?? ['', ''];
    const of = regions.get(row.provider) ?? new Map<string, Region>();
    regions.set(row.provider, of);
    of.set(row.id, { ...row, source, asOf } as Region);
  }
  return new Map([...regions].map(([id, own]) => [id, { id, regions: own, marketplace: marketplaces.has(id) }]));
}

function createProvidersOf(
  index: OfferIndex,
  accelerators: ReadonlyMap<string, Accelerator>,
): (accelerator: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (accelerator) => {
    const kept = known.get(accelerator);
    if (kept !== undefined) return kept;
    const found = new Set(index.withAccelerator(accelerator).map((machine) => machine.provider));
    // A chip that its maker's cloud alone offers, and that has no price anywhere, is still there to be had.
    const only = /^cloud only \((AWS|GCP)\b/.exec(accelerators.get(accelerator)?.availability ?? '')?.[1];
    if (only !== undefined) found.add(only.toLowerCase());
    const result = [...found].sort();
    known.set(accelerator, result);
    return result;
  };
}

/** Names that are not in the catalogue are not kept: what is kept stays as small as the catalogue. */
function createRegionsOf(index: OfferIndex): (provider: string, accelerator: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (provider, accelerator) => {
    const key = `${provider}\n${accelerator}`;
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const machines = index.withAccelerator(accelerator).filter((machine) => machine.provider === provider);
    const regions = new Set(machines.flatMap((machine) => index.offersOf(machine).map((offer) => offer.region)));
    const result = [...regions].sort();
    if (result.length > 0) known.set(key, result);
    return result;
  };
}

/** Plans and rules of many workloads ask for the same few. */
const MOST_ANSWERS = 2000;

/** Keeps what was found, up to `MOST_ANSWERS`: a region that somebody types may be any text. */
function createOffers(find: (query: OfferQuery) => readonly Offer[]): (query: OfferQuery) => readonly Offer[] {
  const known = new Map<string, readonly Offer[]>();
  return (query) => {
    const { accelerator, provider, instance, region, capacity } = query;
    const key = [accelerator, provider, instance, region, capacity]
      .map((part) => (part === undefined ? '' : `=${part}`))
      .join('\n');
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const found = find(query);
    if (found.length === 0) return found;
    if (known.size >= MOST_ANSWERS) known.clear();
    known.set(key, found);
    return found;
  };
}

function findOffers(
  index: OfferIndex,
  tpuMachines: TpuMachines,
  query: OfferQuery,
  knows: (provider: string, region: string) => boolean,
): readonly Offer[] {
  const machines = candidates(index, tpuMachines, query);
  if (machines.length === 0) return NO_OFFERS;
  const found: Offer[] = [];
  for (const machine of machines) {
    const offers =
      index.find(machine.provider, machine.instance) === machine
        ? index.offersOf(machine)
        : tpuMachines.offersOf(machine);
    for (const offer of offers) {
      if (query.capacity !== undefined && offer.capacity !== query.capacity) continue;
      if (query.region !== undefined && offer.region !== query.region) {
        if (offer.region !== ANY_REGION || !knows(machine.provider, query.region)) continue;
      }
      found.push(offer);
    }
  }
  return found;
}

/** Machines that match what a query says of the machine, through the narrowest index. */
function candidates(index: OfferIndex, tpuMachines: TpuMachines, query: OfferQuery): readonly Machine[] {
  const from =
    query.instance !== undefined
      ? machinesNamed(index, tpuMachines, query.instance)
      : query.accelerator !== undefined
        ? index.withAccelerator(query.accelerator)
        : query.provider !== undefined
          ? index.of(query.provider)
          : index.machines;
  return from.filter(
    (machine) =>
      (query.provider === undefined || machine.provider === query.provider) &&
      (query.accelerator === undefined || machine.accelerator === query.accelerator),
  );
}

function machinesNamed(index: OfferIndex, tpuMachines: TpuMachines, instance: string): readonly Machine[] {
  const named = index.named(instance);
  if (named.length > 0) return named;
  const tpu = tpuMachines.named(instance);
  return tpu === undefined ? [] : [tpu];
}

/** Haversine on a sphere of 6,371 km. */
function distanceKm(a: Region, b: Region): number | undefined {
  if (a.latitude === undefined || a.longitude === undefined || b.latitude === undefined || b.longitude === undefined) {
    return undefined;
  }
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const latitude = radians(b.latitude - a.latitude);
  const longitude = radians(b.longitude - a.longitude);
  const h =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(longitude / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}
