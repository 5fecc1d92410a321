import type { Sourced, StorageThroughput } from './fact-types.ts';
import { isUnsourced } from './sources.ts';

/** A documented or measured data rate of a storage product. */
export interface StorageSpeed extends Sourced {
  readonly provider: string;
  readonly product: string;
  /** `object`, `parallel`, `nfs`, `block`, `nvme` */
  readonly kind: string;
  /** What is measured: `throughput a TiB`, `one connection`, `default egress quota a region and project` … */
  readonly metric: string;
  /** Ascending; several where the product is sold in steps. */
  readonly bytesPerSecond: readonly number[];
  /** The rate is for each tebibyte of capacity. */
  readonly perTebibyte: boolean;
  /** No source states it: it must not back an error. */
  readonly unsourced: boolean;
  readonly note: string;
}

const BYTES_PER_SECOND: Readonly<Record<string, number>> = {
  'MB/s': 1e6,
  'MiB/s': 2 ** 20,
  'GB/s': 1e9,
  'GiB/s': 2 ** 30,
  'TB/s': 1e12,
  'Gbit/s': 1e9 / 8,
};

/** The rows that state a data rate; request rates and sizes are none. */
export function readStorageSpeeds(rows: readonly StorageThroughput[]): readonly StorageSpeed[] {
  return rows.flatMap((row): StorageSpeed[] => {
    const perTebibyte = row.unit.endsWith('/TiB');
    const unit = BYTES_PER_SECOND[perTebibyte ? row.unit.slice(0, -'/TiB'.length) : row.unit];
    if (unit === undefined) return [];
    const { provider, product, kind, metric, note, source, asOf } = row;
    const bytesPerSecond = row.value
      .split('|')
      .map((step) => Number(step) * unit)
      .sort((a, b) => a - b);
    return [
      {
        provider,
        product,
        kind,
        metric,
        bytesPerSecond,
        perTebibyte,
        unsourced: isUnsourced(source),
        note,
        source,
        asOf,
      },
    ];
  });
}
