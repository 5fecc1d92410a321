/** `ai-infra plan`: the plan as JSON, member by member that of `planner/types.ts`, and as text for a terminal. */
import type { Analysis } from '../analysis.ts';
import { alternativeRows } from '../features/alternatives.ts';
import {
  costWords,
  fitWords,
  PERIOD_WORDS,
  plainUsd,
  rangeText,
  targetWords,
  timeWords,
  usdDifference,
} from '../features/amounts.ts';
import type { AlternativeRow } from '../protocol.ts';
import { arithmeticOf } from '../features/explain-plan.ts';
import { formatUsdExact } from '../manifest/format-quantity.ts';
import { beatenWords } from '../planner/price-words.ts';
import { totalsOf } from '../planner/totals.ts';
import type { SharedCost, Totals, WorkloadPlan } from '../planner/types.ts';
import type { CheckedFile } from './analyse-files.ts';
import { findingLines, findingsJson } from './findings.ts';
import { inert, type Paint } from './paint.ts';
import { cut, table, wrap } from './table.ts';

/** Workloads of a file whose alternatives the text shows: a search takes tens of milliseconds each. */
const MOST_SEARCHED = 40;

/**
 * One file: its object. Several: `{ files, totals }`. Without `alternatives` these, and what was rejected, are left out.
 * @param totals of all files, before anything of them was hidden
 */
export function planJson(files: readonly CheckedFile[], totals: Totals, alternatives = true): string {
  const objects = files.map(({ file, analysis }) => planObject(file, analysis, alternatives));
  const [only] = objects;
  const output = objects.length === 1 && only ? only : { schemaVersion: 1, files: objects, totals };
  return `${JSON.stringify(output, null, 2)}\n`;
}

export function planObject(file: string, analysis: Analysis, alternatives = true) {
  return {
    schemaVersion: 1,
    file,
    catalog: { asOf: analysis.catalog.asOf, digest: analysis.catalog.digest },
    workloads: Object.fromEntries(
      [...analysis.plans].map(([name, plan]) => [name, alternatives ? plan : withoutAlternatives(plan)]),
    ),
    totals: analysis.totals,
    findings: findingsJson(analysis),
  };
}

/** Members that are searched for when read are not read. */
function withoutAlternatives(plan: WorkloadPlan): Partial<WorkloadPlan> {
  const members = Object.keys(plan).filter((member) => member !== 'alternatives' && member !== 'rejected');
  return Object.fromEntries(members.map((member) => [member, plan[member as keyof WorkloadPlan]]));
}

/** Of all files: what they share is counted once. */
export function grandTotals(files: readonly CheckedFile[]): Totals {
  return totalsOf(files.flatMap(({ analysis }) => [...analysis.plans.values()]));
}

export interface PlanTextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly alternatives: number;
  /** Of all files. */
  readonly totals: Totals;
  readonly paint: Paint;
}

export function planText(files: readonly CheckedFile[], options: PlanTextOptions): string {
  const lines = files.flatMap(({ file, analysis }) => [...fileLines(file, analysis, options), '']);
  if (files.length > 1) lines.push(options.paint('bold', `All files: ${totalsText(options.totals)}`));
  while (lines.at(-1) === '') lines.pop();
  return `${lines.join('\n')}\n`;
}

function fileLines(file: string, analysis: Analysis, options: PlanTextOptions): string[] {
  const { paint } = options;
  const title =
    typeof analysis.manifest.head.name === 'string'
      ? `${inert(analysis.manifest.head.name)} (${inert(file)})`
      : inert(file);
  const lines = [paint('bold', title)];
  let searched = 0;
  for (const [name, plan] of analysis.plans) {
    searched += 1;
    const alternatives = searched <= MOST_SEARCHED ? options.alternatives : 0;
    lines.push('', ...workloadLines(name, plan, { ...options, alternatives }));
  }
  if (searched > MOST_SEARCHED && options.alternatives > 0)
    lines.push(
      '',
      `Alternatives are shown for the first ${MOST_SEARCHED} workloads: "ai-infra compare --workload NAME" shows those of any.`,
    );
  if (analysis.plans.size === 0) lines.push('', 'Nothing to plan: no workload can be read.');
  lines.push(
    '',
    paint('bold', `Total: ${totalsText(analysis.totals)}`),
    ...sharedLines(analysis.totals, options.width),
  );
  lines.push(
    paint(
      'dim',
      `Prices of the catalogue as of ${analysis.catalog.asOf}; each with its own date. Nothing was fetched.`,
    ),
  );
  if (analysis.findings.length > 0)
    lines.push('', ...findingLines(file, analysis, paint).flatMap((line) => hang(line, options.width)));
  return lines;
}

