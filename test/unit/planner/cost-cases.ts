/** Workloads, clusters and checks that the tests of cost share. */
import assert from 'node:assert/strict';
import type { Catalog } from '../../../server/src/catalog/types.ts';
import type { ManifestHead, Target, Workload } from '../../../server/src/manifest/schema.ts';
import { planWorkload } from '../../../server/src/planner/plan.ts';
import type { CostLine, CostPlan, Period, Range, WorkloadPlan } from '../../../server/src/planner/types.ts';
import { catalog } from './placements.ts';

export const today = '2026-11-23';
export const DAY = 24 * 3600;
export const HOURS_PER_YEAR = 8760;

export const plan = (workload: Workload, head: Partial<ManifestHead> = {}, prices: Catalog = catalog): WorkloadPlan =>
  planWorkload(workload, head, prices, today);

export const AWS: Target = { provider: 'aws', region: 'us-east-1', instance: 'p5.48xlarge', count: 8 };

export const run = (more: Partial<Workload> = {}, target: Partial<Target> = {}): Workload => ({
  phase: 'fine-tuning',
  model: 'llama-3.1-8b',
  framework: 'pytorch',
  training: { tokens: 2e9 },
  checkpointing: { interval: 1800, storage: 's3://team/ckpt', keep: 3 },
  target: { ...AWS, ...target },
  ...more,
});

export const service = (
  serving: NonNullable<Workload['serving']> = {},
  target: Target | undefined = undefined,
): Workload => ({
  phase: 'inference',
  model: 'llama-3.1-8b',
  framework: 'pytorch',
  serving: { engine: 'vllm', requests: { average: 6, peak: 40 }, inputTokens: 800, outputTokens: 200, ...serving },
  target: target ?? { provider: 'aws', region: 'us-east-1', accelerator: 'l40s' },
});

export const DC1: NonNullable<ManifestHead['clusters']> = {
  dc1: {
    accelerator: 'h100-sxm',
    nodes: 4,
    acceleratorsPerNode: 8,
    location: 'de',
    utilization: 0.7,
    cost: {
      perNode: 280_000,
      electricity: 0.14,
      pue: 1.3,
      colocation: 180,
      staff: 1,
      maintenance: 0.05,
      residual: 0.1,
    },
  },
};

export const lineOf = (cost: CostPlan, kind: CostLine['kind']): CostLine => {
  const line = cost.lines.find((candidate) => candidate.kind === kind);
  assert.ok(line, `no line of ${kind} in ${cost.lines.map(({ name }) => name).join('; ')}`);
  return line;
};

/** Totals by the rule that the plan states: the sum of a period's rounded lines, end by end. */
export function addsUp(cost: CostPlan): void {
  const totals: readonly (readonly [Period, Range | null | undefined])[] = [
    ['run', cost.totalUsd],
    ['upfront', cost.upfrontUsd],
    ['month', cost.totalUsd === undefined ? cost.monthlyUsd : undefined],
  ];
  for (const [period, total] of totals) {
    if (!total) continue;
    const own = cost.lines.filter((line) => line.period === period);
    for (const [end, key] of [
      ['low', 'lowUsd'],
      ['mid', 'amountUsd'],
      ['high', 'highUsd'],
    ] as const) {
      const cents = own.reduce((sum, line) => sum + Math.round(line[key] * 100), 0);
      assert.ok(Math.abs(cents / 100 - total[end]) <= Math.abs(total[end]) * 1e-12, `${period} ${end}`);
    }
  }
  for (const { amountUsd, quantity, unitPriceUsd, source } of cost.lines) {
    const exact = quantity * unitPriceUsd;
    assert.ok(Math.abs(amountUsd - exact) <= 0.005 + exact * 1e-9, `${String(amountUsd)} for ${String(exact)}`);
    assert.notEqual(source, '');
  }
}

/** Every number is finite and none is negative; low ≤ mid ≤ high. */
export function sound(value: unknown, path: string): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value) && value >= 0, `${path}: ${String(value)}`);
  if (typeof value !== 'object' || value === null) return;
  const entries = Object.entries(value);
  for (const [key, member] of entries) sound(member, `${path}.${key}`);
  if (entries.length !== 3 || !('mid' in value)) return;
  const { low, mid, high } = value as Range;
  const slack = 1 + 1e-9;
  assert.ok(low <= mid * slack && mid <= high * slack, `${path}: ${JSON.stringify(value)}`);
}
