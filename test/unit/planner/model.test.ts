import assert from 'node:assert/strict';
import { resolveModel } from '../../../server/src/planner/model.ts';
import { kvBytesPerToken, weightBytes, windowShare } from '../../../server/src/planner/kv-cache.ts';
import { shapeOf } from '../../../server/src/planner/model-shape.ts';
import { catalog, modelOf } from './placements.ts';

describe('resolveModel', () => {
  it('takes a known model by its name, with nothing assumed', () => {
    const { value, assumptions, unknown } = resolveModel('llama-3.1-8b', catalog);
    assert.equal(value?.layers, 32);
    assert.equal(value.kvHeads, 8);
    assert.equal(value.parameters, 8_030_261_248);
    assert.deepEqual(assumptions, []);
    assert.deepEqual(unknown, []);
  });

  it('leaves an unknown bare name unresolved and says that its size is wanted', () => {
    const { value, unknown } = resolveModel('llama-9000', catalog);
    assert.equal(value, undefined);
    assert.equal(unknown[0]?.path, 'model');
    assert.match(unknown[0].why, /parameters/);
  });

  it('names the missing key when no model is given', () => {
    assert.deepEqual(
      resolveModel(undefined, catalog).unknown.map((entry) => entry.path),
      ['model'],
    );
    assert.deepEqual(
      resolveModel({ family: 'transformer' }, catalog).unknown.map((entry) => entry.path),
      ['model.parameters'],
    );
  });

  it('finds the experts of a token from total and active parameters where the dimensions are stated', () => {
    const perToken = (parameters: number, activeParameters: number, experts: number, shape: object): number =>
      modelOf({ family: 'moe', parameters, activeParameters, experts, ...shape }).expertsPerToken ?? 0;
    // DBRX, Mixtral 8x7B, Qwen3 235B by their cards: 4, 2 and 8.
    const dbrx = { layers: 40, hiddenSize: 6144, intermediateSize: 10752, heads: 48, kvHeads: 8, vocabSize: 100_352 };
    const mixtral = { layers: 32, hiddenSize: 4096, intermediateSize: 14336, heads: 32, kvHeads: 8, vocabSize: 32_000 };
    const qwen = { layers: 94, hiddenSize: 4096, intermediateSize: 1536, heads: 64, kvHeads: 4, vocabSize: 151_936 };
    assert.equal(perToken(132e9, 36e9, 16, dbrx), 4);
    assert.equal(perToken(46.7e9, 12.9e9, 8, mixtral), 2);
    assert.equal(perToken(235e9, 22e9, 128, qwen), 8);
  });

  it('takes a name beside parameters as a label, even a known one', () => {
    const model = modelOf({ name: 'llama-3.1-8b', parameters: 70e9 });
    assert.equal(model.parameters, 70e9);
    assert.equal(model.label, 'llama-3.1-8b');
    assert.notEqual(model.layers, 32);
  });

  it('overrides dimensions of a known model with stated ones', () => {
    const model = modelOf({ name: 'llama-3.1-8b', contextLength: 8192 });
    assert.equal(model.contextLength, 8192);
    assert.equal(model.parameters, 8_030_261_248);
  });

  it('computes the size from stated layers when they differ from the known model', () => {
    const half = modelOf({ name: 'llama-3.1-8b', layers: 16 });
    assert.ok(half.parameters < 5e9 && half.parameters > 4e9, `${String(half.parameters)} is about half of 8B`);
  });

  it('computes the size of Llama 3.1 8B from its dimensions within 1 %', () => {
    const model = modelOf({
      layers: 32,
      hiddenSize: 4096,
      intermediateSize: 14336,
      heads: 32,
      kvHeads: 8,
      vocabSize: 128256,
    });
    assert.ok(Math.abs(model.parameters / 8.03e9 - 1) < 0.01);
  });

  it('derives typical dimensions from a size alone and lists each as an assumption', () => {
    const model = modelOf({ parameters: 7e9 });
    assert.ok(model.hiddenSize !== undefined && model.hiddenSize >= 3584 && model.hiddenSize <= 4608);
    assert.ok(model.layers !== undefined && model.layers >= 26 && model.layers <= 40);
    const paths = model.assumptions.map((entry) => entry.path);
    assert.ok(paths.includes('model.hiddenSize') && paths.includes('model.layers') && paths.includes('model.heads'));
  });

  it('derives shapes whose own parameter count comes back to the stated size, from 100M to 1T', () => {
    for (const parameters of [1e8, 1e9, 7e9, 13e9, 70e9, 175e9, 1e12]) {
      const model = modelOf({ parameters });
      const body = 12 * (model.layers ?? 0) * (model.hiddenSize ?? 0) ** 2;
      assert.ok(body / parameters > 0.75 && body / parameters < 1.2, `${String(parameters)}: ${String(body)}`);
    }
  });

  it('assumes an active share for a mixture that states only its size', () => {
    const model = modelOf({ parameters: 200e9, family: 'moe' });
    assert.ok(model.activeParameters < model.parameters / 4);
    assert.ok(model.assumptions.some((entry) => entry.path === 'model.activeParameters'));
  });
});

describe('bytes of weights and cache', () => {
  it('counts two bytes a parameter in 16 bit and keeps embedding and head in 16 bit below', () => {
    const model = modelOf('llama-3.1-8b');
    assert.equal(weightBytes(model, 'bf16'), 2 * model.parameters);
    const embedding = 2 * 128_256 * 4096;
    assert.equal(weightBytes(model, 'fp8'), model.parameters - embedding + 2 * embedding);
    assert.ok(weightBytes(model, 'int4') < weightBytes(model, 'fp8'));
  });

  it('gives Llama 3.1 8B 128 KiB of cache a token: 2·8·128·32 numbers of two bytes', () => {
    assert.equal(kvBytesPerToken(modelOf('llama-3.1-8b'), 'bf16'), 131_072);
    assert.equal(kvBytesPerToken(modelOf('llama-3.1-8b'), 'fp8'), 65_536);
  });

  it('gives DeepSeek-V3 the latent cache: (512 + 64)·61 numbers', () => {
    assert.equal(kvBytesPerToken(modelOf('deepseek-v3'), 'bf16'), (512 + 64) * 61 * 2);
  });

  it('keeps all of a cache shorter than the sliding window, and less of a longer one', () => {
    const model = modelOf('gemma-2-9b');
    assert.deepEqual(windowShare(model, 2048), { low: 1, mid: 1, high: 1 });
    const long = windowShare(model, 32_768);
    assert.ok(long.low < long.mid && long.mid < long.high && long.high === 1);
  });
});

describe('shapeOf', () => {
  it('puts most of DeepSeek-V3 into its experts', () => {
    const shape = shapeOf(modelOf('deepseek-v3'));
    assert.ok(shape);
    assert.ok(shape.expertParameters / shape.parameters > 0.95);
    assert.ok(shape.routedShare > 0.4 && shape.routedShare < 0.8);
  });

  it('has no shape for a network without attention', () => {
    assert.equal(shapeOf(modelOf('resnet-50')), undefined);
  });
});
