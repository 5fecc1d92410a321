/** The machines of a training run as the plan places them, for rules that estimate it again. */
import { place, togetherForRun, type Placed } from '../planner/resolve.ts';
import type { PlannedWorkload } from './rule.ts';
import { targetsOf, type TargetSite } from './targets.ts';

/** Undefined where the machines or their number are not known. */
export function runPlacement(context: PlannedWorkload): (Placed & { readonly site: TargetSite }) | undefined {
  const { catalog, head, today, plan } = context;
  const own = targetsOf(context).find(({ level }) => level === 'own');
  const site = own?.resolution.site;
  const { count } = plan.target;
  if (!own || !site || count === null) return undefined;
  const { target } = own.resolution;
  const together = togetherForRun(site, count, target, catalog, head, today);
  return { site: own, ...place(site, count, together, target, head, catalog, today) };
}
