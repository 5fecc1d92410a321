/** `target`, `alternatives`, `burst`: where a workload runs. */
import * as z from 'zod';
import { choice, flag, listed, whole, wholeOrAuto } from './fields.ts';
import { CAPACITIES, DEPLOYMENTS, INTERCONNECTS, ORCHESTRATORS, SERVICES } from './words.ts';

const placeShape = {
  deployment: choice(DEPLOYMENTS, 'Where it runs.', { 'x-default': 'from `provider`, `cluster`, `edge`' }).optional(),
  provider: listed('provider', 'A provider in the catalogue.', { examples: ['aws', 'gcp', 'azure'] }).optional(),
  region: listed('region', "A provider's region.", { 'x-default': 'the cheapest that policy allows, listed as an assumption' }).optional(),
  instance: listed('instance', "A provider's machine type; fixes the accelerator and the count per node.").optional(),
  accelerator: listed('accelerator', 'A catalogue id, or an alias of one.', { examples: ['h100-sxm', 'tpu-v5p', 'l4'] }).optional(),
  count: wholeOrAuto("Accelerators in all, rented at once: the job's, or the fixed fleet's. With `autoscaling`, or `auto`, replicas follow from the load.", {
    'x-default': 'one machine where `instance` is given, else `auto`',
  }).optional(),
  capacity: choice(CAPACITIES, 'How it is paid for.', { 'x-default': '`on-demand`; `owned` with `cluster`' }).optional(),
  zones: whole('Availability zones it is spread over.', 1, { 'x-default': '1' }).optional(),
  baseline: z
    .strictObject({
      count: whole('Accelerators of the floor.'),
      capacity: choice(CAPACITIES, 'Capacity of the floor.'),
    })
    .meta({ description: 'A floor on another capacity; the rest uses `capacity`.' })
    .optional(),
  interconnect: choice(INTERCONNECTS, 'The network between nodes.').optional(),
  orchestrator: choice(ORCHESTRATORS, 'What schedules it.').optional(),
  service: choice(SERVICES, 'Managed platform; `none` means raw machines.').optional(),
  serverless: flag('Pay per use.').optional(),
  cluster: listed('cluster', 'A key of `clusters`: owned hardware.').optional(),
};

const burstSchema = z.strictObject(placeShape).meta({
  description: 'Where a hybrid workload overflows to: the baseline on the cluster, the peak above its free accelerators here.',
});

export const targetSchema = z
  .strictObject({ ...placeShape, burst: burstSchema.optional() })
  .meta({ description: 'Where it runs.' });

/** `auto` asks for a recommendation. */
export const targetOrAutoSchema = z
  .union([z.literal('auto'), targetSchema])
  .meta({ description: 'Where it runs; `auto` asks for a recommendation.' });
