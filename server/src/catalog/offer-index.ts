import type { PriceData } from './data-schema.ts';
import { capacities } from './offer-terms.ts';
import type { InterruptionBand, Machine, Offer } from './types.ts';

/** Where an offer is tied to no region. */
export const ANY_REGION = 'any';

const GIB = 2 ** 30;
const BYTES_PER_GIGABIT = 1e9 / 8;

/** Machines and their offers; an offer becomes an object when its machine is first asked for. */
export interface OfferIndex {
  readonly machines: readonly Machine[];
  find(provider: string, instance: string): Machine | undefined;
  named(instance: string): readonly Machine[];
  of(provider: string): readonly Machine[];
  withAccelerator(accelerator: string): readonly Machine[];
  offersOf(machine: Machine): readonly Offer[];
  interruption(provider: string, instance: string, region: string): InterruptionBand | undefined;
}

export function createOfferIndex(data: PriceData): OfferIndex {
  const machines = readMachines(data);
  const starts = runningSums(data.offers.perMachine);
  const indexOf = new Map<Machine, number>();
  const byName = new Map<string, Machine[]>();
  const byProvider = new Map<string, Machine[]>();
  const byAccelerator = new Map<string, Machine[]>();
  machines.forEach((machine, index) => {
    indexOf.set(machine, index);
    push(byName, machine.instance, machine);
    push(byProvider, machine.provider, machine);
    push(byAccelerator, machine.accelerator, machine);
  });
  const suspicions = new Map(data.offers.suspect);
  const made = new Map<number, readonly Offer[]>();
  let interruptions: ReadonlyMap<string, InterruptionBand> | undefined;
  return {
    machines,
    find: (provider, instance) => byName.get(instance)?.find((machine) => machine.provider === provider),
    named: (instance) => byName.get(instance) ?? [],
    of: (provider) => byProvider.get(provider) ?? [],
    withAccelerator: (accelerator) => byAccelerator.get(accelerator) ?? [],
    offersOf: (machine) => {
      const index = indexOf.get(machine);
      if (index === undefined) return [];
      const known = made.get(index);
      if (known !== undefined) return known;
      const offers = readOffers(data, machine, starts[index] ?? 0, data.offers.perMachine[index] ?? 0, suspicions);
      made.set(index, offers);
      return offers;
    },
    interruption: (provider, instance, region) => {
      interruptions ??= readInterruptions(data, machines);
      return interruptions.get(`${provider}\n${instance}\n${region}`);
    },
  };
}

function readMachines(data: PriceData): readonly Machine[] {
  const columns = data.machines;
  const perAccelerator = new Set(columns.perAccelerator);
  const retired = new Map(columns.retired);
  return columns.instance.map((instance, index): Machine => {
    const vcpus = columns.vcpus[index] ?? -1;
    const hostGib = columns.hostGib[index] ?? -1;
    const network = data.networks[columns.network[index] ?? -1];
    const gbps = columns.networkGbpsPerAccelerator[index] ?? -1;
    const retiredOn = retired.get(index);
    return {
      provider: data.providers[columns.provider[index] ?? -1] ?? '',
      instance,
      accelerator: data.accelerators[columns.accelerator[index] ?? -1] ?? '',
      count: columns.count[index] ?? 0,
      ...(vcpus > 0 ? { vcpus } : {}),
      ...(hostGib > 0 ? { hostMemoryBytes: hostGib * GIB } : {}),
      ...(network === undefined ? {} : { network }),
      ...(gbps > 0 ? { networkBytesPerSecondPerAccelerator: gbps * BYTES_PER_GIGABIT } : {}),
      perAccelerator: perAccelerator.has(index),
      ...(retiredOn === undefined ? {} : { retiredOn }),
    };
  });
}

function readOffers(
  data: PriceData,
  machine: Machine,
  start: number,
  length: number,
  suspicions: ReadonlyMap<number, number>,
): readonly Offer[] {
  const offers: Offer[] = [];
  const { usdPerHour, source: sources, region: regions, capacity: capacityOf } = data.offers;
  // Some ten thousand are made: member by member, since copying by rest takes several times as long.
  for (let row = start; row < start + length; row++) {
    const price = usdPerHour[row] ?? -1;
    const [source, asOf, basis, terms] = data.sources[sources[row] ?? -1] ?? NO_SOURCE;
    const suspect = data.suspicions[suspicions.get(row) ?? -1];
    const region = data.regions[regions[row] ?? -1] ?? '';
    const capacity = capacities[capacityOf[row] ?? 0] ?? 'on-demand';
    const offer: { -readonly [Member in keyof Offer]: Offer[Member] } =
      price < 0
        ? { machine, region, capacity, basis, source, asOf }
        : { machine, region, capacity, usdPerHour: price, basis, source, asOf };
    if (suspect !== undefined) offer.suspect = suspect;
    if (terms !== '') offer.terms = terms;
    offers.push(offer);
  }
  return offers;
}

const NO_SOURCE = ['', '', 'list', ''] as const;

function readInterruptions(data: PriceData, machines: readonly Machine[]): ReadonlyMap<string, InterruptionBand> {
  const { source, asOf, bands, rows } = data.interruptions;
  return new Map(
    rows.map(([machineIndex, region, savingsPercent, band]) => {
      const machine = machines[machineIndex];
      const key = `${machine?.provider ?? ''}\n${machine?.instance ?? ''}\n${data.regions[region] ?? ''}`;
      return [key, { band: bands[band] ?? '', savings: savingsPercent / 100, source, asOf }] as const;
    }),
  );
}

function runningSums(lengths: readonly number[]): readonly number[] {
  let sum = 0;
  return lengths.map((length) => {
    const start = sum;
    sum += length;
    return start;
  });
}

function push<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}
