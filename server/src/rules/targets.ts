/** The targets that a workload names: its own, the burst, and the alternatives it compares with. Rules look into all of them. */
import type { Accelerator, Catalog } from '../catalog/types.ts';
import type { ManifestHead, Target, Workload } from '../manifest/schema.ts';
import type { Part, Path } from '../manifest/source.ts';
import { resolveWritten, type Resolution } from '../planner/resolve.ts';
import type { RuleContext, Severity, WorkloadContext } from './rule.ts';
import { lower } from './severity.ts';

export type TargetLevel = 'own' | 'burst' | 'alternative';

export interface TargetSite {
  readonly target: Target;
  readonly level: TargetLevel;
  readonly resolution: Resolution;
  /** Prefixes the place of this target: `workloads`, the name, `target` … */
  path(...rest: Path): Path;
  /** The severity here: one lower in an alternative. */
  severity(severity: Severity): Severity;
}

/** What targets are read from: every workload's context, and what `workloadsOf` gives. */
export type TargetContext = Pick<WorkloadContext, 'name' | 'workload' | 'head' | 'catalog' | 'path'>;

/** Workloads are the same objects while their text and the defaults do not change. */
const known = new WeakMap<Workload, { readonly context: TargetContext; readonly sites: readonly TargetSite[] }>();

/** The readable workloads of a manifest, for rules that check the manifest as a whole. */
export function* workloadsOf({ manifest, head, catalog }: RuleContext): Iterable<TargetContext> {
  for (const { name, value } of manifest.workloads) {
    if (value) yield { name, workload: value, head, catalog, path: (...rest) => ['workloads', name, ...rest] };
  }
}

/** As `workloadsOf`, with those whose phase nobody can tell, for rules that look at names alone. */
export function* namedWorkloadsOf({ manifest, head, catalog }: RuleContext): Iterable<TargetContext> {
  for (const { name, named } of manifest.workloads) {
    if (named) yield { name, workload: named, head, catalog, path: (...rest) => ['workloads', name, ...rest] };
  }
}

/** Every target of the workload, its own first. `target: auto` and an absent target are none. */
export function targetsOf(context: TargetContext): readonly TargetSite[] {
  const { workload } = context;
  const before = known.get(workload);
  if (before && before.context.head === context.head && before.context.catalog === context.catalog) return before.sites;
  const sites: TargetSite[] = [];
  const add = (target: Target, level: TargetLevel, ...at: Path) => {
    sites.push({
      target,
      level,
      resolution: resolveWritten(workload, target, context.head, context.catalog),
      path: (...rest) => context.path(...at, ...rest),
      severity: (severity) => (level === 'alternative' ? lower(severity) : severity),
    });
    if (target.burst) add(target.burst, level === 'own' ? 'burst' : level, ...at, 'burst');
  };
  if (workload.target !== undefined && workload.target !== 'auto') add(workload.target, 'own', 'target');
  workload.alternatives?.forEach((target, index) => {
    add(target, 'alternative', 'alternatives', index);
  });
  known.set(workload, { context, sites });
  return sites;
}

/** The chip that the target resolves to; undefined when none is named, or nobody knows it. */
export function chipOf(site: TargetSite): Accelerator | undefined {
  return site.resolution.site?.accelerator;
}

/** Where the chip is named: `accelerator`, else what implies it. */
export function chipPlace(site: TargetSite): { readonly path: Path; readonly part: Part } {
  const { target } = site;
  for (const key of ['accelerator', 'instance', 'cluster'] as const) {
    if (target[key] !== undefined) return { path: site.path(key), part: 'value' };
  }
  return { path: site.path(), part: 'key' };
}

/** Where the count is named, else the chip. */
export function countPlace(site: TargetSite): { readonly path: Path; readonly part: Part } {
  return site.target.count === undefined ? chipPlace(site) : { path: site.path('count'), part: 'value' };
}

/** A scalar of the target where it is written, else the target's key. */
export function memberPlace(site: TargetSite, key: keyof Target): { readonly path: Path; readonly part: Part } {
  return site.target[key] === undefined ? { path: site.path(), part: 'key' } : { path: site.path(key), part: 'value' };
}

/** True when the target runs in a provider's cloud: rules about providers and regions apply. */
export function isRented(site: TargetSite): boolean {
  return site.resolution.target.deployment !== 'edge' && !isOwned(site);
}

/** True when the target itself (not its burst) stands on the organisation's own premises. */
export function isOwned(site: TargetSite): boolean {
  const { target, resolution } = site;
  if (resolution.target.deployment === 'edge') return false;
  if (target.cluster !== undefined || resolution.target.deployment === 'on-premises') return true;
  return resolution.target.deployment === 'hybrid' && target.provider === undefined && target.instance === undefined;
}

/** The cluster that the target names, where it is defined. */
export function clusterOf(site: TargetSite, head: Partial<ManifestHead>) {
  const name = site.target.cluster;
  const cluster =
    name !== undefined && head.clusters && Object.hasOwn(head.clusters, name) ? head.clusters[name] : undefined;
  return name === undefined || cluster === undefined ? undefined : { name, cluster };
}

/** TPU, Trainium, Inferentia: chips that a cloud makes for itself and rents out alone, programmed through their maker's compiler. */
export function isPurposeBuilt(chip: Accelerator): boolean {
  return (chip.class === 'tpu' || chip.class === 'asic') && chip.availability.startsWith('cloud only');
}

/** True for `training` and `fine-tuning`. */
export function trains(workload: Workload): boolean {
  return workload.phase === 'training' || workload.phase === 'fine-tuning';
}

/** True where the catalogue knows that the provider has the chip: priced, unpriced, or through one of its services. */
export function isOfferedBy(catalog: Catalog, provider: string, accelerator: string): boolean {
  return (
    catalog.providersOf(accelerator).includes(provider) ||
    catalog.services.some((service) => service.provider === provider && service.accelerators.includes(accelerator))
  );
}
