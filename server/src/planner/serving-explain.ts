/** The derivation of a serving estimate: formula, inputs and source of each number. */
import { FITTED_SOURCE, servingFitted } from './serving-fitted.ts';
import type { LanguageChoice } from './serving-language.ts';
import { decodeStep, meanContext, prefillMarginal } from './serving-step.ts';
import type { SamplePoint, SampleSetting } from './serving-samples.ts';
import type { Derivation, ModelFacts, ServingPlan } from './types.ts';

const GB = 1e9;

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Derivations of the speed of one replica of a language model. */
export function explainLanguage(model: ModelFacts, choice: LanguageChoice, plan: ServingPlan): readonly Derivation[] {
  const { setting, point } = choice;
  const { arithmetic, shape, parallelism } = setting;
  const parts = decodeStep(setting, point.batch);
  const source = `${FITTED_SOURCE}; chip: ${setting.accelerator.source}; model: ${model.source}`;
  const devices = { tensor: parallelism.tensor, pipeline: parallelism.pipeline };
  const all: Derivation[] = [
    {
      quantity: 'serving.batch',
      formula: 'B = largest batch that the cache holds, the engine runs and the latencies allow',
      inputs: {
        cacheTokens: Math.floor(choice.cacheTokens),
        inputTokens: setting.inputTokens,
        outputTokens: setting.outputTokens,
        cacheBytesPerToken: shape.kvBytesPerToken,
      },
      value: point.batch,
      source,
    },
  ];
  if (plan.timePerOutputTokenSeconds) {
    all.push({
      quantity: 'serving.timePerOutputTokenSeconds',
      formula: 'T = max(C + M + K + X + B·σ, the form at batch one) + (B − 1)·prefill/O',
      inputs: {
        batch: point.batch,
        computeSeconds: rounded(parts.compute),
        weightReadSeconds: rounded(parts.weights),
        cacheReadSeconds: rounded(parts.cache),
        communicationSeconds: rounded(parts.communication),
        perSequenceSeconds: rounded(parts.sequences),
        prefillSecondsPerRequest: rounded(prefillMarginal(setting)),
        meanContextTokens: meanContext(setting),
        arithmetic: arithmetic.precision,
        peakTeraflops: arithmetic.peakFlops / 1e12,
        shareOfPeak: rounded(setting.computeShare),
        bandwidthGigabytesPerSecond: setting.bandwidth / GB,
        ...devices,
      },
      value: plan.timePerOutputTokenSeconds,
      source,
    });
  }
  if (plan.timeToFirstTokenSeconds) {
    all.push({
      quantity: 'serving.timeToFirstTokenSeconds',
      formula: 'prefill alone + half a step + prefill·ρ/(2(1 − ρ)), ρ the share of time in prefill',
      inputs: { prefillTokens: setting.prefillTokens, ...devices },
      value: plan.timeToFirstTokenSeconds,
      source,
    });
  }
  if (plan.requestsPerSecondPerReplica) {
    all.push({
      quantity: 'serving.requestsPerSecondPerReplica',
      formula: 'B / (O·decode step + (B − 1)·prefill + own prefill)',
      inputs: { batch: point.batch, outputTokens: setting.outputTokens, ...devices },
      value: plan.requestsPerSecondPerReplica,
      source,
    });
  }
  if (plan.coldStartSeconds) {
    all.push({
      quantity: 'serving.coldStartSeconds',
      formula: 'weights / speed of disk or network + start of the engine',
      inputs: {
        weightBytes: shape.denseBytes + shape.expertBytes,
        bytesPerSecond: servingFitted.coldStart.bytesPerSecond,
        engineSeconds: servingFitted.coldStart.engineSeconds,
      },
      value: plan.coldStartSeconds,
      source: servingFitted.coldStart.source,
    });
  }
  return all;
}

/** Derivations of the speed of one device for other families. */
export function explainSamples(setting: SampleSetting, point: SamplePoint, plan: ServingPlan): readonly Derivation[] {
  if (!plan.requestsPerSecondPerReplica) return [];
  return [
    {
      quantity: 'serving.requestsPerSecondPerReplica',
      formula: 'B / (B·FLOPs / (share·F) + fixed time of a step)',
      inputs: {
        batch: point.batch,
        flopsPerSample: setting.flopsPerSample,
        arithmetic: setting.arithmetic.precision,
        peakTeraflops: setting.arithmetic.peakFlops / 1e12,
        shareOfPeak: rounded(setting.share),
        fixedSeconds: rounded(setting.fixedSeconds),
      },
      value: plan.requestsPerSecondPerReplica,
      source: `${FITTED_SOURCE}; chip: ${setting.accelerator.source}; model: ${setting.model.source}`,
    },
  ];
}

/** How the fleet was sized. */
export function explainFleet(plan: ServingPlan, demand: number, utilization: number): readonly Derivation[] {
  if (plan.replicas === null || !plan.requestsPerSecondPerReplica) return [];
  return [
    {
      quantity: 'serving.replicas.peak',
      formula: '⌈load / (requests per second of a replica × target utilization)⌉',
      inputs: {
        requestsPerSecond: demand,
        requestsPerSecondPerReplica: rounded(plan.requestsPerSecondPerReplica.mid),
        targetUtilization: utilization,
      },
      value: plan.replicas.peak,
      source: 'serving.requests of the manifest',
    },
  ];
}
