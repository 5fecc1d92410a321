/** Brings a workload's machines, size and time together into its cost. */
import type { Catalog } from '../catalog/types.ts';
import type { ManifestHead } from '../manifest/schema.ts';
import type { Burst } from './burst.ts';
import { addUp, HOURS_PER_MONTH, tokensOf, type CostInput, type LineDraft } from './cost.ts';
import { burstLines, rentedLines } from './cost-compute.ts';
import { dataLines, type Unpriced } from './cost-data.ts';
import { edgeLines } from './cost-edge.ts';
import { ownedLines, ownPriceLines } from './cost-owned.ts';
import type { Floor } from './cost-fleet.ts';
import type { Estimate } from './estimate.ts';
import type { Rental } from './offers.ts';
import { ownershipCost, type OwnershipCost } from './ownership.ts';
import { add, exact, mapRange } from './range.ts';
import { statedLoad } from './replicas.ts';
import type { Site } from './resolve.ts';
import type { Subject } from './subject.ts';
import type { ClusterUse, Assumption, CommitmentDraw, CostPlan, HourlyRate, Range, Unknown } from './types.ts';

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
  /** Hybrid: what overflows from the cluster. */
  readonly burst?: Burst;
}

/** A part of the bill. */
export interface Bill {
  readonly lines: readonly LineDraft[];
  /** Hours of commitments that it takes; absent: none. */
  readonly commitments?: readonly CommitmentDraw[];
  /** What it takes of an own cluster. */
  readonly cluster?: ClusterUse;
  readonly rates: readonly HourlyRate[];
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
  const ownPrice = site.kind === 'cluster' || site.kind === 'owned' ? site.price : undefined;
  const owned =
    site.kind === 'cluster' && !ownPrice
      ? ownedLines(context, ownershipCost(site.name, site.cluster, site.accelerator, head))
      : undefined;
  const ownership = owned?.ownership;
  const hardware: Bill = ownPrice
    ? ownPriceLines(context, ownPrice)
    : (owned ?? (site.kind === 'edge' ? edgeLines(context, site) : rentedLines(context)));
  const data = dataLines(context);
  const bills = [hardware, ...(context.burst ? [burstLines(context, context.burst)] : [])];
  const lines = [...bills.flatMap((bill) => bill.lines), ...data.lines];
  const missing = data.unpriced.filter((item) => matters(item, lines, hardware.priced));
  const input: CostInput = {
    lines,
    commitments: bills.flatMap(({ commitments }) => commitments ?? []),
    ...(hardware.cluster && { cluster: hardware.cluster }),
    rates: bills.flatMap(({ rates }) => rates),
    hourlyUsd: bills.reduce<Range | null>(
      (sum, { hourlyUsd }) => (sum && hourlyUsd ? add(sum, hourlyUsd) : (sum ?? hourlyUsd)),
      null,
    ),
    priced: hardware.priced,
    atLeast: missing.length > 0 || bills.some(({ atLeast }) => atLeast),
    use: useOf(subject),
  };
  return {
    cost: addUp(input),
    ...(ownership && { ownership }),
    assumptions: [...bills.flatMap(({ assumptions }) => assumptions), ...data.assumptions],
    unknown: [...bills.flatMap(({ unknown }) => unknown), ...missing.map(({ path, why }) => ({ path, why }))],
  };
}

/** A total is "at least" where what has no price could be a hundredth of it. */
const NEGLIGIBLE = 0.01;

function matters({ atMostUsd, period }: Unpriced, lines: readonly LineDraft[], priced: boolean): boolean {
  if (!priced) return true;
  const total = lines
    .filter((line) => line.period === period)
    .reduce((sum, { quantity, unitPriceUsd }) => sum + quantity.mid * unitPriceUsd.mid, 0);
  return atMostUsd > total * NEGLIGIBLE;
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
