/** A plan's numbers taken apart for hovers and tooltips: each with its lines, source and date. */
import {
  formatBytes,
  formatDuration,
  formatNumber,
  formatRate,
  formatUsd,
  formatUsdExact,
} from '../manifest/format-quantity.ts';
import type { CostLine, CostPlan, HourlyRate, MemoryParts, Period, Range, WorkloadPlan } from '../planner/types.ts';
import { costWords, PERIOD_WORDS, rangeText, targetWords } from './amounts.ts';
import { carbonBlocks } from './explain-risk.ts';
import { flipWords } from './flip-words.ts';
import type { Block } from './markdown.ts';
import { memoryRuler, PART_GLYPHS } from './memory-ruler.ts';

export const MEMORY_PART_WORDS: readonly (readonly [keyof MemoryParts, string])[] = [
  ['weights', 'weights'],
  ['gradients', 'gradients'],
  ['optimizer', 'optimizer states'],
  ['activations', 'activations'],
  ['kvCache', 'key/value cache'],
  ['overhead', 'framework and buffers'],
];

const MOST_LINES = 8;
const MOST_ASSUMPTIONS = 6;

/** `744 h × $3.93`. */
export function arithmeticOf(line: HourlyRate): string {
  return `${quantityWords(line.quantity)} ${line.unit} × ${unitPriceWords(line.unitPriceUsd)}`;
}

/** The cost with every line of its arithmetic. */
export function costBlocks(plan: WorkloadPlan): Block[] {
  const { cost } = plan;
  const blocks: Block[] = [{ kind: 'title', text: costWords(plan) }];
  const ranges = periodTotals(cost)
    .map(([total, period]) => [rangeText(total, formatUsd), PERIOD_WORDS[period]] as const)
    .filter(([range]) => range !== '');
  for (const [range, period] of ranges) blocks.push({ kind: 'note', text: `${range} ${period}` });
  if (cost.lines.length > 0) blocks.push(costTable(cost.lines));
  else if (cost.rates.length > 0) blocks.push(rateTable(cost.rates));
  blocks.push(...sourcesOf([...cost.lines, ...cost.rates]));
  if (plan.risk?.mayNeverEnd === true)
    blocks.push({ kind: 'text', text: 'The run may never end: what it costs in all is not known.' });
  else if (cost.atLeast)
    blocks.push({ kind: 'text', text: 'Something in it has no known price: the total is a lower bound.' });
  return blocks;
}

function costTable(lines: readonly CostLine[]): Block {
  const shown = lines.slice(0, MOST_LINES);
  const rows = shown.map((line) => [
    line.name,
    arithmeticOf(line),
    formatUsdExact(line.amountUsd),
    PERIOD_WORDS[line.period],
  ]);
  const rest = lines.length - shown.length;
  if (rest > 0) rows.push([`and ${formatNumber(rest)} more`, '', '', '']);
  return { kind: 'table', rows: [['', '', '', ''], ...rows], numbers: [2] };
}

/** An hour, where the length of the run is not known. */
function rateTable(rates: readonly HourlyRate[]): Block {
  const rows = rates.map((rate) => [
    rate.name,
    arithmeticOf(rate),
    formatUsdExact(rate.quantity * rate.unitPriceUsd),
    'an hour',
  ]);
  return { kind: 'table', rows: [['', '', '', ''], ...rows], numbers: [2] };
}

function sourcesOf(lines: readonly HourlyRate[]): Block[] {
  const sources = new Map<string, string>();
  for (const { source, asOf } of lines) if (!sources.has(source)) sources.set(source, asOf);
  if (sources.size === 0) return [];
  const words = [...sources].map(([source, asOf]) => (asOf === '' ? source : `${source} (${asOf})`));
  return [{ kind: 'note', text: `Prices: ${words.slice(0, 3).join('; ')}` }];
}

export function periodTotals(
  cost: Pick<CostPlan, 'monthlyUsd' | 'totalUsd' | 'upfrontUsd'>,
): readonly (readonly [Range, Period])[] {
  const all: readonly (readonly [Range | null | undefined, Period])[] = [
    [cost.totalUsd, 'run'],
    [cost.monthlyUsd, 'month'],
    [cost.upfrontUsd, 'upfront'],
  ];
  return all.flatMap(([range, period]) => (range ? [[range, period] as const] : []));
}

