/** AI603: The peak needs more replicas than `max` allows. */
import { formatRate } from '../manifest/format-quantity.ts';
import { statedLoad } from '../planner/replicas.ts';
import { FROM_THE_PLAN } from './basis.ts';
import type { Rule } from './rule.ts';

export const peakOverCapacity: Rule = {
  code: 'AI603',
  name: 'peak-over-capacity',
  severity: 'error',
  docs: {
    summary: 'The peak needs more replicas than `max` allows.',
    what: 'Even at the fast end of the estimate, the peak load needs more replicas than `autoscaling.max`.',
    why: 'At the peak requests queue up and time out, although the fleet follows the load.',
    whenToSilence: 'If the peak may be answered late.',
    sources: [FROM_THE_PLAN],
    bad: [
      {
        title: 'A peak for many, room for one',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: { average: 5/s, peak: 500/s }, inputTokens: 500, outputTokens: 100, autoscaling: { min: 1, max: <|1|> } }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
      },
    ],
    good: [
      {
        title: 'Room for the peak',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: { average: 1/s, peak: 2/s }, inputTokens: 500, outputTokens: 100, autoscaling: { min: 1, max: 12 } }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
      },
    ],
    fixes: [
      {
        title: 'Write `max: 100`',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: { average: 5/s, peak: 500/s }, inputTokens: 500, outputTokens: 100, autoscaling: { min: 1, max: 1 } }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: { average: 5/s, peak: 500/s }, inputTokens: 500, outputTokens: 100, autoscaling: { min: 1, max: 100 } }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const max = workload.serving?.autoscaling?.max;
    const speed = plan.serving?.requestsPerSecondPerReplica;
    const peak = statedLoad(workload.serving?.requests)?.peak;
    // With `target: auto` other hardware may carry it in fewer replicas.
    if (
      max === undefined ||
      !speed ||
      peak === undefined ||
      typeof workload.target !== 'object' ||
      plan.target.deployment === 'edge'
    )
      return;
    const least = Math.ceil(peak / speed.high);
    if (least <= max) return;
    const needed = Math.max(least, plan.serving?.replicas?.peak ?? least);
    const path = context.path('serving', 'autoscaling', 'max');
    yield {
      path,
      part: 'value',
      message: `A peak of ${formatRate(peak)} needs at least ${least} replicas of at most ${formatRate(speed.high)} each, and \`max\` is ${max}: allow about ${needed}.`,
      related: [
        { path: context.path('serving', 'requests'), part: 'value', message: `The peak is ${formatRate(peak)}.` },
      ],
      fixes: () => [
        {
          title: `Write \`max: ${needed}\``,
          edits: [{ kind: 'set', path, value: needed }],
          safe: false,
          preferred: true,
        },
      ],
    };
  },
};
