/** Many fixes at once, round after round until none is left: run twice, it does what it does once. */
import type { Analysis } from '../analysis.ts';
import { applyToPieces, toTextEdits, untouched } from '../manifest/edit-pieces.ts';
import type { TextEdit } from '../manifest/source.ts';
import { candidateOf, isAdvice, tryTogether, type Candidate } from '../rules/prove.ts';
import type { Finding, Fix, Severity } from '../rules/rule.ts';
import { SEVERITIES } from '../rules/severity.ts';

/** A fix can make another possible; more rounds than this would be rules that undo each other. */
const MOST_ROUNDS = 10;

export interface FixSelection {
  /** Codes or names; absent: all. */
  readonly rules?: readonly string[];
  /** Takes fixes that change what runs where, too: the preferred one of each finding. Advice only where `rules` names it. */
  readonly unsafe?: boolean;
}

export interface FixedAll {
  /** Of the analysed text, in its order; empty when nothing can be fixed. */
  readonly edits: readonly TextEdit[];
  /** What was done, in the order it was done. */
  readonly applied: readonly { readonly finding: Finding; readonly fix: Fix }[];
  /** The analysis of the text after all of them, without advice that was not there before. */
  readonly after: Analysis;
}

/** Applies every fix that is selected (by default the safe ones) and proven. */
export function fixAll(analysis: Analysis, selection: FixSelection = {}): FixedAll {
  let current = analysis;
  let pieces = untouched(analysis.source.text.length);
  const applied: Candidate[] = [];
  // Fixes that did not hold in this text: the next fix of their finding is tried. In another text they may hold.
  const refused = new Set<string>();
  // Where one text stands for several workloads, a round makes one fix; else a round makes all that hold together.
  const most = sharesText(analysis) ? MOST_ROUNDS + analysis.findings.length : MOST_ROUNDS;
  for (let round = 0; round < most; round++) {
    let isOver = true;
    // One severity after the other: a fix of an error may leave a warning, which a fix of a hint may not.
    for (const severity of SEVERITIES) {
      const candidates = candidatesOf(current, selection, severity, refused);
      if (candidates.length === 0) continue;
      isOver = false;
      const { proven, after } = sharesText(current) ? firstProven(current, candidates) : provenOf(current, candidates);
      if (proven.length === 0) {
        for (const { finding, fix } of candidates) refused.add(keyOf(finding, fix));
        continue;
      }
      refused.clear();
      pieces = applyToPieces(
        pieces,
        proven.flatMap(({ edits }) => edits),
      );
      applied.push(...proven);
      current = after;
    }
    if (isOver) break;
  }
  return { edits: toTextEdits(pieces, analysis.source.text.length), applied, after: current };
}

/** True where anchors or merge keys are used: the fix of one workload may be that of others, and theirs would be made for nothing. */
function sharesText({ source }: Analysis): boolean {
  return /(?:^|[\s[{,:])\*[\w-]/.test(source.text);
}

function firstProven(analysis: Analysis, candidates: readonly Candidate[]): Proven {
  for (const candidate of candidates) {
    const { holds, after } = tryTogether(analysis, [candidate]);
    if (holds) return { proven: [candidate], after };
  }
  return { proven: [], after: analysis };
}

interface Proven {
  readonly proven: readonly Candidate[];
  /** The analysis with them applied. */
  readonly after: Analysis;
}

/**
 * The candidates that hold, found by trying them together; where that fails, those of the workloads that went wrong are tried apart
 * from the others, else each half: one analysis in most texts, a few where a fix does not hold. What is returned was proven as a whole.
 */
function provenOf(analysis: Analysis, candidates: readonly Candidate[]): Proven {
  const none: Proven = { proven: [], after: analysis };
  if (candidates.length === 0) return none;
  const { holds, after, blamed } = tryTogether(analysis, candidates);
  if (holds) return { proven: candidates, after };
  if (candidates.length === 1) return none;
  const suspects = candidates.filter(({ finding }) => blamed.has(finding.workload));
  const others = candidates.filter((candidate) => !suspects.includes(candidate));
  const middle = candidates.length >> 1;
  const [left, right] =
    suspects.length > 0 && others.length > 0
      ? [others, suspects]
      : [candidates.slice(0, middle), candidates.slice(middle)];
  const first = provenOf(analysis, left);
  const second = provenOf(analysis, right);
  if (first.proven.length === 0) return second;
  if (second.proven.length === 0) return first;
  const both = [...first.proven, ...second.proven];
  const together = tryTogether(analysis, both);
  // Two that exclude each other: the next round looks at the second in the text that the first has made.
  return together.holds ? { proven: both, after: together.after } : first;
}

/** One fix a finding, in the order of the text, no two at one place. */
function candidatesOf(
  analysis: Analysis,
  selection: FixSelection,
  severity: Severity,
  refused: ReadonlySet<string>,
): readonly Candidate[] {
  const taken: Candidate[] = [];
  const edits: TextEdit[] = [];
  for (const finding of analysis.findings) {
    if (finding.severity !== severity || !isSelected(finding, selection)) continue;
    for (const fix of chosenOf(finding.fixes(), selection)) {
      if (refused.has(keyOf(finding, fix))) continue;
      const candidate = candidateOf(analysis, finding, fix);
      if (!candidate || candidate.edits.some((edit) => edits.some((other) => overlaps(edit, other)))) continue;
      taken.push(candidate);
      edits.push(...candidate.edits);
      break;
    }
  }
  return taken;
}

function keyOf({ code, path }: Finding, { title }: Fix): string {
  return JSON.stringify([code, path, title]);
}

function isSelected(finding: Finding, { rules, unsafe }: FixSelection): boolean {
  if (rules) return rules.includes(finding.code) || rules.includes(finding.name);
  return !unsafe || !isAdvice(finding);
}

/** The safe ones; where unsafe ones are wanted too, the preferred before them. */
function chosenOf(fixes: readonly Fix[], { unsafe }: FixSelection): readonly Fix[] {
  if (!unsafe) return fixes.filter(({ safe }) => safe);
  return fixes
    .filter(({ isGuess }) => !isGuess)
    .sort((a, b) => Number(b.preferred ?? false) - Number(a.preferred ?? false));
}

/** Two insertions at one place count as overlapping: which comes first would be chance. */
function overlaps(a: TextEdit, b: TextEdit): boolean {
  return (a.start < b.end && b.start < a.end) || a.start === b.start;
}
