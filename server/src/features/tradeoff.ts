/** Cost against time of all that could run a workload, ready to draw, and what would flip the choice. */
import type { Analysis } from '../analysis.ts';
import { formatDuration, formatMass } from '../manifest/format-quantity.ts';
import { readableFront } from '../planner/front.ts';
import { targetKey } from '../planner/target-key.ts';
import type { FrontPoint, WorkloadPlan } from '../planner/types.ts';
import type { TradeoffPoint, TradeoffResult, TradeoffTick } from '../protocol.ts';
import { noteOf } from './alternatives.ts';
import { hardwareWords, plainUsd, regionWords, targetWords } from './amounts.ts';
import { flipWords } from './flip-words.ts';

/** Null for a workload that has no plan. */
export function tradeoff(analysis: Analysis, version: number, workload: string): TradeoffResult | null {
  const plan = analysis.plans.get(workload);
  if (plan === undefined) return null;
  const { comparison } = plan;
  const { points: front, cleanest } = readableFront(comparison.front);
  // What stands now is looked for in the picture, beaten or not.
  const beaten = front.some(({ now }) => now) ? null : comparison.now;
  const points = beaten && front.length > 0 ? [...front, beaten].sort((a, b) => a.usd - b.usd) : front;
  const cost = axisOf(points.map(({ usd }) => usd));
  const time = axisOf(points.flatMap(({ seconds }) => seconds ?? []));
  const runs = plan.phase !== 'inference';
  const flips = flipWords(comparison);
  return {
    version,
    workload,
    costTitle: runs ? 'cost of a run' : 'cost a month',
    timeTitle: runs ? 'time' : 'latency',
    costTicks: ticksOf(cost, moneySteps(cost), plainUsd),
    timeTicks: ticksOf(time, TIME_STEPS, formatDuration),
    points: points.map((point) => toPoint(point, cleanest, cost, time)),
    choice: flips.length > 0 && comparison.choice ? `The best stays ${targetWords(comparison.choice)}` : '',
    flips,
    note: points.length === 0 ? nothing(plan) : '',
  };
}

function nothing(plan: WorkloadPlan): string {
  const note = noteOf(plan);
  return note === '' ? 'Nothing that has a price and a known time runs this workload.' : note;
}

function toPoint(point: FrontPoint, cleanest: FrontPoint | undefined, cost: Axis, time: Axis): TradeoffPoint {
  const { target, usd, seconds, kg, now } = point;
  const at = [target.provider ?? target.cluster ?? '', regionWords(target)].filter((part) => part !== '').join(' ');
  return {
    id: now ? '' : targetKey(target),
    hardware: hardwareWords(target),
    place: [at, target.instance ?? '', target.capacity].filter((part) => part !== '').join(' · '),
    cost: plainUsd(usd),
    time: seconds === null ? '' : formatDuration(seconds),
    carbon: kg === null ? '' : formatMass(kg),
    mark: now ? 'now' : point === cleanest ? 'cleanest' : '',
    costAt: placeOn(cost, usd),
    timeAt: seconds === null ? null : placeOn(time, seconds),
  };
}

/** From the least to the most, by their logarithms: twice as much is the same step everywhere. */
interface Axis {
  readonly least: number;
  readonly most: number;
}

function axisOf(values: readonly number[]): Axis {
  const positive = values.filter((value) => value > 0);
  return positive.length === 0 ? { least: 1, most: 1 } : { least: Math.min(...positive), most: Math.max(...positive) };
}

function placeOn({ least, most }: Axis, value: number): number {
  // Where all are the same, in the middle.
  if (most <= least) return 0.5;
  return Math.min(1, Math.max(0, Math.log(Math.max(value, least) / least) / Math.log(most / least)));
}

const MOST_TICKS = 4;
const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
/** Times that a person counts in. */
const TIME_STEPS: readonly number[] = [
  ...[0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
  ...[1, 2, 5, 10, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 4, 7, 14, 30, 60, 120, 365, 1000, 3650, 36_500].map((days) => days * DAY),
];

/** 1, 2 and 5 times the powers of ten that lie along the axis. */
function moneySteps({ least, most }: Axis): number[] {
  const steps: number[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power += 1)
    steps.push(...[1, 2, 5].map((step) => step * 10 ** power));
  return steps;
}

/** The steps that lie along the axis, thinned out evenly where there are too many to read. */
function ticksOf(axis: Axis, steps: readonly number[], write: (value: number) => string): TradeoffTick[] {
  const along = steps.filter((step) => step >= axis.least && step <= axis.most);
  const every = Math.ceil(along.length / MOST_TICKS);
  return along
    .filter((_, index) => index % every === 0)
    .map((step) => ({ at: placeOn(axis, step), label: write(step) }));
}
