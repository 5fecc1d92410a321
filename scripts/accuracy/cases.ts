/** All comparable rows of the three tables, and those that are not, with reasons. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { calibrateRows, isCase, type Case, type Excluded, type Reading } from './case.ts';
import { memoryCase } from './memory-cases.ts';
import { servingCases } from './serving-cases.ts';
import { trainingCases } from './training-cases.ts';

export const TABLES = ['training_runs.csv', 'training_memory.csv', 'inference.csv'] as const;

export interface Cases {
  readonly cases: readonly Case[];
  readonly excluded: readonly Excluded[];
  /** Of the tables, so that a fit tells whether it was made on these. */
  readonly digest: string;
}

/** Undefined where the tables are not: in a clone without them. */
export function readCases(directory: string): Cases | undefined {
  const paths = TABLES.map((name) => join(directory, name));
  if (!paths.every((path) => existsSync(path))) return undefined;
  const catalog = embeddedCatalog();
  const [runs = '', memory = '', inference = ''] = paths;
  const readings: Reading[] = [
    ...calibrateRows(runs).flatMap((row) => trainingCases(row, catalog)),
    ...calibrateRows(memory).map((row) => memoryCase(row, catalog)),
    ...calibrateRows(inference).flatMap((row) => servingCases(row, catalog)),
  ];
  const hash = createHash('sha256');
  for (const path of paths) hash.update(readFileSync(path));
  return {
    cases: readings.filter(isCase),
    excluded: readings.filter((reading): reading is Excluded => !isCase(reading)),
    digest: hash.digest('hex').slice(0, 16),
  };
}
