/**
 * `ai-infra compare --redact`: what it has now and what is best with their totals, the others in their order alone. Two amounts of the
 * same hardware in other numbers give its rate away, so that only one is told besides what is paid now; how fast, how much
 * cleaner and at which price the order would turn are hidden as in `redact.ts`.
 */
import { costWords, hardwareWords, plainUsd, regionWords, targetWords } from '../features/amounts.ts';
import { targetKey } from '../planner/target-key.ts';
import type { Alternative, ResolvedTarget, WorkloadPlan } from '../planner/types.ts';
import type { CheckedFile } from './analyse-files.ts';
import { compareJson, plansOf, type CompareOptions } from './compare.ts';
import { inert } from './paint.ts';
import { redactedPlan } from './redact.ts';
import { cut, table, wrap } from './table.ts';

export function redactedCompareJson(files: readonly CheckedFile[], workloads: readonly string[]): string {
  return compareJson(files, workloads, comparisonObject);
}

function comparisonObject(plan: WorkloadPlan) {
  const { phase, target, cost, unknown, comparison } = redactedPlan(plan);
  const { choice } = plan.comparison;
  const { hourlyUsd, monthlyUsd, totalUsd, atLeast } = cost;
  const best = bestOf(plan);
  return {
    phase,
    target,
    cost: { hourlyUsd, monthlyUsd, totalUsd, atLeast },
    ...comparison,
    choice: choice && told(choice),
    ...(best && { choiceCost: { monthlyUsd: best.cost.monthlyUsd, totalUsd: best.cost.totalUsd } }),
    alternatives: plan.alternatives.map(({ target: other, fits }) => ({ target: told(other), fits })),
    unknown,
  };
}

export function redactedCompareText(files: readonly CheckedFile[], options: CompareOptions): string {
  const lines = files.flatMap((checked) => [
    options.paint('bold', inert(checked.file)),
    ...plansOf(checked, options.workloads).flatMap(([name, plan]) => ['', ...workloadLines(name, plan, options)]),
    ...(checked.analysis.plans.size === 0 ? ['', 'Nothing to compare: no workload can be read.'] : []),
    '',
  ]);
  while (lines.at(-1) === '') lines.pop();
  return `${lines.join('\n')}\n`;
}

function workloadLines(name: string, plan: WorkloadPlan, { width, paint, alternatives }: CompareOptions): string[] {
  const hidden = redactedPlan(plan);
  const now = targetWords(hidden.target);
  const lines = [
    `${paint('bold', inert(name))}  ${plan.phase}`,
    ...(now === '' ? [] : [cut(`  now   ${inert(now)}: ${costWords(hidden, plainUsd)}`, width)]),
    cut(`  best  ${bestWords(plan)}`, width),
    ...hidden.unknown.flatMap(({ path, why }) => wrap(`unknown: ${inert(path)}: ${inert(why)}`, width, '    ')),
  ];
  const columns = [
    { title: 'hardware' },
    { title: 'at' },
    { title: 'region' },
    { title: 'capacity' },
    { title: 'fit' },
  ];
  const rows = plan.alternatives
    .slice(0, alternatives)
    .map(({ target, fits }) => [
      hardwareWords(told(target)),
      inert(target.provider ?? target.cluster ?? ''),
      regionWords(target),
      target.capacity,
      fits,
    ]);
  if (rows.length > 0)
    lines.push(
      '',
      paint('bold', '  Alternatives, the best first'),
      ...table(columns, rows, width - 4).map((row) => `    ${row}`),
    );
  return lines;
}

function bestWords(plan: WorkloadPlan): string {
  const { choice } = plan.comparison;
  if (choice === null) return 'nothing that has a price runs it';
  if (targetKey(choice) === targetKey(plan.target)) return 'what it has now';
  const usd = bestOf(plan)?.cost.totalUsd ?? bestOf(plan)?.cost.monthlyUsd;
  const period = plan.phase === 'inference' ? 'a month' : 'a run';
  return `${inert(targetWords(told(choice)))}${usd === undefined ? '' : `: ${plainUsd(usd)} ${period}`}`;
}

function bestOf({ comparison: { choice }, alternatives }: WorkloadPlan): Alternative | undefined {
  const key = choice && targetKey(choice);
  return alternatives.find(({ target }) => targetKey(target) === key);
}

/** A target without its numbers. */
function told(target: ResolvedTarget): ResolvedTarget {
  return { ...target, count: null, nodes: null };
}
