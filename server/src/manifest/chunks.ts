import type { SyntaxProblem } from './source.ts';
import { syntax } from './parse-messages.ts';
import type { ChunkKind } from './parse-chunk.ts';
import { lineEnd } from './span.ts';

/** A part of the text that is valid YAML exactly when the whole is, as far as this part goes. */
export interface Segment {
  readonly kind: ChunkKind;
  readonly start: number;
  readonly end: number;
  /** A line does not fit here: were the part parsed without an error, the whole text would have to decide. */
  readonly doubtful: boolean;
  /** Known from the lines alone. */
  readonly problem?: SyntaxProblem;
  /** A word without `:`: nothing to parse, `problem` says it all. */
  readonly halfTyped: boolean;
}

export interface Segments {
  readonly segments: readonly Segment[];
  /** Where a second document starts, which is not analysed. */
  readonly secondDocument: number | undefined;
}

interface Open {
  kind: ChunkKind;
  start: number;
  keyIndent: number;
  doubtful: boolean;
  halfTyped: boolean;
  problem: SyntaxProblem | undefined;
}

/**
 * Cuts a manifest by its lines: one part a top-level key, and one a workload. In block YAML every content line of a
 * value is indented deeper than its key (only `- ` may stand in the key's column), so a line in the column of the keys
 * always starts the next one, even after a quote that was never closed. Comments go with what follows them.
 * @returns undefined where the lines alone do not tell: the text is then parsed as a whole
 */
export function segment(text: string, from: number): Segments | undefined {
  const segments: Segment[] = [];
  let open: Open | undefined;
  let lead = -1;
  let childIndent = -1;
  let inWorkloads = false;
  let seenWorkloads = false;
  let seenMarker = false;
  let secondDocument: number | undefined;

  const close = (end: number): void => {
    if (!open) return;
    const { kind, start, doubtful, halfTyped, problem } = open;
    if (end > start) segments.push({ kind, start, end, doubtful, halfTyped, ...(problem && { problem }) });
  };
  const begin = (
    kind: ChunkKind,
    line: number,
    keyIndent: number,
    halfTyped = false,
    problem?: SyntaxProblem,
  ): void => {
    const start = !open ? from : lead >= 0 ? lead : line;
    close(start);
    open = { kind, start, keyIndent, doubtful: false, halfTyped, problem };
    lead = -1;
  };

  let line = from;
  let next: number;
  for (; line < text.length; line = next) {
    const newline = text.indexOf('\n', line);
    next = newline < 0 ? text.length : newline + 1;
    let at = line;
    while (text.charCodeAt(at) === space) at++;
    const indent = at - line;
    let tabbed = false;
    while (text.charCodeAt(at) === tab) {
      tabbed = true;
      while (text.charCodeAt(at) === tab || text.charCodeAt(at) === space) at++;
    }
    const code = at < next ? text.charCodeAt(at) : lineFeed;
    if (code === lineFeed || (code === carriageReturn && at + 1 >= next - 1)) continue;
    if (code === hash) {
      if (lead < 0 && (!open || indent <= open.keyIndent || open.kind === 'header')) lead = line;
      continue;
    }
    if (open && indent > open.keyIndent && open.kind !== 'header') {
      lead = -1;
      continue;
    }
    if (tabbed) {
      if (!open || open.kind === 'header') return undefined;
      open.doubtful = true;
      lead = -1;
      continue;
    }
    if (indent === 0) {
      if (code === percent && !open) return undefined;
      const marker = documentMarker(text, at);
      if (marker === '...') return undefined;
      if (marker === '---') {
        if (open || seenMarker) {
          secondDocument = line;
          break;
        }
        if (!isRestBlank(text, at + 3, next)) return undefined;
        seenMarker = true;
        continue;
      }
    }
    if (code === question && isBreak(text.charCodeAt(at + 1))) return undefined;
    if (code === dash && isBreak(text.charCodeAt(at + 1))) {
      // A list may stand in the column of its key.
      if (!open || open.kind === 'header') return undefined;
      if (indent < open.keyIndent || open.halfTyped) open.doubtful = true;
      lead = -1;
      continue;
    }
    const colon = keyEnd(text, at, next);
    const word = colon < 0 && isHalfTyped(text, at, next);
    if (colon < 0 && !word) {
      if (!open || open.kind === 'header') return undefined;
      open.doubtful = true;
      lead = -1;
      continue;
    }
    // A merge of whole workloads, or of the top level, is no workload and no key.
    if (colon === at + 2 && text.startsWith('<<', at)) return undefined;
    if (indent === 0) {
      inWorkloads = false;
      if (segments.length > maxSegments) return undefined;
      if (word) {
        begin('top', line, 0, true, halfTypedProblem(text, at));
        continue;
      }
      if (unquote(text.slice(at, colon).trimEnd()) === 'workloads') {
        if (seenWorkloads || !isRestBlank(text, colon + 1, next)) return undefined;
        begin('header', line, 0);
        seenWorkloads = true;
        inWorkloads = true;
        childIndent = -1;
      } else begin('top', line, 0);
      continue;
    }
    if (!inWorkloads) {
      if (!open) return undefined;
      open.doubtful = true;
      lead = -1;
      continue;
    }
    const misaligned =
      childIndent >= 0 && indent !== childIndent ? misalignedProblem(text, at, indent, childIndent) : undefined;
    childIndent = indent;
    if (segments.length > maxSegments) return undefined;
    begin('workload', line, indent, word, word ? halfTypedProblem(text, at) : misaligned);
  }
  const end = secondDocument ?? text.length;
  if (!open) open = { kind: 'top', start: from, keyIndent: 0, doubtful: false, halfTyped: false, problem: undefined };
  close(end);
  return { segments, secondDocument };
}

