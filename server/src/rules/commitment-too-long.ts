/** AI713: A commitment longer than the workload lives. */
import { formatDuration, formatUsd } from '../manifest/format-quantity.ts';
import { SECONDS_PER_YEAR } from '../manifest/units.ts';
import type { CostPlan } from '../planner/types.ts';
import { FROM_THE_PLAN } from './basis.ts';
import type { Rule } from './rule.ts';
import { memberPlace, targetsOf, trains } from './targets.ts';

export const commitmentTooLong: Rule = {
  code: 'AI713',
  name: 'commitment-too-long',
  severity: 'warning',
  docs: {
    summary: 'A commitment longer than the workload lives.',
    what: 'Capacity is reserved for one or three years, and the service’s `lifetime`, or even the slow end of a run that is not repeated, is shorter.',
    why: 'A commitment is paid to its end, used or not.',
    whenToSilence: 'If other work takes the machines over.',
    sources: [FROM_THE_PLAN],
    bad: [
      {
        title: 'Reserved for three years, needed for one',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    lifetime: 1y
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2, capacity: <|reserved-3y|> }
`,
      },
    ],
    good: [
      {
        title: 'Reserved for as long as it lives',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    lifetime: 3y
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2, capacity: reserved-3y }
`,
      },
    ],
    fixes: [
      {
        title: 'Use reserved-1y',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    lifetime: 1y
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2, capacity: reserved-3y }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    lifetime: 1y
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2, capacity: reserved-1y }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const once = trains(workload) && workload.training?.runsPerMonth === undefined;
    const lives = workload.lifetime ?? (once ? plan.training?.durationSeconds?.high : undefined);
    if (lives === undefined) return;
    for (const site of targetsOf(context)) {
      const { capacity } = site.resolution.target;
      const years = capacity === 'reserved-1y' ? 1 : capacity === 'reserved-3y' ? 3 : 0;
      if (years * SECONDS_PER_YEAR <= lives) continue;
      const path = site.path('capacity');
      const rest = site.level === 'own' ? restOf(plan.cost) : 0;
      yield {
        ...memberPlace(site, 'capacity'),
        severity: site.severity('warning'),
        message: `A commitment of ${years === 1 ? 'a year' : `${years} years`} outlives this workload, which needs it for ${formatDuration(lives)}${rest > 0 ? `, and leaves ${formatUsd(rest)} paid for and not used` : ''}: use a shorter one, or rent on demand.`,
        fixes: () =>
          (['reserved-1y', 'on-demand'] as const)
            .filter((shorter) => shorter === 'on-demand' || (years > 1 && lives >= SECONDS_PER_YEAR))
            .map((value, index) => ({
              title: `Use ${value}`,
              edits: [{ kind: 'set', path, value }],
              safe: false,
              preferred: index === 0,
            })),
      };
    }
  },
};

/** What is paid for the rest of the commitment; 0 where it is not priced. */
function restOf({ lines }: CostPlan): number {
  return lines.filter(({ kind }) => kind === 'commitment').reduce((sum, { amountUsd }) => sum + amountUsd, 0);
}
