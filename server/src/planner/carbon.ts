/** Energy and carbon of a workload: accelerators × power × hours × PUE × intensity of the grid (`docs/formulas.md`). */
import type { Catalog, Region } from '../catalog/types.ts';
import type { Estimate } from './estimate.ts';
import { covers } from './policy.ts';
import { exact, mapRange, scale } from './range.ts';
import { acceleratorRange } from './replicas.ts';
import type { Site } from './resolve.ts';
import type { Subject } from './subject.ts';
import type { CarbonPlan, Derivation, Range, ResolvedTarget, Unknown } from './types.ts';
import { HOURS_PER_MONTH } from './cost.ts';

/** Power of a whole server over the TDP of its accelerators: 1.82 (DGX H100) to 2.03 (DGX A100). */
export const SERVER_POWER_FACTOR: Range = { low: 1.8, mid: 1.9, high: 2 };
/**
 * Power drawn over the server's maximum: 0.75 in training (Epoch AI, training-cost-trends). No figure is published for
 * serving, which draws less where a fleet idles: its low end is wider.
 */
const DRAW: Readonly<Record<'training' | 'serving', Range>> = {
  training: { low: 0.65, mid: 0.75, high: 0.95 },
  serving: { low: 0.4, mid: 0.75, high: 0.95 },
};
/** Other operators than the large clouds; Uptime Institute's average as the high end. */
const UNKNOWN_PUE: Range = { low: 1.1, mid: 1.25, high: 1.58 };
/** Life-cycle figures read 10 to 25 % over operational ones of the same grid. */
const LIFE_CYCLE_OVER_OPERATIONAL: Range = { low: 1.1, mid: 1.175, high: 1.25 };
/** How far a grid's yearly average moves from one year to the next. */
const YEAR_SPREAD = 0.1;
const SOURCE =
  'github:epoch-research/training-cost-trends@263c40a15930:cost_analysis_standalone.py (server power, share drawn, PUE of other operators)';

export interface CarbonInput {
  readonly subject: Subject;
  readonly site: Site;
  readonly target: ResolvedTarget;
  readonly estimate: Estimate;
  readonly catalog: Catalog;
}

export interface CarbonResult {
  readonly carbon: CarbonPlan;
  readonly unknown: readonly Unknown[];
  readonly derivation: () => readonly Derivation[];
}

export const NO_CARBON: CarbonPlan = { gridGramsPerKwh: null };

/** Carbon of a workload on its site. What is missing (power draw, grid) leaves null and an entry in `unknown`. */
export function carbonOf(input: CarbonInput): CarbonResult {
  const { subject, site, estimate } = input;
  const place = placeOf(input);
  const tdp = site.accelerator.tdpWatts;
  const runs = subject.trains ? subject.training.runsPerMonth : undefined;
  const monthly = !subject.ends || runs !== undefined;
  const average = subject.ends ? estimate.count : estimate.averageCount;
  const grid = place?.grid ?? null;
  const nothing: CarbonPlan = {
    ...(monthly && { kgPerMonth: null, kilowattHoursPerMonth: null }),
    ...(subject.ends && { kgTotal: null, kilowattHoursTotal: null }),
    gridGramsPerKwh: grid,
  };
  const unknown: Unknown[] = [];
  if (tdp === undefined)
    unknown.push({
      path: 'target.accelerator',
      why: `no source states the power draw of ${site.accelerator.name}: energy and carbon are not known`,
      of: 'carbon',
    });
  else if (grid === null) unknown.push({ path: placePath(input), why: whyNoGrid(input), of: 'carbon' });
  const hours = subject.ends
    ? estimate.durationSeconds && mapRange(estimate.durationSeconds, (seconds) => seconds / 3600)
    : exact(subject.serving.hoursPerMonth ?? HOURS_PER_MONTH);
  if (tdp === undefined || average === null || !hours) return { carbon: nothing, unknown, derivation: () => [] };

  const power = powerOf(input, tdp);
  const accelerators = subject.ends ? exact(average) : acceleratorRange(estimate.serving, 'average', average);
  const pue = site.kind === 'edge' ? exact(1) : (place?.pue ?? UNKNOWN_PUE);
  const energy = times(times(times(power, hours), accelerators), pue);
  const kg = grid && scale(times(energy, grid), 1 / 1000);
  const carbon: CarbonPlan = subject.ends
    ? {
        kgTotal: kg,
        kilowattHoursTotal: energy,
        ...(runs !== undefined && {
          kgPerMonth: kg && scale(kg, runs),
          kilowattHoursPerMonth: scale(energy, runs),
        }),
        gridGramsPerKwh: grid,
      }
    : { kgPerMonth: kg, kilowattHoursPerMonth: energy, gridGramsPerKwh: grid };
  return { carbon, unknown, derivation: () => derive(input, { tdp, average, hours, pue, energy, kg, grid, place }) };
}

/** Kilowatts drawn by an accelerator and its share of the machine. */
function powerOf({ subject, site }: CarbonInput, tdpWatts: number): Range {
  // A device's largest power mode is that of the whole device.
  if (site.kind === 'edge') return scale({ low: 0.5, mid: 0.8, high: 1 }, tdpWatts / 1000);
  const draw = DRAW[subject.trains ? 'training' : 'serving'];
  return scale(times(SERVER_POWER_FACTOR, draw), tdpWatts / 1000);
}

