/** AI306: A serving precision that engine and chip do not support, or that saves memory only. */
import type { Precision } from '../catalog/types.ts';
import { engineOn, subjectOf } from '../planner/subject.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { chipOf, chipPlace, targetsOf, trains } from './targets.ts';

export const quantizationUnsupported: Rule = {
  code: 'AI306',
  name: 'quantization-unsupported',
  severity: 'error',
  docs: {
    summary: 'A serving precision that engine and chip do not support, or that saves memory only.',
    what: 'By the table of engines, chips and precisions, the stated engine cannot serve weights in `serving.precision` on this chip: an error. Where it can hold the weights in it but not compute in it, that is worth knowing (info): the arithmetic stays in 16 bit.',
    why: 'An unsupported format fails at the start. A weight-only format needs less memory and reads less for each token, but prompts are not computed faster.',
    whenToSilence: 'If your build of the engine brings kernels of its own.',
    sources: ['Precisions by engine and chip: documentation of each engine, as in the catalogue'],
    bad: [
      {
        title: 'fp8 on a T4',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: <|fp8|>, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g4dn.12xlarge }
`,
      },
    ],
    good: [
      {
        title: 'fp8 on an L4',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use int8',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g4dn.12xlarge }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: int8, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g4dn.12xlarge }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, catalog } = context;
    const precision = workload.serving?.precision;
    if (precision === undefined || trains(workload)) return;
    const subject = subjectOf(workload, catalog);
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      if (!chip) continue;
      const { engine, fact } = engineOn(subject, chip, catalog);
      const said = fact?.precisions[precision];
      if (engine === undefined || fact?.support === 'none') continue;
      const isWeightsOnly = said === 'weight-only' || said === 'weights only';
      // An engine that is only assumed does not make an error.
      if (!(said === 'no' && workload.serving?.engine !== undefined) && !isWeightsOnly) continue;
      const near = isWeightsOnly ? undefined : ALTERNATIVES[precision].find((other) => runs(fact?.precisions[other]));
      yield {
        path: context.path('serving', 'precision'),
        part: 'value',
        severity: site.severity(isWeightsOnly ? 'info' : 'error'),
        message: isWeightsOnly
          ? `${quoted(engine)} holds weights in ${quoted(precision)} on ${quoted(chip.id)} and computes in 16 bit: it saves memory, not arithmetic.`
          : `${quoted(engine)} does not serve ${quoted(precision)} on ${quoted(chip.id)}: use ${near === undefined ? 'another precision' : quoted(near)}.`,
        related: [{ ...chipPlace(site), message: `The chip is ${quoted(chip.id)}.` }],
        fixes: () =>
          near === undefined
            ? []
            : [
                {
                  title: `Use ${near}`,
                  edits: [{ kind: 'set', path: context.path('serving', 'precision'), value: near }],
                  safe: false,
                  preferred: true,
                },
              ],
      };
      return;
    }
  },
};

/** What comes nearest in memory, the best first. */
const ALTERNATIVES: Readonly<Record<Precision, readonly Precision[]>> = {
  fp32: ['bf16', 'fp16'],
  tf32: ['bf16', 'fp16'],
  bf16: ['fp16'],
  fp16: ['bf16'],
  fp8: ['int8', 'int4', 'bf16', 'fp16'],
  int8: ['fp8', 'int4', 'bf16', 'fp16'],
  fp4: ['int4', 'fp8', 'int8'],
  int4: ['fp4', 'fp8', 'int8'],
};

function runs(said: string | undefined): boolean {
  return said !== undefined && said !== 'no' && said !== 'limited' && said !== 'unknown';
}
