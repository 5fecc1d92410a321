/** AI504: A production service wholly on spot machines. */
import { OWN_JUDGEMENT } from './basis.ts';
import type { Fix, Rule, WorkloadContext } from './rule.ts';
import { isOwned, memberPlace, targetsOf, type TargetSite } from './targets.ts';

export const spotServing: Rule = {
  code: 'AI504',
  name: 'spot-serving',
  severity: 'warning',
  docs: {
    summary: 'A production service wholly on spot machines.',
    what: 'An inference workload that is no prototype runs on spot capacity, with no `baseline` on another.',
    why: 'Spot machines are taken back when others want them, often many at once and at peak hours: the service then has nothing to answer with.',
    whenToSilence: 'If users can do without it for a while.',
    sources: [OWN_JUDGEMENT],
    bad: [
      {
        title: 'All on spot',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2, capacity: <|spot|> }
`,
      },
    ],
    good: [
      {
        title: 'A baseline on demand',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 4, capacity: spot, baseline: { count: 2, capacity: on-demand } }
`,
      },
      {
        title: 'A prototype',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    stage: prototype
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2, capacity: spot }
`,
      },
    ],
    fixes: [
      {
        title: 'Rent on demand',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2, capacity: spot }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2, capacity: on-demand }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload } = context;
    if (workload.phase !== 'inference' || workload.stage === 'prototype') return;
    for (const site of targetsOf(context)) {
      const { baseline } = site.target;
      if (
        site.level === 'burst' ||
        isOwned(site) ||
        site.resolution.target.capacity !== 'spot' ||
        (baseline && baseline.capacity !== 'spot')
      )
        continue;
      const path = site.path('capacity');
      yield {
        ...memberPlace(site, 'capacity'),
        severity: site.severity('warning'),
        message:
          'All machines of this production service can be taken back at once: keep a `baseline` on demand, or rent all of them so.',
        fixes: () => [
          ...(site.level === 'own' ? [floor(context, site)] : []),
          {
            title: 'Rent on demand',
            edits: [{ kind: 'set', path, value: 'on-demand' }],
            safe: false,
            preferred: site.level !== 'own',
          },
        ],
      };
    }
  },
};

/** A floor of what the average load needs: one replica at least, and not all of them. */
function floor({ plan }: WorkloadContext, site: TargetSite): Fix {
  const each = plan.serving?.acceleratorsPerReplica ?? 1;
  const { average = 1, peak = 1 } = plan.serving?.replicas ?? {};
  const count = each * Math.max(1, Math.min(Math.ceil(average), peak - 1));
  return {
    title: `Keep ${count} on demand`,
    edits: [{ kind: 'set', path: site.path('baseline'), value: { count, capacity: 'on-demand' } }],
    safe: false,
    preferred: true,
  };
}
