/** AI506: the notice before a spot machine goes is too short for a last checkpoint. */
import { formatBytes, formatDuration } from '../manifest/format-quantity.ts';
import { checkpointSeconds } from '../planner/faults.ts';
import { resumes } from '../planner/subject.ts';
import { quoted } from './message.ts';
import type { PlannedWorkload, Rule } from './rule.ts';
import { memberPlace, targetsOf, trains } from './targets.ts';

export const cannotFlushInNotice: Rule = {
  code: 'AI506',
  name: 'cannot-flush-in-notice',
  severity: 'hint',
  docs: {
    summary: 'The notice before a spot machine goes is too short for a last checkpoint.',
    what: 'The run is on spot, it states no checkpoint interval or one that is shorter than a write takes, and even the fastest write is longer than the notice that the provider gives.',
    why: 'Some programs write a last checkpoint when the notice comes. Here it would be cut off in the middle: what counts is the interval, and the work since the last whole checkpoint is lost.',
    whenToSilence: 'If the program writes only what changed, or to the memory of other machines.',
    sources: [
      'Notice: AWS 120 s, Google Cloud and Azure 30 s (providers’ documentation, 2026)',
      'Size of a checkpoint: 12 to 16 bytes a trained parameter (14 in BLOOM’s training notes: bigscience-workshop/bigscience, undated)',
      'Speed of the write: stated, or fitted on published speeds, as the formulas of the plan say',
    ],
    bad: [
      {
        title: 'A large model, and half a minute',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-70b
    framework: pytorch
    training: { tokens: 20B }
    <|checkpointing|>: { storage: object }
    storage: { throughput: 5GB/s }
    target: { provider: gcp, region: us-central1, accelerator: h100-sxm, count: 128, capacity: spot }
`,
      },
    ],
    good: [
      {
        title: 'Adapters are written in seconds',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const { risk } = plan;
    const { checkpointing } = workload;
    if (!trains(workload) || !resumes(workload) || typeof checkpointing !== 'object' || plan.target.capacity !== 'spot')
      return;
    const write = flushSeconds(context);
    const notice = risk?.noticeSeconds;
    if (notice === undefined || write === undefined || write <= notice) return;
    if (checkpointing.interval !== undefined && checkpointing.interval >= write) return;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    yield {
      path: context.path('checkpointing', 'interval'),
      part: 'value',
      message: `${quoted(plan.target.provider ?? 'The provider')} gives ${formatDuration(notice)} of notice, and a checkpoint of ${formatBytes(risk?.checkpointBytes?.mid ?? 0)} takes at least ${formatDuration(write)}: do not count on a last one.`,
      ...(site && { related: [{ ...memberPlace(site, 'capacity'), message: 'These machines can be taken away.' }] }),
    };
  },
};

/** The fastest write of a whole checkpoint: what runs beside the training counts too, once the machine is about to go. */
function flushSeconds({ workload, plan }: PlannedWorkload): number | undefined {
  const bytes = plan.risk?.checkpointBytes;
  const { count, nodes } = plan.target;
  if (!bytes || count === null) return undefined;
  const throughput = workload.storage?.throughput;
  return checkpointSeconds({
    bytes,
    machines: nodes ?? 1,
    accelerators: count,
    ...(throughput !== undefined && { throughputBytesPerSecond: throughput }),
  }).low;
}
