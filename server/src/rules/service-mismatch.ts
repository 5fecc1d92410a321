/** AI904: A managed service of another provider, or one without this accelerator. */
import { listed, quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { chipOf, chipPlace, targetsOf } from './targets.ts';

export const serviceMismatch: Rule = {
  code: 'AI904',
  name: 'service-mismatch',
  severity: 'error',
  docs: {
    summary: 'A managed service of another provider, or one without this accelerator.',
    what: 'The target names a managed service that belongs to another provider than the target’s, or that does not offer the accelerator in any of its modes.',
    why: 'The service cannot run the workload there.',
    whenToSilence: 'If the service offers the accelerator to you ahead of its public list.',
    sources: ['Accelerators of each managed service: the providers’ documentation, as in the catalogue'],
    bad: [
      {
        title: 'SageMaker at Google Cloud',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: h100-sxm, count: 8, service: <|sagemaker|> }
`,
      },
    ],
    good: [
      {
        title: 'SageMaker at AWS',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, service: sagemaker }
`,
      },
    ],
    fixes: [
      {
        title: 'Use vertex-ai',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: h100-sxm, count: 8, service: sagemaker }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: h100-sxm, count: 8, service: vertex-ai }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { catalog } = context;
    for (const site of targetsOf(context)) {
      const { service } = site.target;
      const { provider } = site.resolution.target;
      const facts = catalog.services.filter((fact) => fact.service === service);
      const owner = facts[0]?.provider;
      if (service === undefined || service === 'none' || provider === undefined || owner === undefined) continue;
      const path = site.path('service');
      const own = catalog.services.find((fact) => LANGUAGE.has(fact.service) && fact.provider === provider)?.service;
      if (owner !== provider) {
        yield {
          path,
          part: 'value',
          severity: site.severity('error'),
          message: `${quoted(service)} is a service of ${quoted(owner)}, and the target is at ${quoted(provider)}: use ${own === undefined ? 'raw machines there' : quoted(own)}.`,
          ...(site.target.provider !== undefined && {
            related: [{ path: site.path('provider'), part: 'value', message: `The provider is ${quoted(provider)}.` }],
          }),
          fixes: () =>
            own === undefined
              ? []
              : [{ title: `Use ${own}`, edits: [{ kind: 'set', path, value: own }], safe: false, preferred: true }],
        };
        continue;
      }
      const chip = chipOf(site);
      const offered = new Set(facts.flatMap(({ accelerators }) => accelerators));
      if (!chip || chip.class === 'cpu' || offered.size === 0 || offered.has(chip.id)) continue;
      yield {
        path,
        part: 'value',
        severity: site.severity('error'),
        message: `${quoted(service)} does not offer ${quoted(chip.id)} in any mode (by its documentation): use raw machines, or ${listed([...offered].slice(-3).map(quoted))}.`,
        related: [{ ...chipPlace(site), message: `The chip is ${quoted(chip.id)}.` }],
        fixes: () => [{ title: 'Use raw machines', edits: [{ kind: 'remove', path }], safe: false, preferred: true }],
      };
    }
  },
};

const LANGUAGE: ReadonlySet<string> = new Set(['sagemaker', 'vertex-ai', 'azure-ml']);
