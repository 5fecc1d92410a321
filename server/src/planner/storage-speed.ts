/** How fast a file system takes checkpoints: as stated, else by its size and the tiers that its provider sells. */
import type { Catalog } from '../catalog/types.ts';
import type { Workload } from '../manifest/schema.ts';
import { writeQuantity } from '../manifest/format-quantity.ts';
import type { Assumption } from './types.ts';

const TEBIBYTE = 2 ** 40;

export interface StoredSpeed {
  readonly workload: Workload;
  readonly assumptions: readonly Assumption[];
}

/**
 * The workload with `storage.throughput` where it follows from the facts: a parallel file system is sold by its size, with so
 * many bytes a second for each tebibyte; the middle tier is taken.
 */
export function withStorageSpeed(workload: Workload, provider: string | undefined, catalog: Catalog): StoredSpeed {
  const { storage } = workload;
  const same = { workload, assumptions: [] };
  if (storage?.type !== 'parallel' || storage.size === undefined || storage.throughput !== undefined || !provider)
    return same;
  const product = catalog.storageSpeeds(provider).find(({ kind, perTebibyte }) => kind === 'parallel' && perTebibyte);
  const tier = product?.bytesPerSecond[Math.floor((product.bytesPerSecond.length - 1) / 2)];
  const throughput = tier === undefined ? 0 : (tier * storage.size) / TEBIBYTE;
  if (!product || !(throughput > 0)) return same;
  return {
    workload: { ...workload, storage: { ...storage, throughput } },
    assumptions: [
      {
        path: 'storage.throughput',
        value: writeQuantity('dataRate', throughput),
        why: `${product.product}: a middle tier for this size`,
      },
    ],
  };
}
