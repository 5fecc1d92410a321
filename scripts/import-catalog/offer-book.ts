import type { bases, capacities } from '../../server/src/catalog/offer-terms.ts';
import { tidy } from './read-table.ts';
import { isoDate, sourceWithDate } from './tables.ts';

export type CapacityName = (typeof capacities)[number];
export type Basis = (typeof bases)[number];

export interface ImportedMachine {
  readonly provider: string;
  readonly instance: string;
  readonly accelerator: string;
  readonly count: number;
  readonly vcpus?: number | undefined;
  readonly hostGib?: number | undefined;
  readonly perAccelerator: boolean;
}

export interface ImportedOffer {
  readonly machine: ImportedMachine;
  readonly region: string;
  readonly capacity: CapacityName;
  readonly usdPerHour?: number | undefined;
  readonly source: string;
  readonly asOf: string;
  readonly basis: Basis;
  readonly terms: string;
  readonly suspect?: string;
}

export interface OfferInput {
  readonly machine: ImportedMachine;
  readonly region: string;
  readonly capacity: CapacityName;
  readonly usdPerHour: number | undefined;
  readonly source: string;
  readonly statedDate: string;
  readonly basis?: Basis;
  readonly terms?: string;
}

/** Collects machines and offers; of several offers for one machine, region and capacity the most trusted stays. */
export interface OfferBook {
  machine(machine: ImportedMachine): ImportedMachine;
  find(provider: string, instance: string): ImportedMachine | undefined;
  add(offer: OfferInput): void;
  offer(provider: string, instance: string, region: string, capacity: CapacityName): ImportedOffer | undefined;
  machines(): readonly ImportedMachine[];
  offers(): readonly ImportedOffer[];
  /** Offers that lost to a better one, counted by source of the loser. */
  readonly superseded: ReadonlyMap<string, number>;
}

const machineKey = (provider: string, instance: string): string => `${provider}\n${instance}`;

export function createOfferBook(): OfferBook {
  const machines = new Map<string, ImportedMachine>();
  const offers = new Map<string, ImportedOffer>();
  const superseded = new Map<string, number>();
  const offerKey = (provider: string, instance: string, region: string, capacity: CapacityName): string =>
    `${machineKey(provider, instance)}\n${region}\n${capacity}`;
  return {
    superseded,
    machine: (machine) => {
      const key = machineKey(machine.provider, machine.instance);
      const known = machines.get(key);
      if (known === undefined) {
        machines.set(key, machine);
        return machine;
      }
      if (known.accelerator !== machine.accelerator || known.count !== machine.count) {
        throw new Error(`${machine.provider} ${machine.instance} is described twice, differently`);
      }
      return known;
    },
    find: (provider, instance) => machines.get(machineKey(provider, instance)),
    add: (input) => {
      const offer: ImportedOffer = {
        machine: input.machine,
        region: input.region,
        capacity: input.capacity,
        usdPerHour: input.usdPerHour === undefined ? undefined : tidy(input.usdPerHour),
        source: sourceWithDate(input.source, input.statedDate),
        asOf: isoDate(input.statedDate),
        basis: input.basis ?? (/\bSECONDARY\b/i.test(input.source) ? 'secondary' : 'list'),
        terms: input.terms ?? '',
      };
      const key = offerKey(offer.machine.provider, offer.machine.instance, offer.region, offer.capacity);
      const rival = offers.get(key);
      const winner = rival === undefined || isBetter(offer, rival) ? offer : rival;
      const loser = winner === offer ? rival : offer;
      if (loser !== undefined) superseded.set(loser.source, (superseded.get(loser.source) ?? 0) + 1);
      offers.set(key, winner);
    },
    offer: (provider, instance, region, capacity) => offers.get(offerKey(provider, instance, region, capacity)),
    machines: () => [...machines.values()],
    offers: () => [...offers.values()],
  };
}

/** A stated price over an unknown one, a list price over an estimate, the newer over the older, the first of equals. */
function isBetter(offer: ImportedOffer, rival: ImportedOffer): boolean {
  if ((offer.usdPerHour === undefined) !== (rival.usdPerHour === undefined)) return offer.usdPerHour !== undefined;
  if ((offer.basis === 'list') !== (rival.basis === 'list')) return offer.basis === 'list';
  return offer.asOf > rival.asOf;
}
