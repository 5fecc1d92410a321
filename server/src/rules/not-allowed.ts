/** AI803: A provider, region or accelerator outside the allow-lists. */
import { refusesAccelerator, refusesProvider, refusesRegion } from '../planner/policy.ts';
import { listed, quoted } from './message.ts';
import { nearestRegions } from './nearest.ts';
import type { Fix, Report, Rule, WorkloadContext } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { chipOf, chipPlace, isRented, memberPlace, targetsOf } from './targets.ts';

export const notAllowed: Rule = {
  code: 'AI803',
  name: 'not-allowed',
  severity: 'error',
  docs: {
    summary: 'A provider, region or accelerator outside the allow-lists.',
    what: 'The target names a provider, a region or an accelerator that is not in `policy.providers`, `policy.regions` or `policy.accelerators`.',
    why: 'The plan breaks the policy that the manifest itself states.',
    whenToSilence: 'If an exception was granted; say so in the suppression.',
    sources: [
      'The policy of the manifest; names of accelerators and places of regions: the catalogue, with sources and dates',
    ],
    bad: [
      {
        title: 'A provider that is not allowed',
        manifest: `version: 1
policy: { providers: [gcp] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: <|aws|>, region: us-east-1, accelerator: l4, count: 2 }
`,
      },
    ],
    good: [
      {
        title: 'An allowed one',
        manifest: `version: 1
policy: { providers: [gcp, aws], regions: [us] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use us-west-2',
        before: `version: 1
policy: { regions: [us-west-2] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
        after: `version: 1
policy: { regions: [us-west-2] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-west-2, accelerator: l4, count: 2 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { head, catalog } = context;
    const { policy } = head;
    if (!policy?.providers && !policy?.regions && !policy?.accelerators) return;
    for (const site of targetsOf(context)) {
      const { provider, region } = site.resolution.target;
      const chip = chipOf(site);
      const found: (Pick<Report, 'path' | 'part'> & {
        readonly key: 'providers' | 'regions' | 'accelerators';
        readonly name: string;
      })[] = [];
      const rented = isRented(site);
      if (rented && provider !== undefined && refusesProvider(policy, provider))
        found.push({
          ...memberPlace(site, site.target.provider === undefined ? 'instance' : 'provider'),
          key: 'providers',
          name: provider,
        });
      const { dataResidency: _residency, ...lists } = policy;
      if (
        rented &&
        provider !== undefined &&
        region !== undefined &&
        catalog.region(provider, region) &&
        refusesRegion(lists, catalog, provider, region)
      )
        found.push({ ...memberPlace(site, 'region'), key: 'regions', name: region });
      if (chip && chip.class !== 'edge' && refusesAccelerator(policy, catalog, chip.id))
        found.push({ ...chipPlace(site), key: 'accelerators', name: chip.id });
      for (const { key, name, ...place } of found) {
        const allowed = policy[key] ?? [];
        yield {
          ...place,
          severity: site.severity('error'),
          message: `${quoted(name)} is not among \`policy.${key}\`: choose ${listed(allowed.slice(0, 6).map(quoted))}.`,
          related: [{ path: ['policy', key], part: 'value', message: 'Here is what is allowed.' }],
          fixes: () => (site.level === 'own' ? fixes(context, key) : []),
        };
      }
    }
  },
};

function fixes(context: WorkloadContext, key: 'providers' | 'regions' | 'accelerators'): readonly Fix[] {
  const { provider, region, accelerator } = context.plan.target;
  if (key === 'regions' && provider !== undefined && accelerator !== undefined) {
    const from = region === undefined ? undefined : context.catalog.region(provider, region);
    const near = nearestRegions(context, provider, accelerator, from)[0];
    if (near !== undefined)
      return [
        {
          title: `Use ${near}`,
          edits: [{ kind: 'set', path: context.path('target', 'region'), value: near }],
          safe: false,
          preferred: true,
        },
      ];
  }
  // Every alternative keeps the policy; the same chip elsewhere is the least change.
  const best =
    bestAlternative(context, ({ target }) => target.accelerator === accelerator) ??
    bestAlternative(context, () => true);
  return best ? [switchTo(context, best, true)] : [];
}
