import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Training } from '../../../server/src/manifest/schema.ts';
import { judge, servingMemory } from '../../../server/src/planner/memory-serving.ts';
import { stateBytes, trainingMemory } from '../../../server/src/planner/memory-training.ts';
import { shardStage } from '../../../server/src/planner/memory-training.ts';
import { resolveTrainingSettings } from '../../../server/src/planner/training-settings.ts';
import type { Parallelism, Range } from '../../../server/src/planner/types.ts';
import { modelOf, placementOf } from './placements.ts';

const GIB = 2 ** 30;
const ALONE: Parallelism = {
  tensor: 1,
  pipeline: 1,
  data: 1,
  context: 1,
  expert: 1,
  sharding: 'none',
  microBatchSize: 1,
};

function memoryOf(
  model: Parameters<typeof modelOf>[0],
  chip: string,
  training: Training,
  split: Partial<Parallelism> = {},
  recompute: 'none' | 'selective' | 'full' = training.activationCheckpointing ?? 'none',
) {
  const parallelism = { ...ALONE, ...split };
  const count = parallelism.tensor * parallelism.pipeline * parallelism.data * parallelism.context;
  const facts = modelOf(model);
  const placement = placementOf(chip, count);
  const { settings } = resolveTrainingSettings(training, facts, placement.accelerator, false);
  const result = trainingMemory({ model: facts, settings, parallelism, recompute, placement });
  assert.ok(result);
  return result;
}

function ordered(range: Range): void {
  assert.ok(range.low > 0 && range.low <= range.mid && range.mid <= range.high && Number.isFinite(range.high));
}

/** |estimate ÷ measured − 1| must stay within `share`. */
function near(estimate: number, measured: number, share: number): void {
  assert.ok(Math.abs(estimate / measured - 1) <= share, `estimated ${String(estimate)}, measured ${String(measured)}`);
}

