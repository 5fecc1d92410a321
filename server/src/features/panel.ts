/** The panel's view model: all arithmetic and all words are made here, the webview draws. All text is plain text. */
import type { Analysis } from '../analysis.ts';
import { formatBytes, formatUsd, formatUsdExact } from '../manifest/format-quantity.ts';
import type { Period, Range, WorkloadPlan } from '../planner/types.ts';
import type { PanelBar, PanelModel, PanelWorkload } from '../protocol.ts';
import { alternativeRows } from './alternatives.ts';
import { costWords, mainCost, PERIOD_WORDS, plainUsd, rangeText, targetWords, timeWords } from './amounts.ts';
import { arithmeticOf, MEMORY_PART_WORDS, periodTotals } from './explain-plan.ts';
import { workloadKey } from './places.ts';
import type { View } from './view.ts';

/** Workloads whose alternatives are searched for in one model: a large manifest fills in from one model to the next. */
const MOST_SEARCHED = 4;
/** Workloads of a large manifest whose alternatives are searched for unasked. */
const MOST_FILLED = 40;
/** Rows of alternatives in a model that is made anew as the user types; *Switch Hardware…* lists them all. */
const MOST_ALTERNATIVES = 24;

const TOTAL_WORDS: Readonly<Record<Period, string>> = { month: 'a month', run: 'in total', upfront: 'upfront' };
const CHART_TITLES: Readonly<Record<Period, string>> = {
  month: 'Cost a month, by workload',
  run: 'Cost of a run, by workload',
  upfront: 'Bought hardware, by workload',
};
const BUDGET_KEYS: Readonly<Record<Period, 'monthly' | 'total' | 'upfront'>> = {
  month: 'monthly',
  run: 'total',
  upfront: 'upfront',
};

export function panelModel(view: View): PanelModel {
  const { analysis, document } = view;
  const { findings, manifest, plans } = analysis;
  const budget = { left: MOST_SEARCHED };
  const bySeverity = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  return {
    uri: document.uri,
    version: document.version,
    title: manifest.head.name ?? '',
    totals: totals(analysis),
    charts: charts(analysis),
    workloads: [...plans].map(([name, plan]) => workloadModel(view, name, plan, budget)),
    findings: {
      error: bySeverity('error'),
      warning: bySeverity('warning'),
      info: bySeverity('info'),
      hint: bySeverity('hint'),
    },
    empty: emptiness(analysis),
    catalogAsOf: analysis.catalog.asOf,
  };
}

function totals({ totals: sums, manifest }: Analysis): PanelModel['totals'] {
  const atLeast = sums.atLeast ? '≥ ' : '';
  return periodTotals(sums)
    .map(([range, period]) => {
      const budget = manifest.head.budget?.[BUDGET_KEYS[period]];
      return {
        label: TOTAL_WORDS[period],
        value: `${atLeast}${plainUsd(range.mid)}`,
        range: rangeText(range, formatUsd),
        budget: budget === undefined ? '' : `of ${plainUsd(budget)}`,
        // As AI701 sees it: over only when even the cautious end is over.
        overBudget: budget !== undefined && range.low > budget,
        isMonth: period === 'month',
      };
    })
    .sort((a, b) => Number(b.isMonth) - Number(a.isMonth))
    .map(({ isMonth: _, ...total }) => total);
}

function charts({ plans }: Analysis): PanelModel['charts'] {
  const periods: readonly Period[] = ['month', 'run', 'upfront'];
  return periods.flatMap((period) => {
    const entries = [...plans].flatMap(([name, plan]) => {
      const total = periodTotals(plan.cost).find(([, candidate]) => candidate === period);
      return total === undefined ? [] : [{ name, range: total[0] }];
    });
    // One bar compares nothing.
    if (entries.length < 2) return [];
    const largest = Math.max(...entries.map(({ range }) => range.mid));
    return [
      { title: CHART_TITLES[period], bars: entries.map(({ name, range }) => bar(name, range, largest, plainUsd)) },
    ];
  });
}

