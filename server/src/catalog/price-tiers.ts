/** Prices per gigabyte that fall with the amount: `first 10TB`, `next 40TB`, `over 150TB`; `first 1 TiB`, `1-10 TiB`, `over 10 TiB`. */

/** One step of a tiered price; the last reaches to infinity. A gigabyte is 10⁹ bytes, as the tables write it. */
export interface PriceTier {
  readonly upToBytes: number;
  readonly usdPerGb: number;
}

export const BYTES_PER_GB = 1e9;
const BYTES_PER_UNIT: Readonly<Record<string, number>> = { TB: 1e12, TiB: 2 ** 40 };

/** The steps in ascending order. A row whose tier cannot be read is the price of any amount. */
export function readTiers(rows: readonly { readonly tier: string; readonly usdPerGb: number }[]): readonly PriceTier[] {
  let reached = 0;
  const tiers = rows.map(({ tier, usdPerGb }): PriceTier => {
    reached = upperEnd(tier, reached);
    return { upToBytes: reached, usdPerGb };
  });
  const last = tiers.at(-1);
  // What is beyond the last stated step costs what that step costs.
  return last === undefined ? [] : [...tiers.slice(0, -1), { ...last, upToBytes: Infinity }];
}

function upperEnd(tier: string, reached: number): number {
  const [, word = '', number = '', unit = ''] = /^(first|next|\d+-)\s*(\d+)\s*(TB|TiB)$/.exec(tier) ?? [];
  const bytes = Number(number) * (BYTES_PER_UNIT[unit] ?? NaN);
  if (Number.isNaN(bytes)) return Infinity;
  return word === 'next' ? reached + bytes : bytes;
}

/** Dollars for an amount, each part at the price of its step. */
export function tieredUsd(tiers: readonly PriceTier[], bytes: number): number {
  let usd = 0;
  let from = 0;
  for (const { upToBytes, usdPerGb } of tiers) {
    if (bytes <= from) break;
    usd += ((Math.min(bytes, upToBytes) - from) / BYTES_PER_GB) * usdPerGb;
    from = upToBytes;
  }
  return usd;
}
