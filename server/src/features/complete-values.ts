/** Values that may stand at the cursor: words of the schema, names of the catalogue and of this manifest, units after a number. */
import { CompletionItemKind, type CompletionItem } from 'vscode-languageserver-types';
import type { Analysis } from '../analysis.ts';
import type { Cursor } from '../manifest/cursor.ts';
import type { ValueList } from '../manifest/fields.ts';
import type { Dimension } from '../manifest/quantity.ts';
import { manifestSchemaJson } from '../schema/generated.ts';
import { schemaAt, type SchemaPlace } from '../schema/walk.ts';
import { details, documentation, writeScalar, type Writing } from './completion-writing.ts';
import type { NamedFact } from './explain-fact.ts';
import { fieldBlocks } from './schema-words.ts';
import {
  candidatesOf,
  capacityCandidates,
  intervalCandidates,
  softwareCandidates,
  ruleCandidates,
  type Asking,
  type Candidate,
} from './value-lists.ts';

/** What an item is about, for `completionItem/resolve`: a fact, at the prices of the document that it was offered in. */
export interface ItemData {
  readonly uri: string;
  readonly fact: NamedFact;
}

/** Units of a dimension, the usual ones first, with what they mean. */
const UNITS: Readonly<Record<Dimension, readonly (readonly [string, string])[]>> = {
  count: [
    ['k', 'thousand'],
    ['M', 'million'],
    ['B', 'billion'],
    ['T', 'trillion'],
  ],
  operations: [
    ['M', '10⁶ FLOP'],
    ['G', '10⁹ FLOP'],
    ['T', '10¹² FLOP'],
  ],
  bytes: [
    ['GB', '10⁹ bytes'],
    ['GiB', '2³⁰ bytes'],
    ['TB', '10¹² bytes'],
    ['TiB', '2⁴⁰ bytes'],
    ['MB', '10⁶ bytes'],
    ['MiB', '2²⁰ bytes'],
    ['PB', '10¹⁵ bytes'],
  ],
  duration: [
    ['h', 'hours'],
    ['d', 'days'],
    ['m', 'minutes'],
    ['s', 'seconds'],
    ['ms', 'milliseconds'],
    ['y', 'years'],
  ],
  rate: [
    ['/s', 'a second'],
    ['/min', 'a minute'],
    ['/h', 'an hour'],
    ['/day', 'a day'],
  ],
  money: [
    ['k', 'thousand dollars'],
    ['M', 'million dollars'],
  ],
  power: [
    ['W', 'watts'],
    ['kW', 'kilowatts'],
    ['MW', 'megawatts'],
  ],
  share: [['%', 'per cent']],
  energyPrice: [['/kWh', 'dollars a kilowatt-hour']],
  powerPrice: [['/kW/month', 'dollars a kilowatt and month']],
  dataRate: [
    ['GB/s', '10⁹ bytes a second'],
    ['Gbps', '10⁹ bits a second'],
    ['MB/s', '10⁶ bytes a second'],
    ['GB/month', '10⁹ bytes a month'],
  ],
  mass: [
    ['kg', 'kilograms'],
    ['t', 'tonnes'],
  ],
};

export function completeValues(analysis: Analysis, cursor: Cursor, writing: Writing): CompletionItem[] {
  const place = schemaAt(manifestSchemaJson, cursor.path);
  if (place === undefined) return [];
  const number = /^[$]?\d+(?:\.\d+)?/.exec(cursor.prefix)?.[0];
  if (place.dimension !== undefined && number !== undefined) return unitItems(place.dimension, number, writing);
  const asking = { analysis, path: cursor.path };
  const candidates = [
    ...listed(asking, place),
    ...capacityCandidates(asking),
    ...intervalCandidates(asking),
    ...softwareCandidates(asking),
    ...wordsOf(place),
    ...examplesOf(place),
  ];
  // A list says a name once.
  const seen = new Set(cursor.present);
  const items: CompletionItem[] = [];
  for (const candidate of candidates) {
    if (seen.has(candidate.value)) continue;
    seen.add(candidate.value);
    items.push(valueItem(candidate, place, cursor, writing));
  }
  return items;
}

/** The lists of names that the published schema does not hold (`json-schema.ts`). */
const OPEN_LISTS: ReadonlySet<ValueList | undefined> = new Set(['cluster', 'instance', 'location']);

/** Beside a server that knows the schema: units, and names that the schema does not list, such as the clusters of this manifest. */
export function completeOpenValues(analysis: Analysis, cursor: Cursor, writing: Writing): CompletionItem[] {
  const place = schemaAt(manifestSchemaJson, cursor.path);
  if (place === undefined || !(OPEN_LISTS.has(place.valueList) || place.dimension !== undefined)) return [];
  const known = new Set([...place.values, ...(place.dimension === undefined ? [] : place.examples)].map(String));
  return completeValues(analysis, cursor, writing).filter(({ label }) => !known.has(label));
}

