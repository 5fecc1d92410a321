/**
 * The language of `ai-infra.yaml`, version 1: the one source of types, validation, JSON Schema, completion and reference.
 * Words are those of `docs/reference/manifest.md`; units of outputs those of `quantity.ts`.
 */
import * as z from 'zod';
import {
  calendarDate,
  choice,
  decimal,
  expectations,
  flag,
  labels,
  listed,
  positive,
  quantity,
  text,
  whole,
} from './fields.ts';
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
    monthly: quantity('money', 'What everything that keeps running may cost in a month.', {
      examples: ['60k'],
    }).optional(),
    total: quantity('money', 'What the runs that end may cost in total.', { examples: ['400k'] }).optional(),
    upfront: quantity('money', 'What may be spent at once on bought hardware.', { examples: ['2M'] }).optional(),
    alertAt: quantity('share', 'Share of the budget from which on there is a warning.', {
      'x-default': '100 %',
      examples: ['80%'],
    }).optional(),
  })
  .register(z.globalRegistry, { description: 'What the plan may cost: per month, in total, upfront.' });

const policySchema = z
  .strictObject({
    providers: z
      .array(listed('provider', 'A provider.'))
      .register(z.globalRegistry, { description: 'The only providers that may be used.' })
      .optional(),
    regions: z
      .array(listed('region', "A geography, a country, or a provider's region."))
      .register(z.globalRegistry, { description: 'The only geographies or regions that may be used.' })
      .optional(),
    accelerators: z
      .array(listed('accelerator', 'An accelerator.'))
      .register(z.globalRegistry, { description: 'The only accelerators that may be used.' })
      .optional(),
    dataSensitivity: choice(
      SENSITIVITIES,
      'How sensitive the data is. `regulated` and `classified` data must be protected explicitly.',
    ).optional(),
    dataLocation: choice(
      DATA_LOCATIONS,
      'Where data may lie: `anywhere`, within `dataResidency`, or only `on-premises`, which classified data implies.',
    ).optional(),
    dataResidency: z
      .array(listed('geography', 'A geography or a country.'))
      .register(z.globalRegistry, { description: 'The geographies or countries that data may not leave.' })
      .optional(),
    compliance: z
      .array(choice(PROGRAMMES, 'A programme.'))
      .register(z.globalRegistry, { description: 'Programmes that the provider must attest.' })
      .optional(),
    expertise: choice(
      EXPERTISES,
      'Who will run this: nobody in particular, people with some practice, or a team for it.',
    ).optional(),
    portability: choice(
      PORTABILITIES,
      'Whether the workload must be able to move to another provider: how much lock-in is acceptable.',
    ).optional(),
    encryption: z
      .array(choice(ENCRYPTIONS, 'A state of the data.'))
      .register(z.globalRegistry, { description: 'In which states data is encrypted.' })
      .optional(),
    privateNetwork: flag('Workloads are reached through private networks only.').optional(),
    maxCarbonPerMonth: quantity('mass', 'The most carbon dioxide equivalent that the plan may cause in a month.', {
      examples: ['500kg'],
    }).optional(),
    staffCost: positive('money', 'What a person costs in a year, for owned hardware.', {
      'x-default': '180k',
      examples: ['180k'],
    }).optional(),
  })
  .register(z.globalRegistry, { description: 'What every workload must respect.' });

const pricingSchema = z
  .strictObject({
    discounts: z
      .record(z.string(), quantity('share', 'Off the on-demand price.', { examples: ['12%'] }))
      .register(z.globalRegistry, { description: 'Negotiated discounts by provider, off the on-demand price only.' })
      .optional(),
    book: text(
      "The organisation's own prices, over the catalogue's: a CSV file inside the workspace, by relative path.",
      {
        examples: ['prices.ai-infra.csv'],
      },
    ).optional(),
    currency: choice(['USD'], 'The currency of all amounts.', { 'x-default': 'USD' }).optional(),
  })
  .register(z.globalRegistry, { description: "This organisation's prices." });

