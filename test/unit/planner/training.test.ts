import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Range } from '../../../server/src/planner/types.ts';
import type { Training } from '../../../server/src/manifest/schema.ts';
import { flopsPerToken } from '../../../server/src/planner/training-flops.ts';
import { shapeOf } from '../../../server/src/planner/model-shape.ts';
import { modelOf, trainingOf, type Run } from './placements.ts';

const MPT = { heads: 64, vocabSize: 50368 };
const FOUNDRY: Training = {
  stack: 'composer',
  sharding: 'fsdp',
  parallelism: { tensor: 1, pipeline: 1, context: 1 },
  tokens: 1e12,
};

interface Published extends Run {
  readonly name: string;
  /** Tokens per second and accelerator. */
  readonly measured: number;
  readonly share: number;
}

/** Published rows, each with where it stands. */
const PUBLISHED: readonly Published[] = [
  {
    // mosaicml/llm-foundry scripts/train/benchmarking/README.md, "H100 80GB BF16 (Large Scale, >= 128 GPUs)"
    name: 'MPT-70B on 512 H100, FSDP',
    model: { ...MPT, parameters: 64.8624e9, layers: 80, hiddenSize: 8192 },
    chip: 'h100-sxm',
    count: 512,
    training: { ...FOUNDRY, sequenceLength: 2048, batchSize: 4096, microBatchSize: 8, activationCheckpointing: 'full' },
    measured: 1007,
    share: 0.25,
  },
  {
    // Same page, "A100 40GB with 1600 Gbps node-node interconnect (RoCE)"
    name: 'MPT-7B on 8 A100-40GB, FSDP',
    model: { ...MPT, heads: 32, parameters: 6.6547e9, layers: 32, hiddenSize: 4096 },
    chip: 'a100-40gb',
    count: 8,
    training: { ...FOUNDRY, sequenceLength: 1024, batchSize: 768, microBatchSize: 24, activationCheckpointing: 'full' },
    measured: 3854,
    share: 0.25,
  },
  {
    // NeMo 24.12 performance summary (docs.nvidia.com/nemo-framework/user-guide/24.12)
    name: 'GPT3-175B in fp8 on 128 H100, NeMo',
    model: { parameters: 175e9, layers: 96, hiddenSize: 12288, heads: 96, vocabSize: 51200, intermediateSize: 49152 },
    chip: 'h100-sxm',
    count: 128,
    training: {
      stack: 'nemo',
      sharding: 'zero1',
      precision: 'fp8',
      tokens: 1e12,
      sequenceLength: 2048,
      batchSize: 256,
      microBatchSize: 1,
      activationCheckpointing: 'none',
      parallelism: { tensor: 4, pipeline: 8, virtualStages: 6, context: 1 },
    },
    measured: 716,
    share: 0.25,
  },
  {
    // NVIDIA-NeMo/Megatron-Bridge docs/performance-summary-archive.md, 26.04.01
    name: 'Llama 3.1 405B in MXFP8 on 256 GB200, Megatron-Bridge',
    model: 'llama-3.1-405b',
    chip: 'gb200',
    count: 256,
    training: {
      stack: 'megatron',
      sharding: 'zero1',
      precision: 'fp8',
      tokens: 1e12,
      sequenceLength: 8192,
      batchSize: 1536,
      microBatchSize: 1,
      activationCheckpointing: 'none',
      parallelism: { tensor: 4, pipeline: 16, virtualStages: 8, context: 1 },
    },
    measured: 800,
    share: 0.25,
  },
];

function ordered(range: Range | null | undefined): void {
  assert.ok(range);
  assert.ok(range.low > 0 && range.low <= range.mid && range.mid <= range.high && Number.isFinite(range.high));
}

describe('estimateTraining against published runs', () => {
  for (const row of PUBLISHED) {
    it(`is within ${String(row.share * 100)} % of ${String(row.measured)} tokens/s: ${row.name}`, () => {
      const speed = trainingOf(row).value.plan.tokensPerSecondPerAccelerator;
      assert.ok(speed);
      assert.ok(Math.abs(speed.mid / row.measured - 1) <= row.share, `estimated ${String(speed.mid)}`);
      assert.ok(speed.low <= row.measured && row.measured <= speed.high, 'the range holds it');
    });
  }
});

