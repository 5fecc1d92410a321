/** AI206: training on a chip that is made for inference, or serving that leaves a flagship idle. */
import type { Accelerator } from '../catalog/types.ts';
import { formatCount, formatShare } from '../manifest/format-quantity.ts';
import { subjectOf } from '../planner/subject.ts';
import { statedLoad } from '../planner/replicas.ts';
import { OWN_LIMITS } from './basis.ts';
import { cheaperEquals, cheapest, spending } from './cost-advice.ts';
import { hardwareWords, quoted } from './message.ts';
import type { Fix, Report, Rule, WorkloadContext } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { chipOf, chipPlace, targetsOf, trains } from './targets.ts';
import { FLAGSHIP_FLOPS, IDLE_FLAGSHIP_SHARE, LARGE_TRAINING_PARAMETERS, SMALL_INFERENCE_GPUS } from './thresholds.ts';

export const wrongPhase: Rule = {
  code: 'AI206',
  name: 'wrong-phase',
  severity: 'error',
  docs: {
    summary: 'Training on a chip made for inference, or serving that leaves a flagship idle.',
    what: 'A workload that trains names a chip that can only infer (Inferentia, edge modules): an error. Training all weights of a model of 7 B parameters or more on a small inference GPU (T4, L4, L40) is a warning. So is a service with a stated latency that keeps a flagship (from 900 TFLOP/s in 16 bit: H100 and later) busy less than 10 % of the time, while a cheaper chip keeps that latency.',
    why: 'Inference chips lack what training needs: the backward pass in their software, or the memory and the fast link that optimizer states and gradients ask for.',
    whenToSilence: 'If a small experiment is meant that may take its time.',
    sources: ['Kinds, memory and speed of the chips: the catalogue, with sources and dates', OWN_LIMITS],
    bad: [
      {
        title: 'Training on Inferentia',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: <|inferentia2|>, count: 12 }
`,
      },
      {
        title: 'Full fine-tuning on L4',
        manifest: `version: 1
workloads:
  train:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 100M }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: <|l4|>, count: 8 }
`,
      },
      {
        title: 'A flagship that idles',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100, latency: { timeToFirstToken: 2s, perOutputToken: 100ms } }
    target: { provider: aws, region: us-east-1, accelerator: <|h100-sxm|>, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'Training on H100',
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
        title: 'LoRA on L4',
        manifest: `version: 1
workloads:
  train:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 100M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Switch to 8 × b200 on aws',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: inferentia2, count: 12 }
`,
        after: `version: 1
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
    const { workload, catalog } = context;
    if (!trains(workload)) {
      yield* idleFlagship(context);
      return;
    }
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      if (!chip) continue;
      const fixes = () => (site.level === 'own' ? switches(context) : []);
      if (chip.inferenceOnly) {
        yield {
          ...chipPlace(site),
          severity: site.severity('error'),
          message: `${quoted(chip.id)} is for inference only, and this workload trains: choose a chip that trains.`,
          fixes,
        };
        continue;
      }
      const parameters = subjectOf(workload, catalog).model.value?.parameters ?? 0;
      if (
        (workload.training?.method ?? 'full') !== 'full' ||
        parameters < LARGE_TRAINING_PARAMETERS ||
        !SMALL_INFERENCE_GPUS.has(chip.id)
      )
        continue;
      yield {
        ...chipPlace(site),
        severity: site.severity('warning'),
        message: `Training all ${formatCount(parameters)} weights on ${quoted(chip.id)}, an inference GPU without a fast link, takes very long: choose a training GPU, or \`method: lora\`.`,
        fixes,
      };
    }
  },
};

function switches(context: WorkloadContext): readonly Fix[] {
  const best = bestAlternative(context, ({ target }) => !SMALL_INFERENCE_GPUS.has(target.accelerator ?? ''));
  return best ? [switchTo(context, best, true)] : [];
}

/** A service that keeps a flagship almost idle, while a cheaper chip would keep the stated latency. */
function* idleFlagship(context: WorkloadContext): Iterable<Report> {
  const { workload, plan } = context;
  const load = statedLoad(workload.serving?.requests);
  const { replicas, requestsPerSecondPerReplica: speed } = plan.serving ?? {};
  if (plan.phase !== 'inference' || workload.serving?.latency === undefined || !load || !replicas || !speed) return;
  const site = targetsOf(context).find(({ level }) => level === 'own');
  const chip = site && chipOf(site);
  if (!site || !chip || !isFlagship(chip)) return;
  const busy = load.average / (speed.mid * Math.max(1, replicas.average));
  if (busy >= IDLE_FLAGSHIP_SHARE || !spending(context)) return;
  const best = cheapest(cheaperEquals(context), ({ target }) => {
    const other = context.catalog.accelerators.get(target.accelerator ?? '');
    return other !== undefined && !isFlagship(other);
  });
  if (!best) return;
  yield {
    ...chipPlace(site),
    severity: 'warning',
    message: `${quoted(chip.id)} is busy ${formatShare(busy)} of the time here, and ${hardwareWords(best.target)} keeps the latency for less: leave it to work that needs it.`,
    related: [{ path: context.path('serving', 'requests'), part: 'value', message: 'This is the load.' }],
    fixes: () => [switchTo(context, best, true)],
  };
}

function isFlagship({ peakFlops }: Accelerator): boolean {
  return (peakFlops.bf16 ?? 0) >= FLAGSHIP_FLOPS;
}
