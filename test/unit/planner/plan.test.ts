import assert from 'node:assert/strict';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import type { WorkloadPlan } from '../../../server/src/planner/types.ts';

const catalog = embeddedCatalog();
const today = '2026-11-23';

function plansOf(text: string): ReadonlyMap<string, WorkloadPlan> {
  const analysis = analyse({ text, catalog, today });
  assert.deepEqual(analysis.crashes, []);
  return analysis.plans;
}

function planOf(text: string): WorkloadPlan {
  const [plan] = plansOf(text).values();
  assert.ok(plan);
  return plan;
}

const finetune = (
  target: string,
  head = '',
  checkpointing = 'checkpointing: { interval: 10m, storage: object }',
) => `version: 1
${head}workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    ${checkpointing}
    target: ${target}
`;

const chat = (serving: string, target: string, head = '') => `version: 1
${head}workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, inputTokens: 500, outputTokens: 100, ${serving} }
    target: ${target}
`;

const ON_DEMAND = '{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }';

describe('a plan', () => {
  it('costs hours times the price of the offer, which carries source and date', () => {
    const { cost, training, target } = planOf(finetune(ON_DEMAND));
    const [line] = cost.lines;
    const offers = catalog.offers({
      provider: 'aws',
      region: 'us-east-1',
      accelerator: 'h100-sxm',
      capacity: 'on-demand',
    });
    const offer = offers.find(({ machine }) => machine.instance === target.instance);
    assert.ok(line && offer && training?.durationSeconds);
    assert.equal(line.unitPriceUsd, offer.usdPerHour);
    assert.equal(line.source.startsWith(offer.source), true);
    assert.equal(line.asOf, offer.asOf);
    // Lines are rounded to the cent one by one.
    const unrounded = (training.durationSeconds.mid / 3600) * line.unitPriceUsd;
    assert.ok(Math.abs((cost.totalUsd?.mid ?? Number.NaN) - unrounded) <= 0.01 * cost.lines.length);
  });

  it('takes a negotiated discount off on-demand, and off nothing else', () => {
    const head = 'pricing: { discounts: { aws: 10% } }\n';
    const price = (text: string) => planOf(text).cost.lines[0]?.unitPriceUsd ?? Number.NaN;
    const spot = ON_DEMAND.replace('}', ', capacity: spot }');
    assert.ok(Math.abs(price(finetune(ON_DEMAND, head)) - 0.9 * price(finetune(ON_DEMAND))) < 1e-9);
    assert.equal(price(finetune(spot, head)), price(finetune(spot)));
  });

  it('pays whole machines', () => {
    const { target, cost } = planOf(
      finetune('{ provider: aws, region: us-east-1, instance: p4d.24xlarge, count: 12 }'),
    );
    assert.equal(target.nodes, 2);
    assert.equal(cost.lines[0]?.unit, 'machine-hour');
  });

  it('spans the machines that the region has, though another region has larger ones', () => {
    const { cost, target } = planOf(
      finetune('{ provider: gcp, region: asia-northeast1, accelerator: a100-40gb, count: 16 }'),
    );
    assert.ok(cost.hourlyUsd && target.instance);
  });

  it('chooses a micro-batch that fits where none is stated, on a single device too', () => {
    const text = finetune('{ provider: aws, region: us-east-1, accelerator: a10g, count: 1 }')
      .replace('llama-3.1-8b', 'mistral-7b')
      .replace('method: lora', 'method: qlora, sequenceLength: 2048');
    assert.equal(planOf(text).memory.verdict, 'fits');
  });

  it('accumulates gradients where the share of a batch does not fit at once', () => {
    const text = `version: 1
workloads:
  images:
    phase: training
    framework: pytorch
    model: { family: diffusion, parameters: 2.6B, flopsPerSample: 6T }
    training: { samples: 10M, batchSize: 2048 }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: lambda, accelerator: a100-80gb, count: 8 }
`;
    const { memory, assumptions } = planOf(text);
    assert.notEqual(memory.verdict, 'does-not-fit');
    assert.equal(
      assumptions.some(({ path }) => path === 'training.microBatchSize'),
      true,
    );
  });

  it('counts an instance as one machine when no count is said', () => {
    const { target } = planOf(finetune('{ provider: aws, region: us-east-1, instance: p4d.24xlarge }'));
    assert.deepEqual([target.accelerator, target.count, target.nodes], ['a100-40gb', 8, 1]);
  });

  it('lists what it assumed: region, capacity, count', () => {
    const { assumptions, target } = planOf(finetune('{ provider: aws, accelerator: h100-sxm }'));
    const paths = assumptions.map(({ path }) => path);
    for (const path of ['target.region', 'target.capacity', 'target.count'])
      assert.equal(paths.includes(path), true, path);
    assert.ok(target.region && target.count);
  });

  it('is unknown, and says which key is missing, where it cannot know', () => {
    const { training, cost, unknown } = planOf(finetune(ON_DEMAND).replace('tokens: 2B, ', ''));
    assert.equal(training?.durationSeconds, null);
    assert.equal(cost.totalUsd, null);
    assert.equal(
      unknown.some(({ path }) => path === 'training.tokens'),
      true,
    );
  });

  it('has no price for hardware that is offered without one', () => {
    const { cost } = planOf(finetune('{ provider: gcp, accelerator: tpu-v7, count: 8 }').replace('pytorch', 'jax'));
    assert.deepEqual([cost.hourlyUsd, cost.atLeast], [null, true]);
  });

  it('sizes a service for its load, and keeps a stated fleet as it is', () => {
    const auto = planOf(
      chat('requests: { average: 5/s, peak: 50/s }', '{ provider: aws, region: us-east-1, accelerator: l4 }'),
    );
    const fixed = planOf(
      chat('requests: { average: 5/s, peak: 50/s }', '{ provider: aws, region: us-east-1, accelerator: l4, count: 4 }'),
    );
    assert.ok(auto.target.count !== null && auto.target.count > 4);
    assert.equal(fixed.target.count, 4);
  });

  it('prices owned hardware by what owning it costs, more when it idles', () => {
    const cluster = (utilization: string) =>
      `clusters:\n  dc1: { accelerator: h100-sxm, nodes: 4, acceleratorsPerNode: 8, utilization: ${utilization}, cost: { perNode: 280k, electricity: 0.14/kWh } }\n`;
    const price = (utilization: string) =>
      (planOf(finetune('{ cluster: dc1, count: 8 }', cluster(utilization))).cost.hourlyUsd?.mid ?? Number.NaN) / 8;
    assert.ok(price('40%') > price('80%'));
    assert.ok(price('80%') > 280_000 / 8 / (4 * 8760 * 0.8));
  });

  it('explains every total down to its inputs', () => {
    const { derivation } = planOf(finetune(ON_DEMAND));
    const quantities = new Set(derivation.map(({ quantity }) => quantity));
    assert.equal(quantities.has('cost.totalUsd'), true);
    for (const { formula, source } of derivation) assert.equal(formula !== '' && source !== '', true, formula);
  });
});

