/** The open lists of the language as candidates: what the catalogue and the manifest itself have to choose from, best first. */
import type { Analysis } from '../analysis.ts';
import type { Catalog, Machine } from '../catalog/types.ts';
import type { ValueList } from '../manifest/fields.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatPower,
  formatUsd,
} from '../manifest/format-quantity.ts';
import { isMapping, valueAt } from '../manifest/shape.ts';
import type { Path } from '../manifest/source.ts';
import { GEOGRAPHIES } from '../manifest/words.ts';
import { rentable } from '../planner/offers.ts';
import type { Alternative, WorkloadPlan } from '../planner/types.ts';
import { rules } from '../rules/index.ts';
import { alternativeCost } from './alternatives.ts';
import { durationDifference, mainCost, percentDifference, VERDICT_WORDS } from './amounts.ts';
import { priceRange, priceRangeWords, type NamedFact } from './explain-fact.ts';
import { softwareRanks } from './rank-software.ts';
import { bestInterval, byPrice, capacityRanks, eachWords, priceByInstance, priceByRegion } from './rank-places.ts';

export interface Candidate {
  readonly value: string;
  /** Short, beside the label: `80 GiB`. */
  readonly description?: string;
  /** One line: `fits · $412 a run · −19 %`. */
  readonly detail?: string;
  /** A number with its unit: YAML needs no quotes around it. */
  readonly isQuantity?: true;
  /** Has a page of facts that is fetched when the item is looked at. */
  readonly fact?: NamedFact;
}

/** Where a value is asked for: the analysis may be a version behind, so it is asked by name, never by offset. */
export interface Asking {
  readonly analysis: Analysis;
  readonly path: Path;
}

export function candidatesOf(list: ValueList, asking: Asking): Candidate[] {
  switch (list) {
    case 'accelerator':
      return accelerators(asking);
    case 'provider':
      return providers(asking);
    case 'region':
      return regions(asking);
    case 'instance':
      return instances(asking);
    case 'model':
      return models(asking.analysis.catalog);
    case 'edge-device':
      return devices(asking.analysis.catalog);
    case 'cluster':
      return clusters(asking.analysis);
    case 'geography':
      return GEOGRAPHIES.map((value) => ({ value }));
    case 'rule':
      return ruleCandidates();
    case 'location':
      return locations(asking);
  }
}

export function ruleCandidates(): Candidate[] {
  return rules.map(({ code, name, docs }) => ({ value: code, description: name, detail: docs.summary }));
}

/** Ways of paying for the target of a workload, the cheapest first; empty elsewhere. */
export function capacityCandidates(asking: Asking): Candidate[] {
  const { path } = asking;
  const plan = path[2] === 'target' && path[3] === 'capacity' && path.length === 4 ? planOf(asking) : undefined;
  return plan === undefined
    ? []
    : capacityRanks(plan).map(({ capacity, words }) => ({ value: capacity, detail: words }));
}

/** Software that runs on the hardware of the workload before what does not; empty elsewhere. */
export function softwareCandidates(asking: Asking): Candidate[] {
  const { path } = asking;
  const plan = path[0] === 'workloads' ? planOf(asking) : undefined;
  return plan === undefined
    ? []
    : softwareRanks(plan, path, asking.analysis.catalog).map(({ value, words }) => ({ value, detail: words }));
}

/** The checkpoint interval that suits the run; empty elsewhere. */
export function intervalCandidates(asking: Asking): Candidate[] {
  const { path } = asking;
  const isInterval = path[2] === 'checkpointing' && path[3] === 'interval' && path.length === 4;
  const plan = isInterval ? planOf(asking) : undefined;
  const best = plan && bestInterval(plan);
  return best === undefined ? [] : [{ value: best.interval, detail: best.words, isQuantity: true }];
}

