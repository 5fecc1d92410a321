/** What a plan costs: lines, prices, commitments, own clusters. */
import type { BookPrice, CommittedPool, Sourced } from '../catalog/types.ts';
import type { Range } from './types.ts';

export type Period = 'month' | 'run' | 'upfront';

/** What a line pays for, for grouping. */
export type CostKind =
  | 'compute'
  | 'rework'
  | 'idle'
  | 'start-up'
  | 'mark-up'
  | 'commitment'
  | 'capital'
  | 'energy'
  | 'space'
  | 'maintenance'
  | 'staff'
  | 'storage'
  | 'checkpoints'
  | 'transfer'
  | 'devices';

export interface CostLine {
  readonly name: string;
  readonly kind: CostKind;
  readonly period: Period;
  readonly quantity: number;
  readonly unit: string;
  readonly unitPriceUsd: number;
  /** Rounded half up to the cent; the ends likewise. */
  readonly amountUsd: number;
  readonly lowUsd: number;
  readonly highUsd: number;
  readonly source: string;
  readonly asOf: string;
  /** Where a price book sets the unit price: its line, and what that won over. */
  readonly book?: BookPrice;
}

/** Machines that are paid by the hour. */
export type HourlyRate = Pick<CostLine, 'name' | 'quantity' | 'unit' | 'unitPriceUsd' | 'source' | 'asOf'>;

/** A price for the hours of a commitment, or from its end on. */
export interface PriceStep extends Sourced {
  /** Per machine or accelerator, as the offer's. */
  readonly usdPerUnitHour: number;
  /** Hours at this price; absent: all that remain. */
  readonly hours?: number;
  /** Whose hours they are. */
  readonly pool?: CommittedPool;
}

/** What a fleet takes from commitments, and what that costs it, as if no other drew on them. */
export interface CommitmentDraw {
  readonly period: 'run' | 'month';
  /** Of a run that is repeated. */
  readonly runsPerMonth?: number;
  /** Hours that are paid for, in the unit of the offer. */
  readonly unitHours: Range;
  /** Prices in the order in which hours take them. */
  readonly steps: readonly PriceStep[];
  /** Of the hours; and of what stays unused. The sums of their lines. */
  readonly usd: Range;
  readonly unusedUsd: Range;
}

/** What a workload takes of an own cluster, as if no other used it. */
export interface ClusterUse {
  /** Its key in `clusters`. */
  readonly name: string;
  readonly period: 'run' | 'month';
  /** Of a run that is repeated. */
  readonly runsPerMonth?: number;
  /** In the period. */
  readonly acceleratorHours: Range;
  /** What of its lines is paid whether the cluster is used or not: all but energy. */
  readonly fixedUsd: Range;
  /** Its share of the purchase. */
  readonly shareUsd: number;
  /** Of the whole cluster. */
  readonly acceleratorHoursPerMonth: number;
  readonly fixedUsdPerMonth: Range;
  readonly capitalUsd: number;
}

export interface CostPlan {
  /** Null when no price is known. */
  readonly hourlyUsd: Range | null;
  /** Absent for a run that states no `runsPerMonth`. */
  readonly monthlyUsd?: Range | null;
  /** One run; absent for serving. */
  readonly totalUsd?: Range | null;
  readonly upfrontUsd?: Range | null;
  readonly perMillionOutputTokensUsd?: Range | null;
  readonly perMillionInputTokensUsd?: Range | null;
  readonly perMillionTokensUsd?: Range | null;
  /** The total of a period is the sum of its rounded lines. */
  readonly lines: readonly CostLine[];
  /** What is paid by the hour, for how long it may be: an hour of it. */
  readonly rates: readonly HourlyRate[];
  /** Hours of price books' commitments, where other workloads may draw on the same. */
  readonly commitments?: readonly CommitmentDraw[];
  /** On an own cluster, which other workloads may use too. */
  readonly cluster?: ClusterUse;
  /** True when something has no price: totals read "at least". */
  readonly atLeast: boolean;
}
