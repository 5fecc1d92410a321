/** AI708: the data lies far from the machines, so that moving it costs money and time. */
import { ANY_REGION } from '../catalog/offer-index.ts';
import { BYTES_PER_GB } from '../catalog/price-tiers.ts';
import { formatBytes, formatDuration, formatUsd } from '../manifest/format-quantity.ts';
import { dataTransferLines } from '../planner/cost-data.ts';
import { isOfferedBy } from './targets.ts';
import { quoted } from './message.ts';
import type { Fix, PlannedWorkload, Rule } from './rule.ts';
import { isRented, memberPlace, targetsOf, type TargetSite } from './targets.ts';
import { TRANSFER } from './thresholds.ts';

export const dataTransfer: Rule = {
  code: 'AI708',
  name: 'data-transfer',
  severity: 'warning',
  docs: {
    summary: 'The data lies far from the machines, and moving it costs money and time.',
    what: '`data.location` is another region or another provider than the machines, so that the plan has a line for the way of the data to them, and sending it costs at least $100 and 1 % of the workload, or takes 12 hours or more over 10 Gbit/s.',
    why: 'A provider charges for what leaves its region, and more for what leaves its cloud. The run cannot start before its data is there, or waits for it all the time.',
    whenToSilence: 'If there is a copy near the machines, or the data is sent once and kept.',
    sources: ['Prices of transfers by region: the catalogue, with sources and dates'],
    bad: [
      {
        title: 'Forty terabytes to another cloud',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    data: { size: 40TB, location: <|aws/us-east-1|> }
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'Where the data is',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    data: { size: 40TB, location: aws/us-east-1 }
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Run in aws us-east-1',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    data: { size: 40TB, location: aws/us-east-1 }
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    data: { size: 40TB, location: aws/us-east-1 }
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan, catalog } = context;
    const location = workload.data?.location;
    const [from, fromRegion] = location?.split('/') ?? [];
    const site = targetsOf(context).find(({ level }) => level === 'own');
    if (!site || location === undefined || from === undefined || fromRegion === undefined) return;
    if (!catalog.region(from, fromRegion)) return;
    const lines = dataTransferLines(plan.cost.lines);
    const isPriced = lines.length > 0;
    // The plan says so where it has no price for the way.
    if (!isPriced && !plan.unknown.some(({ path }) => path === 'data.location')) return;
    const bytes = isPriced
      ? lines.reduce((sum, { quantity }) => sum + quantity * BYTES_PER_GB, 0)
      : (workload.data?.size ?? workload.storage?.size ?? 0);
    const usd = lines.reduce((sum, { amountUsd }) => sum + amountUsd, 0);
    const seconds = bytes / TRANSFER.bytesPerSecond;
    const dear = usd >= TRANSFER.usd && usd >= TRANSFER.share * (totalOf(context) ?? 0);
    if (!dear && seconds < TRANSFER.seconds) return;
    yield {
      path: context.path('data', 'location'),
      part: 'value',
      message: `${formatBytes(bytes)} have to move from ${quoted(location)} to ${placeWords(context, site)}: ${isPriced ? `about ${formatUsd(usd)}` : 'at a price that is not known'}, and ${formatDuration(seconds)} at 10 Gbit/s.`,
      related: [{ ...memberPlace(site, isRented(site) ? 'region' : 'cluster'), message: 'The machines stand here.' }],
      fixes: () => (isRented(site) ? fixes(context, site, from, fromRegion) : []),
    };
  },
};

/** Where the machines of the plan stand, in words. */
function placeWords({ plan }: PlannedWorkload, site: TargetSite): string {
  const { cluster, provider, region } = plan.target;
  if (!isRented(site) || provider === undefined) return cluster === undefined ? 'own premises' : quoted(cluster);
  return quoted(region === undefined || region === ANY_REGION ? provider : `${provider}/${region}`);
}

function totalOf({ plan }: PlannedWorkload): number | undefined {
  return (plan.cost.totalUsd ?? plan.cost.monthlyUsd)?.mid;
}

/** The machines move to the data, where the chip is to be had there. */
function fixes({ plan, catalog }: PlannedWorkload, site: TargetSite, provider: string, region: string): readonly Fix[] {
  const { accelerator } = plan.target;
  if (accelerator === undefined || !isOfferedBy(catalog, provider, accelerator)) return [];
  const moved = provider !== plan.target.provider;
  const bound = moved
    ? (['instance', 'service', 'interconnect'] as const).filter((key) => site.target[key] !== undefined)
    : [];
  const named = site.target.accelerator === undefined && bound.includes('instance');
  return [
    {
      title: `Run in ${provider} ${region}`,
      edits: [
        ...(moved ? [{ kind: 'set', path: site.path('provider'), value: provider } as const] : []),
        { kind: 'set', path: site.path('region'), value: region },
        ...(named ? [{ kind: 'set', path: site.path('accelerator'), value: accelerator } as const] : []),
        ...bound.map((key) => ({ kind: 'remove', path: site.path(key) }) as const),
      ],
      safe: false,
      preferred: true,
    },
  ];
}
