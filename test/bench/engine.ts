/** Costs of the engine itself, in this process: the catalogue, and the plan of a workload with all that could replace it. */
import { performance } from 'node:perf_hooks';
import { analyse } from '../../server/src/analysis.ts';
import { embeddedData } from '../../server/src/catalog/embedded.ts';
import { loadCatalog } from '../../server/src/catalog/load.ts';
import { planWorkload } from '../../server/src/planner/plan.ts';
import { manifestOf } from './manifest.ts';
import { median } from './measure.ts';

export interface EngineFigures {
  readonly catalogMs: number;
  readonly planMs: number;
  readonly planWithAlternativesMs: number;
  readonly slowestPlanMs: number;
}

/** Medians over the workloads of a generated manifest, after each was planned once. */
export function measureEngine(): EngineFigures {
  const data = embeddedData();
  const today = '2026-01-01';
  const loads = Array.from({ length: 7 }, () => timed(() => loadCatalog(data)));
  const catalog = loadCatalog(data);
  const { manifest } = analyse({ text: manifestOf(500).text, catalog, today });
  const plans: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round < 2; round++) {
    for (const { value } of manifest.workloads) {
      if (!value) continue;
      const bare = timed(() => planWorkload(value, manifest.head, catalog, today));
      const all = timed(() => planWorkload(value, manifest.head, catalog, today).alternatives.length);
      if (round === 0) continue;
      plans.push(bare);
      whole.push(all);
    }
  }
  return {
    catalogMs: median(loads) ?? Number.NaN,
    planMs: median(plans) ?? Number.NaN,
    planWithAlternativesMs: median(whole) ?? Number.NaN,
    slowestPlanMs: Math.max(...whole),
  };
}

function timed(act: () => unknown): number {
  const begun = performance.now();
  act();
  return performance.now() - begun;
}
