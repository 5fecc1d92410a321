/** AI207: More accelerators than the cluster has, or of another kind. */
import { ANY_REGION } from '../catalog/offer-index.ts';
import type { Cluster } from '../manifest/schema.ts';
import { planWorkload } from '../planner/plan.ts';
import { quoted } from './message.ts';
import type { Fix, Rule, RuleContext } from './rule.ts';
import { chipOf, clusterOf, targetsOf, trains, workloadsOf, type TargetSite } from './targets.ts';

export const clusterTooSmall: Rule = {
  code: 'AI207',
  name: 'cluster-too-small',
  severity: 'error',
  docs: {
    summary: 'More accelerators than the cluster has, or of another kind.',
    what: 'A target on a cluster wants more accelerators than the cluster has (or has free, by `available`), or another accelerator than it holds. A cluster that is delivered later (`availableFrom`) is a warning. That several workloads together want more is a warning: they may run one after another. With a `burst`, the rest overflows and is not meant.',
    why: 'The job would wait in the queue for ever.',
    whenToSilence: 'If the cluster is about to grow.',
    sources: [
      'The manifest; accelerators in a machine, where the cluster does not say: the catalogue, with sources and dates',
    ],
    bad: [
      {
        title: 'Twenty-four of sixteen',
        manifest: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { cluster: dc1, count: <|24|> }
`,
      },
      {
        title: 'Another kind',
        manifest: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { cluster: dc1, accelerator: <|a100-80gb|>, count: 8 }
`,
      },
      {
        title: 'Not delivered yet',
        manifest: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8, availableFrom: 2099-01-01 }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { cluster: <|dc1|>, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'It fits',
        manifest: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { cluster: dc1, count: 16 }
`,
      },
    ],
    fixes: [
      {
        title: 'Write `count: 16`',
        before: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { cluster: dc1, count: 24 }
`,
        after: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { cluster: dc1, count: 16 }
`,
      },
    ],
  },
  *checkManifest(context) {
    const { head, catalog } = context;
    const wanted = new Map<string, number>();
    for (const workload of workloadsOf(context)) {
      for (const site of targetsOf(workload)) {
        const owned = clusterOf(site, head);
        if (!owned) continue;
        const { name, cluster } = owned;
        const held = cluster.accelerator === undefined ? undefined : catalog.resolveAccelerator(cluster.accelerator);
        const chip = chipOf(site);
        const isOther =
          held !== undefined &&
          held.kind !== 'unknown' &&
          chip !== undefined &&
          !(held.kind === 'ambiguous' ? held.candidates : [held.id]).includes(chip.id);
        if (isOther && site.target.accelerator !== undefined) {
          const id = cluster.accelerator ?? '';
          yield {
            path: site.path('accelerator'),
            part: 'value',
            severity: site.severity('error'),
            message: `The cluster ${quoted(name)} holds ${quoted(id)}, not ${quoted(chip.id)}: use what it has, or another cluster.`,
            related: [
              { path: ['clusters', name, 'accelerator'], part: 'value', message: 'This is what the cluster holds.' },
            ],
            fixes: () => [
              {
                title: 'Use what the cluster holds',
                edits: [{ kind: 'remove', path: site.path('accelerator') }],
                safe: false,
                preferred: true,
              },
            ],
          };
          continue;
        }
        const from = cluster.availableFrom;
        if (from !== undefined && from > context.today && !site.target.burst) {
          yield {
            path: site.path('cluster'),
            part: 'value',
            severity: site.severity('warning'),
            message: `${quoted(name)} can be used from ${from} on, and today is ${context.today}: rent until then, or wait.`,
            related: [
              { path: ['clusters', name, 'availableFrom'], part: 'value', message: 'This is when it is delivered.' },
            ],
            fixes: () => (site.level === 'own' ? burst(context, workload.name, site) : []),
          };
          continue;
        }
        const size = sizeOf(cluster);
        const { count } = site.target;
        if (size === undefined || typeof count !== 'number' || site.target.burst) continue;
        const before = wanted.get(name) ?? 0;
        if (site.level === 'own') wanted.set(name, before + count);
        const alone = count > size.count;
        if (!alone && (site.level !== 'own' || before + count <= size.count || before > size.count)) continue;
        yield {
          path: site.path('count'),
          part: 'value',
          severity: site.severity(alone ? 'error' : 'warning'),
          message: alone
            ? `The cluster ${quoted(name)} has ${size.count} accelerators${size.free ? ' free' : ''}, and this wants ${count}: use at most ${size.count}, or add a \`burst\`.`
            : `With the workloads above, ${before + count} accelerators of ${quoted(name)} are wanted at once, and ${size.count} are there: run them one after another, or use fewer.`,
          related: [
            {
              path: size.free ? ['clusters', name, 'available'] : ['clusters', name, 'nodes'],
              part: 'value',
              message: `It has ${size.count}.`,
            },
          ],
          fixes: () =>
            alone
              ? [
                  {
                    title: `Write \`count: ${size.count}\``,
                    edits: [{ kind: 'set', path: site.path('count'), value: size.count }],
                    safe: false,
                    preferred: true,
                  },
                  ...(site.level === 'own' ? burst(context, workload.name, site) : []),
                ]
              : [],
        };
      }
    }
  },
};

/** Accelerators that the plan may use; undefined where the cluster does not say. */
function sizeOf({
  available,
  nodes,
  acceleratorsPerNode,
}: Cluster): { readonly count: number; readonly free: boolean } | undefined {
  if (available !== undefined) return { count: available, free: true };
  return nodes === undefined || acceleratorsPerNode === undefined
    ? undefined
    : { count: nodes * acceleratorsPerNode, free: false };
}

/** What is missing, rented: the same chip where policy allows it. A training run is one job, which does not overflow. */
function burst(context: RuleContext, name: string, site: TargetSite): readonly Fix[] {
  const value = context.manifest.workloads.find((typed) => typed.name === name)?.value;
  const chip = chipOf(site);
  if (!value || !chip || trains(value)) return [];
  const target = { accelerator: chip.id, count: site.target.count ?? 'auto', capacity: 'on-demand' } as const;
  const { provider, region } = planWorkload({ ...value, target }, context.head, context.catalog, context.today).target;
  if (provider === undefined || region === undefined) return [];
  return [
    {
      title: `Rent what is missing on ${provider}`,
      edits: [
        {
          kind: 'set',
          path: site.path('burst'),
          value: { provider, ...(region !== ANY_REGION && { region }), accelerator: chip.id },
        },
      ],
      safe: false,
    },
  ];
}
