/** AI213: A large model on CPUs alone. */
import { formatCount } from '../manifest/format-quantity.ts';
import { subjectOf } from '../planner/subject.ts';
import { OWN_JUDGEMENT } from './basis.ts';
import type { Rule } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { chipOf, chipPlace, targetsOf } from './targets.ts';
import { LARGE_ON_CPU_PARAMETERS } from './thresholds.ts';

export const needsAccelerator: Rule = {
  code: 'AI213',
  name: 'needs-accelerator',
  severity: 'warning',
  docs: {
    summary: 'A large model on CPUs alone.',
    what: 'A model of 7 B parameters or more is trained or served on machines without accelerators.',
    why: 'Reading the weights from a server’s memory takes a good part of a second for every token, and training takes years.',
    whenToSilence: 'If a batch job may take its time, and its machines are there anyway.',
    sources: [OWN_JUDGEMENT],
    bad: [
      {
        title: 'An 8B model on CPUs',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: <|c7i.16xlarge|> }
`,
      },
    ],
    good: [
      {
        title: 'A small encoder on CPUs',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: bert-base
    framework: pytorch
    serving: { requests: 1/s }
    target: { provider: aws, region: us-east-1, instance: c7i.16xlarge }
`,
      },
    ],
    fixes: [
      {
        title: 'Switch to 1 × inferentia2 on aws',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: c7i.16xlarge }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: inf2.xlarge }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, catalog } = context;
    const parameters = subjectOf(workload, catalog).model.value?.activeParameters ?? 0;
    if (parameters < LARGE_ON_CPU_PARAMETERS) return;
    for (const site of targetsOf(context)) {
      if (chipOf(site)?.class !== 'cpu') continue;
      yield {
        ...chipPlace(site),
        severity: site.severity('warning'),
        message: `A model that computes with ${formatCount(parameters)} parameters is far too slow on CPUs alone: give it an accelerator.`,
        related: [{ path: context.path('model'), part: 'value', message: 'This is the model.' }],
        fixes: () => {
          const best = site.level === 'own' ? bestAlternative(context, () => true) : undefined;
          return best ? [switchTo(context, best, true)] : [];
        },
      };
    }
  },
};
