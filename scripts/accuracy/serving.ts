/**
 * Median error, bias, coverage and width of the serving estimator on published measurements:
 * `npx tsx scripts/accuracy/serving.ts inference.csv [--worst KIND]`.
 */
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { estimateServing } from '../../server/src/planner/serving.ts';
import type { Range } from '../../server/src/planner/types.ts';
import { caseOf, readRows, type Case } from './serving-rows.ts';

/** The estimate of the quantity a row measured. */
export function estimateOf(one: Case): Range | null {
  const { value } = estimateServing(one.input);
  const { plan } = value;
  switch (one.quantity) {
    case 'fleetOutputTokensPerSecond':
      return plan.throughput.outputTokensPerSecond ?? null;
    case 'samplesPerSecond':
      return plan.throughput.samplesPerSecond;
    case 'decodeTokensPerSecond': {
      const each = plan.timePerOutputTokenSeconds;
      return each ? { low: 1 / each.high, mid: 1 / each.mid, high: 1 / each.low } : null;
    }
    case 'prefillTokensPerSecond': {
      const first = plan.timeToFirstTokenSeconds;
      const tokens = one.input.serving.inputTokens ?? 0;
      return first ? { low: tokens / first.high, mid: tokens / first.mid, high: tokens / first.low } : null;
    }
  }
}

export interface Outcome {
  readonly one: Case;
  readonly estimate: Range;
  readonly ratio: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

export function outcomes(path: string): { readonly done: readonly Outcome[]; readonly silent: readonly Case[] } {
  const catalog = embeddedCatalog();
  const done: Outcome[] = [];
  const silent: Case[] = [];
  for (const row of readRows(path)) {
    const one = caseOf(row, catalog);
    if (one === undefined) continue;
    const estimate = estimateOf(one);
    if (estimate === null) silent.push(one);
    else done.push({ one, estimate, ratio: estimate.mid / one.measured });
  }
  return { done, silent };
}

function summary(name: string, group: readonly Outcome[]): string {
  const errors = group.map(({ ratio }) => Math.abs(ratio - 1));
  const covered = group.filter(
    ({ estimate, one }) => estimate.low <= one.measured && one.measured <= estimate.high,
  ).length;
  const width = median(group.map(({ estimate }) => Math.sqrt(estimate.high / estimate.low) - 1));
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`.padStart(9);
  const bias = median(group.map(({ ratio }) => ratio)) - 1;
  return `${name.padEnd(44)} ${String(group.length).padStart(4)} ${percent(median(errors))} ${percent(bias)} ${percent(covered / group.length)} ${percent(width)}`;
}

function groups(done: readonly Outcome[], key: (outcome: Outcome) => string): ReadonlyMap<string, Outcome[]> {
  const all = new Map<string, Outcome[]>();
  for (const outcome of done) all.set(key(outcome), [...(all.get(key(outcome)) ?? []), outcome]);
  return all;
}

const [path, flag, kind] = process.argv.slice(2);
if (path === undefined) throw new Error('Name the CSV of inference measurements.');
const { done, silent } = outcomes(path);
const lines = [`${'kind'.padEnd(44)} rows    median      bias   covered     width`];
for (const [name, group] of [...groups(done, ({ one }) => one.kind)]) lines.push(summary(name, group));
if (flag === '--by') {
  for (const column of ['model', 'accelerator', 'tp', 'isl', 'precision', 'engine_version']) {
    const chosen = done.filter(({ one }) => one.kind === kind);
    for (const [name, group] of [...groups(chosen, ({ one }) => one.row[column] ?? '')].sort())
      lines.push(summary(`${column} ${name}`, group));
  }
}
if (flag === '--worst') {
  const worst = done
    .filter(({ one }) => one.kind === kind)
    .sort((a, b) => Math.abs(Math.log(b.ratio)) - Math.abs(Math.log(a.ratio)));
  for (const { one, ratio, estimate } of worst.slice(0, 25)) {
    const { row } = one;
    lines.push(
      `${row['id'] ?? ''} ${row['model'] ?? ''} ${row['accelerator'] ?? ''} ×${row['accel_count'] ?? ''} ${row['precision'] ?? ''} ${row['isl'] ?? ''}/${row['osl'] ?? ''} measured ${String(one.measured)} mid ${estimate.mid.toPrecision(4)} ratio ${ratio.toFixed(2)}`,
    );
  }
}
for (const one of silent)
  lines.push(
    `no estimate: ${one.row['id'] ?? ''} ${one.kind} ${one.row['model'] ?? ''} ${one.row['accelerator'] ?? ''} ×${one.row['accel_count'] ?? ''} ${one.row['precision'] ?? ''}`,
  );
process.stdout.write(`${lines.slice(0, 80).join('\n')}\n`);
