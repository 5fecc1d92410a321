/** AI712: The plan rests on a price that is not to be believed. */
import { ANY_REGION } from '../catalog/offer-index.ts';
import { offersInUse } from '../planner/prices-in-use.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { chipPlace, memberPlace, targetsOf } from './targets.ts';

export const suspectPrice: Rule = {
  code: 'AI712',
  name: 'suspect-price',
  severity: 'warning',
  docs: {
    summary: 'The plan rests on a price that is not to be believed.',
    what: 'The price of the target is $0, or spot or a commitment dearer than on demand, or more than five times above or below what providers ask for that chip and capacity (the median of their medians), or its offer states another memory than the chip has. Such a price is never chosen automatically; here the manifest names the machine or the place that has no other.',
    why: 'A wrong price in a public table is more likely than a bargain, and every total that it enters is wrong with it.',
    whenToSilence: 'If you checked the price with the provider. A line in the price book makes it yours.',
    sources: [
      'Prices: the catalogue, with sources and dates; the integrity rules of its import, and the offers that break them: docs/reference/catalog-import.md',
    ],
    bad: [
      {
        title: 'A machine that costs five times what others ask for its chip',
        manifest: `version: 1
workloads:
  train:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: azure, region: brazilsouth, instance: <|Standard_NV36adms_A10_v5|> }
`,
      },
    ],
    good: [
      {
        title: 'What others ask as well',
        manifest: `version: 1
workloads:
  train:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: azure, region: eastus, instance: Standard_NV36adms_A10_v5 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { catalog, plan, workload } = context;
    const [own] = targetsOf(context);
    if (own?.level !== 'own') return;
    for (const { suspect, usdPerHour, capacity, machine, region } of offersInUse(plan, workload, catalog)) {
      if (suspect === undefined || usdPerHour === undefined) continue;
      yield {
        ...(own.target.instance === undefined ? chipPlace(own) : memberPlace(own, 'instance')),
        message: `The ${capacity} price of ${quoted(machine.instance)}${region === ANY_REGION ? '' : ` in ${quoted(region)}`} is not to be believed: ${suspect}. Check it with ${quoted(machine.provider)}, or put the true one into the price book.`,
      };
    }
  },
};
