/** A workload: what it must do, and where it runs. */
import * as z from 'zod';
import { choice, decimal, expectations, flag, labels, listed, quantity, text, whole, wholeOrAuto } from './fields.ts';
import { targetOrAutoSchema, targetSchema } from './target-schema.ts';
import {
  CONNECTIVITIES,
  ENGINES,
  FRAMEWORKS,
  METHODS,
  MODEL_FAMILIES,
  OFFLOADS,
  OPTIMIZERS,
  PHASES,
  PRECISIONS,
  RECOMPUTES,
  SENSITIVITIES,
  SHARDINGS,
  STACKS,
  STAGES,
  STORAGE_TYPES,
  UPDATES,
} from './words.ts';

export const modelSchema = z
  .strictObject({
    name: listed('model', 'A known model; beside `parameters` only a label.').optional(),
    family: choice(MODEL_FAMILIES, 'What kind of network it is.').optional(),
    parameters: quantity('count', 'Parameters in all.', { examples: ['8B', '350M'] }).optional(),
    activeParameters: quantity('count', 'Parameters that one token passes through (mixture of experts).').optional(),
    layers: whole('Transformer layers.').optional(),
    hiddenSize: quantity('count', 'Width of the residual stream.').optional(),
    intermediateSize: quantity('count', 'Width of the feed-forward layer (of one expert, for a mixture of experts).').optional(),
    heads: whole('Query heads.').optional(),
    kvHeads: whole('Key and value heads (grouped-query attention).').optional(),
    headDim: whole('Size of one head.', 1, { 'x-default': '`hiddenSize` / `heads`' }).optional(),
    vocabSize: quantity('count', 'Size of the vocabulary.').optional(),
    experts: whole('Experts in a layer.').optional(),
    contextLength: quantity('count', 'Longest sequence the model takes, in tokens.').optional(),
    flopsPerSample: quantity('operations', 'FLOPs of one forward pass over one sample; training costs three.', { examples: ['16.5G'] }).optional(),
    customOps: flag("Uses operations outside the framework's standard set.").optional(),
  })
  .meta({ description: 'The model, by its dimensions.' });

const dataSchema = z
  .strictObject({
    size: quantity('bytes', 'Size of the data.', { examples: ['6TiB'] }).optional(),
    location: listed('location', 'Where the data lies: `aws/us-east-1`, `on-premises`, `edge`, or a cluster.').optional(),
    sensitivity: choice(SENSITIVITIES, 'How sensitive the data is; over `policy.dataSensitivity`.').optional(),
    egress: quantity('bytes', 'Bytes that leave a month.').optional(),
  })
  .meta({ description: 'The data it works on.' });

const trainingSchema = z
  .strictObject({
    tokens: quantity('count', 'Tokens to train on.', { examples: ['2B', '15T'] }).optional(),
    samples: quantity('count', 'Samples in the data set (for other families than language models).').optional(),
    epochs: decimal('Passes over the samples.', 0, { 'x-default': '1' }).optional(),
    steps: quantity('count', 'Optimizer steps.').optional(),
    batchSize: quantity('count', 'Sequences (or samples) in a global step.').optional(),
    microBatchSize: whole('Sequences on one device at a time.').optional(),
    sequenceLength: quantity('count', 'Tokens in a sequence.').optional(),
    precision: choice(PRECISIONS, 'Precision of the arithmetic.', { 'x-default': 'bf16' }).optional(),
    optimizer: choice(OPTIMIZERS, 'Decides the bytes of state a parameter needs.', { 'x-default': 'adamw' }).optional(),
    method: choice(METHODS, 'All weights, or adapters over frozen (`lora`) or quantised (`qlora`) ones.', { 'x-default': 'full' }).optional(),
    loraRank: whole('Rank of the adapters.', 1, { 'x-default': '16' }).optional(),
    activationCheckpointing: choice(RECOMPUTES, 'How much is recomputed in the backward pass, to save memory.').optional(),
    sharding: choice(SHARDINGS, 'How states are spread over data-parallel devices.').optional(),
    offload: choice(OFFLOADS, 'What is moved to the host.', { 'x-default': 'none' }).optional(),
    parallelism: z
      .strictObject({
        tensor: wholeOrAuto('Devices that share each layer.').optional(),
        pipeline: wholeOrAuto('Stages the layers are cut into.').optional(),
        virtualStages: whole('Interleaved stages a device.').optional(),
        data: wholeOrAuto('Replicas of the model.').optional(),
        context: wholeOrAuto('Devices that share each sequence.').optional(),
        expert: wholeOrAuto('Devices the experts are spread over.').optional(),
        sequence: flag('Sequence parallelism beside tensor parallelism.').optional(),
      })
      .meta({ description: 'How the model is split over the accelerators; what is not given is chosen.' })
      .optional(),
    stack: choice(STACKS, 'The training software, which decides a factor of two.').optional(),
    efficiency: quantity('share', 'Share of peak FLOP/s reached, if measured.').optional(),
    deadline: quantity('duration', 'The run must end within this time.', { examples: ['14d'] }).optional(),
    runsPerMonth: decimal('How often it runs in a month.', 0, { 'x-default': '1, not counted in a month unless stated' }).optional(),
  })
  .meta({ description: 'For `training` and `fine-tuning`.' });

