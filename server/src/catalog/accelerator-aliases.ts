import type { AcceleratorMatch } from './types.ts';

/** Other names of accelerators, after normalising. Ids themselves are not repeated here. */
const aliases: Readonly<Record<string, string>> = {
  h100: 'h100-sxm',
  'h100-80gb': 'h100-sxm',
  'h100-sxm5': 'h100-sxm',
  'h100-sxm-80gb': 'h100-sxm',
  'h100-mega': 'h100-sxm',
  'h100-mega-80gb': 'h100-sxm',
  'h100-80gb-hbm3': 'h100-sxm',
  'h100-pcie-80gb': 'h100-pcie',
  'h100-nvl-94gb': 'h100-nvl',
  'h200-sxm': 'h200',
  'h200-sxm5': 'h200',
  'h200-141gb': 'h200',
  'a100-sxm4-40gb': 'a100-40gb',
  'a100-sxm-40gb': 'a100-40gb',
  'a100-40gb-sxm': 'a100-40gb',
  'a100-40gb-sxm4': 'a100-40gb',
  'a100-sxm4-80gb': 'a100-80gb',
  'a100-sxm-80gb': 'a100-80gb',
  'a100-80gb-sxm': 'a100-80gb',
  'a100-80gb-sxm4': 'a100-80gb',
  'a100-pcie-40gb': 'a100-40gb-pcie',
  'a100-pcie-80gb': 'a100-80gb-pcie',
  'v100-sxm2-16gb': 'v100-16gb',
  'v100-sxm2-32gb': 'v100-32gb',
  'v100-sxm2': 'v100-16gb',
  'tesla-t4': 't4',
  'tesla-a10': 'a10',
  'gh200-96gb': 'gh200',
  'b200-sxm': 'b200',
  'b200-180gb': 'b200',
  'b300-sxm': 'b300',
  rtx3090: 'rtx-3090',
  rtx4090: 'rtx-4090',
  rtx5090: 'rtx-5090',
  'geforce-rtx-3090': 'rtx-3090',
  'geforce-rtx-4090': 'rtx-4090',
  'geforce-rtx-5090': 'rtx-5090',
  a6000: 'rtx-a6000',
  rtxa6000: 'rtx-a6000',
  'rtx6000-ada': 'rtx-6000-ada',
  rtxpro6000: 'rtx-pro-6000',
  rtxpro4500: 'rtx-pro-4500',
  'rtx-pro-6000-blackwell': 'rtx-pro-6000',
  'rtx-pro-6000-blackwell-server-edition': 'rtx-pro-6000',
  'rtx-pro-4500-blackwell': 'rtx-pro-4500',
  mi300: 'mi300x',
  'instinct-mi250': 'mi250',
  'instinct-mi250x': 'mi250x',
  'instinct-mi300x': 'mi300x',
  'instinct-mi325x': 'mi325x',
  'instinct-mi355x': 'mi355x',
  'gaudi-2': 'gaudi2',
  'gaudi-3': 'gaudi3',
  'habana-gaudi2': 'gaudi2',
  'habana-gaudi3': 'gaudi3',
  hl225: 'gaudi2',
  v4: 'tpu-v4',
  v5e: 'tpu-v5e',
  v5p: 'tpu-v5p',
  v6e: 'tpu-v6e',
  v7: 'tpu-v7',
  'tpu-7x': 'tpu-v7',
  tpu7x: 'tpu-v7',
  v5litepod: 'tpu-v5e',
  'tpu-v5litepod': 'tpu-v5e',
  'v5-lite': 'tpu-v5e',
  v5lite: 'tpu-v5e',
  'tpu-v5-lite': 'tpu-v5e',
  trillium: 'tpu-v6e',
  'tpu-trillium': 'tpu-v6e',
  ironwood: 'tpu-v7',
  'tpu-ironwood': 'tpu-v7',
  inf1: 'inferentia1',
  inf2: 'inferentia2',
  inferentia: 'inferentia1',
  'inferentia-1': 'inferentia1',
  'inferentia-2': 'inferentia2',
  trn1: 'trainium1',
  trn1n: 'trainium1',
  trn2: 'trainium2',
  trn3: 'trainium3',
  trainium: 'trainium1',
  'trainium-1': 'trainium1',
  'trainium-2': 'trainium2',
  'trainium-3': 'trainium3',
  'orin-nano': 'jetson-orin-nano',
  'orin-nx': 'jetson-orin-nx',
  'agx-orin': 'jetson-agx-orin',
  'jetson-orin-agx': 'jetson-agx-orin',
  'agx-thor': 'jetson-agx-thor',
  'jetson-thor': 'jetson-agx-thor',
  'edge-tpu': 'coral-edge-tpu',
  coral: 'coral-edge-tpu',
  hailo8: 'hailo-8',
  ane: 'apple-neural-engine',
  hexagon: 'qualcomm-hexagon',
};

