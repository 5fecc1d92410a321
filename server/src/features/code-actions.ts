/** Quick fixes, silencing, switching hardware, and all safe fixes at once. Every action is made from the analysis of the version asked about. */
import {
  CodeActionKind,
  type CodeAction,
  type Range,
  type SnippetTextEdit,
  type TextEdit as LspTextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver-types';
import type { TextEdit } from '../manifest/source.ts';
import { proveFix, type ProvenFix } from '../rules/prove.ts';
import { isInherited } from '../rules/inherited.ts';
import type { Finding } from '../rules/rule.ts';
import { MOST_FIX_COST } from '../rules/thresholds.ts';
import { alternativeCost, editsTo, fillTargetEdits } from './alternatives.ts';
import {
  costWords,
  durationDifference,
  hardwareWords,
  plainUsd,
  regionWords,
  targetWords,
  usdDifference,
} from './amounts.ts';
import { SWITCH_COMMAND } from './code-lens.ts';
import { escapeSnippet } from './completion-writing.ts';
import { toDiagnostic } from './diagnostics.ts';
import { fixAll } from './fix-all.ts';
import { workloadAt } from './places.ts';
import { priceLines, type BookFinder } from './price-line.ts';
import { keptAnswers } from './kept-answers.ts';
import { refactorings } from './refactorings.ts';
import { REASON, silencings } from './suppress.ts';
import { spanOf, toLspEdits, touches, type ClientTraits, type View } from './view.ts';

export const FIX_ALL_KIND = `${CodeActionKind.SourceFixAll}.aiInfra`;
const REFRESH_COMMAND = 'aiInfra.refreshPrices';
const MOST_SWITCHES = 3;
/** Each fix is proven by an analysis: a request about a whole large manifest must not hold up the next keystroke. */
const MOST_FINDINGS = 30;

const proofs = keptAnswers<Finding, readonly ProvenFix[]>();

/** What the client asks for: `only` kinds, each standing for its sub-kinds. */
export interface ActionRequest {
  readonly range: Range;
  readonly only?: readonly string[];
}

/** @param findBook where lines of the price book may be written; absent: nowhere */
export function codeActions(
  view: View,
  request: ActionRequest,
  traits: ClientTraits,
  findBook: BookFinder = () => undefined,
): CodeAction[] {
  const wants = (kind: string): boolean =>
    request.only === undefined || request.only.some((only) => kind === only || kind.startsWith(`${only}.`));
  const span = spanOf(view.document, request.range);
  const findings = view.analysis.findings.filter((finding) => touches(finding.span, span)).slice(0, MOST_FINDINGS);
  return eachOnce([
    ...(wants(CodeActionKind.QuickFix)
      ? findings.flatMap((finding) => quickFixes(view, finding, traits, findBook))
      : []),
    ...(wants(CodeActionKind.RefactorRewrite) ? switches(view, span.start, traits) : []),
    ...refactorings(view.analysis, span.start, wants).map(({ title, kind, edits, farReaching }): CodeAction => ({
      title,
      kind,
      edit: farReaching ? previewedEdit(view, title, edits, traits) : workspaceEdit(view, edits, traits),
    })),
    // Only when asked for by name: an entry in every menu would be noise.
    ...(request.only !== undefined && wants(FIX_ALL_KIND) ? fixAllAction(view, traits) : []),
  ]);
}

/** One action for one edit: what several findings or features offer stands once, with the title that says what it costs. */
function eachOnce(actions: readonly CodeAction[]): CodeAction[] {
  const kept = new Map<string, CodeAction>();
  for (const action of actions) {
    const key = editKey(action) ?? JSON.stringify(action.command);
    const before = kept.get(key);
    if (before) {
      const title = before.title.includes('$') || !action.title.includes('$') ? before.title : action.title;
      const diagnostics = [...(before.diagnostics ?? []), ...(action.diagnostics ?? [])];
      kept.set(key, { ...before, title, ...(diagnostics.length > 0 && { diagnostics }) });
    } else kept.set(key, action);
  }
  return [...kept.values()];
}

/** What the action does to the text, however it is wrapped; undefined for one that only runs a command. */
function editKey({ edit }: CodeAction): string | undefined {
  if (!edit) return undefined;
  if (edit.changes) return JSON.stringify(edit.changes);
  return JSON.stringify(
    (edit.documentChanges ?? []).map((change) =>
      'edits' in change
        ? [change.textDocument.uri, change.edits.map((each) => ({ ...each, annotationId: undefined }))]
        : change,
    ),
  );
}

function quickFixes(view: View, finding: Finding, traits: ClientTraits, findBook: BookFinder): CodeAction[] {
  const { source } = view.analysis;
  const diagnostic = toDiagnostic(view, finding, traits);
  const action = (title: string, edits: readonly TextEdit[], isPreferred = false): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: workspaceEdit(view, edits, traits),
    ...(isPreferred ? { isPreferred } : {}),
  });
  const proven = proofs.of(view.analysis, finding, () =>
    finding.fixes().flatMap((fix) => proveFix(view.analysis, finding, fix) ?? []),
  );
  const least = Math.min(...proven.map(({ costUsd = Infinity }) => costUsd));
  const fixes = proven.filter(({ costUsd = 0 }) => costUsd <= MOST_FIX_COST * least);
  // At most one is preferred: the one the rule prefers, else the only one, if it is safe.
  const preferred =
    fixes.find((fix) => fix.preferred) ?? (fixes.length === 1 ? fixes.find((fix) => fix.safe) : undefined);
  // An inherited value has a finding for each heir: which of them a fix is for stands in its title.
  const where = isInherited(view.analysis, finding) ? ` in ${finding.workload ?? ''}` : '';
  const actions = fixes.map((fix) =>
    action(fixTitle({ ...fix, title: fix.title + where }), fix.edits, fix === preferred),
  );
  actions.push(...priceLines(view, finding, diagnostic, traits, findBook));
  // No edit makes a price newer: the client's command does.
  if (finding.code === 'AI710' && traits.commands) {
    const title = 'Refresh prices';
    const command = { title, command: REFRESH_COMMAND };
    actions.unshift({ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], command });
  }
  for (const { title, edits } of silencings(source, finding)) actions.push(action(title, edits));
  return actions;
}

