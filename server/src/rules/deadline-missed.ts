/** AI601: Even the fast end of the estimate is past the deadline. */
import { formatDuration, formatNumber } from '../manifest/format-quantity.ts';
import type { Range } from '../planner/types.ts';
import { FROM_THE_PLAN } from './basis.ts';
import { estimateOn } from './nearest.ts';
import { hardwareWords } from './message.ts';
import type { Fix, Rule, WorkloadContext } from './rule.ts';
import { doubled } from './more-devices.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { chipOf, countPlace, targetsOf, trains } from './targets.ts';

export const deadlineMissed: Rule = {
  code: 'AI601',
  name: 'deadline-missed',
  severity: 'error',
  docs: {
    summary: 'Even the fast end of the estimate is past the deadline.',
    what: 'The low end of the estimated duration is longer than the stated `deadline`, of a training run or of a batch job.',
    why: 'The run cannot end in time on this hardware, whatever end of the estimate is right.',
    whenToSilence: 'If you have measured a higher speed; better is to state it as `efficiency`.',
    sources: [FROM_THE_PLAN],
    bad: [
      {
        title: 'A trillion tokens in a day',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 1T, deadline: <|1d|> }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'Time enough',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, deadline: 30d }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Switch to 2048 × h100-sxm on aws',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 1T, deadline: 1d }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 1T, deadline: 1d }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 2048 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const section = trains(workload) ? 'training' : 'serving';
    const deadline = workload[section]?.deadline;
    const seconds = durationOf(context);
    if (deadline === undefined || !seconds || seconds.low <= deadline) return;
    yield {
      path: context.path(section, 'deadline'),
      part: 'value',
      message: `The run takes at least ${formatDuration(seconds.low)} on ${hardwareWords(plan.target)}, ${formatNumber(seconds.low / deadline)} times its deadline of ${formatDuration(deadline)}: use more or faster accelerators, or allow more time.`,
      related: targetsOf(context)
        .filter(({ level }) => level === 'own')
        .map((site) => ({ ...countPlace(site), message: 'It runs here.' })),
      fixes: () => fixes(context, deadline),
    };
  },
};

function durationOf(context: WorkloadContext): Range | null | undefined {
  const { plan } = context;
  if (plan.phase !== 'batch-inference') return plan.training?.durationSeconds;
  const site = targetsOf(context).find(({ level }) => level === 'own');
  const chip = site && chipOf(site);
  return chip && plan.target.count !== null
    ? estimateOn(context, site, chip, plan.target.count).durationSeconds
    : undefined;
}

function fixes(context: WorkloadContext, deadline: number): readonly Fix[] {
  const best = bestAlternative(
    context,
    ({ durationSeconds }) => durationSeconds !== undefined && durationSeconds <= deadline,
  );
  const site = targetsOf(context).find(({ level }) => level === 'own');
  const double = site && trains(context.workload) ? doubled(context, site) : undefined;
  return [...(best ? [switchTo(context, best, true)] : []), ...(double ? [double] : [])];
}
