import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import type { Alias, CST, Document, Node, Pair, YAMLMap } from 'yaml';
import type { Comment, Path, Span, SyntaxProblem } from './source.ts';
import { explain, syntax, unclosedProblem } from './parse-messages.ts';
import type { Unclosed } from './parse-messages.ts';
import { lineEnd, lineStart } from './span.ts';

export type ChunkKind = 'document' | 'top' | 'header' | 'workload';

/** An anchor and the node that carries it; the offset is that of the node in its chunk. */
export interface Anchor {
  readonly name: string;
  readonly offset: number;
  readonly node: Node;
}

/** A part of the text parsed on its own. All offsets count from the start of the chunk, so that it survives moves. */
export interface Chunk {
  readonly kind: ChunkKind;
  readonly text: string;
  readonly root: Node | null;
  readonly problems: readonly SyntaxProblem[];
  readonly comments: readonly Comment[];
  readonly anchors: readonly Anchor[];
  /** The values depend on what these refer to, mostly in other chunks. */
  readonly aliases: readonly Alias[];
  /** How many tokens it took: the measure of work against which hostile texts are stopped. */
  readonly tokens: number;
  /** Where a second document of the stream starts, when there is one. */
  readonly secondDocument: number | undefined;
}

/** Nesting beyond which a text is not analysed: composing is recursive, and no manifest needs a tenth of it. */
export const maxDepth = 100;
/** Tokens beyond which a text is not analysed; a manifest of 10,000 lines has about 200,000. */
export const maxTokens = 700_000;
/** Problems kept of one chunk: the rest are mostly consequences. */
const maxProblems = 50;
/** Errors of the parser looked at for them. */
const maxErrors = 500;
/** How far around an error a word is looked for. */
const maxWord = 100;

const parseOptions = {
  version: '1.2',
  merge: false,
  strict: true,
  prettyErrors: false,
  keepSourceTokens: false,
  // Compares every key with every other; duplicates are found here in linear time, with both places.
  uniqueKeys: false,
} as const;

/** Parses a part of a manifest. Never throws. */
export function parseChunk(kind: ChunkKind, text: string, budget = maxTokens): Chunk {
  const found: Findings = { comments: [], unclosed: [] };
  const read = readTokens(text, budget);
  for (const token of read.tokens) walkToken(token, text, found);
  const problems: SyntaxProblem[] = [...read.problems];
  const document = read.problems.length > 0 ? undefined : compose(read.tokens, text.length, problems);
  const root = document?.contents ?? null;
  if (document) problems.push(...syntaxProblems(document, text, found.unclosed));
  const tree: TreeFacts = { anchors: [], problems: [], aliases: [] };
  if (root) walkNode(root, kind === 'workload' ? ['workloads'] : [], tree);
  return {
    kind,
    text,
    root,
    problems: [...problems, ...tree.problems].slice(0, maxProblems),
    comments: found.comments,
    anchors: tree.anchors,
    aliases: tree.aliases,
    tokens: read.count,
    secondDocument: read.secondDocument,
  };
}

interface Tokens {
  readonly tokens: readonly CST.Token[];
  readonly count: number;
  readonly problems: readonly SyntaxProblem[];
  readonly secondDocument: number | undefined;
}

function readTokens(text: string, budget: number): Tokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  let documents = 0;
  const end = (problem?: SyntaxProblem, secondDocument?: number): Tokens => ({
    tokens: problem ? [] : tokens,
    count,
    problems: problem ? [problem] : [],
    secondDocument,
  });
  const lines = new Lexer().lex(text);
  for (const lexeme of lines) {
    count++;
    for (const token of parser.next(lexeme)) {
      if (token.type === 'document' && ++documents === 2) return end(undefined, token.offset);
      tokens.push(token);
    }
    if (parser.stack.length > maxDepth) {
      const start = Math.min(parser.offset, text.length);
      const message = `More than ${maxDepth} levels of nesting: this part is not analysed; a manifest needs fewer than 12.`;
      return end(syntax(message, { start: lineStart(text, start), end: lineEnd(text, start) }));
    }
    if (count > budget) {
      const message = `The text has more than ${maxTokens.toLocaleString('en-US')} words and signs and is not analysed: split the manifest.`;
      return end(syntax(message, { start: 0, end: lineEnd(text, 0) }));
    }
  }
  for (const token of parser.end()) {
    if (token.type === 'document' && ++documents === 2) return end(undefined, token.offset);
    tokens.push(token);
  }
  return end();
}

