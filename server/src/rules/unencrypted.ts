/** AI804: Sensitive data without encryption at rest and in transit. */
import { sensitivityOf } from '../planner/policy.ts';
import { OWN_JUDGEMENT } from './basis.ts';
import { listed, quoted } from './message.ts';
import type { Rule } from './rule.ts';

export const unencrypted: Rule = {
  code: 'AI804',
  name: 'unencrypted',
  severity: 'warning',
  docs: {
    summary: 'Sensitive data without encryption at rest and in transit.',
    what: 'The data is `regulated` or `classified`, and the manifest does not state encryption in both states: `policy.encryption` with `at-rest` and `in-transit` (or `network.encryption: true` for the latter).',
    why: 'For such data, protection has to be stated: what a plan does not say is often not done.',
    whenToSilence: 'If the data is encrypted before it gets here.',
    sources: [OWN_JUDGEMENT],
    bad: [
      {
        title: 'Regulated data, nothing stated',
        manifest: `version: 1
policy: { dataSensitivity: <|regulated|>, privateNetwork: true }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
      },
    ],
    good: [
      {
        title: 'Both states',
        manifest: `version: 1
policy: { dataSensitivity: regulated, encryption: [at-rest, in-transit], privateNetwork: true }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
      },
    ],
    fixes: [
      {
        title: 'State encryption at rest and in transit',
        before: `version: 1
policy: { dataSensitivity: regulated, privateNetwork: true }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
        after: `version: 1
policy: { dataSensitivity: regulated, privateNetwork: true, encryption: [at-rest, in-transit] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, head } = context;
    const sensitivity = sensitivityOf(workload, head.policy);
    if (sensitivity !== 'regulated' && sensitivity !== 'classified') return;
    const stated = head.policy?.encryption ?? [];
    const missing = (['at-rest', 'in-transit'] as const).filter(
      (state) => !stated.includes(state) && !(state === 'in-transit' && workload.network?.encryption === true),
    );
    if (missing.length === 0) return;
    yield {
      path:
        workload.data?.sensitivity === undefined ? ['policy', 'dataSensitivity'] : context.path('data', 'sensitivity'),
      part: 'value',
      message: `The data of ${quoted(context.name)} is ${sensitivity}, and encryption ${listed(
        missing.map((state) => (state === 'at-rest' ? 'at rest' : 'in transit')),
        'and',
      )} is not stated: write \`policy.encryption: [at-rest, in-transit]\`.`,
      fixes: () => [
        {
          title: 'State encryption at rest and in transit',
          edits: [{ kind: 'set', path: ['policy', 'encryption'], value: ['at-rest', 'in-transit'] }],
          safe: false,
          preferred: true,
        },
      ],
    };
  },
};
