/** AI602: A latency that cannot be kept at any batch. */
import { formatDuration } from '../manifest/format-quantity.ts';
import { FROM_THE_PLAN } from './basis.ts';
import { hardwareWords } from './message.ts';
import type { Fix, Rule, WorkloadContext } from './rule.ts';
import { planWorkload } from '../planner/plan.ts';
import { engineOn, subjectOf } from '../planner/subject.ts';
import { chipOf, targetsOf } from './targets.ts';
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
    sources: [FROM_THE_PLAN],
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
    fixes: [
      {
        title: 'Serve in fp8',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, precision: bf16, requests: 1/s, inputTokens: 500, outputTokens: 100, latency: { perOutputToken: 14ms } }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 4 }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 1/s, inputTokens: 500, outputTokens: 100, latency: { perOutputToken: 14ms } }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 4 }
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
          return [...(best ? [switchTo(context, best, true)] : []), ...faster(context)];
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

/** Half the bytes a weight, or twice the devices in a replica, on the same chip: those that meet the latency by the estimate. */
function faster(context: WorkloadContext): readonly Fix[] {
  const { workload, plan, head, catalog, today } = context;
  const site = targetsOf(context).find(({ level }) => level === 'own');
  const chip = site && chipOf(site);
  const tensor = plan.parallelism?.tensor;
  if (!site || !chip) return [];
  const { serving = {} } = workload;
  const { fact } = engineOn(subjectOf(workload, catalog), chip, catalog);
  const isWide = serving.precision === undefined || serving.precision === 'bf16' || serving.precision === 'fp16';
  const changes = [
    ...(['fp8', 'int8'] as const)
      .filter((precision) => isWide && fact?.precisions[precision] === 'yes')
      .map((precision) => ({
        title: `Serve in ${precision}`,
        key: ['precision'],
        value: precision,
        serving: { precision },
      })),
    ...(tensor === undefined
      ? []
      : [
          {
            title: `Split a replica over ${2 * tensor} devices`,
            key: ['parallelism', 'tensor'],
            value: 2 * tensor,
            serving: { parallelism: { ...serving.parallelism, tensor: 2 * tensor } },
          },
        ]),
  ];
  return changes.flatMap(({ title, key, value, serving: change }): Fix[] => {
    const other = planWorkload({ ...workload, serving: { ...serving, ...change } }, head, catalog, today);
    if (other.serving?.meetsLatency !== true) return [];
    return [{ title, edits: [{ kind: 'set', path: context.path('serving', ...key), value }], safe: false }];
  });
}
