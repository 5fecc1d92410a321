import type { PlainValue } from './source.ts';

/** How a value is written where it goes. */
export interface RenderStyle {
  /** Inside `{ }` or `[ ]`. */
  readonly flow: boolean;
  /** Column of the key (or of the `-`) that the value belongs to. */
  readonly indent: number;
  /** Columns that a level goes deeper. */
  readonly step: number;
  readonly lineEnd: string;
  /** Mappings at these depths (0: the value itself) are written line by line even when they are short. */
  readonly blockDepth: number;
}

export type Quote = '"' | "'";

/** The longest line that a mapping or list is written on; a longer one gets a line for each entry. */
const maxLine = 100;

type PlainMap = { readonly [key: string]: PlainValue };

/**
 * A value as it follows `key:`, starting with the space or the line break in front of it.
 * @param column how many characters stand on the line before it
 */
export function renderValue(value: PlainValue, style: RenderStyle, column: number, quote?: Quote): string {
  if (!isCollection(value)) return ` ${renderScalar(value, style.flow, quote)}`;
  const flow = renderFlow(value);
  if (style.flow || isEmpty(value) || (style.blockDepth <= 0 && isSmall(value) && column + 1 + flow.length <= maxLine))
    return ` ${flow}`;
  return renderBlock(value, style)
    .map((line) => style.lineEnd + line)
    .join('');
}

/** `key: value`, over several lines where it has to be; the first is not indented. */
export function renderPair(key: string, value: PlainValue, style: RenderStyle): string {
  const head = `${renderKey(key, style.flow)}:`;
  return head + renderValue(value, style, style.indent + head.length);
}

/** An item of a list without its `- `. */
export function renderItem(value: PlainValue, style: RenderStyle): string {
  if (!isCollection(value)) return renderScalar(value, style.flow);
  const flow = renderFlow(value);
  if (style.flow || isEmpty(value) || (isSmall(value) && style.indent + 2 + flow.length <= maxLine)) return flow;
  // The first entry stands on the line of the `- `, two columns deeper.
  return renderBlock(value, { ...style, indent: style.indent + 2 - style.step })
    .join(style.lineEnd)
    .trimStart();
}

function renderBlock(value: PlainMap | readonly PlainValue[], style: RenderStyle): string[] {
  const indent = style.indent + style.step;
  const inner = { ...style, indent, blockDepth: style.blockDepth - 1 };
  const pad = ' '.repeat(indent);
  return isList(value)
    ? value.map((item) => `${pad}- ${renderItem(item, inner)}`)
    : Object.entries(value).map(([key, item]) => pad + renderPair(key, item, inner));
}

/** On one line: `{ a: 1, b: [x, y] }`. */
export function renderFlow(value: PlainValue): string {
  if (!isCollection(value)) return renderScalar(value, true);
  if (isEmpty(value)) return isList(value) ? '[]' : '{}';
  if (isList(value)) return `[${value.map(renderFlow).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, item]) => `${renderKey(key, true)}: ${renderFlow(item)}`);
  return `{ ${pairs.join(', ')} }`;
}

export function renderKey(key: string, flow: boolean, quote?: Quote): string {
  return quote === undefined && isPlain(key, flow) && key !== '<<' ? key : quoted(key, quote);
}

/**
 * A scalar that reads back as the same value.
 * @param quote what a text is quoted with even where it needs none
 */
export function renderScalar(value: string | number | boolean | null, flow: boolean, quote?: Quote): string {
  if (typeof value === 'number') return renderNumber(value);
  if (typeof value !== 'string') return String(value);
  if (quote === undefined && isPlain(value, flow) && !isOtherType(value)) return value;
  return quoted(value, quote);
}

function renderNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

// eslint-disable-next-line no-control-regex
const needsEscape = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]/;

function quoted(text: string, quote: Quote = '"'): string {
  if (quote === "'" && !needsEscape.test(text)) return `'${text.replaceAll("'", "''")}'`;
  // JSON's escapes are YAML's; what JSON leaves as it is, but YAML breaks lines at or forbids, is escaped too.
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** True for a text that YAML takes for one plain scalar. A few that it would take are quoted for the reader's sake. */
function isPlain(text: string, flow: boolean): boolean {
  if (!/^(?:[^\s\-?:,[\]{}#&*!|>%@`"'=]|[-.](?=[\p{L}\p{N}/._]))/u.test(text)) return false;
  if (/\s$|:(?:\s|$)|\s#|^---|^\.\.\./.test(text) || needsEscape.test(text)) return false;
  return !flow || !/[,[\]{}]/.test(text);
}

/** True for a text that would read back as null, a boolean or a number. */
function isOtherType(text: string): boolean {
  return (
    /^(?:~|null|true|false|Null|True|False|NULL|TRUE|FALSE)$/.test(text) ||
    /^[-+]?(?:0o[0-7]+|0x[0-9a-fA-F]+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/.test(text) ||
    /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/.test(text)
  );
}

export function isCollection(value: PlainValue): value is PlainMap | readonly PlainValue[] {
  return typeof value === 'object' && value !== null;
}

export function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}

function isEmpty(value: PlainMap | readonly PlainValue[]): boolean {
  return (isList(value) ? value : Object.keys(value)).length === 0;
}

/** Short enough to read on one line: no more than one level of mappings in it. */
function isSmall(value: PlainMap | readonly PlainValue[]): boolean {
  const members: readonly PlainValue[] = isList(value) ? value : Object.values(value);
  return members.every((member) => !isCollection(member) || Object.values(member).every((each) => !isCollection(each)));
}
