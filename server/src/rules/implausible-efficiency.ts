/** AI606: a stated efficiency above what anybody has published for the chip. */
import { formatShare } from '../manifest/format-quantity.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { chipOf, chipPlace, targetsOf, trains } from './targets.ts';
import { HIGHEST_EFFICIENCY, HIGHEST_EFFICIENCY_ANYWHERE } from './thresholds.ts';

export const implausibleEfficiency: Rule = {
  code: 'AI606',
  name: 'implausible-efficiency',
  severity: 'warning',
  docs: {
    summary: 'A stated efficiency above what anybody has published for the chip.',
    what: '`training.efficiency` is the share of the chip’s peak FLOP/s that the model’s own arithmetic reaches (MFU). It is over the highest that a published run on this chip has reached, or over the highest on any chip where none is published for it.',
    why: 'Duration and cost follow from it. Figures that count recomputed operations (HFU), or sparse peaks, look better than they are, and a run planned on them ends late.',
    whenToSilence: 'If you have measured it on your own run, without recomputation and against the dense peak.',
    sources: [
      'MosaicML llm-foundry, training benchmarks (A100, H100), 2024',
      'MaxText, tables of TPU v4, v5e and v5p, 2024',
      'AWS Neuron benchmarks of Trn1, releases 2.13 to 2.15, 2023',
      'Megatron-LM, README: 41 to 48 % on H100, 2024',
    ],
    bad: [
      {
        title: 'Three quarters of an H100',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, efficiency: <|75%|> }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'As others have measured',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, efficiency: 42% }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Leave the efficiency to the estimate',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, efficiency: 75% }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
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
    const { workload } = context;
    const efficiency = workload.training?.efficiency;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    const chip = site && chipOf(site);
    if (!trains(workload) || efficiency === undefined || !site || !chip) return;
    const published = HIGHEST_EFFICIENCY.get(chip.id);
    const highest = published ?? HIGHEST_EFFICIENCY_ANYWHERE;
    if (efficiency <= highest) return;
    const path = context.path('training', 'efficiency');
    yield {
      path,
      part: 'value',
      message: `${formatShare(efficiency)} of the peak is more than anybody has published for ${published === undefined ? 'any chip' : quoted(chip.id)} (${formatShare(highest)}): the run would end later than planned.`,
      related: [{ ...chipPlace(site), message: `The chip is ${quoted(chip.id)}.` }],
      fixes: () => [
        {
          title: 'Leave the efficiency to the estimate',
          edits: [{ kind: 'remove', path }],
          safe: true,
          preferred: true,
        },
      ],
    };
  },
};
