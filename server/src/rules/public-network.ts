/** AI805: Sensitive data without a private network. */
import { sensitivityOf } from '../planner/policy.ts';
import { OWN_JUDGEMENT } from './basis.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';

export const publicNetwork: Rule = {
  code: 'AI805',
  name: 'public-network',
  severity: 'warning',
  docs: {
    summary: 'Sensitive data without a private network.',
    what: 'The data is `regulated` or `classified`, and neither `policy.privateNetwork` nor the workload’s `network.private` says that it is reached through private networks only.',
    why: 'For such data, protection has to be stated: a service with a public address is found within minutes.',
    whenToSilence: 'If access is closed in another way.',
    sources: [OWN_JUDGEMENT],
    bad: [
      {
        title: 'Regulated data, nothing stated',
        manifest: `version: 1
policy: { dataSensitivity: <|regulated|>, encryption: [at-rest, in-transit] }
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
        title: 'A private network',
        manifest: `version: 1
policy: { dataSensitivity: regulated, encryption: [at-rest, in-transit] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    network: { private: true }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
      },
    ],
    fixes: [
      {
        title: 'State a private network',
        before: `version: 1
policy: { dataSensitivity: regulated, encryption: [at-rest, in-transit] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
        after: `version: 1
policy: { dataSensitivity: regulated, encryption: [at-rest, in-transit] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
    network: { private: true }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, head } = context;
    const sensitivity = sensitivityOf(workload, head.policy);
    if (sensitivity !== 'regulated' && sensitivity !== 'classified') return;
    if ((workload.network?.private ?? head.policy?.privateNetwork) === true) return;
    const isDenied = workload.network?.private === false;
    yield {
      path: isDenied
        ? context.path('network', 'private')
        : workload.data?.sensitivity === undefined
          ? ['policy', 'dataSensitivity']
          : context.path('data', 'sensitivity'),
      part: 'value',
      message: `The data of ${quoted(context.name)} is ${sensitivity}, and a private network is ${isDenied ? 'ruled out' : 'not stated'}: write \`network: { private: true }\`.`,
      fixes: () => [
        {
          title: 'State a private network',
          edits: [{ kind: 'set', path: context.path('network', 'private'), value: true }],
          safe: false,
          preferred: true,
        },
      ],
    };
  },
};
