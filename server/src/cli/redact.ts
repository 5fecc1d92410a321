/**
 * `--redact`: reports that can be shown to others. What is negotiated is hidden, and everything that it could be computed from:
 * unit prices and quantities, counts, times, alternatives, arithmetic, and the amounts in messages. Totals stay.
 */
import type { Analysis } from '../analysis.ts';
import type { Totals, WorkloadPlan } from '../planner/types.ts';
import { rules } from '../rules/index.ts';
import type { Finding } from '../rules/rule.ts';
import type { CheckedFile } from './analyse-files.ts';

/** The same files, with what may be told of them. Members are taken over one by one: what is new in a plan stays hidden until it is named here. */
export function redacted(files: readonly CheckedFile[]): readonly CheckedFile[] {
  return files.map(({ file, analysis }) => ({ file, analysis: redactedAnalysis(analysis) }));
}

function redactedAnalysis(analysis: Analysis): Analysis {
  return {
    ...analysis,
    plans: new Map([...analysis.plans].map(([name, plan]) => [name, redactedPlan(plan)])),
    totals: redactedTotals(analysis.totals),
    findings: analysis.findings.map(redactedFinding),
  };
}

/** What shared commitments change tells their rates. */
export function redactedTotals({ monthlyUsd, totalUsd, upfrontUsd, atLeast }: Totals): Totals {
  return { monthlyUsd, totalUsd, upfrontUsd, atLeast };
}

/** What may be told of a plan. */
export function redactedPlan({ phase, target, memory, cost, unknown }: WorkloadPlan): WorkloadPlan {
  const { monthlyUsd, totalUsd, upfrontUsd, atLeast } = cost;
  const told: Omit<WorkloadPlan, 'comparison' | 'placement'> = {
    phase,
    target: { ...target, count: null, nodes: null },
    memory,
    cost: {
      hourlyUsd: null,
      rates: [],
      ...(monthlyUsd !== undefined && { monthlyUsd }),
      ...(totalUsd !== undefined && { totalUsd }),
      ...(upfrontUsd !== undefined && { upfrontUsd }),
      lines: [],
      atLeast,
    },
    // Energy tells hours, and other ways of paying tell rates.
    carbon: { gridGramsPerKwh: null },
    capacities: [],
    ownership: undefined,
    alternatives: [],
    rejected: [],
    assumptions: [],
    derivation: [],
    unknown: [...unknown, { path: 'cost', why: 'rates, quantities, counts and times are hidden (--redact)' }],
  };
  // No part of the plan's JSON.
  const comparison: WorkloadPlan['comparison'] = {
    choice: null,
    runnerUp: null,
    now: null,
    alternatives: [],
    front: [],
    flips: [],
    rejected: [],
  };
  return Object.defineProperties(told, {
    comparison: { value: comparison },
    placement: { value: undefined },
  }) as WorkloadPlan;
}

/** What kind of finding it is, and where; the numbers that made it fire are not said. */
function redactedFinding(finding: Finding): Finding {
  const rule = rules.find(({ code }) => code === finding.code);
  return { ...finding, message: rule?.docs.summary ?? finding.name, related: [], fixes: () => [] };
}