const rate = (description: string) => quantity('rate', description, { examples: ['12/s', '5M/day'] });

const servingSchema = z
  .strictObject({
    engine: choice(ENGINES, 'The serving software.', { 'x-default': '`vllm` for language models on chips it supports' }).optional(),
    precision: choice(PRECISIONS, 'Precision of the weights; arithmetic is in it where chip and engine can.', { 'x-default': '16 bit' }).optional(),
    kvCachePrecision: choice(PRECISIONS, 'Precision of the key/value cache.', { 'x-default': '16 bit' }).optional(),
    requests: z
      .union([
        rate('Requests: a rate.'),
        z
          .strictObject({ average: rate('Average requests.').optional(), peak: rate('Requests at the peak.').optional() })
          .meta({ description: 'Average and peak.' }),
      ])
      .meta({ description: 'Requests of the whole fleet (at the edge, of one device): a rate, or average and peak.', 'x-dimension': 'rate', examples: ['12/s'] })
      .optional(),
    usersIn: z.array(listed('geography', 'A geography or a country.')).meta({ description: 'Where the users are.' }).optional(),
    parallelism: z
      .strictObject({
        tensor: wholeOrAuto('Devices that share each layer.').optional(),
        pipeline: wholeOrAuto('Stages.').optional(),
        expert: wholeOrAuto('Devices the experts are spread over.').optional(),
        attentionData: wholeOrAuto('Data-parallel attention ranks.').optional(),
      })
      .meta({ description: 'Of one replica; chosen when not given.' })
      .optional(),
    engineVersion: text('Version of the engine.').optional(),
    inputTokens: quantity('count', 'Tokens of an average prompt.').optional(),
    outputTokens: quantity('count', 'Tokens of an average answer.').optional(),
    samples: quantity('count', 'Batch jobs: how many in all.').optional(),
    latency: z
      .strictObject({
        timeToFirstToken: quantity('duration', 'Until the first token.', { examples: ['800ms'] }).optional(),
        perOutputToken: quantity('duration', 'Between two output tokens.', { examples: ['50ms'] }).optional(),
        endToEnd: quantity('duration', 'Of a whole request.').optional(),
        percentile: decimal('Which share of requests must keep it.', 0, { 'x-default': '95' }).optional(),
      })
      .meta({ description: 'What users may wait.' })
      .optional(),
    concurrency: whole('Sequences in one batch: fixes the batch, so that a measured point can be compared.').optional(),
    maxContext: quantity('count', 'Longest context that must be served, in tokens.').optional(),
    memoryShare: quantity('share', "Share of the device's memory that the engine may take.", { 'x-default': '90 %' }).optional(),
    cache: z
      .strictObject({ prefixHitRate: quantity('share', 'Share of input tokens that the prefix cache answers.').optional() })
      .meta({ description: 'Prefix cache.' })
      .optional(),
    autoscaling: z
      .strictObject({
        min: whole('Fewest replicas.', 0).optional(),
        max: whole('Most replicas.').optional(),
        scaleToZero: flag('Down to none when idle.').optional(),
        targetUtilization: quantity('share', 'Load at which a replica is added.', { 'x-default': '70 %' }).optional(),
      })
      .meta({ description: 'Replicas follow the load.', 'x-default': 'none: a fixed fleet sized for the peak' })
      .optional(),
    availability: quantity('share', 'Share of time it must answer.', { examples: ['99.9%'] }).optional(),
    hoursPerMonth: decimal('Hours it runs in a month.', 0, { 'x-default': '730' }).optional(),
    deadline: quantity('duration', 'A batch job must end within this time.').optional(),
  })
  .meta({ description: 'For `inference` and `batch-inference`.' });

