/** AI707: owning costs more than renting the same chip, or a rented service would cost less on the cluster that is owned. */
import { formatShare, formatUsdExact } from '../manifest/format-quantity.ts';
import { heldShare } from '../planner/shared-clusters.ts';
import type { OwnershipPlan } from '../planner/types.ts';
import { resolvedCluster } from './clusters.ts';
import { quoted } from './message.ts';
import type { Report, Rule, RuleContext } from './rule.ts';
import { isRented, memberPlace, targetsOf, workloadsOf } from './targets.ts';
import { CHEAPER_SHARE } from './thresholds.ts';

export const ownershipBreakEven: Rule = {
  code: 'AI707',
  name: 'ownership-break-even',
  severity: 'info',
  docs: {
    summary: 'Owning costs more than renting over its life, or the reverse.',
    what: 'An hour of an accelerator of the cluster, everything that owning costs included and at its `utilization`, is at least 15 % dearer than the cheapest commitment or on-demand price of the same chip that policy allows. Or a service is rented on a chip that a cluster of the manifest has free, and an hour there is at least 15 % cheaper. The message says at which utilization it turns.',
    why: 'Purchase, space and people are paid whether the machines work or not: owning is cheap for what runs day and night, and dear for what idles.',
    whenToSilence: 'If the data has to stay at home, or the decision is made.',
    sources: ['Cost of owning: the manifest’s `clusters.*.cost`', 'Prices of the catalogue with their dates'],
    bad: [
      {
        title: 'A cluster that idles',
        manifest: `version: 1
clusters:
  dc1:
    accelerator: h100-sxm
    nodes: 2
    acceleratorsPerNode: 8
    utilization: <|15%|>
    cost: { perNode: 280k, amortization: 4y, electricity: 0.14/kWh, pue: 1.3, colocation: 180/kW/month, staff: 0.5 }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { cluster: dc1, count: 1 }
`,
      },
    ],
    good: [
      {
        title: 'A cluster that works',
        manifest: `version: 1
clusters:
  dc1:
    accelerator: h100-sxm
    nodes: 16
    acceleratorsPerNode: 8
    utilization: 85%
    cost: { perNode: 220k, amortization: 5y, electricity: 0.10/kWh, pue: 1.2, staff: 0.5 }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { cluster: dc1, count: 1 }
`,
      },
    ],
  },
  *checkManifest(context) {
    for (const [name, cluster] of Object.entries(context.head.clusters ?? {})) {
      const isUsed = [...context.plans.values()].some(({ target }) => target.cluster === name);
      const owned = isUsed ? resolvedCluster(context, name, cluster) : undefined;
      const ownership = owned?.plan();
      if (!owned || !ownership) continue;
      // The plan itself may use it more than is stated.
      const used = Math.max(ownership.utilization, Math.min(1, heldShare(context.plans.values(), name)));
      const report = dearerThanRent(context, ownership, used, owned.at(used).mid);
      if (report) yield report;
    }
    yield* cheaperAtHome(context);
  },
};

/** Commitments and on demand: what can be had for years. */
const LASTING: ReadonlySet<string> = new Set(['on-demand', 'reserved-1y', 'reserved-3y']);

function dearerThanRent(
  context: RuleContext,
  { cluster, utilization, breakEven }: OwnershipPlan,
  used: number,
  ownUsd: number,
) {
  const [rent] = breakEven
    .filter(({ capacity }) => LASTING.has(capacity))
    .sort((a, b) => a.usdPerAcceleratorHour - b.usdPerAcceleratorHour);
  if (!rent || rent.usdPerAcceleratorHour > (1 - CHEAPER_SHARE) * ownUsd) return undefined;
  const stated = context.head.clusters?.[cluster]?.utilization !== undefined;
  const turns =
    rent.utilization === null
      ? 'at no utilization does owning cost less'
      : `owning costs less from ${formatShare(rent.utilization)} on`;
  return {
    path: ['clusters', cluster, stated ? 'utilization' : 'cost'],
    part: stated ? 'value' : 'key',
    message: `${used > utilization ? `The plan uses ${quoted(cluster)} ${formatShare(used)} of the time, and then` : `At ${formatShare(utilization)} utilization`} an hour of an accelerator of ${used > utilization ? 'it' : quoted(cluster)} costs ${formatUsdExact(ownUsd)}, and \`${rent.capacity}\` at ${quoted(rent.provider)} ${formatUsdExact(rent.usdPerAcceleratorHour)}: ${turns}.`,
    ...(stated && {
      related: [
        { path: ['clusters', cluster, 'cost'], part: 'key' as const, message: 'This is what owning it costs.' },
      ],
    }),
  } satisfies Report;
}

/** Services rented on a chip of which a cluster has enough free, at more than an hour there costs. */
function* cheaperAtHome(context: RuleContext): Iterable<Report> {
  const { head, plans } = context;
  if (Object.keys(head.clusters ?? {}).length === 0) return;
  const taken = new Map<string, number>();
  for (const { target } of plans.values())
    if (target.cluster !== undefined) taken.set(target.cluster, (taken.get(target.cluster) ?? 0) + (target.count ?? 0));
  for (const each of workloadsOf(context)) {
    const plan = plans.get(each.name);
    const site = targetsOf(each).find(({ level }) => level === 'own');
    const hourly = plan?.cost.hourlyUsd?.mid;
    const { count, accelerator, capacity } = plan?.target ?? {};
    if (!plan || !site || !isRented(site) || plan.phase !== 'inference' || hourly === undefined) continue;
    if (!count || capacity === 'spot' || plan.cost.atLeast) continue;
    for (const [name, cluster] of Object.entries(head.clusters ?? {})) {
      const owned = resolvedCluster(context, name, cluster);
      if (owned?.accelerator.id !== accelerator || !owned?.usdPerAcceleratorHour) continue;
      const free = (cluster.available ?? owned.accelerators) - (taken.get(name) ?? 0);
      const own = owned.usdPerAcceleratorHour.mid;
      if (free < count || own > (1 - CHEAPER_SHARE) * (hourly / count)) continue;
      yield {
        ...memberPlace(site, site.target.provider === undefined ? 'accelerator' : 'provider'),
        message: `An hour of ${quoted(accelerator ?? '')} is rented for ${formatUsdExact(hourly / count)}, and costs ${formatUsdExact(own)} on ${quoted(name)}, which has ${free} free${owned.turnsAt(hourly / count) === undefined ? '' : `: it pays from ${formatShare(owned.turnsAt(hourly / count) ?? 0)} utilization on`}.`,
        related: [{ path: ['clusters', name], part: 'key', message: 'This cluster is owned.' }],
      };
      break;
    }
  }
}
