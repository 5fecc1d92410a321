/** All that could be rented for a workload: chips that can run it, and per provider and capacity the machines that hold them. */
import type { Accelerator, Catalog, Offer } from '../catalog/types.ts';
import type { ManifestHead } from '../manifest/schema.ts';
import { compareText, isMarketplace } from './offers.ts';
import { dataMustStay, refusesAccelerator, refusesProvider, refusesRegion } from './policy.ts';
import { engineOn, isLanguageModel, resumes, type Subject } from './subject.ts';

/** A chip that is refused before any machine of it is looked at. */
export interface Refusal {
  readonly accelerator: string;
  readonly reason: string;
}

/** Offers of one chip at one provider under one capacity, the cheapest region of each machine first. */
export interface Stall {
  readonly accelerator: Accelerator;
  readonly provider: string;
  readonly capacity: Offer['capacity'];
  readonly marketplace: boolean;
  /** Priced, trusted, whole machines that are still sold, cheapest per machine-hour first. */
  readonly offers: readonly Offer[];
}

/** Stalls of a catalogue, made once: they depend on nothing but the catalogue and the day. */
const stallsOf = new WeakMap<
  Catalog,
  { readonly today: string; readonly byChip: ReadonlyMap<string, readonly Stall[]> }
>();

export function stalls(catalog: Catalog, today: string): ReadonlyMap<string, readonly Stall[]> {
  const known = stallsOf.get(catalog);
  if (known?.today === today) return known.byChip;
  const byChip = new Map<string, readonly Stall[]>();
  for (const accelerator of catalog.accelerators.values()) {
    if (accelerator.class === 'cpu' || accelerator.class === 'edge') continue;
    const groups = new Map<string, Offer[]>();
    for (const offer of catalog.offers({ accelerator: accelerator.id })) {
      if (offer.usdPerHour === undefined || offer.suspect !== undefined || offer.basis === 'secondary') continue;
      // An estimate is no quote, and an old one no advice: spot prices have moved several-fold within a year.
      if (offer.basis === 'estimate' && offer.asOf < yearBefore(today)) continue;
      if (!offer.machine.perAccelerator && offer.machine.count < 1) continue;
      if (isLocalZone(catalog, offer)) continue;
      if (offer.machine.retiredOn !== undefined && offer.machine.retiredOn <= today) continue;
      const key = `${offer.machine.provider}|${offer.capacity}`;
      const group = groups.get(key);
      if (group) group.push(offer);
      else groups.set(key, [offer]);
    }
    const list: Stall[] = [];
    for (const group of groups.values()) {
      group.sort((a, b) => (a.usdPerHour ?? 0) - (b.usdPerHour ?? 0) || compareText(a.region, b.region));
      const first = group[0];
      if (!first) continue;
      list.push({
        accelerator,
        provider: first.machine.provider,
        capacity: first.capacity,
        marketplace: isMarketplace(catalog, first),
        offers: group,
      });
    }
    if (list.length > 0) byChip.set(accelerator.id, list);
  }
  stallsOf.set(catalog, { today, byChip });
  return byChip;
}

/** A local zone is an annex of a region: it must be enabled by hand and has few services, so nobody is sent there unasked. */
function isLocalZone(catalog: Catalog, offer: Offer): boolean {
  return catalog.region(offer.machine.provider, offer.region)?.name.startsWith('Local zone') ?? false;
}

function yearBefore(today: string): string {
  return `${Number(today.slice(0, 4)) - 1}${today.slice(4)}`;
}

/**
 * Training software whose own documentation names GPUs alone: on other chips it is another code base (NeuronX Distributed, MaxText,
 * Optimum). What is not listed is not judged.
 */
export const GPU_STACKS: ReadonlySet<string> = new Set([
  'megatron',
  'nemo',
  'torchtitan',
  'torchtune',
  'axolotl',
  'unsloth',
]);

/** Why this chip cannot run the workload, or is not allowed to; undefined when it can. */
export function refuseChip(
  subject: Subject,
  accelerator: Accelerator,
  head: Partial<ManifestHead>,
  catalog: Catalog,
): string | undefined {
  const { workload } = subject;
  const policy = refusesAccelerator(head.policy, catalog, accelerator.id);
  if (policy) return policy;
  if (subject.trains && accelerator.inferenceOnly) return `${accelerator.name} is for inference only`;
  if (accelerator.memoryBytes === undefined) return `no source states the memory of ${accelerator.name}`;
  const portable = accelerator.class === 'gpu';
  if (head.policy?.portability === 'required' && !portable)
    return `policy.portability: required, and ${accelerator.name} ties to its provider`;
  if (workload.framework && workload.framework !== 'other') {
    const fact = catalog.framework(workload.framework, accelerator.id);
    const maturity = fact && (subject.trains ? fact.training : fact.inference);
    if (maturity === 'none' || maturity === 'experimental')
      return `${workload.framework} on ${accelerator.name} is ${maturity === 'none' ? 'not supported' : 'experimental'}`;
    // PyTorch on a TPU runs through an extra layer (AI301): never advised in its place.
    if (workload.framework === 'pytorch' && accelerator.class === 'tpu')
      return `PyTorch on ${accelerator.name} needs an extra layer`;
  }
  const { stack } = subject.training;
  if (subject.trains && stack !== undefined && GPU_STACKS.has(stack) && !portable)
    return `training.stack: ${stack} is written for GPUs, and ${accelerator.name} needs a port`;
  if (!subject.trains) {
    const { engine, fact } = engineOn(subject, accelerator, catalog);
    if (fact && fact.support !== 'native' && fact.support !== 'supported')
      return `${engine ?? ''} on ${accelerator.name}: ${fact.support}`;
    if (subject.model.value && isLanguageModel(subject.model.value) && !fact)
      return `no engine is known to serve it on ${accelerator.name}`;
  }
  if (typeof workload.model === 'object' && workload.model.customOps === true && !portable)
    return `${accelerator.name} runs the standard operations only`;
  return undefined;
}

