/** What may be written at the cursor in an `expect` line: paths with their value of now, comparisons, values, rules. */
import { CompletionItemKind, type CompletionItem } from 'vscode-languageserver-types';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../analysis.ts';
import type { Cursor } from '../manifest/cursor.ts';
import {
  COMPARISONS,
  NAME_PATHS,
  NUMBER_PATHS,
  tokensOf,
  type Comparison,
  type NamePathName,
  type NumberPathName,
} from '../manifest/expectation.ts';
import { writeQuantity } from '../manifest/format-quantity.ts';
import type { Path } from '../manifest/source.ts';
import { evidenceOf } from '../rules/expectation-failed.ts';
import { boundOf, nowOf, type Evidence } from '../rules/expectation-judge.ts';
import { NEXT_SUGGESTIONS } from './complete-keys.ts';
import { unitItems } from './complete-values.ts';
import { details, type Writing } from './completion-writing.ts';
import { candidatesOf, ruleCandidates } from './value-lists.ts';
import { rangeOf } from './view.ts';

/** True for an item of an `expect` list. */
export function isExpectation(path: Path): boolean {
  const list = path.length - 2;
  return path[list] === 'expect' && typeof path[list + 1] === 'number' && (list === 0 || list === 2);
}

interface Option {
  readonly label: string;
  readonly detail?: string;
  readonly kind: CompletionItemKind;
  /** What is written, where it is more than the label. */
  readonly text?: string;
}

export function completeExpectation(
  analysis: Analysis,
  cursor: Cursor,
  document: TextDocument,
  writing: Writing,
): CompletionItem[] {
  const { prefix, replace } = cursor;
  const tokens = tokensOf(prefix);
  const last = tokens.at(-1);
  // A bracket is never half written.
  const begun = last?.end === prefix.length && !/[()[\],]/.test(last.text) ? last : undefined;
  const before = tokens.slice(0, begun ? -1 : undefined).map(({ text }) => text);
  const rest = analysis.source.text.slice(replace.start + prefix.length, replace.end);
  const [tail = ''] = /^[^\s<>=!()[\],]*/.exec(rest) ?? [];
  const here: Writing = {
    ...writing,
    range: rangeOf(document, {
      start: replace.start + (begun?.start ?? prefix.length),
      end: replace.start + prefix.length + tail.length,
    }),
    before: prefix === '' ? writing.before : '',
  };
  const workload = cursor.path[0] === 'workloads' ? String(cursor.path[1]) : undefined;
  const context = { ...analysis, head: analysis.manifest.head };
  const evidence = evidenceOf(context, analysis.findings, workload);
  const units = numberAt(before, begun?.text ?? '');
  if (units) return unitItems(units.dimension, units.number, here);
  return optionsAfter(before, analysis, cursor.path, evidence).map(({ label, detail, kind, text }) => ({
    label,
    ...details({ detail }, writing),
    kind,
    filterText: label,
    textEdit: { range: here.range, newText: `${here.before}${text ?? label}` },
    // What ends in a blank waits for more.
    ...(writing.commands && text !== undefined && { command: NEXT_SUGGESTIONS }),
  }));
}

function numberAt(before: readonly string[], begun: string) {
  const number = /^[$]?\d+(?:\.\d+)?/.exec(begun)?.[0];
  const subject = subjectOf(before);
  if (number === undefined || !subject || subject.rest.length !== 1) return undefined;
  return isNumberPath(subject.path) ? { dimension: NUMBER_PATHS[subject.path].dimension, number } : undefined;
}

/** The path that the tokens begin with, and those after it. */
function subjectOf(tokens: readonly string[]): { readonly path: string; readonly rest: readonly string[] } | undefined {
  const worst = tokens[0] === 'worst' && tokens[1] === '(';
  const path = tokens[worst ? 2 : 0];
  if (path === undefined || (worst && tokens[3] !== ')')) return undefined;
  return { path, rest: tokens.slice(worst ? 4 : 1) };
}

