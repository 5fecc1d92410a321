/** AI111: an answer depends on a fact that is missing. */
import { FROM_THE_PLAN } from './basis.ts';
import { missingFacts } from './missing-facts.ts';
import { listed } from './message.ts';
import type { Rule } from './rule.ts';

export const notEnoughSaid: Rule = {
  code: 'AI111',
  name: 'not-enough-said',
  severity: 'hint',
  docs: {
    summary: 'An answer depends on a fact that is missing.',
    what: 'Memory, speed, duration or cost stay unknown because the manifest does not say what they follow from: how large the model is, how much is trained, how long prompts and answers are, how many requests come. Or a rule cannot tell whether something is wrong: what restarts several machines (AI905), how a fleet is updated (AI906), where the users are when every millisecond counts (AI607), where a bucket lies that may not leave a region (AI802), how large a cluster is (AI207).',
    why: 'What is not known is not guessed: neither an alarm nor an all-clear would be honest. The fix writes the key with a usual value, for you to correct.',
    whenToSilence: 'If the answer does not matter here.',
    sources: [FROM_THE_PLAN],
    bad: [
      {
        title: 'How much is trained?',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    <|training|>: { sequenceLength: 4096 }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
      {
        title: 'What restarts four machines?',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    <|target|>: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32 }
`,
      },
    ],
    good: [
      {
        title: 'Everything is said',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Add tokens: 1B',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { sequenceLength: 4096 }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { sequenceLength: 4096, tokens: 1B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    for (const { keys, message } of missingFacts(context)) {
      const [first] = keys;
      if (!first) continue;
      yield {
        path: first.path,
        part: 'value',
        message,
        fixes: () => [
          {
            title: `Add ${listed(
              keys.map(({ path, value }) => `${path.at(-1) ?? ''}${typeof value === 'object' ? '' : `: ${value}`}`),
              'and',
            )} (usual, to be corrected)`,
            edits: keys.map(({ path, value }) => ({ kind: 'set', path, value }) as const),
            safe: false,
            isGuess: true,
          },
        ],
      };
    }
  },
};