function workloadLines(name: string, plan: WorkloadPlan, options: PlanTextOptions): string[] {
  const { width, paint } = options;
  const facts = [costWords(plan), timeWords(plan), fitWords(plan)].filter((part) => part !== '');
  const lines = [
    paint('bold', `${inert(name)}`) + `  ${plan.phase}`,
    cut(`  ${targetWords(plan.target)}`, width),
    ...wrap(facts.join(' · '), width, '  '),
  ];
  if (plan.cost.lines.length > 0) {
    lines.push('', ...plan.cost.lines.flatMap((line) => costLine(line, width)));
    for (const [period, range] of periods(plan))
      if (range.low !== range.high)
        lines.push(paint('dim', `    ${PERIOD_WORDS[period]}: ${rangeText(range, plainUsd)}`));
  }
  for (const { path, why } of plan.unknown)
    lines.push(...wrap(`unknown: ${inert(path)}: ${inert(why)}`, width, '    '));
  const found = alternativeLines(plan, options);
  if (found.length > 0) lines.push('', ...found);
  return lines;
}

/** The table of alternatives; empty where there are none or none is asked for: they are searched for only then. */
export function alternativeLines(
  plan: WorkloadPlan,
  options: Omit<PlanTextOptions, 'totals'>,
  rowsOf: () => readonly AlternativeRow[] = () => alternativeRows(plan),
): string[] {
  const { width, paint } = options;
  const rows = options.alternatives === 0 ? [] : rowsOf().slice(0, options.alternatives);
  if (rows.length === 0) return [];
  const cells = rows.map((row) => [
    row.hardware,
    row.provider,
    row.region,
    row.capacity,
    row.cost.replace(/ (a month|a run)$/, ''),
    row.costDifference,
    row.time,
    row.fits,
  ]);
  const columns = [
    { title: 'hardware' },
    { title: 'provider' },
    { title: 'region', expendable: 2 },
    { title: 'capacity', expendable: 1 },
    { title: plan.cost.totalUsd === undefined ? 'a month' : 'a run', align: 'right' as const },
    { title: 'against now', align: 'right' as const },
    { title: 'time', align: 'right' as const, expendable: 3 },
    { title: '', expendable: 4 },
  ];
  return table(columns, cells, width - 4).map((line, index) => `    ${index === 0 ? paint('dim', line) : line}`);
}

function costLine(line: WorkloadPlan['cost']['lines'][number], width: number): string[] {
  return [
    cut(`    ${inert(line.name)}`, width),
    cut(
      `      ${arithmeticOf(line)} = ${formatUsdExact(line.amountUsd)}  (${line.asOf === '' ? inert(line.source) || 'undated' : line.asOf})`,
      width,
    ),
    ...(line.book
      ? wrap(inert(`price of ${line.source}, in place of ${beatenWords(line.book)}`), width, '      ')
      : []),
  ];
}

function periods(plan: WorkloadPlan) {
  const { monthlyUsd, totalUsd, upfrontUsd } = plan.cost;
  return [['month', monthlyUsd] as const, ['run', totalUsd] as const, ['upfront', upfrontUsd] as const].flatMap(
    ([period, range]) => (range ? [[period, range] as const] : []),
  );
}

function totalsText(totals: Totals): string {
  const parts = [
    totals.monthlyUsd && `${plainUsd(totals.monthlyUsd.mid)} a month`,
    totals.totalUsd && `${plainUsd(totals.totalUsd.mid)} for one of each run`,
    totals.upfrontUsd && `${plainUsd(totals.upfrontUsd.mid)} upfront`,
  ].filter((part): part is string => typeof part === 'string');
  if (parts.length === 0) return 'no price is known';
  return `${totals.atLeast ? 'at least ' : ''}${parts.join(', ')}`;
}

/** Why the total is not the sum of the workloads. */
function sharedLines({ shared = [] }: Totals, width: number): string[] {
  // Hours that are added up before they are rounded differ by a cent from lines that are rounded first.
  const amounts = shared
    .filter(({ amountUsd }) => Math.abs(amountUsd) >= 0.05)
    .map(({ amountUsd, period }) => `${usdDifference(amountUsd)} ${PERIOD_WORDS[period]}`);
  if (amounts.length === 0) return [];
  const named = (wanted: SharedCost['of']) =>
    [...new Set(shared.flatMap(({ of, sources }) => (of === wanted ? sources : [])))].join(' and ');
  const [hours, clusters] = [named('commitments'), named('clusters')];
  const reasons = [
    ...(hours === '' ? [] : [`they draw on the same hours of ${hours}, which are counted once`]),
    ...(clusters === '' ? [] : [`they share ${clusters}, which is bought once and costs no more than all of it does`]),
  ];
  const words = `${amounts.join(', ')} against the sum of the workloads: ${reasons.join('; ')}`;
  return wrap(inert(words), width, '  ');
}

/** A finding over several lines, all but the first indented. */
function hang(line: string, width: number): string[] {
  const [first = '', ...rest] = wrap(line, width, '    ');
  return [first.trimStart(), ...rest];
}
