import type { ErrorCode } from 'yaml';
import type { Span, SyntaxProblem } from './source.ts';

/** What the token walk knows that the parser's own message does not say. */
export interface Unclosed {
  /** `"`, `'`, `{` or `[`. */
  readonly opener: string;
  readonly span: Span;
}

const closers: Readonly<Record<string, string>> = { '"': '"', "'": "'", '{': '}', '[': ']' };

/** The problem of a quote or bracket that is never closed, at its opener. */
export function unclosedProblem({ opener, span }: Unclosed): SyntaxProblem {
  const what = opener === '"' || opener === "'" ? 'This text' : opener === '{' ? 'This mapping' : 'This list';
  return syntax(
    `${what} starts with \`${opener}\` and is never closed: add \`${closers[opener] ?? opener}\` at its end.`,
    span,
  );
}

export function syntax(message: string, span: Span): SyntaxProblem {
  return { code: 'AI101', message, span };
}

/**
 * The parser's error in our words: what is wrong, and what to write.
 * @param found the text at the place of the error, for messages that quote it
 */
export function explain(code: ErrorCode, message: string, found: string): string {
  const quoted = found.trim() === '' ? 'This' : `\`${found.trim().slice(0, 40)}\``;
  switch (code) {
    case 'BAD_ALIAS':
      return '`*` needs the name of an anchor: write `*name`, or quote the text that starts with `*`.';
    case 'ALIAS_PROPS':
      return 'An alias takes no anchor or tag of its own: write only `*name`.';
    case 'BAD_DIRECTIVE':
      return 'This directive is not known: a manifest needs none, remove the line.';
    case 'BAD_DQ_ESCAPE':
      return `${quoted} is no escape sequence in double quotes: write \`\\\\\` for a backslash, or use single quotes.`;
    case 'BAD_INDENT':
      return 'This line is indented in a way that fits no line above: align it with the keys it belongs to.';
    case 'BAD_PROP_ORDER':
      return 'Anchors and tags stand right before the value: move them behind the colon.';
    case 'BAD_SCALAR_START':
      return `${quoted} starts with a character that YAML reserves: put the text in quotes.`;
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'A second `key:` on one line: put it on a line of its own, indented deeper, or write `{ key: value }`.';
    case 'BLOCK_IN_FLOW':
      return 'Lines by indentation do not work inside `{ }` and `[ ]`: separate the entries by commas.';
    case 'KEY_OVER_1024_CHARS':
      return 'This key is longer than 1,024 characters: shorten it.';
    case 'MULTILINE_IMPLICIT_KEY':
      return 'This key runs over two lines: add the `:` that is missing, or align the lines.';
    case 'MULTIPLE_ANCHORS':
      return 'A value takes one anchor: remove the second `&name`.';
    case 'MULTIPLE_TAGS':
      return 'A value takes one tag: remove the second.';
    case 'TAB_AS_INDENT':
      return 'A tab indents this line, which YAML forbids: use spaces.';
    case 'TAG_RESOLVE_FAILED':
      return 'The value does not fit its tag: remove the tag, or correct the value.';
    case 'BAD_COLLECTION_TYPE':
      return 'The tag does not fit a mapping or list: remove it.';
    case 'MISSING_CHAR':
      return missing(message, quoted);
    case 'UNEXPECTED_TOKEN':
      return unexpected(message, quoted);
    default:
      return `${quoted} is not valid YAML here: check the quotes, colons and indentation around it.`;
  }
}

function missing(message: string, quoted: string): string {
  if (message.includes('followed by map values')) return `${quoted} has no \`:\`: write \`key: value\`.`;
  if (message.includes('comma') || message.includes(','))
    return 'A comma is missing: separate the entries of `{ }` and `[ ]` by `, `.';
  if (message.includes('space') || message.includes('Comments'))
    return 'A space is missing here: put one before `#` and after `:`, `-` and `,`.';
  return `Something is missing at ${quoted === 'This' ? 'this place' : quoted}: check the quotes, colons and commas before it.`;
}

function unexpected(message: string, quoted: string): string {
  if (message.includes('flow-map-end') || message.includes('flow-seq-end') || /Unexpected (flow|.*[}\]])/.test(message))
    return `${quoted} closes nothing: remove it, or open the bracket before.`;
  if (message.includes('comma') || message.includes(',')) return 'A comma too many: remove it.';
  return `${quoted} fits nothing above it: align it with the keys it belongs to.`;
}
