/** A workload: what it must do, and where it runs. */
import * as z from 'zod';
import { choice, expectations, flag, labels, listed, positive, quantity, text, whole } from './fields.ts';
import { servingSchema } from './serving-schema.ts';
import { targetOrAutoSchema, targetSchema } from './target-schema.ts';
import { dataSchema, modelSchema, trainingSchema } from './training-schema.ts';
import { CONNECTIVITIES, FRAMEWORKS, PHASES, STAGES, STORAGE_TYPES, UPDATES } from './words.ts';

export { modelSchema };

const checkpointingSchema = z
  .strictObject({
    interval: positive('duration', 'Time between two checkpoints: the most work that a failure can cost.', {
      examples: ['30m'],
    }).optional(),
    storage: text(
      'Where checkpoints go: a URL (`s3://`, `gs://`, `az://`), an absolute path of a shared file system, or a type of `storage`. `/tmp`, `/local`, `/scratch` and `/mnt/nvme` vanish with their machine.',
      {
        examples: ['s3://team/checkpoints', 'object'],
      },
    ).optional(),
    location: listed(
      'location',
      "Where that storage lies, such as `aws/us-east-1`: a bucket's name tells no region.",
    ).optional(),
    size: positive('bytes', 'Size of one checkpoint, where you know it.', {
      examples: ['180GB'],
      'x-default': 'from the model and its optimizer',
    }).optional(),
    async: flag('Checkpoints are written while the training goes on.', { 'x-default': 'false' }).optional(),
    keep: whole('How many checkpoints are kept.').optional(),
    resume: flag('A run that was stopped goes on from its last checkpoint by itself.', {
      'x-default': 'true',
    }).optional(),
  })
  .register(z.globalRegistry, { description: 'How often, where and how the state of a run is saved.' });

const storageSchema = z
  .strictObject({
    type: choice(STORAGE_TYPES, 'Kind of storage; `ephemeral` vanishes with its machine.').optional(),
    size: quantity('bytes', 'How much it holds.', { examples: ['20TB'] }).optional(),
    throughput: positive('dataRate', 'What it delivers in all.', { examples: ['20GB/s'] }).optional(),
  })
  .register(z.globalRegistry, { description: 'The storage that the accelerators read from.' });

const networkSchema = z
  .strictObject({
    private: flag('Reached through a private network only.').optional(),
    encryption: flag('Encrypted in transit.').optional(),
  })
  .register(z.globalRegistry, { description: 'How the workload is reached and protected on the way.' });

const edgeSchema = z
  .strictObject({
    device: listed('edge-device', 'The device in the field.', { examples: ['jetson-orin-nano'] }).optional(),
    fleetSize: positive('count', 'How many devices there are.', { examples: [400] }).optional(),
    powerBudget: positive('power', 'What one device may draw.', { examples: ['25W'] }).optional(),
    offline: flag('Must work without a connection.').optional(),
    updates: choice(UPDATES, 'How new models reach the devices: over the air, or by hand.').optional(),
    sync: quantity('dataRate', 'What one device sends home.', { examples: ['5GB/month'] }).optional(),
    connectivity: choice(CONNECTIVITIES, 'How a device is connected.').optional(),
  })
  .register(z.globalRegistry, { description: 'The fleet in the field, where `target.deployment` is `edge`.' });

/** Keys of a workload, `phase` apart: `defaults` may hold any of them. */
const workloadShape = {
  description: text('What the workload is for, in a sentence.').optional(),
  owner: text('Who answers for the workload, and whom its cost is charged to.').optional(),
  labels: labels().optional(),
  lifetime: positive('duration', 'How long a service will run. A training run lasts as long as it takes.', {
    'x-default': '1y for a production service, listed as an assumption',
    examples: ['2y'],
  }).optional(),
  stage: choice(STAGES, 'How much rigour is due: a `prototype` is spared the advice on availability and resilience.', {
    'x-default': 'production',
  }).optional(),
  model: z
    .union([listed('model', 'The name of a known model.'), modelSchema])
    .register(z.globalRegistry, {
      description: 'The model: the name of a known one, or its dimensions.',
      'x-values': 'model',
      examples: ['llama-3.1-8b'],
    })
    .optional(),
  framework: choice(FRAMEWORKS, 'What the model is built with; decides which accelerators it runs well on.').optional(),
  data: dataSchema.optional(),
  training: trainingSchema.optional(),
  serving: servingSchema.optional(),
  checkpointing: z
    .union([z.literal(false), checkpointingSchema])
    .register(z.globalRegistry, {
      description: 'How the state of a run is saved; `false` says that it is not.',
      'x-default': 'none: a stopped run starts again',
    })
    .optional(),
  storage: storageSchema.optional(),
  network: networkSchema.optional(),
  edge: edgeSchema.optional(),
  target: targetOrAutoSchema.optional(),
  alternatives: z
    .array(targetSchema)
    .register(z.globalRegistry, { description: 'Other targets to compare with `target`.' })
    .optional(),
  expect: expectations(
    'Assertions on the result of this workload, such as `cost.monthly < 50k`, `duration < 14d` or `no errors`.',
  ).optional(),
};

const phase = choice(PHASES, 'What the workload does; decides whether `training` or `serving` applies.');

export const workloadSchema = z
  .strictObject({ phase, ...workloadShape })
  .register(z.globalRegistry, { description: 'One thing that runs: what it must do, and where.' });

export const defaultsSchema = z.strictObject({ phase: phase.optional(), ...workloadShape }).register(z.globalRegistry, {
  description: 'A partial workload, merged under every workload, mapping by mapping; what a workload says itself wins.',
});