describe('alternatives', () => {
  it('are within the policy, and what is refused keeps its reason', () => {
    const { alternatives, rejected } = planOf(finetune(ON_DEMAND, 'policy: { providers: [aws], regions: [eu] }\n'));
    assert.equal(alternatives.length > 0, true);
    for (const { target } of alternatives) {
      assert.equal(target.provider, 'aws');
      assert.equal(catalog.region('aws', target.region ?? '')?.geography, 'eu');
    }
    for (const { reason } of rejected) assert.notEqual(reason, '');
  });

  it('never offer spot to a run that cannot go on after an interruption', () => {
    const { alternatives } = planOf(finetune(ON_DEMAND, '', 'checkpointing: false'));
    assert.deepEqual(
      alternatives.filter(({ target }) => target.capacity === 'spot'),
      [],
    );
  });

  it('never offer a TPU to PyTorch, nor a chip for inference to training', () => {
    for (const { target } of planOf(finetune(ON_DEMAND)).alternatives) {
      const chip = catalog.accelerators.get(target.accelerator ?? '');
      assert.equal(chip?.class !== 'tpu' && chip?.inferenceOnly === false, true, target.accelerator);
    }
  });

  it('cost what they promise once they are the target', () => {
    const { alternatives } = planOf(finetune(ON_DEMAND));
    for (const { target, cost } of alternatives.filter(({ target: { region } }) => region !== 'any').slice(0, 8)) {
      const { provider, region, instance, count, capacity } = target;
      const switched = planOf(
        finetune(
          `{ provider: ${provider}, region: ${region}, instance: "${instance}", count: ${count}, capacity: ${capacity} }`,
        ),
      );
      assert.equal(switched.cost.totalUsd?.mid, cost.totalUsd, JSON.stringify(target));
    }
  });

  it('stay within the replicas that autoscaling allows', () => {
    const { rejected, alternatives } = planOf(
      chat(
        'requests: 400/s, autoscaling: { min: 1, max: 2 }',
        '{ provider: aws, region: us-east-1, accelerator: h100-sxm }',
      ),
    );
    assert.equal(
      rejected.some(({ reason }) => reason.includes('over the 2 of autoscaling')),
      true,
    );
    for (const { target } of alternatives) assert.equal((target.count ?? 0) <= 2 * 64, true);
  });

  it('keep the classified at home', () => {
    const { alternatives } = planOf(finetune(ON_DEMAND, 'policy: { dataSensitivity: classified }\n'));
    assert.deepEqual(alternatives, []);
  });

  it('fill an automatic target in', () => {
    const { target, cost } = planOf(chat('requests: 5/s', 'auto'));
    assert.ok(target.provider && target.accelerator && target.count && cost.monthlyUsd);
  });
});
