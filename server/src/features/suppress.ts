/** Edits that silence a finding: a comment before its line, or a line in the manifest's own `rules`. */
import type { ManifestSource, TextEdit } from '../manifest/source.ts';
import { editManifest } from '../manifest/edit.ts';
import type { Finding } from '../rules/rule.ts';

/** A broken text cannot be silenced (comments in it may not be read), and AI109 is about silencing itself. */
const NEVER_SILENCED: ReadonlySet<string> = new Set(['AI101', 'AI109']);

export function canBeSilenced({ code }: Finding): boolean {
  return !NEVER_SILENCED.has(code);
}

/** A comment of its own line before the line where the finding starts; an ignore comment that stands there already gets one more code. */
export function ignoreHere(source: ManifestSource, finding: Finding): TextEdit[] {
  const { text } = source;
  const bomEnd = text.startsWith('\ufeff') ? 1 : 0;
  const lineStart = Math.max(text.lastIndexOf('\n', finding.span.start - 1) + 1, bomEnd);
  const before = source.comments.find(
    ({ span, ownLine }) => ownLine && span.end <= lineStart && text.slice(span.end, lineStart).trim() === '',
  );
  const list =
    // A date limits what stands there; the new code is to stay.
    before === undefined || /\suntil\s/.test(before.text)
      ? null
      : /^\s*ai-infra-ignore\s+(\S+?(?:\s*,\s*\S+)*?)(?=\s+until\s|\s+--|\s*$)/.exec(before.text);
  if (before !== undefined && list !== null && text.slice(before.span.end, lineStart).split('\n').length === 2) {
    // The comment's text begins after its `#`.
    const end = before.span.start + 1 + list[0].length;
    return [{ start: end, end, newText: `, ${finding.code}` }];
  }
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  return [{ start: lineStart, end: lineStart, newText: `${indent}# ai-infra-ignore ${finding.code}${source.lineEnd}` }];
}

/** `rules: { AI501: off }`. */
export function turnOff(source: ManifestSource, finding: Finding): readonly TextEdit[] {
  return editManifest(source, [{ kind: 'set', path: ['rules', finding.code], value: 'off' }]);
}
