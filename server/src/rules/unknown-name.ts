/** AI104: a name that neither the catalogue nor the manifest knows. */
import { nearestNames } from '../catalog/naming.ts';
import type { Catalog } from '../catalog/types.ts';
import type { Target } from '../manifest/schema.ts';
import type { Path } from '../manifest/source.ts';
import { GEOGRAPHIES } from '../manifest/words.ts';
import { isRule, unknownInExpectations } from './expectation-names.ts';
import { rules } from './index.ts';
import { isGeography, regionsOfProvider } from './known-names.ts';
import { listed, quoted } from './message.ts';
import { priceBookReports } from './price-book-place.ts';
import type { Fix, Report, Rule, RuleContext } from './rule.ts';
import { targetsOf, namedWorkloadsOf, type TargetContext, type TargetSite } from './targets.ts';

export const unknownName: Rule = {
  code: 'AI104',
  name: 'unknown-name',
  severity: 'error',
  docs: {
    summary: 'A provider, region, instance, accelerator, model, cluster or device that nobody knows.',
    what: 'A name stands for nothing: the catalogue has no such provider, region, machine type, accelerator, model or edge device, or the manifest defines no such cluster. A model is also known by its dimensions: with `parameters`, its name is a label. The price book that `pricing.book` names is looked for too: it is missing (an error), has lines that cannot be used (a warning), or is not read in Restricted Mode (a hint).',
    why: 'Memory, time and cost follow from what a name stands for. A mistyped name would leave the workload without a plan.',
    whenToSilence:
      'If the name is newer than the catalogue: the message goes, but the plan stays without its facts. A model that is not listed can be described by its `parameters`.',
    sources: [
      'Names of providers, regions, machine types, accelerators, models and devices: the catalogue, with sources and dates',
    ],
    bad: [
      {
        title: 'A mistyped accelerator and region',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: { provider: aws, region: <|us-esat-1|>, accelerator: <|l44|> }
`,
      },
      {
        title: 'A model that is not in the catalogue, and a cluster that is not defined',
        manifest: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  chat:
    phase: inference
    model: <|llama-3.1-9b|>
    target: { cluster: <|dc2|> }
`,
      },
    ],
    good: [
      {
        title: 'A model that is described, with a name of its own',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: { name: our-own, parameters: 9B }
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
      },
    ],
    fixes: [
      {
        title: 'Replace by `us-east-1`',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: { provider: aws, region: us-esat-1, accelerator: l4 }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: { provider: aws, region: us-east-1, accelerator: l4 }
`,
      },
    ],
  },
  *checkManifest(context) {
    yield* headNames(context);
    yield* ruleNames(context);
    yield* expectationNames(context);
    yield* priceBookReports(context);
    for (const workload of namedWorkloadsOf(context)) {
      yield* workloadNames(workload);
      for (const site of targetsOf(workload)) yield* targetNames(workload, site);
    }
  },
};

/** What a name is for, in messages. */
type Kind =
  'provider' | 'region' | 'geography' | 'instance' | 'accelerator' | 'model' | 'cluster' | 'edge device' | 'rule';

/** Keys of `rules`: a severity for a rule that does not exist does nothing. */
function* ruleNames({ head }: RuleContext): Iterable<Report> {
  for (const name of Object.keys(head.rules ?? {})) {
    if (isRule(name)) continue;
    const path = ['rules', name];
    const near = nearestNames(name, allRules());
    yield {
      path,
      part: 'key',
      message: messageOf('rule', name, near),
      fixes: () =>
        near.map((to, index): Fix => ({
          title: `Rename to \`${to}\``,
          edits: [{ kind: 'rename-key', path, to }],
          safe: false,
          preferred: index === 0,
        })),
    };
  }
}

function* expectationNames(context: RuleContext): Iterable<Report> {
  const { catalog } = context;
  for (const { kind, name, path, text, place, span } of unknownInExpectations(context, () => allRegions(catalog))) {
    const known = {
      rule: allRules,
      provider: () => catalog.providers.keys(),
      accelerator: () => catalog.accelerators.keys(),
      geography: () => GEOGRAPHIES,
      region: () => allRegions(catalog),
    }[kind]();
    const near = nearestNames(name, known);
    const replaced = (word: string) => text.slice(0, place.span.start) + word + text.slice(place.span.end);
    yield {
      path,
      part: 'value',
      ...(span && { span }),
      message: messageOf(kind, name, near),
      fixes: () =>
        near.map((word, index): Fix => ({
          title: `Replace by \`${word}\``,
          edits: [{ kind: 'set', path, value: replaced(word) }],
          safe: false,
          preferred: index === 0,
        })),
    };
  }
}