describe('trainingMemory', () => {
  it('holds the embedding as a whole on the worst stage of a pipeline', () => {
    const states = (vocabSize: number, pipeline: number): number => {
      const { parts } = memoryOf(
        { parameters: 12 * 32 * 8192 ** 2 + vocabSize * 8192 * 2, layers: 32, hiddenSize: 8192, heads: 64, vocabSize },
        'h100-sxm',
        { stack: 'megatron', sequenceLength: 2048 },
        { pipeline, tensor: 8 },
      );
      return parts.weights + parts.gradients + parts.optimizer;
    };
    const added = (pipeline: number): number => states(250_000, pipeline) - states(50_000, pipeline);
    // One of two tables, 18 bytes a parameter, over eight tensor ranks: the same whatever the number of stages.
    near(added(4), (200_000 * 8192 * 18) / 8, 0.01);
    near(added(8), added(4), 0.01);
    near(added(1), 2 * added(4), 0.01);
  });

  it('takes 16 bytes a parameter for mixed-precision AdamW under DeepSpeed, 18 under Megatron, 8 in pure 16 bit', () => {
    const total = (stack: NonNullable<Training['stack']>): number => {
      const { settings } = resolveTrainingSettings(
        { stack },
        modelOf('llama-3.1-8b'),
        placementOf('h100-sxm', 8).accelerator,
        false,
      );
      const bytes = stateBytes(settings);
      return bytes.weights + bytes.gradients + bytes.optimizer;
    };
    assert.deepEqual([total('deepspeed'), total('megatron'), total('torchtune')], [16, 18, 8]);
  });

  it('shards by stage: optimizer, then gradients, then weights', () => {
    const parts = (sharding: Parallelism['sharding']) =>
      memoryOf('llama-3.1-8b', 'h100-sxm', { stack: 'deepspeed' }, { data: 8, sharding }).parts;
    const [ddp, one, two, three] = [parts('ddp'), parts('zero1'), parts('zero2'), parts('zero3')];
    assert.ok(one.optimizer < ddp.optimizer && one.gradients === ddp.gradients && one.weights === ddp.weights);
    assert.ok(two.gradients === ddp.gradients / 8 && two.weights === ddp.weights);
    assert.equal(three.weights, ddp.weights / 8);
    assert.deepEqual((['ddp', 'zero1', 'zero2', 'zero3', 'fsdp'] as const).map(shardStage), [0, 1, 2, 3, 3]);
  });

  // BigScience, Megatron-DeepSpeed on A100-80GB (train/tr11-176B-ml/chronicles-prequel.md, "48 node contenders").
  it('is near the published 44 and 54 GB of 181B parameters on 384 A100, micro-batch 2 and 4', () => {
    const settings: Training = { stack: 'deepspeed', sequenceLength: 2048, activationCheckpointing: 'full' };
    const split = { tensor: 8, pipeline: 6, data: 8, sharding: 'zero1' } as const;
    for (const [microBatchSize, gb] of [
      [2, 44],
      [4, 54],
    ] as const) {
      const memory = memoryOf({ parameters: 181e9 }, 'a100-80gb', settings, { ...split, microBatchSize });
      near(memory.perAcceleratorBytes.mid, gb * GIB, 0.2);
    }
  });

  // pytorch/torchtitan benchmarks/llama3_h100_202412_torchtitan.md: FSDP2 on 8 H100, 8,192 tokens, two sequences.
  it('is near the published 82.4 GiB of Llama 3.1 8B under FSDP with selective recomputation', () => {
    const memory = memoryOf(
      'llama-3.1-8b',
      'h100-sxm',
      { stack: 'torchtitan', sequenceLength: 8192, activationCheckpointing: 'selective' },
      { data: 8, sharding: 'fsdp', microBatchSize: 2 },
    );
    near(memory.perAcceleratorBytes.mid, 82.4 * GIB, 0.2);
  });

  // huggingface/peft method_comparison/MetaMathQA: lora--llama-3.2-3B-rank64-rslora on one L40S, four sequences of up to 768 tokens.
  it('is near the published 21 GiB of LoRA on Llama 3.2 3B', () => {
    const memory = memoryOf(
      'llama-3.2-3b',
      'l40s',
      { stack: 'huggingface', method: 'lora', loraRank: 64, sequenceLength: 768 },
      { microBatchSize: 4 },
    );
    near(memory.perAcceleratorBytes.mid, 21.01 * GIB, 0.2);
  });

  it('gives low ≤ mid ≤ high, finite and above zero, for any split', () => {
    const power = (most: number) => fc.integer({ min: 0, max: most }).map((value) => 2 ** value);
    fc.assert(
      fc.property(
        power(3),
        power(3),
        power(6),
        power(4),
        fc.constantFrom('none', 'ddp', 'zero1', 'zero2', 'zero3', 'fsdp') as fc.Arbitrary<Parallelism['sharding']>,
        fc.constantFrom('none', 'selective', 'full') as fc.Arbitrary<'none' | 'selective' | 'full'>,
        fc.constantFrom('full', 'lora', 'qlora') as fc.Arbitrary<'full' | 'lora' | 'qlora'>,
        fc.constantFrom('llama-3.1-8b', 'mixtral-8x7b', 'deepseek-v3'),
        (tensor, pipeline, data, microBatchSize, sharding, recompute, method, model) => {
          const split = { tensor, pipeline, data, microBatchSize, sharding };
          ordered(memoryOf(model, 'h100-sxm', { method }, split, recompute).perAcceleratorBytes);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('falls with more devices under FSDP, and never rises with any sharding', () => {
    for (const sharding of ['fsdp', 'zero3', 'zero1', 'ddp'] as const) {
      let before = Infinity;
      for (const data of [2, 4, 8, 16, 64, 256]) {
        const { mid } = memoryOf('llama-3.1-8b', 'h100-sxm', { stack: 'fsdp' }, { data, sharding }).perAcceleratorBytes;
        assert.ok(shardStage(sharding) === 3 ? mid < before : mid <= before);
        before = mid;
      }
    }
  });

  it('keeps more activations for longer sequences and larger micro-batches, fewer with recomputation', () => {
    const activations = (sequenceLength: number, microBatchSize: number, recompute: 'none' | 'selective' | 'full') =>
      memoryOf('llama-3.1-8b', 'h100-sxm', { sequenceLength, stack: 'fsdp' }, { microBatchSize }, recompute).parts
        .activations;
    assert.ok(activations(8192, 1, 'none') > activations(4096, 1, 'none'));
    assert.ok(activations(4096, 2, 'none') > activations(4096, 1, 'none'));
    assert.ok(activations(4096, 1, 'full') < activations(4096, 1, 'selective'));
    assert.ok(activations(4096, 1, 'selective') < activations(4096, 1, 'none'));
  });

  it('needs less for LoRA than for all weights, less for QLoRA than for LoRA, and less with offload', () => {
    const total = (training: Training): number =>
      memoryOf('llama-3.1-8b', 'h100-sxm', { stack: 'huggingface', ...training }).perAcceleratorBytes.mid;
    assert.ok(total({ method: 'lora' }) < total({ method: 'full' }));
    assert.ok(total({ method: 'qlora' }) < total({ method: 'lora' }));
    assert.ok(total({ offload: 'optimizer' }) < total({}));
    assert.ok(total({ offload: 'all' }) < total({ offload: 'optimizer' }));
  });

  it('holds less on each device when experts are spread', () => {
    const total = (expert: number): number =>
      memoryOf('mixtral-8x7b', 'h100-sxm', {}, { data: 8, expert, sharding: 'zero1' }).parts.weights;
    assert.ok(total(8) < total(1) / 3);
  });
});

describe('servingMemory', () => {
  const base = { weightPrecision: 'bf16', kvPrecision: 'bf16', pipeline: 1 } as const;

  it('holds 70B in 16 bit on four H100 but not on one', () => {
    const on = (tensor: number) =>
      servingMemory({
        ...base,
        model: modelOf('llama-3.1-70b'),
        tensor,
        contextTokens: 4096,
        placement: placementOf('h100-sxm', tensor),
      });
    assert.equal(on(4).verdict, 'fits');
    assert.equal(on(1).verdict, 'does-not-fit');
    assert.equal(on(1).maxContextTokens, 0);
    assert.equal(on(1).maxConcurrency, 0);
  });

  it('gives the parts: 16 GB of weights and 128 KiB a token for Llama 3.1 8B', () => {
    const memory = servingMemory({
      ...base,
      model: modelOf('llama-3.1-8b'),
      tensor: 1,
      contextTokens: 8192,
      concurrency: 4,
      placement: placementOf('h100-sxm', 1),
    });
    assert.equal(memory.parts.weights, 2 * 8_030_261_248);
    assert.equal(memory.parts.kvCache, 4 * 8192 * 131_072);
    ordered(memory.perAcceleratorBytes);
  });

  it('gives a largest context that fits, and one token more that does not', () => {
    const model = modelOf('llama-3.1-8b');
    const placement = placementOf('l4', 1);
    const most = servingMemory({ ...base, model, tensor: 1, placement }).maxContextTokens ?? 0;
    assert.ok(most > 1024 && most < 131_072);
    const at = (contextTokens: number) => servingMemory({ ...base, model, tensor: 1, contextTokens, placement });
    assert.ok(at(most).perAcceleratorBytes.mid <= (at(most).capacityBytes ?? 0));
    assert.ok(at(most + 1).perAcceleratorBytes.mid > (at(most + 1).capacityBytes ?? 0));
  });

  it('replicates the cache when there are more devices than key and value heads', () => {
    const cache = (tensor: number) =>
      servingMemory({
        ...base,
        model: modelOf('llama-3.1-8b'),
        tensor,
        contextTokens: 8192,
        placement: placementOf('h100-sxm', tensor),
      }).parts.kvCache;
    assert.equal(cache(8), cache(1) / 8);
    assert.equal(cache(16), cache(8));
  });

  it('has an unknown verdict where the memory of the chip is not known', () => {
    const memory = servingMemory({
      ...base,
      model: modelOf('llama-3.1-8b'),
      tensor: 1,
      placement: placementOf('hailo-8', 1),
    });
    assert.equal(memory.verdict, 'unknown');
    assert.equal(memory.capacityBytes, null);
  });

  it('judges by both ends of the range', () => {
    const range = { low: 10, mid: 12, high: 14 };
    assert.deepEqual(
      [judge(range, 14), judge(range, 13), judge(range, 10), judge(range, 9), judge(range, null), judge(null, 9)],
      ['fits', 'tight', 'tight', 'does-not-fit', 'unknown', 'unknown'],
    );
  });
});
