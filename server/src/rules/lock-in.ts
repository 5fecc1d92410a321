/** AI903: A chip or a service of one provider alone, where portability is wanted. */
import { OWN_JUDGEMENT } from './basis.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { chipOf, chipPlace, targetsOf } from './targets.ts';

export const lockIn: Rule = {
  code: 'AI903',
  name: 'lock-in',
  severity: 'warning',
  docs: {
    summary: 'A chip or a service of one provider alone, where portability is wanted.',
    what: '`policy.portability` is `preferred` (a warning) or `required` (an error), and the target is a TPU, Trainium or Inferentia, or a provider’s own service.',
    why: 'Programs for these chips and services run at one provider only: moving later means porting.',
    whenToSilence: 'If the program is kept portable by a layer of your own.',
    sources: ['Which chips are to be had in one cloud alone: the catalogue, with sources and dates', OWN_JUDGEMENT],
    bad: [
      {
        title: 'Trainium where portability is wanted',
        manifest: `version: 1
policy: { portability: preferred }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-2, accelerator: <|trainium2|>, count: 16 }
`,
      },
    ],
    good: [
      {
        title: 'A GPU, which everybody rents',
        manifest: `version: 1
policy: { portability: preferred }
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
        title: 'Switch to 8 × b200 on aws',
        before: `version: 1
policy: { portability: preferred }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-2, accelerator: trainium2, count: 16 }
`,
        after: `version: 1
policy: { portability: preferred }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: b200, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { head, catalog } = context;
    const portability = head.policy?.portability;
    if (portability !== 'preferred' && portability !== 'required') return;
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      const { service } = site.target;
      const makers = chip && chip.class !== 'edge' ? catalog.providersOf(chip.id) : [];
      // A chip that its maker alone rents out: sold to nobody, and not a GPU.
      const isTied =
        chip !== undefined &&
        chip.class !== 'gpu' &&
        chip.class !== 'cpu' &&
        chip.availability.startsWith('cloud only') &&
        makers.length === 1;
      const isService = service !== undefined && service !== 'none';
      if (!isTied && !isService) continue;
      const name = isTied ? chip.id : (service ?? '');
      const owner = isTied ? makers[0] : catalog.services.find((fact) => fact.service === service)?.provider;
      yield {
        ...(isTied ? chipPlace(site) : { path: site.path('service'), part: 'value' }),
        severity: site.severity(portability === 'required' ? 'error' : 'warning'),
        message: `${quoted(name)} ties the workload to ${quoted(owner ?? 'one provider')}, and portability is ${portability}: use ${isTied ? 'a GPU, which many providers rent' : 'machines that many providers rent'}.`,
        related: [{ path: ['policy', 'portability'], part: 'value', message: `Portability is ${portability}.` }],
        fixes: () => {
          if (!isTied)
            return [
              {
                title: `Leave out ${name}`,
                edits: [{ kind: 'remove', path: site.path('service') }],
                safe: false,
                preferred: true,
              },
            ];
          const best =
            site.level === 'own'
              ? bestAlternative(
                  context,
                  ({ target }) => catalog.accelerators.get(target.accelerator ?? '')?.class === 'gpu',
                )
              : undefined;
          return best ? [switchTo(context, best, true)] : [];
        },
      };
    }
  },
};
