/** The estimate of a case: through the whole product for the report, from the planner alone where a fit asks thousands of times. */
import { stringify } from 'yaml';
import { analyse } from '../../server/src/analysis.ts';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { estimate, type EstimateInput } from '../../server/src/planner/estimate.ts';
import { TRAINING_MEMORY } from '../../server/src/planner/fitted.ts';
import { place, resolveTarget, togetherForRun } from '../../server/src/planner/resolve.ts';
import { subjectOf } from '../../server/src/planner/subject.ts';
import type { MemoryParts, MemoryPlan, Range, ServingPlan, TrainingPlan } from '../../server/src/planner/types.ts';
import type { Workload } from '../../server/src/manifest/schema.ts';
import type { Case } from './case.ts';

const catalog = embeddedCatalog();
const TODAY = '2026-11-24';

/** The part of a plan that can be measured. */
interface Measurable {
  readonly memory: MemoryPlan;
  readonly training?: TrainingPlan;
  readonly serving?: ServingPlan;
}

/** The case as the text of a manifest. */
export function manifestOf(one: Case): string {
  return stringify({ version: 1, workloads: { measured: one.workload } });
}

/** The estimate as a user gets it: text in, plan out. Throws when the manifest has an error of language, which is a fault of the harness. */
export function throughProduct(one: Case): Range | null {
  const analysis = analyse({ text: manifestOf(one), catalog, today: TODAY, mostAdvice: 0 });
  const wrong = analysis.findings.find(({ code, severity }) => severity === 'error' && /^AI[01]/.test(code));
  if (wrong) throw new Error(`${one.id}: ${wrong.code} ${wrong.message}\n${manifestOf(one)}`);
  const plan = analysis.plans.get('measured');
  if (!plan) throw new Error(`${one.id}: no plan\n${manifestOf(one)}`);
  return measureOf(one, plan);
}

/** The same number from the planner, target and machines resolved once: the parameters may change between calls. */
export function prepared(one: Case): () => Range | null {
  const workload: Workload = one.workload;
  const subject = subjectOf(workload, catalog);
  const target = workload.target === 'auto' ? undefined : workload.target;
  const resolution = resolveTarget(workload, target, {}, catalog);
  const { site, count } = resolution;
  if (!site || count === 'auto') throw new Error(`${one.id}: a measurement states its accelerators and their count`);
  const together = togetherForRun(site, count, resolution.target, catalog, {}, TODAY);
  const { placement } = place(site, count, together, resolution.target, {}, catalog, TODAY);
  const input: EstimateInput = {
    subject,
    placement,
    count,
    capacity: resolution.target.capacity,
    catalog,
    explain: false,
  };
  return () => measureOf(one, estimate(input).value);
}

/** What was measured, read from a plan; null where the plan does not know it. */
function measureOf(one: Case, plan: Measurable): Range | null {
  const { memory, training, serving } = plan;
  switch (one.quantity) {
    case 'tokensPerSecondPerAccelerator':
      return training?.tokensPerSecondPerAccelerator ?? null;
    case 'samplesPerSecond':
      return training?.samplesPerSecond ?? null;
    case 'peakBytes':
      return memory.perAcceleratorBytes;
    case 'allocatedBytes':
      return memory.perAcceleratorBytes && each(memory.perAcceleratorBytes, allocated);
    case 'stateBytes':
      return share(memory, ({ weights, gradients, optimizer }) => weights + gradients + optimizer);
    case 'activationBytes':
      return share(memory, ({ activations }) => activations);
    case 'outputTokensPerSecond':
      return serving?.throughput.outputTokensPerSecond ?? null;
    case 'served samplesPerSecond':
      return serving?.throughput.samplesPerSecond ?? null;
    case 'timePerOutputTokenSeconds':
      return serving?.timePerOutputTokenSeconds ?? null;
    case 'decodeTokensPerSecond':
      return over(1, serving?.timePerOutputTokenSeconds);
    case 'prefillTokensPerSecond':
      return over(one.workload.serving?.inputTokens ?? 0, serving?.timeToFirstTokenSeconds);
  }
}

/** Allocated bytes know neither the allocator's slack nor the context of the device. */
function allocated(bytes: number): number {
  return (bytes - TRAINING_MEMORY.baseBytes) / TRAINING_MEMORY.allocatorFactor;
}

/** A part of the memory, with the width of the whole. */
function share(
  { perAcceleratorBytes: whole, partsBytes }: MemoryPlan,
  of: (parts: MemoryParts) => number,
): Range | null {
  return whole && partsBytes && each(whole, (bytes) => (bytes / whole.mid) * of(partsBytes));
}

function each(range: Range, transform: (value: number) => number): Range {
  return { low: transform(range.low), mid: transform(range.mid), high: transform(range.high) };
}

function over(amount: number, seconds: Range | null | undefined): Range | null {
  return seconds ? { low: amount / seconds.high, mid: amount / seconds.mid, high: amount / seconds.low } : null;
}
