/** AI508: the run will probably, but not surely, keep its deadline. */
import { formatDuration, formatNumber, formatShare } from '../manifest/format-quantity.ts';
import { SURE_DEADLINE } from '../planner/ranking.ts';
import { doubled } from './more-devices.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import type { Fix, PlannedWorkload, Rule } from './rule.ts';
import { countPlace, memberPlace, targetsOf, trains, type TargetSite } from './targets.ts';

export const deadlineAtRisk: Rule = {
  code: 'AI508',
  name: 'deadline-at-risk',
  severity: 'warning',
  docs: {
    summary: 'The chance to meet the deadline is under 90 %.',
    what: 'The chance that the run ends by `training.deadline` is under 90 %, on whatever capacity. It follows from the range of the estimate, the interruptions that are to be expected, the checkpoint interval, and the time to start again. A run that even at the best end is late is AI601’s.',
    why: 'Estimates are ranges and interruptions come at random: a deadline that the middle just keeps is missed every other time.',
    whenToSilence: 'If the deadline may slip.',
    sources: [
      'J. T. Daly, A higher order estimate of the optimum checkpoint interval for restart dumps, 2006',
      'Interruptions: Llama 3 405B, 419 in 54 days on 16,384 devices (2024); traces of spot machines',
    ],
    bad: [
      {
        title: 'Just in time',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, deadline: <|60h|> }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'Twice the time',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, deadline: 8d }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use 16 accelerators',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, deadline: 60h }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, deadline: 60h }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 16 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const deadline = workload.training?.deadline;
    const chance = plan.risk?.deadlineChance;
    const seconds = plan.training?.durationSeconds;
    if (!trains(workload) || deadline === undefined || chance === undefined || chance === null) return;
    if (chance >= SURE_DEADLINE) return;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    const expected = plan.risk?.expectedInterruptions?.mid ?? 0;
    yield {
      path: context.path('training', 'deadline'),
      part: 'value',
      message: `The chance to end within ${formatDuration(deadline)} is about ${formatShare(chance)}${seconds ? `: the run takes ${formatDuration(seconds.low)} to ${formatDuration(seconds.high)}` : ''}${expected < 0.1 ? '' : `, with ${formatNumber(expected)} interruptions expected`}.`,
      related: site
        ? [
            { ...countPlace(site), message: 'It runs on these.' },
            ...(plan.target.capacity === 'spot'
              ? [{ ...memberPlace(site, 'capacity'), message: 'These machines can be taken away.' }]
              : []),
          ]
        : [],
      fixes: () => (site ? fixes(context, site, deadline) : []),
    };
  },
};

/** On demand in place of spot, twice the devices, or other hardware that ends in time with room to spare. */
function fixes(context: PlannedWorkload, site: TargetSite, deadline: number): readonly Fix[] {
  const { plan } = context;
  const double = doubled(context, site);
  const best = bestAlternative(
    context,
    ({ durationSeconds }) => durationSeconds !== undefined && durationSeconds <= ROOM * deadline,
  );
  const list: Fix[] = [
    ...(plan.target.capacity === 'spot'
      ? [
          {
            title: 'Rent on demand',
            edits: [{ kind: 'set', path: site.path('capacity'), value: 'on-demand' } as const],
            safe: false,
          },
        ]
      : []),
    ...(double ? [double] : []),
    ...(best ? [switchTo(context, best)] : []),
  ];
  return list.map((fix, index) => ({ ...fix, preferred: index === 0 }));
}

/** Share of the deadline that the middle of another estimate may take: the high end of most ranges is within a third of it. */
const ROOM = 0.75;
