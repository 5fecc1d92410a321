/** The network between machines where nobody states it: that of the maker's reference machine. */
import type { Accelerator } from '../catalog/types.ts';
import type { Placement } from './types.ts';

/** Bytes a second, one direction and accelerator, by the longest prefix of the chip's id or family. */
const REFERENCE: readonly (readonly [prefix: string, bytesPerSecond: number])[] = [
  // ConnectX-8 (800 Gbit/s) in B300 systems, ConnectX-7 (400) in Hopper and B200, ConnectX-6 (200) in A100 systems (DGX data sheets).
  ['b300', 100e9],
  ['gb300', 100e9],
  ['nvidia-blackwell-rtx', 6.25e9],
  ['nvidia-blackwell', 50e9],
  ['nvidia-hopper', 50e9],
  ['a100', 25e9],
  // A DGX-1 or p3dn: 100 Gbit/s to 400 for eight.
  ['nvidia-volta', 6.25e9],
  ['amd-cdna3', 50e9],
  ['amd-cdna4', 50e9],
  ['amd-cdna2', 25e9],
  // Three of 24 ports of 100 Gbit/s lead outside (Gaudi 2), 200 (Gaudi 3).
  ['intel-gaudi2', 37.5e9],
  ['intel-gaudi3', 75e9],
  // 800, 3,200 Gbit/s for sixteen (trn1, trn2).
  ['trainium1', 6.25e9],
  ['trainium', 25e9],
  // Between slices: 100 to 400 Gbit/s a host of four or eight chips.
  ['tpu', 6.25e9],
  // Inference cards in machines of eight with 100 to 400 Gbit/s.
  ['l40s', 25e9],
];
const OTHER = 6.25e9;
/**
 * 200 Gbit/s of plain Ethernet, shared by the accelerators of a machine: the fastest usual card without RDMA in 2026, so that the estimate
 * is rather too good than an alarm for nothing.
 */
const ETHERNET = 25e9;
/** 10 Gbit/s of a machine that was not built for clusters. */
const NO_NETWORK = 1.25e9;

/**
 * Bytes a second, one direction and accelerator. `interconnect` as in `target.interconnect`: a fast network is that of the
 * reference machine, Ethernet is 200 Gbit/s a machine at most.
 */
export function referenceNetwork(chip: Accelerator, perNode: number, interconnect?: string): number {
  const found = REFERENCE.find(([prefix]) => chip.id.startsWith(prefix) || chip.family.startsWith(prefix))?.[1];
  return Math.min(found ?? OTHER, mostOf(interconnect, perNode));
}

/** What the stated network can give an accelerator at most; Infinity for a fast one, and where none is stated. */
function mostOf(interconnect: string | undefined, perNode: number): number {
  if (interconnect === 'ethernet') return ETHERNET / Math.max(1, perNode);
  if (interconnect === 'none') return NO_NETWORK / Math.max(1, perNode);
  return Infinity;
}

/**
 * Rented machines over the network that the target says: a slower one than theirs counts, a faster one they do not have. Where their own
 * is Ethernet of a known speed, that is what `ethernet` means.
 */
export function overNetwork(placement: Placement, interconnect: string | undefined): Placement {
  const { accelerator, machine, perNode, networkBytesPerSecond: own } = placement;
  if (interconnect === 'ethernet' && machine?.network === 'ethernet' && own !== undefined) return placement;
  const most = mostOf(interconnect, perNode);
  if (most === Infinity) return placement;
  return { ...placement, networkBytesPerSecond: Math.min(own ?? referenceNetwork(accelerator, perNode), most) };
}