interface Place {
  /** Operational grams a kilowatt-hour. */
  readonly grid?: Range;
  readonly pue?: Range;
  readonly words: string;
  readonly source: string;
}

/** The region's grid and PUE; of an owned cluster, those of the known regions where it stands. */
function placeOf({ site, target, catalog }: CarbonInput): Place | undefined {
  if (site.kind === 'cluster') return placeOfCluster(site, catalog);
  if (site.kind !== 'cloud' || target.provider === undefined || target.region === undefined) return undefined;
  const region = catalog.region(target.provider, target.region);
  if (!region) return undefined;
  const grid = gridOf(region);
  return {
    ...(grid && { grid }),
    ...(region.pue !== undefined && { pue: pueOf(region.pue, region.pueScope) }),
    words: `${target.provider} ${target.region}`,
    source: `${region.source ?? ''}; ${region.gridBasis ?? ''}`,
  };
}

function placeOfCluster(site: Extract<Site, { kind: 'cluster' }>, catalog: Catalog): Place | undefined {
  const { location, cost } = site.cluster;
  const pue = cost?.pue === undefined ? {} : { pue: exact(Math.max(1, cost.pue)) };
  const grid = location === undefined ? undefined : gridAround(location, catalog);
  return { ...(grid && { grid }), ...pue, words: location ?? '', source: 'grids of the known regions there' };
}

const around = new WeakMap<Catalog, Map<string, Range | null>>();

/** Grids of all known regions in a geography or country: their median between their extremes. */
function gridAround(word: string, catalog: Catalog): Range | undefined {
  const known = around.get(catalog) ?? new Map<string, Range | null>();
  around.set(catalog, known);
  let range = known.get(word);
  if (range === undefined) {
    const grids = [...catalog.providers.values()]
      .flatMap(({ regions }) => [...regions.values()])
      .filter((region) => covers(word, region))
      .flatMap((region) => gridOf(region) ?? [])
      .sort((a, b) => a.mid - b.mid);
    const middle = grids[Math.floor(grids.length / 2)];
    range = middle
      ? {
          low: Math.min(...grids.map(({ low }) => low)),
          mid: middle.mid,
          high: Math.max(...grids.map(({ high }) => high)),
        }
      : null;
    known.set(word, range);
  }
  return range ?? undefined;
}

/** On the basis of operational emissions: a life-cycle figure is brought down by what it reads higher. */
export function gridOf(region: Region): Range | undefined {
  const grams = region.gridGramsCo2PerKwh;
  if (grams === undefined) return undefined;
  const ends = { low: grams * (1 - YEAR_SPREAD), mid: grams, high: grams * (1 + YEAR_SPREAD) };
  if (!/life-cycle/.test(region.gridBasis ?? '')) return ends;
  const over = LIFE_CYCLE_OVER_OPERATIONAL;
  return { low: ends.low / over.high, mid: ends.mid / over.mid, high: ends.high / over.low };
}

/** A provider's average says less about one region than its own figure. */
function pueOf(pue: number, scope: string | undefined): Range {
  const spread = scope === 'region' ? 0 : 0.05;
  return { low: Math.max(1, pue * (1 - spread)), mid: pue, high: pue * (1 + spread) };
}

function placePath({ site }: CarbonInput): string {
  return site.kind === 'cluster' ? `clusters.${site.name}.location` : 'target.region';
}

function whyNoGrid({ site, target }: CarbonInput): string {
  if (site.kind === 'edge') return 'where the devices stand is not known: carbon follows from the grid there';
  if (site.kind === 'cluster') return 'carbon follows from the grid where the cluster stands';
  return `no source states the grid of ${[target.provider, target.region].filter((part) => part !== undefined).join(' ')}: carbon is not known`;
}

function derive(
  { subject, site }: CarbonInput,
  parts: {
    readonly tdp: number;
    readonly average: number;
    readonly hours: Range;
    readonly pue: Range;
    readonly energy: Range;
    readonly kg: Range | null;
    readonly grid: Range | null;
    readonly place: Place | undefined;
  },
): readonly Derivation[] {
  const { tdp, average, hours, pue, energy, kg, grid, place } = parts;
  const end = subject.ends ? 'Total' : 'PerMonth';
  const edge = site.kind === 'edge';
  const draw = DRAW[subject.trains ? 'training' : 'serving'];
  return [
    {
      quantity: `carbon.kilowattHours${end}`,
      formula: edge
        ? 'devices × largest power mode × 0.5–1 × hours'
        : 'accelerators × TDP × server factor × share drawn × hours × PUE',
      inputs: {
        accelerators: average,
        tdpWatts: tdp,
        ...(!edge && { serverFactor: SERVER_POWER_FACTOR.mid, shareDrawn: draw.mid, pue: pue.mid }),
        hours: hours.mid,
      },
      value: energy,
      source: `${site.accelerator.source}; ${SOURCE}`,
    },
    ...(kg && grid
      ? [
          {
            quantity: `carbon.kg${end}`,
            formula: 'kilowatt-hours × grams per kilowatt-hour (operational; life-cycle figures ÷ 1.1–1.25) ÷ 1,000',
            inputs: { gridGramsPerKwh: grid.mid, where: place?.words ?? '' },
            value: kg,
            source: place?.source ?? '',
          },
        ]
      : []),
  ];
}

function times(a: Range, b: Range): Range {
  return { low: a.low * b.low, mid: a.mid * b.mid, high: a.high * b.high };
}
