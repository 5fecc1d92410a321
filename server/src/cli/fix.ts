/** Fixes of one text, and how they are shown: a list, or a unified diff. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { Analysis } from '../analysis.ts';
import { fixAll, type FixedAll, type FixSelection } from '../features/fix-all.ts';
import { applyTextEdits } from '../manifest/edit.ts';
import { proveFix } from '../rules/prove.ts';
import type { Finding } from '../rules/rule.ts';
import { inert, type Paint } from './paint.ts';

export interface FixedText {
  readonly text: string;
  readonly applied: FixedAll['applied'];
  /** Findings of the selected rules that no fix has removed. */
  readonly left: number;
  /** Those of them that a fix would remove which only `unsafe` applies. */
  readonly unsafeOnly: readonly Finding[];
}

export function fixText(analysis: Analysis, selection: FixSelection): FixedText {
  const { edits, applied, after } = fixAll(analysis, selection);
  const { rules } = selection;
  const left = rules ? after.findings.filter(({ code, name }) => rules.includes(code) || rules.includes(name)) : [];
  const unsafeOnly = selection.unsafe
    ? []
    : left.filter((finding) =>
        finding.fixes().some((fix) => !fix.safe && !fix.isGuess && proveFix(after, finding, fix) !== undefined),
      );
  return { text: applyTextEdits(analysis.source.text, edits), applied, left: left.length, unsafeOnly };
}

/** Says of what stays that only `--unsafe` removes it; '' where there is none. */
export function unsafeLines(file: string, { unsafeOnly }: FixedText): string {
  return [...new Set(unsafeOnly.map(({ code, name }) => `${code} ${name}`))]
    .map((rule) => `${inert(file)}: ${rule}: the fix changes what runs where; only --unsafe applies it\n`)
    .join('');
}

/** `file: 2 fixes`, and a line for each. */
export function fixedLines(file: string, { applied }: FixedText, paint: Paint): string {
  const lines = applied.map(({ finding, fix }) => `  ${finding.code} ${finding.name}: ${inert(fix.title)}`);
  const many = applied.length === 1 ? '1 fix' : `${applied.length} fixes`;
  return (
    [`${paint('bold', inert(file))}: ${applied.length === 0 ? 'nothing to fix' : many}`, ...lines].join('\n') + '\n'
  );
}

/** A unified diff that `patch -p1` and `git apply` read; '' when nothing changes. */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return '';
  const name = file.replace(/^(?:\.\/|\/)+/, '');
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, options);
}