/** What one accelerator must hold, part by part, against what it has. `verdict` is said as it is given. */
export function memoryBlocks(plan: WorkloadPlan, verdict: string): Block[] {
  const { perAcceleratorBytes, capacityBytes, partsBytes } = plan.memory;
  if (perAcceleratorBytes === null) return [];
  const capacity = capacityBytes === null ? '' : ` of ${formatBytes(capacityBytes)}`;
  const blocks: Block[] = [
    { kind: 'title', text: `${formatBytes(perAcceleratorBytes.mid)}${capacity} per accelerator: ${verdict}` },
  ];
  const range = rangeText(perAcceleratorBytes, formatBytes);
  if (range !== '') blocks.push({ kind: 'note', text: range });
  if (partsBytes !== null) {
    const ruler = memoryRuler(plan.memory);
    if (ruler !== undefined) blocks.push({ kind: 'code', text: ruler });
    const rows = MEMORY_PART_WORDS.filter(([part]) => partsBytes[part] > 0).map(([part, words]) => [
      PART_GLYPHS[part],
      words,
      formatBytes(partsBytes[part]),
    ]);
    if (rows.length > 0) blocks.push({ kind: 'table', rows: [['', '', ''], ...rows], numbers: [2] });
  }
  return blocks;
}

/** What would flip the choice: the values at which the runner-up takes its place. */
export function flipBlocks({ comparison }: WorkloadPlan): Block[] {
  const items = flipWords(comparison);
  if (items.length === 0 || comparison.choice === null) return [];
  return [
    { kind: 'text', text: `The best choice is ${targetWords(comparison.choice)},` },
    { kind: 'list', items },
  ];
}

/** How fast and how long. */
export function speedBlocks(plan: WorkloadPlan): Block[] {
  const { training, serving } = plan;
  const rows: string[][] = [];
  const add = (label: string, range: Range | null | undefined, write: (value: number) => string): void => {
    if (range) rows.push([label, write(range.mid), rangeText(range, write)]);
  };
  if (training !== undefined) {
    add('takes', training.durationSeconds, formatDuration);
    add('tokens a second and accelerator', training.tokensPerSecondPerAccelerator, formatNumber);
    add('step', training.stepSeconds, formatDuration);
    add('accelerator-hours', training.acceleratorHours, formatNumber);
    add('share of peak', training.computeUtilization, percent);
  }
  if (serving !== undefined) {
    if (serving.replicas) {
      const { average, peak } = serving.replicas;
      rows.push([
        'replicas',
        average === peak ? String(peak) : `${String(average)} to ${String(peak)} at the peak`,
        serving.replicasRange ? rangeText(serving.replicasRange.peak, formatNumber) : '',
      ]);
    }
    add('requests a replica', serving.requestsPerSecondPerReplica, formatRate);
    add('first token', serving.timeToFirstTokenSeconds, formatDuration);
    add('each further token', serving.timePerOutputTokenSeconds, formatDuration);
    add('a whole request', serving.endToEndSeconds, formatDuration);
  }
  return rows.length === 0 ? [] : [{ kind: 'table', rows: [['', '', ''], ...rows], numbers: [1] }];
}

export function assumptionBlocks(plan: WorkloadPlan): Block[] {
  const items = plan.assumptions.map(({ path, value, why }) => `${path}: ${String(value)} — ${why}`);
  if (items.length === 0) return [];
  const shown = items.slice(0, MOST_ASSUMPTIONS);
  const rest = items.length - shown.length;
  return [
    { kind: 'text', text: 'Assumed:' },
    { kind: 'list', items: rest > 0 ? [...shown, `and ${formatNumber(rest)} more`] : shown },
  ];
}

export function unknownBlocks(plan: WorkloadPlan): Block[] {
  if (plan.unknown.length === 0) return [];
  return [
    { kind: 'text', text: 'Not known:' },
    { kind: 'list', items: plan.unknown.map(({ path, why }) => `${path}: ${why}`) },
  ];
}

/** The whole plan of a workload on about twenty lines. */
export function planBlocks(plan: WorkloadPlan, verdict: string): Block[] {
  const where = targetWords(plan.target);
  return [
    ...(where === '' ? [] : [{ kind: 'text', text: where } as const]),
    ...costBlocks(plan),
    ...memoryBlocks(plan, verdict),
    ...speedBlocks(plan),
    ...carbonBlocks(plan),
    ...unknownBlocks(plan),
  ];
}

export function percent(share: number): string {
  return `${formatNumber(100 * share)} %`;
}

function quantityWords(quantity: number): string {
  return Math.abs(quantity) >= 100 ? formatNumber(quantity) : Number(quantity.toFixed(3)).toString();
}

/** As many decimals as the price has: `$3.93`, `$0.0004`. */
function unitPriceWords(unitPriceUsd: number): string {
  const decimals = (Number(unitPriceUsd.toFixed(6)).toString().split('.')[1] ?? '').length;
  return decimals <= 2 ? formatUsdExact(unitPriceUsd) : `$${unitPriceUsd.toFixed(decimals)}`;
}
