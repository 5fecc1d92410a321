/** Runs the rules over a manifest and its plans. A rule that throws is left out and reported apart: it takes no other with it. */
import type { TypedWorkload } from '../manifest/model.ts';
import type { Span } from '../manifest/source.ts';
import { once } from '../planner/once.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import { duplicateKey } from './duplicate-key.ts';
import { expectationFailed, judgeAll, reportOf } from './expectation-failed.ts';
import { applyPrecedence } from './precedence.ts';
import { rules } from './index.ts';
import { placeOf } from './report-places.ts';
import type { Finding, Fix, Report, Rule, RuleContext, WorkloadContext } from './rule.ts';
import { schema } from './schema.ts';
import { isInherited } from './inherited.ts';
import { quoted } from './message.ts';
import { overrideOf, type SeverityMap } from './severity.ts';
import { namesRule, readSuppressions, suppresses, type Suppression } from './suppressions.ts';
import { staleSuppression } from './stale-suppression.ts';
import { wrongDimension } from './wrong-dimension.ts';
import { yamlSyntax } from './yaml-syntax.ts';

export interface RuleCrash {
  readonly rule: string;
  readonly workload?: string;
  readonly error: unknown;
}

export interface RuleRun {
  readonly findings: readonly Finding[];
  readonly crashes: readonly RuleCrash[];
  /** Workloads whose advice was not searched for, since `mostAdvice` was reached. */
  readonly adviceMissing: number;
}

type WorkloadRule = Extract<Rule, { checkWorkload: unknown }>;
interface Reported {
  readonly rule: Rule;
  readonly report: Report;
}

interface Checked {
  readonly reports: readonly Reported[];
  readonly crashes: readonly RuleCrash[];
}

interface Known extends Checked {
  readonly plan: WorkloadPlan;
  /** Of the rules that are advice; undefined until it was searched for. */
  advice: Checked | undefined;
}

/** Reports of a workload, valid while its plan (and with it head, catalogue and day) is the same object. */
const cache = new WeakMap<TypedWorkload, Known>();

/**
 * Settings first, command line last; the manifest's own `rules` stand between. Advice that is not known yet is searched for
 * in at most `mostAdvice` workloads, in the order of the text.
 */
export function runRules(
  context: RuleContext,
  settings: SeverityMap | undefined,
  commandLine: SeverityMap | undefined,
  mostAdvice = Number.POSITIVE_INFINITY,
): RuleRun {
  const crashes: RuleCrash[] = [];
  const findings: Finding[] = [];
  const maps = [settings, context.head.rules, commandLine];

  const collect = (entries: readonly Reported[], workload: string | undefined, within?: Span) => {
    for (const entry of entries) findings.push(...findingOf(context, entry, maps, workload, within));
  };
  const collectOf = ({ name }: TypedWorkload, entries: readonly Reported[]) => {
    if (entries.length > 0) collect(entries, name, context.source.locate(['workloads', name], 'pair'));
  };

  const ofManifest = checkManifest(context, rules);
  crashes.push(...ofManifest.crashes);
  for (const entry of ofManifest.reports) collect([entry], workloadOf(entry.report));
  const wanted = isAdviceWanted(maps);
  let searched = 0;
  let adviceMissing = 0;
  for (const typed of context.manifest.workloads) {
    const plan = context.plans.get(typed.name);
    if (!typed.value || !plan) continue;
    let known = cache.get(typed);
    if (known?.plan !== plan) {
      known = { ...check(workloadContext(context, typed, typed.value, plan), false), plan, advice: undefined };
      cache.set(typed, known);
    }
    crashes.push(...known.crashes);
    collectOf(typed, known.reports);
    if (!wanted) continue;
    if (!known.advice) {
      if (searched >= mostAdvice) {
        adviceMissing += 1;
        continue;
      }
      searched += 1;
      known.advice = check(workloadContext(context, typed, typed.value, plan), true);
    }
    crashes.push(...known.advice.crashes);
    collectOf(typed, known.advice.reports);
  }
  return { findings: settle(context, findings, maps, adviceMissing > 0), crashes, adviceMissing };
}

