/**
 * SkyPilot's catalogue: one CSV a provider in a public repository. The day of a table is that of the commit that last changed
 * it, and the table is read at that very commit.
 * https://github.com/skypilot-org/skypilot-catalog
 */
import * as z from 'zod';
import { median } from '../suspicions.ts';
import { cellNumber, csvRows } from './csv-rows.ts';
import { DropCounter } from './dropped.ts';
import { FeedError, jsonOf, textOf, type Feed, type FeedAnswer, type SourceRow } from './source.ts';

const REPOSITORY = 'skypilot-org/skypilot-catalog';
const COLUMNS = ['InstanceType', 'AcceleratorName', 'AcceleratorCount', 'Price', 'SpotPrice', 'Region'];

const commitsSchema = z
  .array(
    z.object({
      sha: z.string().regex(/^[0-9a-f]{40}$/),
      commit: z.object({ committer: z.object({ date: z.string().regex(/^\d{4}-\d{2}-\d{2}T/) }) }),
    }),
  )
  .min(1);

/** Providers whose machines the table names as the catalogue does. Google's mixes list prices with calendar-mode ones. */
export const skypilot: readonly Feed[] = ['aws', 'hyperstack', 'lambda', 'nebius', 'oci'].map((provider) => ({
  id: `skypilot/${provider}`,
  provider,
  title: "SkyPilot's catalogue",
  hosts: ['api.github.com', 'raw.githubusercontent.com'],
  async read({ get, edition }): Promise<FeedAnswer | 'unchanged'> {
    const path = `catalogs/v8/${provider}/vms.csv`;
    const commits = await get({
      url: `https://api.github.com/repos/${REPOSITORY}/commits?path=${path}&per_page=1`,
      kind: 'json',
    });
    if (commits === 'unchanged') throw new FeedError('the server answered 304 to a new question');
    const newest = commitsSchema.safeParse(jsonOf(commits)).data?.[0];
    if (newest === undefined) throw new FeedError('the answer names no commit: its format changed');
    if (newest.sha === edition) return 'unchanged';
    const table = await get({
      url: `https://raw.githubusercontent.com/${REPOSITORY}/${newest.sha}/${path}`,
      kind: 'csv',
    });
    if (table === 'unchanged') throw new FeedError('the server answered 304 to a new question');
    const dropped = new DropCounter();
    return {
      rows: skypilotRows(textOf(table), dropped),
      dropped,
      source: `github:${REPOSITORY}@${newest.sha.slice(0, 10)} ${path}`,
      asOf: newest.commit.committer.date.slice(0, 10),
      edition: newest.sha,
    };
  },
}));

/** On-demand and spot prices by machine and region; where a region has several zones, the median over them. */
export function skypilotRows(csv: string, dropped: DropCounter): readonly SourceRow[] {
  const groups = new Map<string, { readonly row: Omit<SourceRow, 'usdPerHour'>; readonly prices: number[] }>();
  for (const row of csvRows(csv, COLUMNS)) {
    const { InstanceType: instance = '', AcceleratorName: accelerator = '', Region: region = '' } = row;
    if (instance === '' || region === '') {
      dropped.add('the line names no machine or no region', `${instance} ${accelerator} ${region}`);
      continue;
    }
    const machine = {
      instance,
      region,
      ...(accelerator === '' ? {} : { accelerator, count: cellNumber(row, 'AcceleratorCount') ?? NaN }),
    };
    for (const [capacity, column] of [
      ['on-demand', 'Price'],
      ['spot', 'SpotPrice'],
    ] as const) {
      const price = cellNumber(row, column);
      if (price === undefined) continue;
      const key = `${instance}\n${region}\n${capacity}`;
      const group = groups.get(key) ?? { row: { ...machine, capacity }, prices: [] };
      groups.set(key, group);
      group.prices.push(price);
    }
  }
  return [...groups.values()].map(({ row, prices }) => ({ ...row, usdPerHour: median(prices) }));
}
