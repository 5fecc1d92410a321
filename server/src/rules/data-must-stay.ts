/** AI801: Data that must stay on own premises, on rented machines. */
import { dataMustStay as mustStay } from '../planner/policy.ts';
import { FROM_THE_MANIFEST } from './basis.ts';
import { quoted } from './message.ts';
import type { Fix, Related, Rule, WorkloadContext } from './rule.ts';
import { isRented, memberPlace, targetsOf, type TargetSite } from './targets.ts';

export const dataMustStay: Rule = {
  code: 'AI801',
  name: 'data-must-stay',
  severity: 'error',
  docs: {
    summary: 'Data that must stay on own premises, on rented machines.',
    what: 'The data is `classified`, or `policy.dataLocation` is `on-premises`, and the target, its burst or an alternative is in a provider’s cloud.',
    why: 'The plan breaks the rule that the manifest itself states.',
    whenToSilence: 'If this workload’s data is not meant; then state its `data.sensitivity`.',
    sources: [FROM_THE_MANIFEST],
    bad: [
      {
        title: 'Classified data in a cloud',
        manifest: `version: 1
policy: { dataSensitivity: classified, encryption: [at-rest, in-transit], privateNetwork: true }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: <|aws|>, region: us-east-1, accelerator: l4, count: 2 }
`,
      },
    ],
    good: [
      {
        title: 'On the own cluster',
        manifest: `version: 1
policy: { dataLocation: on-premises }
clusters:
  dc1: { accelerator: l40s, nodes: 4, acceleratorsPerNode: 4 }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { cluster: dc1, count: 2 }
`,
      },
    ],
    fixes: [
      {
        title: 'Run on the cluster dc1',
        before: `version: 1
policy: { dataSensitivity: classified }
clusters:
  dc1: { accelerator: h100-sxm, nodes: 4, acceleratorsPerNode: 8 }
workloads:
  train:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 100M, method: lora }
    checkpointing: { interval: 30m, storage: shared-fs }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
policy: { dataSensitivity: classified }
clusters:
  dc1: { accelerator: h100-sxm, nodes: 4, acceleratorsPerNode: 8 }
workloads:
  train:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 100M, method: lora }
    checkpointing: { interval: 30m, storage: shared-fs }
    target: { count: 8, cluster: dc1 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, head } = context;
    if (!mustStay(workload, head.policy)) return;
    const because: Related =
      workload.data?.sensitivity === 'classified'
        ? { path: context.path('data', 'sensitivity'), part: 'value', message: 'The data is classified.' }
        : head.policy?.dataLocation === 'on-premises'
          ? { path: ['policy', 'dataLocation'], part: 'value', message: 'Data stays on own premises.' }
          : { path: ['policy', 'dataSensitivity'], part: 'value', message: 'The data is classified.' };
    for (const site of targetsOf(context)) {
      if (!isRented(site)) continue;
      const { provider } = site.resolution.target;
      yield {
        ...memberPlace(site, site.target.provider === undefined ? 'accelerator' : 'provider'),
        severity: site.severity('error'),
        message: `The data must stay on own premises, and this runs ${provider === undefined ? 'on rented machines' : `at ${quoted(provider)}`}: use a cluster of your own.`,
        related: [because],
        fixes: () => fixes(context, site),
      };
    }
  },
};

/** Each own cluster in place of the rented machines. A burst goes as a whole. */
function fixes({ head }: WorkloadContext, site: TargetSite): readonly Fix[] {
  if (site.level === 'burst')
    return [
      { title: 'Remove the burst', edits: [{ kind: 'remove', path: site.path() }], safe: false, preferred: true },
    ];
  return Object.keys(head.clusters ?? {}).map((name, index) => ({
    title: `Run on the cluster ${name}`,
    edits: [
      ...(
        ['provider', 'region', 'instance', 'accelerator', 'capacity', 'service', 'deployment', 'interconnect'] as const
      )
        .filter((key) => site.target[key] !== undefined)
        .map((key) => ({ kind: 'remove', path: site.path(key) }) as const),
      { kind: 'set', path: site.path('cluster'), value: name },
    ],
    safe: false,
    preferred: index === 0,
  }));
}
