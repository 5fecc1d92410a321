/** AI101: text that is no YAML. The rest of the file is still analysed. */
import type { Rule } from './rule.ts';

export const yamlSyntax: Rule = {
  code: 'AI101',
  name: 'yaml-syntax',
  severity: 'error',
  docs: {
    summary: 'The text is no YAML here; the rest of the file is still analysed.',
    what: 'A line cannot be read as YAML: a quote that is never closed, a tab where spaces must stand, an alias to an anchor that does not exist, a word without its colon.',
    why: 'What cannot be read cannot be planned. Only the workload that holds the mistake is left out; the others keep their plan.',
    whenToSilence: 'Never: other tools cannot read the file either.',
    sources: ['YAML 1.2.2, https://yaml.org/spec/1.2.2/ (2021-10-01)'],
    bad: [
      {
        title: 'A quote that is never closed',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    description: <|"answers customers|>
`,
      },
      {
        title: 'An alias without its anchor',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: <|*shared|>
`,
      },
    ],
    good: [
      {
        title: 'Anchor and alias',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: &shared llama-3.1-8b
  label:
    phase: batch-inference
    model: *shared
`,
      },
    ],
  },
  *checkManifest({ source }) {
    for (const problem of source.problems) {
      if (problem.code !== 'AI101') continue;
      yield { path: problem.path ?? [], part: 'value', span: problem.span, message: problem.message };
    }
  },
};
