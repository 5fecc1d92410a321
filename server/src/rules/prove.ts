/** A fix is offered only after it was applied to a copy and the result analysed: its finding gone, nothing as bad or worse come. */
import { analyse, type Analysis } from '../analysis.ts';
import { applyTextEdits, editManifest } from '../manifest/edit.ts';
import type { TextEdit } from '../manifest/source.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import { rules } from './index.ts';
import type { Finding, Fix } from './rule.ts';
import { compareSeverity } from './severity.ts';

export interface ProvenFix {
  /** What it does; `costDeltaUsd` and `secondsDelta` say to what effect. */
  readonly title: string;
  /** Edits of the analysed text, in its order. */
  readonly edits: readonly TextEdit[];
  /** Change of the workload's cost: of a run for what ends, of a month for what keeps running. Absent: unknown, or none. */
  readonly costDeltaUsd?: number;
  /** Change of the run's duration. Absent: unknown, or none. */
  readonly secondsDelta?: number;
  readonly safe: boolean;
  readonly preferred: boolean;
}

/** Applies the fix to a copy and analyses it again. Undefined when it does not hold what it promises. */
export function proveFix(analysis: Analysis, finding: Finding, fix: Fix): ProvenFix | undefined {
  const { source } = analysis;
  const edits = fix.textEdits ?? editManifest(source, fix.edits);
  if (edits.length === 0) return undefined;
  const text = applyTextEdits(source.text, edits);
  const { catalog, today, settings } = analysis;
  // Advice costs a search: it is made for a fix of advice only, and compared nowhere else.
  const after = analyse({
    text,
    catalog,
    today,
    settings,
    previous: analysis,
    ...(!isAdvice(finding) && { mostAdvice: 0 }),
  });
  if (countOf(after, finding) >= countOf(analysis, finding) || hasWorsened(analysis, after, finding)) return undefined;
  return {
    title: fix.title,
    edits,
    ...effect(analysis, after, workloadOf(finding, fix)),
    safe: fix.safe,
    preferred: fix.preferred === true,
  };
}

/** Findings of the same rule in the same place. */
function countOf(analysis: Analysis, finding: Finding): number {
  const key = keyOf(finding);
  return analysis.findings.filter((other) => keyOf(other) === key).length;
}

/** True when something as bad as the finding, or worse, is there that was not before. A finding that got worse counts as new. */
function hasWorsened(before: Analysis, after: Analysis, finding: Finding): boolean {
  const severityKey = (other: Finding) => `${keyOf(other)} ${other.severity}`;
  const known = new Map<string, number>();
  const concerned = (other: Finding) => isAdvice(finding) || !isAdvice(other);
  for (const other of before.findings) known.set(severityKey(other), (known.get(severityKey(other)) ?? 0) + 1);
  return after.findings.some((other) => {
    const left = known.get(severityKey(other)) ?? 0;
    known.set(severityKey(other), left - 1);
    return left <= 0 && concerned(other) && compareSeverity(other.severity, finding.severity) <= 0;
  });
}

function isAdvice({ code }: Finding): boolean {
  return rules.some((rule) => rule.code === code && rule.advice === true);
}

/** By rule and workload: a fix may move a finding of its own kind, which is not its end. */
function keyOf(finding: Finding): string {
  return JSON.stringify([finding.code, finding.path]);
}

function workloadOf(finding: Finding, fix: Fix): string | undefined {
  if (finding.workload !== undefined) return finding.workload;
  const names = fix.edits.map(({ path }) => (path[0] === 'workloads' ? path[1] : undefined));
  const name = names.find((each) => each !== undefined);
  return name === undefined ? undefined : String(name);
}

function effect(
  before: Analysis,
  after: Analysis,
  workload: string | undefined,
): { readonly costDeltaUsd?: number; readonly secondsDelta?: number } {
  const was = workload === undefined ? undefined : before.plans.get(workload);
  const is = workload === undefined ? undefined : after.plans.get(workload);
  if (!was || !is || was === is) return {};
  const [usdBefore, usdAfter] = [usdOf(was), usdOf(is)];
  const [timeBefore, timeAfter] = [was.training?.durationSeconds?.mid, is.training?.durationSeconds?.mid];
  return {
    ...(usdBefore !== undefined &&
      usdAfter !== undefined &&
      usdAfter !== usdBefore && { costDeltaUsd: usdAfter - usdBefore }),
    ...(timeBefore !== undefined &&
      timeAfter !== undefined &&
      timeAfter !== timeBefore && { secondsDelta: timeAfter - timeBefore }),
  };
}

/** Undefined where a part has no price: a difference of two lower bounds says nothing. */
function usdOf({ phase, cost }: WorkloadPlan): number | undefined {
  if (cost.atLeast) return undefined;
  return (phase === 'inference' ? cost.monthlyUsd : (cost.totalUsd ?? cost.monthlyUsd))?.mid;
}
