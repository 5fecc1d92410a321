/** Many fixes at once, round after round until none is left: run twice, it does what it does once. */
import type { Analysis } from '../analysis.ts';
import { applyToPieces, toTextEdits, untouched } from '../manifest/edit-pieces.ts';
import type { TextEdit } from '../manifest/source.ts';
import { candidateOf, isAdvice, proveTogether, type Candidate } from '../rules/prove.ts';
import type { Finding, Fix } from '../rules/rule.ts';

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
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const candidates = candidatesOf(current, selection, refused);
    const { proven, after } = provenOf(current, candidates);
    if (proven.length === 0) {
      if (candidates.length === 0) break;
      for (const candidate of candidates) refused.add(keyOf(candidate.finding, candidate.fix));
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
  return { edits: toTextEdits(pieces, analysis.source.text.length), applied, after: current };
}

interface Proven {
  readonly proven: readonly Candidate[];
  /** The analysis with them applied. */
  readonly after: Analysis;
}

/**
 * The candidates that hold, found by proving them together and halving where that fails: one analysis in most texts, a few
 * where a fix does not hold. The first half is applied before the second is looked at, so that what is returned was proven as a whole.
 */
function provenOf(analysis: Analysis, candidates: readonly Candidate[]): Proven {
  const none: Proven = { proven: [], after: analysis };
  if (candidates.length === 0) return none;
  const after = proveTogether(analysis, candidates);
  if (after) return { proven: candidates, after };
  if (candidates.length === 1) return none;
  const middle = candidates.length >> 1;
  const first = provenOf(analysis, candidates.slice(0, middle));
  const second = provenOf(analysis, candidates.slice(middle));
  if (first.proven.length === 0) return second;
  if (second.proven.length === 0) return first;
  const both = [...first.proven, ...second.proven];
  const afterBoth = proveTogether(analysis, both);
  // Two that exclude each other: the next round looks at the second in the text that the first has made.
  return afterBoth ? { proven: both, after: afterBoth } : first;
}

/** One fix a finding, in the order of the text, no two at one place. */
function candidatesOf(analysis: Analysis, selection: FixSelection, refused: ReadonlySet<string>): readonly Candidate[] {
  const taken: Candidate[] = [];
  const edits: TextEdit[] = [];
  for (const finding of analysis.findings) {
    if (!isSelected(finding, selection)) continue;
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
  return [...fixes].sort((a, b) => Number(b.preferred ?? false) - Number(a.preferred ?? false));
}

/** Two insertions at one place count as overlapping: which comes first would be chance. */
function overlaps(a: TextEdit, b: TextEdit): boolean {
  return (a.start < b.end && b.start < a.end) || a.start === b.start;
}
