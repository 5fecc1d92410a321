/** Words for messages: what a field wants, and what stands there instead. */
import * as z from 'zod';
import { DIMENSIONS } from './quantity.ts';
import { bare, branches, isMapping, metaOf } from './shape.ts';

const LIST_LIMIT = 8;

/**
 * "a whole number or `auto`"; "`full`, `lora` or `qlora`"; "a duration such as `14d`".
 * @param written What stands there: a number is told the least it may be.
 */
export function wanted(schema: z.ZodType, written?: unknown): string {
  const words = branches(schema).map((branch) => wantedOfBranch(branch, written));
  return joinOr([...new Set(words)]);
}

/** The words that the field takes, where it takes words. */
export function wordsOf(schema: z.ZodType): readonly string[] {
  return branches(schema).flatMap((branch) => {
    if (branch instanceof z.ZodEnum) return branch.options.map(String);
    if (branch instanceof z.ZodLiteral) return [...branch.values].filter((value) => typeof value === 'string');
    return [];
  });
}

/** A value that the field might have: its own example, else its dimension's. */
export function exampleOf(schema: z.ZodType): string {
  const { examples, 'x-dimension': dimension } = metaOf(schema);
  const example = examples?.[0] ?? (dimension && DIMENSIONS[dimension].example);
  return example === undefined ? '' : String(example);
}

function wantedOfBranch(schema: z.ZodType, written: unknown): string {
  const meta = metaOf(schema);
  const dimension = meta['x-dimension'];
  if (dimension)
    return `${DIMENSIONS[dimension].name} such as \`${String(meta.examples?.[0] ?? DIMENSIONS[dimension].example)}\``;
  if (schema instanceof z.ZodEnum) return joinOr(shortened(schema.options.map((option) => `\`${String(option)}\``)));
  if (schema instanceof z.ZodLiteral) return joinOr([...schema.values].map((value) => `\`${String(value)}\``));
  if (schema instanceof z.ZodBoolean) return '`true` or `false`';
  if (schema instanceof z.ZodNumber) return wantedNumber(schema, typeof written === 'number');
  // Only a text of a fixed form (a date) is shown by its example; other examples would seem to be the only choice.
  if (schema instanceof z.ZodString)
    return schema.def.checks?.length ? `text such as \`${exampleOf(schema)}\`` : 'text';
  if (schema instanceof z.ZodArray) return `a list of ${listItem(bare(schema.element as z.ZodType))}`;
  return 'a mapping of keys to values';
}

function wantedNumber(schema: z.ZodNumber, exactly: boolean): string {
  const kind = schema.isInt ? 'a whole number' : 'a number';
  const { minValue, maxValue } = schema;
  const low =
    minValue !== null && Number.isFinite(minValue) && minValue > Number.MIN_SAFE_INTEGER ? minValue : undefined;
  const high =
    maxValue !== null && Number.isFinite(maxValue) && maxValue < Number.MAX_SAFE_INTEGER ? maxValue : undefined;
  if (low !== undefined && high !== undefined) return `${kind} from ${low} to ${high}`;
  // "At least one" goes without saying for things that are counted.
  return low === undefined || (low === 1 && !exactly) ? kind : `${kind} of at least ${low}`;
}

function listItem(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum) return joinOr(shortened(schema.options.map((option) => `\`${String(option)}\``)));
  if (schema instanceof z.ZodObject) return 'mappings';
  return 'text';
}

/** "the text `eight`", "the number `8.5`", "a list". */
export function described(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isMapping(value)) return 'a mapping';
  const text = String(value);
  const shown = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  if (typeof value === 'string') return text === '' ? 'an empty text' : `the text \`${shown}\``;
  return typeof value === 'boolean' ? `\`${shown}\`` : `the number \`${shown}\``;
}

export function joinOr(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** The first of a long list, and an ellipsis. */
export function shortened(words: readonly string[]): readonly string[] {
  return words.length > LIST_LIMIT + 2 ? [...words.slice(0, LIST_LIMIT), '…'] : words;
}
