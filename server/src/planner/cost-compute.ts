/** Lines of hardware that is paid by the hour: useful hours, rework, idle and start-up, mark-up of a service, what a commitment leaves. */
import type { Burst } from './burst.ts';
import { termHours } from './capacities.ts';
import { averagePrice, spendHours } from './committed-hours.ts';
import type { LineDraft } from './cost.ts';
import { HOURS_PER_MONTH } from './cost.ts';
import { fleetHours, fleetOf, fleetsOf, paidUnits, unitHours, type Fleet, type Hours } from './cost-fleet.ts';
import { serviceMarkup } from './cost-service.ts';
import type { Estimate } from './estimate.ts';
import type { Rental } from './offers.ts';
import { add, exact, mapEnds, scale } from './range.ts';
import type { Subject } from './subject.ts';
import type { Assumption, CommitmentDraw, CostKind, HourlyRate, Period, Range, Unknown } from './types.ts';
import { hoursOf, type Bill, type CostContext } from './workload-cost.ts';

export const HOUR_KINDS: readonly { readonly key: keyof Hours; readonly kind: CostKind; readonly words: string }[] = [
  { key: 'compute', kind: 'compute', words: '' },
  { key: 'rework', kind: 'rework', words: 'lost work, restarts and checkpoint writing' },
  { key: 'idle', kind: 'idle', words: 'waiting before it scales to zero' },
  { key: 'startUp', kind: 'start-up', words: 'starting and loading the model' },
];

/** Lines of rented machines. */
export function rentedLines(context: CostContext): Bill {
  const { subject, catalog, service } = context;
  const period: Period = subject.ends ? 'run' : 'month';
  const fleets = fleetsOf(context);
  const priced = fleets.filter((fleet) => fleet.usdPerUnitHour !== null);
  const assumptions: Assumption[] = [];
  const unknown: Unknown[] = [];
  const lines: LineDraft[] = [];
  const commitments: CommitmentDraw[] = [];
  let hourly: Range | null = null;
  let isShort = false;
  const markups = new Map(
    priced.map((fleet) => [
      fleet,
      service === undefined ? undefined : serviceMarkup(catalog, service, fleet.rental, subject),
    ]),
  );
  for (const fleet of priced) {
    const hours = fleetHours(context, fleet);
    const price = priceOf(fleet, hours);
    const markup = markups.get(fleet);
    const perHour = mapEnds((end) => price[end] * (markup?.ratio?.[end] ?? 1) * fleet.unitsRange[end]);
    hourly = hourly ? add(hourly, perHour) : perHour;
    if (!hours) continue;
    const used = hourLines(fleet, hours, price, period);
    const spent = fleet.steps && spendHours(used, fleet.steps, fleet.name, period);
    if (spent) commitments.push(spent.draw);
    lines.push(...(spent?.lines ?? used), ...(spent?.left ?? []));
    isShort ||= spent?.isShort ?? false;
    if (markup?.ratio) {
      const all = HOUR_KINDS.reduce(
        (total, { key }) => add(total, unitHours(fleet, key, hours[key] ?? exact(0))),
        exact(0),
      );
      lines.push({
        name: `mark-up of ${markup.service}`,
        kind: 'mark-up',
        period,
        quantity: all,
        unit: `${fleet.unit}-hour`,
        unitPriceUsd: mapEnds((end) => price[end] * Math.max(0, (markup.ratio?.[end] ?? 1) - 1)),
        source: markup.source,
        asOf: markup.asOf,
      });
    }
    // What is left of a commitment is the book's to say, where it does.
    const rest = spent ? undefined : commitmentRest(context, fleet, price, assumptions);
    if (rest) lines.push(rest);
  }
  if (context.floor && context.floor.rental?.unitUsdPerHour === undefined) {
    const { capacity } = context.floor;
    const { machine, region } = context.rental?.offer ?? {};
    const where = [machine?.provider, region].filter((part) => part !== undefined).join(' ');
    const why = `no ${capacity} price of ${context.site.accelerator.id}${where === '' ? '' : ` at ${where}`} is known: what the baseline holds is left out`;
    unknown.push({ path: 'target.baseline.capacity', why });
  }
  for (const markup of markups.values()) if (markup?.unknown) unknown.push(markup.unknown);
  return {
    lines,
    commitments,
    rates: priced.filter(({ units }) => units > 0).map(rateOf),
    hourlyUsd: hourly,
    priced: priced.length > 0 && (!subject.ends || hoursOf(context) !== null),
    atLeast: isShort || fleets.length === 0 || priced.length < fleets.length || unknown.length > 0,
    assumptions,
    unknown,
  };
}