function allRules(): readonly string[] {
  return rules.flatMap(({ code, name }) => [code, name]);
}

function* headNames({ head, catalog }: RuleContext): Iterable<Report> {
  const { policy, clusters, pricing } = head;
  for (const [index, name] of (policy?.providers ?? []).entries()) {
    if (!catalog.providers.has(name))
      yield unknown('provider', name, ['policy', 'providers', index], catalog.providers.keys());
  }
  for (const name of Object.keys(pricing?.discounts ?? {})) {
    if (catalog.providers.has(name)) continue;
    const near = nearestNames(name, catalog.providers.keys());
    yield {
      ...unknown('provider', name, ['pricing', 'discounts', name], []),
      part: 'key',
      message: messageOf('provider', name, near),
    };
  }
  for (const [index, name] of (policy?.accelerators ?? []).entries()) {
    yield* acceleratorName(catalog, name, ['policy', 'accelerators', index]);
  }
  for (const [index, name] of (policy?.regions ?? []).entries()) {
    if (isGeography(name)) continue;
    const known = allRegions(catalog);
    if (!known.has(name)) yield unknown('region', name, ['policy', 'regions', index], known);
  }
  for (const [name, cluster] of Object.entries(clusters ?? {})) {
    if (cluster.accelerator !== undefined)
      yield* acceleratorName(catalog, cluster.accelerator, ['clusters', name, 'accelerator']);
    const { location } = cluster;
    if (location !== undefined && !isPlace(location))
      yield unknown('geography', location, ['clusters', name, 'location'], GEOGRAPHIES);
  }
}

function* workloadNames({ workload, catalog, path }: TargetContext): Iterable<Report> {
  const { model, edge, data, checkpointing } = workload;
  yield* locationName(catalog, data?.location, path('data', 'location'));
  if (typeof checkpointing === 'object')
    yield* locationName(catalog, checkpointing.location, path('checkpointing', 'location'));
  const name = typeof model === 'string' ? model : model?.parameters === undefined ? model?.name : undefined;
  if (name !== undefined && !catalog.resolveModel(name)) {
    const at = typeof model === 'string' ? path('model') : path('model', 'name');
    const report = unknown('model', name, at, catalog.models.keys());
    yield { ...report, message: report.message.replace(/\.$/, ', or give its `parameters`.') };
  }
  const device = edge?.device;
  if (
    device !== undefined &&
    !catalog.edgeDevices.has(device.toLowerCase()) &&
    catalog.resolveAccelerator(device).kind === 'unknown'
  ) {
    yield unknown('edge device', device, path('edge', 'device'), catalog.edgeDevices.keys());
  }
}

/** True for a geography, and for the two letters of a country that exists. */
function isPlace(word: string): boolean {
  const folded = word.toLowerCase();
  if ((GEOGRAPHIES as readonly string[]).includes(folded)) return true;
  return /^[a-z]{2}$/.test(folded) && folded !== 'zz' && COUNTRIES.of(folded.toUpperCase()) !== undefined;
}

/** The names of countries, as the language's own library has them; undefined for letters that are none. */
const COUNTRIES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** `aws/us-east-1`: the region of a place, where the provider is known and its regions are. */
function* locationName(catalog: Catalog, location: string | undefined, path: Path): Iterable<Report> {
  const [provider, region] = location?.split('/') ?? [];
  if (provider === undefined || region === undefined || !catalog.providers.has(provider)) return;
  const known = regionsOfProvider(catalog, provider);
  if (known.size === 0 || known.has(region)) return;
  const near = nearestNames(region, known);
  yield {
    path,
    part: 'value',
    message: messageOf('region', region, near, provider),
    fixes: () =>
      near.map((to, index): Fix => ({
        title: `Replace by \`${provider}/${to}\``,
        edits: [{ kind: 'set', path, value: `${provider}/${to}` }],
        safe: false,
        preferred: index === 0,
      })),
  };
}

