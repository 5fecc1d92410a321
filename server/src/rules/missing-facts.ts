/**
 * What a manifest does not say although an answer depends on it: the third verdict beside proven wrong and proven fine. Each
 * fact comes with a usual value, so that it can be written in and then corrected: the author knows it, the product does not.
 */
import type { Path, PlainValue } from '../manifest/source.ts';
import { formatDataRate, writeQuantity } from '../manifest/format-quantity.ts';
import { listed, quoted, sentence } from './message.ts';
import { niceAbove, readRate } from './reading.ts';
import type { WorkloadContext } from './rule.ts';
import { chipOf, clusterOf, isRented, targetsOf, trains, type TargetSite } from './targets.ts';
import { FARTHEST_KM, FAST_READING, FIBRE_KM_PER_SECOND } from './thresholds.ts';

export interface MissingFact {
  /** Keys to be written, the first of which is where the finding stands. */
  readonly keys: readonly { readonly path: Path; readonly value: PlainValue }[];
  /** What cannot be told without them, and what to do. */
  readonly message: string;
}

/** Everything that only the author can say and on which an answer depends. */
export function* missingFacts(context: WorkloadContext): Iterable<MissingFact> {
  yield* quantities(context);
  const site = targetsOf(context).find(({ level }) => level === 'own');
  if (!site) return;
  for (const find of [clusterSize, clusterPlace, orchestrator, updates, users, bucket, storageSpeed]) {
    const fact = find(context, site);
    if (fact) yield fact;
  }
}

/** Quantities without which memory, speed, duration or cost stay unknown, with what is usual. */
const USUAL: Readonly<Record<string, PlainValue>> = {
  'model.parameters': '8B',
  'model.flopsPerSample': '10G',
  'training.tokens': '1B',
  'training.samples': '1M',
  'serving.inputTokens': 1000,
  'serving.outputTokens': 200,
  'serving.requests': '1/s',
  'serving.samples': '100k',
};

/** What the plan could not compute, one finding a section. */
function* quantities(context: WorkloadContext): Iterable<MissingFact> {
  const bySection = new Map<string, { why: string; names: Set<string> }>();
  for (const { path, why } of context.plan.unknown) {
    const section = path.split('.')[0] ?? '';
    if (!Object.hasOwn(USUAL, path)) continue;
    const known = bySection.get(section);
    if (known) known.names.add(path);
    else bySection.set(section, { why, names: new Set([path]) });
  }
  for (const [section, { why, names }] of bySection) {
    const listedNames = [...names];
    yield {
      keys: section === 'model' ? modelKeys(context, listedNames) : listedNames.map((name) => keyOf(context, name)),
      message: `${sentence(why).replace(/[.]$/, '')}; add ${listed(listedNames.map(quoted), 'and')}.`,
    };
  }
}

function keyOf(context: WorkloadContext, name: string): MissingFact['keys'][number] {
  return { path: context.path(...name.split('.')), value: USUAL[name] ?? null };
}

/** A model that is a bare name becomes a block with that name. */
function modelKeys(context: WorkloadContext, names: readonly string[]): MissingFact['keys'] {
  const { model } = context.workload;
  if (typeof model !== 'string') return names.map((name) => keyOf(context, name));
  const members = names.map((name) => [name.split('.')[1] ?? name, USUAL[name] ?? null] as const);
  return [{ path: context.path('model'), value: { name: model, ...Object.fromEntries(members) } }];
}

/** AI207 and AI907: a count on a cluster of unknown size. */
function clusterSize({ head, plan }: WorkloadContext, site: TargetSite): MissingFact | undefined {
  const owned = clusterOf(site, head);
  const { count } = site.target;
  if (!owned || typeof count !== 'number' || owned.cluster.available !== undefined) return undefined;
  const { nodes, acceleratorsPerNode } = owned.cluster;
  const perNode = acceleratorsPerNode ?? chipOf(site)?.perNode ?? 8;
  const keys = [
    ...(nodes === undefined ? [{ path: ['clusters', owned.name, 'nodes'], value: Math.ceil(count / perNode) }] : []),
    ...(acceleratorsPerNode === undefined
      ? [{ path: ['clusters', owned.name, 'acceleratorsPerNode'], value: perNode }]
      : []),
  ];
  if (keys.length === 0) return undefined;
  return {
    keys,
    message: `Whether ${quoted(owned.name)} has ${plan.target.count ?? count} accelerators is not said; add ${listed(
      keys.map(({ path }) => quoted(path.at(-1) ?? '')),
      'and',
    )}.`,
  };
}

