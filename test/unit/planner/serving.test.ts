import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Serving } from '../../../server/src/manifest/schema.ts';
import {
  edgeAccelerator,
  estimateServing,
  powerShare,
  type ServingInput,
} from '../../../server/src/planner/serving.ts';
import type { ServingEstimate } from '../../../server/src/planner/serving.ts';
import type { Explained, ModelFacts, Range } from '../../../server/src/planner/types.ts';
import { catalog, modelOf, placementOf } from './placements.ts';

const CHAT: Serving = { precision: 'fp8', requests: { average: 12, peak: 60 }, inputTokens: 1500, outputTokens: 300 };

function serve(
  model: string | ModelFacts,
  chip: string,
  serving: Serving,
  more: Partial<ServingInput> = {},
): Explained<ServingEstimate> {
  const fact = catalog.engine('vllm', chip);
  return estimateServing({
    model: typeof model === 'string' ? modelOf(model) : model,
    serving,
    phase: 'inference',
    placement: placementOf(chip, 8),
    count: 'auto',
    engine: 'vllm',
    ...(fact && { engineFact: fact }),
    explain: false,
    ...more,
  });
}

function mid(range: Range | null | undefined): number {
  assert.ok(range, 'the quantity is known');
  return range.mid;
}

/** Every number in a result, with its path. */
function numbers(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => numbers(inner, `${path}.${key}`));
}

