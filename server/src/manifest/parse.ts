import { isMap } from 'yaml';
import type { Comment, ManifestSource, SyntaxProblem } from './source.ts';
import { segment } from './chunks.ts';
import type { Segment } from './chunks.ts';
import { bomLength, isOwnIn, isWritten, locateIn, nearestIn } from './locate.ts';
import type { Tree } from './locate.ts';
import { duplicate, maxTokens, parseChunk, spanOf } from './parse-chunk.ts';
import type { Chunk, ChunkKind } from './parse-chunk.ts';
import { syntax } from './parse-messages.ts';
import { plainReader } from './parse-plain.ts';
import { anchorsOf, ownEntries } from './parse-tree.ts';
import type { Entry, NodeRef, Placed } from './parse-tree.ts';
import { partValues, wholeValues } from './parse-values.ts';
import { firstContent, lineEnd, shift } from './span.ts';

/** Characters beyond which a text is not analysed. A dense manifest of 10,000 lines has under a million. */
export const maxLength = 2_000_000;

/** Problems told of a text: nobody reads more. */
const maxProblems = 1000;

/** Lines and separators beyond which a text is not even cut into words. A dense manifest of 10,000 lines has 100,000. */
const maxSeparators = 250_000;

const trees = new WeakMap<ManifestSource, Tree>();

/** The tree behind a source, for completing and editing. */
export function treeOf(source: ManifestSource): Tree {
  return trees.get(source) ?? (trees.get(parseManifest(source.text)) as Tree);
}

/**
 * Reads a manifest's text. Any text gives a source; what is wrong with it is among the source's problems.
 * @param previous an earlier version of the same text: the parts that did not change are not parsed again
 */
export function parseManifest(text: string, previous?: ManifestSource): ManifestSource {
  if (previous?.text === text) return previous;
  const problems: SyntaxProblem[] = [];
  const clean = readable(text, problems);
  const from = bomLength(clean);
  const old = previous && trees.get(previous);
  const excess = tooMuch(clean);
  if (excess !== undefined) {
    const message = `The text has more than ${excess} and is not analysed: split the manifest.`;
    return Object.assign(assemble(text, [syntax(message, { start: 0, end: lineEnd(text, 0) })], []), { unread: true });
  }
  return (
    parseByParts(text, clean, from, old, [...problems]) ??
    assemble(text, problems, [{ chunk: wholeChunk(text, clean, from, problems), base: from }])
  );
}

/** What a text has more of than any manifest, told before the work that it would cost. */
function tooMuch(text: string): string | undefined {
  if (text.length > maxLength) return `${maxLength.toLocaleString('en-US')} characters`;
  if (text.length <= maxSeparators) return undefined;
  let separators = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 44 || code === 91 || code === 123) separators++;
  }
  return separators > maxSeparators ? `${maxSeparators.toLocaleString('en-US')} lines and entries` : undefined;
}

/**
 * The text with the characters blanked that YAML forbids, or that nobody sees: control characters (which the parser uses
 * as marks of its own), byte order marks that are not at the start, and carriage returns that end no line.
 */
function readable(text: string, problems: SyntaxProblem[]): string {
  // eslint-disable-next-line no-control-regex
  const invisible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|(?!^)\ufeff|\r(?!\n)/g;
  const at = text.search(invisible);
  if (at < 0) return text;
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  problems.push(syntax(`The invisible character U+${code} stands here: remove it.`, { start: at, end: at + 1 }));
  return text.replace(invisible, ' ');
}

function wholeChunk(text: string, clean: string, from: number, problems: SyntaxProblem[]): Chunk {
  const chunk = parseChunk('document', clean.slice(from));
  if (chunk.secondDocument !== undefined) problems.push(secondDocumentProblem(text, from + chunk.secondDocument));
  return chunk;
}

function secondDocumentProblem(text: string, at: number): SyntaxProblem {
  return syntax(
    'A second document starts here and is not analysed: one manifest a file, move it to a file of its own.',
    {
      start: at,
      end: lineEnd(text, at),
    },
  );
}

/** Undefined where the text has to be parsed as a whole. */
function parseByParts(
  text: string,
  clean: string,
  from: number,
  old: Tree | undefined,
  problems: SyntaxProblem[],
): ManifestSource | undefined {
  const cut = segment(clean, from);
  if (!cut) return undefined;
  const known = new Map<string, Chunk>();
  for (const { chunk } of old?.placed ?? [])
    if (chunk.kind !== 'document') known.set(cacheName(chunk.kind, chunk.text), chunk);
  const placed: Placed[] = [];
  let budget = maxTokens;
  for (const part of cut.segments) {
    const slice = clean.slice(part.start, part.end);
    const chunk = part.halfTyped
      ? unparsed(part, slice)
      : (known.get(cacheName(part.kind, slice)) ?? parseChunk(part.kind, owned(slice), budget));
    budget = Math.max(0, budget - chunk.tokens);
    if (part.problem) problems.push(part.problem);
    else if (!isRegular(part, chunk)) return undefined;
    placed.push({ chunk, base: part.start });
  }
  if (cut.secondDocument !== undefined) problems.push(secondDocumentProblem(text, cut.secondDocument));
  return assemble(text, problems, placed);
}