/** Rules that look at the text and its schema alone. None of them silences another or is silenced. */
const OF_TEXT: readonly Rule[] = [yamlSyntax, schema, duplicateKey, wrongDimension];

/** What a text shows before anything is planned: a part of what `runRules` finds. */
export function checkText(
  context: RuleContext,
  settings: SeverityMap | undefined,
  commandLine: SeverityMap | undefined,
): RuleRun {
  const maps = [settings, context.head.rules, commandLine];
  const suppressions = readSuppressions(context.source);
  const { reports, crashes } = checkManifest(context, OF_TEXT);
  const findings = reports
    .flatMap((entry) => findingOf(context, entry, maps, workloadOf(entry.report)))
    .filter((finding) => !suppressions.some((suppression) => suppresses(suppression, finding, context.today)));
  return { findings: findings.sort(inOrderOfText), crashes, adviceMissing: 0 };
}

/** Searches for the advice of up to `most` more workloads and keeps it for the next `runRules`. The number that still lack it. */
export function searchAdvice(context: RuleContext, most: number): number {
  let searched = 0;
  let missing = 0;
  for (const typed of context.manifest.workloads) {
    const known = cache.get(typed);
    if (!typed.value || !known || known.advice || context.plans.get(typed.name) !== known.plan) continue;
    if (searched < most) {
      searched += 1;
      known.advice = check(workloadContext(context, typed, typed.value, known.plan), true);
    } else missing += 1;
  }
  return missing;
}

/** False when every rule that is advice is switched off. */
function isAdviceWanted(maps: readonly (SeverityMap | undefined)[]): boolean {
  return rules.some((rule) => rule.advice && overrideOf(rule, maps) !== 'off');
}

/** Runs those of the rules that look at the manifest as a whole. */
function checkManifest(context: RuleContext, some: readonly Rule[]): Checked {
  const reports: Reported[] = [];
  const crashes: RuleCrash[] = [];
  for (const rule of some) {
    if (!('checkManifest' in rule)) continue;
    try {
      for (const report of rule.checkManifest(context)) reports.push({ rule, report });
    } catch (error) {
      crashes.push({ rule: rule.code, error });
    }
  }
  return { reports, crashes };
}

const ofWorkload = once(() => rules.filter((rule) => 'checkWorkload' in rule));
const facts = once(() => ofWorkload().filter(({ advice }) => !advice));
const advices = once(() => ofWorkload().filter(({ advice }) => advice));

/** Runs the rules of a workload: those that are advice, or the others. */
function check(context: WorkloadContext, advice: boolean): Checked {
  const reports: Reported[] = [];
  const crashes: RuleCrash[] = [];
  for (const rule of advice ? advices() : facts()) {
    try {
      for (const report of rule.checkWorkload(context)) reports.push({ rule, report });
    } catch (error) {
      crashes.push({ rule: rule.code, workload: context.name, error });
    }
  }
  return { reports, crashes };
}

/**
 * Precedence, suppressions, stale suppressions, expectations, order of the text. While advice is missing, its suppressions are
 * not called stale. Expectations see what is left; a suppression that names them is judged last, when they have spoken.
 */
