import { readTable } from './read-table.ts';

/** Instance names of the families that retirements.csv names in words. */
const families: readonly { readonly provider: string; readonly named: RegExp; readonly instances: RegExp }[] = [
  { provider: 'azure', named: /^NCv3/, instances: /^Standard_NC\d+r?s_v3$/ },
  { provider: 'azure', named: /^NVv3$/, instances: /^Standard_NV\d+s_v3$/ },
  { provider: 'azure', named: /^NVv4$/, instances: /^Standard_NV\d+as_v4$/ },
  { provider: 'azure', named: /Fsv2/, instances: /^Standard_F\d+s_v2$/ },
];

/** The ISO date on which a machine retired or will retire, by the instance families of retirements.csv. */
export function readRetirementDates(directory: string): (provider: string, instance: string) => string | undefined {
  const dated = readTable(directory, 'facts/retirements.csv').filter(
    (row) =>
      row.text('kind') === 'instance family' &&
      /^retire/.test(row.text('status')) &&
      /^\d{4}-\d{2}-\d{2}$/.test(row.text('date')),
  );
  return (provider, instance) => {
    for (const family of families) {
      if (family.provider !== provider || !family.instances.test(instance)) continue;
      const row = dated.find((entry) => entry.text('provider') === provider && family.named.test(entry.text('name')));
      if (row !== undefined) return row.text('date');
    }
    return undefined;
  };
}
