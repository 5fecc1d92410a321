import { regionName } from './list-prices.ts';
import type { OfferBook } from './offer-book.ts';
import { readTable, tidy, type Row } from './read-table.ts';
import type { ImportReport } from './report.ts';
import { isoDate } from './tables.ts';

/** AWS's classes in the trend series, and the accelerators they stand for. */
const trendClasses: Readonly<Record<string, string>> = {
  'a100-40gb': 'A100',
  'a100-80gb': 'A100',
  'h100-sxm': 'H100',
  h200: 'H200',
  b200: 'B200',
  b300: 'B300',
};

/** Two sources round the same price differently by less than this share. */
const ROUNDING = 1e-3;

interface Trend {
  readonly newest: string;
  readonly credit: string;
  /** Class median on the newest day over that on the given day; undefined where either is missing. */
  ratio(accelerator: string, since: string): number | undefined;
}

function readTrend(directory: string): Trend {
  const rows = readTable(directory, 'catalog/aws_spot_trend.csv');
  const levels = new Map(
    rows.map((row) => [
      `${row.text('gpu_class')} ${row.text('date')}`,
      row.number('median_spot_usd_per_gpu_hour_us_zones'),
    ]),
  );
  const newest =
    rows
      .map((row) => row.text('date'))
      .sort()
      .at(-1) ?? '';
  return {
    newest,
    credit: rows[0]?.text('source') ?? '',
    ratio: (accelerator, since) => {
      const name = trendClasses[accelerator];
      const then = levels.get(`${name ?? ''} ${since}`);
      const now = levels.get(`${name ?? ''} ${newest}`);
      return then === undefined || now === undefined ? undefined : now / then;
    },
  };
}

/**
 * Whole-machine spot prices by region. AWS rows of classes whose market is known to have moved since are scaled by the
 * class medians and become estimates; Google's machines assembled from host and GPU parts are estimates too.
 */
