/** AI205: A count that no slice has, or that leaves part of a paid machine unused. */
import type { SliceFact } from '../catalog/types.ts';
import { rentable } from '../planner/offers.ts';
import { counted, listed, quoted } from './message.ts';
import type { Report, Rule, WorkloadContext } from './rule.ts';
import { chipOf, chipPlace, isRented, targetsOf, trains, type TargetSite } from './targets.ts';

export const impossibleCount: Rule = {
  code: 'AI205',
  name: 'impossible-count',
  severity: 'error',
  docs: {
    summary: 'A count that no slice has, or that leaves part of a paid machine unused.',
    what: 'A training run on TPUs wants a number of chips that no slice has. Elsewhere (a warning) the count is less than whole machines, in every size that the provider rents with this accelerator; where the count follows from the load (an info), less than the smallest of them.',
    why: 'TPUs are rented in slices of fixed sizes. GPUs are rented by the machine: what is not used is paid for all the same.',
    whenToSilence: 'If several workloads share the machines.',
    sources: ['Slice sizes of each TPU: https://docs.cloud.google.com/tpu/docs (2026), as in the catalogue'],
    bad: [
      {
        title: 'Six chips of TPU v5p',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: <|6|> }
`,
      },
      {
        title: 'Four of eight A100',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: a100-40gb, count: <|4|> }
`,
      },
    ],
    good: [
      {
        title: 'A slice of sixteen chips',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 16 }
`,
      },
      {
        title: 'Whole machines',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: a100-40gb, count: 16 }
`,
      },
    ],
    fixes: [
      {
        title: 'Write `count: 8`',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 6 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5p, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      const { count } = site.target;
      if (!chip || !isRented(site)) continue;
      if (typeof count !== 'number') {
        const open = site.level === 'own' ? openPart(context, site, chip.id) : undefined;
        if (open) yield { ...chipPlace(site), ...open };
        continue;
      }
      const slices = context.catalog.slices(chip.id);
      const report = slices ? slice(context, site, count, slices) : part(context, site, count, chip.id);
      if (report) yield { path: site.path('count'), part: 'value', ...report };
    }
  },
};

type Problem = Pick<Report, 'message' | 'severity' | 'fixes'>;

/** One slice serves one run; a fleet is made of many. Above the largest slice AI210 speaks. */
function slice(context: WorkloadContext, site: TargetSite, count: number, fact: SliceFact): Problem | undefined {
  const sizes = context.catalog.sliceSizes(fact.accelerator) ?? [];
  if (!trains(context.workload) || sizes.includes(count) || count > fact.maxSliceChips) return undefined;
  const below = sizes.filter((size) => size < count).at(-1);
  const above = sizes.find((size) => size > count);
  const near = [below, above].filter((size) => size !== undefined);
  return {
    severity: site.severity('error'),
    message: `No slice of ${quoted(fact.accelerator)} has ${counted(count, 'chip')}: the nearest have ${listed(near.map(String))}.`,
    fixes: () => fixesTo(site, above === undefined ? near : [above]),
  };
}

/** A fleet whose count follows from the load, and is less than the smallest machine on offer: nothing that its author has counted. */
function openPart(context: WorkloadContext, site: TargetSite, accelerator: string): Problem | undefined {
  const { count } = context.plan.target;
  const paid = count === null || trains(context.workload) ? undefined : paidFor(context, site, count, accelerator);
  if (count === null || paid === undefined || paid.smallest <= count) return undefined;
  return {
    severity: site.severity('info'),
    message: `${quoted(paid.provider)} rents ${quoted(accelerator)} in machines of ${paid.smallest}: the load takes ${counted(count, 'accelerator')}, and you pay for ${paid.smallest}${(site.target.zones ?? 1) > 1 ? ' in each zone' : ''}: a smaller machine or another chip may do.`,
  };
}

/** Fewer than whole machines in every size on offer. */
function part(context: WorkloadContext, site: TargetSite, count: number, accelerator: string): Problem | undefined {
  const paid = paidFor(context, site, count, accelerator);
  if (paid === undefined || paid.count <= count) return undefined;
  return {
    severity: site.severity('warning'),
    message: `${quoted(paid.provider)} rents ${quoted(accelerator)} in whole machines, so ${counted(count, 'accelerator')} ${count === 1 ? 'costs' : 'cost'} as much as ${paid.count}: use ${paid.count}.`,
    fixes: () => fixesTo(site, [paid.count]),
  };
}

/** Accelerators that are paid for when so many are used, and those of the smallest machine; undefined where they are not rented by machines, or the machine is named. */
function paidFor(context: WorkloadContext, site: TargetSite, count: number, accelerator: string) {
  const { provider, region, capacity } = site.resolution.target;
  if (provider === undefined || site.target.instance !== undefined) return undefined;
  const offers = context.catalog.offers({
    accelerator,
    provider,
    capacity: rentable(capacity),
    ...(region !== undefined && { region }),
  });
  if (offers.length === 0 || offers.some(({ machine }) => machine.perAccelerator)) return undefined;
  const sizes = offers.map(({ machine }) => Math.max(1, machine.count));
  return {
    provider,
    count: Math.min(...sizes.map((size) => Math.ceil(count / size) * size)),
    smallest: Math.min(...sizes),
  };
}

function fixesTo(site: TargetSite, counts: readonly number[]) {
  return counts.map((value, index) => ({
    title: `Write \`count: ${value}\``,
    edits: [{ kind: 'set', path: site.path('count'), value } as const],
    safe: false,
    preferred: index === 0,
  }));
}
