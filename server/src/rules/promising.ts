/**
 * Alternatives worth estimating while somebody types: of the chips that could be rented in this workload's place, those with
 * the best price for arithmetic, for memory bandwidth and for a device. The plan's full list takes tens of milliseconds.
 */
import type { Accelerator } from '../catalog/types.ts';
import { stalls } from '../planner/candidates.ts';
import { compareText, rentable } from '../planner/offers.ts';
import { refusesRegion } from '../planner/policy.ts';
import { recommend } from '../planner/recommend.ts';
import { subjectOf } from '../planner/subject.ts';
import type { Alternative } from '../planner/types.ts';
import { estimateOn, suits } from './nearest.ts';
import type { PlannedWorkload } from './rule.ts';
import { chipOf, targetsOf } from './targets.ts';

/** Estimated alternatives on the promising chips, at the providers that advice may name. */
export function promisingAlternatives(context: PlannedWorkload): readonly Alternative[] {
  const { plan, head, catalog, today } = context;
  const site = targetsOf(context).find(({ level }) => level === 'own');
  const chip = site && chipOf(site);
  const { provider, count } = plan.target;
  if (!site || !chip || provider === undefined || count === null || plan.target.capacity === 'owned') return [];
  const providers = head.policy?.providers ?? [provider];
  const accelerators = promisingChips(context, providers);
  if (accelerators.length === 0) return [];
  const subject = subjectOf(context.workload, catalog);
  const durationSeconds = subject.trains
    ? plan.training?.durationSeconds
    : subject.ends
      ? estimateOn(context, site, chip, count).durationSeconds
      : undefined;
  const narrowed = { ...head, policy: { ...head.policy, providers: [...providers], accelerators: [...accelerators] } };
  const { target, cost, memory } = plan;
  const stated = context.workload.target;
  return recommend({
    subject,
    head: narrowed,
    catalog,
    today,
    now: { target, cost, memory, durationSeconds },
    only: new Set([rentable(target.capacity)]),
    ...(typeof stated === 'object' && stated.baseline && { baseline: stated.baseline }),
  }).alternatives;
}

/** The cheapest devices are often too small: the next ones are looked at too. */
const CHEAPEST_DEVICES = 4;

interface Priced {
  readonly chip: Accelerator;
  readonly usdPerHour: number;
}

/** Ids of the chips with the best price by one of the measures, and of the chip of now: fewer of it may do. */
function promisingChips(context: PlannedWorkload, providers: readonly string[]): readonly string[] {
  const { plan, head, catalog } = context;
  const narrow = head.policy?.providers === undefined;
  const geography = catalog.region(plan.target.provider ?? '', plan.target.region ?? '')?.geography;
  const priced: Priced[] = [];
  for (const [id, chipStalls] of stalls(catalog, context.today)) {
    const chip = catalog.accelerators.get(id);
    if (!chip || !suits(context, chip)) continue;
    let best = Infinity;
    for (const stall of chipStalls) {
      if (stall.marketplace || stall.capacity !== plan.target.capacity || !providers.includes(stall.provider)) continue;
      for (const { machine, region, usdPerHour = Infinity } of stall.offers) {
        const each = machine.perAccelerator ? usdPerHour : usdPerHour / Math.max(1, machine.count);
        if (each >= best || refusesRegion(head.policy, catalog, stall.provider, region)) continue;
        if (narrow && catalog.region(stall.provider, region)?.geography !== geography) continue;
        best = each;
      }
    }
    if (best < Infinity) priced.push({ chip, usdPerHour: best });
  }
  const byArithmetic = ({ chip, usdPerHour }: Priced) => usdPerHour / (chip.peakFlops.bf16 ?? chip.peakFlops.fp16 ?? 0);
  const byBandwidth = ({ chip, usdPerHour }: Priced) => usdPerHour / (chip.memoryBandwidthBytesPerSecond ?? 0);
  const byDevice = ({ usdPerHour }: Priced) => usdPerHour;
  const taken = new Set<string>(plan.target.accelerator === undefined ? [] : [plan.target.accelerator]);
  const take = (measure: (priced: Priced) => number, most: number) => {
    const sorted = [...priced].sort((a, b) => measure(a) - measure(b) || compareText(a.chip.id, b.chip.id));
    for (const { chip } of sorted.slice(0, most)) taken.add(chip.id);
  };
  take(byArithmetic, 1);
  take(byBandwidth, 1);
  // A run takes as many devices as it needs; a service with little load takes one that the model fits on.
  if (plan.phase === 'inference' || plan.phase === 'batch-inference') take(byDevice, CHEAPEST_DEVICES);
  return [...taken];
}
