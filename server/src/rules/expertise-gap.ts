/** AI901: Raw machines, and nobody to run them. */
import { OWN_LIMITS } from './basis.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { chipOf, isRented, memberPlace, targetsOf } from './targets.ts';

export const expertiseGap: Rule = {
  code: 'AI901',
  name: 'expertise-gap',
  severity: 'warning',
  docs: {
    summary: 'Raw machines, and nobody to run them.',
    what: '`policy.expertise` is `none`, and the target rents raw machines: no managed service, nothing serverless. For a prototype this is worth knowing (info).',
    why: 'Drivers, networks, restarts and monitoring of accelerators are a craft. A managed service takes most of it off, for a mark-up.',
    whenToSilence: 'If a partner runs the machines.',
    sources: ['Managed services of the providers: the catalogue, with sources and dates', OWN_LIMITS],
    bad: [
      {
        title: 'Eight GPUs and nobody',
        manifest: `version: 1
policy: { expertise: none }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: <|aws|>, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'The provider’s service',
        manifest: `version: 1
policy: { expertise: none }
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
      {
        title: 'A team for it',
        manifest: `version: 1
policy: { expertise: mlops }
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
        title: 'Use sagemaker',
        before: `version: 1
policy: { expertise: none }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
policy: { expertise: none }
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
  },
  *checkWorkload(context) {
    const { workload, head, catalog } = context;
    if (head.policy?.expertise !== 'none') return;
    for (const site of targetsOf(context)) {
      const { service, serverless } = site.target;
      const { provider } = site.resolution.target;
      const chip = chipOf(site);
      if (
        !isRented(site) ||
        provider === undefined ||
        (service !== undefined && service !== 'none') ||
        serverless === true
      )
        continue;
      const own = catalog.services.find(
        (fact) =>
          SERVICES.has(fact.service) &&
          fact.provider === provider &&
          (chip === undefined || fact.accelerators.includes(chip.id)),
      )?.service;
      yield {
        ...(service === undefined ? memberPlace(site, 'provider') : { path: site.path('service'), part: 'value' }),
        severity: site.severity(workload.stage === 'prototype' ? 'info' : 'warning'),
        message: `Nobody is there to run raw machines (\`expertise: none\`): use ${own === undefined ? 'a managed service' : `${quoted(own)}, the managed service of ${quoted(provider)}`}.`,
        related: [{ path: ['policy', 'expertise'], part: 'value', message: 'Nobody in particular will run this.' }],
        fixes: () =>
          own === undefined
            ? []
            : [
                {
                  title: `Use ${own}`,
                  edits: [{ kind: 'set', path: site.path('service'), value: own }],
                  safe: false,
                  preferred: true,
                },
              ],
      };
    }
  },
};

/** Services that take machines off one's hands, by the language's words. */
const SERVICES: ReadonlySet<string> = new Set(['sagemaker', 'vertex-ai', 'azure-ml']);
