/** AI201: a TPU on the organisation's own premises. TPUs are rented, not sold. */
import type { Accelerator } from '../catalog/types.ts';
import type { ManifestEdit } from '../manifest/source.ts';
import { cheapestRegion, fitOn, nearestChips, suits } from './nearest.ts';
import { quoted } from './message.ts';
import type { Fix, Rule, WorkloadContext } from './rule.ts';
import { targetEdits } from './target-edits.ts';
import { chipOf, chipPlace, clusterOf, isOwned, targetsOf, trains, type TargetSite } from './targets.ts';

export const tpuOnPremises: Rule = {
  code: 'AI201',
  name: 'tpu-on-premises',
  severity: 'error',
  docs: {
    summary: 'A TPU on own premises: TPUs are rented from Google Cloud, not sold.',
    what: 'The target names a TPU and stands on the organisation’s own premises: `deployment: on-premises`, a `cluster`, or the own part of a hybrid.',
    why: 'Google rents TPUs out in its cloud and does not sell them for other people’s machine rooms, so that this plan cannot be bought. GPUs, Gaudi and AMD accelerators can. Edge TPUs are small modules that are sold, and are not meant here.',
    whenToSilence: 'If Google has placed TPUs in your machine room by a contract of its own.',
    sources: [
      'Availability of TPU v4, v5e, v5p, v6e and v7 in the catalogue: cloud only (Google Cloud), as of 2026-07-20',
      'https://docs.cloud.google.com/tpu/docs (2026)',
    ],
    bad: [
      {
        title: 'A TPU in the own machine room',
        manifest: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { deployment: on-premises, accelerator: <|tpu-v5p|>, count: 16 }
`,
      },
      {
        title: 'A cluster of TPUs',
        manifest: `version: 1
clusters:
  dc1: { accelerator: tpu-v5e, nodes: 4, acceleratorsPerNode: 4 }
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    target: { cluster: <|dc1|>, count: 16 }
`,
      },
    ],
    good: [
      {
        title: 'TPUs rented from Google Cloud',
        manifest: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 16 }
`,
      },
      {
        title: 'An Edge TPU, which is sold',
        manifest: `version: 1
workloads:
  cameras:
    phase: inference
    model: mobilenet-v2
    serving: { requests: 10/s, precision: int8 }
    edge: { device: coral-edge-tpu, fleetSize: 20, updates: ota }
    target: { deployment: edge }
`,
      },
    ],
    fixes: [
      {
        title: 'Use h100-sxm instead of tpu-v5p',
        before: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    # our own racks
    target: { deployment: on-premises, accelerator: tpu-v5p, count: 16 }
`,
        after: `version: 1
workloads:
  pretrain:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    # our own racks
    target: { deployment: on-premises, accelerator: h100-sxm, count: 16 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      if (chip?.class !== 'tpu' || !isOwned(site)) continue;
      const owned = clusterOf(site, context.head);
      yield {
        ...chipPlace(site),
        severity: site.severity('error'),
        message: `${quoted(chip.id)} is rented in Google Cloud and not sold for own premises (as of ${context.catalog.asOf}): use a GPU here, or rent the TPU with \`provider: gcp\`.`,
        related: [
          owned && site.target.accelerator === undefined
            ? {
                path: ['clusters', owned.name, 'accelerator'],
                part: 'value',
                message: `The cluster ${quoted(owned.name)} is said to hold it.`,
              }
            : site.target.cluster === undefined
              ? { path: site.path('deployment'), part: 'value', message: 'The target stands on own premises.' }
              : { path: site.path('cluster'), part: 'value', message: 'The target stands on own hardware.' },
        ],
        fixes: () => fixes(context, site),
      };
    }
  },
};

function fixes(context: WorkloadContext, site: TargetSite): readonly Fix[] {
  return [onOwnCluster(context, site), nearestGpu(context, site), rentIt(context, site)].filter(
    (fix) => fix !== undefined,
  );
}

/** The target names no cluster, and one is owned whose GPUs are enough: what is there need not be bought. */
function onOwnCluster(context: WorkloadContext, site: TargetSite): Fix | undefined {
  const { head, catalog } = context;
  const { accelerator, cluster, count } = site.target;
  if (cluster !== undefined || accelerator === undefined || typeof count !== 'number') return undefined;
  for (const [name, owned] of Object.entries(head.clusters ?? {})) {
    const match = owned.accelerator === undefined ? undefined : catalog.resolveAccelerator(owned.accelerator);
    const gpu = match && 'id' in match ? catalog.accelerators.get(match.id) : undefined;
    const free = owned.available ?? (owned.nodes ?? 0) * (owned.acceleratorsPerNode ?? 0);
    if (!gpu || gpu.class === 'tpu' || free < count || !suits(context, gpu)) continue;
    if (!isUsable(fitOn(context, site, gpu), context)) continue;
    return {
      title: `Use the ${gpu.id} of ${name}`,
      edits: [
        { kind: 'set', path: site.path('accelerator'), value: gpu.id },
        { kind: 'set', path: site.path('cluster'), value: name },
      ],
      safe: false,
      preferred: true,
    };
  }
  return undefined;
}

/** The nearest GPU that is sold and on which the workload fits. */
function nearestGpu(context: WorkloadContext, site: TargetSite): Fix | undefined {
  const chip = chipOf(site);
  if (!chip) return undefined;
  const { catalog } = context;
  const owned = clusterOf(site, context.head);
  const held =
    owned?.cluster.accelerator === undefined ? undefined : catalog.resolveAccelerator(owned.cluster.accelerator);
  // The cluster holds a GPU, and the target asks it for a TPU: what is there is nearest.
  const there = held?.kind === 'id' || held?.kind === 'alias' ? catalog.accelerators.get(held.id) : undefined;
  // A run over several devices talks all the time: workstation cards without a fast link are no equal.
  const needsLink = trains(context.workload) && site.resolution.count !== 1;
  const candidates =
    there && there.class !== 'tpu'
      ? [there]
      : nearestChips(
          catalog,
          chip,
          (gpu) =>
            isSold(context, gpu) &&
            (!needsLink || (gpu.fastDomain ?? 1) >= Math.min(chip.perNode ?? 1, 4)) &&
            suits(context, gpu),
        );
  const found = candidates.find((gpu) => isUsable(fitOn(context, site, gpu), context));
  if (!found) return undefined;
  const edits: ManifestEdit[] = [];
  if (site.target.accelerator !== undefined)
    edits.push({ kind: 'set', path: site.path('accelerator'), value: found.id });
  if (owned && found !== there && there?.class === 'tpu')
    edits.push({ kind: 'set', path: ['clusters', owned.name, 'accelerator'], value: found.id });
  return { title: `Use ${found.id} instead of ${chip.id}`, edits, safe: false, preferred: true };
}

/** Fits, or as little is known as was before. */
function isUsable(verdict: string, context: WorkloadContext): boolean {
  return verdict === 'fits' || (verdict === 'unknown' && context.plan.memory.verdict === 'unknown');
}

/** A GPU for machine rooms that can be bought, and whose maker has not ended its sale. */
function isSold({ catalog }: WorkloadContext, chip: Accelerator): boolean {
  const ended = catalog.retirements.some((row) => row.kind === 'chip' && row.accelerators.includes(chip.id));
  return chip.class === 'gpu' && chip.availability.startsWith('cloud and purchasable') && !ended;
}

function rentIt(context: WorkloadContext, site: TargetSite): Fix | undefined {
  const chip = chipOf(site);
  if (!chip) return undefined;
  const region = cheapestRegion(context, 'gcp', chip.id);
  if (region === undefined) return undefined;
  const title = `Rent ${chip.id} from gcp in ${region}`;
  if (site.level === 'own') {
    const { plan, source, name } = context;
    const next = {
      deployment: 'cloud',
      provider: 'gcp',
      region,
      accelerator: chip.id,
      count: plan.target.count,
      nodes: null,
      capacity: 'on-demand',
    } as const;
    return { title, edits: targetEdits(source, name, plan.target, next), safe: false };
  }
  return {
    title,
    edits: [
      { kind: 'remove', path: site.path('deployment') },
      { kind: 'remove', path: site.path('cluster') },
      { kind: 'set', path: site.path('provider'), value: 'gcp' },
      { kind: 'set', path: site.path('region'), value: region },
    ],
    safe: false,
  };
}
