/** Assumptions of a plan that can be written into the manifest, each with the path where it belongs. */
import type { Analysis } from '../analysis.ts';
import type { Path } from '../manifest/source.ts';
import type { Assumption, WorkloadPlan } from '../planner/types.ts';

export interface WritableAssumption {
  readonly assumption: Assumption;
  readonly path: Path;
}

/** Sections of a workload in which an assumption can be written down. */
const SECTIONS: ReadonlySet<string> = new Set([
  'training',
  'serving',
  'checkpointing',
  'target',
  'storage',
  'data',
  'edge',
]);
/** Keys of a workload itself. */
const KEYS: ReadonlySet<string> = new Set(['lifetime', 'framework']);

/**
 * Those that the manifest has a key for and does not say yet. Left out: what cannot be written alone, since its block would say more than it
 * (an `autoscaling` block makes of a fixed fleet one that scales, a `checkpointing` block says that there are checkpoints).
 */
export function writableAssumptions(
  { source }: Analysis,
  name: string,
  { assumptions }: WorkloadPlan,
): readonly WritableAssumption[] {
  const isSaid = (path: Path): boolean => source.locate(path, 'value') !== undefined;
  return assumptions.flatMap((assumption): WritableAssumption[] => {
    const steps = assumption.path.split('.');
    const [section = ''] = steps;
    const known = steps.length === 1 ? KEYS.has(section) : SECTIONS.has(section);
    if (!known || !steps.every((step) => /^[a-z][A-Za-z]*$/.test(step))) return [];
    const path: Path = ['workloads', name, ...steps];
    const block = section === 'checkpointing' ? path.slice(0, 3) : steps[1] === 'autoscaling' ? path.slice(0, 4) : [];
    return isSaid(path) || (block.length > 0 && !isSaid(block)) ? [] : [{ assumption, path }];
  });
}
