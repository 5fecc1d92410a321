/** AI604: The peak is three times the average, and the fleet has a fixed size. */
import { formatNumber, formatRate } from '../manifest/format-quantity.ts';
import { statedLoad } from '../planner/replicas.ts';
import { OWN_JUDGEMENT } from './basis.ts';
import type { Rule } from './rule.ts';
import { PEAK_OVER_AVERAGE, USUAL_UTILIZATION } from './thresholds.ts';

export const noAutoscaling: Rule = {
  code: 'AI604',
  name: 'no-autoscaling',
  severity: 'info',
  docs: {
    summary: 'The peak is three times the average, and the fleet has a fixed size.',
    what: 'A service states a peak of at least three times its average load, and no `autoscaling`, so that rented machines for the peak run all day.',
    why: 'A fleet that follows the load costs what the average needs.',
    whenToSilence: 'If machines cannot be had fast enough when the peak comes.',
    sources: [OWN_JUDGEMENT],
    bad: [
      {
        title: 'Ten times the average',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: <|{ average: 5/s, peak: 50/s }|>, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
      },
    ],
    good: [
      {
        title: 'It follows the load',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: { average: 5/s, peak: 50/s }, inputTokens: 500, outputTokens: 100, autoscaling: { min: 1, max: 40 } }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
      },
    ],
    fixes: [
      {
        title: 'Let the fleet follow the load',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: { average: 5/s, peak: 50/s }, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: { average: 5/s, peak: 50/s }, inputTokens: 500, outputTokens: 100, autoscaling: { min: 3, max: 21 } }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const { serving } = workload;
    const load = statedLoad(serving?.requests);
    const replicas = plan.serving?.replicas;
    if (
      workload.phase !== 'inference' ||
      !load ||
      serving?.autoscaling ||
      !replicas ||
      plan.target.deployment !== 'cloud'
    )
      return;
    const speed = plan.serving?.requestsPerSecondPerReplica;
    if (load.peak < PEAK_OVER_AVERAGE * load.average || !speed || plan.target.capacity.startsWith('reserved')) return;
    const min = Math.max(1, Math.ceil(load.average / (speed.mid * USUAL_UTILIZATION)));
    if (min >= replicas.peak) return;
    yield {
      path: context.path('serving', 'requests'),
      part: 'value',
      message: `The peak of ${formatRate(load.peak)} is ${formatNumber(load.peak / load.average)} times the average, and a fixed fleet runs ${replicas.peak} replicas where ${min} would do most of the time: let it follow the load.`,
      fixes: () => [
        {
          title: 'Let the fleet follow the load',
          edits: [{ kind: 'set', path: context.path('serving', 'autoscaling'), value: { min, max: replicas.peak } }],
          safe: false,
          preferred: true,
        },
      ],
    };
  },
};
