/** AI103: a key that stands twice in one mapping. */
import type { ManifestSource, Span, SyntaxProblem, TextEdit } from '../manifest/source.ts';
import type { Fix, Rule } from './rule.ts';

export const duplicateKey: Rule = {
  code: 'AI103',
  name: 'duplicate-key',
  severity: 'error',
  docs: {
    summary: 'A key stands twice in one mapping.',
    what: 'The same key is written twice in the same mapping. The plan takes the first.',
    why: 'YAML forbids it, and tools disagree on which of the two counts: one of the values silently has no effect.',
    whenToSilence: 'Never: remove one of the two.',
    sources: ['YAML 1.2.2, 3.2.1.1: keys of a mapping are unique, https://yaml.org/spec/1.2.2/ (2021-10-01)'],
    bad: [
      {
        title: 'The model stands twice',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    <|model|>: llama-3.1-70b
`,
      },
    ],
    good: [
      {
        title: 'The same key in two workloads',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
  label:
    phase: batch-inference
    model: llama-3.1-8b
`,
      },
    ],
    fixes: [
      {
        title: 'Remove the second',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: auto
    model: llama-3.1-8b
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: auto
`,
      },
    ],
  },
  *checkManifest({ source }) {
    for (const problem of source.problems) {
      if (problem.code !== 'AI103') continue;
      const first = problem.related;
      yield {
        path: problem.path ?? [],
        part: 'key',
        span: problem.span,
        message: problem.message,
        ...(first && { relatedSpans: [{ span: first, message: 'It stands here first.' }] }),
        fixes: () => fixes(source, problem),
      };
    }
  },
};

/** Removes the second in block style, where it begins its line; safe where both say the same. */
function fixes({ text }: ManifestSource, { span, related }: SyntaxProblem): readonly Fix[] {
  const second = blockAt(text, span);
  if (!second) return [];
  const first = related && blockAt(text, related);
  const same = first !== undefined && withoutIndent(text, first) === withoutIndent(text, second);
  const key = text.slice(span.start, span.end);
  const edit: TextEdit = { start: second.start, end: second.end, newText: '' };
  return [{ title: `Remove the second \`${key}\``, edits: [], textEdits: [edit], safe: same, preferred: true }];
}

/** The whole lines of a key in block style: its own, and those indented deeper. */
function blockAt(text: string, key: Span): Span | undefined {
  const start = text.lastIndexOf('\n', key.start - 1) + 1;
  const indent = text.slice(start, key.start);
  if (/[^ ]/.test(indent)) return undefined;
  let end = lineEnd(text, start);
  for (let next = end; next < text.length; next = lineEnd(text, next)) {
    const line = text.slice(next, lineEnd(text, next));
    if (/^\s*$/.test(line)) continue;
    const depth = line.length - line.trimStart().length;
    const isItem = depth === indent.length && line.trimStart().startsWith('- ');
    if (depth <= indent.length && !isItem) break;
    end = lineEnd(text, next);
  }
  return { start, end };
}

function lineEnd(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at + 1;
}

function withoutIndent(text: string, span: Span): string {
  return text.slice(span.start, span.end).replace(/\s+/g, ' ').trim();
}