function bar(label: string, range: Range, whole: number, write: (value: number) => string): PanelBar {
  return { label, value: write(range.mid), share: share(range.mid, whole), range: rangeText(range, write) };
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}

function workloadModel(
  { analysis, document }: View,
  name: string,
  plan: WorkloadPlan,
  budget: { left: number },
): PanelWorkload {
  const key = workloadKey(analysis, name);
  const main = mainCost(plan);
  return {
    name,
    phase: plan.phase,
    line: key === undefined ? 0 : document.positionAt(key.start).line,
    where: targetWords(plan.target),
    cost: costWords(plan, plainUsd),
    costRange: main === null ? '' : rangeText(main.usd, formatUsd),
    time: timeWords(plan),
    verdict: plan.memory.verdict,
    errors: analysis.findings.filter(({ workload, severity }) => workload === name && severity === 'error').length,
    memory: memoryModel(plan),
    lines: plan.cost.lines.map((line) => ({
      name: line.name,
      period: PERIOD_WORDS[line.period],
      arithmetic: arithmeticOf(line),
      amount: formatUsdExact(line.amountUsd),
      source: line.source,
      asOf: line.asOf,
    })),
    ...rowsOf(plan, budget),
    unknown: plan.unknown.map(({ path, why }) => `${path}: ${why}`),
    assumptions: plan.assumptions.map(({ path, value, why }) => `${path}: ${String(value)} — ${why}`),
  };
}

type Rows = Pick<PanelWorkload, 'alternatives' | 'alternativeCount'>;

const rows = new WeakMap<WorkloadPlan, Rows>();

/** True while a model made now would have more alternatives than the one before. */
export function isFilling({ plans }: Analysis): boolean {
  return [...plans.values()].slice(0, MOST_FILLED).some((plan) => !rows.has(plan));
}

/** The rows of a plan stay while the plan does. */
function rowsOf(plan: WorkloadPlan, budget: { left: number }): Rows {
  const known = rows.get(plan);
  if (known !== undefined) return known;
  if (budget.left === 0) return { alternatives: [], alternativeCount: 0 };
  budget.left -= 1;
  const alternatives = alternativeRows(plan).slice(0, MOST_ALTERNATIVES);
  const found = { alternatives, alternativeCount: plan.alternatives.length };
  rows.set(plan, found);
  return found;
}

function memoryModel({ memory, target }: WorkloadPlan): PanelWorkload['memory'] {
  const { partsBytes, capacityBytes, perAcceleratorBytes } = memory;
  if (partsBytes === null || perAcceleratorBytes === null) return null;
  const whole = Math.max(capacityBytes ?? 0, perAcceleratorBytes.mid);
  const parts = MEMORY_PART_WORDS.filter(([part]) => partsBytes[part] > 0).map(([part, label]): PanelBar => ({
    label,
    value: formatBytes(partsBytes[part]),
    share: share(partsBytes[part], whole),
    range: '',
  }));
  const of = target.device ?? target.accelerator;
  return {
    label: `${formatBytes(perAcceleratorBytes.mid)} on each ${of ?? 'accelerator'}`,
    capacity: capacityBytes === null ? '' : formatBytes(capacityBytes),
    ...(capacityBytes !== null && capacityBytes < whole ? { capacityShare: capacityBytes / whole } : {}),
    parts,
  };
}

/** Why there is nothing to show; '' when there is something. */
function emptiness({ plans, source, findings }: Analysis): string {
  if (plans.size > 0) return '';
  if (source.text.trim() === '') return 'This manifest is empty. Begin with "version: 1" and a workload.';
  if (source.workloads.length === 0) {
    return findings.some(({ code }) => code === 'AI101')
      ? 'This text is no YAML yet: the findings say where it breaks.'
      : 'This manifest has no workload yet: add one under "workloads".';
  }
  return 'No workload can be read yet: the findings say why.';
}
