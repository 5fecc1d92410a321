/** `# ai-infra-ignore[-line|-block|-file] CODE[, CODE…] [until DATE] [-- reason]` (`docs/reference/manifest.md`). */
import { isCalendarDate } from '../manifest/fields.ts';
import type { Comment, ManifestSource, Span } from '../manifest/source.ts';
import type { Finding } from './rule.ts';

export interface Suppression {
  /** Codes or names, as written. */
  readonly rules: readonly string[];
  /** ISO date, inclusive. */
  readonly until?: string;
  readonly comment: Comment;
  /** Offsets of the text in which a finding must start. */
  readonly covers: Span;
}

const SUPPRESSION = /^\s*ai-infra-ignore(?:-(line|block|file))?(?:\s+(.*))?$/s;

/** Every suppression of the text, in order. One that names no rule silences nothing, which is said of it. */
export function readSuppressions(source: ManifestSource): readonly Suppression[] {
  const found: Suppression[] = [];
  for (const comment of source.comments) {
    const match = SUPPRESSION.exec(comment.text);
    if (!match) continue;
    const [statement = ''] = (match[2] ?? '').split(/\s--(?:\s|$)/, 1);
    const until = /\suntil\s+(\d{4}-\d{2}-\d{2})\s*$/.exec(` ${statement}`);
    const names = (until ? statement.slice(0, statement.lastIndexOf('until')) : statement)
      .split(/[\s,]+/)
      .filter((name) => name !== '');
    found.push({
      rules: names,
      ...(until?.[1] !== undefined && { until: until[1] }),
      comment,
      covers: coverage(source.text, comment, match[1]),
    });
  }
  return found;
}

/** True while the suppression holds for this finding on this day. AI109 cannot be suppressed. */
export function suppresses(suppression: Suppression, finding: Finding, today: string): boolean {
  return (
    finding.code !== 'AI109' &&
    !isExpired(suppression, today) &&
    !hasNoDate(suppression) &&
    suppression.rules.some((rule) => namesRule(rule, finding)) &&
    finding.span.start >= suppression.covers.start &&
    finding.span.start < suppression.covers.end
  );
}

/** A code or a name, in large or small letters. */
export function namesRule(word: string, { code, name }: Pick<Finding, 'code' | 'name'>): boolean {
  const folded = word.toLowerCase();
  return folded === code.toLowerCase() || folded === name.toLowerCase();
}

/** True for a date that the calendar does not have: nobody can tell until when it was meant. */
export function hasNoDate({ until }: Suppression): boolean {
  return until !== undefined && !isCalendarDate(until);
}

export function isExpired(suppression: Suppression, today: string): boolean {
  return suppression.until !== undefined && suppression.until < today;
}

function coverage(text: string, comment: Comment, suffix: string | undefined): Span {
  if (suffix === 'file') return { start: 0, end: text.length + 1 };
  const ownLine = lineAround(text, comment.span.start);
  if (suffix === 'line') return ownLine;
  if (!comment.ownLine && suffix === undefined) return ownLine;
  const next = comment.ownLine ? nextContentLine(text, ownLine.end) : ownLine;
  return suffix === 'block' ? blockFrom(text, next) : next;
}

function lineAround(text: string, offset: number): Span {
  const end = text.indexOf('\n', offset);
  return { start: text.lastIndexOf('\n', offset - 1) + 1, end: end < 0 ? text.length + 1 : end + 1 };
}

/** The next line that is neither blank nor a comment. */
function nextContentLine(text: string, from: number): Span {
  let line: Span = { start: from, end: from };
  while (line.end < text.length) {
    line = lineAround(text, line.end);
    if (!/^\s*(#|$)/.test(text.slice(line.start, line.end))) return line;
  }
  return line;
}

/** The mapping or item that begins on the line: all that follows and is indented deeper. */
function blockFrom(text: string, first: Span): Span {
  const indent = indentOf(text.slice(first.start, first.end));
  let end = first.end;
  while (end < text.length) {
    const line = lineAround(text, end);
    const content = text.slice(line.start, line.end);
    if (!/^\s*(#|$)/.test(content) && indentOf(content) <= indent) break;
    end = line.end;
  }
  return { start: first.start, end };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
