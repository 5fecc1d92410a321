/** All safe fixes of a manifest, one after another until none is left: run twice, it does what it does once. */
import { analyse, type Analysis } from '../analysis.ts';
import { applyTextEdits } from '../manifest/edit.ts';
import type { TextEdit } from '../manifest/source.ts';
import { proveFix } from '../rules/prove.ts';

/** A fix can make another possible; more rounds than this would be rules that undo each other. */
const MOST_ROUNDS = 10;

/** Edits of the analysed text; empty when nothing can be fixed safely. */
export function fixAllEdits(analysis: Analysis): readonly TextEdit[] {
  let current = analysis;
  let only: readonly TextEdit[] | undefined;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const edits = safeEdits(current);
    if (edits.length === 0) break;
    only = round === 0 ? edits : undefined;
    current = again(current, applyTextEdits(current.source.text, edits));
  }
  return only ?? difference(analysis.source.text, current.source.text);
}

/** Proven safe fixes that do not overlap, in the order of the text. */
function safeEdits(analysis: Analysis): readonly TextEdit[] {
  const taken: TextEdit[] = [];
  for (const finding of analysis.findings) {
    for (const fix of finding.fixes()) {
      if (!fix.safe) continue;
      const proven = proveFix(analysis, finding, fix);
      if (proven === undefined || proven.edits.some((edit) => taken.some((other) => overlaps(edit, other)))) continue;
      taken.push(...proven.edits);
      break;
    }
  }
  return taken.sort((a, b) => a.start - b.start);
}

/** Two insertions at one place count as overlapping: which comes first would be chance. */
function overlaps(a: TextEdit, b: TextEdit): boolean {
  return (a.start < b.end && b.start < a.end) || a.start === b.start;
}

function again(previous: Analysis, text: string): Analysis {
  const { catalog, today, settings } = previous;
  return analyse({ text, catalog, today, settings, previous });
}

/** One replacement of what lies between the common beginning and the common end. */
function difference(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  const limit = Math.min(before.length, after.length);
  let start = 0;
  while (start < limit && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < limit - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return [{ start, end: before.length - tail, newText: after.slice(start, after.length - tail) }];
}
