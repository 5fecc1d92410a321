/** AI203: a region of the provider that does not have the accelerator, or the machine type. */
import { regionsOfProvider } from './known-names.ts';
import { counted, listed, quoted } from './message.ts';
import { nearestRegions } from './nearest.ts';
import type { Rule, WorkloadContext } from './rule.ts';
import { chipOf, chipPlace, isRented, memberPlace, targetsOf, type TargetSite } from './targets.ts';

export const notInRegion: Rule = {
  code: 'AI203',
  name: 'not-in-region',
  severity: 'error',
  docs: {
    summary: 'The region does not have the accelerator.',
    what: 'The provider offers the accelerator (or the machine type that the target names), but not in this region.',
    why: 'Providers place new and large machines in a few regions. A request elsewhere fails, whatever the quota.',
    whenToSilence: 'If the provider has opened the region for you ahead of its public list.',
    sources: [
      'Offers of the catalogue by region: each provider’s price list or API, with its date, as shown by the plan',
    ],
    bad: [
      {
        title: 'A TPU v5p in London',
        manifest: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: <|europe-west2|>, accelerator: tpu-v5p, count: 16 }
`,
      },
    ],
    good: [
      {
        title: 'A region that has it',
        manifest: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: europe-west4, accelerator: tpu-v5p, count: 16 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use europe-west1',
        before: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: europe-west2, accelerator: tpu-v5p, count: 16 }
`,
        after: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: europe-west1, accelerator: tpu-v5p, count: 16 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { catalog } = context;
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      const { provider, region } = site.resolution.target;
      if (!chip || provider === undefined || region === undefined || !isRented(site)) continue;
      // The catalogue follows accelerators region by region. Of machines without one it knows some regions, and cannot tell of the others.
      if (chip.class === 'cpu') continue;
      if (!regionsOfProvider(catalog, provider).has(region)) continue;
      const regions = catalog.regionsOf(provider, chip.id);
      if (regions.length === 0 || regions.includes('any')) continue;
      const { instance } = site.target;
      const machine = instance === undefined ? undefined : catalog.machine(provider, instance);
      const isMissing =
        machine?.accelerator === chip.id
          ? catalog.offers({ provider, instance: machine.instance, region }).length === 0
          : !regions.includes(region);
      if (!isMissing) continue;
      const near = regionsWith(context, site);
      const what = machine && regions.includes(region) ? machine.instance : chip.id;
      yield {
        ...memberPlace(site, 'region'),
        severity: site.severity('error'),
        message: `${quoted(region)} of ${quoted(provider)} does not have ${quoted(what)}, which ${counted(regions.length, 'other region')} ${regions.length === 1 ? 'has' : 'have'}: ${near.length === 0 ? 'policy allows none of them' : `the nearest ${near.length === 1 ? 'is' : 'are'} ${listed(near.slice(0, 3).map(quoted), 'and')}`}.`,
        related: [{ ...chipPlace(site), message: `${quoted(what)} is asked for here.` }],
        fixes: () =>
          regionsWith(context, site)
            .slice(0, 2)
            .map((id, index) => ({
              title: `Use ${id}`,
              edits: [{ kind: 'set', path: site.path('region'), value: id }],
              safe: false,
              preferred: index === 0,
            })),
      };
    }
  },
};

/** Regions that have what is asked for and that policy allows, nearest first. */
function regionsWith(context: WorkloadContext, site: TargetSite): readonly string[] {
  const { catalog } = context;
  const chip = chipOf(site);
  const { provider, region } = site.resolution.target;
  if (!chip || provider === undefined || region === undefined) return [];
  const near = nearestRegions(context, provider, chip.id, catalog.region(provider, region));
  const { instance } = site.target;
  return instance === undefined
    ? near
    : near.filter((id) => catalog.offers({ provider, instance, region: id }).length > 0);
}