function listed(asking: Asking, place: SchemaPlace): Candidate[] {
  return place.valueList === undefined ? [] : candidatesOf(place.valueList, asking);
}

function wordsOf(place: SchemaPlace): Candidate[] {
  return place.values.map((value) => ({ value: String(value) }));
}

/** Examples stand in where nothing else is known: a quantity that is not begun, free text. */
function examplesOf(place: SchemaPlace): Candidate[] {
  if (place.valueList !== undefined || place.values.length > 0) return [];
  return place.examples.map((value) => ({ value: String(value), detail: 'an example' }));
}

function valueItem(candidate: Candidate, place: SchemaPlace, cursor: Cursor, writing: Writing): CompletionItem {
  const { value, description, detail, fact, isQuantity = false } = candidate;
  const isWord = place.values.some((word) => String(word) === value);
  const isExample = detail === 'an example';
  const written = isWord || isExample || isQuantity ? value : writeScalar(value, cursor);
  return {
    label: value,
    ...details({ description, detail }, writing),
    kind:
      fact === undefined
        ? isWord
          ? CompletionItemKind.EnumMember
          : CompletionItemKind.Value
        : CompletionItemKind.Constant,
    // What is filtered by is what stands in the range: the blank that is missing does not.
    filterText: value,
    textEdit: { range: writing.range, newText: `${writing.before}${written}` },
    ...(fact === undefined
      ? documentation(fieldBlocks(place), writing)
      : { data: { uri: writing.uri, fact } satisfies ItemData }),
  };
}

export function unitItems(dimension: Dimension, number: string, writing: Writing): CompletionItem[] {
  return UNITS[dimension].map(([unit, meaning]) => ({
    label: `${number}${unit}`,
    ...details({ detail: meaning }, writing),
    kind: CompletionItemKind.Unit,
    filterText: `${number}${unit}`,
    textEdit: { range: writing.range, newText: `${writing.before}${number}${unit}` },
  }));
}

/** Keys of a map that is keyed by a list of names: rules in `rules`, providers in `discounts`. */
export function completeNames(analysis: Analysis, cursor: Cursor, writing: Writing): CompletionItem[] {
  const keyList = schemaAt(manifestSchemaJson, cursor.path)?.keyList;
  if (keyList === undefined) return [];
  const present = new Set(cursor.present);
  return candidatesOf(keyList, { analysis, path: cursor.path })
    .filter(({ value }) => !present.has(value))
    .map(({ value, description, detail }) => ({
      label: value,
      ...details({ description, detail }, writing),
      kind: CompletionItemKind.Property,
      filterText: value,
      textEdit: {
        range: writing.range,
        newText: `${writing.before}${writeScalar(value, cursor)}${cursor.hasColon ? '' : `${cursor.quote ?? ''}: `}`,
      },
    }));
}

const DIRECTIVES: readonly (readonly [string, string])[] = [
  ['ai-infra-ignore', 'silences rules on the next line, or on this one after a value'],
  ['ai-infra-ignore-line', 'silences rules on this line'],
  ['ai-infra-ignore-block', 'silences rules in the block that follows'],
  ['ai-infra-ignore-file', 'silences rules in the whole manifest'],
];

/** In a comment: the words that silence a rule, then the rules. `typed` is the comment up to the cursor, without its `#`. */
export function completeComment(analysis: Analysis, typed: string, writing: Writing): CompletionItem[] {
  const directive = /^\s*ai-infra-ignore(?:-(?:line|block|file))?\s+(?:[\w-]+[\s,]+)*[\w-]*$/.exec(typed);
  if (directive !== null) {
    const here = new Set(analysis.findings.map(({ code }) => code));
    return ruleCandidates()
      .sort((a, b) => Number(here.has(b.value)) - Number(here.has(a.value)))
      .map(({ value, description, detail }) => ({
        label: value,
        ...details({ description, detail }, writing),
        kind: CompletionItemKind.Reference,
        filterText: value,
        textEdit: { range: writing.range, newText: value },
      }));
  }
  if (!/^\s*[\w-]*$/.test(typed)) return [];
  return DIRECTIVES.map(([word, meaning]) => ({
    label: word,
    ...details({ detail: meaning }, writing),
    kind: CompletionItemKind.Keyword,
    filterText: word,
    textEdit: { range: writing.range, newText: `${word} ` },
  }));
}
