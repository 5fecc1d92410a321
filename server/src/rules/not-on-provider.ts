/** AI202: an accelerator that the provider does not offer. */
import type { Accelerator } from '../catalog/types.ts';
import { refusesProvider } from '../planner/policy.ts';
import { listed, quoted } from './message.ts';
import { nearestChips, nearestRegions, suits } from './nearest.ts';
import type { Fix, Rule, WorkloadContext } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { chipOf, chipPlace, isOfferedBy, isRented, targetsOf, type TargetSite } from './targets.ts';

export const notOnProvider: Rule = {
  code: 'AI202',
  name: 'not-on-provider',
  severity: 'error',
  docs: {
    summary: 'The provider does not offer the accelerator.',
    what: 'The target names a provider and an accelerator that the provider has on offer nowhere, by the catalogue: a TPU outside Google Cloud, Trainium or Inferentia outside AWS. What is offered without a known price is not meant (AI711).',
    why: 'The plan cannot be rented. Some chips are made and rented by one provider alone; others are simply not in every provider’s list.',
    whenToSilence: 'If you have a contract for hardware that is not in the provider’s public list.',
    sources: ['Offers of the catalogue: each provider’s price list or API, with its date, as shown by the plan'],
    bad: [
      {
        title: 'A TPU at AWS',
        manifest: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: <|tpu-v5p|>, count: 16 }
`,
      },
    ],
    good: [
      {
        title: 'A GPU at AWS',
        manifest: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 16 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use h200, the nearest on aws',
        before: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target:
      provider: aws
      region: us-east-1
      accelerator: mi300x
      count: 16
`,
        after: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target:
      provider: aws
      region: us-east-1
      accelerator: h200
      count: 16
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { catalog } = context;
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      const { provider } = site.resolution.target;
      if (!chip || chip.class === 'cpu' || chip.class === 'edge' || provider === undefined || !isRented(site)) continue;
      if (!catalog.providers.has(provider) || isOfferedBy(catalog, provider, chip.id)) continue;
      const sellers = catalog.providersOf(chip.id).filter((id) => !catalog.providers.get(id)?.marketplace);
      const there =
        sellers.length === 0
          ? 'and no provider in the catalogue does'
          : `but ${listed(sellers.slice(0, MOST_NAMED).map(quoted), 'and')} ${sellers.length === 1 ? 'does' : 'do'}`;
      yield {
        ...chipPlace(site),
        severity: site.severity('error'),
        message: `${quoted(provider)} does not offer ${quoted(chip.id)}, ${there}: choose ${ownChips(context, site, chip)}.`,
        ...(site.target.provider !== undefined && {
          related: [{ path: site.path('provider'), part: 'value', message: `The provider is ${quoted(provider)}.` }],
        }),
        fixes: () => fixes(context, site, chip, provider),
      };
    }
  },
};

const MOST_NAMED = 4;

function ownChips(context: WorkloadContext, site: TargetSite, chip: Accelerator): string {
  const { provider = '' } = site.resolution.target;
  const near = nearestChips(
    context.catalog,
    chip,
    (other) => other.class !== 'cpu' && isPriced(context, provider, other.id),
  ).slice(0, 2);
  return near.length === 0
    ? 'another provider'
    : `${listed(near.map(({ id }) => quoted(id)))} there, or another provider`;
}

function isPriced({ catalog }: WorkloadContext, provider: string, accelerator: string): boolean {
  return (
    catalog.providersOf(accelerator).includes(provider) &&
    catalog.offers({ provider, accelerator }).some((offer) => offer.usdPerHour !== undefined)
  );
}

function fixes(context: WorkloadContext, site: TargetSite, chip: Accelerator, provider: string): readonly Fix[] {
  const { catalog, head } = context;
  const found: Fix[] = [];
  const equivalent = nearestChips(
    catalog,
    chip,
    (other) => isPriced(context, provider, other.id) && suits(context, other),
  )[0];
  const isHere = (id: string) =>
    site.target.region === undefined ||
    catalog.regionsOf(provider, id).some((region) => region === site.target.region || region === 'any');
  if (equivalent && site.target.accelerator !== undefined) {
    const region = isHere(equivalent.id)
      ? undefined
      : nearestRegions(context, provider, equivalent.id, catalog.region(provider, site.target.region ?? ''))[0];
    found.push({
      title: `Use ${equivalent.id}, the nearest on ${provider}`,
      edits: [
        { kind: 'set', path: site.path('accelerator'), value: equivalent.id },
        ...(region === undefined ? [] : [{ kind: 'set', path: site.path('region'), value: region } as const]),
      ],
      safe: false,
      preferred: true,
    });
  }
  if (site.level === 'own') {
    const elsewhere = bestAlternative(context, ({ target }) => target.accelerator === chip.id);
    if (elsewhere) found.push(switchTo(context, elsewhere));
    return found;
  }
  const seller = catalog
    .providersOf(chip.id)
    .find((id) => refusesProvider(head.policy, id) === undefined && !catalog.providers.get(id)?.marketplace);
  const region =
    seller === undefined
      ? undefined
      : nearestRegions(context, seller, chip.id, catalog.region(provider, site.target.region ?? ''))[0];
  if (seller !== undefined) {
    found.push({
      title: `Rent ${chip.id} from ${seller}`,
      edits: [
        { kind: 'set', path: site.path('provider'), value: seller },
        region === undefined
          ? { kind: 'remove', path: site.path('region') }
          : { kind: 'set', path: site.path('region'), value: region },
      ],
      safe: false,
    });
  }
  return found;
}
