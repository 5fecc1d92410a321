import assert from 'node:assert/strict';
import type { Serving } from '../../../server/src/manifest/schema.ts';
import { estimateServing } from '../../../server/src/planner/serving.ts';
import type { ModelFacts } from '../../../server/src/planner/types.ts';
import { catalog, modelOf, placementOf } from './placements.ts';

const TRTLLM = 'github:NVIDIA/TensorRT-LLM@258c7540c035:docs/source/performance/perf-overview.md';
const TRTLLM_1 = 'github:NVIDIA/TensorRT-LLM@00f37686aa85:docs/source/performance/perf-overview.md';
const GPU_BENCHMARKS = 'github:XiongjieDai/GPU-Benchmarks-on-LLM-Inference@aa72e0ec86c3:README.md';
const MLPERF = 'github:mlcommons/inference_results_v4.1@198fc46799b3:closed/ASUSTeK/results/ESC_N8_E11_H100x8_TRT';

/** Output tokens per second of a fixed fleet, offline. */
function offline(model: string, chip: string, count: number, serving: Serving): number {
  const fact = catalog.engine('tensorrt-llm', chip);
  const { value } = estimateServing({
    model: modelOf(model),
    serving: { ...serving, parallelism: { tensor: count } },
    phase: 'batch-inference',
    placement: placementOf(chip, count),
    count,
    engine: 'tensorrt-llm',
    ...(fact && { engineFact: fact }),
    explain: false,
  });
  return value.plan.throughput.outputTokensPerSecond?.mid ?? Number.NaN;
}

function closeTo(estimate: number, measured: number, factor: number, what: string): void {
  const ratio = estimate / measured;
  assert.ok(
    ratio > 1 / factor && ratio < factor,
    `${what}: estimated ${estimate.toPrecision(4)}, measured ${String(measured)}`,
  );
}

describe('serving against published measurements', () => {
  const rows: readonly [string, string, string, number, Serving, number, string][] = [
    ['I0001', 'llama-3.1-8b', 'h200', 1, { precision: 'fp8', inputTokens: 128, outputTokens: 128 }, 29526.04, TRTLLM],
    [
      'I0104',
      'llama-3.1-70b',
      'h100-sxm',
      4,
      { precision: 'fp8', inputTokens: 128, outputTokens: 4096 },
      7439.41,
      TRTLLM,
    ],
    [
      'I0346',
      'mixtral-8x7b',
      'a100-80gb',
      8,
      { precision: 'fp16', inputTokens: 20000, outputTokens: 2000 },
      1592.53,
      TRTLLM,
    ],
    [
      'I0415',
      'llama-3.3-70b',
      'h100-sxm',
      2,
      { precision: 'fp8', inputTokens: 128, outputTokens: 128 },
      6378,
      TRTLLM_1,
    ],
  ];
  for (const [id, model, chip, count, serving, measured, source] of rows) {
    it(`predicts the offline throughput of ${model} on ${String(count)} × ${chip} within 20 % (${id}, ${source})`, () => {
      closeTo(offline(model, chip, count, serving), measured, 1.2, id);
    });
  }

  const decodes: readonly [string, string, 'fp16' | 'int4', number][] = [
    ['I1612', 'rtx-4090', 'int4', 127.74],
    ['I1776', 'a100-80gb-pcie', 'int4', 138.31],
    ['I1804', 'h100-pcie', 'fp16', 67.79],
  ];
  for (const [id, chip, precision, measured] of decodes) {
    it(`predicts llama.cpp decoding one sequence of Llama 3 8B ${precision} on ${chip} within 20 % (${id}, ${GPU_BENCHMARKS})`, () => {
      const { value } = estimateServing({
        model: modelOf('llama-3-8b'),
        serving: { precision, inputTokens: 1, outputTokens: 1024, concurrency: 1, parallelism: { tensor: 1 } },
        phase: 'inference',
        placement: placementOf(chip, 1),
        count: 1,
        engine: 'llama.cpp',
        explain: false,
      });
      closeTo(1 / (value.plan.timePerOutputTokenSeconds?.mid ?? Number.NaN), measured, 1.2, id);
    });
  }

  const samples: readonly [string, ModelFacts['family'], number, number, number][] = [
    ['I1026', 'cnn', 25.6e6, 8.22e9, 709_920],
    ['I1020', 'encoder', 335e6, 246e9, 70_661.2],
  ];
  for (const [id, family, parameters, flopsPerSample, measured] of samples) {
    it(`predicts the offline samples of a ${family} on 8 × h100-sxm within 15 % (${id}, ${MLPERF})`, () => {
      const { value } = estimateServing({
        model: {
          label: family,
          family,
          parameters,
          activeParameters: parameters,
          flopsPerSample,
          source: MLPERF,
          assumptions: [],
        },
        serving: { precision: 'int8' },
        phase: 'batch-inference',
        placement: placementOf('h100-sxm', 8),
        count: 8,
        explain: false,
      });
      closeTo(value.plan.throughput.samplesPerSecond?.mid ?? Number.NaN, measured, 1.15, id);
    });
  }
});
