import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Training } from '../../../server/src/manifest/schema.ts';
import { shapeOf } from '../../../server/src/planner/model-shape.ts';
import { enumerateSplits } from '../../../server/src/planner/parallelism.ts';
import { modelOf, trainingOf } from './placements.ts';

function shape(name: string) {
  const found = shapeOf(modelOf(name));
  assert.ok(found);
  return found;
}

describe('enumerateSplits', () => {
  it('gives only splits that multiply to the count and divide the heads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), fc.constantFrom(1, 4, 8, 72), (count, fastDomain) => {
        const model = shape('llama-3.1-70b');
        const splits = enumerateSplits(model, undefined, { count, fastDomain }, 4096);
        assert.ok(splits.length > 0);
        for (const split of splits) {
          assert.equal(split.tensor * split.pipeline * split.context * split.data, count);
          assert.equal(model.heads % split.tensor, 0);
          assert.ok(split.tensor <= fastDomain && split.pipeline <= model.layers && split.expert === 1);
        }
      }),
    );
  });

  it('keeps what the manifest states, also where it would not choose it', () => {
    const splits = enumerateSplits(
      shape('llama-3.1-70b'),
      { tensor: 4, pipeline: 2 },
      { count: 64, fastDomain: 8 },
      4096,
    );
    assert.deepEqual(splits, [{ tensor: 4, pipeline: 2, context: 1, expert: 1, data: 8 }]);
  });

  it('finds nothing when what is stated does not divide the count', () => {
    assert.deepEqual(
      enumerateSplits(shape('llama-3.1-70b'), { tensor: 8, data: 3 }, { count: 64, fastDomain: 8 }, 4096),
      [],
    );
  });

  it('spreads experts only over numbers that divide them', () => {
    for (const split of enumerateSplits(shape('deepseek-v3'), undefined, { count: 256, fastDomain: 8 }, 4096)) {
      assert.equal(256 % split.expert, 0);
    }
  });
});

describe('the chosen split', () => {
  it('fits for certain where one does, and is listed among the assumptions', () => {
    const { value, assumptions } = trainingOf({
      model: 'llama-3.1-70b',
      chip: 'h100-sxm',
      count: 64,
      training: { tokens: 1e12 },
    });
    assert.equal(value.memory.verdict, 'fits');
    assert.ok(assumptions.some((entry) => entry.path === 'training.parallelism.tensor'));
    assert.ok(assumptions.some((entry) => entry.path === 'training.sharding'));
  });

  it('has no more replicas than sequences in a step', () => {
    const { value } = trainingOf({
      model: 'llama-3.1-8b',
      chip: 'h100-sxm',
      count: 1024,
      training: { tokens: 1e12, batchSize: 256 },
    });
    assert.ok(value.parallelism && value.parallelism.data <= 256);
  });

  it('is the one that needs least memory when none fits, and the verdict says so', () => {
    const { value } = trainingOf({ model: 'llama-3.1-405b', chip: 'l4', count: 8, training: { tokens: 1e12 } });
    assert.equal(value.memory.verdict, 'does-not-fit');
    assert.ok(value.parallelism);
  });

  it('is unknown when what is stated does not divide the accelerators', () => {
    const { value, unknown } = trainingOf({
      model: 'llama-3.1-8b',
      chip: 'h100-sxm',
      count: 8,
      training: { tokens: 1e12, parallelism: { tensor: 3 } },
    });
    assert.equal(value.parallelism, undefined);
    assert.equal(value.plan.durationSeconds, null);
    assert.ok(unknown.some((entry) => entry.path === 'training.parallelism'));
  });

  it('is by data alone where the software that is named, or DDP, splits nothing else', () => {
    const chosen = (training: Training, model = 'llama-3.1-70b', count = 64) =>
      trainingOf({ model, chip: 'h100-sxm', count, training: { tokens: 1e12, sequenceLength: 4096, ...training } })
        .value;
    const ddp = chosen({ sharding: 'ddp', stack: 'fsdp' });
    assert.deepEqual([ddp.parallelism?.tensor, ddp.parallelism?.pipeline, ddp.parallelism?.data], [1, 1, 64]);
    assert.equal(ddp.memory.verdict, 'does-not-fit');
    assert.equal(chosen({ sharding: 'ddp' }).memory.verdict, 'does-not-fit');
    // What is sharded fits without.
    const fsdp = chosen({ sharding: 'fsdp' });
    assert.deepEqual([fsdp.parallelism?.tensor, fsdp.parallelism?.pipeline], [1, 1]);
    assert.notEqual(fsdp.memory.verdict, 'does-not-fit');
    for (const stack of ['composer', 'huggingface', 'torchtune', 'litgpt'] as const)
      assert.equal(chosen({ stack }).parallelism?.data, 64, stack);
  });

  it('is any where the software splits in every way, and keeps what is stated', () => {
    const chosen = (training: Training) =>
      trainingOf({ model: 'llama-3.1-70b', chip: 'h100-sxm', count: 64, training: { tokens: 1e12, ...training } })
        .value;
    const megatron = chosen({ stack: 'megatron', sharding: 'ddp' });
    assert.ok((megatron.parallelism?.data ?? 64) < 64);
    assert.notEqual(megatron.memory.verdict, 'does-not-fit');
    assert.equal(chosen({ stack: 'fsdp', sharding: 'fsdp', parallelism: { tensor: 8 } }).parallelism?.tensor, 8);
  });
});
