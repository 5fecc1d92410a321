/** AI704: a service that runs day and night for years is rented by the hour. */
import { formatDuration, formatNumber, formatShare, formatUsd } from '../manifest/format-quantity.ts';
import { HOURS_PER_MONTH } from '../planner/cost.ts';
import type { CapacityOption } from '../planner/types.ts';
import { spending } from './cost-advice.ts';
import type { Rule } from './rule.ts';
import { memberPlace } from './targets.ts';
import { CHEAPER_SHARE } from './thresholds.ts';

export const reserveSteadyLoad: Rule = {
  code: 'AI704',
  name: 'reserve-steady-load',
  severity: 'info',
  advice: true,
  docs: {
    summary: 'A commitment costs less over the stated life of this service.',
    what: 'A service on demand states a `lifetime` of a year or more. A commitment of one or three years that it outlives costs at least 15 % less over that time, what is paid for and not used included. A life that is only assumed is no ground to commit.',
    why: 'A commitment is paid whether used or not. It is cheaper once the machines run for more than the share of the time at which both cost the same.',
    whenToSilence: 'If the load, or the chip that is right for it, may change before the term ends.',
    sources: ['Prices of the catalogue by capacity, with their dates'],
    bad: [
      {
        title: 'Three years by the hour',
        manifest: `version: 1
policy: { accelerators: [l4] }
workloads:
  chat:
    phase: inference
    lifetime: 3y
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g6.xlarge, capacity: <|on-demand|> }
`,
      },
    ],
    good: [
      {
        title: 'Reserved',
        manifest: `version: 1
policy: { accelerators: [l4] }
workloads:
  chat:
    phase: inference
    lifetime: 3y
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g6.xlarge, capacity: reserved-1y }
`,
      },
      {
        title: 'Nobody knows for how long',
        manifest: `version: 1
policy: { accelerators: [l4] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g6.xlarge, capacity: on-demand }
`,
      },
    ],
    fixes: [
      {
        title: 'Commit: reserved-1y',
        before: `version: 1
policy: { accelerators: [l4] }
workloads:
  chat:
    phase: inference
    lifetime: 3y
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g6.xlarge, capacity: on-demand }
`,
        after: `version: 1
policy: { accelerators: [l4] }
workloads:
  chat:
    phase: inference
    lifetime: 3y
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g6.xlarge, capacity: reserved-1y }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const { lifetime } = workload;
    const now = spending(context);
    if (plan.phase !== 'inference' || lifetime === undefined || !now || plan.target.capacity !== 'on-demand') return;
    if (workload.stage === 'prototype' || now.site.target.baseline) return;
    const best = bestCommitment(plan.capacities, now.usd, lifetime);
    if (!best) return;
    const { option, usd } = best;
    const even = option.breakEven?.utilization;
    yield {
      ...memberPlace(now.site, 'capacity'),
      message: `Over ${formatDuration(lifetime)}, \`${option.capacity}\` costs ${formatUsd(usd)} a month instead of ${formatUsd(now.usd)}, ${formatNumber((100 * (now.usd - usd)) / now.usd)} % less${even === undefined ? '' : `: it pays from ${formatShare(even)} of the time on`}.`,
      savesUsd: now.usd - usd,
      related: [{ path: context.path('lifetime'), part: 'value', message: 'It runs for this long.' }],
      fixes: () => [
        {
          title: `Commit: ${option.capacity}`,
          edits: [{ kind: 'set', path: now.site.path('capacity'), value: option.capacity }],
          safe: false,
          preferred: true,
        },
      ],
    };
  },
};

/** The cheapest commitment that the service outlives, in dollars a month over its life; undefined where none saves enough. */
function bestCommitment(
  options: readonly CapacityOption[],
  usdPerMonth: number,
  lifetimeSeconds: number,
): { readonly option: CapacityOption; readonly usd: number } | undefined {
  let best: { readonly option: CapacityOption; readonly usd: number } | undefined;
  for (const option of options) {
    const { breakEven, cost } = option;
    if (!breakEven || breakEven.termHours * 3600 > lifetimeSeconds || cost.atLeast || !cost.monthlyUsd) continue;
    const terms = Math.floor(lifetimeSeconds / (breakEven.termHours * 3600));
    const months = lifetimeSeconds / 3600 / HOURS_PER_MONTH;
    const usd = cost.monthlyUsd.mid + ((cost.upfrontUsd?.mid ?? 0) * terms) / months;
    if (usd <= (1 - CHEAPER_SHARE) * usdPerMonth && (!best || usd < best.usd)) best = { option, usd };
  }
  return best;
}
