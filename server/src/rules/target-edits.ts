/** The edits that move a workload to other hardware: only what differs is written, and only what contradicts the new place is removed. */
import { ANY_REGION } from '../catalog/offer-index.ts';
import type { Catalog } from '../catalog/types.ts';
import type { ManifestEdit, ManifestSource, Path, PlainValue } from '../manifest/source.ts';
import type { ResolvedTarget } from '../planner/types.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** Services that belong to one provider; the others go anywhere. */
const SERVICE_PROVIDERS: Readonly<Record<string, string>> = {
  sagemaker: 'aws',
  bedrock: 'aws',
  'vertex-ai': 'gcp',
  'azure-ml': 'azure',
  'azure-openai': 'azure',
};

/** Networks that only some places have, and the lack of one: they do not survive a change of provider or of kind of chip. */
const PLACE_BOUND_NETWORKS: ReadonlySet<unknown> = new Set(['efa', 'gpudirect', 'ici', 'ethernet', 'none']);

export interface TargetEditOptions {
  /** The machine type is written even where the author named none, for places where accelerator and provider alone would resolve to another. */
  readonly namesInstance?: boolean;
  /** Tells whether the new machines have the network that is written. */
  readonly catalog?: Catalog;
}

/**
 * Edits of the `target` block of `workload` that turn `current` into `next`. Keys that the author did not write are added only where
 * the new place needs them; `count: auto` and a fleet that autoscales stay as they are. Keys inherited from `defaults` are overridden
 * in the workload; where the new place has no such key, it moves from `defaults` into the other workloads. Empty when nothing differs.
 */
export function targetEdits(
  source: ManifestSource,
  workload: string,
  current: ResolvedTarget,
  next: ResolvedTarget,
  { namesInstance = false, catalog }: TargetEditOptions = {},
): ManifestEdit[] {
  const base: Path = ['workloads', workload, 'target'];
  const raw = mappingOf(source.workloads.find((candidate) => candidate.name === workload)?.raw);
  const defaults = mappingOf(source.head['defaults']);
  if (next.deployment === 'edge') return edgeEdits(source, workload, raw, next);

  const own = isMapping(raw['target']) ? raw['target'] : undefined;
  const inherited = isMapping(defaults['target']) && isInheritable(raw['target']) ? defaults['target'] : {};
  const merged: Mapping = { ...inherited, ...own };
  const named =
    namesInstance && next.instance !== undefined ? { ...merged, instance: merged['instance'] ?? '' } : merged;
  const members = wantedMembers(named, current, withNetwork(merged, next, catalog), autoscales(raw, defaults));

  if (own === undefined && Object.keys(inherited).length === 0) {
    return [{ kind: 'set', path: base, value: compact(members) }];
  }
  if (own !== undefined && isBorrowed(source, base, own)) {
    // Written behind an alias or a merge key: other workloads share that text, so this one gets a block of its own.
    return [{ kind: 'set', path: base, value: compact({ ...merged, ...members }) }];
  }
  const inheritedOnly = Object.keys(members).filter(
    (key) => members[key] === undefined && merged[key] !== undefined && own?.[key] === undefined,
  );
  return [
    ...inheritedOnly.flatMap((key) => pushedDown(source, workload, key, inherited[key])),
    ...memberEdits(base, merged, members).filter(
      ({ kind, path }) => !(kind === 'remove' && inheritedOnly.includes(String(path.at(-1)))),
    ),
  ];
}

/**
 * What `defaults.target` writes cannot be taken back by one workload: the key leaves `defaults`, and every other workload that
 * inherits it gets it written out, so that nothing changes for them.
 */
function pushedDown(source: ManifestSource, workload: string, key: string, value: unknown): ManifestEdit[] {
  if (!isPlain(value)) return [];
  const heirs = source.workloads.filter(({ name, raw }) => {
    const target = mappingOf(raw)['target'];
    return name !== workload && isMapping(raw) && isInheritable(target) && mappingOf(target)[key] === undefined;
  });
  return [
    { kind: 'remove', path: ['defaults', 'target', key], keepsComments: true },
    ...heirs.map(({ name }) => ({ kind: 'set', path: ['workloads', name, 'target', key], value }) as const),
  ];
}