const checkpointingSchema = z
  .strictObject({
    interval: quantity('duration', 'Time between checkpoints.', { examples: ['30m'] }).optional(),
    storage: text('A URL (`s3://`, `gs://`, `az://`), an absolute path, or a type of storage.', { examples: ['s3://team/checkpoints', 'object'] }).optional(),
    location: listed('location', "Where the storage lies: a bucket's name tells no region.").optional(),
    size: quantity('bytes', 'Bytes of one checkpoint, if known.').optional(),
    async: flag('Written beside the training.').optional(),
    keep: whole('How many are kept.').optional(),
    resume: flag('A restarted run goes on from the last one.', { 'x-default': 'true' }).optional(),
  })
  .meta({ description: 'How the state of a run is saved.' });

const storageSchema = z
  .strictObject({
    type: choice(STORAGE_TYPES, 'Kind of storage.').optional(),
    size: quantity('bytes', 'Size.').optional(),
    throughput: quantity('dataRate', 'Bytes a second it delivers.', { examples: ['20GB/s'] }).optional(),
  })
  .meta({ description: 'Storage beside the accelerators.' });

const networkSchema = z
  .strictObject({ private: flag('Reached through a private network only.').optional(), encryption: flag('Encrypted in transit.').optional() })
  .meta({ description: 'How it is reached.' });

const edgeSchema = z
  .strictObject({
    device: listed('edge-device', 'The device in the field.').optional(),
    fleetSize: quantity('count', 'How many devices.').optional(),
    powerBudget: quantity('power', 'Watts a device may draw.', { examples: ['25W'] }).optional(),
    offline: flag('Must work without a connection.').optional(),
    updates: choice(UPDATES, 'How models reach the fleet.').optional(),
    sync: quantity('dataRate', 'What a device sends home.', { examples: ['5GB/month'] }).optional(),
    connectivity: choice(CONNECTIVITIES, 'How it is connected.').optional(),
  })
  .meta({ description: 'Where `target.deployment` is `edge`.' });

/** Keys of a workload, `phase` apart: `defaults` may hold any of them. */
const workloadShape = {
  description: text('For people.').optional(),
  owner: text('Who answers for it; for charging back.').optional(),
  labels: labels().optional(),
  lifetime: quantity('duration', 'How long a service will run.', { 'x-default': '1y for a production service, listed as an assumption' }).optional(),
  stage: choice(STAGES, 'How much rigour is due.', { 'x-default': 'production' }).optional(),
  model: z
    .union([listed('model', "A known model's name."), modelSchema])
    .meta({ description: "A known model's name, or its dimensions.", 'x-values': 'model' })
    .optional(),
  framework: choice(FRAMEWORKS, 'What the model is built with.').optional(),
  data: dataSchema.optional(),
  training: trainingSchema.optional(),
  serving: servingSchema.optional(),
  checkpointing: z
    .union([z.literal(false), checkpointingSchema])
    .meta({ description: 'How the state of a run is saved; `false`: not at all.' })
    .optional(),
  storage: storageSchema.optional(),
  network: networkSchema.optional(),
  edge: edgeSchema.optional(),
  target: targetOrAutoSchema.optional(),
  alternatives: z.array(targetSchema).meta({ description: 'Other targets to compare with.' }).optional(),
  expect: expectations('Assertions on the result for this workload.').optional(),
};

const phase = choice(PHASES, 'What it does; decides which of `training` and `serving` applies.');

export const workloadSchema = z.strictObject({ phase, ...workloadShape }).meta({ description: 'One thing that runs.' });

export const defaultsSchema = z
  .strictObject({ phase: phase.optional(), ...workloadShape })
  .meta({ description: 'A partial workload, merged under every workload.' });
