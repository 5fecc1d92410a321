/** Brings a workload's machines, size and time together into its cost. */
import type { Catalog } from '../catalog/types.ts';
import type { ManifestHead } from '../manifest/schema.ts';
import { addUp, HOURS_PER_MONTH, tokensOf, type CostInput, type LineDraft } from './cost.ts';
import { ownedLines, rentedLines } from './cost-compute.ts';
import { edgeLines } from './cost-edge.ts';
import type { Floor } from './cost-fleet.ts';
import type { Estimate } from './estimate.ts';
import type { Rental } from './offers.ts';
import { ownershipCost, type OwnershipCost } from './ownership.ts';
import { add, exact, mapRange } from './range.ts';
import { statedLoad } from './replicas.ts';
import type { Site } from './resolve.ts';
import type { Subject } from './subject.ts';
import type { Assumption, CostPlan, Range, Unknown } from './types.ts';

export interface CostContext {
  readonly subject: Subject;
  readonly site: Site;
  readonly estimate: Estimate;
  readonly head: Partial<ManifestHead>;
  readonly catalog: Catalog;
  /** What is rented; absent for owned hardware, and where nothing is on offer. */
  readonly rental: Rental | undefined;
  /** `target.service`. */
  readonly service?: string;
  /** `baseline`: accelerators on another capacity. */
  readonly floor?: Floor;
}

/** A part of the bill. */
export interface Bill {
  readonly lines: readonly LineDraft[];
  /** What of it is paid by the hour; null: nothing has a price. */
  readonly hourlyUsd: Range | null;
  /** False: the hardware has no price, or its hours are not known. */
  readonly priced: boolean;
  /** True when a price that matters is missing. */
  readonly atLeast: boolean;
  readonly assumptions: readonly Assumption[];
  readonly unknown: readonly Unknown[];
}

export interface WorkloadCost {
  readonly cost: CostPlan;
  /** What owning the cluster costs, where it is one. */
  readonly ownership?: OwnershipCost;
  readonly assumptions: readonly Assumption[];
  readonly unknown: readonly Unknown[];
}

/** Cost of a workload as estimated on a site. */
export function workloadCost(context: CostContext): WorkloadCost {
  const { subject, site, head } = context;
  const ownership =
    site.kind === 'cluster' ? ownershipCost(site.name, site.cluster, site.accelerator, head) : undefined;
  const hardware = ownership
    ? ownedLines(context, ownership)
    : site.kind === 'edge'
      ? edgeLines(context, site)
      : rentedLines(context);
  const bills = [hardware];
  const input: CostInput = {
    lines: bills.flatMap(({ lines }) => lines),
    hourlyUsd: bills.reduce<Range | null>(
      (sum, { hourlyUsd }) => (sum && hourlyUsd ? add(sum, hourlyUsd) : (sum ?? hourlyUsd)),
      null,
    ),
    priced: hardware.priced,
    atLeast: bills.some(({ atLeast }) => atLeast),
    use: useOf(subject),
  };
  return {
    cost: addUp(input),
    ...(ownership && { ownership }),
    assumptions: bills.flatMap(({ assumptions }) => assumptions),
    unknown: bills.flatMap(({ unknown }) => unknown),
  };
}

function useOf({ ends, trains, training, serving }: Subject): CostInput['use'] {
  const { inputTokens, outputTokens, samples } = serving;
  if (ends) {
    const tokens = trains ? undefined : tokensOf(samples, inputTokens, outputTokens);
    const runsPerMonth = trains ? training.runsPerMonth : undefined;
    return { kind: 'run', ...(runsPerMonth !== undefined && { runsPerMonth }), ...(tokens && { tokens }) };
  }
  const load = statedLoad(serving.requests)?.average;
  const seconds = (serving.hoursPerMonth ?? HOURS_PER_MONTH) * 3600;
  const tokens = tokensOf(load === undefined ? undefined : load * seconds, inputTokens, outputTokens);
  return { kind: 'service', ...(tokens && { tokensPerMonth: tokens }) };
}

/** Hours of one run, or of a month; null while unknown. */
export function hoursOf({ subject, estimate }: Pick<CostContext, 'subject' | 'estimate'>): Range | null {
  if (!subject.ends) return exact(subject.serving.hoursPerMonth ?? HOURS_PER_MONTH);
  return estimate.durationSeconds ? mapRange(estimate.durationSeconds, (seconds) => seconds / 3600) : null;
}
