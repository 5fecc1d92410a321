/** AI211: A training precision that the chip does not compute in. */
import type { Accelerator, Precision } from '../catalog/types.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { chipOf, chipPlace, targetsOf, trains } from './targets.ts';

export const precisionUnsupported: Rule = {
  code: 'AI211',
  name: 'precision-unsupported',
  severity: 'error',
  docs: {
    summary: 'A training precision that the chip does not compute in.',
    what: '`training.precision` names a number format that the chip has no arithmetic for, such as fp8 on an A100. Where the format is emulated in fp32 (bf16 and tf32 on V100 and T4), this is a warning.',
    why: 'The run would fail at its start, or be computed in a wider format at a fraction of the speed.',
    whenToSilence: 'If your software emulates the format and the speed is known to be enough.',
    sources: ['Number formats of each chip: makers’ architecture documents, as in the catalogue'],
    bad: [
      {
        title: 'fp8 on an A100',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, precision: <|fp8|> }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: a100-40gb, count: 8 }
`,
      },
      {
        title: 'bf16 on a T4',
        manifest: `version: 1
workloads:
  train:
    phase: fine-tuning
    model: llama-3.2-1b
    framework: pytorch
    training: { tokens: 10M, method: lora, precision: <|bf16|> }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, instance: g4dn.xlarge }
`,
      },
    ],
    good: [
      {
        title: 'fp8 on an H100',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, precision: fp8 }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use bf16',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, precision: fp8 }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: a100-40gb, count: 8 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, precision: bf16 }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: a100-40gb, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload } = context;
    const precision = workload.training?.precision;
    if (precision === undefined || !trains(workload)) return;
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      if (chip?.precisionSupport[precision] !== 'no') continue;
      const emulated = precision === 'bf16' || precision === 'tf32';
      const near = nearest(chip, precision);
      yield {
        path: context.path('training', 'precision'),
        part: 'value',
        severity: site.severity(emulated ? 'warning' : 'error'),
        message: `${quoted(chip.id)} does not compute in ${quoted(precision)}${emulated ? ', which is emulated at the speed of fp32' : ''}: ${near === undefined ? 'choose another chip' : `use ${quoted(near)}`}.`,
        related: [{ ...chipPlace(site), message: `The chip is ${quoted(chip.id)}.` }],
        fixes: () =>
          near === undefined
            ? []
            : [
                {
                  title: `Use ${near}`,
                  edits: [{ kind: 'set', path: context.path('training', 'precision'), value: near }],
                  safe: false,
                  preferred: true,
                },
              ],
      };
      return;
    }
  },
};

/** The formats that training falls back to, the likest first. */
const FALLBACKS: readonly Precision[] = ['fp8', 'bf16', 'fp16', 'fp32'];

function nearest(chip: Accelerator, precision: Precision): Precision | undefined {
  return FALLBACKS.find(
    (other) =>
      other !== precision && chip.precisionSupport[other] === 'yes' && (other !== 'fp8' || precision === 'fp4'),
  );
}
