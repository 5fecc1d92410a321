/** Risk, carbon, ways of paying and ownership, taken apart for hovers. */
import { formatDuration, formatMass, formatNumber, formatShare, formatUsd } from '../manifest/format-quantity.ts';
import type { Range, WorkloadPlan } from '../planner/types.ts';
import { plainUsd, rangeText } from './amounts.ts';
import type { Block } from './markdown.ts';

const BASIS_WORDS = {
  'hardware failures': 'failures of hardware',
  'interruption band': 'failures, and how often the provider takes such spot machines back',
  'spot traces': 'failures, and how often spot machines were taken back in published traces',
} as const;

/** What failures and interruptions do to a run. */
export function riskBlocks({ risk }: WorkloadPlan): Block[] {
  if (!risk) return [];
  const rows: string[][] = [];
  const add = (label: string, range: Range | null | undefined, write: (value: number) => string): void => {
    if (range) rows.push([label, write(range.mid), rangeText(range, write)]);
  };
  add('an interruption about every', risk.interruptionSeconds, formatDuration);
  add('interruptions expected', risk.expectedInterruptions, formatNumber);
  add('useful time', risk.goodput, formatShare);
  add('useful time at the best interval', risk.bestGoodput, formatShare);
  add('time lost', risk.lostSeconds, formatDuration);
  add('cost of that', risk.lostUsd, formatUsd);
  add('a checkpoint takes', risk.checkpointWriteSeconds, formatDuration);
  if (typeof risk.deadlineChance === 'number')
    rows.push(['chance to meet the deadline', formatShare(risk.deadlineChance), '']);
  return [
    ...(risk.mayNeverEnd === true ? [{ kind: 'title', text: 'This run may never end.' } as const] : []),
    { kind: 'table', rows: [['', '', ''], ...rows], numbers: [1] },
    { kind: 'note', text: `Counted: ${BASIS_WORDS[risk.basis]}.` },
  ];
}

/** `5.2 kg CO₂e a run`, with the grid it follows from. */
export function carbonBlocks({ carbon }: WorkloadPlan): Block[] {
  const amounts = [
    carbon.kgTotal && (['a run', carbon.kgTotal] as const),
    carbon.kgPerMonth && (['a month', carbon.kgPerMonth] as const),
  ].filter((amount) => amount !== null && amount !== undefined);
  return amounts.map(([period, kilograms]) => {
    const spread = rangeText(kilograms, formatMass);
    const grid = carbon.gridGramsPerKwh ? `, at ${formatNumber(carbon.gridGramsPerKwh.mid)} g/kWh` : '';
    return {
      kind: 'note',
      text: `${formatMass(kilograms.mid)} CO₂e ${period}${spread === '' ? '' : ` (${spread})`}${grid}`,
    };
  });
}

/** The hardware under each way of paying. */
export function capacityBlocks({ capacities }: WorkloadPlan): Block[] {
  if (capacities.length < 2) return [];
  const rows = capacities.map(({ capacity, cost, durationSeconds, breakEven, risk }) => {
    const total = cost.totalUsd ?? cost.monthlyUsd;
    const rest = cost.upfrontUsd ? ` + ${formatUsd(cost.upfrontUsd.mid)} unused` : '';
    return [
      capacity,
      total
        ? `${plainUsd(total.mid)} ${cost.totalUsd ? 'a run' : 'a month'}${rest}`
        : cost.hourlyUsd
          ? `${plainUsd(cost.hourlyUsd.mid)} an hour`
          : '',
      durationSeconds ? formatDuration(durationSeconds.mid) : risk?.mayNeverEnd === true ? 'may never end' : '',
      breakEven ? `pays from ${formatShare(breakEven.utilization)} use` : '',
    ];
  });
  return [{ kind: 'table', rows: [['', '', '', ''], ...rows], numbers: [] }];
}

/** What an hour of the cluster costs by its use, and from which use on it beats renting. */
export function ownershipBlocks({ ownership }: WorkloadPlan): Block[] {
  if (!ownership) return [];
  const { curve, breakEven, utilization, usdPerAcceleratorHour } = ownership;
  const points = curve.filter((_, index) => index % 2 === 1);
  return [
    {
      kind: 'text',
      text: `${plainUsd(usdPerAcceleratorHour.mid)} an accelerator-hour at ${formatShare(utilization)} use`,
    },
    {
      kind: 'table',
      rows: [
        points.map((point) => formatShare(point.utilization)),
        points.map((point) => plainUsd(point.usdPerAcceleratorHour.mid)),
      ],
    },
    {
      kind: 'list',
      items: breakEven.map(({ capacity, provider, region, usdPerAcceleratorHour: rent, utilization: even }) => {
        const words = even === null ? 'cheaper at any use' : `as dear at ${formatShare(even)} use`;
        return `${capacity} at ${provider} ${region}, ${plainUsd(rent)}: ${words}`;
      }),
    },
  ];
}
