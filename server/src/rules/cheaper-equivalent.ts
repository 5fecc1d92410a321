/** AI703: hardware that does the same for less. */
import { ANY_REGION } from '../catalog/offer-index.ts';
import { formatDuration, formatNumber, formatUsd } from '../manifest/format-quantity.ts';
import { cheaperEquals, cheapest, isFewer, spending } from './cost-advice.ts';
import { hardwareWords } from './message.ts';
import type { Rule } from './rule.ts';
import { switchTo } from './switch-fix.ts';
import { chipPlace } from './targets.ts';

export const cheaperEquivalent: Rule = {
  code: 'AI703',
  name: 'cheaper-equivalent',
  severity: 'info',
  advice: true,
  docs: {
    summary: 'Other hardware meets the same requirements for at least 15 % less.',
    what: 'Another accelerator, count, machine or region meets what the workload asks for at 15 % less or better: with the same capacity type, at a provider of `policy.providers` or else at the same provider in the same geography, and in time. In time means by the deadline, or, where none is stated, in at most one and a half times the duration of now. Marketplaces are left out.',
    why: 'Prices of an hour do not tell the price of the work: a faster chip can be cheaper for a run, a smaller one for a service.',
    whenToSilence: 'If quota, habit or a contract ties you to the hardware you have.',
    sources: ['Prices of the catalogue with their dates, and the estimates of the plan'],
    bad: [
      {
        title: 'A service on machines that idle',
        manifest: `version: 1
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
        title: 'The smallest that does it',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g6.xlarge }
`,
      },
    ],
    fixes: [
      {
        title: 'Switch to 1 × l4 on aws',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 } # first try
`,
        after: `version: 1
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
  *checkWorkload(context) {
    const now = spending(context);
    const best = now && cheapest(cheaperEquals(context), (alternative) => !isFewer(context, alternative));
    if (!now || !best) return;
    const saved = -(best.deltaUsd ?? 0);
    const { region } = best.target;
    const seconds = best.deltaSeconds ?? 0;
    const time =
      Math.abs(seconds) < 60 ? '' : `, ${formatDuration(Math.abs(seconds))} ${seconds > 0 ? 'slower' : 'faster'}`;
    yield {
      ...chipPlace(now.site),
      message: `${hardwareWords(best.target)}${region === undefined || region === ANY_REGION ? '' : ` in ${region}`} would do the same for ${formatUsd(now.usd - saved)} instead of ${formatUsd(now.usd)} ${now.words}, ${formatNumber((100 * saved) / now.usd)} % less${time}.`,
      savesUsd: saved,
      fixes: () => [switchTo(context, best, true)],
    };
  },
};
