/** `target`, `alternatives`, `burst`: where a workload runs. */
import * as z from 'zod';
import { choice, flag, listed, whole, wholeOrAuto } from './fields.ts';
import { CAPACITIES, DEPLOYMENTS, INTERCONNECTS, ORCHESTRATORS, SERVICES } from './words.ts';

const placeShape = {
  deployment: choice(DEPLOYMENTS, 'In whose hands it runs: rented, owned, both, or in the field.', {
    'x-default': 'from `provider`, `cluster`, `edge`',
  }).optional(),
  provider: listed('provider', 'Who rents out the accelerators: a provider in the catalogue.', {
    examples: ['aws', 'gcp', 'azure'],
  }).optional(),
  region: listed('region', "One of the provider's regions.", {
    'x-default': 'the cheapest that policy allows, listed as an assumption',
    examples: ['us-east-1'],
  }).optional(),
  instance: listed(
    'instance',
    "One of the provider's machine types; fixes the accelerator and how many are in a machine.",
    { examples: ['p5.48xlarge'] },
  ).optional(),
  accelerator: listed('accelerator', 'The chip: an id of the catalogue, or an alias of one.', {
    examples: ['h100-sxm', 'tpu-v5p', 'l4'],
  }).optional(),
  count: wholeOrAuto(
    "Accelerators in all, rented at once: the job's, or the fixed fleet's. With `autoscaling`, or `auto`, replicas follow from the load.",
    {
      'x-default': 'one machine where `instance` is given, else `auto`',
    },
  ).optional(),
  capacity: choice(
    CAPACITIES,
    'How the machines are paid for: `spot` may be taken away at any time, reservations are paid whether used or not.',
    { 'x-default': '`on-demand`; `owned` with `cluster`' },
  ).optional(),
  zones: whole('How many availability zones it is spread over.', 1, { 'x-default': '1' }).optional(),
  baseline: z
    .strictObject({
      count: whole('How many accelerators are always there.'),
      capacity: choice(CAPACITIES, 'How they are paid for.'),
    })
    .register(z.globalRegistry, { description: 'A floor on another capacity; the rest uses `capacity`.' })
    .optional(),
  interconnect: choice(INTERCONNECTS, 'The network between machines.').optional(),
  orchestrator: choice(ORCHESTRATORS, 'What starts the work and restarts it after a failure.').optional(),
  service: choice(SERVICES, 'The managed platform; `none` means raw machines.').optional(),
  serverless: flag('Paid per use instead of per hour.').optional(),
  cluster: listed('cluster', 'Owned hardware to run on: a name under `clusters`.').optional(),
};

const burstSchema = z.strictObject(placeShape).register(z.globalRegistry, {
  description:
    'Where a hybrid workload overflows to: the baseline on the cluster, the peak above its free accelerators here.',
});

export const targetSchema = z
  .strictObject({ ...placeShape, burst: burstSchema.optional() })
  .register(z.globalRegistry, { description: 'Where the workload runs.' });

/** `auto` asks for a recommendation. */
export const targetOrAutoSchema = z
  .union([z.literal('auto'), targetSchema])
  .register(z.globalRegistry, { description: 'Where the workload runs; `auto` asks for a recommendation.' });
