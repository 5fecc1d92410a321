/** AI111: An estimate needs a fact that is missing. */
import { listed, quoted, sentence } from './message.ts';
import type { Rule } from './rule.ts';

export const notEnoughSaid: Rule = {
  code: 'AI111',
  name: 'not-enough-said',
  severity: 'hint',
  docs: {
    summary: 'An estimate needs a fact that is missing.',
    what: 'Speed, duration or cost of the workload stay unknown because the manifest does not say something that they follow from: how much is trained, how long prompts and answers are, how many requests come.',
    why: 'What is not known is not guessed: the plan leaves it open until it is said.',
    whenToSilence: 'If the estimate does not matter here.',
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
  },
  *checkWorkload(context) {
    const { plan } = context;
    const seen = new Set<string>();
    for (const { path, why } of plan.unknown) {
      const [section, key] = path.split('.');
      if (!ASKED.has(path) || section === undefined || key === undefined || seen.has(section)) continue;
      seen.add(section);
      const keys = plan.unknown
        .map((other) => other.path)
        .filter((other) => ASKED.has(other) && other.startsWith(`${section}.`));
      yield {
        path: context.path(section, key),
        part: 'value',
        message: `${sentence(why).replace(/[.]$/, '')}; add ${listed(
          [...new Set(keys)].map((name) => quoted(name)),
          'and',
        )}.`,
      };
    }
  },
};

/** What only the author can say. */
const ASKED: ReadonlySet<string> = new Set([
  'training.tokens',
  'training.samples',
  'serving.inputTokens',
  'serving.outputTokens',
  'serving.requests',
  'serving.samples',
]);
