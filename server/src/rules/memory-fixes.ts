/** What makes a workload fit, from the least change to the largest: shard, recompute, quantise, more devices, a bigger chip. */
import type { Precision } from '../catalog/types.ts';
import type { Workload } from '../manifest/schema.ts';
import type { Path, PlainValue } from '../manifest/source.ts';
import { engineOn, subjectOf } from '../planner/subject.ts';
import { fitOn } from './nearest.ts';
import type { Fix, PlannedWorkload } from './rule.ts';
import { bestAlternative, switchTo } from './switch-fix.ts';
import { MOST_FIX_COST } from './thresholds.ts';
import { chipOf, clusterOf, isOwned, targetsOf, trains, type TargetSite } from './targets.ts';

/** Fixes after which the estimate says that it fits. Empty where nothing is known that helps. */
export function memoryFixes(context: PlannedWorkload): readonly Fix[] {
  const site = targetsOf(context).find(({ level }) => level === 'own');
  const small = site ? (trains(context.workload) ? trainingFixes(context, site) : servingFixes(context, site)) : [];
  const more = site ? moreDevices(context, site) : undefined;
  const bigger = bestAlternative(context, () => true);
  const all = [
    ...small,
    ...byCost(more, bigger && { fix: switchTo(context, bigger), usdPerHour: bigger.cost.hourlyUsd }),
  ];
  return all.map((fix, index) => (index === 0 ? { ...fix, preferred: true } : fix));
}

interface Costed {
  readonly fix: Fix;
  /** Undefined where a price is missing. */
  readonly usdPerHour: number | undefined;
}

/** The cheaper first; one that costs many times the other is no choice. */
function byCost(...offered: readonly (Costed | undefined)[]): readonly Fix[] {
  const known = offered.filter((each) => each !== undefined);
  const usd = ({ usdPerHour }: Costed): number => usdPerHour ?? Infinity;
  const least = Math.min(...known.map(usd));
  return known
    .filter((each) => each.usdPerHour === undefined || usd(each) <= MOST_FIX_COST * least)
    .sort((a, b) => (usd(a) === usd(b) ? 0 : usd(a) - usd(b)))
    .map(({ fix }) => fix);
}

interface Change {
  readonly title: string;
  readonly path: readonly [section: 'training' | 'serving', key: string];
  readonly value: PlainValue;
}

function trainingFixes(context: PlannedWorkload, site: TargetSite): readonly Fix[] {
  const { training = {} } = context.workload;
  const changes: Change[] = [];
  const shards = training.sharding === 'zero3' || training.sharding === 'fsdp';
  if (training.sharding !== undefined && !shards) {
    const value = training.stack === 'deepspeed' || training.sharding.startsWith('zero') ? 'zero3' : 'fsdp';
    changes.push({ title: `Shard weights, gradients and optimizer: ${value}`, path: ['training', 'sharding'], value });
  }
  if (training.activationCheckpointing !== undefined && training.activationCheckpointing !== 'full') {
    changes.push({ title: 'Recompute all activations', path: ['training', 'activationCheckpointing'], value: 'full' });
  }
  if (training.method === 'lora')
    changes.push({ title: 'Quantise the frozen weights: qlora', path: ['training', 'method'], value: 'qlora' });
  return changes.flatMap((change) => fixOf(context, site, change));
}

/** Lower precisions, the mildest first. */
const LOWER: readonly Precision[] = ['fp8', 'int8', 'int4'];
const BYTES: Readonly<Record<Precision, number>> = {
  fp32: 4,
  tf32: 4,
  bf16: 2,
  fp16: 2,
  fp8: 1,
  int8: 1,
  fp4: 0.5,
  int4: 0.5,
};

function servingFixes(context: PlannedWorkload, site: TargetSite): readonly Fix[] {
  const chip = chipOf(site);
  if (!chip) return [];
  const { serving = {} } = context.workload;
  const { fact } = engineOn(subjectOf(context.workload, context.catalog), chip, context.catalog);
  const now = BYTES[serving.precision ?? 'bf16'];
  const runs = (precision: Precision) => {
    const said = fact?.precisions[precision];
    return said !== undefined && said !== 'no' && said !== 'unknown';
  };
  const fixes = LOWER.filter((precision) => BYTES[precision] < now && runs(precision)).flatMap((precision) =>
    fixOf(context, site, {
      title: `Quantise the weights to ${precision}`,
      path: ['serving', 'precision'],
      value: precision,
    }),
  );
  return fixes.slice(0, 1);
}

/** The change as a fix, where the estimate says that it is enough. */
function fixOf(context: PlannedWorkload, site: TargetSite, { title, path, value }: Change): readonly Fix[] {
  const chip = chipOf(site);
  const [section, key] = path;
  const workload = { ...context.workload, [section]: { ...context.workload[section], [key]: value } } as Workload;
  if (
    !chip ||
    fitOn(
      { ...context, workload },
      site,
      chip,
      site.resolution.count === 'auto' ? undefined : site.resolution.count,
    ) === 'does-not-fit'
  )
    return [];
  const at: Path = context.path(...path);
  return [{ title, edits: [{ kind: 'set', path: at, value }], safe: false }];
}

const MOST_DOUBLINGS = 7;

/** The smallest doubling of the count on which it fits; none where the cluster is too small or the instance fixes the chip's number. */
function moreDevices(context: PlannedWorkload, site: TargetSite): Costed | undefined {
  const chip = chipOf(site);
  const count = context.plan.target.count;
  if (!chip || count === null || count < 1 || site.target.instance !== undefined) return undefined;
  const slices = context.catalog.sliceSizes(chip.id);
  const owned = clusterOf(site, context.head)?.cluster;
  const most =
    isOwned(site) && owned
      ? (owned.available ?? (owned.nodes ?? Infinity) * (owned.acceleratorsPerNode ?? Infinity))
      : Infinity;
  // A model served in parts over machines without a fast link between the devices waits more than it computes.
  const isLinked = trains(context.workload) || (chip.fastDomain ?? 1) > 2;
  const together = isLinked ? Infinity : Math.max(count, chip.perNode ?? 1);
  let next = count;
  for (let step = 0; step < MOST_DOUBLINGS; step++) {
    next *= 2;
    if (next > Math.min(most, together)) return undefined;
    if (slices && !slices.includes(next)) continue;
    if (fitOn(context, site, chip, next) === 'fits') {
      const now = context.plan.cost.hourlyUsd?.mid;
      return {
        fix: {
          title: `Use ${next} accelerators`,
          edits: [{ kind: 'set', path: site.path('count'), value: next }],
          safe: false,
        },
        usdPerHour: now === undefined ? undefined : (now * next) / count,
      };
    }
  }
  return undefined;
}
