/** A published measurement as a manifest, and the quantity of its plan that was measured. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { Workload } from '../../server/src/manifest/schema.ts';

export type Row = Readonly<Record<string, string>>;

/** What was measured; `measureOf` (estimate.ts) reads it from the plan. */
export type Quantity =
  | 'tokensPerSecondPerAccelerator'
  | 'samplesPerSecond'
  | 'peakBytes'
  | 'allocatedBytes'
  | 'stateBytes'
  | 'activationBytes'
  | 'outputTokensPerSecond'
  | 'served samplesPerSecond'
  | 'decodeTokensPerSecond'
  | 'prefillTokensPerSecond'
  | 'timePerOutputTokenSeconds';

/** The parameters that a case is fitted on: a group of the data file. */
export type FitGroup = 'trainingSpeed' | 'trainingMemory' | 'samplesTraining' | 'engine' | 'batchOne' | 'samples';

export interface Case {
  readonly id: string;
  /** Repository or address: what is left out together. */
  readonly source: string;
  readonly kind: string;
  /** Family of the chip, as in the catalogue. */
  readonly chip: string;
  readonly precision: string;
  /** The one workload of the manifest. */
  readonly workload: Workload;
  readonly quantity: Quantity;
  readonly measured: number;
  /** The parameters it rests on. */
  readonly group: FitGroup;
  /** False: reported, never fitted on. */
  readonly isFitted: boolean;
  /** Cases of one group with the same value are left out together: a source, or where there is one source only, a model or a chip. */
  readonly leftOut: string;
}

/** A row that is not compared, and why. */
export interface Excluded {
  readonly id: string;
  readonly why: string;
}

export type Reading = Case | Excluded;

export function isCase(reading: Reading): reading is Case {
  return 'workload' in reading;
}

/** Rows of a table that may be fitted on. */
export function calibrateRows(path: string): readonly Row[] {
  return (parse(readFileSync(path), { columns: true }) as Row[]).filter((row) => row['split'] === 'calibrate');
}

/** `owner/repository`, or host and first folder of an address. */
export function sourceOf(row: Row): string {
  return (row['source'] ?? '')
    .replace(/^github:|@.*|https?:\/\//g, '')
    .split('/')
    .slice(0, 2)
    .join('/');
}

/** A positive number, or undefined. */
export function numeric(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && text.trim() !== '' && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** The value of the first pattern that matches. */
export function lookUp<Value>(table: readonly (readonly [RegExp, Value])[], text: string): Value | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1];
}

/** Ids with a letter and a number: whether the number lies in one of the spans. */
export function inside(spans: readonly (readonly [number, number])[], id: string): boolean {
  const number = Number(id.slice(1));
  return spans.some(([first, last]) => first <= number && number <= last);
}
