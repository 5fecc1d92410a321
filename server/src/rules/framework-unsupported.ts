/** AI302: A framework that does not run on the accelerator, or only as an experiment. */
import type { Workload } from '../manifest/schema.ts';
import { listed, quoted } from './message.ts';
import type { Fix, Rule, WorkloadContext } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { chipOf, chipPlace, targetsOf, trains } from './targets.ts';

export const frameworkUnsupported: Rule = {
  code: 'AI302',
  name: 'framework-unsupported',
  severity: 'error',
  docs: {
    summary: 'A framework that does not run on the accelerator, or only as an experiment.',
    what: 'By the table of frameworks and chips, the workload’s framework has no support for the phase on this accelerator (an error), or experimental support (a warning). PyTorch on a TPU is reported by AI301.',
    why: 'Without a maintained build for the chip, the program does not start; an experimental one breaks at the first operator that nobody tried.',
    whenToSilence: 'If you maintain the build yourself.',
    sources: [
      'Support of frameworks by chip, with evidence and date: documentation and release notes of each framework, as in the catalogue',
    ],
    bad: [
      {
        title: 'TensorFlow on Gaudi',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: tensorflow
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { deployment: on-premises, accelerator: <|gaudi3|>, count: 8 }
`,
      },
      {
        title: 'JAX on Trainium 2',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-2, accelerator: <|trainium2|>, count: 16 }
`,
      },
    ],
    good: [
      {
        title: 'PyTorch on H100',
        manifest: `version: 1
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
      {
        title: 'JAX on a TPU',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 16 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use pytorch',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-2, accelerator: trainium2, count: 16 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-2, accelerator: trainium2, count: 16 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, catalog } = context;
    const { framework } = workload;
    if (framework === undefined || framework === 'other') return;
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      const fact = chip && catalog.framework(framework, chip.id);
      if (!chip || !fact) continue;
      const maturity = trains(workload) ? fact.training : fact.inference;
      if (maturity !== 'none' && maturity !== 'experimental') continue;
      const native = nativeOn(context, chip.id);
      yield {
        ...chipPlace(site),
        severity: site.severity(maturity === 'none' ? 'error' : 'warning'),
        message: `${NAMES[framework]} ${maturity === 'none' ? 'does not run' : 'is an experiment'} on ${quoted(chip.id)} for ${trains(workload) ? 'training' : 'inference'} (${/^[^;(]*/.exec(fact.evidence)?.[0].trim() ?? ''}${fact.evidenceDate === '' ? '' : `, ${fact.evidenceDate}`}): use ${native.length === 0 ? 'another chip' : `${listed(native.map((name) => NAMES[name]))}, or another chip`}.`,
        related: [{ path: context.path('framework'), part: 'value', message: `The framework is ${NAMES[framework]}.` }],
        fixes: () => fixes(context, chip.id, site.level === 'own'),
      };
    }
  },
};

type Framework = Exclude<NonNullable<Workload['framework']>, 'other'>;

const NAMES: Readonly<Record<Framework, string>> = {
  pytorch: 'PyTorch',
  jax: 'JAX',
  tensorflow: 'TensorFlow',
  onnx: 'ONNX',
};

/** Frameworks at home on the chip in this phase, the best supported first. */
function nativeOn({ workload, catalog }: WorkloadContext, accelerator: string): readonly Framework[] {
  const names = Object.keys(NAMES) as Framework[];
  const maturity = (name: Framework) => {
    const fact = catalog.framework(name, accelerator);
    return trains(workload) ? fact?.training : fact?.inference;
  };
  const native = names.filter((name) => maturity(name) === 'native');
  return native.length > 0 ? native : names.filter((name) => maturity(name) === 'supported');
}

function fixes(context: WorkloadContext, accelerator: string, own: boolean): readonly Fix[] {
  const native = nativeOn(context, accelerator)[0];
  const best = own ? bestAlternative(context, () => true) : undefined;
  return [
    ...(best ? [switchTo(context, best, true)] : []),
    ...(native
      ? [
          {
            title: `Use ${native}`,
            edits: [{ kind: 'set', path: context.path('framework'), value: native } as const],
            safe: false,
          },
        ]
      : []),
  ];
}
