/** Where arithmetic is no plan any more: loads that nobody has run are said to be so, beside their numbers. */
import { formatCount } from '../manifest/format-quantity.ts';
import type { Estimate } from './estimate.ts';
import type { Subject } from './subject.ts';
import type { Unknown } from './types.ts';

const SECONDS_PER_YEAR = 8760 * 3600;
/** Longer than any hardware lasts; the longest runs known took months. */
const LONGEST_RUN_YEARS = 20;
/** Several times the largest fleets known, of some hundred thousand accelerators. */
const LARGEST_FLEET = 1e6;

/** Why the numbers of an estimate are no forecast; empty for what somebody could run. */
export function beyondPlanning(subject: Subject, { count, durationSeconds }: Estimate): readonly Unknown[] {
  const beyond: Unknown[] = [];
  const years = (durationSeconds?.mid ?? 0) / SECONDS_PER_YEAR;
  if (years > LONGEST_RUN_YEARS) {
    beyond.push({
      path: subject.trains ? amountPath(subject) : 'serving.samples',
      why: `it would take ${formatCount(Math.round(years))} years, longer than any hardware lasts: time and cost are arithmetic, no forecast`,
    });
  }
  if (count !== null && count > LARGEST_FLEET) {
    const stated = typeof subject.workload.target === 'object' && typeof subject.workload.target.count === 'number';
    beyond.push({
      path: stated ? 'target.count' : 'serving.requests',
      why: `${formatCount(count)} accelerators are more than anybody has joined: time and cost are arithmetic, no forecast`,
    });
  }
  return beyond;
}

function amountPath({ training }: Subject): string {
  const key = (['tokens', 'samples', 'steps', 'epochs'] as const).find((name) => training[name] !== undefined);
  return `training.${key ?? 'tokens'}`;
}
