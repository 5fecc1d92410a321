/** Which rules cannot decide everything, because the catalogue (or the manifest) does not know enough: counted from the data, so that it is true. */
import type { Catalog } from '../../server/src/catalog/types.ts';

/** What is missing, by code. A rule without an entry decides from the manifest and the estimates alone. */
export function ruleLimits(catalog: Catalog): ReadonlyMap<string, string> {
  const providers = [...catalog.providers.values()];
  const regions = providers.flatMap((provider) => [...provider.regions.values()]);
  const chips = [...catalog.accelerators.values()];
  const known = (of: readonly unknown[], has: number, what: string): string =>
    `${what}: known for ${has} of ${of.length}`;
  const providersWith = (has: (id: string, regions: readonly string[]) => boolean) =>
    providers.filter(({ id, regions: each }) => has(id, [...each.keys(), 'any'])).length;
  const regionsWith = (has: (region: (typeof regions)[number]) => boolean) => regions.filter(has).length;

  const placed = known(
    regions,
    regionsWith(({ latitude }) => latitude !== undefined),
    'the place of a region',
  );
  const marked = new Set(catalog.serviceMarkups.map(({ service }) => service));
  const services = [...new Set(catalog.services.map(({ service }) => service))];
  const offers = catalog.offers({});
  const unpriced = offers.filter(({ usdPerHour }) => usdPerHour === undefined).length;
  const spot = known(
    providers,
    providersWith((id) => catalog.spotFacts(id).length > 0),
    'notice and terms of a provider’s spot machines',
  );
  const throughput = new Set(catalog.storageThroughput.map(({ provider }) => provider));
  return new Map([
    [
      'AI203',
      known(
        providers,
        providersWith((id) => (catalog.providers.get(id)?.regions.size ?? 0) > 0),
        'regions of a provider',
      ),
    ],
    ['AI207', 'what else runs on a cluster: `available` says how much is free'],
    ['AI304', 'operations of one’s own are not seen in code: `customOps` says so'],
    [
      'AI409',
      known(providers, providers.filter(({ id }) => throughput.has(id)).length, 'throughput of a provider’s storage'),
    ],
    ['AI501', 'state that the program saves by itself: `checkpointing` says so'],
    ['AI506', spot],
    ['AI507', 'what a provider promises beyond the usual figures of one machine and one zone'],
    [
      'AI606',
      known(chips, chips.filter(({ peakFlops }) => Object.keys(peakFlops).length > 0).length, 'peak speed of a chip'),
    ],
    ['AI607', placed],
    ['AI706', 'prices of serverless offers: those of the catalogue and of a price book'],
    [
      'AI708',
      known(
        providers,
        providersWith((id, each) => each.some((region) => catalog.egress(id, region).length > 0)),
        'egress prices of a provider',
      ),
    ],
    ['AI711', `prices: ${unpriced} of ${offers.length} offers have none`],
    [
      'AI807',
      known(
        providers,
        providersWith((id) => catalog.compliance(id).length > 0),
        'programmes of a provider',
      ),
    ],
    ['AI902', known(services, marked.size, 'the mark-up of a managed service')],
    ['AI907', 'power of a whole machine: at least 1.8 times that of its accelerators is taken'],
    [
      'AI910',
      known(
        regions,
        regionsWith(({ gridGramsCo2PerKwh }) => gridGramsCo2PerKwh !== undefined),
        'carbon intensity of a region’s grid',
      ),
    ],
  ]);
}