/** Capacity types worth offering for the workload: what it has now, on demand, and what suits it. */
export function capacitiesFor(subject: Subject, now: Offer['capacity'] | undefined): ReadonlySet<Offer['capacity']> {
  const committed = now === undefined ? 'stated' : 'assumed';
  const set = new Set<Offer['capacity']>(['on-demand']);
  if (now !== undefined) set.add(now);
  const interruptible = subject.trains ? resumes(subject.workload) : subject.ends;
  if (interruptible) set.add('spot');
  // A commitment is offered beside what is there now, or where the stated life outlasts it: never on an assumption.
  if (!subject.ends) {
    const lifetime = subject.workload.lifetime ?? (committed === 'assumed' ? SECONDS_PER_YEAR : 0);
    if (lifetime >= SECONDS_PER_YEAR) set.add('reserved-1y');
    if (lifetime >= 3 * SECONDS_PER_YEAR) set.add('reserved-3y');
  }
  // Spot without a way to go on is no alternative, whatever it is now.
  if (!interruptible && now !== 'spot') set.delete('spot');
  return set;
}

/** Also the life of a production service that states none (`manifest.md`, Defaults). */
const SECONDS_PER_YEAR = 8760 * 3600;

/** Why a stall is refused as a whole; undefined when it may be used. */
export function refuseStall(subject: Subject, stall: Stall, head: Partial<ManifestHead>): string | undefined {
  if (dataMustStay(subject.workload, head.policy)) return 'the data must stay on owned premises';
  return refusesProvider(head.policy, stall.provider);
}

type Policy = NonNullable<ManifestHead['policy']>;

interface Allowed {
  readonly regions: Policy['regions'];
  readonly dataResidency: Policy['dataResidency'];
  readonly byGeography: Map<string, readonly Offer[]>;
}

const allowedOf = new WeakMap<Stall, Allowed>();

/** `findAllowed`, looked up once a stall for as long as the policy on places stays the same: every workload asks again. */
export function allowedOffers(
  stall: Stall,
  head: Partial<ManifestHead>,
  catalog: Catalog,
  geography: string | undefined,
  cleanest = false,
): readonly Offer[] {
  const { regions, dataResidency } = head.policy ?? {};
  let known = allowedOf.get(stall);
  if (!known || known.regions !== regions || known.dataResidency !== dataResidency)
    allowedOf.set(stall, (known = { regions, dataResidency, byGeography: new Map() }));
  const key = `${geography ?? ''} ${cleanest}`;
  let offers = known.byGeography.get(key);
  if (!offers) known.byGeography.set(key, (offers = findAllowed(stall, head, catalog, geography, cleanest)));
  return offers;
}

/**
 * The cheapest offer of each machine that policy allows: overall, inside `geography` where that is another one, and, with
 * `cleanest`, in the region whose grid emits least.
 */
function findAllowed(
  stall: Stall,
  head: Partial<ManifestHead>,
  catalog: Catalog,
  geography: string | undefined,
  cleanest: boolean,
): readonly Offer[] {
  const best = new Map<string, Offer>();
  if (cleanest)
    for (const offer of cleanestOffers(stall, head, catalog)) best.set(`${offer.machine.instance}|clean`, offer);
  for (const offer of stall.offers) {
    const instance = offer.machine.instance;
    const near = `${instance}|near`;
    if (best.has(instance) && (geography === undefined || best.has(near))) continue;
    if (refusesRegion(head.policy, catalog, stall.provider, offer.region)) continue;
    if (!best.has(instance)) best.set(instance, offer);
    if (
      geography !== undefined &&
      !best.has(near) &&
      catalog.region(stall.provider, offer.region)?.geography === geography
    )
      best.set(near, offer);
  }
  return [...new Set(best.values())];
}

/** Of each machine the offer in the region with the cleanest known grid; of equals the cheapest. */
function cleanestOffers(stall: Stall, head: Partial<ManifestHead>, catalog: Catalog): readonly Offer[] {
  const best = new Map<string, { readonly offer: Offer; readonly grams: number }>();
  for (const offer of stall.offers) {
    const grams = catalog.region(stall.provider, offer.region)?.gridGramsCo2PerKwh;
    const { instance } = offer.machine;
    if (grams === undefined || grams >= (best.get(instance)?.grams ?? Infinity)) continue;
    if (refusesRegion(head.policy, catalog, stall.provider, offer.region)) continue;
    best.set(instance, { offer, grams });
  }
  return [...best.values()].map(({ offer }) => offer);
}
