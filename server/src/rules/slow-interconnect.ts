/** AI405: a run over several machines that wait for a slow network. */
import { formatDataRate, formatShare } from '../manifest/format-quantity.ts';
import { estimateTraining } from '../planner/training.ts';
import type { Placement } from '../planner/types.ts';
import { subjectOf } from '../planner/subject.ts';
import { runPlacement } from './run-placement.ts';
import type { Fix, PlannedWorkload, Rule } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { chipOf, clusterOf, memberPlace, trains, type TargetSite } from './targets.ts';
import { FAST_NETWORK_BYTES_PER_SECOND, PLAIN_ETHERNET_BYTES_PER_SECOND, SLOW_NETWORK_LOSS } from './thresholds.ts';

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
    if (!trains(context.workload) || (plan.target.nodes ?? 1) < 2) return;
    const run = runPlacement(context);
    if (!run || chipOf(run.site)?.class === 'tpu') return;
    const { site, placement } = run;
    const network = networkOf(context, site, placement);
    if (!network || placement.count <= placement.fastDomain) return;
    const lost = lostShare(context, site, placement, network.bytesPerSecond);
    if (lost === undefined || lost < SLOW_NETWORK_LOSS) return;
    const machine = placement.machine;
    const cluster = clusterOf(site, context.head);
    yield {
      ...memberPlace(site, 'interconnect'),
      message: `${placement.nodes} machines are joined by Ethernet at ${formatDataRate(network.bytesPerSecond)} an accelerator: the run loses about ${formatShare(lost)} of its speed to waiting.`,
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
          message: `${placement.nodes} machines work on it together.`,
        },
      ],
      fixes: () => fixes(context, site, network.stated && machine?.network !== undefined ? machine.network : undefined),
    };
  },
};

/** The network where it is plain Ethernet, in bytes a second and accelerator; undefined where it is another, or not known. */
function networkOf(
  { head }: PlannedWorkload,
  site: TargetSite,
  { machine, perNode, networkBytesPerSecond }: Placement,
): { readonly bytesPerSecond: number; readonly stated: boolean } | undefined {
  const stated = site.target.interconnect ?? clusterOf(site, head)?.cluster.interconnect;
  const plain = PLAIN_ETHERNET_BYTES_PER_SECOND / perNode;
  if (stated === 'ethernet' || stated === 'none') {
    const isPlain = machine?.network === 'ethernet' && networkBytesPerSecond !== undefined;
    return { bytesPerSecond: isPlain ? networkBytesPerSecond : plain, stated: true };
  }
  if (stated !== undefined || machine?.network !== 'ethernet' || networkBytesPerSecond === undefined) return undefined;
  return { bytesPerSecond: networkBytesPerSecond, stated: false };
}

/** Speed lost against a fast network, each with the split that is best there. */
function lostShare(
  { workload, catalog }: PlannedWorkload,
  { resolution }: TargetSite,
  placement: Placement,
  bytesPerSecond: number,
): number | undefined {
  const model = subjectOf(workload, catalog).model.value;
  if (!model) return undefined;
  const speedAt = (networkBytesPerSecond: number) =>
    estimateTraining({
      model,
      workload,
      placement: { ...placement, networkBytesPerSecond },
      capacity: resolution.target.capacity,
      explain: false,
    }).value.plan.samplesPerSecond?.mid;
  const [slow, fast] = [speedAt(bytesPerSecond), speedAt(FAST_NETWORK_BYTES_PER_SECOND)];
  return slow === undefined || fast === undefined || fast <= 0 ? undefined : 1 - slow / fast;
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
