/** Services that are spread over availability zones: a machine stands in one, and a replica on one machine’s side of the border. */
import type { Accelerator, Machine } from '../catalog/types.ts';
import { nodesFor } from './offers.ts';
import type { Subject } from './subject.ts';

export interface ZoneSpread {
  readonly zones: number;
  /** Accelerators of a replica. */
  readonly together: number;
}

/** Undefined where the target states one zone or none; the machines of a run are counted as they are. */
export function zoneSpread({ workload, trains }: Subject, together: number): ZoneSpread | undefined {
  const zones = typeof workload.target === 'object' ? (workload.target.zones ?? 1) : 1;
  return trains || zones < 2 ? undefined : { zones, together: Math.max(1, together) };
}

/** Machines that hold the accelerators, the replicas dealt out over the zones. */
export function machinesOver(
  machine: Machine,
  accelerator: Accelerator,
  accelerators: number,
  spread: ZoneSpread | undefined,
): number {
  if (!spread) return nodesFor(machine, accelerator, accelerators);
  const { zones, together } = spread;
  const replicas = Math.max(1, Math.ceil(accelerators / together - 1e-9));
  const [fewer, more] = [Math.floor(replicas / zones), Math.ceil(replicas / zones)];
  const withMore = replicas - fewer * zones;
  const machines = (each: number) => (each === 0 ? 0 : nodesFor(machine, accelerator, each * together));
  return withMore * machines(more) + (zones - withMore) * machines(fewer);
}