/** What each key of the target must become; undefined: it must go. Keys that are not named stay. */
function wantedMembers(
  written: Mapping,
  current: ResolvedTarget,
  next: ResolvedTarget,
  autoscaled: boolean,
): Record<string, PlainValue | undefined> {
  const moved = current.provider !== next.provider || current.cluster !== next.cluster;
  const members: Record<string, PlainValue | undefined> = {};
  if (written['deployment'] !== undefined && current.deployment !== next.deployment) {
    members['deployment'] = next.deployment;
  }
  members['cluster'] = next.cluster;
  if (next.cluster === undefined) {
    if (written['burst'] !== undefined) members['burst'] = undefined;
    members['provider'] = next.provider;
    const region = next.region === ANY_REGION ? undefined : next.region;
    if (region !== undefined || moved) members['region'] = region;
  } else {
    members['provider'] = undefined;
    members['region'] = undefined;
  }
  const keepsInstance = written['instance'] !== undefined && next.instance !== undefined;
  members['instance'] = keepsInstance ? next.instance : undefined;
  if (written['accelerator'] === undefined ? !keepsInstance : current.accelerator !== next.accelerator) {
    members['accelerator'] = next.accelerator;
  }
  const followsLoad = written['count'] === 'auto' || (written['count'] === undefined && autoscaled);
  if (
    !followsLoad &&
    next.count !== null &&
    (written['count'] !== undefined || next.count !== current.count || moved)
  ) {
    members['count'] = next.count;
  }
  const capacityNow = written['capacity'] ?? (written['cluster'] === undefined ? 'on-demand' : 'owned');
  if (capacityNow !== next.capacity) {
    // On-demand and, with a cluster, owned need not be said.
    const unsaid = next.cluster === undefined ? 'on-demand' : 'owned';
    members['capacity'] = written['capacity'] === undefined && next.capacity === unsaid ? undefined : next.capacity;
  }
  if (written['service'] !== undefined && serviceContradicts(written['service'], next)) {
    members['service'] = next.service;
  }
  if (written['serverless'] === true) members['serverless'] = undefined;
  if (PLACE_BOUND_NETWORKS.has(written['interconnect']) && (moved || current.accelerator !== next.accelerator)) {
    members['interconnect'] = next.interconnect;
  }
  return members;
}

/** The new place with the network that is written, where its machines have it too. */
function withNetwork(written: Mapping, next: ResolvedTarget, catalog: Catalog | undefined): ResolvedTarget {
  const interconnect = written['interconnect'];
  const { provider, instance } = next;
  if (provider === undefined || instance === undefined || catalog === undefined) return next;
  return typeof interconnect === 'string' && catalog.machine(provider, instance)?.network === interconnect
    ? { ...next, interconnect }
    : next;
}

function serviceContradicts(service: unknown, next: ResolvedTarget): boolean {
  const provider = typeof service === 'string' ? SERVICE_PROVIDERS[service] : undefined;
  return provider !== undefined && provider !== next.provider;
}

/** One edit for each member that differs from what is written; `written` comes from the text, so it is compared, not trusted. */
function memberEdits(
  base: Path,
  written: Mapping,
  members: Readonly<Record<string, PlainValue | undefined>>,
): ManifestEdit[] {
  const edits: ManifestEdit[] = [];
  for (const [key, value] of Object.entries(members)) {
    if (value === undefined) {
      if (written[key] !== undefined) edits.push({ kind: 'remove', path: [...base, key], keepsComments: true });
    } else if (written[key] !== value) {
      edits.push({ kind: 'set', path: [...base, key], value });
    }
  }
  return edits;
}

/** At the edge the device decides; the target says only that it is one. */
function edgeEdits(source: ManifestSource, workload: string, raw: Mapping, next: ResolvedTarget): ManifestEdit[] {
  const path: Path = ['workloads', workload];
  const edits: ManifestEdit[] = [];
  if (next.device !== undefined && mappingOf(raw['edge'])['device'] !== next.device) {
    edits.push({ kind: 'set', path: [...path, 'edge', 'device'], value: next.device });
  }
  const target = raw['target'];
  if (!isMapping(target)) {
    if (target !== undefined || !isMapping(mappingOf(source.head['defaults'])['target'])) {
      edits.push({ kind: 'set', path: [...path, 'target'], value: { deployment: 'edge' } });
    }
    return edits;
  }
  if (target['deployment'] !== 'edge') {
    edits.push({ kind: 'set', path: [...path, 'target', 'deployment'], value: 'edge' });
  }
  for (const key of ['provider', 'region', 'instance', 'accelerator', 'count', 'capacity', 'cluster', 'burst']) {
    if (target[key] !== undefined) edits.push({ kind: 'remove', path: [...path, 'target', key], keepsComments: true });
  }
  return edits;
}

/** True when the members stand elsewhere: behind an alias, or merged in. */
function isBorrowed(source: ManifestSource, base: Path, own: Mapping): boolean {
  return Object.keys(own).some((key) => !source.isOwn([...base, key]));
}

/** `target: auto` and other scalars replace what `defaults` says; nothing, or a mapping, is merged with it. */
function isInheritable(target: unknown): boolean {
  return target === undefined || target === null || isMapping(target);
}

function autoscales(raw: Mapping, defaults: Mapping): boolean {
  return (
    mappingOf(raw['serving'])['autoscaling'] !== undefined ||
    mappingOf(defaults['serving'])['autoscaling'] !== undefined
  );
}

/** Without the members that are to go, as a value that can be written. */
function compact(members: Readonly<Record<string, unknown>>): PlainValue {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, PlainValue] => isPlain(entry[1])),
  );
}

function isPlain(value: unknown): value is PlainValue {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return false;
  if (Array.isArray(value)) return value.every(isPlain);
  return isMapping(value) ? Object.values(value).every(isPlain) : true;
}

function mappingOf(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