/** Parts cost more than lines: beyond this, a text is no manifest and is parsed as a whole, with its own limits. */
const maxSegments = 20_000;

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const hash = 35;
const percent = 37;
const dash = 45;
const question = 63;

function isBreak(code: number): boolean {
  return Number.isNaN(code) || code === space || code === tab || code === lineFeed || code === carriageReturn;
}

function documentMarker(text: string, at: number): '---' | '...' | undefined {
  const three = text.substring(at, at + 3);
  return (three === '---' || three === '...') && isBreak(text.charCodeAt(at + 3)) ? three : undefined;
}

function isRestBlank(text: string, from: number, to: number): boolean {
  return /^(?:[ \t]+#.*|[ \t]*)[\r\n]*$/.test(text.slice(from, to));
}

const quotedKey = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*:(?=[\s]|$)/;

/** Offset of the colon of a `key:` at `at`, or -1 where the line starts with none or with something unusual. */
function keyEnd(text: string, at: number, end: number): number {
  const first = text.charAt(at);
  if (first === '"' || first === "'") {
    const match = quotedKey.exec(text.slice(at, end));
    return match ? at + match[0].length - 1 : -1;
  }
  if (/[-?:,[\]{}#&*!|>%@`]/.test(first)) return -1;
  for (let colon = text.indexOf(':', at); colon >= 0 && colon < end; colon = text.indexOf(':', colon + 1))
    if (isBreak(text.charCodeAt(colon + 1))) return / #|\t#/.test(text.slice(at, colon)) ? -1 : colon;
  return -1;
}

function isHalfTyped(text: string, at: number, end: number): boolean {
  return /^[\w./-]+[ \t]*(?:[ \t]#.*)?[\r\n]*$/.test(text.slice(at, end));
}

function unquote(key: string): string {
  return /^(["']).*\1$/.test(key) ? key.slice(1, -1) : key;
}

function halfTypedProblem(text: string, at: number): SyntaxProblem {
  const word = /^[^\s:]+/.exec(text.slice(at, Math.min(at + 100, lineEnd(text, at))))?.[0] ?? '';
  return syntax(`\`${word}\` has no \`:\`: write \`${word}: value\`.`, { start: at, end: at + word.length });
}

function misalignedProblem(text: string, at: number, indent: number, expected: number): SyntaxProblem {
  const word = /^[^\s:]+/.exec(text.slice(at, Math.min(at + 100, lineEnd(text, at))))?.[0] ?? '';
  return syntax(
    `\`${word}\` is indented by ${indent} and the workload above by ${expected}: give all workloads the same indentation.`,
    { start: at, end: at + word.length },
  );
}
