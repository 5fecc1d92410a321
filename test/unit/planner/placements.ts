/** Placements and models for the planner's tests, built on the catalogue that the product carries. */
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { resolveModel } from '../../../server/src/planner/model.ts';
import { estimateTraining, type TrainingEstimate } from '../../../server/src/planner/training.ts';
import type { ModelSpec, Training, Workload } from '../../../server/src/manifest/schema.ts';
import type { Capacity } from '../../../server/src/catalog/types.ts';
import type { Explained, ModelFacts, Placement } from '../../../server/src/planner/types.ts';

export const catalog = embeddedCatalog();

export function placementOf(chip: string, count: number, networkBytesPerSecond = 50e9): Placement {
  const accelerator = catalog.accelerators.get(chip);
  if (accelerator === undefined) throw new Error(`no accelerator ${chip}`);
  const perNode = Math.min(count, accelerator.perNode ?? 8);
  return {
    accelerator,
    count,
    perNode,
    nodes: Math.ceil(count / perNode),
    fastDomain: accelerator.fastDomain ?? perNode,
    networkBytesPerSecond,
  };
}

export function modelOf(spec: string | ModelSpec): ModelFacts {
  const { value } = resolveModel(spec, catalog);
  if (value === undefined) throw new Error('the model does not resolve');
  return value;
}

export interface Run {
  readonly model: string | ModelSpec;
  readonly chip: string;
  readonly count: number;
  readonly training: Training;
  readonly phase?: Workload['phase'];
  readonly checkpointing?: Workload['checkpointing'];
  readonly capacity?: Capacity;
  readonly networkBytesPerSecond?: number;
  readonly explain?: boolean;
}

export function trainingOf(run: Run): Explained<TrainingEstimate> {
  return estimateTraining({
    model: modelOf(run.model),
    workload: {
      phase: run.phase ?? 'training',
      training: run.training,
      ...(run.checkpointing === undefined ? {} : { checkpointing: run.checkpointing }),
    },
    placement: placementOf(run.chip, run.count, run.networkBytesPerSecond),
    capacity: run.capacity ?? 'on-demand',
    explain: run.explain ?? false,
  });
}
