/** What the paths of an expectation stand for in a plan: ranges and names, or why there is none. */
import type { Catalog } from '../catalog/types.ts';
import { NUMBER_PATHS, type NamePathName, type NumberPathName } from '../manifest/expectation.ts';
import { formatQuantity, formatRange, plainUsd } from '../manifest/format-quantity.ts';
import { covers } from '../planner/policy.ts';
import { add, divide, exact, scale } from '../planner/range.ts';
import type { Workload } from '../manifest/schema.ts';
import type { Range, Totals, WorkloadPlan } from '../planner/types.ts';
import { quoted } from './message.ts';
import { targetsOf, type TargetContext } from './targets.ts';

export type Reading =
  /** `atLeast`: something in it has no price, so that the true value is no less. */
  | { readonly kind: 'known'; readonly range: Range; readonly atLeast: boolean }
  | { readonly kind: 'unknown'; readonly why: string }
  /** A workload of this kind has no such value: a service never ends. */
  | { readonly kind: 'none'; readonly why: string };

const KINDS: Readonly<Record<WorkloadPlan['phase'], string>> = {
  training: 'a training run',
  'fine-tuning': 'a fine-tuning run',
  inference: 'a service',
  'batch-inference': 'a batch job',
};

/** The value that a path has in one workload's plan. */
export function readNumber(path: NumberPathName, plan: WorkloadPlan, workload: Workload): Reading {
  const { cost, training, serving, memory } = plan;
  const serves = plan.phase === 'inference' || plan.phase === 'batch-inference';
  switch (path) {
    case 'cost.hourly':
      return money(plan, cost.hourlyUsd);
    case 'cost.monthly':
      return money(plan, cost.monthlyUsd, 'it states no `training.runsPerMonth`');
    case 'cost.total':
      return money(plan, cost.totalUsd, `${KINDS[plan.phase]} has no end`);
    case 'cost.upfront':
      return money(plan, cost.upfrontUsd ?? (cost.upfrontUsd === undefined ? exact(0) : null));
    case 'cost.perMillionTokens':
      return money(plan, cost.perMillionTokensUsd, 'it serves no tokens');
    case 'duration':
      return estimate(plan, durationOf(plan, workload), `${KINDS[plan.phase]} has no end`);
    case 'acceleratorHours':
      return estimate(plan, acceleratorHoursOf(plan, workload), `${KINDS[plan.phase]} has no end`);
    case 'memory.share':
      return estimate(
        plan,
        memory.perAcceleratorBytes && memory.capacityBytes
          ? scale(memory.perAcceleratorBytes, 1 / memory.capacityBytes)
          : null,
      );
    case 'replicas':
      return estimate(
        plan,
        serves ? (serving?.replicas ? (serving.replicasRange?.peak ?? exact(serving.replicas.peak)) : null) : undefined,
        `${KINDS[plan.phase]} has no replicas`,
      );
    case 'timeToFirstToken':
      return estimate(plan, serving?.timeToFirstTokenSeconds, 'it answers no tokens');
    case 'timePerOutputToken':
      return estimate(plan, serving?.timePerOutputTokenSeconds, 'it answers no tokens');
    case 'goodput':
      return estimate(plan, serves ? undefined : (training?.goodput ?? null), `${KINDS[plan.phase]} has no goodput`);
    case 'carbon.monthly':
      return carbon(plan, plan.carbon.kgPerMonth, 'it states no `training.runsPerMonth`');
    case 'carbon.total':
      return carbon(plan, plan.carbon.kgTotal, `${KINDS[plan.phase]} has no end`);
  }
}

/** A batch job takes as long as its samples do at the speed of the whole fleet. */
function durationOf({ phase, training, serving }: WorkloadPlan, workload: Workload): Range | null | undefined {
  if (phase !== 'batch-inference') return phase === 'inference' ? undefined : (training?.durationSeconds ?? null);
  const samples = workload.serving?.samples;
  const speed = serving?.throughput.samplesPerSecond;
  return samples !== undefined && speed && speed.low > 0 ? divide(exact(samples), speed) : null;
}

function acceleratorHoursOf(plan: WorkloadPlan, workload: Workload): Range | null | undefined {
  if (plan.phase !== 'batch-inference')
    return plan.phase === 'inference' ? undefined : (plan.training?.acceleratorHours ?? null);
  const seconds = durationOf(plan, workload);
  return seconds && plan.target.count !== null ? scale(seconds, plan.target.count / 3600) : null;
}

/** A workload with its plan. */
export interface Planned {
  readonly name: string;
  readonly plan: WorkloadPlan;
  readonly workload: Workload;
}

/** Paths whose value for a manifest is a sum; of the others every workload is asked. */
export function readTotal(path: NumberPathName, totals: Totals, planned: readonly Planned[]): Reading | undefined {
  switch (path) {
    case 'cost.monthly':
      return total(totals.monthlyUsd, totals.atLeast);
    case 'cost.total':
      return total(totals.totalUsd, totals.atLeast);
    case 'cost.upfront':
      return total(totals.upfrontUsd ?? exact(0), totals.atLeast);
    case 'cost.hourly':
    case 'acceleratorHours':
    case 'replicas':
    case 'carbon.monthly':
    case 'carbon.total':
      return sumOf(planned.map(({ name, plan, workload }) => [name, readNumber(path, plan, workload)] as const));
    default:
      return undefined;
  }
}

function total(range: Range | null, atLeast: boolean): Reading {
  return range ? { kind: 'known', range, atLeast } : { kind: 'unknown', why: 'no workload has a price for it' };
}

