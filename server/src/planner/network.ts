/** The network between machines where nobody states it: that of the maker's reference machine. */
import type { Accelerator } from '../catalog/types.ts';

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
/** 100 Gbit/s of plain Ethernet, shared by the accelerators of a machine. */
const ETHERNET = 12.5e9;
/** 10 Gbit/s of a machine that was not built for clusters. */
const NO_NETWORK = 1.25e9;

/**
 * Bytes a second, one direction and accelerator. `interconnect` as in `target.interconnect`: a fast network is that of the
 * reference machine, Ethernet is 100 Gbit/s a machine at most.
 */
export function referenceNetwork(chip: Accelerator, perNode: number, interconnect?: string): number {
  const found = REFERENCE.find(([prefix]) => chip.id.startsWith(prefix) || chip.family.startsWith(prefix))?.[1];
  const reference = found ?? OTHER;
  if (interconnect === 'ethernet') return Math.min(reference, ETHERNET / Math.max(1, perNode));
  if (interconnect === 'none') return Math.min(reference, NO_NETWORK / Math.max(1, perNode));
  return reference;
}
