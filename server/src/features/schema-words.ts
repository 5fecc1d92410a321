/** What the schema says of a field, in prose. Backticks mark code; nothing here comes from a manifest. */
import { DIMENSIONS } from '../manifest/quantity.ts';
import type { SchemaPlace, SchemaType } from '../schema/walk.ts';
import { codeSpan, type Block } from './markdown.ts';

const MOST_WORDS = 20;

const TYPE_WORDS: Readonly<Record<SchemaType, string>> = {
  mapping: 'a mapping',
  map: 'a mapping of names',
  list: 'a list',
  text: 'text',
  number: 'a number',
  'whole number': 'a whole number',
  boolean: '`true` or `false`',
  quantity: 'a quantity',
};

/** Description, then type, default and examples on one line. */
export function fieldBlocks(place: SchemaPlace): Block[] {
  const line = facets(place).join(' · ');
  return [
    ...(place.description === '' ? [] : [{ kind: 'prose', markdown: place.description } as const]),
    ...(line === '' ? [] : [{ kind: 'prose', markdown: line } as const]),
  ];
}

function facets(place: SchemaPlace): string[] {
  const found: string[] = [typeWords(place)].filter((words) => words !== '');
  if (place.default !== undefined) found.push(`default: ${place.default}`);
  const examples =
    place.examples.length > 0 || place.dimension === undefined ? place.examples : [DIMENSIONS[place.dimension].example];
  if (examples.length > 0) found.push(`such as ${examples.map((each) => codeSpan(String(each))).join(', ')}`);
  return found;
}

/** `a duration`, `a whole number or auto`, `one of spot, on-demand`. */
export function typeWords({ types, values, dimension }: SchemaPlace): string {
  const words = values.filter((value) => typeof value !== 'boolean').map((value) => codeSpan(String(value)));
  const shown = words.length > MOST_WORDS ? [...words.slice(0, MOST_WORDS), '…'] : words;
  const others = types
    .filter((type) => type !== 'quantity' && !(type === 'text' && (words.length > 0 || dimension !== undefined)))
    .filter((type) => !(type === 'number' && dimension !== undefined))
    .map((type) => TYPE_WORDS[type]);
  const quantity = dimension === undefined ? [] : [DIMENSIONS[dimension].name];
  const closed = shown.length > 1 ? [`one of ${shown.join(', ')}`] : shown;
  return [...quantity, ...closed, ...others].join(', or ');
}
