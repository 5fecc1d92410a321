/** AI502: a checkpoint interval that loses clearly more time than the best one would. */
import { formatDuration, formatShare, writeQuantity } from '../manifest/format-quantity.ts';
import { optimumOf } from './checkpoint-optimum.ts';
import type { Rule } from './rule.ts';
import { CHECKPOINT_LOSS } from './thresholds.ts';

export const checkpointInterval: Rule = {
  code: 'AI502',
  name: 'checkpoint-interval',
  severity: 'info',
  docs: {
    summary: 'The checkpoint interval loses at least five points more time than the best one.',
    what: 'The stated `checkpointing.interval` loses more of the run’s time than the best interval would: at least five percentage points more, whether machines fail as rarely or as often as is known. Lost is the work since the last checkpoint when a machine fails, the time in which checkpoints are written, and restarts. An asynchronous checkpoint counts only with the part that stops the training.',
    why: 'Too rare, and each failure costs hours of work; too often, and the run spends its time on writing. Between them lies an optimum that follows from how often machines fail and how long a write takes.',
    whenToSilence: 'If checkpoints serve another purpose too, such as evaluating them on the way.',
    sources: [
      'Best interval: J. T. Daly, A higher order estimate of the optimum checkpoint interval for restart dumps, 2006',
      'Failure rates: published runs, such as 419 interruptions in 54 days on 16,384 GPUs (The Llama 3 Herd of Models, 2024)',
    ],
    bad: [
      {
        title: 'Six hours between checkpoints on spot',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: <|6h|>, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32, capacity: spot }
`,
      },
    ],
    good: [
      {
        title: 'Ten minutes on spot',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 10m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32, capacity: spot }
`,
      },
    ],
    fixes: [
      {
        title: 'Write a checkpoint every',
        before: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 6h, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32, capacity: spot }
`,
        after: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 2m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32, capacity: spot }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { checkpointing } = context.workload;
    if (typeof checkpointing !== 'object' || checkpointing.interval === undefined || checkpointing.resume === false)
      return;
    const optimum = optimumOf(context.plan.risk);
    if (!optimum) return;
    // A run shorter than the interval writes no checkpoint; its work is what an interruption costs.
    const { durationSeconds, goodput } = context.plan.training ?? {};
    const work = durationSeconds && goodput ? durationSeconds.mid * goodput.mid : Infinity;
    const used = Math.min(checkpointing.interval, work);
    const lost = optimum.lostShare(used);
    if (lost.low < CHECKPOINT_LOSS || lost.high < CHECKPOINT_LOSS) return;
    const least = optimum.leastLostShare;
    if (lost.low - least.low < CHECKPOINT_LOSS || lost.high - least.high < CHECKPOINT_LOSS) return;
    const best = writeQuantity('duration', optimum.snappedSeconds);
    const stated = writeQuantity('duration', checkpointing.interval);
    yield {
      path: context.path('checkpointing', 'interval'),
      part: 'value',
      message: `A checkpoint every ${stated} loses about ${formatShare(lost.mid)} of the time, against ${formatShare(least.mid)} at best, with an interruption about every ${formatDuration(optimum.interruptionSeconds)}: ${best} would be right.`,
      fixes: () => [
        {
          title: `Write a checkpoint every ${best}`,
          edits: [{ kind: 'set', path: context.path('checkpointing', 'interval'), value: best }],
          safe: false,
          preferred: true,
        },
      ],
    };
  },
};
