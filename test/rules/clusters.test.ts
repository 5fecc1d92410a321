/** An owned cluster against renting, kept between analyses. */
import assert from 'node:assert/strict';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import type { Cluster, ManifestHead } from '../../server/src/manifest/schema.ts';
import { resolvedCluster } from '../../server/src/rules/clusters.ts';

describe('an owned cluster', () => {
  const catalog = embeddedCatalog();
  const head: Partial<ManifestHead> = { policy: { providers: ['azure'] } };
  const cluster: Cluster = {
    accelerator: 'v100-16gb',
    nodes: 2,
    acceleratorsPerNode: 8,
    utilization: 0.7,
    cost: { perNode: 100_000 },
  };
  const on = (today: string) => resolvedCluster({ head, catalog, today }, 'dc1', cluster);
  const rented = (today: string) =>
    on(today)
      ?.plan()
      ?.breakEven.map(({ provider }) => provider);

  it('is held against what is still rented on the day, also when it was asked for on another', () => {
    // Azure retired its V100 machines on 2025-09-30.
    assert.ok(rented('2025-09-29')?.includes('azure'));
    assert.deepEqual(rented('2025-09-30'), []);
    assert.ok(rented('2025-09-29')?.includes('azure'));
  });

  it('is resolved once for one day', () => {
    assert.equal(on('2026-11-23'), on('2026-11-23'));
  });
});
