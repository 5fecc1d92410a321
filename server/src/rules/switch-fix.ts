/** A fix that moves a workload to one of the plan's alternatives. */
import type { Alternative, ResolvedTarget } from '../planner/types.ts';
import { hardwareWords } from './message.ts';
import type { Fix, PlannedWorkload } from './rule.ts';
import { targetEdits } from './target-edits.ts';

/**
 * The best alternative that `accept` takes, none of a marketplace, of another capacity type, or that may not fit: at the provider of now where
 * there is one (in its geography first), else as ranked. Undefined where there is none.
 */
export function bestAlternative(
  context: PlannedWorkload,
  accept: (alternative: Alternative) => boolean,
): Alternative | undefined {
  const { plan, catalog } = context;
  const geographyOf = ({ provider, region }: ResolvedTarget) =>
    provider === undefined || region === undefined ? undefined : catalog.region(provider, region)?.geography;
  const here = geographyOf(plan.target);
  const capacity = plan.target.capacity === 'owned' ? 'on-demand' : plan.target.capacity;
  const good = plan.alternatives.filter(
    (alternative) =>
      !alternative.marketplace &&
      alternative.fits === 'fits' &&
      alternative.target.capacity === capacity &&
      accept(alternative),
  );
  const near = good.filter(({ target }) => target.provider === plan.target.provider);
  return near.find(({ target }) => geographyOf(target) === here) ?? near[0] ?? good[0];
}

/** Never safe: another accelerator, provider or region is the author's choice. */
export function switchTo(context: PlannedWorkload, alternative: Alternative, preferred = false): Fix {
  const { source, name, plan, catalog } = context;
  return {
    title: `Switch to ${hardwareWords(alternative.target)}`,
    edits: targetEdits(source, name, plan.target, alternative.target, { catalog }),
    safe: false,
    ...(preferred && { preferred }),
  };
}
