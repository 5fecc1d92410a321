/** A fix is offered only after it was applied to a copy and the result analysed: its finding gone, nothing as bad or worse come. */
import { analyse, type Analysis } from '../analysis.ts';
import { applyTextEdits, editManifest } from '../manifest/edit.ts';
import type { ManifestEdit, TextEdit } from '../manifest/source.ts';
import { once } from '../planner/once.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import { rules } from './index.ts';
import type { Finding, Fix, Report, Severity } from './rule.ts';
import { compareSeverity } from './severity.ts';

export interface ProvenFix {
  /** What it does; `costDeltaUsd` and `secondsDelta` say to what effect. */
  readonly title: string;
  /** Edits of the analysed text, in its order. */
  readonly edits: readonly TextEdit[];
  /** Change of the workload's cost: of a run for what ends, of a month for what keeps running. Absent: unknown, or none. */
  readonly costDeltaUsd?: number;
  /** What the workload costs at least from then on, where a part has no price, so that no difference is known. */
  readonly costFloorUsd?: number;
  /** What the workload costs from then on; with `costFloorUsd` where it is a lower bound. */
  readonly costUsd?: number;
  /** Change of the run's duration. Absent: unknown, or none. */
  readonly secondsDelta?: number;
  readonly safe: boolean;
  readonly preferred: boolean;
}

/** A fix with the edits that it makes of the analysed text. */
export interface Candidate {
  readonly finding: Finding;
  readonly fix: Fix;
  readonly edits: readonly TextEdit[];
}

/** Undefined when the fix changes nothing. */
export function candidateOf({ source }: Analysis, finding: Finding, fix: Fix): Candidate | undefined {
  const edits =
    fix.textEdits ??
    editManifest(
      source,
      fix.edits.map((edit) => keepingComments(edit, finding)),
    );
  return edits.length === 0 ? undefined : { finding, fix, edits };
}

/** A comment goes only with the key that the finding is about. */
function keepingComments(edit: ManifestEdit, finding: Finding): ManifestEdit {
  const isOwn = finding.path.every((step, index) => step === edit.path[index]);
  return edit.kind === 'remove' && !isOwn ? { ...edit, keepsComments: true } : edit;
}

/** Applies the fix to a copy and analyses it again. Undefined when it does not hold what it promises. */
export function proveFix(analysis: Analysis, finding: Finding, fix: Fix): ProvenFix | undefined {
  const candidate = candidateOf(analysis, finding, fix);
  if (!candidate) return undefined;
  const { after, holds } = tryTogether(analysis, [candidate]);
  if (!holds) return undefined;
  return {
    title: fix.title,
    edits: candidate.edits,
    ...effect(analysis, after, workloadOf(finding, fix)),
    safe: fix.safe,
    preferred: fix.preferred === true,
  };
}

export interface Trial {
  /** The analysis with the fixes applied. */
  readonly after: Analysis;
  /** Every finding is gone, and nothing as bad as the mildest of them, or worse, has come. */
  readonly holds: boolean;
  /** Workloads in which a finding is still there, or has come; undefined stands for the manifest itself. */
  readonly blamed: ReadonlySet<string | undefined>;
}

/** Applies fixes whose edits do not overlap to one copy and analyses that. */
export function tryTogether(analysis: Analysis, candidates: readonly Candidate[]): Trial {
  const { source, catalog, today, settings } = analysis;
  const findings = candidates.map(({ finding }) => finding);
  const edits = candidates.flatMap((candidate) => candidate.edits);
  // Advice costs a search: it is made for a fix of advice only, and compared nowhere else.
  const after = analyse({
    text: applyTextEdits(source.text, edits),
    catalog,
    today,
    settings,
    previous: analysis,
    ...(!findings.some(isAdvice) && { mostAdvice: 0 }),
  });
  const change = changeOf(analysis.findings, after.findings);
  const wanted = countsOf(findings, keyOf);
  const [gone, come] = [countsOf(change.gone, keyOf), countsOf(change.come, keyOf)];
  const stays = (key: string) => (come.get(key) ?? 0) + (wanted.get(key) ?? 0) > (gone.get(key) ?? 0);
  const wrong = [...findings.filter((finding) => stays(keyOf(finding))), ...worsened(change, findings)];
  return { after, holds: wrong.length === 0, blamed: new Set(wrong.map(({ workload }) => workload)) };
}

