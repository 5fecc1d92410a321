/** `ai-infra check`: findings of files, and whether they fail the build. */
import type { Severity } from '../rules/rule.ts';
import { compareSeverity } from '../rules/severity.ts';
import type { CheckedFile } from './analyse-files.ts';
import { findingLines, findingsJson } from './findings.ts';
import type { Paint } from './paint.ts';

export const FAIL_ON = ['error', 'warning', 'info', 'hint', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** 1 when a finding is at or over the severity. */
export function exitCodeOf(files: readonly CheckedFile[], failOn: FailOn): 0 | 1 {
  if (failOn === 'never') return 0;
  return files.some(({ analysis }) =>
    analysis.findings.some((finding) => compareSeverity(finding.severity, failOn) <= 0),
  )
    ? 1
    : 0;
}

export type Summary = Readonly<Record<Severity, number>>;

export function summaryOf(files: readonly CheckedFile[]): Summary {
  const summary: Record<Severity, number> = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { analysis } of files) for (const finding of analysis.findings) summary[finding.severity] += 1;
  return summary;
}

export function checkJson(files: readonly CheckedFile[]): string {
  const output = {
    schemaVersion: 1,
    files: files.map(({ file, analysis }) => ({ file, findings: findingsJson(analysis) })),
    summary: summaryOf(files),
  };
  return `${JSON.stringify(output, null, 2)}\n`;
}

export function checkText(files: readonly CheckedFile[], paint: Paint): string {
  const lines = files.flatMap(({ file, analysis }) => findingLines(file, analysis, paint));
  lines.push(summaryText(summaryOf(files), files.length, paint));
  return `${lines.join('\n')}\n`;
}

function summaryText(summary: Summary, files: number, paint: Paint): string {
  const parts = (Object.entries(summary) as [Severity, number][])
    .filter(([, number]) => number > 0)
    .map(([severity, number]) =>
      paint(severity, `${number} ${severity}${number === 1 || severity === 'info' ? '' : 's'}`),
    );
  const where = files === 1 ? '1 file' : `${files} files`;
  return parts.length === 0 ? paint('good', `No findings in ${where}.`) : `${parts.join(', ')} in ${where}.`;
}
