/** `ai-infra compare`: a target against all else that could be had, as text for a terminal and as JSON. */
import {
  costWords,
  fitWords,
  hardwareWords,
  plainUsd,
  regionWords,
  targetWords,
  timeWords,
  usdDifference,
} from '../features/amounts.ts';
import { alternativeRows } from '../features/alternatives.ts';
import { flipWords } from '../features/flip-words.ts';
import { formatDuration, formatMass, formatShare } from '../manifest/format-quantity.ts';
import { readableFront } from '../planner/front.ts';
import { targetKey } from '../planner/target-key.ts';
import type { FrontPoint, Rejected, ScalingPoint, WorkloadPlan } from '../planner/types.ts';
import type { CheckedFile } from './analyse-files.ts';
import { inert, type Paint } from './paint.ts';
import { alternativeLines } from './plan.ts';
import { cut, table, wrap } from './table.ts';

export interface CompareOptions {
  readonly width: number;
  /** Most alternatives that the text lists. */
  readonly alternatives: number;
  /** Empty: every workload. */
  readonly workloads: readonly string[];
  readonly paint: Paint;
}

/** The plans of a file that were asked for, in the order of the text. */
export function plansOf(
  { analysis }: CheckedFile,
  workloads: readonly string[],
): readonly (readonly [string, WorkloadPlan])[] {
  return [...analysis.plans].filter(([name]) => workloads.length === 0 || workloads.includes(name));
}

/** One file: its object. Several: `{ files }`. `describe`: what is told of a workload. */
export function compareJson(
  files: readonly CheckedFile[],
  workloads: readonly string[],
  describe: (plan: WorkloadPlan) => object = comparisonObject,
): string {
  const objects = files.map((checked) => {
    const { catalog } = checked.analysis;
    return {
      schemaVersion: 1,
      file: checked.file,
      catalog: { asOf: catalog.asOf, digest: catalog.digest },
      workloads: Object.fromEntries(plansOf(checked, workloads).map(([name, plan]) => [name, describe(plan)])),
    };
  });
  const [only] = objects;
  return `${JSON.stringify(objects.length === 1 && only ? only : { schemaVersion: 1, files: objects }, null, 2)}\n`;
}

function comparisonObject(plan: WorkloadPlan) {
  const { phase, target, cost, comparison, unknown } = plan;
  const { hourlyUsd, monthlyUsd, totalUsd, atLeast } = cost;
  return {
    phase,
    target,
    cost: { hourlyUsd, monthlyUsd, totalUsd, atLeast },
    durationSeconds: plan.training?.durationSeconds,
    ...comparison,
    unknown,
  };
}

export function compareText(files: readonly CheckedFile[], options: CompareOptions): string {
  const lines = files.flatMap((checked) => [
    options.paint('bold', inert(checked.file)),
    ...plansOf(checked, options.workloads).flatMap(([name, plan]) => ['', ...workloadLines(name, plan, options)]),
    ...(checked.analysis.plans.size === 0 ? ['', 'Nothing to compare: no workload can be read.'] : []),
    '',
    options.paint('dim', `Prices of the catalogue as of ${checked.analysis.catalog.asOf}. Nothing was fetched.`),
    '',
  ]);
  while (lines.at(-1) === '') lines.pop();
  return `${lines.join('\n')}\n`;
}

function workloadLines(name: string, plan: WorkloadPlan, options: CompareOptions): string[] {
  const { width, paint } = options;
  const facts = [costWords(plan, plainUsd), timeWords(plan), fitWords(plan)].filter((part) => part !== '');
  const now = targetWords(plan.target);
  const lines = [
    `${paint('bold', inert(name))}  ${plan.phase}`,
    ...(now === '' ? [] : [cut(`  now   ${inert(now)}: ${facts.join(' · ')}`, width)]),
    cut(`  best  ${bestWords(plan)}`, width),
  ];
  for (const { path, why } of plan.unknown)
    lines.push(...wrap(`unknown: ${inert(path)}: ${inert(why)}`, width, '    '));
  const { comparison } = plan;
  const section = (title: string, body: readonly string[]): void => {
    if (body.length > 0) lines.push('', ...wrap(title, width, '  ').map((line) => paint('bold', line)), ...body);
  };
  section('No other costs less and is as fast', frontLines(plan, comparison.front, width));
  section(
    'Alternatives, the best first',
    alternativeLines(plan, { ...options, width: width - 2 }, () => alternativeRows(plan, comparison.alternatives)),
  );
  const { runnerUp } = comparison;
  if (runnerUp !== null)
    section(
      `The best stays so; the second is ${inert(targetWords(runnerUp))}`,
      flipWords(comparison).flatMap((flip) => hang(inert(flip), width)),
    );
  section('The same accelerators, more or fewer', scalingLines(comparison.scaling ?? [], width));
  section('Not considered', rejectedLines(comparison.rejected, width));
  return lines;
}

