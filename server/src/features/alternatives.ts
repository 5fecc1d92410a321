/** Ranked alternatives of a workload as rows to draw, and the edit that switches to one. */
import { analyse, type Analysis } from '../analysis.ts';
import { applyTextEdits, editManifest } from '../manifest/edit.ts';
import { formatDuration } from '../manifest/format-quantity.ts';
import type { TextEdit } from '../manifest/source.ts';
import { targetKey } from '../planner/target-key.ts';
import type { Alternative, ResolvedTarget, WorkloadPlan } from '../planner/types.ts';
import type { AlternativeRow, AlternativesResult } from '../protocol.ts';
import { targetEdits } from '../rules/target-edits.ts';
import {
  costWords,
  durationDifference,
  hardwareWords,
  mainCost,
  percentDifference,
  plainUsd,
  regionWords,
  targetWords,
  usdDifference,
} from './amounts.ts';

export function alternativeRows(plan: WorkloadPlan, alternatives = plan.alternatives): AlternativeRow[] {
  return alternatives.map((alternative) => toRow(plan, alternative));
}

function toRow(plan: WorkloadPlan, alternative: Alternative): AlternativeRow {
  const { target } = alternative;
  const { usd, words } = alternativeCost(plan, alternative);
  const now = mainCost(plan);
  const { deltaUsd, deltaSeconds, durationSeconds } = alternative;
  const percent = deltaUsd === undefined || now === null ? '' : percentDifference(deltaUsd, now.usd.mid);
  return {
    id: targetKey(target),
    hardware: hardwareWords(target),
    provider: target.provider ?? target.cluster ?? '',
    region: regionWords(target),
    instance: target.instance ?? '',
    capacity: target.capacity,
    cost: words,
    costUsd: usd,
    costDifference: deltaUsd === undefined ? '' : `${usdDifference(deltaUsd)}${percent === '' ? '' : ` (${percent})`}`,
    time: durationSeconds === undefined ? '' : formatDuration(durationSeconds),
    timeDifference: deltaSeconds === undefined ? '' : durationDifference(deltaSeconds),
    fits: alternative.fits,
    why: alternative.why,
    marketplace: alternative.marketplace,
    priceDate: alternative.asOf,
  };
}

/** In the workload's own period: a run for what ends, a month for what keeps running, an hour while neither is known. */
export function alternativeCost(
  plan: WorkloadPlan,
  { cost }: Alternative,
): { readonly usd: number; readonly words: string } {
  const periods: readonly (readonly [number | undefined, string])[] =
    plan.phase === 'inference'
      ? [
          [cost.monthlyUsd, 'a month'],
          [cost.totalUsd, 'a run'],
        ]
      : [
          [cost.totalUsd, 'a run'],
          [cost.monthlyUsd, 'a month'],
        ];
  for (const [usd, period] of periods) if (usd !== undefined) return { usd, words: `${plainUsd(usd)} ${period}` };
  return { usd: cost.hourlyUsd, words: `${plainUsd(cost.hourlyUsd)} an hour` };
}

/** Null for a workload that is not there. */
export function alternatives(analysis: Analysis, version: number, workload: string): AlternativesResult | null {
  const plan = analysis.plans.get(workload);
  if (plan === undefined) {
    if (!analysis.source.workloads.some(({ name }) => name === workload)) return null;
    return {
      version,
      workload,
      now: '',
      alternatives: [],
      note: `${workload} cannot be read yet: the findings say why.`,
    };
  }
  return {
    version,
    workload,
    now: [targetWords(plan.target), costWords(plan, plainUsd)].filter((part) => part !== '').join(' · '),
    provider: plan.target.provider ?? '',
    alternatives: alternativeRows(plan),
    note: noteOf(plan),
  };
}

/** Why the list is empty, or may be short; '' otherwise. */
export function noteOf(plan: WorkloadPlan): string {
  if (plan.alternatives.length > 0) return '';
  const [missing] = plan.unknown;
  if (missing !== undefined) return `Nothing can be compared yet: ${missing.why}`;
  const [rejected] = plan.rejected;
  if (rejected !== undefined) return `Nothing else will do: ${rejected.reason}`;
  return 'No other offer in the catalogue fits.';
}

/** The edit that writes out what `target: auto` stands for; empty where the target is not automatic, or nothing is recommended. */
export function fillTargetEdits(analysis: Analysis, workload: string): readonly TextEdit[] {
  const written = analysis.manifest.workloads.find(({ name }) => name === workload)?.value;
  const plan = analysis.plans.get(workload);
  if (written?.target !== 'auto' || !plan || plan.target.count === null) return [];
  const open: ResolvedTarget = { deployment: 'cloud', count: null, nodes: null, capacity: 'on-demand' };
  return editsTo(analysis, workload, open, plan.target);
}

/** The edit that switches to an alternative or a point of the front; undefined when the workload or that is not there. */
export function switchEdits(analysis: Analysis, workload: string, id: string): readonly TextEdit[] | undefined {
  const plan = analysis.plans.get(workload);
  const isMeant = ({ target }: { readonly target: ResolvedTarget }): boolean => targetKey(target) === id;
  // The front last: it is searched for when it is first read.
  const chosen = plan?.alternatives.find(isMeant) ?? plan?.comparison.front.find(isMeant);
  return plan === undefined || chosen === undefined
    ? undefined
    : editsTo(analysis, workload, plan.target, chosen.target);
}

/** The smallest edits after which the plan has this very target: the machine type is named only where it would be another. */
export function editsTo(
  analysis: Analysis,
  workload: string,
  current: ResolvedTarget,
  next: ResolvedTarget,
): readonly TextEdit[] {
  const { source, catalog, today, settings } = analysis;
  const edits = editManifest(source, targetEdits(source, workload, current, next, { catalog }));
  if (next.instance === undefined) return edits;
  const leadsThere = (tried: readonly TextEdit[]): boolean => {
    const text = applyTextEdits(source.text, tried);
    const after = analyse({ text, catalog, today, settings, previous: analysis, mostAdvice: 0 }).plans.get(workload);
    return after !== undefined && targetKey(after.target) === targetKey(next);
  };
  if (leadsThere(edits)) return edits;
  const named = editManifest(source, targetEdits(source, workload, current, next, { catalog, namesInstance: true }));
  // What `defaults` writes cannot be taken away here: an edit that leads elsewhere than promised is none.
  return leadsThere(named) ? named : [];
}