function compose(tokens: readonly CST.Token[], length: number, problems: SyntaxProblem[]): Document.Parsed | undefined {
  // Composing makes an Error for each mistake; thousands of stack traces that nobody reads would take seconds.
  const traces = (Error as { stackTraceLimit?: number }).stackTraceLimit;
  try {
    (Error as { stackTraceLimit?: number }).stackTraceLimit = 0;
    for (const document of new Composer(parseOptions).compose(tokens, true, length)) return document;
  } catch (error) {
    // The composer resolves some tags by code that throws on hostile values.
    const reason = error instanceof Error ? error.message : String(error);
    problems.push(
      syntax(`This part cannot be read as YAML (${reason}): check its tags and values.`, { start: 0, end: length }),
    );
  } finally {
    if (traces !== undefined) (Error as { stackTraceLimit?: number }).stackTraceLimit = traces;
  }
  return undefined;
}

interface Findings {
  readonly comments: Comment[];
  readonly unclosed: Unclosed[];
}

/** Comments and unclosed openers of a token tree. Its depth is bounded by `maxDepth`. */
function walkToken(token: CST.Token, text: string, found: Findings): void {
  switch (token.type) {
    case 'comment':
      addComment(token.offset, token.source, text, found);
      return;
    case 'block-scalar':
      walkAll(token.props, text, found);
      return;
    case 'single-quoted-scalar':
    case 'double-quoted-scalar': {
      const opener = token.source.charAt(0);
      if (token.source.length < 2 || !token.source.endsWith(opener))
        found.unclosed.push({ opener, span: { start: token.offset, end: lineEnd(text, token.offset) } });
      walkAll(token.end, text, found);
      return;
    }
    case 'document':
      walkAll(token.start, text, found);
      if (token.value) walkToken(token.value, text, found);
      walkAll(token.end, text, found);
      return;
    case 'flow-collection': {
      const closed = token.end.some((each) => each.type === 'flow-map-end' || each.type === 'flow-seq-end');
      if (!closed)
        found.unclosed.push({
          opener: token.start.source,
          span: { start: token.start.offset, end: token.start.offset + 1 },
        });
      walkItems(token.items, text, found);
      walkAll(token.end, text, found);
      return;
    }
    case 'block-map':
    case 'block-seq':
      walkItems(token.items, text, found);
      return;
    default:
      if ('end' in token) walkAll(token.end, text, found);
  }
}

function walkAll(tokens: readonly CST.Token[] | undefined, text: string, found: Findings): void {
  if (tokens) for (const token of tokens) walkToken(token, text, found);
}

function walkItems(items: readonly CST.CollectionItem[], text: string, found: Findings): void {
  for (const item of items) {
    walkAll(item.start, text, found);
    if (item.key) walkToken(item.key, text, found);
    walkAll(item.sep, text, found);
    if (item.value) walkToken(item.value, text, found);
  }
}

function addComment(start: number, source: string, text: string, found: Findings): void {
  const ownLine = text.slice(lineStart(text, start), start).trim() === '';
  const bare = source.endsWith('\r') ? source.slice(0, -1) : source;
  found.comments.push({ text: bare.slice(1), span: { start, end: start + bare.length }, ownLine });
}

