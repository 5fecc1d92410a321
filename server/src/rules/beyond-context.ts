/** AI410: Input and output are longer than the model’s context. */
import { formatCount } from '../manifest/format-quantity.ts';
import { subjectOf } from '../planner/subject.ts';
import type { Rule } from './rule.ts';
import { trains } from './targets.ts';

export const beyondContext: Rule = {
  code: 'AI410',
  name: 'beyond-context',
  severity: 'error',
  docs: {
    summary: 'Input and output are longer than the model’s context.',
    what: 'The tokens of a request, or `maxContext`, are more than the model’s context length. In training, sequences longer than that are a warning: extending the context is done so on purpose.',
    why: 'The engine refuses such requests, or cuts them off.',
    whenToSilence: 'If the context is extended by a method that the manifest cannot say.',
    sources: ['Context lengths of known models: the catalogue, with sources and dates'],
    bad: [
      {
        title: 'Ten thousand tokens for a model of eight',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: <|10k|>, outputTokens: 500 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
      },
    ],
    good: [
      {
        title: 'Within the context',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 10k, outputTokens: 500 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, catalog } = context;
    const limit = subjectOf(workload, catalog).model.value?.contextLength;
    if (limit === undefined) return;
    const related = [
      { path: context.path('model'), part: 'value', message: `The model’s context has ${formatCount(limit)} tokens.` },
    ] as const;
    if (trains(workload)) {
      const sequence = workload.training?.sequenceLength;
      if (sequence === undefined || sequence <= limit) return;
      yield {
        path: context.path('training', 'sequenceLength'),
        part: 'value',
        severity: 'warning',
        message: `Sequences of ${formatCount(sequence)} tokens are longer than the model’s context of ${formatCount(limit)}: extend the context on purpose, or use at most ${formatCount(limit)}.`,
        related,
      };
      return;
    }
    const { inputTokens = 0, outputTokens = 0, maxContext } = workload.serving ?? {};
    const needed = inputTokens + outputTokens;
    const key =
      needed > limit
        ? inputTokens > 0
          ? 'inputTokens'
          : 'outputTokens'
        : maxContext !== undefined && maxContext > limit
          ? 'maxContext'
          : undefined;
    if (key === undefined) return;
    yield {
      path: context.path('serving', key),
      part: 'value',
      message: `${key === 'maxContext' ? 'A context' : 'A request'} of ${formatCount(key === 'maxContext' ? (maxContext ?? 0) : needed)} tokens is longer than the model’s ${formatCount(limit)}: shorten it, or choose a model with a longer context.`,
      related,
    };
  },
};
