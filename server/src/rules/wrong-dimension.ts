/** AI105: a quantity of another dimension than the field wants. */
import { FROM_THE_MANIFEST } from './basis.ts';
import type { Rule } from './rule.ts';
import { reportsOf } from './schema.ts';

export const wrongDimension: Rule = {
  code: 'AI105',
  name: 'wrong-dimension',
  severity: 'error',
  docs: {
    summary: 'A quantity of another dimension: a size where a duration stands.',
    what: 'The value can be read as a quantity, but of another kind than its key wants: `80GiB` for a deadline, `2h` for a number of tokens.',
    why: 'A number with the wrong unit is nearly always a value in the wrong line, and would turn a plan into nonsense.',
    whenToSilence: 'Never; write the quantity that the key wants.',
    sources: [FROM_THE_MANIFEST],
    bad: [
      {
        title: 'A size as a deadline',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    training: { tokens: 2B, deadline: <|80GiB|> }
`,
      },
      {
        title: 'A duration as a budget',
        manifest: `version: 1
budget: { monthly: <|30d|> }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
`,
      },
    ],
    good: [
      {
        title: 'Each quantity in its own dimension',
        manifest: `version: 1
budget: { monthly: 60k }
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    training: { tokens: 2B, deadline: 14d }
`,
      },
    ],
  },
  checkManifest: (context) => reportsOf(context, 'AI105'),
};
