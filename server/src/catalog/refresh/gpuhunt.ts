/**
 * The catalogue of dstack's gpuhunt: per provider a `version` (`20261123-4711`) and under it a zip of one CSV.
 * https://github.com/dstackai/gpuhunt
 */
import { cellNumber, csvRows } from './csv-rows.ts';
import { DropCounter } from './dropped.ts';
import { FeedError, textOf, type Feed, type FeedAnswer, type SourceRow } from './source.ts';
import { unzipFile } from './unzip.ts';

const HOST = 'dstack-gpu-pricing.s3.eu-west-1.amazonaws.com';
const COLUMNS = ['instance_name', 'location', 'price', 'gpu_count', 'gpu_name', 'gpu_memory', 'spot'];
/** A table of one provider; the largest is a few megabytes. */
const MOST_TABLE_BYTES = 16 * 2 ** 20;

/** gpuhunt's name → ours. Google's is left out: it does not agree with Google's own list. */
const providers = { lambdalabs: 'lambda', nebius: 'nebius', oci: 'oci', verda: 'verda' } as const;

export const gpuhunt: readonly Feed[] = Object.entries(providers).map(([name, provider]) => ({
  id: `gpuhunt/${provider}`,
  provider,
  title: "gpuhunt's catalogue",
  hosts: [HOST],
  byAccelerator: provider === 'verda',
  async read({ get, edition }): Promise<FeedAnswer | 'unchanged'> {
    const base = `https://${HOST}/v3/${name}`;
    const stated = await get({ url: `${base}/version`, kind: 'text' });
    if (stated === 'unchanged') throw new FeedError('the server answered 304 to a new question');
    const version = textOf(stated).trim();
    const date = /^(\d{4})(\d{2})(\d{2})-[\w-]{1,40}$/.exec(version);
    if (date === null) throw new FeedError('the version is not of the form 20261123-1: the format changed');
    if (version === edition) return 'unchanged';
    const zip = await get({ url: `${base}/${version}/catalog.zip`, kind: 'zip' });
    if (zip === 'unchanged') throw new FeedError('the server answered 304 to a new question');
    const table = unzipFile(zip.bytes, `${name}.csv`, MOST_TABLE_BYTES);
    const dropped = new DropCounter();
    return {
      rows: gpuhuntRows(textOf({ ...zip, bytes: table }), dropped),
      dropped,
      source: `dstack gpuhunt ${name} ${version}`,
      asOf: date.slice(1).join('-'),
      edition: version,
    };
  },
}));

/** Rows of machines with accelerators; CPU machines are left to other sources, calendar-mode prices are no list prices. */
export function gpuhuntRows(csv: string, dropped: DropCounter): readonly SourceRow[] {
  const rows: SourceRow[] = [];
  for (const row of csvRows(csv, COLUMNS)) {
    const { instance_name: instance = '', location: region = '', gpu_name: chip = '', spot = '', flags = '' } = row;
    const count = cellNumber(row, 'gpu_count') ?? 0;
    if (count === 0) continue;
    if (/dws/i.test(flags)) {
      dropped.add('a calendar-mode price, not on-demand', `${instance} ${region}`);
      continue;
    }
    if (instance === '' || !/^(true|false)$/i.test(spot)) {
      dropped.add('the line names no machine, or does not say whether it is spot', `${instance} ${chip} ${region}`);
      continue;
    }
    const memory = cellNumber(row, 'gpu_memory');
    rows.push({
      // Nebius: platform and preset, with a space where the catalogue has an underscore.
      instance: instance.replaceAll(' ', '_'),
      region,
      capacity: /^true$/i.test(spot) ? 'spot' : 'on-demand',
      usdPerHour: cellNumber(row, 'price') ?? NaN,
      accelerator: chip,
      count,
      ...(memory === undefined ? {} : { memoryGb: memory }),
    });
  }
  return rows;
}
