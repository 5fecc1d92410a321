/** AI708: the data lies far from the machines, so that moving it costs money and time. */
import { egressUsd } from '../catalog/egress-price.ts';
import { formatBytes, formatDuration, formatUsd } from '../manifest/format-quantity.ts';
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
    what: '`data.location` is another region or another provider than the target, and sending `data.size` there costs at least $100 and 1 % of the workload, or takes 12 hours or more over 10 Gbit/s.',
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
    const { size, location } = workload.data ?? {};
    const [from, fromRegion] = location?.split('/') ?? [];
    const { provider, region } = plan.target;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    if (size === undefined || location === undefined || from === undefined || fromRegion === undefined) return;
    if (!site || !isRented(site) || provider === undefined || region === undefined) return;
    if (from === provider && fromRegion === region) return;
    if (!catalog.region(from, fromRegion) || !catalog.region(provider, region)) return;
    const quote = catalog.egressPrice({
      from: { provider: from, region: fromRegion },
      to: { provider, region },
    });
    const usd = quote && egressUsd(quote, size);
    const seconds = size / TRANSFER.bytesPerSecond;
    const dear = usd !== undefined && usd >= TRANSFER.usd && usd >= TRANSFER.share * (totalOf(context) ?? 0);
    if (!dear && seconds < TRANSFER.seconds) return;
    yield {
      path: context.path('data', 'location'),
      part: 'value',
      message: `${formatBytes(size)} have to move from ${quoted(location)} to ${quoted(`${provider}/${region}`)}: ${usd === undefined ? 'at a price that is not known' : `about ${formatUsd(usd)}`}, and ${formatDuration(seconds)} at 10 Gbit/s.`,
      related: [{ ...memberPlace(site, 'region'), message: 'The machines stand here.' }],
      fixes: () => fixes(context, site, from, fromRegion),
    };
  },
};

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
