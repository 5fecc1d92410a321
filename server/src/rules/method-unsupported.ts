/** AI305: a training method, optimizer or sharding that the software does not have on this chip. */
import { quoted } from './message.ts';
import type { Fix, Rule, WorkloadContext } from './rule.ts';
import { chipOf, chipPlace, targetsOf, trains, type TargetSite } from './targets.ts';
import { missingSupport, type MissingSupport } from './training-support.ts';

export const methodUnsupported: Rule = {
  code: 'AI305',
  name: 'method-unsupported',
  severity: 'error',
  docs: {
    summary: 'A training method that the software does not have on this chip.',
    what: 'The training asks for `method: qlora` or `optimizer: adamw-8bit` under PyTorch on a TPU or Trainium, or for a `sharding` that DeepSpeed does not have there.',
    why: 'The libraries behind these settings are written for GPUs. The program ends at its first call into them, or at its import.',
    whenToSilence: 'If your own software does it on this chip.',
    sources: [
      'bitsandbytes 0.48, installation guide, October 2025: NVIDIA GPUs, CPUs, Intel GPUs and Gaudi; AMD GPUs as an experiment',
      'DeepSpeed, accelerator set-up guide, 2026: CUDA and ROCm GPUs, CPU, Intel XPU, Gaudi, Huawei NPU',
    ],
    bad: [
      {
        title: 'QLoRA on Trainium',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 200M, method: <|qlora|> }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: trainium1, count: 16 }
`,
      },
      {
        title: 'FSDP in DeepSpeed',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, stack: deepspeed, sharding: <|fsdp|> }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'LoRA on Trainium',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 200M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: trainium1, count: 16 }
`,
      },
      {
        title: 'QLoRA on a GPU',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 200M, method: qlora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: l40s, count: 1 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use zero3',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, stack: deepspeed, sharding: fsdp }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, stack: deepspeed, sharding: zero3 }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload } = context;
    if (!trains(workload)) return;
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      if (!chip) continue;
      for (const missing of missingSupport(workload, chip)) yield report(context, site, chip.id, missing);
    }
  },
};

function report(context: WorkloadContext, site: TargetSite, chip: string, missing: MissingSupport) {
  const own = site.level === 'own';
  const { key } = missing;
  const path = context.path('training', key);
  const value = context.workload.training?.[key] ?? '';
  return {
    ...(own ? { path, part: 'value' as const } : chipPlace(site)),
    severity: site.severity('error'),
    message: `${quoted(value)} does not run here: ${missing.library} works with ${missing.runsOn}, not ${missing.stack === 'deepspeed' ? quoted(value) : quoted(chip)}.`,
    related: own
      ? [{ ...chipPlace(site), message: `The chip is ${quoted(chip)}.` }]
      : [{ path, part: 'value' as const, message: `The training asks for ${quoted(value)}.` }],
    fixes: () => fixes(context, missing),
  };
}

function fixes(context: WorkloadContext, { key, instead, stack }: MissingSupport): readonly Fix[] {
  const stackPath = context.path('training', 'stack');
  const companion =
    key !== 'sharding' || stack === 'deepspeed'
      ? []
      : [
          stack === undefined
            ? ({ kind: 'remove', path: stackPath } as const)
            : ({ kind: 'set', path: stackPath, value: stack } as const),
        ];
  return [
    {
      title: `Use ${instead}${companion.length === 0 ? '' : stack === undefined ? ' without DeepSpeed' : ` of ${stack}`}`,
      edits: [{ kind: 'set', path: context.path('training', key), value: instead }, ...companion],
      safe: false,
      preferred: true,
    },
  ];
}