/** `Switch to 8 × h200 on aws — −$412.00, +1.4 h`. */
export function fixTitle({ title, costDeltaUsd, costFloorUsd, secondsDelta }: ProvenFix): string {
  const effects: string[] = [];
  if (costFloorUsd !== undefined) effects.push(`at least ${plainUsd(costFloorUsd)}`);
  if (costDeltaUsd !== undefined && Math.abs(costDeltaUsd) >= 0.005) effects.push(usdDifference(costDeltaUsd));
  if (secondsDelta !== undefined && Math.abs(secondsDelta) >= 1) effects.push(durationDifference(secondsDelta));
  return effects.length === 0 ? title : `${title} — ${effects.join(', ')}`;
}

/** The best alternatives of the workload at the cursor, and the list of all. */
function switches(view: View, offset: number, traits: ClientTraits): CodeAction[] {
  const { analysis, document } = view;
  const name = workloadAt(analysis, offset);
  const plan = name === undefined ? undefined : analysis.plans.get(name);
  if (name === undefined || plan === undefined) return [];
  const best = plan.alternatives
    .filter(({ marketplace, fits }) => !marketplace && fits === 'fits')
    .slice(0, MOST_SWITCHES);
  const actions: CodeAction[] = [];
  const filled = fillTargetEdits(analysis, name);
  if (filled.length > 0) {
    const title = `Fill "target: auto" of ${name}: ${targetWords(plan.target)}, ${costWords(plan, plainUsd)}`;
    actions.push({ title, kind: CodeActionKind.RefactorRewrite, edit: workspaceEdit(view, filled, traits) });
  }
  for (const alternative of best) {
    const { target, deltaUsd } = alternative;
    const edits = editsTo(analysis, name, plan.target, target);
    if (edits.length === 0) continue;
    const place = [target.provider ?? target.cluster ?? '', regionWords(target), target.capacity].filter(
      (part) => part !== '',
    );
    const effect = deltaUsd === undefined ? '' : ` (${usdDifference(deltaUsd)})`;
    const title = `Switch ${name} to ${hardwareWords(target)}, ${place.join(' ')}: ${alternativeCost(plan, alternative).words}${effect}`;
    actions.push({ title, kind: CodeActionKind.RefactorRewrite, edit: workspaceEdit(view, edits, traits) });
  }
  if (traits.commands && plan.alternatives.length > 0) {
    const title = 'Switch hardware…';
    const command = { title, command: SWITCH_COMMAND, arguments: [document.uri, name] };
    actions.push({ title, kind: CodeActionKind.RefactorRewrite, command });
  }
  return actions;
}

function fixAllAction(view: View, traits: ClientTraits): CodeAction[] {
  const { edits } = fixAll(view.analysis);
  if (edits.length === 0) return [];
  return [{ title: 'Apply all safe fixes', kind: FIX_ALL_KIND, edit: workspaceEdit(view, edits, traits) }];
}

/** With the version where the client understands it: an edit for an older text is then refused. */
export function workspaceEdit(
  { document }: View,
  edits: readonly TextEdit[],
  { documentChanges, snippetEdits }: Pick<ClientTraits, 'documentChanges' | 'snippetEdits'>,
): WorkspaceEdit {
  const changes = toLspEdits(document, edits);
  return documentChanges
    ? {
        documentChanges: [
          {
            textDocument: { uri: document.uri, version: document.version },
            edits: snippetEdits ? changes.map(withReasonSelected) : changes,
          },
        ],
      }
    : { changes: { [document.uri]: changes } };
}

/** Edits that reach further than the eye: a client that can shows them before they are made. */
function previewedEdit(
  view: View,
  label: string,
  edits: readonly TextEdit[],
  traits: Pick<ClientTraits, 'documentChanges' | 'snippetEdits' | 'changeAnnotations'>,
): WorkspaceEdit {
  if (!traits.changeAnnotations || !traits.documentChanges) return workspaceEdit(view, edits, traits);
  const { document } = view;
  const annotated = toLspEdits(document, edits).map((edit) => ({ ...edit, annotationId: 'change' }));
  return {
    changeAnnotations: { change: { label, needsConfirmation: true } },
    documentChanges: [{ textDocument: { uri: document.uri, version: document.version }, edits: annotated }],
  };
}

/** The reason of a new comment is a tab stop. */
function withReasonSelected(edit: LspTextEdit): LspTextEdit | SnippetTextEdit {
  const reason = new RegExp(`^(\\s*# ai-infra-ignore.* -- )${REASON}(\\r?\\n)$`).exec(edit.newText);
  if (!reason) return edit;
  const [, before = '', after = ''] = reason;
  const value = `${escapeSnippet(before)}\${1:${REASON}}${after}`;
  return { range: edit.range, snippet: { kind: 'snippet', value } };
}