function* targetNames(context: TargetContext, { target, path, severity }: TargetSite): Iterable<Report> {
  for (const report of namesOf(context, target, path)) yield { ...report, severity: severity('error') };
}

function* namesOf({ catalog, head }: TargetContext, target: Target, path: TargetSite['path']): Iterable<Report> {
  const { provider, region, instance, accelerator, cluster } = target;
  const knowsProvider = provider === undefined || catalog.providers.has(provider);
  if (provider !== undefined && !knowsProvider)
    yield unknown('provider', provider, path('provider'), catalog.providers.keys());
  if (accelerator !== undefined) yield* acceleratorName(catalog, accelerator, path('accelerator'));
  if (cluster !== undefined && !(head.clusters && Object.hasOwn(head.clusters, cluster))) {
    yield unknown('cluster', cluster, path('cluster'), Object.keys(head.clusters ?? {}));
  }
  if (!knowsProvider) return;
  if (instance !== undefined) {
    const found = provider === undefined ? catalog.machinesNamed(instance)[0] : catalog.machine(provider, instance);
    if (!found) {
      const known = provider === undefined ? [] : catalog.machinesOf(provider).map((machine) => machine.instance);
      // Another provider's machine: said as such, because the name itself is right.
      const others = [...new Set(catalog.machinesNamed(instance).map((machine) => machine.provider))];
      const report = unknown('instance', instance, path('instance'), known, provider);
      yield others.length === 0
        ? report
        : {
            ...report,
            message: `${quoted(instance)} is a machine type of ${listed(others)}, not of ${quoted(provider ?? '')}: name one of ${quoted(provider ?? '')}, or change the provider.`,
          };
    }
  }
  if (region === undefined) return;
  const owner = provider ?? (instance === undefined ? undefined : catalog.machinesNamed(instance)[0]?.provider);
  const known = owner === undefined ? allRegions(catalog) : regionsOfProvider(catalog, owner);
  if (known.size > 0 && !known.has(region)) yield unknown('region', region, path('region'), known, owner);
}

function* acceleratorName(catalog: Catalog, name: string, path: Path): Iterable<Report> {
  if (catalog.resolveAccelerator(name).kind === 'unknown')
    yield unknown('accelerator', name, path, catalog.accelerators.keys());
}

function unknown(kind: Kind, name: string, path: Path, known: Iterable<string>, provider?: string): Report {
  const near = nearestNames(name, known);
  return {
    path,
    part: 'value',
    message: messageOf(kind, name, near, provider),
    fixes: () =>
      near.map((value, index): Fix => ({
        title: `Replace by \`${value}\``,
        edits: [{ kind: 'set', path, value }],
        safe: false,
        preferred: index === 0,
      })),
  };
}

const ARTICLE: Readonly<Record<Kind, string>> = {
  provider: 'a provider of the catalogue',
  region: 'a region',
  geography: 'a geography or a country',
  instance: 'a machine type',
  accelerator: 'an accelerator of the catalogue',
  model: 'a model of the catalogue',
  cluster: 'a cluster of this manifest',
  'edge device': 'an edge device of the catalogue',
  rule: 'a rule',
};

function messageOf(kind: Kind, name: string, near: readonly string[], provider?: string): string {
  const of = provider === undefined ? '' : ` of ${quoted(provider)}`;
  const said = `${quoted(name)} is not ${ARTICLE[kind]}${of}`;
  if (near.length > 0) return `${said}: did you mean ${listed(near.map(quoted))}?`;
  return kind === 'cluster' ? `${said}: define it under \`clusters\`.` : `${said}: name one that is known.`;
}

const regionsOfAll = new WeakMap<Catalog, ReadonlySet<string>>();

/** The regions of all providers together. */
function allRegions(catalog: Catalog): ReadonlySet<string> {
  let all = regionsOfAll.get(catalog);
  if (!all)
    regionsOfAll.set(
      catalog,
      (all = new Set([...catalog.providers.keys()].flatMap((provider) => [...regionsOfProvider(catalog, provider)]))),
    );
  return all;
}
