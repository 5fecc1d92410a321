/** Runs the rules over a manifest and its plans. A rule that throws is left out and reported apart: it takes no other with it. */
import type { TypedWorkload } from '../manifest/model.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import { applyPrecedence } from './precedence.ts';
import { rules } from './index.ts';
import type { Finding, Fix, Report, Rule, RuleContext, WorkloadContext } from './rule.ts';
import { overrideOf, type SeverityMap } from './severity.ts';
import { isExpired, readSuppressions, suppresses, type Suppression } from './suppressions.ts';
import { staleSuppression } from './stale-suppression.ts';

export interface RuleCrash {
  readonly rule: string;
  readonly workload?: string;
  readonly error: unknown;
}

export interface RuleRun {
  readonly findings: readonly Finding[];
  readonly crashes: readonly RuleCrash[];
}

type WorkloadRule = Extract<Rule, { checkWorkload: unknown }>;
interface Reported {
  readonly rule: Rule;
  readonly report: Report;
}

/** Reports of a workload, valid while its plan (and with it head, catalogue and day) is the same object. */
const cache = new WeakMap<
  TypedWorkload,
  { readonly plan: WorkloadPlan; readonly reports: readonly Reported[]; readonly crashes: readonly RuleCrash[] }
>();

/** `overrides`: settings first, command line last; the manifest's own `rules` stand between. */
export function runRules(
  context: RuleContext,
  settings: SeverityMap | undefined,
  commandLine: SeverityMap | undefined,
): RuleRun {
  const crashes: RuleCrash[] = [];
  const findings: Finding[] = [];
  const maps = [settings, context.head.rules, commandLine];

  const collect = (entries: readonly Reported[], workload: string | undefined) => {
    for (const { rule, report } of entries) {
      const override = overrideOf(rule, maps);
      if (override === 'off') continue;
      findings.push(toFinding(context, rule, report, override ?? report.severity ?? rule.severity, workload));
    }
  };

  for (const rule of rules) {
    if (!('checkManifest' in rule)) continue;
    const entries: Reported[] = [];
    guard(crashes, rule, undefined, () => {
      for (const report of rule.checkManifest(context)) entries.push({ rule, report });
    });
    for (const entry of entries) collect([entry], workloadOf(entry.report));
  }
  for (const typed of context.manifest.workloads) {
    const plan = context.plans.get(typed.name);
    if (!typed.value || !plan) continue;
    let known = cache.get(typed);
    if (known?.plan !== plan) {
      known = checkWorkload(workloadContext(context, typed, typed.value, plan));
      cache.set(typed, { ...known, plan });
    }
    crashes.push(...known.crashes);
    collect(known.reports, typed.name);
  }
  return { findings: settle(context, findings, maps), crashes };
}

function checkWorkload(context: WorkloadContext): {
  reports: readonly Reported[];
  crashes: readonly RuleCrash[];
  plan: WorkloadPlan;
} {
  const reports: Reported[] = [];
  const crashes: RuleCrash[] = [];
  for (const rule of rules) {
    if (!('checkWorkload' in rule)) continue;
    guard(crashes, rule, context.name, () => {
      for (const report of rule.checkWorkload(context)) reports.push({ rule, report });
    });
  }
  return { reports, crashes, plan: context.plan };
}

/** Precedence, suppressions, stale suppressions, order of the text. */
function settle(
  context: RuleContext,
  findings: readonly Finding[],
  maps: readonly (SeverityMap | undefined)[],
): readonly Finding[] {
  const suppressions = readSuppressions(context.source);
  const speaking = applyPrecedence(findings);
  const used = new Set<Suppression>();
  const kept = speaking.filter((finding) => {
    const by = suppressions.filter((suppression) => suppresses(suppression, finding, context.today));
    for (const suppression of by) used.add(suppression);
    return by.length === 0;
  });
  const override = overrideOf(staleSuppression, maps);
  if (override !== 'off') {
    for (const suppression of suppressions) {
      if (used.has(suppression)) continue;
      const report = staleSuppression.report(suppression, isExpired(suppression, context.today));
      kept.push(toFinding(context, staleSuppression, report, override ?? staleSuppression.severity, undefined));
    }
  }
  return kept.sort((a, b) => a.span.start - b.span.start || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}

function toFinding(
  context: RuleContext,
  rule: Rule,
  report: Report,
  severity: Finding['severity'],
  workload: string | undefined,
): Finding {
  return {
    code: rule.code,
    name: rule.name,
    severity,
    message: report.message,
    ...(workload !== undefined && { workload }),
    path: report.path,
    span: report.span ?? context.source.nearest(report.path, report.part),
    related: [
      ...(report.related ?? []).map((other) => ({
        span: context.source.nearest(other.path, other.part),
        message: other.message,
      })),
      ...(report.relatedSpans ?? []),
    ],
    docs: `docs/rules/${rule.code}.md`,
    fixes: () => freshFixes(context, rule, report, workload),
  };
}

/** Reports may come from an earlier version's run; their fixes are asked again in the context of this one. */
function freshFixes(context: RuleContext, rule: Rule, report: Report, workload: string | undefined): readonly Fix[] {
  if (!report.fixes) return [];
  if (!('checkWorkload' in rule) || workload === undefined) return report.fixes();
  const typed = context.manifest.workloads.find((candidate) => candidate.name === workload);
  const plan = context.plans.get(workload);
  if (!typed?.value || !plan) return [];
  const key = JSON.stringify([report.path, report.message]);
  for (const again of (rule as WorkloadRule).checkWorkload(workloadContext(context, typed, typed.value, plan))) {
    if (JSON.stringify([again.path, again.message]) === key) return again.fixes?.() ?? [];
  }
  return [];
}

function workloadContext(
  context: RuleContext,
  typed: TypedWorkload,
  workload: NonNullable<TypedWorkload['value']>,
  plan: WorkloadPlan,
): WorkloadContext {
  return { ...context, name: typed.name, typed, workload, plan, path: (...rest) => ['workloads', typed.name, ...rest] };
}

function workloadOf(report: Report): string | undefined {
  return report.path[0] === 'workloads' && typeof report.path[1] === 'string' ? report.path[1] : undefined;
}

function guard(crashes: RuleCrash[], rule: Rule, workload: string | undefined, run: () => void): void {
  try {
    run();
  } catch (error) {
    crashes.push({ rule: rule.code, ...(workload !== undefined && { workload }), error });
  }
}
