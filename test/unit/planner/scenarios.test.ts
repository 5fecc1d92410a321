import assert from 'node:assert/strict';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import type { WorkloadPlan } from '../../../server/src/planner/types.ts';

// The decision framework that people start from: what `target: auto` chooses agrees with it, or the numbers that overrule it
// are asserted here.

const catalog = embeddedCatalog();
const CLOUDS = 'policy: { providers: [aws, gcp, azure] }\n';

function planOf(workload: string, head = ''): WorkloadPlan {
  const text = `version: 1\n${head}workloads:\n  w:\n${workload}`;
  const analysis = analyse({ text, catalog, today: '2026-11-23', mostAdvice: 0 });
  assert.deepEqual(
    analysis.findings.filter(({ severity }) => severity === 'error'),
    [],
  );
  const [plan] = analysis.plans.values();
  assert.ok(plan);
  return plan;
}

const chipOf = ({ target }: WorkloadPlan) => catalog.accelerators.get(target.accelerator ?? '');
const monthly = (plan: WorkloadPlan) => plan.cost.monthlyUsd?.mid ?? Number.NaN;

/** Chips that the field calls flagships of training. */
const FLAGSHIPS = /^(a100-80gb|h100|h200|b200|b300|gb200|gb300|mi300x|mi325x|mi355x|gaudi3|trainium2|trainium3|tpu-)/;

const serve = (serving: string, target = 'auto') => `    phase: inference
    framework: pytorch
    model: llama-3.1-8b
    serving: { engine: vllm, inputTokens: 500, outputTokens: 100, ${serving} }
    target: ${target}
`;

describe('the choice in the scenarios that people start from', () => {
  it('a prototype: one cloud machine on spot, for little money; GPUs unless the numbers overrule them', () => {
    const plan = planOf(`    phase: fine-tuning
    stage: prototype
    framework: pytorch
    model: llama-3.1-8b
    training: { tokens: 50M, method: lora }
    checkpointing: { interval: 10m, storage: object }
    target: auto
`);
    assert.deepEqual([plan.target.deployment, plan.target.capacity], ['cloud', 'spot']);
    // GPUs are the rule; another chip is taken where it does the same for less than every GPU on offer.
    const gpus = plan.alternatives.filter(
      ({ target, marketplace }) => !marketplace && catalog.accelerators.get(target.accelerator ?? '')?.class === 'gpu',
    );
    const cheapest = Math.min(...gpus.map(({ cost }) => cost.totalUsd ?? Infinity));
    assert.equal(chipOf(plan)?.class === 'gpu' || (plan.cost.totalUsd?.mid ?? Infinity) < cheapest, true);
    assert.equal(cheapest < 20, true, 'GPUs do it for little money too');
    assert.equal(plan.target.nodes, 1);
    assert.equal((plan.cost.totalUsd?.mid ?? Infinity) < 20, true);
  });

  it('a large training: flagship chips; spot rather than reserved where checkpoints make it cheaper and in time', () => {
    const plan = planOf(
      `    phase: training
    framework: jax
    model: llama-3.1-70b
    training: { tokens: 1T, sequenceLength: 8192, deadline: 60d }
    checkpointing: { interval: 30m, storage: object }
    target: auto
`,
      CLOUDS,
    );
    assert.match(plan.target.accelerator ?? '', FLAGSHIPS);
    assert.equal((plan.target.count ?? 0) >= 128, true);
    assert.equal((plan.training?.durationSeconds?.mid ?? Infinity) <= 60 * 86_400, true);
    // Whatever is chosen, committing for a year to end a run of two months is dearer.
    const committed = plan.capacities.find(({ capacity }) => capacity === 'reserved-1y');
    const commitment = (committed?.cost.totalUsd?.mid ?? Infinity) + (committed?.cost.upfrontUsd?.mid ?? 0);
    assert.equal(commitment > (plan.cost.totalUsd?.mid ?? 0), true);
  });

  it('serving at low volume: no serverless price is known, so the smallest inference chip, which scales to zero', () => {
    const scaled = planOf(serve('requests: 0.0001/s, autoscaling: { min: 0, max: 1, scaleToZero: true }'), CLOUDS);
    const always = planOf(serve('requests: 0.0001/s'), CLOUDS);
    assert.equal(scaled.target.count, 1);
    assert.equal(
      chipOf(always)?.inferenceOnly === true || /^(l4|t4|a10g?|inferentia)/.test(always.target.accelerator ?? ''),
      true,
    );
    // Paid by use, as serverless would be: a small part of the machine that always runs.
    assert.equal(monthly(scaled) < 0.5 * monthly(always), true, `${monthly(scaled)} of ${monthly(always)}`);
  });

  it('serving at high volume: an inference-optimised chip, and reserving it is cheaper where the service lives long', () => {
    const plan = planOf(serve('requests: 200/s, latency: { perOutputToken: 100ms }'), CLOUDS);
    assert.match(plan.target.accelerator ?? '', /^(inferentia2|l4|l40s)$/);
    const reserved = plan.capacities.find(({ capacity }) => capacity === 'reserved-1y');
    assert.equal((reserved?.cost.monthlyUsd?.mid ?? Infinity) < monthly(plan), true);
    const committed = planOf(
      `    lifetime: 3y\n${serve('requests: 200/s, latency: { perOutputToken: 100ms }')}`,
      CLOUDS,
    );
    assert.match(committed.target.capacity, /^reserved-/);
  });

  it('regulated data: the own cluster, whatever the cloud costs', () => {
    const head = (policy: string) => `policy: { ${policy} }
clusters:
  dc1: { accelerator: h100-sxm, nodes: 4, acceleratorsPerNode: 8, location: eu, utilization: 70%, cost: { perNode: 280k, electricity: 0.14/kWh, pue: 1.3 } }
`;
    const workload = serve('requests: 1/s')
      .replace('8b', '70b')
      .replace(
        '    serving',
        '    data: { sensitivity: regulated }\n    network: { private: true, encryption: true }\n    serving',
      );
    const protection = 'encryption: [at-rest, in-transit], privateNetwork: true';
    const plan = planOf(workload, head(`dataLocation: on-premises, ${protection}`));
    assert.equal(plan.target.cluster, 'dc1');
    assert.equal(
      plan.comparison.rejected.some(({ reason }) => reason.includes('must stay')),
      true,
    );
    // Where policy lets it leave, the cheaper cloud within the residency is shown: the numbers then speak against the cluster.
    const free = planOf(workload, head(`dataResidency: [eu], ${protection}`));
    assert.equal(free.target.cluster !== undefined || monthly(free) < monthly(plan), true);
  });

  it('the edge: a device within the power budget that keeps the latency', () => {
    const plan = planOf(`    phase: inference
    framework: onnx
    model: { parameters: 11M, family: cnn, flopsPerSample: 16.5G }
    serving: { requests: 30/s, latency: { endToEnd: 30ms }, precision: int8 }
    edge: { fleetSize: 400, powerBudget: 25W, offline: true, updates: ota }
    target: auto
`);
    assert.deepEqual([plan.target.deployment, plan.target.count], ['edge', 400]);
    assert.equal(plan.memory.verdict, 'fits');
    const device = catalog.edgeDevices.get(plan.target.device ?? '');
    assert.equal(Math.min(...(device?.powerModesWatts ?? [])) <= 25, true);
    assert.equal((plan.serving?.endToEndSeconds?.mid ?? Infinity) <= 0.03, true);
  });
});
