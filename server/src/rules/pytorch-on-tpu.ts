/** AI301: PyTorch on a TPU runs through an extra layer. */
import { quoted } from './message.ts';
import type { Fix, Rule, WorkloadContext } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { chipOf, chipPlace, targetsOf } from './targets.ts';

export const pytorchOnTpu: Rule = {
  code: 'AI301',
  name: 'pytorch-on-tpu',
  severity: 'warning',
  docs: {
    summary: 'PyTorch on a TPU: supported through an extra layer, less mature than JAX there.',
    what: 'The workload’s `framework` is PyTorch and its target, its burst or one of its alternatives is a TPU.',
    why: 'PyTorch reaches a TPU through a layer between its own operators and the TPU’s compiler. That layer, PyTorch/XLA, saw its last code change in December 2025 and is to be replaced by TorchTPU, of which no numbered release was seen; serving PyTorch models goes by way of JAX. JAX is the stack that TPUs are built and tested with. The same model on a GPU, or in JAX, meets fewer gaps in operators, tools and examples.',
    whenToSilence: 'If the model already runs on TPUs with PyTorch in your hands, or you follow TorchTPU on purpose.',
    sources: [
      'PyTorch/XLA 2.8 with torch_xla[tpu] as the last widely documented line: github.com/pytorch/xla README (2025-07-16)',
      'Maintainers propose a native device because of the layer’s weaknesses: github.com/pytorch/xla/issues/9684 (2025-10-20)',
      'vLLM on TPU lowers PyTorch models through JAX: github.com/vllm-project/tpu-inference README (2025-10-16)',
      'Last code change of PyTorch/XLA: git history of github.com/pytorch/xla (2025-12-18)',
      'README announces that TorchTPU replaces PyTorch/XLA: github.com/pytorch/xla (2026-04-22)',
      'TorchTPU public without releases: github.com/google-pytorch/torch_tpu/releases (2026)',
      'TPUs marked as fully supported by JAX: github.com/jax-ml/jax README (2026-08-08)',
    ],
    bad: [
      {
        title: 'PyTorch on TPU v5p',
        manifest: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: <|tpu-v5p|>, count: 16 }
`,
      },
      {
        title: 'The framework comes from the defaults',
        manifest: `version: 1
defaults:
  framework: pytorch
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target:
      provider: gcp
      region: us-east5
      accelerator: <|tpu-v5p|>
      count: 16
`,
      },
    ],
    good: [
      {
        title: 'JAX on a TPU',
        manifest: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 16 }
`,
      },
      {
        title: 'PyTorch on a GPU',
        manifest: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: h100-sxm, count: 16 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use framework: jax',
        before: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: pytorch   # what the team knows
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 16 }
`,
        after: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax   # what the team knows
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 16 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, catalog } = context;
    if (workload.framework !== 'pytorch') return;
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      if (chip?.class !== 'tpu') continue;
      const newest = catalog.pytorchOnTpuEvidence
        .map(({ date }) => /^\d{4}-\d{2}-\d{2}$/.exec(date)?.[0] ?? '')
        .sort()
        .at(-1);
      const dated = newest === undefined || newest === '' ? '' : ` (evidence up to ${newest})`;
      yield {
        ...chipPlace(site),
        severity: site.severity('warning'),
        message: `PyTorch reaches ${quoted(chip.id)} through an extra layer that is less mature than JAX there${dated}: a GPU or \`framework: jax\` is the safer choice.`,
        related: [{ path: context.path('framework'), part: 'value', message: 'The framework is PyTorch.' }],
        fixes: () => fixes(context, site.level === 'own'),
      };
    }
  },
};

function fixes(context: WorkloadContext, own: boolean): readonly Fix[] {
  const found: Fix[] = [];
  const gpu = own
    ? bestAlternative(
        context,
        ({ target }) => context.catalog.accelerators.get(target.accelerator ?? '')?.class === 'gpu',
      )
    : undefined;
  if (gpu) found.push(switchTo(context, gpu, true));
  found.push({
    title: 'Use framework: jax',
    edits: [{ kind: 'set', path: context.path('framework'), value: 'jax' }],
    safe: false,
  });
  return found;
}