/**
 * What a fleet costs at least in a run or a month, in the middle: its useful hours alone, a hair less for what is rounded on the
 * way. 0 where no bound is known, as where hours are taken from commitments first. A search ranks by it before it makes bills.
 */
export function leastRentUsd(subject: Subject, estimate: Estimate, rental: Rental): number {
  const { offer, accelerator, unitUsdPerHour } = rental;
  const average = subject.ends ? estimate.count : estimate.averageCount;
  const hours = hoursOf({ subject, estimate });
  if (offer.book?.committedHours !== undefined || unitUsdPerHour === undefined || average === null || !hours) return 0;
  const work = subject.trains ? estimate.faults?.workSeconds : undefined;
  const useful = work ? work.mid / 3600 : hours.mid;
  const usd = paidUnits(offer.machine, accelerator, average) * useful * unitUsdPerHour;
  return Number.isFinite(usd) ? Math.max(0, usd * (1 - 1e-5) - 0.01) : 0;
}

export function rateOf({ name, units, unit, usdPerUnitHour, source, asOf }: Fleet): HourlyRate {
  return { name, quantity: units, unit: `${unit}-hour`, unitPriceUsd: usdPerUnitHour?.mid ?? 0, source, asOf };
}

/** What an hour costs: on average, where it is taken from commitments first. */
function priceOf({ usdPerUnitHour, steps, units }: Fleet, hours: Hours | null): Range {
  if (!steps) return usdPerUnitHour ?? exact(0);
  const all = HOUR_KINDS.reduce((sum, { key }) => sum + (hours?.[key]?.mid ?? 0), 0);
  return exact(averagePrice(steps, all * units));
}

export function hourLines(fleet: Fleet, hours: Hours, price: Range, period: Period): LineDraft[] {
  return HOUR_KINDS.flatMap(({ key, kind, words }): LineDraft[] => {
    const each = hours[key];
    if (!each || each.high <= 0) return [];
    return [
      {
        name: words === '' ? fleet.name : `${kind}: ${words}`,
        kind,
        period,
        quantity: unitHours(fleet, key, each),
        unit: `${fleet.unit}-hour`,
        unitPriceUsd: price,
        source: fleet.source,
        asOf: fleet.asOf,
        ...(fleet.book && { book: fleet.book }),
      },
    ];
  });
}

/**
 * What remains of a commitment after the hours used: it is paid to its end. A block of capacity is rented by whole days.
 */
function commitmentRest(
  context: CostContext,
  fleet: Fleet,
  price: Range,
  assumptions: Assumption[],
): LineDraft | undefined {
  const { subject } = context;
  const capacity = fleet.rental?.offer.capacity ?? '';
  const hours = hoursOf(context);
  if (!hours) return undefined;
  const block = capacity === 'capacity-block' && subject.ends;
  const term = termHours(capacity);
  if (!block && term === undefined) return undefined;
  const unused = mapEnds((end) => {
    const used = hours[end];
    if (term === undefined) return Math.ceil(used / 24 - 1e-9) * 24 - used;
    return Math.max(0, term - usedOfTerm(context, used, term));
  });
  if (term !== undefined && !subject.ends && subject.workload.lifetime === undefined && unused.mid > 0)
    assumptions.push({ path: 'lifetime', value: '1y', why: 'default of a production service' });
  const quantity = scale(
    {
      low: Math.min(unused.low, unused.mid, unused.high),
      mid: unused.mid,
      high: Math.max(unused.low, unused.mid, unused.high),
    },
    fleet.units,
  );
  if (quantity.high <= 0) return undefined;
  return {
    name: `rest of the ${capacity === 'capacity-block' ? 'capacity block' : 'commitment'}: ${fleet.rental?.offer.machine.instance ?? ''}, ${capacity}`,
    kind: 'commitment',
    period: 'upfront',
    quantity,
    unit: `${fleet.unit}-hour`,
    unitPriceUsd: price,
    source: fleet.source,
    asOf: fleet.asOf,
  };
}