/** The parser's errors in our words, one a line: the others on a line follow from the first. */
function syntaxProblems(document: Document.Parsed, text: string, unclosed: readonly Unclosed[]): SyntaxProblem[] {
  const problems = unclosed.map(unclosedProblem);
  const lines = new Set(problems.map((problem) => lineStart(text, problem.span.start)));
  for (const error of document.errors.slice(0, maxErrors)) {
    // Said better, at the opener.
    if (
      unclosed.length > 0 &&
      (/Missing closing/.test(error.message) || /(end with a|Expected .* to end)/.test(error.message))
    )
      continue;
    const span = error.code === 'TAB_AS_INDENT' ? tabbed(text, error.pos[0]) : visible(text, error.pos);
    const line = lineStart(text, span.start);
    if (lines.has(line)) continue;
    lines.add(line);
    problems.push(syntax(explain(error.code, error.message, text.slice(span.start, span.end)), span));
  }
  return problems;
}

/** A tab with the word that it indents. */
function tabbed(text: string, start: number): Span {
  const word = /^[ \t]*[^\s:]*/.exec(text.slice(start, start + maxWord));
  return { start, end: start + Math.max(1, word?.[0].length ?? 0) };
}

/** The error's range on its line; one that is empty or white space is moved to the last word before it. */
function visible(text: string, [from, to]: readonly [number, number]): Span {
  let start = Math.min(from, text.length);
  const end = Math.min(Math.max(to, start), lineEnd(text, start));
  if (text.slice(start, Math.min(end, start + maxWord)).trim() !== '') {
    if (end - start > 1) return { start, end };
    const word = /^[^\s,:{}[\]]+/.exec(text.slice(start, start + maxWord));
    return { start, end: word ? start + word[0].length : end };
  }
  while (start > 0 && /\s/.test(text.charAt(start - 1))) start--;
  const before = start;
  while (start > 0 && before - start < maxWord && /\S/.test(text.charAt(start - 1))) start--;
  return { start, end: before };
}

interface TreeFacts {
  readonly anchors: Anchor[];
  readonly problems: SyntaxProblem[];
  readonly aliases: Alias[];
}

function walkNode(node: Node, path: (string | number)[], facts: TreeFacts): void {
  if (isAlias(node)) {
    facts.aliases.push(node);
    return;
  }
  if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)
    facts.anchors.push({ name: node.anchor, offset: node.range?.[0] ?? 0, node });
  if (isMap(node)) walkMap(node, path, facts);
  else if (isSeq(node))
    node.items.forEach((item, index) => {
      path.push(index);
      walkNode(item as Node, path, facts);
      path.pop();
    });
}

function walkMap(map: YAMLMap, path: (string | number)[], facts: TreeFacts): void {
  const seen = new Map<string, Node>();
  for (const pair of map.items as Pair<Node, Node | null>[]) {
    const key = keyText(pair.key);
    if (!isMergeKey(pair.key)) {
      const first = seen.get(key);
      if (first) facts.problems.push(duplicate(key, spanOf(pair.key), spanOf(first), [...path, key]));
      else seen.set(key, pair.key);
    }
    walkNode(pair.key, path, facts);
    if (!pair.value) continue;
    path.push(key);
    walkNode(pair.value, path, facts);
    path.pop();
  }
}

/** The problem of a key that stands twice in a mapping. The first one counts. */
export function duplicate(key: string, span: Span, related: Span, path: Path): SyntaxProblem {
  return {
    code: 'AI103',
    message: `\`${key}\` stands twice in this mapping, and only the first counts: remove one of the two.`,
    span,
    related,
    path,
  };
}

/** Where a node stands in its chunk, without the white space and comments that follow it. */
export function spanOf(node: Node): Span {
  return { start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 };
}

/** A key as the author wrote it; `1.0` stays `1.0`. Mappings and lists, which YAML allows as keys, by their content. */
export function keyText(key: unknown): string {
  if (isScalar(key)) return typeof key.value === 'string' ? key.value : (key.source ?? '');
  if (isAlias(key)) return `*${key.source}`;
  return `? ${JSON.stringify(key)}`;
}

/** True for a plain `<<`. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}
