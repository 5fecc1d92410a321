/** The best checkpoint interval of a run as the plan places it, with what it rests on. */
import type { CheckpointOptimum } from '../planner/faults.ts';
import { place, togetherForRun } from '../planner/resolve.ts';
import { subjectOf } from '../planner/subject.ts';
import { estimateTraining } from '../planner/training.ts';
import type { WorkloadContext } from './rule.ts';
import { targetsOf, trains } from './targets.ts';

/** Undefined where the run, its model or its machines are not known. */
export function optimumOf(context: WorkloadContext): CheckpointOptimum | undefined {
  const { workload, catalog, head, today, plan } = context;
  const own = targetsOf(context).find(({ level }) => level === 'own');
  const site = own?.resolution.site;
  const model = trains(workload) ? subjectOf(workload, catalog).model.value : undefined;
  const { count } = plan.target;
  if (!own || !site || !model || count === null) return undefined;
  const { target } = own.resolution;
  const { placement } = place(
    site,
    count,
    togetherForRun(site, count, target, catalog, head, today),
    target,
    head,
    catalog,
    today,
  );
  return estimateTraining({ model, workload, placement, capacity: target.capacity, explain: false }).value.faults;
}