describe('serving a language model', () => {
  it('is faster on a faster chip of the same generation', () => {
    const fixed = { ...CHAT, concurrency: 32, parallelism: { tensor: 4 } };
    const a100 = serve('llama-3.1-70b', 'a100-80gb', fixed).value.plan;
    const h100 = serve('llama-3.1-70b', 'h100-sxm', fixed).value.plan;
    const h200 = serve('llama-3.1-70b', 'h200', fixed).value.plan;
    assert.ok(mid(a100.timePerOutputTokenSeconds) > mid(h100.timePerOutputTokenSeconds));
    assert.ok(mid(h100.timePerOutputTokenSeconds) > mid(h200.timePerOutputTokenSeconds));
  });

  it('does more a second, and each token later, with a larger batch', () => {
    let speed = 0;
    let wait = 0;
    for (const concurrency of [1, 2, 4, 8, 16, 32, 64, 128]) {
      const { plan } = serve('llama-3.1-8b', 'h100-sxm', { ...CHAT, concurrency }).value;
      assert.ok(mid(plan.requestsPerSecondPerReplica) > speed);
      assert.ok(mid(plan.timePerOutputTokenSeconds) >= wait);
      speed = mid(plan.requestsPerSecondPerReplica);
      wait = mid(plan.timePerOutputTokenSeconds);
    }
  });

  it('never reads the weights faster than the memory delivers them', () => {
    const { plan } = serve('llama-3.1-8b', 'h100-sxm', {
      precision: 'bf16',
      inputTokens: 1,
      outputTokens: 100,
      concurrency: 1,
    }).value;
    // 8.03 B parameters less the 0.53 B of the input embedding, 2 bytes each, over 3.35 TB/s.
    assert.ok(mid(plan.timePerOutputTokenSeconds) > (7.5e9 * 2) / 3.35e12);
  });

  it('takes a smaller batch when the time per token is limited, and says whether it is kept', () => {
    const free = serve('llama-3.1-70b', 'h100-sxm', CHAT).value;
    const limited = serve('llama-3.1-70b', 'h100-sxm', { ...CHAT, latency: { perOutputToken: 0.05 } }).value;
    const impossible = serve('llama-3.1-70b', 'h100-sxm', { ...CHAT, latency: { perOutputToken: 0.0001 } }).value;
    assert.equal(free.plan.meetsLatency, undefined);
    assert.ok((limited.plan.batch ?? 0) < (free.plan.batch ?? 0));
    assert.equal(limited.plan.meetsLatency, true);
    assert.ok(mid(limited.plan.timePerOutputTokenSeconds) <= 0.05);
    assert.equal(impossible.plan.meetsLatency, false);
  });

  it('splits one replica further when only then the latency is kept', () => {
    const slow = serve('llama-3.1-70b', 'h200', { ...CHAT, latency: { perOutputToken: 0.05 } }).value;
    const quick = serve('llama-3.1-70b', 'h200', { ...CHAT, latency: { perOutputToken: 0.014 } }).value;
    assert.ok(quick.parallelism.tensor > slow.parallelism.tensor);
    assert.equal(quick.plan.meetsLatency, true);
  });

  it('chooses a split whose weights fit, and honours a stated one', () => {
    const { value } = serve('llama-3.1-405b', 'h100-sxm', CHAT);
    assert.equal(value.acceleratorsPerReplica, 8);
    assert.notEqual(value.memory.verdict, 'does-not-fit');
    assert.equal(
      serve('llama-3.1-8b', 'h100-sxm', { ...CHAT, parallelism: { tensor: 2 } }).value.parallelism.tensor,
      2,
    );
  });

  it('sizes replicas for the average and the peak at 70 % load, and without autoscaling for the peak', () => {
    const scaled = serve('llama-3.1-8b', 'l4', { ...CHAT, autoscaling: { min: 1 } }).value;
    const each = mid(scaled.plan.requestsPerSecondPerReplica) * 0.7;
    assert.deepEqual(scaled.plan.replicas, { average: Math.ceil(12 / each), peak: Math.ceil(60 / each) });
    const fixed = serve('llama-3.1-8b', 'l4', CHAT).value;
    assert.equal(fixed.plan.replicas?.average, fixed.plan.replicas?.peak);
    assert.equal(fixed.count, fixed.averageCount);
    assert.equal(scaled.count, (scaled.plan.replicas?.peak ?? 0) * scaled.acceleratorsPerReplica);
  });

  it('keeps replicas within the limits of autoscaling, and pays a share of one when it scales to zero', () => {
    const bounded = serve('llama-3.1-8b', 'l4', { ...CHAT, autoscaling: { min: 2, max: 3 } }).value.plan.replicas;
    assert.deepEqual(bounded, { average: 3, peak: 3 });
    const rare = { ...CHAT, requests: 0.01 };
    assert.equal(serve('llama-3.1-8b', 'l4', { ...rare, autoscaling: { min: 2 } }).value.plan.replicas?.average, 2);
    const idle = serve('llama-3.1-8b', 'l4', { ...rare, autoscaling: { scaleToZero: true } }).value.plan.replicas;
    assert.ok(idle && idle.average > 0 && idle.average < 0.1 && idle.peak === 1);
  });

  it('fills a fixed fleet with whole replicas and adds their throughput up', () => {
    const { value } = serve('llama-3.1-70b', 'h100-sxm', { ...CHAT, parallelism: { tensor: 2 } }, { count: 7 });
    assert.deepEqual(value.plan.replicas, { average: 3, peak: 3 });
    assert.equal(value.count, 7);
    const one = mid(value.plan.outputTokensPerSecondPerReplica);
    assert.ok(Math.abs(mid(value.plan.throughput.outputTokensPerSecond) / (3 * one) - 1) < 1e-9);
  });

  it('gives no speed to what does not fit, and says so', () => {
    const { value, unknown } = serve('llama-3.1-70b', 'h100-sxm', { ...CHAT, precision: 'bf16' }, { count: 1 });
    assert.equal(value.memory.verdict, 'does-not-fit');
    assert.equal(value.plan.requestsPerSecondPerReplica, null);
    assert.equal(value.plan.replicas, null);
    assert.ok(unknown.some(({ why }) => why.includes('does not fit')));
  });

  it('lets sequences wait that the cache does not hold at a stated concurrency', () => {
    const crowd = { ...CHAT, precision: 'bf16' as const, concurrency: 5000, parallelism: { tensor: 4 } };
    const { value } = serve('llama-3.1-70b', 'h100-sxm', crowd);
    assert.ok((value.plan.batch ?? 0) > 100 && (value.plan.batch ?? 0) < 5000);
    assert.equal(value.memory.verdict, 'does-not-fit');
    assert.ok(mid(value.plan.requestsPerSecondPerReplica) > 0);
  });

  it('names the missing keys and still gives the memory', () => {
    const { value, unknown } = serve('llama-3.1-8b', 'h100-sxm', {});
    assert.deepEqual(unknown.map(({ path }) => path).sort(), [
      'serving.inputTokens',
      'serving.outputTokens',
      'serving.requests',
    ]);
    assert.equal(value.memory.verdict, 'fits');
    assert.equal(value.plan.outputTokensPerSecondPerReplica, null);
    assert.equal(value.count, null);
  });

  it('lists the defaults that reach a number as assumptions', () => {
    const paths = serve('llama-3.1-8b', 'h100-sxm', {
      inputTokens: 500,
      outputTokens: 100,
      requests: 1,
    }).assumptions.map(({ path }) => path);
    for (const path of ['serving.precision', 'serving.kvCachePrecision', 'serving.parallelism.tensor'])
      assert.ok(paths.includes(path), path);
  });

  it('invents no peak for a processor that no source gives one', () => {
    const { value, unknown } = serve('llama-3.1-8b', 'cpu', CHAT);
    assert.equal(value.plan.timePerOutputTokenSeconds, null);
    assert.ok(unknown.some(({ path }) => path === 'target.accelerator'));
  });

  it('computes 8-bit weights in 16 bit where the chip cannot do better', () => {
    const { derivation } = serve('llama-3.1-8b', 'a100-80gb', CHAT, { explain: true });
    const step = derivation.find(({ quantity }) => quantity === 'serving.timePerOutputTokenSeconds');
    assert.equal(step?.inputs['arithmetic'], 'bf16');
    const hopper = serve('llama-3.1-8b', 'h100-sxm', CHAT, { explain: true }).derivation;
    assert.equal(
      hopper.find(({ quantity }) => quantity === 'serving.timePerOutputTokenSeconds')?.inputs['arithmetic'],
      'fp8',
    );
  });

  it('never runs more at once than the cache is said to hold, and its parts of memory add up', () => {
    const models = ['llama-3.1-8b', 'llama-3.1-70b', 'deepseek-v3', 'gemma-3-12b', 'gpt-oss-120b'];
    const engines = ['vllm', 'tensorrt-llm', 'llama.cpp', 'sglang'];
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        fc.constantFrom('h100-sxm', 'h200', 'l4', 'mi300x', 'tpu-v6e'),
        fc.constantFrom(...engines),
        fc.constantFrom('bf16', 'fp8', 'int4'),
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 4000 }),
        (model, chip, engine, precision, inputTokens, outputTokens) => {
          const { plan, memory } = serve(model, chip, { precision, inputTokens, outputTokens }, { engine }).value;
          const { partsBytes: parts, perAcceleratorBytes: total } = memory;
          assert.ok(parts && total);
          const sum = parts.weights + parts.activations + parts.kvCache + parts.overhead;
          assert.ok(Math.abs(sum / total.mid - 1) < 1e-9);
          if (plan.batch !== null) assert.ok(plan.batch <= Math.max(1, memory.maxConcurrency ?? Infinity));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes the weights of llama.cpp as its files are, and those of others with embeddings in 16 bit', () => {
    const weights = (engine: string): number =>
      serve('llama-3.1-8b', 'rtx-4090', { ...CHAT, precision: 'int4' }, { engine }).value.memory.partsBytes?.weights ??
      0;
    // Llama 3 8B Q4_K_M: 4.58 GiB (github:XiongjieDai/GPU-Benchmarks-on-LLM-Inference).
    assert.ok(Math.abs(weights('llama.cpp') / 2 ** 30 / 4.58 - 1) < 0.03);
    assert.ok(weights('vllm') > weights('llama.cpp'));
  });

  it('is slower where the host is: early versions of an engine, and small batches more than large ones', () => {
    const speed = (engineVersion: string, concurrency: number): number =>
      mid(
        serve('llama-3.1-8b', 'h100-sxm', { ...CHAT, engineVersion, concurrency }).value.plan
          .requestsPerSecondPerReplica,
      );
    assert.ok(speed('0.4.3', 64) < 0.8 * speed('0.11', 64));
    assert.ok(speed('0.4.3', 8) / speed('0.11', 8) < speed('0.4.3', 256) / speed('0.11', 256) + 0.3);
  });

  it('prefills less with prefix hits', () => {
    const cold = serve('llama-3.1-70b', 'h100-sxm', { ...CHAT, concurrency: 16 }).value.plan;
    const warm = serve('llama-3.1-70b', 'h100-sxm', { ...CHAT, concurrency: 16, cache: { prefixHitRate: 0.8 } }).value
      .plan;
    assert.ok(mid(warm.requestsPerSecondPerReplica) > mid(cold.requestsPerSecondPerReplica));
    assert.ok(mid(warm.timeToFirstTokenSeconds) < mid(cold.timeToFirstTokenSeconds));
  });

  it('is less sure of an engine, a chip and many small experts it was not fitted on', () => {
    const width = (range: Range | null | undefined): number => (range ? range.high / range.low : Number.NaN);
    const of = (model: string, chip: string, engine: string): number =>
      width(serve(model, chip, CHAT, { engine }).value.plan.requestsPerSecondPerReplica);
    const known = of('llama-3.1-70b', 'h100-sxm', 'tensorrt-llm');
    assert.ok(known < 1.4);
    assert.ok(of('llama-3.1-70b', 'h100-sxm', 'vllm') > known);
    assert.ok(of('llama-3.1-70b', 'b200', 'tensorrt-llm') > known);
    assert.ok(of('qwen3-235b-a22b', 'h200', 'tensorrt-llm') > 2);
  });

  it('gives a batch job its duration, and replicas that keep the deadline', () => {
    const job: Serving = { inputTokens: 1000, outputTokens: 200, samples: 1e6 };
    const fixed = serve('llama-3.1-8b', 'h100-sxm', job, { phase: 'batch-inference', count: 4 }).value;
    const rate = mid(fixed.plan.throughput.samplesPerSecond);
    assert.ok(Math.abs(mid(fixed.durationSeconds) / (1e6 / rate) - 1) < 1e-9);
    const due = serve('llama-3.1-8b', 'h100-sxm', { ...job, deadline: 3600 }, { phase: 'batch-inference' }).value;
    assert.ok(mid(due.durationSeconds) <= 3600);
    assert.equal(serve('llama-3.1-8b', 'h100-sxm', job, { phase: 'batch-inference' }).value.plan.replicas?.peak, 1);
    const open = serve('llama-3.1-8b', 'h100-sxm', { inputTokens: 1, outputTokens: 1 }, { phase: 'batch-inference' });
    assert.equal(open.value.durationSeconds, null);
    assert.ok(open.unknown.some(({ path }) => path === 'serving.samples'));
  });

  it('explains its numbers on request only', () => {
    assert.equal(serve('llama-3.1-8b', 'h100-sxm', CHAT).derivation.length, 0);
    const { derivation } = serve('llama-3.1-8b', 'h100-sxm', CHAT, { explain: true });
    for (const quantity of [
      'memory.perAcceleratorBytes',
      'serving.batch',
      'serving.requestsPerSecondPerReplica',
      'serving.replicas.peak',
    ]) {
      const entry = derivation.find((one) => one.quantity === quantity);
      assert.ok(entry, quantity);
      assert.ok(entry.formula.length > 0 && entry.source.length > 0);
    }
  });

  it('yields finite, ordered, non-negative numbers for any input', () => {
    const count = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.constantFrom(0, 1e20, 1e9));
    const chips = fc.constantFrom(
      'h100-sxm',
      'l4',
      't4',
      'tpu-v5e',
      'inferentia2',
      'jetson-orin-nano',
      'cpu',
      'mi300x',
    );
    const models = fc.constantFrom('llama-3.1-8b', 'mixtral-8x7b', 'deepseek-v3', 'resnet-50', 'gemma-3-1b');
    const load = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        models,
        chips,
        count,
        count,
        load,
        fc.option(count),
        fc.constantFrom<'auto' | number>('auto', 0, 1, 8, 1e9),
        (model, chip, input, output, requests, concurrency, size) => {
          const serving: Serving = {
            inputTokens: input,
            outputTokens: output,
            requests,
            latency: { timeToFirstToken: 1 },
            ...(concurrency !== null && { concurrency }),
          };
          const { value } = serve(model, chip, serving, { count: size });
          for (const [path, number] of numbers(value))
            assert.ok(Number.isFinite(number) && number >= 0, `${path} is ${String(number)}`);
          for (const range of [
            value.plan.requestsPerSecondPerReplica,
            value.plan.endToEndSeconds,
            value.plan.timeToFirstTokenSeconds,
            value.memory.perAcceleratorBytes,
          ]) {
            if (range) assert.ok(range.low <= range.mid && range.mid <= range.high);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('serving other families', () => {
  const camera: ModelFacts = {
    label: 'camera',
    family: 'cnn',
    parameters: 11e6,
    activeParameters: 11e6,
    flopsPerSample: 16.5e9,
    source: 'test',
    assumptions: [],
  };

  function atTheEdge(id: string, serving: Serving): Explained<ServingEstimate> {
    const device = catalog.edgeDevices.get(id);
    assert.ok(device, id);
    return estimateServing({
      model: camera,
      serving,
      phase: 'inference',
      placement: { accelerator: edgeAccelerator(device), perNode: 1, fastDomain: 1 },
      count: 400,
      perDevice: true,
      explain: true,
    });
  }

  it('keeps a camera at 30 images a second on an edge device, one image at a time', () => {
    const { value } = atTheEdge('jetson-orin-nano', { precision: 'int8', requests: 30, latency: { endToEnd: 0.03 } });
    assert.equal(value.plan.batch, 1);
    assert.equal(value.count, 400);
    assert.equal(value.plan.meetsLatency, true);
    assert.equal(value.memory.verdict, 'fits');
    const range = value.plan.requestsPerSecondPerReplica;
    assert.ok(range && range.high / range.low > 3, 'edge devices were hardly measured: the range is wide');
  });

  it('says that a device cannot keep up with its own camera', () => {
    const { value } = atTheEdge('coral-edge-tpu', { precision: 'int8', requests: 5000, latency: { endToEnd: 1 } });
    assert.equal(value.plan.meetsLatency, false);
  });

  it('names the operations of a sample when they are missing', () => {
    const { flopsPerSample: _, ...rest } = camera;
    const { value, unknown } = serve(rest, 'l4', { requests: 100 });
    assert.ok(unknown.some(({ path }) => path === 'model.flopsPerSample'));
    assert.equal(value.plan.requestsPerSecondPerReplica, null);
  });

  it('takes the largest batch that keeps the end-to-end latency', () => {
    const loose = serve(camera, 'l4', { precision: 'int8', requests: 100, latency: { endToEnd: 0.1 } }).value.plan;
    const tight = serve(camera, 'l4', { precision: 'int8', requests: 100, latency: { endToEnd: 0.01 } }).value.plan;
    assert.ok((tight.batch ?? 0) < (loose.batch ?? 0));
    assert.ok(mid(tight.endToEndSeconds) <= 0.01);
  });

  it('lowers the share of an edge device with its power mode', () => {
    const device = catalog.edgeDevices.get('jetson-orin-nano');
    assert.ok(device);
    assert.equal(powerShare(device, undefined), 1);
    assert.equal(powerShare(device, 15), 15 / 25);
    assert.equal(powerShare(device, 100), 1);
  });
});
