/** AI607: the way from the users to the region and back takes longer than they may wait. */
import type { Region } from '../catalog/types.ts';
import { formatDuration, formatNumber } from '../manifest/format-quantity.ts';
import { covers } from '../planner/policy.ts';
import { nearestRegions } from './nearest.ts';
import { quoted } from './message.ts';
import type { Fix, PlannedWorkload, Rule } from './rule.ts';
import { memberPlace, targetsOf, type TargetSite } from './targets.ts';
import { FIBRE_KM_PER_SECOND } from './thresholds.ts';

export const farFromUsers: Rule = {
  code: 'AI607',
  name: 'far-from-users',
  severity: 'info',
  docs: {
    summary: 'The way to the users and back takes longer than they may wait.',
    what: '`serving.usersIn` says where the users are. Light in glass fibre needs longer from the nearest region there to the region of the target, and back, than `latency.endToEnd` allows. Routers, queues and the model come on top.',
    why: 'No hardware makes the way shorter: only a region near the users does, or a device with them.',
    whenToSilence: 'If the latency is measured at the service and not at the user.',
    sources: [
      'Speed of light in fibre: refractive index 1.468 (ITU-T G.652, undated)',
      'Places of the regions: the catalogue',
    ],
    bad: [
      {
        title: 'Users in Europe, machines in Virginia',
        manifest: `version: 1
workloads:
  classify:
    phase: inference
    model: bert-base
    framework: pytorch
    serving: { requests: 5/s, usersIn: [eu], latency: { endToEnd: <|30ms|> } }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`,
      },
    ],
    good: [
      {
        title: 'Machines in Europe',
        manifest: `version: 1
workloads:
  classify:
    phase: inference
    model: bert-base
    framework: pytorch
    serving: { requests: 5/s, usersIn: [eu], latency: { endToEnd: 30ms } }
    target: { provider: aws, region: eu-west-1, accelerator: l4, count: 1 }
`,
      },
    ],
    fixes: [
      {
        title: 'Move to',
        before: `version: 1
workloads:
  classify:
    phase: inference
    model: bert-base
    framework: pytorch
    serving: { requests: 5/s, usersIn: [eu], latency: { endToEnd: 30ms } }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`,
        after: `version: 1
workloads:
  classify:
    phase: inference
    model: bert-base
    framework: pytorch
    serving: { requests: 5/s, usersIn: [eu], latency: { endToEnd: 30ms } }
    target: { provider: aws, region: eu-west-3, accelerator: l4, count: 1 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { serving, phase } = context.workload;
    const limit = serving?.latency?.endToEnd;
    if (phase !== 'inference' || limit === undefined || !serving?.usersIn) return;
    for (const site of targetsOf(context)) {
      if (site.level !== 'own') continue;
      const region = regionOf(context, site);
      const farthest = region && farthestUsers(context, region);
      if (!region || !farthest) continue;
      const seconds = wayAndBack(farthest.km);
      if (seconds <= limit) continue;
      yield {
        path: context.path('serving', 'latency', 'endToEnd'),
        part: 'value',
        message: `Light alone takes ${formatDuration(seconds)} from users in ${quoted(farthest.word)} to ${quoted(region.id)} and back (${formatNumber(farthest.km)} km each way), and ${formatDuration(limit)} are allowed: use a region near them, or devices at the edge.`,
        related: [{ ...memberPlace(site, 'region'), message: `The machines stand in ${quoted(region.id)}.` }],
        fixes: () => fixes(context, site, region, limit),
      };
    }
  },
};

function wayAndBack(km: number): number {
  return (2 * km) / FIBRE_KM_PER_SECOND;
}

function regionOf({ catalog }: PlannedWorkload, { resolution }: TargetSite): Region | undefined {
  const { provider, region } = resolution.target;
  return provider === undefined || region === undefined ? undefined : catalog.region(provider, region);
}

/** The users that are farthest from the region: of each place of `usersIn` the nearest point that the catalogue knows. */
function farthestUsers(
  { workload, catalog }: PlannedWorkload,
  from: Region,
): { readonly word: string; readonly km: number } | undefined {
  let farthest: { readonly word: string; readonly km: number } | undefined;
  for (const word of workload.serving?.usersIn ?? []) {
    let nearest = covers(word, from) ? 0 : Infinity;
    for (const { regions } of nearest === 0 ? [] : catalog.providers.values()) {
      for (const region of regions.values()) {
        if (covers(word, region)) nearest = Math.min(nearest, catalog.distanceKm(from, region) ?? Infinity);
      }
    }
    if (nearest < Infinity && nearest > (farthest?.km ?? 0)) farthest = { word, km: nearest };
  }
  return farthest;
}

/** Of the provider's regions with the chip the one that is nearest to all users; of equals the nearest to where it is now. */
function fixes(context: PlannedWorkload, site: TargetSite, from: Region, limit: number): readonly Fix[] {
  const { provider, accelerator } = site.resolution.target;
  if (provider === undefined || accelerator === undefined) return [];
  let near: string | undefined;
  let seconds = limit;
  for (const id of nearestRegions(context, provider, accelerator, from)) {
    const region = context.catalog.region(provider, id);
    const there = region ? wayAndBack(farthestUsers(context, region)?.km ?? 0) : Infinity;
    if (there < seconds) [near, seconds] = [id, there];
  }
  if (near === undefined) return [];
  return [
    {
      title: `Move to ${near}`,
      edits: [{ kind: 'set', path: site.path('region'), value: near }],
      safe: false,
      preferred: true,
    },
  ];
}
