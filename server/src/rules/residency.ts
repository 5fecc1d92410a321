/** AI802: A region, a checkpoint store or a burst outside the residency. */
import type { Path } from '../manifest/source.ts';
import { covers } from '../planner/policy.ts';
import { listed, quoted } from './message.ts';
import { nearestRegions } from './nearest.ts';
import type { Related, Rule } from './rule.ts';
import { chipOf, isRented, memberPlace, targetsOf } from './targets.ts';

export const residency: Rule = {
  code: 'AI802',
  name: 'residency',
  severity: 'error',
  docs: {
    summary: 'A region, a checkpoint store or a burst outside the residency.',
    what: 'A region, or a `location` of data or checkpoints, lies outside every geography of `policy.dataResidency`.',
    why: 'The data would leave the places that it may not leave.',
    whenToSilence: 'If what lies there holds no data that residency protects.',
    sources: ['Place of each region: the providers’ lists of regions, as in the catalogue'],
    bad: [
      {
        title: 'European data in Virginia',
        manifest: `version: 1
policy: { dataResidency: [eu] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: <|us-east-1|>, accelerator: l4, count: 2 }
`,
      },
    ],
    good: [
      {
        title: 'European data in Frankfurt',
        manifest: `version: 1
policy: { dataResidency: [eu] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: eu-central-1, accelerator: l4, count: 2 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use eu-central-1',
        before: `version: 1
policy: { dataResidency: [de] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
        after: `version: 1
policy: { dataResidency: [de] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: eu-central-1, accelerator: l4, count: 2 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, head, catalog } = context;
    const residency = head.policy?.dataResidency;
    if (!residency) return;
    const outside = (provider: string, region: string) => {
      const place = catalog.region(provider, region);
      return place && !residency.some((word) => covers(word, place)) ? place : undefined;
    };
    const related: readonly Related[] = [
      { path: ['policy', 'dataResidency'], part: 'value', message: `Data stays in ${listed(residency, 'and')}.` },
    ];
    for (const site of targetsOf(context)) {
      const { provider, region } = site.resolution.target;
      const place =
        provider !== undefined && region !== undefined && isRented(site) ? outside(provider, region) : undefined;
      if (provider === undefined || !place) continue;
      const chip = chipOf(site);
      yield {
        ...memberPlace(site, 'region'),
        severity: site.severity('error'),
        message: `${quoted(place.id)} lies in ${quoted(place.geography)}, outside the residency (${listed(residency.map(quoted))}): choose a region inside.`,
        related,
        fixes: () =>
          chip
            ? nearestRegions(context, provider, chip.id, place)
                .slice(0, 2)
                .map((id, index) => ({
                  title: `Use ${id}`,
                  edits: [{ kind: 'set', path: site.path('region'), value: id }],
                  safe: false,
                  preferred: index === 0,
                }))
            : [],
      };
    }
    const { checkpointing, data } = workload;
    const locations: readonly (readonly [path: Path, location: string | undefined])[] = [
      [
        context.path('checkpointing', 'location'),
        typeof checkpointing === 'object' ? checkpointing.location : undefined,
      ],
      [context.path('data', 'location'), data?.location],
    ];
    for (const [path, location] of locations) {
      const [provider, region] = location?.split('/') ?? [];
      const place = provider !== undefined && region !== undefined ? outside(provider, region) : undefined;
      if (!place) continue;
      yield {
        path,
        part: 'value',
        message: `${quoted(location ?? '')} lies in ${quoted(place.geography)}, outside the residency (${listed(residency.map(quoted))}): choose a place inside.`,
        related,
      };
    }
  },
};
