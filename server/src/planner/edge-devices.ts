/** Which edge device an automatic target takes: the cheapest known one that holds the model, keeps up and keeps to the power. */
import type { Catalog, EdgeDevice } from '../catalog/types.ts';
import type { Workload } from '../manifest/schema.ts';
import type { Estimate } from './estimate.ts';
import { compareText } from './offers.ts';
import { statedLoad } from './replicas.ts';
import { powerShare } from './serving-edge.ts';

/** True when the workload is to run at the edge, on a device that is to be recommended. */
export function wantsDevice({ target, edge }: Workload): boolean {
  return edge !== undefined && edge.device === undefined && (target === undefined || target === 'auto');
}

/**
 * Devices that a source vouches for and that have a price come first, the cheapest of them first.
 * @param on The workload estimated on one such device.
 */
export function recommendDevice(
  workload: Workload,
  catalog: Catalog,
  on: (device: string) => Estimate,
): string | undefined {
  const budget = workload.edge?.powerBudget ?? Infinity;
  return [...catalog.edgeDevices.values()]
    .filter(({ powerModesWatts: modes }) => Math.min(...modes, Infinity) <= budget || modes.length === 0)
    .sort((a, b) => rank(a) - rank(b) || (a.priceUsd ?? 0) - (b.priceUsd ?? 0) || compareText(a.id, b.id))
    .find((device) => keepsUp(workload, device, on(device.id)))?.id;
}

function rank({ source, priceUsd }: EdgeDevice): number {
  return (source.startsWith('unsourced') ? 2 : 0) + (priceUsd === undefined ? 1 : 0);
}

function keepsUp({ edge, serving }: Workload, device: EdgeDevice, { memory, serving: plan }: Estimate): boolean {
  if (memory.verdict !== 'fits') return false;
  const share = powerShare(device, edge?.powerBudget);
  const limit = serving?.latency?.endToEnd;
  const seconds = plan?.endToEndSeconds;
  if (limit !== undefined && !(seconds && seconds.mid / share <= limit)) return false;
  const peak = statedLoad(serving?.requests)?.peak;
  const speed = plan?.requestsPerSecondPerReplica;
  return peak === undefined || (speed !== undefined && speed !== null && speed.mid * share >= peak);
}
