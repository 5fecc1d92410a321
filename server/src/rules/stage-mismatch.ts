/** AI909: A prototype on reserved capacity. */
import { OWN_JUDGEMENT } from './basis.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { memberPlace, targetsOf } from './targets.ts';

export const stageMismatch: Rule = {
  code: 'AI909',
  name: 'stage-mismatch',
  severity: 'info',
  docs: {
    summary: 'A prototype on reserved capacity.',
    what: 'The workload is a `prototype`, and its capacity is reserved for a year or more.',
    why: 'A prototype changes its hardware with its questions; a commitment is paid to its end.',
    whenToSilence: 'If the machines are reserved for something else, and free.',
    sources: [OWN_JUDGEMENT],
    bad: [
      {
        title: 'Three years for a trial',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    stage: prototype
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1, capacity: <|reserved-3y|> }
`,
      },
    ],
    good: [
      {
        title: 'On demand',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    stage: prototype
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1, capacity: on-demand }
`,
      },
    ],
    fixes: [
      {
        title: 'Rent on demand',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    stage: prototype
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1, capacity: reserved-3y }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    stage: prototype
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1, capacity: on-demand }
`,
      },
    ],
  },
  *checkWorkload(context) {
    if (context.workload.stage !== 'prototype') return;
    for (const site of targetsOf(context)) {
      const { capacity } = site.resolution.target;
      if (capacity !== 'reserved-1y' && capacity !== 'reserved-3y') continue;
      const path = site.path('capacity');
      yield {
        ...memberPlace(site, 'capacity'),
        severity: site.severity('info'),
        message: `A prototype is bound for ${capacity === 'reserved-1y' ? 'a year' : 'three years'} by ${quoted(capacity)}: rent on demand or spot until the plan stands.`,
        related: [{ path: context.path('stage'), part: 'value', message: 'It is a prototype.' }],
        fixes: () => [
          { title: 'Rent on demand', edits: [{ kind: 'set', path, value: 'on-demand' }], safe: false, preferred: true },
        ],
      };
    }
  },
};
