/** Edits that silence a finding: a comment for its line, its block or the file, or a severity in the manifest's own `rules`. */
import { valueAt } from '../manifest/shape.ts';
import type { ManifestSource, TextEdit } from '../manifest/source.ts';
import { editManifest } from '../manifest/edit.ts';
import type { Finding } from '../rules/rule.ts';
import { lower, type SeverityWord } from '../rules/severity.ts';

/** A broken text cannot be silenced (comments in it may not be read), and AI109 is about silencing itself. */
const NEVER_SILENCED: ReadonlySet<string> = new Set(['AI101', 'AI109']);

/** Stands in a new comment where its author says why; editors that can put the cursor on it. */
export const REASON = 'why';

export interface Silencing {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** Every way to silence the finding, the narrowest first. */
export function silencings(source: ManifestSource, finding: Finding): readonly Silencing[] {
  const { code, severity, workload } = finding;
  if (NEVER_SILENCED.has(code)) return [];
  const milder = lower(severity);
  const ways: readonly (readonly [title: string, edits: readonly TextEdit[]])[] = [
    [`Ignore ${code} on this line`, ignoreLine(source, finding)],
    [`Ignore ${code} in ${workload ?? 'this block'}`, ignoreBlock(source, finding)],
    [`Ignore ${code} in this file`, ignoreFile(source, finding)],
    ...(milder === severity
      ? []
      : [[`Report ${code} as ${milder} in this manifest`, setSeverity(source, finding, milder)] as const]),
    [`Turn ${code} off in this manifest`, setSeverity(source, finding, 'off')],
  ];
  return ways.filter(([, edits]) => edits.length > 0).map(([title, edits]) => ({ title, edits }));
}

/** A comment of its own line before the line where the finding starts. */
export function ignoreLine(source: ManifestSource, finding: Finding): readonly TextEdit[] {
  return commentBefore(source, lineStartOf(source, finding.span.start), '', finding.code);
}

/** A comment before the workload (at the top level, before the section) that holds the finding; none where that is its very line. */
function ignoreBlock(source: ManifestSource, { path, span, code }: Finding): readonly TextEdit[] {
  const owner = path[0] === 'workloads' ? path.slice(0, 2) : path.slice(0, 1);
  const key = owner.length === path.length || owner.length === 0 ? undefined : source.locate(owner, 'key');
  if (!key) return [];
  const start = lineStartOf(source, key.start);
  // A block is told by its indentation: within braces there is none. An inherited value stands elsewhere.
  const isOwnLine = source.text.slice(start, key.start).trim() === '';
  const whole = source.locate(owner, 'pair');
  if (!isOwnLine || !whole || span.start < whole.start || span.start >= whole.end) return [];
  return start === lineStartOf(source, span.start) ? [] : commentBefore(source, start, '-block', code);
}

/** A comment at the top; one that stands somewhere already gets one more code. */
function ignoreFile(source: ManifestSource, { code }: Finding): readonly TextEdit[] {
  for (const comment of source.comments) {
    const end = listEnd(comment, '-file');
    if (end !== undefined) return [{ start: end, end, newText: `, ${code}` }];
  }
  const start = source.text.startsWith('\ufeff') ? 1 : 0;
  return [{ start, end: start, newText: `# ai-infra-ignore-file ${code} -- ${REASON}${source.lineEnd}` }];
}

function commentBefore(
  source: ManifestSource,
  lineStart: number,
  suffix: '' | '-block',
  code: string,
): readonly TextEdit[] {
  const { text, comments, lineEnd } = source;
  const before = comments.find(
    ({ span, ownLine }) => ownLine && span.end <= lineStart && /^\r?\n$/.test(text.slice(span.end, lineStart)),
  );
  const end = before && listEnd(before, suffix);
  if (end !== undefined) return [{ start: end, end, newText: `, ${code}` }];
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const newText = `${indent}# ai-infra-ignore${suffix} ${code} -- ${REASON}${lineEnd}`;
  return [{ start: lineStart, end: lineStart, newText }];
}

/** Where the codes of an ignore comment end; undefined for other comments, and for those with a date, which is not meant for a new code. */
function listEnd({ text, span }: ManifestSource['comments'][number], suffix: string): number | undefined {
  if (/\suntil\s/.test(text)) return undefined;
  const list = new RegExp(`^\\s*ai-infra-ignore${suffix}\\s+(\\S+?(?:\\s*,\\s*\\S+)*?)(?=\\s+--|\\s*$)`).exec(text);
  // The comment's text begins after its `#`.
  return list ? span.start + 1 + list[0].length : undefined;
}

/** `rules: { AI501: off }`, under the key that stands there already: the code, or the name. */
function setSeverity(source: ManifestSource, { code, name }: Finding, word: SeverityWord): readonly TextEdit[] {
  const key = valueAt(source.head, ['rules', name]) === undefined ? code : name;
  return editManifest(source, [{ kind: 'set', path: ['rules', key], value: word }]);
}

function lineStartOf({ text }: ManifestSource, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return start === 0 && text.startsWith('\ufeff') ? 1 : start;
}
