/** AI602: A latency that cannot be kept at any batch. */
import { formatDuration } from '../manifest/format-quantity.ts';
import { hardwareWords } from './message.ts';
import type { Rule } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';

export const latencyMissed: Rule = {
  code: 'AI602',
  name: 'latency-missed',
  severity: 'error',
  docs: {
    summary: 'A latency that cannot be kept at any batch.',
    what: 'Even with one request at a time, and at the fast end of the estimate, a stated latency is missed: the time to the first token, between tokens, or to the end of the answer.',
    why: 'More replicas do not help: each request by itself is too slow on this hardware.',
    whenToSilence: 'If you have measured it faster.',
    bad: [
      {
        title: 'Two milliseconds between tokens of a 70B model',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100, latency: { perOutputToken: <|2ms|> } }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'Fifty milliseconds',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100, latency: { perOutputToken: 50ms } }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const { serving } = plan;
    const latency = workload.serving?.latency;
    if (!latency || serving?.meetsLatency !== false) return;
    for (const { key, estimate, words } of MEMBERS) {
      const limit = latency[key];
      const range = serving[estimate];
      if (limit === undefined || !range || range.low <= limit) continue;
      yield {
        path: context.path('serving', 'latency', key),
        part: 'value',
        message: `${words} takes at least ${formatDuration(range.low)} on ${hardwareWords(plan.target)}, over the ${formatDuration(limit)} asked for: use faster hardware, a lower precision or wider tensor parallelism, or allow more.`,
        fixes: () => {
          const best = bestAlternative(context, () => true);
          return best ? [switchTo(context, best, true)] : [];
        },
      };
    }
  },
};

const MEMBERS = [
  { key: 'timeToFirstToken', estimate: 'timeToFirstTokenSeconds', words: 'The first token' },
  { key: 'perOutputToken', estimate: 'timePerOutputTokenSeconds', words: 'Each token' },
  { key: 'endToEnd', estimate: 'endToEndSeconds', words: 'An answer' },
] as const;
