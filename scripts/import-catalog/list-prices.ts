import { reasonWithoutId } from './accelerator-names.ts';
import type { ImportedMachine, OfferBook } from './offer-book.ts';
import { readTable, type Row } from './read-table.ts';
import type { ImportReport } from './report.ts';

/** The region of an offer that its source ties to no region. */
export const ANY_REGION = 'any';

const fractions: Readonly<Record<string, number>> = { '0.3333': 1 / 3, '0.1667': 1 / 6 };

/** Adds the machines and the on-demand and spot prices of instances.csv. */
export function importInstances(
  directory: string,
  ids: ReadonlyMap<string, string>,
  book: OfferBook,
  report: ImportReport,
): void {
  const rows = readTable(directory, 'catalog/instances.csv');
  const withHost = new Set(
    rows
      .filter((row) => row.text('vcpus') !== '')
      .map((row) => `${row.text('provider')} ${instanceName(row.text('instance_type'), '')}`),
  );
  for (const row of rows) {
    const stated = row.text('instance_type');
    const label = `${row.text('provider')} ${stated} ${row.text('region')}`;
    const accelerator = row.text('accelerator') === '' ? 'cpu' : ids.get(row.text('accelerator'));
    if (accelerator === undefined) {
      report.drop(reasonWithoutId(row.text('accelerator')), row, label);
      continue;
    }
    const described = describeMachine(row, stated, accelerator);
    if (described.vcpus === undefined && withHost.has(`${described.provider} ${described.instance}`)) {
      report.drop('the same offer stands in the table with its host, at its own price', row, label);
      continue;
    }
    const machine = book.machine(described);
    const common = {
      machine,
      region: regionName(row.text('region')),
      source: row.text('source'),
      statedDate: row.text('as_of'),
    };
    const onDemand = row.number('on_demand_usd_per_hour');
    const spot = row.number('spot_usd_per_hour');
    if (onDemand !== undefined || spot === undefined)
      book.add({ ...common, capacity: 'on-demand', usdPerHour: onDemand });
    if (spot !== undefined) book.add({ ...common, capacity: 'spot', usdPerHour: spot });
  }
}

function describeMachine(row: Row, stated: string, accelerator: string): ImportedMachine {
  const countText = row.text('accelerator_count');
  return {
    provider: row.text('provider'),
    instance: instanceName(stated, accelerator),
    accelerator,
    count: fractions[countText] ?? row.number('accelerator_count') ?? 0,
    vcpus: row.number('vcpus'),
    hostGib: row.number('memory_gib'),
    perAccelerator: /\(per (chip|GPU)-hour\)/.test(stated),
  };
}

/** The machine without what the row says about its price: `[spot]`, `(per chip-hour)`; TPU rows are named by their chip. */
function instanceName(stated: string, accelerator: string): string {
  if (/\(per chip-hour\)/.test(stated)) return accelerator;
  return stated.replace(/ \[(on-demand|spot|marketplace)\]$/, '').replace(/ \(per GPU-hour\)$/, '');
}

export function regionName(stated: string): string {
  if (/^(any|all)\b/.test(stated)) return ANY_REGION;
  // AWS writes the same local zone as `us-east-1-atl-2a` in its capacity blocks.
  return stated.replace(/ \(local zone ([a-z]+)(\d)\)$/, '-$1-$2a').replace(/ \(default\)$/, '');
}

/** TPU prices per chip-hour; newer than the TPU rows of instances.csv, and so they win. */
export function importTpuPrices(
  directory: string,
  ids: ReadonlyMap<string, string>,
  book: OfferBook,
  report: ImportReport,
): void {
  for (const row of readTable(directory, 'catalog/tpu_prices.csv')) {
    const accelerator = ids.get(row.text('accelerator'));
    if (accelerator === undefined) {
      report.drop(
        reasonWithoutId(row.text('accelerator')),
        row,
        `gcp ${row.text('accelerator')} ${row.text('region')}`,
      );
      continue;
    }
    const machine = book.machine({
      provider: 'gcp',
      instance: accelerator,
      accelerator,
      count: 1,
      perAccelerator: true,
    });
    const common = { machine, region: row.text('region'), source: row.text('source'), statedDate: row.text('as_of') };
    const prices = [
      ['on-demand', 'on_demand_usd_per_chip_hour'],
      ['spot', 'spot_usd_per_chip_hour'],
      ['reserved-1y', 'reserved_1y'],
      ['reserved-3y', 'reserved_3y'],
    ] as const;
    for (const [capacity, column] of prices) {
      const price = row.number(column);
      if (price !== undefined) book.add({ ...common, capacity, usdPerHour: price });
    }
  }
}

/** One-year, three-year and capacity-block prices of reserved.csv. */
export function importReserved(directory: string, book: OfferBook, report: ImportReport): void {
  for (const row of readTable(directory, 'catalog/reserved.csv')) {
    const provider = row.text('provider');
    const instance = row.text('instance_type');
    const machine = book.find(provider, instance) ?? ultraServer(provider, instance, book);
    if (machine === undefined) {
      report.drop(
        'the commitment is for a machine that no table describes',
        row,
        `${provider} ${instance} ${row.text('region')}`,
      );
      continue;
    }
    const term = row.text('term');
    const capacity =
      term === '1y'
        ? 'reserved-1y'
        : term === '3y'
          ? 'reserved-3y'
          : /^capacity-block/.test(term)
            ? 'capacity-block'
            : undefined;
    if (capacity === undefined) throw new Error(`reserved.csv:${String(row.line)}: term "${term}" is new`);
    book.add({
      machine,
      region: regionName(row.text('region')),
      capacity,
      usdPerHour: row.number('usd_per_hour'),
      source: row.text('source'),
      statedDate: row.text('as_of'),
      terms: capacity === 'capacity-block' ? term.replace(/^capacity-block \((.*)\)$/, '$1') : row.text('payment'),
    });
  }
}

/** An AWS UltraServer is sold whole; its name states the chip and how many. */
function ultraServer(provider: string, instance: string, book: OfferBook): ImportedMachine | undefined {
  const match = /^u-p6e-(gb200)x(\d+)$/.exec(instance);
  if (match?.[1] === undefined) return undefined;
  return book.machine({ provider, instance, accelerator: match[1], count: Number(match[2]), perAccelerator: false });
}
