/**
 * What must hold of the data, rule by rule. The import refuses to write data that breaks one and names the rows; the tests hold the
 * checked-in data to the same rules.
 */
import type { CatalogData } from '../../server/src/catalog/data-schema.ts';
import {
  chipKey,
  medianOfProviders,
  MEDIAN_DISTANCE,
  usdPerAcceleratorHour,
} from '../../server/src/catalog/suspicions.ts';
import type { Catalog, Machine, Offer } from '../../server/src/catalog/types.ts';

export interface IntegrityInput {
  readonly data: CatalogData;
  /** The catalogue over the data. */
  readonly catalog: Catalog;
  /** ISO date. */
  readonly today: string;
}

export interface IntegrityRule {
  readonly name: string;
  /** What holds, as a sentence for the page. */
  readonly statement: string;
  /** The rows that break it, each in words. */
  broken(input: IntegrityInput): readonly string[];
  /** Of price rules: the offers that break it and are marked as suspect for it, so that nobody is misled. */
  readonly marksWith?: RegExp;
}

/** Brings every broken row to light; empty for sound data. */
export function findBroken(input: IntegrityInput): readonly string[] {
  return integrityRules.flatMap((rule) => rule.broken(input).map((row) => `${rule.name}: ${row}`));
}

const label = ({ machine, region, capacity, usdPerHour }: Offer): string =>
  `${machine.provider} ${machine.instance} ${region} ${capacity}${usdPerHour === undefined ? '' : ` $${String(usdPerHour)}`}`;
const offersThat = ({ catalog }: IntegrityInput, isBroken: (offer: Offer) => boolean): readonly string[] =>
  catalog.offers({}).filter(isBroken).map(label);
const machinesThat = ({ catalog }: IntegrityInput, isBroken: (machine: Machine) => boolean): readonly string[] =>
  [...catalog.providers.keys()]
    .flatMap((provider) => catalog.machinesOf(provider))
    .filter(isBroken)
    .map((machine) => `${machine.provider} ${machine.instance} (${String(machine.count)} × ${machine.accelerator})`);
const isTrusted = (offer: Offer): offer is Offer & { readonly usdPerHour: number } =>
  offer.usdPerHour !== undefined && offer.suspect === undefined;

