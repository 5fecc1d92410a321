/** The plan of every example as a snapshot: what changes in it is seen in a review. */
import { readdirSync, readFileSync } from 'node:fs';
import { analyse } from '../../server/src/analysis.ts';
import type { Catalog } from '../../server/src/catalog/types.ts';
import { planObject } from '../../server/src/cli/plan.ts';
import { targetKey } from '../../server/src/planner/target-key.ts';
import type { WorkloadPlan } from '../../server/src/planner/types.ts';

/** The day all snapshots are made on. */
const TODAY = '2026-11-23';
const SUFFIX = '.ai-infra.yaml';
/** Floating point differs in its last digits between machines. */
const DIGITS = 6;
const MOST_ALTERNATIVES = 3;

/** Snapshot files by path from the root. */
export function planSnapshots(catalog: Catalog): ReadonlyMap<string, unknown> {
  const examples = readdirSync('examples').filter((name) => name.endsWith(SUFFIX));
  return new Map(
    examples.sort().map((name) => {
      const text = readFileSync(`examples/${name}`, 'utf8');
      const analysis = analyse({ text, catalog, today: TODAY, mostAdvice: 0 });
      const { schemaVersion, file, totals } = planObject(`examples/${name}`, analysis, false);
      const workloads = Object.fromEntries([...analysis.plans].map(([key, plan]) => [key, shortened(plan)]));
      return [
        `test/snapshots/plans/${name.slice(0, -SUFFIX.length)}.json`,
        rounded({ schemaVersion, file, workloads, totals }),
      ] as const;
    }),
  );
}

/** All of the plan, but of the alternatives the best, of what was rejected the number, and of the derivation what is derived. */
function shortened(plan: WorkloadPlan): unknown {
  const { alternatives, rejected, derivation, comparison, ...rest } = plan;
  const { choice, runnerUp, front, flips } = comparison;
  return {
    ...rest,
    alternatives: alternatives
      .slice(0, MOST_ALTERNATIVES)
      .map(({ target, cost, why }) => ({ target: targetKey(target), ...cost, why })),
    alternativeCount: alternatives.length,
    rejectedCount: rejected.length,
    derived: [...new Set(derivation.map(({ quantity }) => quantity))],
    comparison: {
      choice: choice && targetKey(choice),
      runnerUp: runnerUp && targetKey(runnerUp),
      frontCount: front.length,
      flips: flips.map(({ quantity, of, at }) => ({ quantity, of, at })),
    },
  };
}

function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(DIGITS));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
}