/** Chips that serve this workload first, by the planner's rank (where it is now before elsewhere), then those it has not tried, then what it refused, each with its reason. */
function accelerators(asking: Asking): Candidate[] {
  const { catalog } = asking.analysis;
  const plan = planOf(asking);
  const provider = sibling(asking, 'provider');
  const chips = [...catalog.accelerators.values()].filter((chip) => chip.class !== 'edge');
  const ranked = bestByAccelerator(plan, provider);
  const refused = refusals(plan);
  const isHere = (id: string): boolean => provider === undefined || ranked.get(id)?.target.provider === provider;
  const order = [...ranked.keys()].sort((a, b) => Number(isHere(b)) - Number(isHere(a)));
  const rank = (id: string): number => {
    const at = order.indexOf(id);
    if (at >= 0) return at;
    const elsewhere = provider !== undefined && !catalog.providersOf(id).includes(provider) ? 1000 : 0;
    return 100 + elsewhere + (refused.has(id) ? 500 : 0);
  };
  return chips
    .map((chip): Candidate => {
      const alternative = ranked.get(chip.id);
      const range = priceRange(catalog, chip.id, provider) ?? priceRange(catalog, chip.id);
      const offered = provider === undefined || catalog.providersOf(chip.id).includes(provider);
      const reason = offered ? refused.get(chip.id) : `not offered by ${provider ?? ''}`;
      const unpriced = reason === undefined ? 'no price known' : '';
      const price = range === undefined ? unpriced : priceRangeWords(range);
      const details =
        plan !== undefined && alternative !== undefined ? effect(plan, alternative) : [reason ?? '', price];
      return {
        value: chip.id,
        ...(chip.memoryBytes === undefined ? {} : { description: formatBytes(chip.memoryBytes) }),
        detail: details.filter((part) => part !== '').join(' · '),
        fact: { kind: 'accelerator', name: chip.id },
      };
    })
    .sort((a, b) => rank(a.value) - rank(b.value));
}

/** The first alternative of each chip, those of the provider before others. */
function bestByAccelerator(plan: WorkloadPlan | undefined, provider: string | undefined): Map<string, Alternative> {
  const best = new Map<string, Alternative>();
  for (const alternative of plan?.alternatives ?? []) {
    const { accelerator } = alternative.target;
    if (accelerator === undefined || alternative.marketplace) continue;
    const known = best.get(accelerator);
    const isHere = provider !== undefined && alternative.target.provider === provider;
    if (known === undefined || (isHere && known.target.provider !== provider)) best.set(accelerator, alternative);
  }
  return best;
}

/** `fits · $412 a run · −19 % · 7.3 h (+40 min)`. */
function effect(plan: WorkloadPlan, alternative: Alternative): string[] {
  const now = mainCost(plan);
  const { deltaUsd, deltaSeconds, durationSeconds, target } = alternative;
  const slower =
    deltaSeconds === undefined || Math.abs(deltaSeconds) < 60 ? '' : ` (${durationDifference(deltaSeconds)})`;
  const time = durationSeconds === undefined ? '' : `${formatDuration(durationSeconds)}${slower}`;
  const count = target.count === null ? '' : `${formatNumber(target.count)} ×`;
  const difference = deltaUsd === undefined || now === null ? '' : percentDifference(deltaUsd, now.usd.mid);
  const place = [count, target.provider ?? ''].filter((part) => part !== '').join(' ');
  return [VERDICT_WORDS[alternative.fits], alternativeCost(plan, alternative).words, difference, time, place];
}

function providers(asking: Asking): Candidate[] {
  const { catalog } = asking.analysis;
  const chip = chipBeside(asking);
  const offering = chip === undefined ? undefined : new Set(catalog.providersOf(chip));
  const inPolicy = asking.path[0] === 'policy';
  const allowed = inPolicy ? undefined : asking.analysis.manifest.head.policy?.providers;
  const rank = (id: string): number =>
    (allowed !== undefined && !allowed.includes(id) ? 4 : 0) +
    (offering !== undefined && !offering.has(id) ? 2 : 0) +
    (catalog.providers.get(id)?.marketplace === true ? 1 : 0);
  return [...catalog.providers.values()]
    .map(({ id, marketplace }): Candidate => {
      const range = chip === undefined ? undefined : priceRange(catalog, chip, id);
      const offer =
        chip === undefined
          ? ''
          : range === undefined
            ? offering?.has(id) === true
              ? `${chip}, no price known`
              : `does not offer ${chip}`
            : `${chip} ${priceRangeWords(range)}`;
      const notes = [offer, marketplace ? 'marketplace' : '', allowed?.includes(id) === false ? 'not in policy' : ''];
      const detail = notes.filter((part) => part !== '').join(' · ');
      return { value: id, detail, fact: { kind: 'provider', name: id } };
    })
    .sort((a, b) => rank(a.value) - rank(b.value));
}

