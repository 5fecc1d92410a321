/** What the rules that advise on cost share: what a workload costs now, what must be met, and which alternatives meet it. */
import { SLOWER_LIMIT } from '../planner/ranking.ts';
import { refusesAccelerator, refusesProvider, refusesRegion } from '../planner/policy.ts';
import { resumes } from '../planner/subject.ts';
import type { Alternative, WorkloadPlan } from '../planner/types.ts';
import { isAtHome } from './nearest.ts';
import type { PlannedWorkload } from './rule.ts';
import { promisingAlternatives } from './promising.ts';
import { isRented, targetsOf, type TargetSite } from './targets.ts';
import { CHEAPER_SHARE } from './thresholds.ts';

/** The workload's own rented target with its cost: of a month for a service, else of a run. Undefined where advice makes no sense. */
export function spending(
  context: PlannedWorkload,
): { readonly site: TargetSite; readonly usd: number; readonly words: string } | undefined {
  const { plan } = context;
  const site = targetsOf(context).find(({ level }) => level === 'own');
  const usd = amountOf(plan);
  if (!site || !isRented(site) || !(usd > 0) || !isKnown(context) || isForbidden(context)) return undefined;
  return { site, usd, words: plan.phase === 'inference' ? 'a month' : 'a run' };
}

/** What policy forbids is not to be had for less: it is to be left. */
function isForbidden({ plan, head, catalog }: PlannedWorkload): boolean {
  const { provider, region, accelerator } = plan.target;
  const { policy } = head;
  return (
    (accelerator !== undefined && refusesAccelerator(policy, catalog, accelerator) !== undefined) ||
    (provider !== undefined && refusesProvider(policy, provider) !== undefined) ||
    (provider !== undefined && region !== undefined && refusesRegion(policy, catalog, provider, region) !== undefined)
  );
}

/** Cost in the workload's own period; 0 where a part of it is not known. */
export function amountOf({ phase, cost }: WorkloadPlan): number {
  if (cost.atLeast) return 0;
  return (phase === 'inference' ? cost.monthlyUsd : cost.totalUsd)?.mid ?? 0;
}

/** What must be met is known, and met now: a service's load is stated, a run fits and ends. */
function isKnown({ plan, workload }: PlannedWorkload): boolean {
  if (plan.memory.verdict === 'does-not-fit' || plan.serving?.meetsLatency === false) return false;
  if (plan.phase === 'inference')
    return (
      workload.serving?.requests !== undefined &&
      plan.serving?.replicas !== null &&
      plan.serving?.replicas !== undefined
    );
  // On spot without checkpoints the duration is no more than a lower bound.
  return plan.training === undefined || plan.target.capacity !== 'spot' || resumes(workload);
}

/** Plans are the same objects while nothing that they depend on changed. */
const known = new WeakMap<WorkloadPlan, readonly Alternative[]>();

/** Alternatives that meet what the workload asks for at 15 % less or better; searched for once a plan. */
export function cheaperEquals(context: PlannedWorkload): readonly Alternative[] {
  const { plan } = context;
  const before = known.get(plan);
  if (before) return before;
  const list = equals(context);
  known.set(plan, list);
  return list;
}

/** As `cheaperEquals`, without memory: for a workload that is not the one planned. */
export function equals(context: PlannedWorkload): readonly Alternative[] {
  const now = amountOf(context.plan);
  return promisingAlternatives(context).filter(
    (alternative) => (alternative.deltaUsd ?? 0) <= -CHEAPER_SHARE * now && isEqual(context, alternative),
  );
}

/** The cheapest of the alternatives that `accept` takes. */
export function cheapest(
  alternatives: readonly Alternative[],
  accept: (alternative: Alternative) => boolean = () => true,
): Alternative | undefined {
  let best: Alternative | undefined;
  for (const alternative of alternatives) {
    if (accept(alternative) && (!best || (alternative.deltaUsd ?? 0) < (best.deltaUsd ?? 0))) best = alternative;
  }
  return best;
}

/** True where the same chip does it with fewer devices in the same place: the matter of AI408. */
export function isFewer({ plan }: PlannedWorkload, { target }: Alternative): boolean {
  const now = plan.target;
  return (
    target.accelerator === now.accelerator &&
    target.provider === now.provider &&
    target.region === now.region &&
    (target.count ?? 0) < (now.count ?? 0)
  );
}

function isEqual(
  { plan, catalog, head, workload }: PlannedWorkload,
  { target, marketplace, fits, durationSeconds, deltaSeconds }: Alternative,
): boolean {
  const now = plan.target;
  if (marketplace || fits !== 'fits' || target.capacity !== now.capacity || target.provider === undefined) return false;
  if (head.policy?.providers === undefined) {
    if (target.provider !== now.provider) return false;
    const [here, there] = [now, target].map(
      ({ provider = '', region = '' }) => catalog.region(provider, region)?.geography ?? region,
    );
    if (here !== there) return false;
  }
  if (plan.phase !== 'inference') {
    if (durationSeconds === undefined || deltaSeconds === undefined) return false;
    const deadline = plan.training === undefined ? workload.serving?.deadline : workload.training?.deadline;
    if (durationSeconds > (deadline ?? SLOWER_LIMIT * (durationSeconds - deltaSeconds))) return false;
  }
  return isAtHome({ catalog, workload }, now.accelerator, target.accelerator);
}
