/**
 * AWS's spot advisor: per region and machine type how much spot saves (`s`, percent off on-demand) and how often it is
 * interrupted (`r`, an index into `ranges`). It states no prices: on-demand × (1 − savings) is an estimate.
 * https://aws.amazon.com/ec2/spot/instance-advisor/
 */
import * as z from 'zod';
import { ANY_REGION } from '../offer-index.ts';
import type { Catalog } from '../types.ts';
import { DropCounter } from './dropped.ts';
import { FeedError, jsonOf, type BandRow, type Feed, type FeedAnswer, type SourceRow } from './source.ts';

const HOST = 'spot-bid-advisor.s3.amazonaws.com';

const advisorSchema = z.object({
  ranges: z.array(z.object({ index: z.int(), label: z.string().max(10) })),
  spot_advisor: z.record(z.string(), z.object({ Linux: z.record(z.string(), z.unknown()).optional() })),
});
const entrySchema = z.object({ s: z.number().min(0).max(100), r: z.int() });

export const awsSpotAdvisor: Feed = {
  id: 'aws-spot-advisor',
  provider: 'aws',
  title: "AWS's spot advisor",
  hosts: [HOST],
  async read({ catalog, edition, get }): Promise<FeedAnswer | 'unchanged'> {
    const document = await get({ url: `https://${HOST}/spot-advisor-data.json`, kind: 'json', etag: edition });
    if (document === 'unchanged') return 'unchanged';
    if (document.lastModified === undefined) throw new FeedError('the answer states no date');
    const dropped = new DropCounter();
    const bands = advisorBands(jsonOf(document), (instance) => catalog.machine('aws', instance) !== undefined, dropped);
    return {
      rows: spotEstimates(bands, catalog, dropped),
      bands,
      dropped,
      source: `on-demand × (1 − savings): ${HOST}/spot-advisor-data.json`,
      asOf: document.lastModified,
      ...(document.etag === undefined ? {} : { edition: document.etag }),
    };
  },
};

/** The bands of the machines that are known; those of the hundreds of other types are not worth a word. */
export function advisorBands(
  advisor: unknown,
  isKnown: (instance: string) => boolean,
  dropped: DropCounter,
): readonly BandRow[] {
  const { success, data } = advisorSchema.safeParse(advisor);
  if (!success) throw new FeedError('the answer has no "ranges" and "spot_advisor": its format changed');
  const labels = new Map(data.ranges.map(({ index, label }) => [index, label]));
  const bands: BandRow[] = [];
  for (const [region, { Linux: machines = {} }] of Object.entries(data.spot_advisor)) {
    for (const [instance, value] of Object.entries(machines)) {
      if (!isKnown(instance)) continue;
      const entry = entrySchema.safeParse(value).data;
      const band = entry === undefined ? undefined : labels.get(entry.r);
      if (entry === undefined || band === undefined) dropped.add('not of the known form', `${instance} ${region}`);
      else bands.push({ instance, region, savingsPercent: entry.s, band });
    }
  }
  return bands;
}

/** On-demand × (1 − savings), where the on-demand price of the region is known and there are savings. */
function spotEstimates(bands: readonly BandRow[], catalog: Catalog, dropped: DropCounter): readonly SourceRow[] {
  return bands.flatMap(({ instance, region, savingsPercent }) => {
    const [onDemand] = catalog
      .offers({ provider: 'aws', instance, region, capacity: 'on-demand' })
      .filter((offer) => offer.region !== ANY_REGION && offer.usdPerHour !== undefined && offer.suspect === undefined);
    if (onDemand?.usdPerHour === undefined || savingsPercent === 0) {
      dropped.add('no on-demand price, or no savings, to compute spot from (band kept)', `${instance} ${region}`);
      return [];
    }
    const usdPerHour = onDemand.usdPerHour * (1 - savingsPercent / 100);
    return [{ instance, region, capacity: 'spot', usdPerHour, basis: 'estimate' }];
  });
}