function regions(asking: Asking): Candidate[] {
  const { catalog, manifest } = asking.analysis;
  if (asking.path[0] === 'policy') {
    const allowed = manifest.head.policy?.providers;
    const own = [...catalog.providers.values()].filter(({ id }) => allowed === undefined || allowed.includes(id));
    return unique([
      ...GEOGRAPHIES.map((value): Candidate => ({ value, detail: 'geography' })),
      ...own.flatMap(({ id }) => regionsOfProvider(catalog, id)),
    ]);
  }
  const provider = sibling(asking, 'provider');
  if (provider === undefined) {
    return unique([...catalog.providers.keys()].flatMap((id) => regionsOfProvider(catalog, id)));
  }
  const chip = chipBeside(asking);
  const having = chip === undefined ? undefined : new Set(catalog.regionsOf(provider, chip));
  const has = (region: string): boolean => having === undefined || having.has(region);
  const capacity = rentable(planOf(asking)?.target.capacity);
  const prices =
    chip === undefined ? new Map<string, number>() : priceByRegion(catalog, { provider, accelerator: chip, capacity });
  const candidates = regionsOfProvider(catalog, provider).map((candidate) => {
    const price = prices.get(candidate.value);
    const note = has(candidate.value) ? (price === undefined ? '' : eachWords(price)) : `no ${chip ?? ''}`;
    return note === '' ? candidate : { ...candidate, detail: `${note} · ${candidate.detail ?? ''}` };
  });
  return byPrice(candidates, ({ value }) => prices.get(value)).sort(
    (a, b) => Number(has(b.value)) - Number(has(a.value)),
  );
}

function regionsOfProvider(catalog: Catalog, provider: string): Candidate[] {
  return [...(catalog.providers.get(provider)?.regions.values() ?? [])].map(({ id, name, geography }) => ({
    value: id,
    description: geography,
    detail: name === '' ? provider : `${provider} · ${name}`,
    fact: { kind: 'region', name: id, provider },
  }));
}

function instances(asking: Asking): Candidate[] {
  const { catalog } = asking.analysis;
  const provider = sibling(asking, 'provider');
  const chip = chipBeside(asking);
  const machines =
    provider === undefined
      ? [...catalog.providers.keys()].flatMap((id) => catalog.machinesOf(id))
      : catalog.machinesOf(provider);
  const fitting = machines.filter((machine) => chip === undefined || machine.accelerator === chip);
  const prices = priceByInstance(catalog, provider);
  const plan = planOf(asking);
  const known = [...(plan?.alternatives ?? [])].filter(({ marketplace }) => !marketplace).reverse();
  const proven = new Map(known.map((each) => [`${each.target.provider ?? ''}/${each.target.instance ?? ''}`, each]));
  const suited = new Set(known.map(({ target }) => target.accelerator));
  const refused = refusals(plan);
  // Machines that the planner would take, in its order; others with a chip that serves; what it has not tried; what it refused.
  const rank = ({ provider: at, instance, accelerator, count }: Machine): number => {
    const place = proven.get(`${at}/${instance}`);
    if (place !== undefined) return known.length - known.indexOf(place);
    if (suited.has(accelerator)) return 10_000;
    return plan !== undefined && (refused.has(accelerator) || count === 0) ? 30_000 : 20_000;
  };
  const best = byPrice(fitting.length > 0 ? fitting : machines, ({ instance }) => prices.get(instance));
  const candidates = best
    .sort((a, b) => rank(a) - rank(b))
    .map((machine): Candidate => {
      const what = machine.count > 0 ? `${formatNumber(machine.count)} × ${machine.accelerator}` : machine.accelerator;
      const alternative = proven.get(`${machine.provider}/${machine.instance}`);
      const price = prices.get(machine.instance);
      const parts =
        plan !== undefined && alternative !== undefined
          ? effect(plan, alternative)
          : [
              refused.get(machine.accelerator) ?? '',
              price === undefined ? '' : `${formatUsd(price)} an hour`,
              machine.provider,
            ];
      return {
        value: machine.instance,
        description: what,
        detail: parts.filter((part) => part !== '').join(' · '),
        fact: { kind: 'instance', name: machine.instance, provider: machine.provider },
      };
    });
  return unique(candidates);
}

