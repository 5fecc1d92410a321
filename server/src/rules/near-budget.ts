/** AI702: The middle of the estimate is past the share of the budget that warns. */
import { formatRange, formatShare, formatUsd } from '../manifest/format-quantity.ts';
import { FROM_THE_PLAN } from './basis.ts';
import { budgetFixes, BUDGETS, judgedTotals, sharesOf } from './budget.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';

export const nearBudget: Rule = {
  code: 'AI702',
  name: 'near-budget',
  severity: 'warning',
  docs: {
    summary: 'The middle of the estimate is past the share of the budget that warns.',
    what: 'The most likely cost is over `alertAt` (100 % where it is not given) of a line of `budget`. When even the low end is over the budget, AI701 speaks.',
    why: 'There is no room left for a slower run, a dearer region or another user.',
    whenToSilence: 'Raise `alertAt`, or the budget.',
    sources: [FROM_THE_PLAN],
    bad: [
      {
        title: 'Nine tenths of the budget',
        manifest: `version: 1
budget: { monthly: <|1300|>, alertAt: 80% }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g6.xlarge, count: 2 }
`,
      },
    ],
    good: [
      {
        title: 'Half of the budget',
        manifest: `version: 1
budget: { monthly: 2500, alertAt: 80% }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g6.xlarge, count: 2 }
`,
      },
    ],
    fixes: [
      {
        title: 'Switch chat to 1 × rtx-a6000 on runpod',
        before: `version: 1
budget: { monthly: 1300, alertAt: 80% }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g6.xlarge, count: 2 }
`,
        after: `version: 1
budget: { monthly: 1300, alertAt: 80% }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: runpod, instance: "1x NVIDIA RTX A6000 48GB [community]", count: 1 }
`,
      },
    ],
  },
  *checkManifest(context) {
    const { budget } = context.head;
    if (!budget) return;
    const totals = judgedTotals(context);
    const share = budget.alertAt ?? 1;
    for (const { key, cost, words } of BUDGETS) {
      const limit = budget[key];
      const sum = totals[cost];
      if (limit === undefined || !sum || sum.mid <= share * limit || sum.low > limit) continue;
      const range = formatRange(sum, formatUsd);
      const spread = range === formatUsd(sum.mid) ? '' : ` (${range})`;
      yield {
        path: ['budget', key],
        part: 'value',
        message: `The plan costs about ${formatUsd(sum.mid)} ${words}${spread}, ${formatShare(sum.mid / limit)} of the budget of ${formatUsd(limit)}, and ${formatShare(share)} is where to warn: save ${formatUsd(sum.mid - share * limit)}.`,
        related: sharesOf(context, cost, 'mid').map(({ name, usd }) => ({
          path: ['workloads', name],
          part: 'key',
          message: `${quoted(name)} costs about ${formatUsd(usd)} ${words}, ${formatShare(usd / sum.mid)} of it.`,
        })),
        fixes: () => budgetFixes(context, cost, share * limit, sum, 'mid'),
      };
    }
  },
};