export function importSpotPrices(directory: string, book: OfferBook, report: ImportReport): void {
  const trend = readTrend(directory);
  let scaled = 0;
  for (const row of readTable(directory, 'catalog/spot_prices.csv')) {
    const provider = row.text('provider');
    const instance = row.text('instance_type');
    const label = `${provider} ${instance} ${row.text('region')}`;
    if (/per GPU-hour/.test(instance)) {
      report.drop('a class level, not a machine: used to scale the older AWS rows', row, label);
      continue;
    }
    const part = /^NVIDIA (T4|V100 16GB|L4) \(GPU part only/.exec(instance)?.[1];
    if (part !== undefined) {
      if (provider === 'gcp' && part !== 'L4') assembleN1(row, part === 'T4' ? 't4' : 'v100-16gb', book);
      else report.drop('GPU part only; whole machines with this GPU are priced elsewhere', row, label);
      continue;
    }
    const machine = book.find(provider, instance);
    if (machine === undefined) {
      report.drop('a spot price for a machine that no table describes', row, label);
      continue;
    }
    const stated = row.number('spot_usd_per_hour');
    if (stated === undefined) continue;
    const common = { machine, region: regionName(row.text('region')), statedDate: row.text('as_of') };
    const assembled = /host \+ GPU rows summed/.test(row.text('note'));
    const ratio = provider === 'aws' ? trend.ratio(machine.accelerator, isoDate(row.text('as_of'))) : undefined;
    const onDemand = row.number('on_demand_usd_per_hour');
    if (assembled && onDemand !== undefined) {
      book.add({
        ...common,
        capacity: 'on-demand',
        usdPerHour: onDemand,
        basis: 'estimate',
        source: `host and GPU parts summed: ${row.text('source')}`,
      });
    }
    // A spot price does not pass the on-demand price of its machine.
    const ceiling = book.offer(provider, instance, common.region, 'on-demand')?.usdPerHour ?? Infinity;
    if (ratio === undefined) {
      book.add({
        ...common,
        capacity: 'spot',
        usdPerHour: stated <= ceiling * (1 + ROUNDING) ? Math.min(stated, ceiling) : stated,
        source: row.text('source'),
        ...(assembled ? { basis: 'estimate' as const } : {}),
      });
      continue;
    }
    scaled += 1;
    book.add({
      ...common,
      capacity: 'spot',
      usdPerHour: Math.min(tidy(stated * ratio), ceiling),
      statedDate: trend.newest,
      basis: 'estimate',
      source: `${row.text('source')} of ${isoDate(row.text('as_of'))}, scaled by the class medians to ${trend.newest} (${trend.credit})`,
    });
  }
  report.decide(
    `${String(scaled)} AWS spot prices of January 2026 (A100, H100, H200, B200, B300) are scaled by the class medians of aws_spot_trend.csv to ${trend.newest}, capped at on-demand, and marked \`estimate\`.`,
  );
}

/**
 * A GPU that Google rents beside an N1 machine. N1 itself is not in the data: its host is priced as the n2-standard-8 of the
 * region, and the sum is an estimate.
 */
function assembleN1(row: Row, accelerator: string, book: OfferBook): void {
  const region = row.text('region');
  const host = book.find('gcp', 'n2-standard-8');
  if (host === undefined) return;
  const machine = book.machine({
    provider: 'gcp',
    instance: `n1-standard-8 + 1x ${accelerator}`,
    accelerator,
    count: 1,
    vcpus: 8,
    perAccelerator: false,
  });
  for (const [capacity, column] of [
    ['on-demand', 'on_demand_usd_per_hour'],
    ['spot', 'spot_usd_per_hour'],
  ] as const) {
    const gpu = row.number(column);
    const hostPrice = book.offer('gcp', host.instance, region, capacity)?.usdPerHour;
    if (gpu === undefined || hostPrice === undefined) continue;
    book.add({
      machine,
      region,
      capacity,
      usdPerHour: gpu + hostPrice,
      basis: 'estimate',
      source: `GPU part (${row.text('source')}) and, for the N1 host, the price of n2-standard-8`,
      statedDate: row.text('as_of'),
    });
  }
}

export interface InterruptionRow {
  readonly instance: string;
  readonly region: string;
  readonly savingsPercent: number;
  readonly band: string;
}

export interface SpotAdvisor {
  readonly source: string;
  readonly asOf: string;
  readonly rows: readonly InterruptionRow[];
}

/** AWS's savings and interruption bands. Where no better spot price is known: on-demand × (1 − savings), an estimate. */
export function importSpotAdvisor(directory: string, book: OfferBook, report: ImportReport): SpotAdvisor {
  const table = readTable(directory, 'catalog/spot_advisor_aws.csv');
  const first = table[0];
  if (first === undefined) throw new Error('spot_advisor_aws.csv is empty');
  const rows: InterruptionRow[] = [];
  for (const row of table) {
    const instance = row.text('instance_type');
    const region = row.text('region');
    const savings = row.number('savings_over_on_demand_pct');
    const machine = book.find('aws', instance);
    if (machine === undefined || savings === undefined) {
      report.drop('an interruption band for a machine that no table describes', row, `aws ${instance} ${region}`);
      continue;
    }
    rows.push({ instance, region, savingsPercent: savings, band: row.text('interruption_frequency') });
    if (savings <= 0) {
      report.drop('no savings over on-demand: no spot price to compute (band kept)', row, `aws ${instance} ${region}`);
      continue;
    }
    const onDemand = book.offer('aws', instance, region, 'on-demand')?.usdPerHour;
    if (onDemand === undefined) {
      report.drop('no on-demand price to take the spot savings from (band kept)', row, `aws ${instance} ${region}`);
      continue;
    }
    book.add({
      machine,
      region,
      capacity: 'spot',
      usdPerHour: onDemand * (1 - savings / 100),
      basis: 'estimate',
      source: `on-demand × (1 − savings): ${row.text('source')}`,
      statedDate: row.text('as_of'),
    });
  }
  report.decide(
    'AWS spot without a stated price is on-demand × (1 − Spot Advisor savings), marked `estimate`: not a quote.',
  );
  return { source: first.text('source'), asOf: isoDate(first.text('as_of')), rows };
}

/** Google's GPU-only rows: the machines they belong to are assembled in spot_prices.csv; what is left over is listed. */
export function reportGpuComponents(directory: string, ids: ReadonlyMap<string, string>, report: ImportReport): void {
  for (const row of readTable(directory, 'catalog/gcp_gpu_components.csv')) {
    const name = row.text('accelerator').replace(/ \(.*\)$/, '');
    const label = `gcp ${row.text('accelerator')} ${row.text('region')}`;
    if (!ids.has(name)) report.drop(`"${name}" has no accelerator id and no facts`, row, label);
    else
      report.drop(
        'GPU part only: the whole machine is taken from spot_prices.csv, which sums host and parts',
        row,
        label,
      );
  }
}
