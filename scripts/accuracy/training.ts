/**
 * Median error, bias, coverage and width of the training estimator on published measurements:
 * `npx tsx scripts/accuracy/training.ts DIRECTORY [--worst SOURCE]`, the directory that holds `training_runs.csv` and
 * `training_memory.csv`.
 */
import { join } from 'node:path';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { shapeOf } from '../../server/src/planner/model-shape.ts';
import { flopsPerToken } from '../../server/src/planner/training-flops.ts';
import { estimateTraining } from '../../server/src/planner/training.ts';
import type { MemoryParts, Range } from '../../server/src/planner/types.ts';
import { memoryCase } from './memory-rows.ts';
import { readRows } from './serving-rows.ts';
import { trainingCase, type TrainingCase } from './training-rows.ts';

export interface Outcome {
  readonly id: string;
  readonly groups: readonly string[];
  readonly estimate: Range;
  readonly parts?: MemoryParts;
  readonly measured: number;
}

/** Speed: the estimate in the unit that the row measured. */
export function speedOutcome(one: TrainingCase, forgetSplit: boolean): Outcome | undefined {
  const training = one.input.workload.training ?? {};
  const { parallelism: _split, microBatchSize: _micro, sharding: _sharding, ...rest } = training;
  const input = forgetSplit ? { ...one.input, workload: { ...one.input.workload, training: rest } } : one.input;
  const { value } = estimateTraining(input);
  const speed = value.plan.tokensPerSecondPerAccelerator;
  const shape = shapeOf(one.input.model);
  if (!speed || shape === undefined) return undefined;
  const sequence = value.settings.sequenceLength;
  const attention = 6 * shape.layers * sequence * shape.heads * shape.headDim;
  const unit = one.quantity === 'tokensPerSecond' ? 1 : flopsPerToken(shape, sequence, false) + attention;
  return {
    id: one.id,
    groups: ['all', one.arch, `source ${one.source}`, `chip ${one.chip}`, `precision ${one.precision}`],
    estimate: { low: speed.low * unit, mid: speed.mid * unit, high: speed.high * unit },
    measured: one.measured,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1).padStart(6)} %`;
}

export function report(title: string, outcomes: readonly Outcome[]): void {
  console.log(`\n${title.padEnd(44)}  rows    error     bias   within    width`);
  const names = [...new Set(outcomes.flatMap((one) => one.groups))];
  for (const name of names.sort((a, b) => (a === 'all' ? -1 : b === 'all' ? 1 : a.localeCompare(b)))) {
    const group = outcomes.filter((one) => one.groups.includes(name));
    const ratios = group.map((one) => one.estimate.mid / one.measured);
    const within = group.filter((one) => one.estimate.low <= one.measured && one.measured <= one.estimate.high).length;
    const widths = group.map((one) => (one.estimate.high - one.estimate.low) / (2 * one.estimate.mid));
    console.log(
      [
        name.padEnd(44),
        String(group.length).padStart(5),
        percent(median(ratios.map((ratio) => Math.abs(ratio - 1)))),
        percent(median(ratios) - 1),
        percent(within / group.length),
        percent(median(widths)),
      ].join(' '),
    );
  }
}

function main(): void {
  const [directory, flag, pattern] = process.argv.slice(2);
  if (directory === undefined) throw new Error('give the directory of training_runs.csv and training_memory.csv');
  const catalog = embeddedCatalog();
  const cases = readRows(join(directory, 'training_runs.csv')).flatMap((row) => trainingCase(row, catalog) ?? []);
  const given = cases.flatMap((one) => speedOutcome(one, false) ?? []);
  const chosen = cases.flatMap((one) => speedOutcome(one, true) ?? []);
  const memory = readRows(join(directory, 'training_memory.csv')).flatMap((row) => memoryCase(row, catalog) ?? []);
  report('speed, configuration given', given);
  report(
    'speed, split chosen',
    chosen.filter((one) => one.groups.includes('all')),
  );
  report('peak memory', memory);
  if (flag === '--worst') {
    const all = [...given, ...memory].filter((one) => one.groups.some((group) => group.includes(pattern ?? 'all')));
    const sorted = all.sort(
      (a, b) => Math.abs(Math.log(b.estimate.mid / b.measured)) - Math.abs(Math.log(a.estimate.mid / a.measured)),
    );
    for (const one of sorted.slice(0, 25)) {
      console.log(
        one.id,
        (one.estimate.mid / one.measured).toFixed(2),
        one.measured.toPrecision(4),
        one.groups.slice(1).join(' · '),
      );
    }
  }
}

main();
