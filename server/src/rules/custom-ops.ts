/** AI304: operations of one's own on a chip that runs the standard set only. */
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { chipOf, chipPlace, isPurposeBuilt, targetsOf } from './targets.ts';

export const customOps: Rule = {
  code: 'AI304',
  name: 'custom-ops',
  severity: 'warning',
  docs: {
    summary: 'Operations of one’s own on a chip that runs the standard set.',
    what: 'The model says `customOps: true`, and the target is a TPU, Trainium or Inferentia.',
    why: 'These chips are made for the operations of the usual networks, and their compilers translate those alone. An operation of one’s own has to be written again in the language of the chip (Pallas, NKI), or the program falls back to the host’s processor and waits for it.',
    whenToSilence: 'If the operations are already written for the chip.',
    sources: [
      'Pallas, kernels for TPUs: JAX documentation, 2026',
      'Neuron Kernel Interface (NKI), kernels for Trainium and Inferentia2: AWS Neuron documentation, 2026',
    ],
    bad: [
      {
        title: 'Own operations on a TPU',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: { parameters: 3B, layers: 32, hiddenSize: 2560, heads: 32, vocabSize: 50000, customOps: <|true|> }
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: tpu-v5e, count: 64 }
`,
      },
    ],
    good: [
      {
        title: 'On GPUs',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: { parameters: 3B, layers: 32, hiddenSize: 2560, heads: 32, vocabSize: 50000, customOps: true }
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: h100-sxm, count: 16 }
`,
      },
      {
        title: 'The standard set on a TPU',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: tpu-v5e, count: 64 }
`,
      },
    ],
    fixes: [
      {
        title: 'Switch to 16 × h200 on gcp',
        before: `version: 1
workloads:
  train:
    phase: training
    model: { parameters: 3B, layers: 32, hiddenSize: 2560, heads: 32, vocabSize: 50000, customOps: true }
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: tpu-v5e, count: 64 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: { parameters: 3B, layers: 32, hiddenSize: 2560, heads: 32, vocabSize: 50000, customOps: true }
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east4, accelerator: h200, count: 16 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { model } = context.workload;
    if (typeof model !== 'object' || model.customOps !== true) return;
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      if (!chip || !isPurposeBuilt(chip)) continue;
      const own = site.level === 'own';
      yield {
        ...(own ? { path: context.path('model', 'customOps'), part: 'value' as const } : chipPlace(site)),
        severity: site.severity('warning'),
        message: `${quoted(chip.id)} runs the standard operations of its compiler, and this model has operations of its own: write them for the chip, or use a GPU.`,
        related: own
          ? [{ ...chipPlace(site), message: `This is ${quoted(chip.id)}.` }]
          : [{ path: context.path('model', 'customOps'), part: 'value', message: 'The model has its own operations.' }],
        fixes: () => {
          const best = own ? bestAlternative(context, () => true) : undefined;
          return best ? [switchTo(context, best, true)] : [];
        },
      };
    }
  },
};