interface Change {
  readonly gone: readonly Finding[];
  readonly come: readonly Finding[];
}

/**
 * The findings in which two versions differ. Most workloads are the same in both, and so are the reports of their rules: those are known
 * to be equal without a look at what they say.
 */
function changeOf(before: readonly Finding[], after: readonly Finding[]): Change {
  const kept = new Map(before.map((finding) => [finding.report, finding.severity]));
  const stayed = new Set<Report>();
  const come = after.filter((finding) => {
    const { report, severity } = finding;
    if (kept.get(report) !== severity) return true;
    stayed.add(report);
    return false;
  });
  return { gone: before.filter((finding) => !stayed.has(finding.report)), come };
}

/** How many findings there are of each key. */
function countsOf(findings: readonly Finding[], key: (finding: Finding) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(key(finding), (counts.get(key(finding)) ?? 0) + 1);
  return counts;
}

/** What is as bad as the mildest finding, or worse, and was not there before. A finding that got worse counts as new. */
function worsened({ gone, come }: Change, findings: readonly Finding[]): readonly Finding[] {
  const severityKey = (other: Finding) => `${keyOf(other)} ${other.severity}`;
  // The next piece of advice is no harm done by following this one.
  const advice = new Set(findings.filter(isAdvice).map(({ code }) => code));
  const mildest = findings.reduce<Severity>(
    (mild, { severity }) => (compareSeverity(severity, mild) > 0 ? severity : mild),
    'error',
  );
  const known = new Map(countsOf(gone, severityKey));
  return come.filter((other) => {
    const left = known.get(severityKey(other)) ?? 0;
    known.set(severityKey(other), left - 1);
    return left <= 0 && (advice.has(other.code) || !isAdvice(other)) && compareSeverity(other.severity, mildest) <= 0;
  });
}

/** True for a finding of a rule that is advice. */
export function isAdvice({ code }: Finding): boolean {
  return adviceCodes().has(code);
}

const adviceCodes = once(() => new Set(rules.filter(({ advice }) => advice).map(({ code }) => code)));

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
): Pick<ProvenFix, 'costDeltaUsd' | 'costFloorUsd' | 'costUsd' | 'secondsDelta'> {
  const was = workload === undefined ? undefined : before.plans.get(workload);
  const is = workload === undefined ? undefined : after.plans.get(workload);
  if (!was || !is || was === is) return {};
  const [usdBefore, usdAfter] = [usdOf(was), usdOf(is)];
  const floor = is.cost.atLeast ? costOf(is) : undefined;
  const [timeBefore, timeAfter] = [was.training?.durationSeconds?.mid, is.training?.durationSeconds?.mid];
  return {
    ...(usdAfter !== undefined && { costUsd: usdAfter }),
    // Only where the price is what gets lost: what was a lower bound before is one after too, and says nothing new.
    ...(usdBefore !== undefined && floor !== undefined && { costFloorUsd: floor, costUsd: floor }),
    ...(usdBefore !== undefined &&
      usdAfter !== undefined &&
      usdAfter !== usdBefore && { costDeltaUsd: usdAfter - usdBefore }),
    ...(timeBefore !== undefined &&
      timeAfter !== undefined &&
      timeAfter !== timeBefore && { secondsDelta: timeAfter - timeBefore }),
  };
}

/** Undefined where a part has no price: a difference of two lower bounds says nothing. */
function usdOf(plan: WorkloadPlan): number | undefined {
  return plan.cost.atLeast ? undefined : costOf(plan);
}

function costOf({ phase, cost }: WorkloadPlan): number | undefined {
  return (phase === 'inference' ? cost.monthlyUsd : (cost.totalUsd ?? cost.monthlyUsd))?.mid;
}