/** AI910: a cap on carbon, and nobody says on which grid the cluster stands. */
function clusterPlace({ head, plan }: WorkloadContext, site: TargetSite): MissingFact | undefined {
  const owned = clusterOf(site, head);
  const isCapped = head.policy?.maxCarbonPerMonth !== undefined && plan.carbon.kgPerMonth === null;
  if (!owned || !isCapped || owned.cluster.location !== undefined) return undefined;
  return {
    keys: [{ path: ['clusters', owned.name, 'location'], value: 'us' }],
    message: `How much carbon ${quoted(owned.name)} causes depends on its grid; add ${quoted('location')}.`,
  };
}

/** AI409: samples that are read fast, and nobody says what the storage delivers. */
function storageSpeed(context: WorkloadContext): MissingFact | undefined {
  const { storage } = context.workload;
  if (!trains(context.workload) || storage?.throughput !== undefined) return undefined;
  if (storage?.type === 'parallel' && storage.size !== undefined) return undefined;
  const eaten = readRate(context);
  if (!eaten || eaten.low < FAST_READING) return undefined;
  const enough = writeQuantity('dataRate', niceAbove(eaten.mid));
  return {
    keys: [{ path: context.path('storage', 'throughput'), value: enough }],
    message: `The accelerators eat at least ${formatDataRate(eaten.low)}, and what the storage delivers is not said; add ${quoted('storage.throughput')}.`,
  };
}

/** AI905: several machines, and nobody says what restarts the work. */
function orchestrator({ plan, head }: WorkloadContext, site: TargetSite): MissingFact | undefined {
  const { target } = site;
  const nodes = plan.target.nodes ?? 1;
  const isManaged = target.service !== undefined && target.service !== 'none';
  const isSaid = target.orchestrator ?? clusterOf(site, head)?.cluster.orchestrator;
  const deployment = site.resolution.target.deployment;
  if (nodes < 2 || isManaged || isSaid !== undefined || deployment === 'edge' || chipOf(site)?.class === 'tpu') {
    return undefined;
  }
  return {
    keys: [{ path: site.path('orchestrator'), value: 'kubernetes' }],
    message: `What starts the work on ${nodes} machines, and again after a failure, is not said; add ${quoted('target.orchestrator')}.`,
  };
}

/** AI906: a fleet in the field, and nobody says how a new model reaches it. */
function updates(context: WorkloadContext, site: TargetSite): MissingFact | undefined {
  const { edge, stage } = context.workload;
  const devices = edge?.fleetSize ?? 1;
  if (edge?.updates !== undefined || devices < 2 || stage === 'prototype') return undefined;
  if (site.resolution.target.deployment !== 'edge') return undefined;
  return {
    keys: [{ path: context.path('edge', 'updates'), value: 'ota' }],
    message: `How a new model reaches ${devices} devices is not said; add ${quoted('edge.updates')}.`,
  };
}

/** AI607: a latency shorter than the way round half the earth and back, and nobody says where the users are. */
function users(context: WorkloadContext, site: TargetSite): MissingFact | undefined {
  const { serving, phase } = context.workload;
  const limit = serving?.latency?.endToEnd;
  const { provider, region } = context.plan.target;
  if (phase !== 'inference' || limit === undefined || serving?.usersIn !== undefined || !isRented(site))
    return undefined;
  if (limit >= (2 * FARTHEST_KM) / FIBRE_KM_PER_SECOND || site.target.region === undefined) return undefined;
  const geography = context.catalog.region(provider ?? '', region ?? '')?.geography;
  if (geography === undefined) return undefined;
  return {
    keys: [{ path: context.path('serving', 'usersIn'), value: [geography] }],
    message: `Whether the users are near enough for this latency is not said; add ${quoted('serving.usersIn')}.`,
  };
}

/** AI802: a bucket's name tells no region, and the data may not leave some. */
function bucket(context: WorkloadContext, site: TargetSite): MissingFact | undefined {
  const { checkpointing } = context.workload;
  const { provider, region } = context.plan.target;
  if (context.head.policy?.dataResidency === undefined || !trains(context.workload)) return undefined;
  if (typeof checkpointing !== 'object' || checkpointing.location !== undefined || !isRented(site)) return undefined;
  if (!/^[a-z0-9]+:\/\//i.test(checkpointing.storage ?? '') || provider === undefined || region === undefined) {
    return undefined;
  }
  return {
    keys: [{ path: context.path('checkpointing', 'location'), value: `${provider}/${region}` }],
    message: `A bucket’s name tells no region, and the data may not leave ${listed(context.head.policy.dataResidency, 'or')}; add ${quoted('checkpointing.location')}.`,
  };
}
