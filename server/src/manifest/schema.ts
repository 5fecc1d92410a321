/**
 * The language of `ai-infra.yaml`, version 1: the one source of types, validation, JSON Schema, completion and reference.
 * Words are those of `design/manifest.md`; units of outputs those of `quantity.ts`.
 */
import * as z from 'zod';
import { calendarDate, choice, decimal, expectations, flag, labels, listed, quantity, text, whole } from './fields.ts';
import { targetSchema } from './target-schema.ts';
import { defaultsSchema, modelSchema, workloadSchema } from './workload-schema.ts';
import {
  DATA_LOCATIONS,
  ENCRYPTIONS,
  EXPERTISES,
  INTERCONNECTS,
  ORCHESTRATORS,
  PORTABILITIES,
  PROGRAMMES,
  SENSITIVITIES,
  SEVERITIES,
} from './words.ts';

const budgetSchema = z
  .strictObject({
    monthly: quantity('money', 'Per month, for what keeps running.', { examples: ['60k'] }).optional(),
    total: quantity('money', 'In total, for what ends.', { examples: ['400k'] }).optional(),
    upfront: quantity('money', 'For bought hardware.').optional(),
    alertAt: quantity('share', 'Share of the budget at which to warn.', { 'x-default': '100 %', examples: ['80%'] }).optional(),
  })
  .meta({ description: 'What the plan may cost.' });

const policySchema = z
  .strictObject({
    providers: z.array(listed('provider', 'A provider.')).meta({ description: 'Only these providers.' }).optional(),
    regions: z.array(listed('region', "A geography, or a provider's region.")).meta({ description: 'Only these regions or geographies.' }).optional(),
    accelerators: z.array(listed('accelerator', 'An accelerator.')).meta({ description: 'Only these accelerators.' }).optional(),
    dataSensitivity: choice(SENSITIVITIES, 'How sensitive the data is.').optional(),
    dataLocation: choice(DATA_LOCATIONS, 'Where data may lie; classified data implies `on-premises`.').optional(),
    dataResidency: z.array(listed('geography', 'A geography or a country.')).meta({ description: 'Geographies that data may not leave.' }).optional(),
    compliance: z.array(choice(PROGRAMMES, 'A programme.')).meta({ description: 'Programmes the provider must hold.' }).optional(),
    expertise: choice(EXPERTISES, 'Who will run this.').optional(),
    portability: choice(PORTABILITIES, 'How much lock-in is acceptable.').optional(),
    encryption: z.array(choice(ENCRYPTIONS, 'Where.')).meta({ description: 'Where data is encrypted.' }).optional(),
    privateNetwork: flag('Reached through private networks only.').optional(),
    maxCarbonPerMonth: quantity('mass', 'Carbon dioxide equivalent a month.', { examples: ['500kg'] }).optional(),
    staffCost: quantity('money', 'A person and year.', { 'x-default': '180k' }).optional(),
  })
  .meta({ description: 'What every workload must respect.' });

const pricingSchema = z
  .strictObject({
    discounts: z
      .record(z.string(), quantity('share', 'Off the on-demand price.'))
      .meta({ description: 'Negotiated discounts by provider, off on-demand.' })
      .optional(),
    book: text("The organisation's own prices: a CSV inside the workspace, by relative path.").optional(),
    currency: choice(['USD'], 'Currency of the figures.').optional(),
  })
  .meta({ description: "This organisation's prices." });

export const clusterSchema = z
  .strictObject({
    accelerator: listed('accelerator', 'What it is made of.').optional(),
    nodes: whole('Machines.').optional(),
    acceleratorsPerNode: whole('Accelerators in a machine.').optional(),
    cpuCores: whole('CPU cores of a machine.').optional(),
    memory: quantity('bytes', 'Host memory of a machine.').optional(),
    interconnect: choice(INTERCONNECTS, 'The network between machines.').optional(),
    storage: text('Its storage.').optional(),
    location: listed('geography', 'Where it stands: a geography or a country.').optional(),
    orchestrator: choice(ORCHESTRATORS, 'What schedules it.').optional(),
    utilization: quantity('share', 'Share of hours in which it is used.').optional(),
    powerLimit: quantity('power', 'Power the site may draw.').optional(),
    cost: z
      .strictObject({
        perNode: quantity('money', 'Purchase price of a machine.').optional(),
        network: quantity('money', 'Purchase price of the network.').optional(),
        amortization: quantity('duration', 'Life over which it is written off.').optional(),
        electricity: quantity('energyPrice', 'Price of electricity.', { examples: ['0.14/kWh'] }).optional(),
        pue: decimal('Power usage effectiveness of the site.', 1).optional(),
        colocation: quantity('powerPrice', 'Rent of the space, energy not included.', { examples: ['180/kW/month'] }).optional(),
        staff: decimal('People who run it.').optional(),
        maintenance: quantity('share', 'Share of capital a year.').optional(),
        residual: quantity('share', 'Share of capital left at the end.').optional(),
      })
      .meta({ description: 'What owning it costs.' })
      .optional(),
    available: whole('Accelerators that are free.', 0).optional(),
    availableFrom: calendarDate('When it is delivered.').optional(),
  })
  .meta({ description: 'Hardware that the organisation owns.' });

/** The top level without its workloads: validated apart, so that one broken workload hides no other. */
const headShape = {
  version: z.literal(1).meta({ description: 'Version of this language.' }),
  name: text('Name of the plan.').optional(),
  description: text('For people.').optional(),
  owner: text('Who answers for it.').optional(),
  labels: labels().optional(),
  budget: budgetSchema.optional(),
  policy: policySchema.optional(),
  pricing: pricingSchema.optional(),
  clusters: z.record(z.string(), clusterSchema).meta({ description: 'Hardware the organisation owns, by name.' }).optional(),
  defaults: defaultsSchema.optional(),
  rules: z
    .record(z.string(), choice(SEVERITIES, 'Severity in this manifest.'))
    .meta({ description: 'Severity of a rule, by code or name.', 'x-values': 'rule' })
    .optional(),
  expect: expectations('Assertions on the result, reported like diagnostics.').optional(),
};

export const headSchema = z.strictObject({ ...headShape });

export const manifestSchema = z
  .strictObject({
    ...headShape,
    workloads: z.record(z.string(), workloadSchema).meta({ description: 'The plan: what runs, by name.' }),
  })
  .meta({ title: 'ai-infra.yaml', description: 'A plan of the machines that machine learning runs on.' });

export { defaultsSchema, modelSchema, targetSchema, workloadSchema };

export type ManifestHead = z.output<typeof headSchema>;
export type Workload = z.output<typeof workloadSchema>;
export type Target = z.output<typeof targetSchema>;
export type Cluster = z.output<typeof clusterSchema>;
export type ModelSpec = z.output<typeof modelSchema>;
export type Training = NonNullable<Workload['training']>;
export type Serving = NonNullable<Workload['serving']>;
