/** What `ai-infra catalog refresh --format json` prints. */
import { priceChanges } from '../catalog/refresh/changes.ts';
import { refreshableProviders, type RefreshOutcome } from '../catalog/refresh/refresh.ts';
import type { Catalog, Offer } from '../catalog/types.ts';

export function refreshJson({ results }: RefreshOutcome, before: Catalog, after: Catalog): string {
  const output = {
    schemaVersion: 1,
    catalog: { asOf: after.asOf, digest: after.digest },
    sources: results.map(({ dropped, ...result }) => ({
      ...result,
      dropped: [...dropped.reasons].map(([reason, rows]) => ({ reason, ...rows })),
    })),
    changes: priceChanges(before, after, refreshableProviders()).map(({ largest, ...change }) => ({
      ...change,
      ...(largest && {
        largest: {
          instance: largest.after.machine.instance,
          region: largest.after.region,
          capacity: largest.after.capacity,
          before: priceOf(largest.before),
          after: priceOf(largest.after),
        },
      }),
    })),
  };
  return `${JSON.stringify(output, null, 2)}\n`;
}

function priceOf({ usdPerHour, source, asOf }: Offer) {
  return { usdPerHour, source, asOf };
}