const ownershipCostSchema = z
  .strictObject({
    perNode: quantity('money', 'Purchase price of one machine.', { examples: ['280k'] }).optional(),
    network: quantity('money', 'Purchase price of the network between the machines, in all.', {
      examples: ['400k'],
    }).optional(),
    amortization: positive('duration', 'The life over which the purchase is written off.', {
      examples: ['4y'],
    }).optional(),
    electricity: quantity('energyPrice', 'Price of electricity.', { examples: ['0.14/kWh'] }).optional(),
    pue: decimal('Power usage effectiveness: power of the whole site over power of its machines.', 1).optional(),
    colocation: quantity('powerPrice', 'Rent of the space by its power, energy not included.', {
      examples: ['180/kW/month'],
    }).optional(),
    staff: decimal('How many people run it.').optional(),
    maintenance: quantity('share', 'Maintenance a year, as a share of the purchase.', { examples: ['5%'] }).optional(),
    residual: quantity('share', 'What it is still worth at the end, as a share of the purchase.', {
      examples: ['10%'],
    }).optional(),
  })
  .register(z.globalRegistry, { description: 'What owning it costs.' });

export const clusterSchema = z
  .strictObject({
    accelerator: listed('accelerator', 'The accelerator in its machines.', { examples: ['h100-sxm'] }).optional(),
    nodes: whole('How many machines there are.').optional(),
    acceleratorsPerNode: whole('Accelerators in one machine.').optional(),
    cpuCores: whole('CPU cores of one machine.').optional(),
    memory: quantity('bytes', 'Host memory of one machine.', { examples: ['2TiB'] }).optional(),
    interconnect: choice(INTERCONNECTS, 'The network between its machines.').optional(),
    storage: text('Its shared storage: a type of `storage`, or a path.', { examples: ['parallel'] }).optional(),
    location: listed('geography', 'Where it stands: a geography or a country.', { examples: ['eu', 'de'] }).optional(),
    orchestrator: choice(ORCHESTRATORS, 'What schedules its work.').optional(),
    utilization: quantity('share', 'Share of the hours in which it is used; decides what an hour really costs.', {
      examples: ['70%'],
    }).optional(),
    powerLimit: positive('power', 'The power that the site can supply.', { examples: ['200kW'] }).optional(),
    cost: ownershipCostSchema.optional(),
    available: whole('How many of its accelerators are free for this plan.', 0, { 'x-default': 'all' }).optional(),
    availableFrom: calendarDate('From when on it can be used, where it is still to be delivered.').optional(),
  })
  .register(z.globalRegistry, { description: 'Hardware that the organisation owns.' });

/** The top level without its workloads: validated apart, so that one broken workload hides no other. */
const headShape = {
  version: z
    .literal(1)
    .register(z.globalRegistry, { description: 'Version of the language that this file is written in.' }),
  name: text('Name of the plan, for people.').optional(),
  description: text('What the plan is for, in a sentence.').optional(),
  owner: text('Who answers for the plan.').optional(),
  labels: labels().optional(),
  budget: budgetSchema.optional(),
  policy: policySchema.optional(),
  pricing: pricingSchema.optional(),
  clusters: z
    .record(z.string(), clusterSchema)
    .register(z.globalRegistry, { description: 'Hardware the organisation owns, by name.' })
    .optional(),
  defaults: defaultsSchema.optional(),
  rules: z
    .record(z.string(), choice(SEVERITIES, 'Severity in this manifest.'))
    .register(z.globalRegistry, { description: 'Severity of a rule, by code or name.', 'x-values': 'rule' })
    .optional(),
  expect: expectations('Assertions on the result, reported like diagnostics.').optional(),
};

export const headSchema = z.strictObject({ ...headShape });

export const manifestSchema = z
  .strictObject({
    ...headShape,
    workloads: z
      .record(z.string(), workloadSchema)
      .register(z.globalRegistry, { description: 'The plan: what runs, by name.' }),
  })
  .register(z.globalRegistry, {
    title: 'ai-infra.yaml',
    description: 'A plan of the machines that machine learning runs on.',
  });

export { defaultsSchema, modelSchema, targetSchema, workloadSchema };

export type ManifestHead = z.output<typeof headSchema>;
export type Workload = z.output<typeof workloadSchema>;
export type Target = z.output<typeof targetSchema>;
export type Cluster = z.output<typeof clusterSchema>;
export type ModelSpec = z.output<typeof modelSchema>;
export type Training = NonNullable<Workload['training']>;
export type Serving = NonNullable<Workload['serving']>;