function bestWords({ comparison, target }: WorkloadPlan): string {
  const { choice, alternatives } = comparison;
  if (choice === null) return 'nothing that has a price runs it';
  const key = targetKey(choice);
  if (key === targetKey(target)) return 'what it has now';
  const found = alternatives.find((alternative) => targetKey(alternative.target) === key);
  const difference = found?.deltaUsd === undefined ? '' : ` (${usdDifference(found.deltaUsd)})`;
  return `${inert(targetWords(choice))}${difference}${found ? `: ${found.why}` : ''}`;
}

function frontLines(plan: WorkloadPlan, front: readonly FrontPoint[], width: number): string[] {
  const runs = plan.phase !== 'inference';
  const columns = [
    { title: '' },
    { title: 'hardware' },
    { title: 'at' },
    { title: 'region', expendable: 2 },
    { title: 'capacity', expendable: 1 },
    { title: runs ? 'a run' : 'a month', align: 'right' as const },
    { title: runs ? 'time' : 'latency', align: 'right' as const },
    { title: 'CO₂e', align: 'right' as const, expendable: 3 },
    { title: 'fit', expendable: 4 },
  ];
  const { points, cleanest } = readableFront(front);
  const rows = points.map((point) => [
    point.now ? 'now' : point === cleanest ? 'cleanest' : '',
    hardwareWords(point.target),
    inert(point.target.provider ?? point.target.cluster ?? ''),
    regionWords(point.target),
    point.target.capacity,
    plainUsd(point.usd),
    point.seconds === null ? '?' : formatDuration(point.seconds),
    point.kg === null ? '?' : formatMass(point.kg),
    point.fits,
  ]);
  return rows.length === 0 ? [] : table(columns, rows, width - 4).map((line) => `    ${line}`);
}

function scalingLines(points: readonly ScalingPoint[], width: number): string[] {
  const columns = [
    { title: '' },
    { title: 'count', align: 'right' as const },
    { title: 'time', align: 'right' as const },
    { title: 'a run', align: 'right' as const },
    { title: 'efficiency', align: 'right' as const },
    { title: 'split', expendable: 1 },
  ];
  const rows = points.map(({ count, durationSeconds, totalUsd, scalingEfficiency, parallelism, now }) => [
    now ? 'now' : '',
    count.toString(),
    formatDuration(durationSeconds.mid),
    totalUsd === null ? '?' : plainUsd(totalUsd.mid),
    formatShare(scalingEfficiency),
    parallelism === undefined
      ? ''
      : `tensor ${parallelism.tensor} × pipeline ${parallelism.pipeline} × data ${parallelism.data}`,
  ]);
  return rows.length === 0 ? [] : table(columns, rows, width - 4).map((line) => `    ${line}`);
}

/** By reason: what it keeps out. */
function rejectedLines(rejected: readonly Rejected[], width: number): string[] {
  const byReason = new Map<string, Set<string>>();
  for (const { target, reason } of rejected) {
    const what = byReason.get(reason) ?? new Set();
    what.add(target.cluster ?? target.accelerator ?? '');
    byReason.set(reason, what);
  }
  return [...byReason].flatMap(([reason, what]) => hang(inert(`${reason}: ${[...what].join(', ')}`), width));
}

/** A text over several lines, all but the first indented further. */
function hang(text: string, width: number): string[] {
  const [first = '', ...rest] = wrap(text, width - 2, '    ');
  return [first, ...rest.map((line) => `  ${line}`)];
}