const HOURS_PER_YEAR = 8760;

/** Hours of a term in which the workload uses what is committed. */
function usedOfTerm({ subject }: CostContext, hours: number, term: number): number {
  const months = term / HOURS_PER_MONTH;
  if (subject.ends)
    return Math.min(
      term,
      hours * (subject.training.runsPerMonth === undefined ? 1 : subject.training.runsPerMonth * months),
    );
  const { lifetime, stage } = subject.workload;
  const lives = lifetime !== undefined ? lifetime / 3600 : stage === 'prototype' ? term : HOURS_PER_YEAR;
  return Math.min(term, (Math.min(lives, term) * hours) / HOURS_PER_MONTH);
}

/** Lines of what overflows from a cluster: its mean over time, in whole machines at the peak. */
export function burstLines(context: CostContext, burst: Burst): Bill {
  const { overflow, rental, accelerator, perHome } = burst;
  const period: Period = context.subject.ends ? 'run' : 'month';
  const peak = Math.max(1, Math.ceil(overflow.peak * perHome));
  const full = fleetOf('burst', rental, exact(peak), peak, accelerator, context.head);
  const price = full.usdPerUnitHour;
  const hours = hoursOf(context);
  if (price === null) {
    const why = 'no price of what the burst rents is known: what overflows from the cluster is left out';
    return {
      lines: [],
      rates: [],
      hourlyUsd: null,
      priced: false,
      atLeast: true,
      assumptions: [],
      unknown: [{ path: 'target.burst', why }],
    };
  }
  // Machines rented at the peak × the share of the peak's overflow that there is on average.
  const units = scale(overflow.mean, full.units / overflow.peak);
  const fleet: Fleet = { ...full, units: units.mid };
  const lines: LineDraft[] = [];
  if (hours) {
    lines.push({
      name: fleet.name,
      kind: 'compute',
      period,
      quantity: mapEnds((end) => hours[end] * units[end]),
      unit: `${fleet.unit}-hour`,
      unitPriceUsd: price,
      source: fleet.source,
      asOf: fleet.asOf,
      ...(fleet.book && { book: fleet.book }),
    });
    const cold = context.estimate.serving?.coldStartSeconds;
    // It comes and goes with the day.
    if (cold && !context.subject.ends && overflow.timeShare < 1)
      lines.push({
        name: 'start-up: machines of the burst load the model',
        kind: 'start-up',
        period,
        quantity: mapEnds((end) => (full.units * (hours[end] / 24) * cold[end]) / 3600),
        unit: `${fleet.unit}-hour`,
        unitPriceUsd: price,
        source: fleet.source,
        asOf: fleet.asOf,
      });
  }
  const assumptions: Assumption[] = [];
  const spent = full.steps && lines.length > 0 ? spendHours(lines, full.steps, full.name, period) : undefined;
  // What is left of a commitment is the book's to say, where it does.
  const rest = spent ? undefined : commitmentRest(context, full, price, assumptions);
  return {
    lines: [...(spent ? [...spent.lines, ...spent.left] : lines), ...(rest ? [rest] : [])],
    ...(spent && { commitments: [spent.draw] }),
    rates: [rateOf(fleet)],
    hourlyUsd: mapEnds((end) => price[end] * units[end]),
    priced: hours !== null,
    atLeast: spent?.isShort ?? false,
    assumptions,
    unknown: [],
  };
}