/** Why the planner refused a chip, by chip. */
function refusals(plan: WorkloadPlan | undefined): ReadonlyMap<string, string> {
  return new Map(plan?.rejected.map(({ target, reason }) => [target.accelerator ?? '', reason]));
}

function models(catalog: Catalog): Candidate[] {
  return [...catalog.models.values()].map(({ id, parameters, family, name }) => ({
    value: id,
    description: formatCount(parameters),
    detail: `${name} · ${family}`,
    fact: { kind: 'model', name: id },
  }));
}

function devices(catalog: Catalog): Candidate[] {
  return [...catalog.edgeDevices.values()].map((device) => {
    const watts = device.powerModesWatts.at(-1);
    const parts = [
      device.memoryBytes === undefined ? '' : formatBytes(device.memoryBytes),
      watts === undefined ? '' : formatPower(watts),
    ];
    return {
      value: device.id,
      description: parts.filter((part) => part !== '').join(' · '),
      detail: device.chip,
      fact: { kind: 'edge-device', name: device.id },
    };
  });
}

function clusters({ source }: Analysis): Candidate[] {
  const raw = source.head['clusters'];
  if (!isMapping(raw)) return [];
  return Object.entries(raw).map(([value, cluster]) => {
    const chip = valueAt(cluster, ['accelerator']);
    return { value, ...(typeof chip === 'string' ? { detail: chip } : {}) };
  });
}

function locations(asking: Asking): Candidate[] {
  const { catalog } = asking.analysis;
  const own = planOf(asking)?.target.provider;
  const ids = [...catalog.providers.keys()].sort((a, b) => Number(b === own) - Number(a === own));
  return [
    { value: 'on-premises' },
    { value: 'edge' },
    ...clusters(asking.analysis).map((each) => ({ ...each, detail: 'cluster' })),
    ...ids.flatMap((id) =>
      regionsOfProvider(catalog, id).map((each): Candidate => ({ ...each, value: `${id}/${each.value}` })),
    ),
  ];
}

/** The plan of the workload in which the path lies. */
function planOf({ analysis, path }: Asking): WorkloadPlan | undefined {
  return path[0] === 'workloads' ? analysis.plans.get(String(path[1])) : undefined;
}

/** What is written beside the value, inherited or resolved: `provider` beside `accelerator`. */
function sibling(asking: Asking, key: 'provider' | 'accelerator'): string | undefined {
  const { analysis, path } = asking;
  if (path[0] === 'policy') return undefined;
  const block = path.slice(0, -1);
  const raw =
    path[0] === 'workloads'
      ? valueAt(analysis.source.workloads.find(({ name }) => name === path[1])?.raw, block.slice(2))
      : valueAt(analysis.source.head, block);
  const written = valueAt(raw, [key]);
  if (typeof written === 'string') return written;
  const isTarget = path[0] === 'workloads' && path[2] === 'target' && path.length === 4;
  const inherited = isTarget ? valueAt(analysis.source.head['defaults'], ['target', key]) : undefined;
  return typeof inherited === 'string' ? inherited : undefined;
}

function chipBeside(asking: Asking): string | undefined {
  const name = sibling(asking, 'accelerator');
  if (name === undefined) return undefined;
  const match = asking.analysis.catalog.resolveAccelerator(name, sibling(asking, 'provider'));
  return match.kind === 'id' || match.kind === 'alias' ? match.id : undefined;
}

function unique(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Map<string, Candidate>();
  for (const candidate of candidates) if (!seen.has(candidate.value)) seen.set(candidate.value, candidate);
  return [...seen.values()];
}
