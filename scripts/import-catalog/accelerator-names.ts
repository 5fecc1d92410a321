/**
 * How the sources' names map to the ids of the language. Names only: every specification is read from the tables.
 * `specification` is the row's name in accelerators.csv; without one the chip's memory is unknown (AI111).
 */
export interface AcceleratorName {
  readonly id: string;
  readonly specification?: string;
  /** Names in instances.csv besides those that accelerators.csv joins to. */
  readonly offeredAs?: readonly string[];
  /** The facts' tables name some chips without their form; this is the id whose family and precisions apply. */
  readonly factsOf?: string;
  /** For chips without a specification row. */
  readonly name?: string;
  readonly vendor?: string;
}

export const acceleratorNames: readonly AcceleratorName[] = [
  { id: 'v100-16gb', specification: 'V100 16GB SXM2', offeredAs: ['Tesla V100 SXM2'] },
  { id: 'v100-32gb', specification: 'V100 32GB SXM2' },
  { id: 't4', specification: 'T4', offeredAs: ['Tesla T4'] },
  { id: 'a10', specification: 'A10' },
  { id: 'a10g', specification: 'A10G' },
  { id: 'a16', name: 'A16', vendor: 'NVIDIA', offeredAs: ['NVIDIA A16'] },
  { id: 'a30', name: 'A30', vendor: 'NVIDIA', offeredAs: ['NVIDIA A30'] },
  { id: 'a40', name: 'A40', vendor: 'NVIDIA', offeredAs: ['NVIDIA A40'] },
  { id: 'a100-40gb', specification: 'A100 40GB SXM' },
  { id: 'a100-80gb', specification: 'A100 80GB SXM' },
  { id: 'a100-40gb-pcie', specification: 'A100 40GB PCIe', factsOf: 'a100-40gb' },
  { id: 'a100-80gb-pcie', specification: 'A100 80GB PCIe', factsOf: 'a100-80gb' },
  { id: 'l4', specification: 'L4' },
  { id: 'l40', specification: 'L40' },
  { id: 'l40s', specification: 'L40S' },
  { id: 'h100-sxm', specification: 'H100 SXM' },
  { id: 'h100-pcie', specification: 'H100 PCIe' },
  { id: 'h100-nvl', specification: 'H100 NVL' },
  { id: 'h200', specification: 'H200 SXM' },
  { id: 'h200-nvl', specification: 'H200 NVL', factsOf: 'h200' },
  { id: 'gh200', specification: 'GH200 96GB' },
  { id: 'b200', specification: 'B200' },
  { id: 'gb200', specification: 'GB200 (per GPU)' },
  { id: 'b300', specification: 'B300' },
  { id: 'gb300', specification: 'GB300 (per GPU)' },
  { id: 'rtx-3090', name: 'RTX 3090', vendor: 'NVIDIA', offeredAs: ['NVIDIA RTX 3090'] },
  { id: 'rtx-4090', specification: 'RTX 4090' },
  { id: 'rtx-5090', specification: 'RTX 5090' },
  { id: 'rtx-6000-ada', specification: 'RTX 6000 Ada' },
  { id: 'rtx-a6000', specification: 'RTX A6000' },
  { id: 'rtx-pro-6000', specification: 'RTX PRO 6000 Blackwell', offeredAs: ['RTX PRO 6000 SE', 'RTX PRO 6000 WE'] },
  {
    id: 'rtx-pro-4500',
    name: 'RTX PRO 4500 Blackwell',
    vendor: 'NVIDIA',
    offeredAs: ['NVIDIA RTX PRO 4500 Blackwell'],
    factsOf: 'rtx-pro-6000',
  },
  { id: 'mi250', specification: 'MI250' },
  { id: 'mi250x', specification: 'MI250X' },
  { id: 'mi300x', specification: 'MI300X' },
  { id: 'mi325x', specification: 'MI325X' },
  { id: 'mi350x', name: 'MI350X', vendor: 'AMD', offeredAs: ['AMD MI350X'] },
  { id: 'mi355x', specification: 'MI355X' },
  { id: 'gaudi2', specification: 'Gaudi 2' },
  { id: 'gaudi3', specification: 'Gaudi 3' },
  { id: 'tpu-v4', specification: 'TPU v4' },
  { id: 'tpu-v5e', specification: 'TPU v5e' },
  { id: 'tpu-v5p', specification: 'TPU v5p' },
  { id: 'tpu-v6e', specification: 'TPU v6e (Trillium)' },
  { id: 'tpu-v7', specification: 'TPU v7 (Ironwood, TPU7x)' },
  { id: 'inferentia1', specification: 'Inferentia 1' },
  { id: 'inferentia2', specification: 'Inferentia 2' },
  { id: 'trainium1', specification: 'Trainium 1' },
  { id: 'trainium2', specification: 'Trainium 2' },
  { id: 'trainium3', specification: 'Trainium 3' },
  { id: 'cpu', name: 'CPU', vendor: '' },
  { id: 'jetson-orin-nano', specification: 'Jetson Orin Nano 8GB (Super)' },
  { id: 'jetson-orin-nx', specification: 'Jetson Orin NX 16GB' },
  { id: 'jetson-agx-orin', specification: 'Jetson AGX Orin 64GB' },
  { id: 'jetson-agx-thor', specification: 'Jetson AGX Thor (T5000)' },
  { id: 'coral-edge-tpu', specification: 'Coral Edge TPU' },
  { id: 'hailo-8', specification: 'Hailo-8' },
  { id: 'apple-neural-engine', specification: 'Apple Neural Engine (M4)' },
  { id: 'qualcomm-hexagon', specification: 'Qualcomm Hexagon NPU (Snapdragon X Elite)' },
];

/** Names that say too little, or a chip the language does not know; the offer is left out and listed with this reason. */
export function reasonWithoutId(name: string): string {
  if (/^NVIDIA (H100|A100 \d+GB)$/.test(name)) return `"${name}" does not say whether it is SXM or PCIe`;
  return `"${name}" has no accelerator id and no facts`;
}