/** Names that mean several forms, smallest memory first. */
const ambiguous: Readonly<Record<string, readonly string[]>> = {
  a100: ['a100-40gb', 'a100-40gb-pcie', 'a100-80gb', 'a100-80gb-pcie'],
  'a100-sxm': ['a100-40gb', 'a100-80gb'],
  'a100-sxm4': ['a100-40gb', 'a100-80gb'],
  'a100-pcie': ['a100-40gb-pcie', 'a100-80gb-pcie'],
  v100: ['v100-16gb', 'v100-32gb'],
  'tesla-v100': ['v100-16gb', 'v100-32gb'],
};

const makers = /^(?:nvidia|amd|intel|google|aws|amazon)-/;

/** Lower case, spaces and underscores as hyphens, without a maker's prefix. */
export function normaliseAccelerator(name: string): string {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  const stripped = plain.replace(makers, '');
  return stripped === '' ? plain : stripped;
}

/**
 * What a name stands for. `isId` tells the catalogue's ids; `offers` tells whether a provider offers an id, and narrows
 * `a100` and `v100` where it offers one form only.
 */
export function matchAccelerator(
  name: string,
  isId: (id: string) => boolean,
  offers: ((id: string) => boolean) | undefined,
): AcceleratorMatch {
  if (isId(name)) return { kind: 'id', id: name };
  const plain = normaliseAccelerator(name);
  if (isId(plain)) return { kind: 'alias', id: plain };
  const alias = own(aliases, plain);
  if (alias !== undefined && isId(alias)) return { kind: 'alias', id: alias };
  const forms = own(ambiguous, plain);
  if (forms !== undefined) {
    const candidates = forms.filter(isId);
    const offered = offers === undefined ? [] : candidates.filter(offers);
    const only = offered.length === 1 ? offered[0] : undefined;
    if (only !== undefined) return { kind: 'alias', id: only };
    if (candidates.length > 0) return { kind: 'ambiguous', candidates: offered.length > 0 ? offered : candidates };
  }
  return matchSlice(plain, isId) ?? { kind: 'unknown' };
}

/** `tpu-v5p-8`, `v5litepod-16`: Google names v2 to v5p by cores, two a chip, and v5e and later by chips. */
function matchSlice(plain: string, isId: (id: string) => boolean): AcceleratorMatch | undefined {
  const match = /^(.+)-(\d{1,5})$/.exec(plain);
  const head = match?.[1];
  if (head === undefined) return undefined;
  const id = isId(head) ? head : own(aliases, head);
  if (id === undefined || !isId(id) || !id.startsWith('tpu-')) return undefined;
  const stated = Number(match?.[2]);
  const count = id === 'tpu-v4' || id === 'tpu-v5p' ? stated / 2 : stated;
  return Number.isInteger(count) && count > 0 ? { kind: 'alias', id, count } : undefined;
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