describe('estimateTraining', () => {
  const run: Run = {
    model: 'llama-3.1-8b',
    chip: 'h100-sxm',
    count: 64,
    training: { tokens: 1e12, sequenceLength: 4096, batchSize: 1024 },
  };

  it('counts about six FLOPs a parameter and token, four for frozen weights', () => {
    const shape = shapeOf(modelOf('llama-3.1-8b'));
    assert.ok(shape);
    // 6·(N − embedding lookup) and 6·L·s·h of attention: 6·7.5e9 + 6·32·4096·4096.
    assert.ok(Math.abs(flopsPerToken(shape, 4096, false) / (6 * 7.505e9 + 6 * 32 * 4096 * 4096) - 1) < 0.01);
    assert.ok(flopsPerToken(shape, 4096, true) < 0.72 * flopsPerToken(shape, 4096, false));
  });

  it('adds up: duration × speed × goodput is the tokens, with 7 % beside the steps', () => {
    const { plan } = trainingOf(run).value;
    assert.ok(plan.durationSeconds && plan.tokensPerSecondPerAccelerator && plan.goodput && plan.acceleratorHours);
    const tokens = plan.durationSeconds.mid * plan.tokensPerSecondPerAccelerator.mid * 64 * plan.goodput.mid;
    assert.ok(Math.abs(tokens / 1.07e12 - 1) < 1e-9);
    assert.ok(Math.abs(plan.acceleratorHours.mid / ((plan.durationSeconds.mid * 64) / 3600) - 1) < 1e-9);
  });

  it('gives ordered, finite ranges above zero for every quantity', () => {
    const { plan } = trainingOf(run).value;
    for (const key of [
      'samplesPerSecond',
      'stepSeconds',
      'computeUtilization',
      'durationSeconds',
      'acceleratorHours',
      'goodput',
    ] as const) {
      ordered(plan[key]);
    }
    ordered(plan.tokensPerSecondPerAccelerator);
  });

  it('takes tokens, samples × epochs × length, or steps × batch × length alike', () => {
    const duration = (amount: Training): number => {
      const { plan } = trainingOf({ ...run, training: { sequenceLength: 4096, batchSize: 1024, ...amount } }).value;
      assert.ok(plan.durationSeconds);
      return plan.durationSeconds.mid;
    };
    const tokens = duration({ tokens: 1000 * 1024 * 4096 });
    assert.ok(Math.abs(duration({ steps: 1000 }) / tokens - 1) < 1e-9);
    assert.ok(Math.abs(duration({ samples: 512_000, epochs: 2 }) / tokens - 1) < 1e-9);
  });

  it('leaves the duration unknown and names the key when nothing says how much is trained', () => {
    const { value, unknown } = trainingOf({ ...run, training: {} });
    assert.equal(value.plan.durationSeconds, null);
    assert.equal(value.plan.acceleratorHours, null);
    ordered(value.plan.tokensPerSecondPerAccelerator);
    assert.ok(unknown.some((entry) => entry.path === 'training.tokens'));
  });

  it('takes a stated efficiency as the share of peak', () => {
    const { plan } = trainingOf({ ...run, training: { ...run.training, efficiency: 0.4 } }).value;
    assert.ok(plan.computeUtilization && Math.abs(plan.computeUtilization.mid - 0.4) < 1e-9);
    assert.ok(plan.computeUtilization.high < 0.43);
  });

  it('never takes less time for more tokens', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e6, max: 1e14, noNaN: true }),
        fc.double({ min: 1, max: 100, noNaN: true }),
        (tokens, factor) => {
          const at = (amount: number): number =>
            trainingOf({ ...run, capacity: 'spot', training: { ...run.training, tokens: amount } }).value.plan
              .durationSeconds?.mid ?? Infinity; // Null: it may never end.
          assert.ok(at(tokens * factor) >= at(tokens) * (1 - 1e-12));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives each device less when a fixed batch is spread over more of them', () => {
    const speed = (count: number): number =>
      trainingOf({
        ...run,
        count,
        training: {
          ...FOUNDRY,
          batchSize: 4096,
          sequenceLength: 2048,
          microBatchSize: 1,
          activationCheckpointing: 'full',
        },
      }).value.plan.tokensPerSecondPerAccelerator?.mid ?? NaN;
    assert.ok(speed(2048) < speed(256));
  });

  it('runs LoRA faster than all weights, and a frozen 70B fits where training it would not', () => {
    const tuned = (method: 'full' | 'lora' | 'qlora') =>
      trainingOf({
        model: 'llama-3.1-70b',
        chip: 'h100-sxm',
        count: 8,
        phase: 'fine-tuning',
        training: { method, tokens: 1e8 },
      }).value;
    const fast = tuned('qlora').plan.tokensPerSecondPerAccelerator?.mid ?? 0;
    assert.ok(fast > (tuned('full').plan.tokensPerSecondPerAccelerator?.mid ?? 0));
    assert.equal(tuned('full').memory.verdict, 'does-not-fit');
    assert.equal(tuned('qlora').memory.verdict, 'fits');
  });

  it('pays for what is kept on the host with time, and with more of it for more', () => {
    const speed = (offload: 'none' | 'optimizer' | 'all'): number => {
      const { plan } = trainingOf({
        model: 'llama-3.1-8b',
        chip: 'h100-sxm',
        count: 8,
        training: {
          tokens: 1e9,
          offload,
          stack: 'deepspeed',
          sharding: 'zero3',
          batchSize: 64,
          microBatchSize: 1,
          activationCheckpointing: 'full',
          parallelism: { tensor: 1, pipeline: 1, context: 1 },
        },
      }).value;
      return plan.tokensPerSecondPerAccelerator?.mid ?? Number.NaN;
    };
    assert.ok(speed('none') > speed('optimizer'));
    assert.ok(speed('optimizer') > speed('all'));
    assert.ok(speed('all') > speed('none') / 4);
  });

  it('computes in fp16 on chips without bf16 and says so', () => {
    const { value, assumptions } = trainingOf({ ...run, model: { parameters: 1.3e9 }, chip: 'v100-32gb', count: 8 });
    assert.equal(value.settings.precision, 'fp16');
    assert.ok(assumptions.some((entry) => entry.path === 'training.precision' && entry.why.includes('bf16')));
    ordered(value.plan.tokensPerSecondPerAccelerator);
  });

  it('falls back to 16 bit where the chip does not compute in the stated precision', () => {
    const { value, assumptions } = trainingOf({
      ...run,
      chip: 'a100-80gb',
      training: { ...run.training, precision: 'fp8' },
    });
    assert.equal(value.settings.precision, 'bf16');
    assert.ok(assumptions.some((entry) => entry.path === 'training.precision'));
  });

  it('estimates a convolutional network by its FLOPs a sample', () => {
    const { value } = trainingOf({
      model: 'resnet-50',
      chip: 'h100-sxm',
      count: 8,
      training: { samples: 1_281_167, epochs: 90, batchSize: 2048 },
    });
    ordered(value.plan.samplesPerSecond);
    ordered(value.plan.durationSeconds);
    assert.equal(value.plan.tokensPerSecondPerAccelerator, undefined);
  });

  it('names flopsPerSample when a network without tokens states none', () => {
    const { value, unknown } = trainingOf({
      model: { parameters: 2e9, family: 'diffusion' },
      chip: 'h100-sxm',
      count: 8,
      training: { samples: 1e6 },
    });
    assert.equal(value.plan.samplesPerSecond, null);
    assert.ok(unknown.some((entry) => entry.path === 'model.flopsPerSample'));
  });

  it('loses work to interruptions on spot without checkpoints, and little with them', () => {
    const at = (checkpointing?: Run['checkpointing']): number =>
      trainingOf({
        ...run,
        count: 8,
        training: { ...run.training, tokens: 2e9 },
        capacity: 'spot',
        ...(checkpointing === undefined ? {} : { checkpointing }),
      }).value.plan.goodput?.mid ?? NaN;
    assert.ok(at({ interval: 1200 }) > 0.7);
    assert.ok(at() < at({ interval: 1200 }) / 1.5);
    assert.equal(at(false), at());
    assert.equal(at({ interval: 1200, resume: false }), at());
  });

  it('has no duration, and says why, when a run without checkpoints may never end', () => {
    const { value, unknown } = trainingOf({ ...run, capacity: 'spot' });
    assert.ok(unknown.some((entry) => entry.path === 'checkpointing'));
    assert.equal(value.plan.durationSeconds, null);
    assert.equal(value.faults?.mayNeverEnd, true);
  });

  it('derives each number when asked, and nothing when not', () => {
    const explained = trainingOf({ ...run, explain: true });
    const quantities = explained.derivation.map((entry) => entry.quantity);
    for (const wanted of [
      'memory.perAcceleratorBytes',
      'training.stepSeconds',
      'training.durationSeconds',
      'training.goodput',
    ]) {
      assert.ok(quantities.includes(wanted), wanted);
    }
    assert.ok(explained.derivation.every((entry) => entry.source !== '' && entry.formula !== ''));
    assert.deepEqual(trainingOf(run).derivation, []);
    assert.deepEqual(trainingOf(run).value, explained.value);
  });

  it('survives absurd input without NaN, Infinity or an exception', () => {
    for (const training of [
      { tokens: 1e20 },
      { tokens: 1, batchSize: 1, sequenceLength: 1 },
      { tokens: 1e12, sequenceLength: 1e9 },
      { steps: 0.5 },
    ]) {
      for (const count of [1, 7, 1e9]) {
        const { plan, memory } = trainingOf({ ...run, count, training }).value;
        for (const range of [plan.durationSeconds, plan.stepSeconds, memory.perAcceleratorBytes])
          if (range !== null) ordered(range);
      }
    }
  });
});
