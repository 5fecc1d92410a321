/** AI605: Scale to zero under a latency shorter than loading the weights. */
import { formatDuration } from '../manifest/format-quantity.ts';
import { FROM_THE_PLAN } from './basis.ts';
import type { Rule } from './rule.ts';

export const coldStart: Rule = {
  code: 'AI605',
  name: 'cold-start',
  severity: 'warning',
  docs: {
    summary: 'Scale to zero under a latency shorter than loading the weights.',
    what: 'The service may scale to zero, or is serverless, and its stated latency is shorter than even the fast end of a cold start: the weights have to be loaded before the first answer.',
    why: 'Every first request after a pause misses its latency by far.',
    whenToSilence: 'If a first slow answer is accepted.',
    sources: [FROM_THE_PLAN],
    bad: [
      {
        title: 'Five seconds, from nothing',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: { average: 1/s, peak: 2/s }, inputTokens: 500, outputTokens: 100, latency: { endToEnd: 5s }, autoscaling: { min: 0, max: 4, scaleToZero: <|true|> } }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm }
`,
      },
    ],
    good: [
      {
        title: 'One always stays',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: { average: 1/s, peak: 2/s }, inputTokens: 500, outputTokens: 100, latency: { endToEnd: 5s }, autoscaling: { min: 1, max: 4, scaleToZero: false } }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm }
`,
      },
    ],
    fixes: [
      {
        title: 'Keep one replica up',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: { average: 1/s, peak: 2/s }, inputTokens: 500, outputTokens: 100, latency: { endToEnd: 5s }, autoscaling: { min: 0, max: 4, scaleToZero: true } }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: { average: 1/s, peak: 2/s }, inputTokens: 500, outputTokens: 100, latency: { endToEnd: 5s }, autoscaling: { min: 1, max: 4, scaleToZero: false } }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const { latency, autoscaling } = workload.serving ?? {};
    const start = plan.serving?.coldStartSeconds;
    const serverless = typeof workload.target === 'object' && workload.target.serverless === true;
    if (workload.phase !== 'inference' || !latency || !start || (autoscaling?.scaleToZero !== true && !serverless))
      return;
    const limit = Math.min(latency.timeToFirstToken ?? Infinity, latency.endToEnd ?? Infinity);
    if (start.low <= limit) return;
    const path =
      autoscaling?.scaleToZero === true
        ? context.path('serving', 'autoscaling', 'scaleToZero')
        : context.path('target', 'serverless');
    yield {
      path,
      part: 'value',
      message: `A start from zero takes at least ${formatDuration(start.low)}, over the latency of ${formatDuration(limit)}: keep one replica up, or allow more for the first answer.`,
      fixes: () =>
        autoscaling?.scaleToZero === true
          ? [
              {
                title: 'Keep one replica up',
                edits: [
                  { kind: 'set', path, value: false },
                  ...(autoscaling.min === 0
                    ? [{ kind: 'set', path: context.path('serving', 'autoscaling', 'min'), value: 1 } as const]
                    : []),
                ],
                safe: false,
                preferred: true,
              },
            ]
          : [],
    };
  },
};
