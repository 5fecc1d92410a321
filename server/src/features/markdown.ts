/**
 * Text for hovers and documentation. What is said is kept as plain text in blocks and becomes Markdown only here, so that nothing from a
 * manifest is ever read as markup, link, command or HTML.
 */

export type Block =
  /** A line set in bold. */
  | { readonly kind: 'title'; readonly text: string }
  /** Plain text from anywhere. */
  | { readonly kind: 'text'; readonly text: string }
  /** Small print. */
  | { readonly kind: 'note'; readonly text: string }
  /** A word of the language or a value, as code. */
  | { readonly kind: 'code'; readonly text: string }
  /** Prose of this product's own, in which backticks mark code. Never text from a manifest. */
  | { readonly kind: 'prose'; readonly markdown: string }
  /** Rows of cells; the first is the head. `numbers`: columns set to the right. */
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[]; readonly numbers?: readonly number[] }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** A link to an address of this product's own. */
  | { readonly kind: 'link'; readonly label: string; readonly href: string }
  | { readonly kind: 'rule' };

const LONGEST = 300;

/** Characters that mean something to some Markdown wherever they stand, and the `(` of an icon. */
const SPECIAL = /[\\`*_[\]|~]|(?<=\$)\(|(?<=www)\./gi;
/** What opens a list, a heading or an underline at the beginning of a line. */
const OPENING = /^(\s*)([-+#=]|\d+[.)](?=\s|$))/;
/** HTML, and what would make a bare address into a link. */
const ENTITY = /[&<>@]|(?<=\w):(?=[\w/\\])/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  ':': '&#58;',
  '@': '&#64;',
};

/** Makes any text inert: shown as it is, on one line, cut at 300 characters. */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(SPECIAL, '\\$&')
    .replace(OPENING, (_, blanks: string, mark: string) => `${blanks}${mark.slice(0, -1)}\\${mark.slice(-1)}`)
    .replace(ENTITY, (character) => ENTITIES[character] ?? character);
}

/** The text as a code span, with a fence longer than any run of backticks in it. */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  if (line.trim() === '') return '';
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = longest > 0 ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}

export function renderMarkdown(blocks: readonly Block[]): string {
  return blocks
    .map(blockToMarkdown)
    .filter((part) => part !== '')
    .join('\n\n');
}

export function renderPlain(blocks: readonly Block[]): string {
  return blocks
    .map(blockToPlain)
    .filter((part) => part !== '')
    .join('\n\n');
}

function blockToMarkdown(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `**${escapeMarkdown(block.text)}**`;
    case 'text':
      return escapeMarkdown(block.text);
    case 'note':
      return `*${escapeMarkdown(block.text)}*`;
    case 'code':
      return codeSpan(block.text);
    case 'prose':
      return block.markdown;
    case 'table':
      return tableToMarkdown(block.rows, block.numbers ?? []);
    case 'list':
      return block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');
    case 'link':
      return `[${escapeMarkdown(block.label)}](${block.href})`;
    case 'rule':
      return '---';
  }
}

function tableToMarkdown(rows: readonly (readonly string[])[], numbers: readonly number[]): string {
  const [head, ...body] = rows;
  if (head === undefined) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head.map(escapeMarkdown)),
    line(head.map((_, column) => (numbers.includes(column) ? '--:' : ':--'))),
    ...body.map((row) => line(row.map(escapeMarkdown))),
  ].join('\n');
}

function blockToPlain(block: Block): string {
  switch (block.kind) {
    case 'prose':
      return block.markdown.replace(/`/g, '');
    case 'table':
      return block.rows
        .map((row) =>
          row
            .map(oneLine)
            .filter((cell) => cell !== '')
            .join('  '),
        )
        .join('\n');
    case 'list':
      return block.items.map((item) => `- ${oneLine(item)}`).join('\n');
    case 'link':
      return `${block.label}: ${block.href}`;
    case 'rule':
      return '';
    default:
      return oneLine(block.text);
  }
}

/** Control and formatting characters, line ends, and marks that turn the direction of writing. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const DIRECTIONS = /\p{Cf}/gu;

function oneLine(text: string): string {
  const line = text.replace(INVISIBLE, ' ').replace(DIRECTIONS, '');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
