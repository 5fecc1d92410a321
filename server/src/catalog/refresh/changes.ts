/** What a refresh changed: prices before and after, by provider and accelerator. */
import { median } from '../suspicions.ts';
import type { Catalog, Offer } from '../types.ts';

/** The prices of one accelerator at one provider. */
export interface PriceChanges {
  readonly provider: string;
  readonly accelerator: string;
  /** Offers whose price is another one now. */
  readonly changed: number;
  /** Offers that had no price before. */
  readonly added: number;
  /** Median of new over old, less one: −0.2 is a fifth cheaper. Undefined where no price changed. */
  readonly medianChange: number | undefined;
  /** The offer that moved furthest. */
  readonly largest: { readonly before: Offer; readonly after: Offer; readonly change: number } | undefined;
}

/** Below this share two prices are the same, rounded differently. */
const ROUNDING = 1e-4;

/** Providers in the order given, accelerators by name; only those where something changed. */
export function priceChanges(before: Catalog, after: Catalog, providers: readonly string[]): readonly PriceChanges[] {
  return providers.flatMap((provider) => {
    const old = new Map(before.offers({ provider }).map((offer) => [keyOf(offer), offer]));
    const groups = new Map<string, { added: number; moved: { before: Offer; after: Offer; change: number }[] }>();
    for (const offer of after.offers({ provider })) {
      if (offer.usdPerHour === undefined) continue;
      const known = old.get(keyOf(offer));
      const change = known?.usdPerHour === undefined ? undefined : offer.usdPerHour / known.usdPerHour - 1;
      if (change !== undefined && Math.abs(change) < ROUNDING) continue;
      const { accelerator } = offer.machine;
      const group = groups.get(accelerator) ?? { added: 0, moved: [] };
      groups.set(accelerator, group);
      if (known === undefined || change === undefined) group.added += 1;
      else group.moved.push({ before: known, after: offer, change });
    }
    return [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([accelerator, { added, moved }]): PriceChanges => {
        const [largest] = [...moved].sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
        return {
          provider,
          accelerator,
          changed: moved.length,
          added,
          medianChange: moved.length === 0 ? undefined : median(moved.map(({ change }) => change)),
          largest,
        };
      });
  });
}

function keyOf({ machine, region, capacity }: Offer): string {
  return `${machine.instance}\n${region}\n${capacity}`;
}
