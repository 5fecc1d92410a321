/** AI807: a programme that the provider, or the region, does not hold. */
import type { ComplianceFact, Region } from '../catalog/types.ts';
import { listed, quoted } from './message.ts';
import { nearestRegions } from './nearest.ts';
import type { Fix, Related, Rule, Severity, WorkloadContext } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { isRented, memberPlace, targetsOf, type TargetSite } from './targets.ts';

type Programme = NonNullable<NonNullable<WorkloadContext['head']['policy']>['compliance']>[number];

export const complianceGap: Rule = {
  code: 'AI807',
  name: 'compliance-gap',
  severity: 'error',
  docs: {
    summary: 'A programme of `policy.compliance` that the provider or the region does not hold.',
    what: 'The policy asks for a programme (HIPAA, SOC 2, PCI DSS, FedRAMP, ITAR, GDPR). A sourced fact says that the provider does not hold it, or holds it in other regions: an error. Where no such fact is known, an information: ask the provider.',
    why: 'An auditor accepts no workload on a platform outside the programme, and moving it later costs more than choosing well now.',
    whenToSilence: 'If you hold the provider’s attestation, which the catalogue does not know.',
    sources: [
      'Trust centres of the providers, July and August 2026',
      'FedRAMP Marketplace, copy of the General Services Administration (18F/fedramp-data, commit a93b4ed, read on 2026-11-23)',
    ],
    bad: [
      {
        title: 'FedRAMP in London',
        manifest: `version: 1
policy: { compliance: [fedramp] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: <|eu-west-2|>, accelerator: l4, count: 1 }
`,
      },
      {
        title: 'Nobody knows whether it holds',
        manifest: `version: 1
policy: { compliance: [hipaa] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: <|lambda|>, accelerator: a10, count: 1 }
`,
      },
    ],
    good: [
      {
        title: 'FedRAMP in Virginia',
        manifest: `version: 1
policy: { compliance: [fedramp, hipaa, soc2] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`,
      },
    ],
    fixes: [
      {
        title: 'Move to us-east-1',
        before: `version: 1
policy: { compliance: [fedramp] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: eu-west-2, accelerator: l4, count: 1 }
`,
        after: `version: 1
policy: { compliance: [fedramp] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const programmes = context.head.policy?.compliance;
    if (!programmes || programmes.length === 0) return;
    for (const site of targetsOf(context)) {
      const own = site.level === 'own' ? context.plan.target : site.resolution.target;
      const { provider, region } = own;
      if (provider === undefined || !isRented(site)) continue;
      const verdicts = [...new Set(programmes)].map((programme) => ({
        programme,
        ...judge(context, provider, region, programme),
      }));
      yield* reports(context, site, provider, region, verdicts);
    }
  },
};

interface Verdict {
  readonly verdict: 'holds' | 'elsewhere' | 'missing' | 'unknown';
  /** Where it does hold. */
  readonly regions?: string;
}

/** Whether the provider holds the programme in the region. What is not sourced, or not said plainly, is `unknown`. */
function judge(
  { catalog }: Pick<WorkloadContext, 'catalog'>,
  provider: string,
  regionId: string | undefined,
  programme: Programme,
): Verdict {
  const facts = catalog
    .compliance(provider)
    .filter((fact) => fact.programme === programme || fact.programme.startsWith(`${programme}-`));
  const region = regionId === undefined ? undefined : catalog.region(provider, regionId);
  const held = facts.filter(({ status }) => HOLDS.test(status));
  if (held.some((fact) => covers(fact, region))) return { verdict: 'holds' };
  const sourced = ({ source }: ComplianceFact) => !source.startsWith('unsourced');
  if (held.length > 0)
    return held.every(sourced)
      ? { verdict: 'elsewhere', regions: held.map(({ regions = '' }) => regions.replaceAll('|', ', ')).join('; ') }
      : { verdict: 'unknown' };
  return {
    verdict: facts.length > 0 && facts.every((fact) => fact.status === 'no' && sourced(fact)) ? 'missing' : 'unknown',
  };
}

/** What the facts say of a programme that is held; a law has no certificate, and terms for it count. */
const HOLDS = /^(?:yes|authorized|supported|n\/a \(law)/;

/** True unless the fact names regions, or a country, and the region is another. A region that is open is not judged. */
function covers({ regions }: ComplianceFact, region: Region | undefined): boolean {
  if (regions === undefined || region === undefined) return true;
  if (/\bUS(?:-only)? regions\b|^commercial US\b/.test(regions)) return region.geography === 'us';
  const listedRegions = regions.split(/[|]/).map((word) => word.trim());
  return listedRegions.every((word) => /^[a-z]+[a-z-]*\d*$/.test(word) && word !== 'all')
    ? listedRegions.includes(region.id)
    : true;
}

function* reports(
  context: WorkloadContext,
  site: TargetSite,
  provider: string,
  region: string | undefined,
  verdicts: readonly (Verdict & { readonly programme: Programme })[],
) {
  const asked = (programme: Programme): Related => ({
    path: ['policy', 'compliance', context.head.policy?.compliance?.indexOf(programme) ?? 0],
    part: 'value',
    message: `The policy asks for ${programme}.`,
  });
  for (const { programme, verdict, regions = '' } of verdicts) {
    if (verdict !== 'elsewhere' && verdict !== 'missing') continue;
    const severity: Severity = site.severity('error');
    yield {
      ...memberPlace(site, verdict === 'elsewhere' && site.target.region !== undefined ? 'region' : 'provider'),
      severity,
      message:
        verdict === 'elsewhere'
          ? `${quoted(provider)} holds ${programme} in ${regions}, not in ${quoted(region ?? '')}.`
          : `${quoted(provider)} does not hold ${programme}.`,
      related: [asked(programme)],
      fixes: () => (site.level === 'own' ? fixes(context, site, verdict === 'elsewhere') : []),
    };
  }
  const open = verdicts.filter(({ verdict }) => verdict === 'unknown').map(({ programme }) => programme);
  if (open.length === 0) return;
  yield {
    ...memberPlace(site, 'provider'),
    severity: site.severity('info'),
    message: `Whether ${quoted(provider)} holds ${listed(open, 'and')} is not known: ask for its attestation, or use a provider that is known to.`,
    related: open.map(asked),
  };
}

/** The nearest region where all programmes hold; else the best alternative at a provider that holds them. */
function fixes(context: WorkloadContext, site: TargetSite, moves: boolean): readonly Fix[] {
  const { catalog, head, plan } = context;
  const programmes = head.policy?.compliance ?? [];
  const holds = (provider: string, region: string | undefined) =>
    programmes.every((programme) => judge(context, provider, region, programme).verdict === 'holds');
  const { provider = '', region, accelerator } = plan.target;
  const near =
    !moves || accelerator === undefined
      ? undefined
      : nearestRegions(context, provider, accelerator, catalog.region(provider, region ?? '')).find((id) =>
          holds(provider, id),
        );
  const best = bestAlternative(
    context,
    ({ target }) =>
      target.provider !== undefined && target.provider !== provider && holds(target.provider, target.region),
  );
  return [
    ...(near === undefined
      ? []
      : [
          {
            title: `Move to ${near}`,
            edits: [{ kind: 'set', path: site.path('region'), value: near } as const],
            safe: false,
            preferred: true,
          },
        ]),
    ...(best ? [switchTo(context, best, near === undefined)] : []),
  ];
}
