/** AI209: A machine that its provider has retired, or is about to. */
import type { Catalog } from '../catalog/types.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { chipOf, chipPlace, isRented, targetsOf } from './targets.ts';

export const retired: Rule = {
  code: 'AI209',
  name: 'retired',
  severity: 'warning',
  docs: {
    summary: 'A machine that its provider has retired, or is about to.',
    what: 'The target names a machine type with a retirement date, or an accelerator that the provider offers only in such machines.',
    why: 'A plan for hardware that is switched off has to be made again, often in a hurry and with other software.',
    whenToSilence: 'If the work ends before the date.',
    sources: ['Retirement notices of the providers with their dates, as in the catalogue'],
    bad: [
      {
        title: 'A machine that is gone',
        manifest: `version: 1
workloads:
  train:
    phase: fine-tuning
    model: llama-3.2-1b
    framework: pytorch
    training: { tokens: 10M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: azure, region: eastus, instance: <|Standard_NC6s_v3|> }
`,
      },
    ],
    good: [
      {
        title: 'A current machine',
        manifest: `version: 1
workloads:
  train:
    phase: fine-tuning
    model: llama-3.2-1b
    framework: pytorch
    training: { tokens: 10M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, instance: g6.xlarge }
`,
      },
    ],
    fixes: [
      {
        title: 'Switch to 8 × mi300x on azure',
        before: `version: 1
workloads:
  train:
    phase: fine-tuning
    model: llama-3.2-1b
    framework: pytorch
    training: { tokens: 10M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: azure, region: eastus, instance: Standard_NC6s_v3 }
`,
        after: `version: 1
workloads:
  train:
    phase: fine-tuning
    model: llama-3.2-1b
    framework: pytorch
    training: { tokens: 10M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: azure, region: eastus2, instance: Standard_ND96isr_MI300X_v5, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { catalog, today } = context;
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      const { provider } = site.resolution.target;
      const { instance } = site.target;
      if (provider === undefined || !isRented(site)) continue;
      if (instance === undefined && chip && isSoldOn(catalog, provider, chip.id)) continue;
      const machines =
        instance === undefined
          ? catalog.machinesOf(provider).filter(({ accelerator }) => accelerator === chip?.id)
          : [catalog.machine(provider, instance)];
      const dates = machines.map((machine) => machine?.retiredOn ?? '').sort();
      const last = dates.at(-1);
      if (dates.length === 0 || dates[0] === '' || last === undefined) continue;
      const successor = catalog.retirements.find(
        (row) => row.provider === provider && row.date === last && row.accelerators.includes(chip?.id ?? ''),
      )?.successor;
      const what = quoted(instance ?? chip?.id ?? '');
      yield {
        ...chipPlace(site),
        severity: site.severity('warning'),
        message: `${quoted(provider)} ${last <= today ? `retired ${what} on ${last}` : `retires ${what} on ${last}`}: ${successor === undefined ? 'choose a current machine type' : `its successor is ${successor}`}.`,
        fixes: () => {
          const best = site.level === 'own' ? bestAlternative(context, () => true) : undefined;
          return best ? [switchTo(context, best, true)] : [];
        },
      };
    }
  },
};

/** True when a machine type with the chip stays: all others need no look. */
function isSoldOn(catalog: Catalog, provider: string, accelerator: string): boolean {
  return catalog
    .machinesOf(provider)
    .some((machine) => machine.accelerator === accelerator && machine.retiredOn === undefined);
}
