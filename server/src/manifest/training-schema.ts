/** `model`, `data` and `training`: what is computed, on what. */
import * as z from 'zod';
import { choice, decimal, flag, listed, positive, quantity, whole, wholeOrAuto } from './fields.ts';
import {
  METHODS,
  MODEL_FAMILIES,
  OFFLOADS,
  OPTIMIZERS,
  PRECISIONS,
  RECOMPUTES,
  SENSITIVITIES,
  SHARDINGS,
  STACKS,
} from './words.ts';

const tokens = (description: string, example: string) => positive('count', description, { examples: [example] });

export const modelSchema = z
  .strictObject({
    name: listed(
      'model',
      'A known model, whose dimensions are then taken from the catalogue; beside `parameters` it is only a label.',
      {
        examples: ['llama-3.1-8b'],
      },
    ).optional(),
    family: choice(
      MODEL_FAMILIES,
      'Kind of network. Memory and time of language models follow from their dimensions, those of the others from `flopsPerSample`.',
    ).optional(),
    parameters: positive('count', 'How many parameters the model has in all.', { examples: ['8B', '350M'] }).optional(),
    activeParameters: positive('count', 'How many parameters one token passes through, in a mixture of experts.', {
      examples: ['37B'],
      'x-default': '`parameters`',
    }).optional(),
    layers: whole('How many transformer layers are stacked.').optional(),
    hiddenSize: positive('count', 'Width of the residual stream.', { examples: [4096] }).optional(),
    intermediateSize: positive('count', 'Width of the feed-forward layer; of one expert, in a mixture of experts.', {
      examples: [14336],
    }).optional(),
    heads: whole('Query heads of a layer.').optional(),
    kvHeads: whole(
      'Key and value heads of a layer: fewer than `heads` with grouped-query attention, which shrinks the KV cache.',
      1,
      {
        'x-default': '`heads`',
      },
    ).optional(),
    headDim: whole('Width of one attention head.', 1, { 'x-default': '`hiddenSize` / `heads`' }).optional(),
    vocabSize: positive('count', 'How many different tokens the model knows.', { examples: [128256] }).optional(),
    experts: whole('How many experts a layer has, in a mixture of experts.').optional(),
    contextLength: tokens('The longest sequence that the model can take, in tokens.', '128k').optional(),
    flopsPerSample: positive(
      'operations',
      'Floating-point operations of one forward pass over one sample. A training step costs three.',
      {
        examples: ['16.5G'],
      },
    ).optional(),
    customOps: flag(
      "The model uses operations outside its framework's standard set, which purpose-built chips (TPU, Trainium, Inferentia) may not run.",
      {
        'x-default': 'false',
      },
    ).optional(),
  })
  .register(z.globalRegistry, { description: 'The model, by name or by its dimensions.' });

export const dataSchema = z
  .strictObject({
    size: quantity('bytes', 'How much data there is to store and to move.', { examples: ['6TiB'] }).optional(),
    location: listed(
      'location',
      'Where the data lies: `aws/us-east-1`, `on-premises`, `edge`, or the name of a cluster.',
      {
        examples: ['aws/us-east-1', 'on-premises'],
      },
    ).optional(),
    sensitivity: choice(
      SENSITIVITIES,
      'How sensitive the data of this workload is; overrides `policy.dataSensitivity`.',
    ).optional(),
    egress: quantity('bytes', 'How much leaves the provider in a month, which it charges for.', {
      examples: ['2TB'],
    }).optional(),
  })
  .register(z.globalRegistry, { description: 'The data that the workload reads: how much, where, how sensitive.' });

const trainingParallelism = z
  .strictObject({
    tensor: wholeOrAuto(
      'How many devices share every layer. It talks after each layer, so it stays within one fast-link domain.',
    ).optional(),
    pipeline: wholeOrAuto('How many stages the layers are cut into.').optional(),
    virtualStages: whole(
      'Interleaved stages on a device: more of them leave less idle time between micro-batches.',
      1,
      { 'x-default': '1' },
    ).optional(),
    data: wholeOrAuto('How many replicas of the model work on different sequences.').optional(),
    context: wholeOrAuto('How many devices share each long sequence.').optional(),
    expert: wholeOrAuto('How many devices the experts of a layer are spread over.').optional(),
    sequence: flag('Split activations along the sequence as well, beside tensor parallelism.').optional(),
  })
  .register(z.globalRegistry, {
    description: 'How the model is split over the accelerators. What is not given is chosen.',
  });

export const trainingSchema = z
  .strictObject({
    tokens: tokens('How many tokens are seen in the whole run.', '2B').optional(),
    samples: tokens('How many samples the data set has, where it is not counted in tokens.', '1.28M').optional(),
    epochs: decimal('How often the run passes over `samples`.', 0, { 'x-default': '1' }).optional(),
    steps: tokens('How many optimizer steps the run takes.', '10k').optional(),
    batchSize: tokens('Sequences (or samples) that one optimizer step sees, over all devices.', '1024').optional(),
    microBatchSize: whole('Sequences on one device at a time; decides the memory of activations.').optional(),
    sequenceLength: tokens('Tokens in one sequence.', '4096').optional(),
    precision: choice(PRECISIONS, 'Number format of the arithmetic.', { 'x-default': 'bf16' }).optional(),
    optimizer: choice(OPTIMIZERS, 'The optimizer: decides how many bytes of state every trained parameter needs.', {
      'x-default': 'adamw',
    }).optional(),
    method: choice(
      METHODS,
      'Train all weights (`full`), or small adapters over frozen (`lora`) or frozen and quantised (`qlora`) weights.',
      {
        'x-default': 'full',
      },
    ).optional(),
    loraRank: whole('Rank of the adapters, with `lora` and `qlora`.', 1, { 'x-default': '16' }).optional(),
    activationCheckpointing: choice(
      RECOMPUTES,
      'How much of the forward pass is computed again in the backward pass instead of being kept: less memory, more time.',
    ).optional(),
    sharding: choice(
      SHARDINGS,
      'What data-parallel devices divide among themselves instead of each keeping a copy: from nothing (`ddp`) to all states (`zero3`, `fsdp`).',
    ).optional(),
    offload: choice(OFFLOADS, "What is kept in the host's memory instead of the accelerator's.", {
      'x-default': 'none',
    }).optional(),
    parallelism: trainingParallelism.optional(),
    stack: choice(
      STACKS,
      'The training software. The same model on the same chips is up to twice as fast in one as in another.',
    ).optional(),
    efficiency: positive(
      'share',
      "Share of the chips' peak FLOP/s that the run reaches (MFU), where you have measured it.",
      { examples: ['42%'] },
    ).optional(),
    deadline: positive('duration', 'The run must end within this time.', { examples: ['14d'] }).optional(),
    runsPerMonth: decimal('How often the run is repeated in a month.', 0, {
      'x-default': '1, not counted in a month unless stated',
    }).optional(),
  })
  .register(z.globalRegistry, { description: 'The run, for the phases `training` and `fine-tuning`.' });