function optionsAfter(
  before: readonly string[],
  analysis: Analysis,
  path: Path,
  evidence: Evidence | undefined,
): readonly Option[] {
  if (before.length === 0) return firstWords(evidence);
  if (before.length === 1 && before[0] === 'no') return findings(analysis);
  if (before[0] === 'worst' && before[1] === '(' && before.length === 2) return paths(evidence, ') < ');
  const subject = subjectOf(before);
  if (!subject) return [];
  const [sign, ...values] = subject.rest;
  if (isNumberPath(subject.path)) {
    if (sign === undefined) return COMPARISONS.map(operator);
    const comparison = COMPARISONS.find((each) => each === sign);
    return comparison && values.length === 0 ? bound(subject.path, comparison, evidence) : [];
  }
  if (!isNamePath(subject.path)) return [];
  if (sign === undefined) return [operator('in'), operator('==')];
  const asking = { analysis, path };
  // A geography stands for all its regions.
  const wider = subject.path === 'region' ? candidatesOf('geography', asking) : [];
  return [...wider, ...candidatesOf(subject.path, asking)].map(({ value, description, detail }) => {
    const words = [description, detail].filter((part) => part !== undefined && part !== '');
    return {
      label: value,
      ...(words.length > 0 && { detail: words.join(' · ') }),
      kind: CompletionItemKind.Constant,
    };
  });
}

function firstWords(evidence: Evidence | undefined): readonly Option[] {
  const names = Object.entries(NAME_PATHS).map(([label, detail]): Option => ({
    label,
    detail,
    kind: CompletionItemKind.Property,
    text: `${label} in `,
  }));
  return [
    ...paths(evidence, ' < '),
    ...names,
    { label: 'fits', detail: 'The middle estimate of memory is within the device.', kind: CompletionItemKind.Keyword },
    { label: 'no', detail: 'A rule reports nothing.', kind: CompletionItemKind.Keyword, text: 'no ' },
    { label: 'worst', detail: 'The bad end of a range.', kind: CompletionItemKind.Function, text: 'worst(' },
  ];
}

/** Paths that have a value now come first, with it. */
function paths(evidence: Evidence | undefined, after: string): readonly Option[] {
  const options = Object.entries(NUMBER_PATHS).map(([label, { meaning }]) => {
    const now = evidence ? nowOf(label as NumberPathName, evidence) : 'unknown';
    return { label, known: now !== 'unknown', detail: now === 'unknown' ? meaning : `${meaning} Now: ${now}` };
  });
  return [...options.filter(({ known }) => known), ...options.filter(({ known }) => !known)].map(
    ({ label, detail }): Option => ({ label, detail, kind: CompletionItemKind.Property, text: `${label}${after}` }),
  );
}

function findings({ findings: found }: Analysis): readonly Option[] {
  const here = new Set(found.map(({ code }) => code));
  return [
    { label: 'errors', detail: 'No error is left.', kind: CompletionItemKind.Keyword },
    { label: 'warnings', detail: 'No warning is left.', kind: CompletionItemKind.Keyword },
    ...ruleCandidates()
      .sort((a, b) => Number(here.has(b.value)) - Number(here.has(a.value)))
      .map(({ value, description, detail }): Option => ({
        label: value,
        detail: [description, detail].filter((part) => part !== undefined).join(': '),
        kind: CompletionItemKind.Reference,
      })),
  ];
}

function operator(label: string): Option {
  return { label, kind: CompletionItemKind.Operator, text: `${label} ` };
}

/** One value: a round one that holds now. */
function bound(path: NumberPathName, comparison: Comparison, evidence: Evidence | undefined): readonly Option[] {
  const value = evidence && boundOf(path, comparison, evidence);
  if (!evidence || value === undefined) return [];
  const label = writeQuantity(NUMBER_PATHS[path].dimension, value);
  return [{ label, detail: `now ${nowOf(path, evidence)}`, kind: CompletionItemKind.Value }];
}

function isNumberPath(word: string): word is NumberPathName {
  return Object.hasOwn(NUMBER_PATHS, word);
}

function isNamePath(word: string): word is NamePathName {
  return Object.hasOwn(NAME_PATHS, word);
}
