/** Costs of the engine itself, in this process: the catalogue, and the plan of a workload with all that could replace it. */
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { analyse } from '../../server/src/analysis.ts';
import { embeddedData } from '../../server/src/catalog/embedded.ts';
import { loadCatalog } from '../../server/src/catalog/load.ts';
import type { Catalog } from '../../server/src/catalog/types.ts';
import { offersOf } from '../../server/src/features/hardware.ts';
import { planWorkload } from '../../server/src/planner/plan.ts';
import { manifestOf } from './manifest.ts';
import { median } from './measure.ts';

export interface EngineFigures {
  readonly catalogMs: number;
  /** The data files from their text, loaded, and every index that is made when first asked for. */
  readonly catalogWholeMs: number;
  /** Offers of one accelerator, count, regions and capacity: median over all chips, and the slowest chip. */
  readonly queryMs: number;
  readonly slowestQueryMs: number;
  readonly slowestQuery: string;
  readonly planMs: number;
  readonly planWithAlternativesMs: number;
  readonly slowestPlanMs: number;
  /** Front, flips and curve of one workload, its alternatives known. */
  readonly comparisonMs: number;
  /** All examples analysed, with every alternative of every workload. */
  readonly examplesMs: number;
}

/** Medians over the workloads of a generated manifest, after each was planned once. */
export function measureEngine(): EngineFigures {
  const data = embeddedData();
  const today = '2026-01-01';
  const loads = Array.from({ length: 7 }, () => timed(() => loadCatalog(data)));
  const texts = Object.entries(data).map(([name, part]) => [name, JSON.stringify(part)] as const);
  const wholes = Array.from({ length: 7 }, () =>
    timed(() =>
      indexAll(loadCatalog(Object.fromEntries(texts.map(([name, text]) => [name, JSON.parse(text)])) as never)),
    ),
  );
  const catalog = loadCatalog(data);
  const queries = measureQueries(catalog);
  const { manifest } = analyse({ text: manifestOf(500).text, catalog, today });
  const plans: number[] = [];
  const whole: number[] = [];
  const comparisons: number[] = [];
  for (let round = 0; round < 2; round++) {
    for (const { value } of manifest.workloads) {
      if (!value) continue;
      const bare = timed(() => planWorkload(value, manifest.head, catalog, today));
      const all = timed(() => planWorkload(value, manifest.head, catalog, today).alternatives.length);
      const plan = planWorkload(value, manifest.head, catalog, today);
      const { comparison } = plan;
      void plan.alternatives;
      const compared = timed(() => [comparison.front, comparison.flips, comparison.scaling]);
      if (round === 0) continue;
      comparisons.push(compared);
      plans.push(bare);
      whole.push(all);
    }
  }
  return {
    catalogMs: median(loads) ?? Number.NaN,
    catalogWholeMs: median(wholes) ?? Number.NaN,
    ...queries,
    planMs: median(plans) ?? Number.NaN,
    planWithAlternativesMs: median(whole) ?? Number.NaN,
    slowestPlanMs: Math.max(...whole),
    comparisonMs: median(comparisons) ?? Number.NaN,
    examplesMs: measureExamples(catalog),
  };
}

/** Median of five rounds over all examples, each planned anew. */
function measureExamples(catalog: Catalog): number {
  const texts = readdirSync('examples')
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(`examples/${name}`, 'utf8'));
  const round = (): void => {
    for (const text of texts)
      for (const plan of analyse({ text, catalog, today: '2026-11-23', mostAdvice: 0 }).plans.values())
        void plan.alternatives;
  };
  round();
  return median(Array.from({ length: 5 }, () => timed(round))) ?? Number.NaN;
}

/** Everything that is otherwise read when it is first asked for. */
function indexAll(catalog: Catalog): void {
  catalog.offers({});
  catalog.resolveModel('');
  catalog.egress('', '');
  catalog.storagePrice({ provider: 'gcp', region: '', type: 'object' });
  catalog.framework('', '');
  catalog.engine('', '');
  catalog.slices('');
  catalog.interruptionBand('', '', '');
  for (const facts of [catalog.edgeDevices, catalog.services, catalog.retirements, catalog.networks]) void facts;
}

/** Each chip once to make its offers, then the median of its next questions. */
function measureQueries(catalog: Catalog): Pick<EngineFigures, 'queryMs' | 'slowestQueryMs' | 'slowestQuery'> {
  const figures = [...catalog.accelerators.keys()].map((accelerator) => {
    const ask = (): unknown =>
      offersOf(catalog, accelerator, { count: 8, regions: ['us', 'eu'], capacities: ['on-demand'] });
    ask();
    return { accelerator, ms: median(Array.from({ length: 15 }, () => timed(ask))) ?? Number.NaN };
  });
  const slowest = figures.reduce((worst, figure) => (figure.ms > worst.ms ? figure : worst));
  return {
    queryMs: median(figures.map(({ ms }) => ms)) ?? Number.NaN,
    slowestQueryMs: slowest.ms,
    slowestQuery: slowest.accelerator,
  };
}

function timed(act: () => unknown): number {
  const begun = performance.now();
  act();
  return performance.now() - begun;
}
