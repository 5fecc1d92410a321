/**
 * Changes that the author may want though nothing is wrong: another way of paying, another place, structure. Each is tried on a copy, so
 * that its title can say what it does to the cost; one that would bring an error is not offered.
 */
import { CodeActionKind } from 'vscode-languageserver-types';
import { analyse, type Analysis } from '../analysis.ts';
import { applyTextEdits, editManifest } from '../manifest/edit.ts';
import type { ManifestEdit, TextEdit } from '../manifest/source.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import { mainCost, PERIOD_WORDS, plainUsd, usdDifference } from './amounts.ts';
import { keptAnswers } from './kept-answers.ts';
import { workloadAt } from './places.ts';
import { structureChanges } from './refactor-structure.ts';
import { targetChanges } from './refactor-target.ts';

/** What a change is made from: the workload at the cursor. */
export interface Subject {
  readonly analysis: Analysis;
  readonly name: string;
  readonly plan: WorkloadPlan;
  /** Offset of the cursor. */
  readonly offset: number;
}

/** A change before it was tried. */
export interface Change {
  readonly title: string;
  readonly kind: 'refactor.rewrite' | 'refactor.extract' | 'refactor.move';
  readonly edits: readonly ManifestEdit[];
  /** In place of `edits`, for what has no path. */
  readonly textEdits?: readonly TextEdit[];
  /** It touches places that the author may not see from here: editors show it before it is made. */
  readonly farReaching?: true;
  /** It must change nothing but the text. */
  readonly keepsPlan?: true;
}

export interface Refactoring {
  readonly title: string;
  readonly kind: string;
  readonly edits: readonly TextEdit[];
  readonly farReaching: boolean;
}

export function refactorings(analysis: Analysis, offset: number, wants: (kind: string) => boolean): Refactoring[] {
  const name = workloadAt(analysis, offset);
  const plan = name === undefined ? undefined : analysis.plans.get(name);
  if (name === undefined || plan === undefined) return [];
  if (![CodeActionKind.RefactorRewrite, CodeActionKind.RefactorExtract, REFACTOR_MOVE].some(wants)) return [];
  const subject: Subject = { analysis, name, plan, offset };
  return [...targetChanges(subject), ...structureChanges(subject)]
    .filter(({ kind }) => wants(kind))
    .flatMap((change) => trials.of(analysis, JSON.stringify([name, change.title]), () => tried(subject, change)) ?? []);
}

const trials = keptAnswers<string, Refactoring | undefined>();

/** Not among the kinds of the protocol's older version, but VS Code's own. */
export const REFACTOR_MOVE = 'refactor.move';

/** Applied to a copy: its effect in the title, undefined where it brings an error or changes what it must not. */
function tried({ analysis, name, plan }: Subject, change: Change): Refactoring | undefined {
  const { source, catalog, today, settings } = analysis;
  const edits = change.textEdits ?? editManifest(source, change.edits);
  if (edits.length === 0) return undefined;
  const text = applyTextEdits(source.text, edits);
  const after = analyse({ text, catalog, today, settings, previous: analysis, mostAdvice: 0 });
  const next = after.plans.get(name);
  if (next === undefined || errorsOf(after) > errorsOf(analysis) || losesComment(analysis, after)) return undefined;
  if (change.keepsPlan && !isSameCost(analysis, after)) return undefined;
  const effect = change.keepsPlan ? '' : effectOf(plan, next);
  const title = effect === '' ? change.title : `${change.title} — ${effect}`;
  return { title, kind: change.kind, edits, farReaching: change.farReaching === true };
}

/** What the author wrote beside a value is never the price of a refactoring. */
function losesComment(before: Analysis, after: Analysis): boolean {
  const left = after.source.comments.map(({ text }) => text.trim());
  return before.source.comments.some(({ text }) => {
    const at = left.indexOf(text.trim());
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function errorsOf({ findings }: Analysis): number {
  return findings.filter(({ severity }) => severity === 'error').length;
}

function isSameCost(before: Analysis, after: Analysis): boolean {
  const costs = ({ plans }: Analysis): string =>
    JSON.stringify([...plans].map(([name, { cost, memory }]) => [name, cost, memory]));
  return costs(before) === costs(after);
}

/** `$412 a run (−$96.20)`. */
function effectOf(before: WorkloadPlan, after: WorkloadPlan): string {
  const [was, is] = [mainCost(before), mainCost(after)];
  if (is === null) return '';
  const words = `${is.atLeast ? '≥ ' : ''}${plainUsd(is.usd.mid)} ${PERIOD_WORDS[is.period]}`;
  const difference = was === null || was.period !== is.period ? '' : ` (${usdDifference(is.usd.mid - was.usd.mid)})`;
  const upfront = after.cost.upfrontUsd?.mid ?? 0;
  return `${words}${difference}${upfront > 0 ? `, and ${plainUsd(upfront)} committed besides` : ''}`;
}