export const integrityRules: readonly IntegrityRule[] = [
  {
    name: 'unique ids',
    statement:
      'Every accelerator, model, region and machine stands once, and every machine has one price a region and capacity.',
    broken: ({ data, catalog }) => [
      ...repeated(data.chips.chips.map(({ id }) => id)),
      ...repeated(data.models.models.map(({ id }) => id)),
      ...repeated(data.places.regions.map(({ provider, id }) => `${provider} ${id}`)),
      ...repeated(data.prices.machines.instance.map((name, index) => `${providerOf(data, index)} ${name}`)),
      ...repeated(
        catalog
          .offers({})
          .map(({ machine, region, capacity }) => [machine.provider, machine.instance, region, capacity].join(' ')),
      ),
    ],
  },
  {
    name: 'known ids',
    statement: 'Every offer has an accelerator of the language, a provider and a source.',
    broken: (input) =>
      offersThat(
        input,
        ({ machine, source }) =>
          !input.catalog.accelerators.has(machine.accelerator) ||
          !input.catalog.providers.has(machine.provider) ||
          source === '',
      ),
  },
  {
    name: 'known places',
    statement: 'Every region with a price is placed in a country and a geography.',
    broken: (input) =>
      offersThat(
        input,
        ({ machine, region }) => region !== 'any' && input.catalog.region(machine.provider, region) === undefined,
      ),
  },
  {
    name: 'unknown memory',
    statement:
      'An accelerator without a specification has no memory, no peak and no bandwidth, rather than guessed ones.',
    broken: ({ data }) =>
      data.chips.chips
        .filter(({ note, memoryBytes, memoryBandwidthBytesPerSecond, peakFlops }) => {
          const has = memoryBytes !== undefined || memoryBandwidthBytesPerSecond !== undefined;
          return note === 'No specification in the sources.' && (has || Object.keys(peakFlops).length > 0);
        })
        .map(({ id }) => id),
  },
  {
    name: 'no free machine',
    statement: 'No price is $0.',
    marksWith: /\$0$/,
    broken: (input) => offersThat(input, (offer) => isTrusted(offer) && offer.usdPerHour <= 0),
  },
  {
    name: 'spot below on-demand',
    statement: 'Spot is no dearer than on demand, of the same machine in the same region.',
    marksWith: /^spot .* over on-demand/,
    broken: (input) => overOnDemand(input, (capacity) => capacity === 'spot'),
  },
  {
    name: 'commitments below on-demand',
    statement: 'A reservation or a capacity block is no dearer than on demand, of the same machine in the same region.',
    marksWith: /^(reserved|capacity-block).* over on-demand/,
    broken: (input) => overOnDemand(input, (capacity) => capacity !== 'spot'),
  },
  {
    name: 'near the median',
    statement: `A price of one accelerator is within ${String(MEDIAN_DISTANCE)} times of the median of the providers' medians for that chip and capacity, where three providers or more have one.`,
    marksWith: /providers' median/,
    broken: (input) => {
      const { catalog } = input;
      const comparable = ({ machine }: Offer): boolean =>
        machine.retiredOn === undefined && catalog.providers.get(machine.provider)?.marketplace !== true;
      const medians = medianOfProviders(catalog.offers({}).filter(comparable));
      return offersThat(input, (offer) => {
        const middle = medians.get(chipKey(offer));
        const price = usdPerAcceleratorHour(offer);
        if (middle === undefined || price === undefined || !isTrusted(offer)) return false;
        return price > middle * MEDIAN_DISTANCE || price < middle / MEDIAN_DISTANCE;
      });
    },
  },
  {
    name: 'form factor',
    statement:
      'A PCIe card is not priced as an SXM module, nor the reverse: a name that states the form agrees with the accelerator.',
    broken: (input) => machinesThat(input, (machine) => isOtherForm(machine, input.catalog)),
  },
  {
    name: 'stated memory',
    statement: 'The memory that the name of an offer states is that of its accelerator, within a quarter.',
    marksWith: /^the offer states/,
    broken: (input) =>
      offersThat(input, (offer) => {
        const stated = Number(/^1x .*\b(\d+)GB\b(?!.*\b\d+GB\b)/.exec(offer.machine.instance)?.[1]);
        const memory = (input.catalog.accelerators.get(offer.machine.accelerator)?.memoryBytes ?? NaN) / 2 ** 30;
        return isTrusted(offer) && (stated < memory * 0.8 || stated > memory * 1.25);
      }),
  },
  {
    name: 'chip or machine',
    statement:
      'A price of one accelerator is not read as that of a machine: eight cost more than one, and only single ones are priced one by one.',
    broken: (input) => [
      ...machinesThat(input, ({ perAccelerator, count }) => perAccelerator && count !== 1),
      ...eightForOne(input.catalog),
    ],
  },
  {
    name: 'stated count',
    statement:
      'The number of accelerators is a fraction of one or whole, no more than the fast link joins, and the one that the name of the machine states.',
    broken: (input) => machinesThat(input, (machine) => isOtherCount(machine, input.catalog)),
  },
  {
    name: 'dates',
    statement: 'Every date can be read, and none is in the future.',
    broken: ({ data, catalog, today }) => [
      ...catalog
        .offers({})
        .filter(({ asOf }) => !isDate(asOf, today))
        .map((offer) => `${label(offer)} of "${offer.asOf}"`),
      ...[data.places.sources, data.models.sources, data.facts.sources]
        .flat()
        .filter(([, asOf]) => asOf !== '' && !isDate(asOf, today))
        .map(([source, asOf]) => `${source} of "${asOf}"`),
    ],
  },
  {
    name: 'marked estimates',
    statement: 'What was scaled, summed or computed is marked as an estimate, and what is second-hand as that.',
    broken: (input) =>
      offersThat(
        input,
        ({ source, basis }) =>
          (/scaled|savings\)|summed|GPU part/.test(source) && basis !== 'estimate') ||
          (/^secondary note/.test(source) && basis !== 'secondary'),
      ),
  },
  {
    name: 'latent attention',
    statement:
      'A model with latent attention has its own head size and rotary part: its cache does not follow from hidden size and heads.',
    broken: ({ catalog }) =>
      [...catalog.models.values()]
        .filter(
          ({ kvLoraRank, headDim, hiddenSize = NaN, heads = NaN, qkRopeHeadDim }) =>
            kvLoraRank !== undefined && (qkRopeHeadDim === undefined || headDim === hiddenSize / heads),
        )
        .map(({ id }) => id),
  },
  {
    name: 'known software',
    statement:
      'Every accelerator has a family that the framework table knows, and every service offers accelerators of the language.',
    broken: ({ catalog }) => [
      ...[...catalog.accelerators.keys()].filter((id) => catalog.framework('pytorch', id) === undefined),
      ...catalog.services.flatMap(({ service, accelerators }) =>
        accelerators.filter((id) => !catalog.accelerators.has(id)).map((id) => `${service} ${id}`),
      ),
    ],
  },
];

