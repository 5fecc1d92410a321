/** AI701: the plan costs more than its budget, whatever end of the estimate is right. */
import { formatShare, formatUsd } from '../manifest/format-quantity.ts';
import type { Range } from '../planner/types.ts';
import { budgetFixes, BUDGETS, judgedTotals, sharesOf, type BudgetCost, type BudgetKey } from './budget.ts';
import { quoted } from './message.ts';
import type { Related, Report, Rule, RuleContext } from './rule.ts';

export const overBudget: Rule = {
  code: 'AI701',
  name: 'over-budget',
  severity: 'error',
  docs: {
    summary: 'The low end of the estimate is over the budget.',
    what: 'Even the low end of what the workloads cost together is over a line of `budget`: `monthly` for services and for runs that state `runsPerMonth`, `total` for one of each run that ends, `upfront` for hardware that is bought: devices, and clusters that are still to be delivered (`availableFrom`), each once.',
    why: 'The low end is the favourable case. When that is too dear, the plan cannot be kept: something must become smaller, cheaper or slower, or the budget larger.',
    whenToSilence: 'If the budget is a wish; better is to write the true one.',
    sources: ['Prices of the catalogue with their dates, and the estimates of the plan'],
    bad: [
      {
        title: 'Eight H100 on five hundred dollars',
        manifest: `version: 1
budget: { monthly: <|500|> }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'Within the budget',
        manifest: `version: 1
budget: { monthly: 60k }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Switch chat to',
        before: `version: 1
policy: { providers: [aws] }
budget: { monthly: 1000 }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 } # first try
`,
        after: `version: 1
policy: { providers: [aws] }
budget: { monthly: 1000 }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 } # first try
`,
      },
    ],
  },
  *checkManifest(context) {
    const { budget } = context.head;
    if (!budget) return;
    const totals = judgedTotals(context);
    for (const { key, cost, words } of BUDGETS) {
      const limit = budget[key];
      const sum = totals[cost];
      if (limit !== undefined && sum && sum.low > limit) yield report(context, key, cost, words, limit, sum);
    }
  },
};

function report(
  context: RuleContext,
  key: BudgetKey,
  cost: BudgetCost,
  words: string,
  limit: number,
  sum: Range,
): Report {
  const parts = sharesOf(context, cost, 'low');
  const first = parts[0];
  const most =
    first && parts.length > 1 ? `, of which ${quoted(first.name)} is ${formatShare(first.usd / sum.low)}` : '';
  return {
    path: ['budget', key],
    part: 'value',
    message: `The plan costs at least ${formatUsd(sum.low)} ${words}${most}, over the budget of ${formatUsd(limit)}: save ${formatUsd(sum.low - limit)}, or raise the budget.`,
    related: parts.map(({ name, usd }): Related => ({
      path: ['workloads', name],
      part: 'key',
      message: `${quoted(name)} costs at least ${formatUsd(usd)} ${words}, ${formatShare(usd / sum.low)} of it.`,
    })),
    fixes: () => budgetFixes(context, cost, limit, sum, 'low'),
  };
}
