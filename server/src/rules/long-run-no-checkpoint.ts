/** AI505: A run that expects failures and writes no checkpoints. */
import { formatDuration, formatNumber, writeQuantity } from '../manifest/format-quantity.ts';
import { interruptionRate } from '../planner/faults.ts';
import { resumes } from '../planner/subject.ts';
import type { Rule } from './rule.ts';
import { chipPlace, targetsOf, trains } from './targets.ts';
import { EXPECTED_FAILURES } from './thresholds.ts';

export const longRunNoCheckpoint: Rule = {
  code: 'AI505',
  name: 'long-run-no-checkpoint',
  severity: 'warning',
  docs: {
    summary: 'A run that expects failures and writes no checkpoints.',
    what: 'On machines that nobody takes back, the run is so long or so wide that failures are to be expected (more than one in ten such runs), and it cannot go on from a checkpoint. On spot, AI501 speaks.',
    why: 'Hardware fails: at the rates that large runs report, about once in fifty to sixty thousand device-hours. Without a checkpoint one failure costs the whole run.',
    whenToSilence: 'If the run is quickly repeated.',
    sources: [
      'Failure rates of published runs, such as 419 interruptions in 54 days on 16,384 GPUs (The Llama 3 Herd of Models, 2024)',
    ],
    bad: [
      {
        title: 'Days on 256 GPUs',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 300B }
    target: { provider: aws, region: us-east-1, accelerator: <|h100-sxm|>, count: 256 }
`,
      },
    ],
    good: [
      {
        title: 'With checkpoints',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 300B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 256 }
`,
      },
      {
        title: 'Short and small',
        manifest: `version: 1
workloads:
  train:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 10M, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Add a checkpoint every 30m',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 300B }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 256 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 300B }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 256 }
    checkpointing: { interval: 30m, storage: object }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const { durationSeconds, goodput } = plan.training ?? {};
    const { count, nodes, capacity } = plan.target;
    if (!trains(workload) || resumes(workload) || capacity === 'spot' || !durationSeconds || !goodput || count === null)
      return;
    const work = durationSeconds.low * goodput.low;
    const rate = interruptionRate({ capacity, accelerators: count, machines: nodes ?? 1 });
    const expected = work * rate.mid;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    if (expected <= EXPECTED_FAILURES || !site) return;
    const interval = plan.training?.bestCheckpointSeconds;
    const every = interval === undefined ? undefined : writeQuantity('duration', interval);
    const place =
      workload.checkpointing === undefined
        ? chipPlace(site)
        : ({ path: context.path('checkpointing'), part: 'value' } as const);
    yield {
      ...place,
      message: `At least ${formatDuration(work)} on ${count} accelerators expect ${formatNumber(expected)} failures, and the run cannot go on from a checkpoint: write one${every === undefined ? '' : ` about every ${every}`}.`,
      fixes: () => [
        {
          title: every === undefined ? 'Add checkpointing to object storage' : `Add a checkpoint every ${every}`,
          edits: [
            {
              kind: 'set',
              path: context.path('checkpointing'),
              value: { ...(every !== undefined && { interval: every }), storage: 'object' },
            },
          ],
          safe: false,
          preferred: true,
        },
      ],
    };
  },
};