function cacheName(kind: ChunkKind, text: string): string {
  return kind === 'workload' ? text : `${kind}:${text}`;
}

/** A copy that does not keep the whole text it was cut from in memory. */
function owned(slice: string): string {
  return JSON.parse(JSON.stringify(slice)) as string;
}

/** A word without a colon is told by its line; parsed alone it would be a valid text. Only its comments are wanted. */
function unparsed({ kind, problem, start }: Segment, text: string): Chunk {
  const from = (problem?.span.start ?? start) - start;
  const to = (problem?.span.end ?? start) - start;
  const comments = text.includes('#')
    ? parseChunk(kind, text.slice(0, from) + ' '.repeat(to - from) + text.slice(to)).comments
    : [];
  return {
    kind,
    text,
    root: null,
    problems: [],
    comments,
    anchors: [],
    aliases: [],
    tokens: 0,
    secondDocument: undefined,
  };
}

function isRegular(part: Segment, chunk: Chunk): boolean {
  const broken = chunk.problems.some((problem) => problem.code === 'AI101');
  if (part.doubtful) return broken;
  // The lines promise a mapping.
  return broken || chunk.root === null || isMap(chunk.root);
}

/** Puts the parts together to a source. */
function assemble(text: string, problems: SyntaxProblem[], placed: readonly Placed[]): ManifestSource {
  const anchors = anchorsOf(placed);
  const read = plainReader(anchors, (problem) => problems.push(problem));
  for (const { chunk, base } of placed) for (const problem of chunk.problems) problems.push(moved(problem, base));
  const document = placed[0]?.chunk.kind === 'document' ? placed[0] : undefined;
  const whole = document && wholeMap(document, problems);
  const top = new Map<string, Entry>();
  let workloads: Map<string, Entry> | undefined;
  if (!document) {
    collect(placed, 'top', [], top, problems);
    collect(placed, 'header', [], top, problems);
    workloads = new Map();
    collect(placed, 'workload', ['workloads'], workloads, problems);
    if (workloads.size === 0 || !top.has('workloads')) workloads = undefined;
  }
  const tree: Tree = { text, placed, anchors, whole, top, workloads };
  const values = document ? wholeValues(tree, read) : partValues(tree, read, () => problems.length);
  problems.sort((a, b) => a.span.start - b.span.start);
  if (problems.length > maxProblems) problems.length = maxProblems;
  let comments: readonly Comment[] | undefined;
  const source: ManifestSource = {
    text,
    lineEnd: mostLineEnds(text),
    problems,
    get comments() {
      return (comments ??= placed.flatMap(({ chunk, base }) =>
        chunk.comments.map((each) => ({ ...each, span: shift(each.span, base) })),
      ));
    },
    ...values,
    locate: (path, part) => locateIn(tree, path, part),
    nearest: (path, part) => nearestIn(tree, path, part),
    isOwn: (path) => isOwnIn(tree, path),
  };
  trees.set(source, tree);
  return source;
}

function moved(problem: SyntaxProblem, by: number): SyntaxProblem {
  if (by === 0) return problem;
  return { ...problem, span: shift(problem.span, by), ...(problem.related && { related: shift(problem.related, by) }) };
}

function wholeMap(document: Placed, problems: SyntaxProblem[]): NodeRef | undefined {
  const { root, text } = document.chunk;
  if (root && isMap(root)) return { node: root, placed: document };
  if (root && isWritten(root) && document.chunk.problems.length === 0)
    problems.push(
      syntax(
        'A manifest is a mapping: start with `version: 1`, then `workloads:`.',
        shift(firstContent(text), document.base),
      ),
    );
  return undefined;
}

/** Gathers the pairs of all parts of a kind; a key that stands in two of them is reported, and the first counts. */
function collect(
  placed: readonly Placed[],
  kind: ChunkKind,
  path: readonly string[],
  into: Map<string, Entry>,
  problems: SyntaxProblem[],
): void {
  for (const each of placed) {
    if (each.chunk.kind !== kind || !each.chunk.root || !isMap(each.chunk.root)) continue;
    for (const entry of ownEntries(each.chunk.root, each)) {
      const first = into.get(entry.key);
      if (!first) into.set(entry.key, entry);
      else
        problems.push(
          duplicate(
            entry.key,
            shift(spanOf(entry.pair.key), entry.placed.base),
            shift(spanOf(first.pair.key), first.placed.base),
            [...path, entry.key],
          ),
        );
    }
  }
}

function mostLineEnds(text: string): string {
  const first = text.indexOf('\n');
  if (first < 0) return '\n';
  let crlf = 0;
  let lines = 0;
  for (let at = first; at >= 0 && lines < 100; at = text.indexOf('\n', at + 1)) {
    lines++;
    if (text[at - 1] === '\r') crlf++;
  }
  return crlf * 2 > lines ? '\r\n' : '\n';
}
