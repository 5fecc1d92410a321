/** AI507: an availability that the replicas, or the one zone, cannot give. */
import { formatShare } from '../manifest/format-quantity.ts';
import { counted } from './message.ts';
import type { Fix, PlannedWorkload, Rule } from './rule.ts';
import { isRented, memberPlace, targetsOf, type TargetSite } from './targets.ts';
import { AVAILABILITY } from './thresholds.ts';

export const availabilityNeedsReplicas: Rule = {
  code: 'AI507',
  name: 'availability-needs-replicas',
  severity: 'warning',
  docs: {
    summary: 'The availability asked for needs more replicas, or more zones.',
    what: 'A production service asks for more `availability` than one machine is promised to have (99.9 %) with a single replica always up, or for more than one zone can give (99.95 %) in a single zone. A prototype is not held to this.',
    why: 'A machine fails, a zone goes down, a driver is updated. Nobody promises more for one of anything.',
    whenToSilence: 'If another place outside of this manifest takes over.',
    sources: [
      'Compute service level agreements, 2026: one machine 99.5 % (AWS) to 99.9 % (Google Cloud, Azure); two zones 99.99 %',
    ],
    bad: [
      {
        title: 'Four nines from one replica',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100, availability: 99.95%, autoscaling: { min: <|1|>, max: 4 } }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
      },
    ],
    good: [
      {
        title: 'Two replicas',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100, availability: 99.95%, autoscaling: { min: 2, max: 4 } }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
      },
    ],
    fixes: [
      {
        title: 'Keep 2 replicas up',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100, availability: 99.99%, autoscaling: { min: 1, max: 4 } }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100, availability: 99.99%, autoscaling: { min: 2, max: 4 } }
    target: { provider: aws, region: us-east-1, accelerator: l4, zones: 2 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const { serving, stage } = workload;
    const wanted = serving?.availability;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    if (workload.phase !== 'inference' || stage === 'prototype' || wanted === undefined || !site) return;
    if (site.target.serverless === true || plan.target.deployment === 'edge') return;
    const { autoscaling } = serving ?? {};
    const replicas =
      autoscaling === undefined
        ? plan.serving?.replicas?.peak
        : autoscaling.scaleToZero
          ? 0
          : Math.max(autoscaling.min ?? 1, 0);
    if (replicas === undefined) return;
    const alone = replicas < 2 && wanted > AVAILABILITY.oneMachine;
    const zones = site.target.zones ?? 1;
    const oneZone = isRented(site) && zones < 2 && wanted > AVAILABILITY.oneZone;
    if (!alone && !oneZone) return;
    const said = autoscaling?.min !== undefined;
    const what = alone
      ? `${counted(replicas, 'replica')} always up and ${formatShare(AVAILABILITY.oneMachine)} promised for one machine`
      : `one zone, which gives ${formatShare(AVAILABILITY.oneZone)} at best`;
    const need = [...(alone ? ['keep two replicas up'] : []), ...(oneZone ? ['use two zones'] : [])];
    yield {
      path: context.path('serving', ...(alone && said ? ['autoscaling', 'min'] : ['availability'])),
      part: 'value',
      message: `${formatShare(wanted)} cannot be had from ${what}: ${need.join(' and ')}.`,
      related: [
        ...(alone && said
          ? [{ path: context.path('serving', 'availability'), part: 'value' as const, message: 'This is asked for.' }]
          : []),
        ...(oneZone ? [{ ...memberPlace(site, 'zones'), message: 'It is spread over one zone.' }] : []),
      ],
      fixes: () => fixes(context, site, alone, oneZone),
    };
  },
};

function fixes(context: PlannedWorkload, site: TargetSite, alone: boolean, oneZone: boolean): readonly Fix[] {
  const { workload, plan } = context;
  const zones = oneZone ? [{ kind: 'set', path: site.path('zones'), value: 2 } as const] : [];
  if (!alone) return [{ title: 'Spread over 2 zones', edits: zones, safe: false, preferred: true }];
  const { autoscaling } = workload.serving ?? {};
  const each = plan.serving?.acceleratorsPerReplica ?? 1;
  const replicas = autoscaling
    ? [
        { kind: 'set', path: context.path('serving', 'autoscaling', 'min'), value: 2 } as const,
        ...(autoscaling.max !== undefined && autoscaling.max < 2
          ? [{ kind: 'set', path: context.path('serving', 'autoscaling', 'max'), value: 2 } as const]
          : []),
        ...(autoscaling.scaleToZero
          ? [{ kind: 'remove', path: context.path('serving', 'autoscaling', 'scaleToZero') } as const]
          : []),
      ]
    : [
        { kind: 'set', path: site.path('count'), value: 2 * each } as const,
        // Two devices are one large replica as well: that there are two is said.
        ...(workload.serving?.parallelism === undefined
          ? [{ kind: 'set', path: context.path('serving', 'parallelism'), value: { tensor: each } } as const]
          : []),
      ];
  return [{ title: 'Keep 2 replicas up', edits: [...replicas, ...zones], safe: false, preferred: true }];
}