function settle(
  context: RuleContext,
  findings: readonly Finding[],
  maps: readonly (SeverityMap | undefined)[],
  adviceMissing: boolean,
): readonly Finding[] {
  const suppressions = readSuppressions(context.source);
  /** The words of each suppression that have silenced something. */
  const used = new Map<Suppression, Set<string>>(suppressions.map((suppression) => [suppression, new Set()]));
  const kept: Finding[] = [];
  const isSilent = (finding: Finding) => {
    const by = suppressions.filter((suppression) => suppresses(suppression, finding, context.today));
    for (const suppression of by)
      for (const word of suppression.rules) if (namesRule(word, finding)) used.get(suppression)?.add(word);
    return by.length > 0;
  };
  const keep = (finding: Finding) => {
    if (!isSilent(finding)) kept.push(finding);
  };
  // Which piece of advice saves most changes with the prices: silencing another is not stale.
  for (const finding of findings) if (finding.savesUsd !== undefined) isSilent(finding);
  const reportStale = (some: readonly Suppression[]) => {
    const override = overrideOf(staleSuppression, maps);
    if (override === 'off') return;
    for (const suppression of some) {
      if (adviceMissing && namesAdvice(suppression)) continue;
      const unused = suppression.rules.filter((word) => !used.get(suppression)?.has(word));
      if (unused.length === 0 && suppression.rules.length > 0) continue;
      const report = staleSuppression.report(suppression, unused, context.today, context.source.text);
      kept.push(toFinding(context, staleSuppression, report, override ?? staleSuppression.severity, undefined));
    }
  };
  const isAccepted = (error: Finding) =>
    suppressions.some((suppression) => suppresses(suppression, error, context.today));
  for (const finding of applyPrecedence(findings, isAccepted)) keep(finding);
  const ofExpectations = suppressions.filter((suppression) => names(suppression, expectationFailed));
  reportStale(suppressions.filter((suppression) => !ofExpectations.includes(suppression)));
  const override = overrideOf(expectationFailed, maps);
  if (override !== 'off') {
    const left = [...kept];
    for (const judged of judgeAll(context, left)) {
      const report = reportOf(judged);
      if (!report) continue;
      const severity = override ?? report.severity ?? expectationFailed.severity;
      keep(toFinding(context, expectationFailed, report, severity, judged.workload));
    }
  }
  reportStale(ofExpectations);
  return kept.sort(inOrderOfText);
}

function inOrderOfText(a: Finding, b: Finding): number {
  return a.span.start - b.span.start || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

function names(suppression: Suppression, { code, name }: Pick<Rule, 'code' | 'name'>): boolean {
  return suppression.rules.some((word) => namesRule(word, { code, name }));
}

function namesAdvice(suppression: Suppression): boolean {
  return rules.some((rule) => rule.advice && names(suppression, rule));
}

/** None when the rule is switched off. */
function findingOf(
  context: RuleContext,
  { rule, report }: Reported,
  maps: readonly (SeverityMap | undefined)[],
  workload: string | undefined,
  within?: Span,
): readonly Finding[] {
  const override = overrideOf(rule, maps);
  if (override === 'off') return [];
  return [toFinding(context, rule, report, override ?? report.severity ?? rule.severity, workload, within)];
}

function toFinding(
  context: RuleContext,
  rule: Rule,
  report: Report,
  severity: Finding['severity'],
  workload: string | undefined,
  within?: Span,
): Finding {
  const { span, related } = placeOf(context, report, within);
  const heir =
    workload !== undefined && isInherited(context, { workload, path: report.path, span }, within)
      ? workload
      : undefined;
  return {
    code: rule.code,
    name: rule.name,
    severity,
    // One finding for each heir stands at an inherited value: the text says whose it is.
    message: heir === undefined ? report.message : `In ${quoted(heir)}: ${uncapitalised(report.message)}`,
    ...(workload !== undefined && { workload }),
    path: report.path,
    span,
    related:
      heir === undefined
        ? related
        : [
            {
              span: context.source.nearest(['workloads', heir], 'key'),
              message: `${quoted(heir)} takes it from here.`,
            },
            ...related,
          ],
    ...(report.savesUsd !== undefined && { savesUsd: report.savesUsd }),
    ...(report.missingPrices !== undefined && { missingPrices: report.missingPrices }),
    docs: `docs/rules/${rule.code}.md`,
    report,
    fixes: () => {
      try {
        return freshFixes(context, rule, report, workload);
      } catch {
        // A fix that throws takes neither the finding nor the other fixes with it.
        return [];
      }
    },
  };
}

/** A first word goes on in small letters; a name or an abbreviation stays. */
function uncapitalised(message: string): string {
  return /^[A-Z][a-z]+ /.test(message) ? message.charAt(0).toLowerCase() + message.slice(1) : message;
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
