/** What the manifest's policy allows: hard rules that a recommendation keeps, each refusal with its reason. */
import type { Catalog, Region } from '../catalog/types.ts';
import type { ManifestHead, Workload } from '../manifest/schema.ts';

export type Policy = NonNullable<ManifestHead['policy']>;

/** True when `word` (a geography, a country's two letters, a region's id, or `global`) covers the region. */
export function covers(word: string, region: Region): boolean {
  const wanted = word.toLowerCase();
  return (
    wanted === 'global' ||
    wanted === region.geography ||
    wanted === region.country.toLowerCase() ||
    wanted === region.id.toLowerCase()
  );
}

/** How sensitive the workload's data is: its own word over the policy's. */
export function sensitivityOf(workload: Workload, policy: Policy | undefined): string | undefined {
  return workload.data?.sensitivity ?? policy?.dataSensitivity;
}

/** True when the data may not leave owned premises. */
export function dataMustStay(workload: Workload, policy: Policy | undefined): boolean {
  return sensitivityOf(workload, policy) === 'classified' || policy?.dataLocation === 'on-premises';
}

/** Why the policy refuses the provider; undefined when it allows it. */
export function refusesProvider(policy: Policy | undefined, provider: string): string | undefined {
  if (policy?.providers && !policy.providers.includes(provider)) {
    return `policy.providers allows ${policy.providers.join(', ')}, not ${provider}`;
  }
  return undefined;
}

/** Why the policy refuses the accelerator (ids on both sides); undefined when it allows it. */
export function refusesAccelerator(policy: Policy | undefined, catalog: Catalog, id: string): string | undefined {
  if (!policy?.accelerators) return undefined;
  const allowed = policy.accelerators.some((name) => {
    const match = catalog.resolveAccelerator(name);
    return match.kind === 'ambiguous' ? match.candidates.includes(id) : match.kind !== 'unknown' && match.id === id;
  });
  return allowed ? undefined : `policy.accelerators allows ${policy.accelerators.join(', ')}, not ${id}`;
}

/** Why the policy refuses the region; undefined when it allows it. A region that no fact places is refused only where a list is stated. */
export function refusesRegion(
  policy: Policy | undefined,
  catalog: Catalog,
  provider: string,
  regionId: string,
): string | undefined {
  if (!policy?.regions && !policy?.dataResidency) return undefined;
  const region = catalog.region(provider, regionId);
  if (policy.regions) {
    const listed = policy.regions.some((word) => word === regionId || (region !== undefined && covers(word, region)));
    if (!listed) return `policy.regions allows ${policy.regions.join(', ')}, not ${regionId}`;
  }
  if (policy.dataResidency) {
    if (!region)
      return `${regionId} of ${provider} lies in no known place, so that policy.dataResidency cannot be kept`;
    if (!policy.dataResidency.some((word) => covers(word, region))) {
      return `policy.dataResidency keeps data in ${policy.dataResidency.join(', ')}; ${regionId} lies in ${region.geography}`;
    }
  }
  return undefined;
}
