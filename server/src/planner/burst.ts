/** Hybrid: the baseline on the cluster's free accelerators, the peak above them on what `burst` rents. */
import type { Target } from '../manifest/schema.ts';
import type { Estimate } from './estimate.ts';
import type { Rental } from './offers.ts';
import { overflowOf, type Overflow } from './overflow.ts';
import { acceleratorRange, statedLoad } from './replicas.ts';
import { place, resolveTarget, type Site } from './resolve.ts';
import { sizeOn, type PlanContext } from './sizing.ts';
import type { Subject } from './subject.ts';
import type { Accelerator, Derivation } from './types.ts';

export interface Burst {
  readonly overflow: Overflow;
  readonly rental: Rental | undefined;
  readonly accelerator: Accelerator;
  /** Accelerators of the burst that do the work of one at home. */
  readonly perHome: number;
}

/** Undefined where nothing overflows, or the fleet's size is not known. */
function overflow(subject: Subject, site: Site, estimate: Estimate): Overflow | undefined {
  if (site.kind !== 'cluster') return undefined;
  const { cluster, accelerator } = site;
  const all = (cluster.nodes ?? 0) * (cluster.acceleratorsPerNode ?? accelerator.perNode ?? 0);
  const free = cluster.available ?? all;
  const peak = estimate.count;
  if (peak === null || free <= 0) return undefined;
  const load = subject.ends ? undefined : statedLoad(subject.serving.requests);
  const share = load && load.peak > 0 ? load.average / load.peak : 1;
  const at = (accelerators: number) => overflowOf(accelerators * share, accelerators, free);
  const result = at(peak);
  if (result.peak === 0) return undefined;
  const peaks = acceleratorRange(subject.ends ? undefined : estimate.serving, 'peak', peak);
  const { low, mid, high } = { low: at(peaks.low).mean.low, mid: result.mean.mid, high: at(peaks.high).mean.high };
  return { ...result, mean: { low: Math.min(low, mid), mid, high: Math.max(high, mid) } };
}

/** What a hybrid target rents above the cluster's free accelerators; undefined where nothing overflows. */
export function burstOf(
  subject: Subject,
  target: Target | undefined,
  site: Site,
  result: Estimate,
  context: PlanContext,
): Burst | undefined {
  if (!target?.burst) return undefined;
  const over = overflow(subject, site, result);
  const { head, catalog, today } = context;
  const resolution = resolveTarget(subject.workload, { ...target.burst, deployment: 'cloud' }, head, catalog);
  const accelerator = resolution.site?.accelerator ?? site.accelerator;
  if (!over) return undefined;
  const at: Site = { kind: 'cloud', accelerator };
  const load = subject.ends || result.count === null ? undefined : statedLoad(subject.serving.requests);
  let perHome = 1;
  if (accelerator.id !== site.accelerator.id && load && result.count) {
    // Another chip carries the same load with another number of accelerators.
    const there = sizeOn(subject, { ...resolution, site: at, count: 'auto' }, at, context, false).result;
    perHome = (there.value.count ?? result.count) / result.count;
  }
  const count = Math.max(1, Math.ceil(over.peak * perHome));
  const { rental } = place(at, count, Math.min(count, result.together), resolution.target, head, catalog, today);
  return { overflow: over, rental, accelerator, perHome };
}

export function burstDerivation({ overflow: over, perHome }: Burst): readonly Derivation[] {
  return [
    {
      quantity: 'cost.lines.burst',
      formula:
        'mean of max(0, load − free): average·(1 − u₀^{k+1}) − free·(1 − u₀), k = peak/average − 1, u₀ = (free/peak)^{1/k}; ends average − free and average·(1 − free/peak)',
      inputs: {
        atHome: over.home,
        peakAbove: over.peak,
        timeShare: over.timeShare,
        acceleratorsPerHomeAccelerator: perHome,
      },
      value: over.mean,
      source: 'first principles; Jensen’s inequality for the low end',
    },
  ];
}
