/** The best checkpoint interval of a run as the plan places it, with what it rests on. */
import type { CheckpointOptimum } from '../planner/faults.ts';
import { interruptedShare } from '../planner/risk.ts';
import { withStorageSpeed } from '../planner/storage-speed.ts';
import { subjectOf } from '../planner/subject.ts';
import { estimateTraining } from '../planner/training.ts';
import type { WorkloadContext } from './rule.ts';
import { runPlacement } from './run-placement.ts';
import { trains } from './targets.ts';

/** Undefined where the run, its model or its machines are not known. */
export function optimumOf(context: WorkloadContext): CheckpointOptimum | undefined {
  const { workload, catalog } = context;
  const model = trains(workload) ? subjectOf(workload, catalog).model.value : undefined;
  const run = model && runPlacement(context);
  if (!run) return undefined;
  const { capacity } = run.site.resolution.target;
  const share = run.rental && interruptedShare(catalog, run.rental.offer);
  return estimateTraining({
    model,
    workload: withStorageSpeed(workload, run.rental?.offer.machine.provider, catalog).workload,
    placement: run.placement,
    capacity,
    ...(share !== undefined && { spotInterruptedShare: share }),
    explain: false,
  }).value.faults?.optimum;
}
