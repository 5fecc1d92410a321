/** AI408: fewer of the same devices meet every requirement. */
import { formatNumber, formatUsd } from '../manifest/format-quantity.ts';
import { cheaperEquals, cheapest, isFewer, spending } from './cost-advice.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { switchTo } from './switch-fix.ts';
import { chipPlace, countPlace } from './targets.ts';

export const overProvisioned: Rule = {
  code: 'AI408',
  name: 'over-provisioned',
  severity: 'info',
  advice: true,
  docs: {
    summary: 'Fewer of the same devices meet every requirement.',
    what: 'With fewer accelerators of the same kind, in the same place and under the same capacity, the workload still fits, carries its peak within its latencies, or ends by its deadline (where none is stated, in at most one and a half times the duration of now), for at least 15 % less. Another chip that does it for less is AI703’s.',
    why: 'Devices that idle cost as much as those that work.',
    whenToSilence: 'If the rest is a reserve for growth or for a failure of one machine.',
    sources: ['Prices of the catalogue with their dates, and the estimates of the plan'],
    bad: [
      {
        title: 'Eight where one is enough',
        manifest: `version: 1
policy: { accelerators: [h100-sxm] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: <|h100-sxm|>, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'One',
        manifest: `version: 1
policy: { accelerators: [h100-sxm] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 1 }
`,
      },
    ],
    fixes: [
      {
        title: 'Switch to 1 × h100-sxm',
        before: `version: 1
policy: { accelerators: [h100-sxm] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
policy: { accelerators: [h100-sxm] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 1 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const now = spending(context);
    const best = now && cheapest(cheaperEquals(context), (alternative) => isFewer(context, alternative));
    if (!now || !best) return;
    const { count, accelerator } = context.plan.target;
    const saved = -(best.deltaUsd ?? 0);
    yield {
      ...chipPlace(now.site),
      message: `${best.target.count ?? ''} × ${quoted(accelerator ?? '')} meets every requirement for ${formatUsd(now.usd - saved)} instead of ${formatUsd(now.usd)} ${now.words}, ${formatNumber((100 * saved) / now.usd)} % less than ${count ?? ''}.`,
      savesUsd: saved,
      ...(now.site.target.count !== undefined && {
        related: [{ ...countPlace(now.site), message: `${count ?? ''} are rented.` }],
      }),
      fixes: () => [switchTo(context, best, true)],
    };
  },
};
