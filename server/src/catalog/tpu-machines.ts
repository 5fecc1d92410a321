import type { FactData } from './data-schema.ts';
import { once } from './fact-index.ts';
import type { OfferIndex } from './offer-index.ts';
import type { Machine, Offer } from './types.ts';

/**
 * Google's TPU machine types (`ct6e-standard-4t`). TPUs are priced by the chip, and so these are found by name only: they are
 * no further alternative to the chips they are made of.
 */
export interface TpuMachines {
  named(instance: string): Machine | undefined;
  /** The chip's offers times the chips of one machine; empty for other machines. */
  offersOf(machine: Machine): readonly Offer[];
}

const PROVIDER = 'gcp';

export function createTpuMachines(slices: FactData['slices'], index: OfferIndex): TpuMachines {
  const machines = once(() => readMachines(slices, index));
  return {
    named: (instance) => machines().get(instance),
    offersOf: (machine) => {
      if (machines().get(machine.instance) !== machine) return [];
      const chip = index.find(PROVIDER, machine.accelerator);
      return chip === undefined ? [] : index.offersOf(chip).map((offer) => multiply(offer, machine));
    },
  };
}

function multiply(offer: Offer, machine: Machine): Offer {
  const { usdPerHour, ...rest } = offer;
  return { ...rest, machine, ...(usdPerHour === undefined ? {} : { usdPerHour: usdPerHour * machine.count }) };
}

function readMachines(slices: FactData['slices'], index: OfferIndex): ReadonlyMap<string, Machine> {
  const machines = new Map<string, Machine>();
  for (const { accelerator, shapes } of slices) {
    const chip = index.find(PROVIDER, accelerator);
    if (chip === undefined) continue;
    for (const [, , , machineType, chipsPerVm] of shapes) {
      // A type may appear with several chip counts: whole hosts are listed with the chips that a slice takes of them.
      const count = Math.max(chipsPerVm, machines.get(machineType)?.count ?? 0);
      machines.set(machineType, {
        ...chip,
        instance: machineType,
        count,
        perAccelerator: false,
      });
    }
  }
  return machines;
}
