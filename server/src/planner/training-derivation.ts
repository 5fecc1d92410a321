/** Derivations of a training estimate: formula, inputs and source of each number, made only for the primary estimate. */
import { FAULTS, TRAINING_MEMORY, TRAINING_RANGE, TRAINING_SPEED } from './fitted.ts';
import type { ModelShape } from './model-shape.ts';
import type { ChosenSplit } from './parallelism.ts';
import {
  RUN_OVERHEAD,
  type TrainingEstimate,
  type TrainingEstimateInput,
  type TrainingSpeed,
} from './training-plan.ts';
import type { TrainingSettings } from './training-settings.ts';
import type { Derivation } from './types.ts';

export interface DerivationInput {
  readonly input: TrainingEstimateInput;
  readonly shape: ModelShape;
  readonly settings: TrainingSettings;
  readonly chosen: ChosenSplit;
  readonly speed: TrainingSpeed | undefined;
  readonly tokens: number | undefined;
  readonly value: TrainingEstimate;
}

export function deriveTraining(context: DerivationInput): Derivation[] {
  const { input, shape, settings, chosen, speed, tokens, value } = context;
  const { parallelism: split } = chosen;
  const chip = input.placement.accelerator;
  const derivation: Derivation[] = [];
  const { memory, plan, faults } = value;
  if (memory.perAcceleratorBytes !== null && memory.partsBytes !== null) {
    derivation.push({
      quantity: 'memory.perAcceleratorBytes',
      formula: '(states/(t·p), /D by sharding + activations + gathered layer) × allocator + base',
      inputs: {
        parameters: shape.parameters,
        tensor: split.tensor,
        pipeline: split.pipeline,
        data: split.data * split.context,
        sharding: split.sharding,
        optimizer: settings.optimizer,
        recompute: chosen.recompute,
        microBatchSize: split.microBatchSize,
        sequenceLength: settings.sequenceLength,
        weightsBytes: memory.partsBytes.weights,
        gradientsBytes: memory.partsBytes.gradients,
        optimizerBytes: memory.partsBytes.optimizer,
        activationsBytes: memory.partsBytes.activations,
        overheadBytes: memory.partsBytes.overhead,
      },
      value: memory.perAcceleratorBytes,
      source: TRAINING_MEMORY.source,
    });
  }
  if (speed !== undefined) {
    derivation.push({
      quantity: 'training.stepSeconds',
      formula:
        '(((compute + traffic + launch + tensor + expert) × micro-batches × (1 + bubble))⁴ + sharding⁴)^¼ + optimizer + 3 ms',
      inputs: {
        computeSeconds: speed.step.compute,
        trafficSeconds: speed.step.traffic,
        tensorSeconds: speed.step.tensor,
        expertSeconds: speed.step.expert,
        shardingSeconds: speed.step.sharding,
        bubble: speed.step.bubble,
        microBatches: speed.step.microBatches,
        ...(chosen.chosen ? { chosenSplitShare: TRAINING_SPEED.chosenShare } : {}),
      },
      value: speed.stepSeconds,
      source: TRAINING_SPEED.source,
    });
    derivation.push({
      quantity: 'training.tokensPerSecondPerAccelerator',
      formula: 'micro-batches × b × D × s / (step × G)',
      inputs: {
        microBatches: chosen.microBatches,
        microBatchSize: split.microBatchSize,
        data: split.data,
        sequenceLength: settings.sequenceLength,
        accelerators: input.placement.count,
      },
      value: speed.tokensPerSecondPerAccelerator,
      source: TRAINING_RANGE.source,
    });
    if (speed.computeUtilization !== null) {
      derivation.push({
        quantity: 'training.computeUtilization',
        formula:
          settings.method === 'full'
            ? '(6·N_a + 6·L·s·a·d) × tokens/s ÷ peak'
            : '(4·N_a + 6·L·s·a·d) × tokens/s ÷ peak',
        inputs: { flopsPerToken: speed.flopsPerToken, precision: settings.precision, accelerator: chip.id },
        value: speed.computeUtilization,
        source: chip.source,
      });
    }
  }
  if (plan.durationSeconds !== null && tokens !== undefined && plan.goodput !== null) {
    derivation.push({
      quantity: 'training.durationSeconds',
      formula: `tokens ÷ (tokens/s × G) × ${String(RUN_OVERHEAD)} ÷ goodput`,
      inputs: { tokens, accelerators: input.placement.count, goodput: plan.goodput.mid },
      value: plan.durationSeconds,
      source: TRAINING_SPEED.source,
    });
  }
  if (plan.goodput !== null && faults !== undefined) {
    derivation.push({
      quantity: 'training.goodput',
      formula: 'τ·λ / (e^{λR}·(e^{λ(τ+δ)} − 1))',
      inputs: {
        interruptionsPerDay: faults.optimum.rate.mid * 86_400,
        intervalSeconds: faults.intervalSeconds,
        writeSeconds: faults.optimum.writeSeconds.mid,
        restartSeconds: faults.optimum.restartSeconds.mid,
        bestSeconds: faults.optimum.bestSeconds,
      },
      value: plan.goodput,
      source: FAULTS.source,
    });
  }
  return derivation;
}
