import type { PriceData } from '../../server/src/catalog/data-schema.ts';
import { capacities } from '../../server/src/catalog/offer-terms.ts';
import type { ChipTables } from './chips.ts';
import { ANY_REGION, importInstances, importReserved, importTpuPrices } from './list-prices.ts';
import { createOfferBook, type ImportedMachine, type ImportedOffer, type OfferBook } from './offer-book.ts';
import { importProviderFiles } from './provider-files.ts';
import { readTable, tidy, type Row } from './read-table.ts';
import type { ImportReport } from './report.ts';
import { readRetirementDates } from './retirements.ts';
import { importSpotAdvisor, importSpotPrices, reportGpuComponents, type SpotAdvisor } from './spot-prices.ts';
import { markSuspects } from './suspicions.ts';
import { createValueTable } from './tables.ts';

export interface ImportedPrices {
  readonly data: PriceData;
  readonly machines: readonly ImportedMachine[];
  readonly offers: readonly ImportedOffer[];
  readonly superseded: ReadonlyMap<string, number>;
}

/** All machines and prices, in a fixed order, as columns. */
export function importPrices(
  directory: string,
  tables: ChipTables,
  providerRows: readonly Row[],
  report: ImportReport,
): ImportedPrices {
  const book = createOfferBook();
  importInstances(directory, tables.idByOfferName, book, report);
  importTpuPrices(directory, tables.idByOfferName, book, report);
  importProviderFiles(providerRows, new Set(tables.chips.map(({ id }) => id)), book, report);
  const networks = readTable(directory, 'facts/interconnects.csv');
  importUnpriced(networks, tables, book, report);
  importReserved(directory, book, report);
  importSpotPrices(directory, book, report);
  const advisor = importSpotAdvisor(directory, book, report);
  reportGpuComponents(directory, tables.idByOfferName, report);
  const retiredOn = readRetirementDates(directory);
  const marketplaces = readMarketplaces(directory);
  const memoryGib = new Map(
    tables.chips.flatMap((chip) =>
      chip.memoryBytes === undefined ? [] : [[chip.id, chip.memoryBytes / 2 ** 30] as const],
    ),
  );
  const machines = [...book.machines()].sort(
    (a, b) =>
      compare(a.provider, b.provider) ||
      compare(a.accelerator, b.accelerator) ||
      a.count - b.count ||
      compare(a.instance, b.instance),
  );
  const offers = markSuspects(
    book.offers(),
    memoryGib,
    (machine) =>
      !marketplaces.includes(machine.provider) && retiredOn(machine.provider, machine.instance) === undefined,
  );
  return {
    data: encode(machines, offers, networks, advisor, retiredOn, marketplaces),
    machines,
    offers,
    superseded: book.superseded,
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Machines that the facts know a provider to offer, but that have no price: unpriced (AI711), not unavailable (AI202). */
function importUnpriced(networks: readonly Row[], tables: ChipTables, book: OfferBook, report: ImportReport): void {
  const ids = new Set(tables.chips.map((chip) => chip.id));
  for (const row of networks) {
    const provider = row.text('provider');
    const accelerator = row.text('accelerator');
    const count = row.number('accelerators_per_node');
    if (provider === 'on-premises' || matchMachine(row, book) || count === undefined || !ids.has(accelerator)) continue;
    const instance = row.text('instance');
    const machine = book.machine({
      provider,
      instance,
      accelerator,
      count: row.text('network') === 'ici' ? 1 : count,
      perAccelerator: row.text('network') === 'ici',
    });
    book.add({
      machine,
      region: ANY_REGION,
      capacity: 'on-demand',
      usdPerHour: undefined,
      source: row.text('source'),
      statedDate: row.text('as_of'),
    });
    report.decide(
      `${provider} ${instance} (${accelerator}) is offered by the facts but has no on-demand price: kept, unpriced.`,
    );
  }
}

/** True where a priced machine is what the row describes. */
function matchMachine(row: Row, book: OfferBook): boolean {
  return book.machines().some((machine) => describes(row, machine));
}

function describes(row: Row, machine: ImportedMachine): boolean {
  if (row.text('provider') !== machine.provider) return false;
  const named = row.text('instance');
  const counted = /^(\S+) (\d+)$/.exec(named);
  if (counted?.[1] !== undefined && counted[2] !== undefined)
    return machine.instance.startsWith(`${counted[1]}_${counted[2]}gpu`);
  return machine.instance === named;
}

function encode(
  machines: readonly ImportedMachine[],
  offers: readonly ImportedOffer[],
  networkRows: readonly Row[],
  advisor: SpotAdvisor,
  retiredOn: (provider: string, instance: string) => string | undefined,
  marketplaces: string[],
): PriceData {
  const sources = createValueTable<PriceData['sources'][number]>();
  const providers = createValueTable<string>();
  const accelerators = createValueTable<string>();
  const regions = createValueTable<string>();
  const networks = createValueTable<string>();
  const suspicions = createValueTable<string>();
  const bands = createValueTable<string>();
  const byMachine = new Map<ImportedMachine, ImportedOffer[]>(machines.map((machine) => [machine, []]));
  for (const offer of offers) byMachine.get(offer.machine)?.push(offer);
  const rows = machines.map((machine) =>
    (byMachine.get(machine) ?? []).sort(
      (a, b) => capacities.indexOf(a.capacity) - capacities.indexOf(b.capacity) || compare(a.region, b.region),
    ),
  );
  const ordered = rows.flat();
  const machineNetworks = machines.map((machine) => networkRows.find((row) => describes(row, machine)));
  const machineIndex = new Map(machines.map((machine, index) => [`${machine.provider}\n${machine.instance}`, index]));
  return {
    asOf:
      ordered
        .flatMap((offer) => (offer.usdPerHour === undefined ? [] : [offer.asOf]))
        .sort()
        .at(-1) ?? '',
    marketplaces,
    machines: {
      provider: machines.map((machine) => providers.indexOf(machine.provider)),
      instance: machines.map((machine) => machine.instance),
      accelerator: machines.map((machine) => accelerators.indexOf(machine.accelerator)),
      count: machines.map((machine) => tidy(machine.count)),
      vcpus: machines.map((machine) => machine.vcpus ?? -1),
      hostGib: machines.map((machine) => machine.hostGib ?? -1),
      network: machineNetworks.map((row) => (row === undefined ? -1 : networks.indexOf(row.text('network')))),
      networkGbpsPerAccelerator: machineNetworks.map((row) => row?.number('gbps_per_accelerator') ?? -1),
      perAccelerator: machines.flatMap((machine, index) => (machine.perAccelerator ? [index] : [])),
      retired: machines.flatMap((machine, index): [number, string][] => {
        const on = retiredOn(machine.provider, machine.instance);
        return on === undefined ? [] : [[index, on]];
      }),
    },
    offers: {
      perMachine: rows.map((list) => list.length),
      region: ordered.map((offer) => regions.indexOf(offer.region)),
      capacity: ordered.map((offer) => capacities.indexOf(offer.capacity)),
      usdPerHour: ordered.map((offer) => offer.usdPerHour ?? -1),
      source: ordered.map((offer) => sources.indexOf([offer.source, offer.asOf, offer.basis, offer.terms])),
      suspect: ordered.flatMap((offer, index): [number, number][] =>
        offer.suspect === undefined ? [] : [[index, suspicions.indexOf(offer.suspect)]],
      ),
    },
    interruptions: {
      source: advisor.source,
      asOf: advisor.asOf,
      rows: advisor.rows.flatMap((row): [number, number, number, number][] => {
        const machine = machineIndex.get(`aws\n${row.instance}`);
        return machine === undefined
          ? []
          : [[machine, regions.indexOf(row.region), row.savingsPercent, bands.indexOf(row.band)]];
      }),
      bands: [...bands.values],
    },
    sources: [...sources.values],
    providers: [...providers.values],
    accelerators: [...accelerators.values],
    regions: [...regions.values],
    networks: [...networks.values],
    suspicions: [...suspicions.values],
  };
}

/** Providers whose hosts are private: the compliance table says so. */
function readMarketplaces(directory: string): string[] {
  return readTable(directory, 'facts/compliance.csv')
    .filter((row) => /^marketplace/.test(row.text('note')))
    .map((row) => row.text('provider'));
}
