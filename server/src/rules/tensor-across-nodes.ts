/** AI403: Tensor parallelism wider than the fast link between devices. */
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { chipOf, targetsOf, trains } from './targets.ts';

export const tensorAcrossNodes: Rule = {
  code: 'AI403',
  name: 'tensor-across-nodes',
  severity: 'warning',
  docs: {
    summary: 'Tensor parallelism wider than the fast link between devices.',
    what: 'The stated tensor parallelism spans more devices than one fast-link domain joins (eight GPUs of a machine, a rack of an NVL72, a TPU slice).',
    why: 'Tensor parallelism exchanges activations in every layer. Over the network between machines this takes longer than the arithmetic.',
    whenToSilence: 'If the machines are joined by a link as fast as the one inside.',
    sources: [
      'Narayanan et al., Efficient Large-Scale Language Model Training on GPU Clusters Using Megatron-LM, 2021, section 3.2',
    ],
    bad: [
      {
        title: 'Sixteen-way on machines of eight',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, parallelism: { tensor: <|16|> } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32 }
`,
      },
    ],
    good: [
      {
        title: 'Eight-way in a machine, pipeline across',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, parallelism: { tensor: 8, pipeline: 2 } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use tensor 8 × pipeline 2',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, parallelism: { tensor: 16 } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, parallelism: { tensor: 8, pipeline: 2 } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload } = context;
    const section = trains(workload) ? 'training' : 'serving';
    const parallelism = workload[section]?.parallelism;
    const tensor = parallelism?.tensor;
    if (typeof tensor !== 'number') return;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    const chip = site && chipOf(site);
    const domain = chip && Math.max(chip.fastDomain ?? 0, chip.perNode ?? 0);
    if (!chip || !domain || tensor <= domain) return;
    const path = context.path(section, 'parallelism');
    const stated: Readonly<Record<string, number | 'auto' | boolean | undefined>> = parallelism ?? {};
    const degree = (key: string) => (typeof stated[key] === 'number' ? stated[key] : undefined);
    const stages = tensor % domain === 0 ? (tensor / domain) * (degree('pipeline') ?? 1) : undefined;
    // Where every degree is stated, the stages are those that make the count: AI404 would speak next.
    const { count } = site.target;
    const others = domain * (degree('data') ?? 1) * (degree('context') ?? 1);
    const isWhole = section === 'training' && typeof count === 'number' && degree('data') !== undefined;
    const split = isWhole && count % others === 0 ? count / others : stages;
    yield {
      path: [...path, 'tensor'],
      part: 'value',
      message: `Tensor parallelism over ${tensor} devices leaves the fast link, which joins ${domain} ${quoted(chip.id)}: use tensor ${domain}${split === undefined ? '' : ` × pipeline ${split}`}.`,
      fixes: () =>
        split === undefined
          ? []
          : [
              {
                title: `Use tensor ${domain} × pipeline ${split}`,
                edits: [
                  { kind: 'set', path: [...path, 'tensor'], value: domain },
                  { kind: 'set', path: [...path, 'pipeline'], value: split },
                ],
                safe: false,
                preferred: true,
              },
            ],
    };
  },
};
