/** AI501: a training run on machines that may be taken away, which cannot go on from where it was. */
import { formatDuration, formatNumber, writeQuantity } from '../manifest/format-quantity.ts';
import { resumes } from '../planner/subject.ts';
import type { Fix, Related, Rule, WorkloadContext } from './rule.ts';
import { memberPlace, targetsOf, trains, type TargetSite } from './targets.ts';
import { SHORT_RUN_SECONDS } from './thresholds.ts';

export const spotWithoutCheckpointing: Rule = {
  code: 'AI501',
  name: 'spot-without-checkpointing',
  severity: 'error',
  docs: {
    summary: 'Training on spot machines without checkpoints to go on from.',
    what: 'A training or fine-tuning run uses spot (preemptible) capacity, and it writes no checkpoints, says `checkpointing: false`, or says `resume: false`. For a prototype, or a run that surely ends within an hour, this is a warning. Batch inference is not meant: its requests can be repeated one by one.',
    why: 'A provider takes spot machines back at any time, with seconds to minutes of notice. Without a checkpoint the run starts again from nothing each time, and a long run may never end; with a checkpoint every few minutes only the minutes since the last one are lost.',
    whenToSilence: 'If the program saves and resumes its state in a way that the manifest does not show.',
    sources: [
      'Notice before a spot machine is reclaimed: AWS 120 s, Google Cloud and Azure 30 s (providers’ documentation, 2026)',
      'Best interval: J. T. Daly, A higher order estimate of the optimum checkpoint interval for restart dumps, 2006',
    ],
    bad: [
      {
        title: 'No checkpointing at all',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: <|spot|> }
`,
      },
      {
        title: 'Checkpoints that no run goes on from',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: object, resume: false }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: <|spot|> }
`,
      },
    ],
    good: [
      {
        title: 'A checkpoint every ten minutes',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`,
      },
      {
        title: 'Batch inference on spot',
        manifest: `version: 1
workloads:
  label:
    phase: batch-inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { samples: 1M, inputTokens: 500, outputTokens: 50 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 4, capacity: spot }
`,
      },
    ],
    fixes: [
      {
        title: 'Add a checkpoint every',
        before: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`,
        after: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
    checkpointing: { interval: 2m, storage: object }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    if (!trains(workload) || resumes(workload)) return;
    for (const site of targetsOf(context)) {
      if (site.resolution.target.capacity !== 'spot') continue;
      const seconds = site.level === 'own' ? plan.training?.durationSeconds : undefined;
      const isShort = seconds !== null && seconds !== undefined && seconds.high < SHORT_RUN_SECONDS;
      yield {
        ...memberPlace(site, 'capacity'),
        severity: site.severity(workload.stage === 'prototype' || isShort ? 'warning' : 'error'),
        message: `Spot machines can be taken away at any time${loss(context, site)}, and this run ${stateOf(context)}: ${advice(context)}.`,
        related: relatedOf(context),
        fixes: () => fixes(context, site),
      };
    }
  },
};

/** "about every 2 h here", from the failure rate that the plan uses. */
function loss({ plan }: WorkloadContext, site: TargetSite): string {
  if (site.level !== 'own' || !plan.risk) return '';
  const rate = 1 / plan.risk.interruptionSeconds.mid;
  const work =
    plan.training?.durationSeconds && plan.training.goodput
      ? plan.training.durationSeconds.mid * plan.training.goodput.mid
      : undefined;
  const every = formatDuration(1 / rate);
  return work === undefined
    ? ` (here about every ${every})`
    : ` (here about every ${every}; ${formatDuration(work)} of work expects ${formatNumber(work * rate)} interruptions)`;
}

function stateOf({ workload }: WorkloadContext): string {
  if (workload.checkpointing === undefined) return 'writes no checkpoints';
  return workload.checkpointing === false ? 'says `checkpointing: false`' : 'does not go on from its checkpoints';
}

function advice(context: WorkloadContext): string {
  const interval = bestInterval(context);
  if (typeof context.workload.checkpointing === 'object') return 'let it resume';
  return interval === undefined ? 'write checkpoints to object storage' : `write a checkpoint about every ${interval}`;
}

function bestInterval({ plan }: WorkloadContext): string | undefined {
  const seconds = plan.training?.bestCheckpointSeconds;
  return seconds === undefined ? undefined : writeQuantity('duration', seconds);
}

function relatedOf(context: WorkloadContext): readonly Related[] {
  const { checkpointing } = context.workload;
  if (checkpointing === undefined) return [];
  const path = checkpointing === false ? context.path('checkpointing') : context.path('checkpointing', 'resume');
  return [{ path, part: 'value', message: 'Here the run is told not to go on from a checkpoint.' }];
}

function fixes(context: WorkloadContext, site: TargetSite): readonly Fix[] {
  const { checkpointing } = context.workload;
  const interval = bestInterval(context);
  const add: Fix =
    typeof checkpointing === 'object'
      ? {
          title: 'Let the run resume from its checkpoints',
          edits: [{ kind: 'set', path: context.path('checkpointing', 'resume'), value: true }],
          safe: true,
          preferred: true,
        }
      : {
          title: interval === undefined ? 'Add checkpointing to object storage' : `Add a checkpoint every ${interval}`,
          edits: [
            {
              kind: 'set',
              path: context.path('checkpointing'),
              value: { ...(interval !== undefined && { interval }), storage: 'object' },
            },
          ],
          safe: true,
          preferred: true,
        };
  return [
    add,
    {
      title: 'Rent on demand instead',
      edits: [{ kind: 'set', path: site.path('capacity'), value: 'on-demand' }],
      safe: false,
    },
  ];
}
