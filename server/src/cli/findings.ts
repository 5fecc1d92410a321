/** Findings as the command line shows them, in text and in JSON. */
import type { Analysis } from '../analysis.ts';
import type { Finding } from '../rules/rule.ts';
import { inert, type Paint } from './paint.ts';

export interface FindingJson {
  readonly code: string;
  readonly name: string;
  readonly severity: Finding['severity'];
  readonly message: string;
  readonly workload?: string;
  readonly path: readonly (string | number)[];
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly fixes: readonly string[];
  readonly docs: string;
}

/** Offsets of the starts of lines, for positions. */
export function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Line and column from 1. */
export function positionAt(
  starts: readonly number[],
  offset: number,
): { readonly line: number; readonly column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

export function findingsJson(analysis: Analysis): FindingJson[] {
  const starts = lineStartsOf(analysis.source.text);
  return analysis.findings.map((finding) => {
    const start = positionAt(starts, finding.span.start);
    const end = positionAt(starts, finding.span.end);
    return {
      code: finding.code,
      name: finding.name,
      severity: finding.severity,
      message: finding.message,
      ...(finding.workload !== undefined && { workload: finding.workload }),
      path: finding.path,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
      fixes: finding.fixes().map((fix) => fix.title),
      docs: finding.docs,
    };
  });
}

/** `file:12:5  error  AI501  message`, a line each. */
export function findingLines(file: string, analysis: Analysis, paint: Paint): string[] {
  const starts = lineStartsOf(analysis.source.text);
  return analysis.findings.map((finding) => {
    const { line, column } = positionAt(starts, finding.span.start);
    const place = `${inert(file)}:${line}:${column}`;
    return `${paint('bold', place)}  ${paint(finding.severity, finding.severity)}  ${finding.code} ${finding.name}: ${inert(finding.message)}`;
  });
}