function sumOf(readings: readonly (readonly [string, Reading])[]): Reading {
  let range = exact(0);
  let atLeast = false;
  let counted = 0;
  for (const [name, reading] of readings) {
    if (reading.kind === 'unknown') return { kind: 'unknown', why: `of ${quoted(name)}, ${reading.why}` };
    if (reading.kind === 'none') continue;
    counted += 1;
    atLeast ||= reading.atLeast;
    range = add(range, reading.range);
  }
  return counted > 0 ? { kind: 'known', range, atLeast } : { kind: 'unknown', why: 'no workload has one' };
}

function money(plan: WorkloadPlan, range: Range | null | undefined, absent?: string): Reading {
  const reading = estimate(plan, range, absent, true);
  return reading.kind === 'known' ? { ...reading, atLeast: plan.cost.atLeast } : reading;
}

/** `undefined` is what does not apply, `null` what is not known. */
function estimate(
  { unknown }: WorkloadPlan,
  range: Range | null | undefined,
  absent = 'it is not estimated',
  ofCost = false,
): Reading {
  if (range) return { kind: 'known', range, atLeast: false };
  if (range === undefined) return { kind: 'none', why: absent };
  // What is missing for the cost alone, or for carbon, is no reason for another number to be unknown.
  const reason = unknown.find(({ path, of }) => of !== 'carbon' && (ofCost || !/\bcost\b/.test(path)));
  return { kind: 'unknown', why: reason?.why.replace(/[.]$/, '') ?? absent };
}

function carbon(plan: WorkloadPlan, range: Range | null | undefined, absent: string): Reading {
  const reason = plan.unknown.find(({ of }) => of === 'carbon');
  return range === null && reason ? { kind: 'unknown', why: reason.why } : estimate(plan, range, absent);
}

/** `$1,240 ($1,100 – $1,400)`. */
export function readingWords(path: NumberPathName, reading: Reading): string {
  if (reading.kind !== 'known') return 'unknown';
  const { range, atLeast } = reading;
  const write = (value: number) => writeNumber(path, value);
  const mid = write(range.mid);
  const spread = formatRange(range, write);
  return `${atLeast ? 'at least ' : ''}${mid}${spread === mid ? '' : ` (${spread})`}`;
}

/** A value in the unit of its path, as people read it. */
export function writeNumber(path: NumberPathName, value: number): string {
  const { dimension } = NUMBER_PATHS[path];
  return dimension === 'money' ? plainUsd(value) : formatQuantity(dimension, value);
}

/** Where a workload runs, for the paths that are names: its target, and the burst beside it. */
export interface NamedPlace {
  readonly name: string | undefined;
  /** True when the name satisfies the wanted word: itself, an alias of it, or a place that lies in it. */
  covers(word: string): boolean;
  /** Where a region lies, for messages: ` in us`; else ''. */
  readonly within: string;
  /** Why it has no name. */
  readonly why: string;
}

export function readNames(path: NamePathName, plan: WorkloadPlan, context: TargetContext): readonly NamedPlace[] {
  const burst = targetsOf(context).find(({ level }) => level === 'burst')?.resolution.target;
  return [plan.target, ...(burst ? [burst] : [])].map((target): NamedPlace => {
    const { catalog, head } = context;
    const own = target.cluster === undefined ? undefined : head.clusters?.[target.cluster];
    const where = own
      ? `it runs on cluster ${quoted(target.cluster ?? '')}`
      : target.deployment === 'edge'
        ? 'it runs at the edge'
        : undefined;
    const region =
      target.provider === undefined || target.region === undefined
        ? undefined
        : catalog.region(target.provider, target.region);
    switch (path) {
      case 'provider':
        return {
          name: target.provider,
          within: '',
          covers: (word) => word === target.provider,
          why: where ?? 'no provider is chosen',
        };
      case 'accelerator': {
        const id = target.accelerator ?? target.device;
        return {
          name: id,
          within: '',
          covers: (word) => id !== undefined && isAccelerator(catalog, word, id),
          why: 'no accelerator is chosen',
        };
      }
      case 'region':
      case 'geography': {
        const location = own?.location;
        const why = own
          ? `the cluster ${quoted(target.cluster ?? '')} states no \`location\``
          : (where ?? 'no region with a known place is chosen');
        if (region)
          return {
            name: path === 'region' ? region.id : region.geography,
            within: path === 'region' ? ` in ${region.geography}` : '',
            covers: (word) => covers(word, region) || word.toLowerCase() === `${region.provider}/${region.id}`,
            why,
          };
        if (
          target.provider !== undefined &&
          target.region !== undefined &&
          target.region !== 'any' &&
          path === 'region'
        )
          return { name: target.region, within: '', covers: (word) => word === target.region, why };
        return {
          name: location,
          within: '',
          covers: (word) => location !== undefined && lies(catalog, location, word),
          why,
        };
      }
    }
  });
}

function isAccelerator(catalog: Catalog, word: string, id: string): boolean {
  const match = catalog.resolveAccelerator(word);
  if (match.kind === 'ambiguous') return match.candidates.includes(id);
  return match.kind === 'unknown' ? word === id : match.id === id;
}

/** True when a geography or country lies in another: the facts' regions tell in which geography a country is. */
function lies(catalog: Catalog, location: string, word: string): boolean {
  const [own, wanted] = [location.toLowerCase(), word.toLowerCase()];
  if (own === wanted || wanted === 'global') return true;
  for (const { regions } of catalog.providers.values()) {
    for (const region of regions.values())
      if (region.country.toLowerCase() === own && region.geography === wanted) return true;
  }
  return false;
}