function repeated(keys: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.size === seen.add(key).size);
}

function providerOf({ prices }: CatalogData, machine: number): string {
  return prices.providers[prices.machines.provider[machine] ?? -1] ?? '';
}

function overOnDemand(input: IntegrityInput, isMeant: (capacity: Offer['capacity']) => boolean): readonly string[] {
  const key = ({ machine, region }: Offer): string => `${machine.provider}\n${machine.instance}\n${region}`;
  const onDemand = new Map(
    input.catalog.offers({ capacity: 'on-demand' }).map((offer) => [key(offer), offer.usdPerHour ?? Infinity]),
  );
  return offersThat(
    input,
    (offer) =>
      offer.capacity !== 'on-demand' &&
      isMeant(offer.capacity) &&
      isTrusted(offer) &&
      offer.usdPerHour > (onDemand.get(key(offer)) ?? Infinity),
  );
}

function isOtherForm({ instance, accelerator }: Machine, catalog: Catalog): boolean {
  const cardIdOf = `${accelerator.replace(/-sxm$/, '')}-pcie`;
  const hasForms = catalog.accelerators.has(cardIdOf) || /-(pcie|nvl)$/.test(accelerator);
  if (/\bSXM\d?\b|sxm\d/i.test(instance)) return /-(pcie|nvl)$/.test(accelerator);
  return /\bPCIe\b|_pcie/i.test(instance) && hasForms && !accelerator.endsWith('-pcie');
}

/** The count that a name states: `8x H100`, `gpu_8x_h100`, `…_8gpu-128vcpu`, `a3-highgpu-8g`, `…SXM5x8`. */
function statedCount(instance: string): number | undefined {
  const stated =
    /^(\d+)x /.exec(instance) ??
    /^gpu_(\d+)x_/.exec(instance) ??
    /_(\d+)gpu-/.exec(instance) ??
    /^a[234]x?-\w+gpu-(\d+)g/.exec(instance) ??
    /x(\d+)$/.exec(instance);
  return stated?.[1] === undefined ? undefined : Number(stated[1]);
}

function isOtherCount(machine: Machine, catalog: Catalog): boolean {
  const { accelerator, count, instance } = machine;
  if ((accelerator === 'cpu') !== (count === 0)) return true;
  if (accelerator === 'cpu') return false;
  if (count > 1 && !Number.isInteger(count)) return true;
  const reach = catalog.accelerators.get(accelerator)?.fastDomain;
  if (reach !== undefined && reach >= 8 && count > reach) return true;
  const stated = statedCount(instance);
  return stated !== undefined && stated !== count;
}

/** Eight accelerators for the price of one: a price of one chip was read as a machine's. */
function eightForOne(catalog: Catalog): readonly string[] {
  const cheapest = new Map<string, number>();
  const keyOf = ({ machine, region, capacity }: Offer, count: number): string =>
    [machine.provider, machine.accelerator, region, capacity, count].join(' ');
  const offers = catalog.offers({}).filter(isTrusted);
  for (const offer of offers) {
    const key = keyOf(offer, offer.machine.count);
    cheapest.set(key, Math.min(cheapest.get(key) ?? Infinity, offer.usdPerHour));
  }
  return offers
    .filter((offer) => offer.machine.count === 8 && offer.usdPerHour <= (cheapest.get(keyOf(offer, 1)) ?? 0))
    .map(label);
}

/** A whole date, a month or a year that has begun. */
function isDate(asOf: string, today: string): boolean {
  return /^\d{4}(-\d{2}(-\d{2})?)?$/.test(asOf) && !Number.isNaN(Date.parse(asOf)) && asOf <= today;
}
