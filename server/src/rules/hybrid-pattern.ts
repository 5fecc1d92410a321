/** AI806: regulated data is trained on and served in the cloud, although the organisation owns a cluster that could serve it. */
import { planWorkload } from '../planner/plan.ts';
import { sensitivityOf } from '../planner/policy.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import { OWN_JUDGEMENT } from './basis.ts';
import { quoted } from './message.ts';
import type { Report, Rule, RuleContext } from './rule.ts';
import { targetEdits } from './target-edits.ts';
import {
  isRented,
  memberPlace,
  targetsOf,
  trains,
  workloadsOf,
  type TargetContext,
  type TargetSite,
} from './targets.ts';

export const hybridPattern: Rule = {
  code: 'AI806',
  name: 'hybrid-pattern',
  severity: 'info',
  docs: {
    summary: 'Regulated data is served in the cloud, although an own cluster could serve it.',
    what: 'Regulated data is both trained on and served on rented machines, and a cluster of the manifest is large enough, and free, to serve it.',
    why: 'The known pattern keeps what is sensitive at home and rents for the rest: requests with regulated data are answered on own machines day and night, and training, which comes in bursts, uses the cloud for what is not sensitive.',
    whenToSilence: 'If the cloud is approved for this data, or the cluster is meant for something else.',
    sources: [OWN_JUDGEMENT],
    bad: [
      {
        title: 'Both in the cloud',
        manifest: `version: 1
policy: { dataSensitivity: regulated, encryption: [at-rest, in-transit], privateNetwork: true }
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8, location: us, cost: { perNode: 280k, electricity: 0.14/kWh } }
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 200M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: <|aws|>, region: us-east-1, accelerator: h100-sxm, count: 1 }
`,
      },
    ],
    good: [
      {
        title: 'Served at home',
        manifest: `version: 1
policy: { dataSensitivity: regulated, encryption: [at-rest, in-transit], privateNetwork: true }
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8, location: us, cost: { perNode: 280k, electricity: 0.14/kWh } }
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 200M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { cluster: dc1, count: 1 }
`,
      },
    ],
    fixes: [
      {
        title: 'Serve on the cluster dc1',
        before: `version: 1
policy: { dataSensitivity: regulated, encryption: [at-rest, in-transit], privateNetwork: true }
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8, location: us, cost: { perNode: 280k, electricity: 0.14/kWh } }
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 200M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 1 }
`,
        after: `version: 1
policy: { dataSensitivity: regulated, encryption: [at-rest, in-transit], privateNetwork: true }
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8, location: us, cost: { perNode: 280k, electricity: 0.14/kWh } }
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 200M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { count: 1, cluster: dc1 }
`,
      },
    ],
  },
  *checkManifest(context) {
    const clusters = Object.keys(context.head.clusters ?? {});
    if (clusters.length === 0) return;
    const rented = [...regulated(context)];
    const trainer = rented.find(({ workload }) => trains(workload));
    if (!trainer) return;
    for (const each of rented) {
      if (each.workload.phase !== 'inference') continue;
      const home = clusters.find((name) => canServe(context, each, name));
      if (home !== undefined) yield report(context, each, trainer, home);
    }
  },
};

interface RentedWorkload extends TargetContext {
  readonly site: TargetSite;
}

/** Workloads with regulated data on rented machines. Classified data, which must not be there, is AI801's. */
function* regulated(context: RuleContext): Iterable<RentedWorkload> {
  for (const each of workloadsOf(context)) {
    if (sensitivityOf(each.workload, context.head.policy) !== 'regulated') continue;
    const site = targetsOf(each).find(({ level }) => level === 'own');
    if (site && isRented(site) && site.resolution.target.deployment === 'cloud') yield { ...each, site };
  }
}

/** Plans on a cluster, kept while the plan in the cloud is the same. */
const atHome = new WeakMap<WorkloadPlan, Map<string, WorkloadPlan>>();

/** True where the workload fits the cluster and its free accelerators carry the load. */
function canServe(
  { plans, head, catalog, today }: RuleContext,
  { name, workload }: TargetContext,
  cluster: string,
): boolean {
  const now = plans.get(name);
  const owned = head.clusters?.[cluster];
  if (!now || !owned) return false;
  let known = atHome.get(now);
  if (!known) atHome.set(now, (known = new Map()));
  let plan = known.get(cluster);
  if (!plan) {
    plan = planWorkload({ ...workload, target: { cluster, count: 'auto' } }, head, catalog, today);
    known.set(cluster, plan);
  }
  const free = owned.available ?? (owned.nodes ?? 0) * (owned.acceleratorsPerNode ?? 0);
  return (
    plan.memory.verdict === 'fits' &&
    plan.serving?.meetsLatency !== false &&
    plan.target.count !== null &&
    plan.target.count <= free
  );
}

function report(context: RuleContext, served: RentedWorkload, trained: RentedWorkload, cluster: string): Report {
  const now = context.plans.get(served.name);
  const count = now && atHome.get(now)?.get(cluster)?.target.count;
  return {
    ...memberPlace(served.site, served.site.target.provider === undefined ? 'accelerator' : 'provider'),
    message: `Regulated data is served, and trained on in ${quoted(trained.name)}, on rented machines, although ${quoted(cluster)} could serve it with ${count ?? 'some'} of its accelerators: serve at home, and train in the cloud on what is not sensitive.`,
    related: [
      { path: ['clusters', cluster], part: 'key', message: 'This cluster is owned.' },
      { path: ['workloads', trained.name], part: 'key', message: 'This trains on regulated data in the cloud.' },
    ],
    fixes: () =>
      now
        ? [
            {
              title: `Serve on the cluster ${cluster}`,
              edits: targetEdits(context.source, served.name, now.target, {
                deployment: 'on-premises',
                cluster,
                count: count ?? null,
                nodes: null,
                capacity: 'owned',
              }),
              safe: false,
              preferred: true,
            },
          ]
        : [],
  };
}
