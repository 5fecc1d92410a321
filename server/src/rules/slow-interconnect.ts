/** AI405: a run over several machines that wait for a slow network. */
import { formatDataRate, formatShare } from '../manifest/format-quantity.ts';
import { estimateTraining } from '../planner/training.ts';
import type { Placement } from '../planner/types.ts';
import { subjectOf } from '../planner/subject.ts';
import type { Fix, PlannedWorkload, Rule } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { clusterOf, memberPlace, targetsOf, trains, type TargetSite } from './targets.ts';
import { FAST_NETWORK_BYTES_PER_SECOND, SLOW_NETWORK_LOSS } from './thresholds.ts';

export const slowInterconnect: Rule = {
  code: 'AI405',
  name: 'slow-interconnect',
  severity: 'warning',
  docs: {
    summary: 'A run over several machines that wait for a slow network.',
    what: 'A training run spans several machines that plain Ethernet joins, and the step is estimated to lose more than a tenth of its speed against 400 Gbit/s an accelerator. The network is what the machine type has, or what `target.interconnect` or the cluster’s `interconnect` says; where its speed is not known, 200 Gbit/s a machine is assumed, which is generous.',
    why: 'Gradients or weights of the whole model travel between the machines in every step. What computing does not hide is paid for at the price of all accelerators.',
    whenToSilence: 'If the machines have a faster network than the manifest says.',
    sources: [
      'Networks of the machine types: the catalogue, with sources and dates',
      'Time of a step: the formulas of the training estimate',
    ],
    bad: [
      {
        title: 'Sixty-four H100 on plain Ethernet',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, batchSize: 128, sharding: fsdp }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 64, interconnect: <|ethernet|> }
`,
      },
    ],
    good: [
      {
        title: 'The same over EFA',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, batchSize: 128, sharding: fsdp }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 64, interconnect: efa }
`,
      },
      {
        title: 'One machine',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, interconnect: ethernet }
`,
      },
    ],
    fixes: [
      {
        title: 'Use efa',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, batchSize: 128, sharding: fsdp }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 64, interconnect: ethernet }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, batchSize: 128, sharding: fsdp }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 64, interconnect: efa }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { plan } = context;
    const { placement } = plan;
    if (!trains(context.workload) || !placement || placement.nodes < 2 || placement.count <= placement.fastDomain)
      return;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    if (!site || placement.accelerator.class === 'tpu') return;
    const { machine, nodes, networkBytesPerSecond } = placement;
    const cluster = clusterOf(site, context.head);
    const stated = site.target.interconnect ?? cluster?.cluster.interconnect;
    const isPlain = stated === undefined ? machine?.network === 'ethernet' : stated === 'ethernet' || stated === 'none';
    if (!isPlain || networkBytesPerSecond === undefined) return;
    const lost = lostShare(context, placement);
    if (lost === undefined || lost < SLOW_NETWORK_LOSS) return;
    yield {
      ...memberPlace(site, 'interconnect'),
      message: `${nodes} machines are joined by ${stated === 'none' ? 'no network of their own' : 'Ethernet'} at ${formatDataRate(networkBytesPerSecond)} an accelerator: the run loses about ${formatShare(lost)} of its speed to waiting.`,
      related: [
        ...(cluster?.cluster.interconnect === undefined
          ? []
          : [
              {
                path: ['clusters', cluster.name, 'interconnect'],
                part: 'value' as const,
                message: 'This is the network between its machines.',
              },
            ]),
        {
          ...memberPlace(site, site.target.count === undefined ? 'accelerator' : 'count'),
          message: `${nodes} machines work on it together.`,
        },
      ],
      fixes: () => fixes(context, site, stated === undefined ? undefined : machine?.network),
    };
  },
};

/** Speed that the plan loses against a fast network, each with the split that is best there. */
function lostShare({ workload, catalog, plan }: PlannedWorkload, placement: Placement): number | undefined {
  const model = subjectOf(workload, catalog).model.value;
  const slow = plan.training?.samplesPerSecond?.mid;
  if (!model || slow === undefined) return undefined;
  const fast = estimateTraining({
    model,
    workload,
    placement: { ...placement, networkBytesPerSecond: FAST_NETWORK_BYTES_PER_SECOND },
    capacity: plan.target.capacity,
    explain: false,
  }).value.plan.samplesPerSecond?.mid;
  return fast === undefined || fast <= 0 ? undefined : 1 - slow / fast;
}

/** The fast network that the machine has; else the machines of the provider that have one. */
function fixes(context: PlannedWorkload, site: TargetSite, network: string | undefined): readonly Fix[] {
  if (network !== undefined && network !== 'ethernet' && site.target.cluster === undefined)
    return [
      {
        title: `Use ${network}`,
        edits: [{ kind: 'set', path: site.path('interconnect'), value: network }],
        safe: false,
        preferred: true,
      },
    ];
  if (site.target.cluster !== undefined) return [];
  const best = bestAlternative(context, ({ target }) => {
    const machine = context.catalog.machine(target.provider ?? '', target.instance ?? '');
    return machine?.network !== undefined && machine.network !== 'ethernet';
  });
  return best ? [switchTo(context, best, true)] : [];
}
