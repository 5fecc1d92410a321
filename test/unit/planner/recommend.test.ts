import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import type { Catalog } from '../../../server/src/catalog/types.ts';
import { formatDuration } from '../../../server/src/manifest/format-quantity.ts';
import { repriced } from '../../../server/src/planner/flips.ts';
import { TIGHT_SURCHARGE } from '../../../server/src/planner/ranking.ts';
import { targetKey } from '../../../server/src/planner/target-key.ts';
import type { ResolvedTarget, WorkloadPlan } from '../../../server/src/planner/types.ts';

const catalog = embeddedCatalog();
const today = '2026-11-23';

function planOf(text: string, prices: Catalog = catalog): WorkloadPlan {
  const analysis = analyse({ text, catalog: prices, today, mostAdvice: 0 });
  assert.deepEqual(analysis.crashes, []);
  const [plan] = analysis.plans.values();
  assert.ok(plan, text);
  return plan;
}

/** Mid time of what ends; of a job it stands beside its capacity. */
function secondsOf(plan: WorkloadPlan): number | undefined {
  const same = plan.capacities.find(({ capacity }) => capacity === plan.target.capacity);
  return (plan.training ?? same)?.durationSeconds?.mid;
}

const offerOf = ({ provider, instance, region, capacity }: ResolvedTarget) =>
  [provider, instance, region, capacity].join(' ');

const workload = (lines: readonly string[], head = '') =>
  `version: 1\n${head}workloads:\n  w:\n${lines.map((line) => `    ${line}\n`).join('')}`;

const summaries = (deadline: string, target: string, samples = '10M') => [
  'phase: batch-inference',
  'model: llama-3.1-8b',
  'framework: pytorch',
  `serving: { samples: ${samples}, inputTokens: 3000, outputTokens: 200${deadline} }`,
  `target: ${target}`,
];
const training = (phase: string, model: string, settings: string, target: string) => [
  `phase: ${phase}`,
  `model: ${model}`,
  'framework: pytorch',
  `training: { ${settings} }`,
  'checkpointing: { interval: 20m, storage: object }',
  `target: ${target}`,
];

/** Workloads of all kinds that end, with and without a deadline, on a stated target or none. */
const manifest = fc
  .record({
    kind: fc.constantFrom('batch', 'lora', 'full', 'moe'),
    tokens: fc.constantFrom('20M', '100M', '2B', '50B'),
    deadline: fc.constantFrom('', ', deadline: 12h', ', deadline: 3d', ', deadline: 60d'),
    providers: fc.constantFrom(
      '',
      'policy: { providers: [verda, crusoe] }\n',
      'policy: { providers: [aws, nebius] }\n',
    ),
    target: fc.constantFrom(
      'auto',
      '{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }',
      '{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: 16, capacity: spot }',
      '{ provider: azure, region: eastus, accelerator: a100-80gb, count: 32 }',
    ),
  })
  .map(({ kind, tokens, deadline, providers, target }) => {
    const fits = `sequenceLength: 2048, batchSize: 64${deadline}`;
    if (kind === 'batch') return workload(summaries(deadline, target, tokens.replace('B', 'M')), providers);
    if (kind === 'lora')
      return workload(
        training('fine-tuning', 'llama-3.1-70b', `tokens: ${tokens}, method: lora, ${fits}`, target),
        providers,
      );
    const model = kind === 'moe' ? 'mixtral-8x7b' : 'llama-3.1-8b';
    return workload(training('training', model, `tokens: ${tokens}, ${fits}`, target), providers);
  });

describe('the choice', () => {
  it('is never beaten in cost and time by a point of its own front', () => {
    fc.assert(
      fc.property(manifest, (text) => {
        const { choice, front, alternatives } = planOf(text).comparison;
        const plan = planOf(text);
        if (choice === null) return;
        const isNow = targetKey(choice) === targetKey(plan.target);
        const found = alternatives.find(({ target }) => targetKey(target) === targetKey(choice));
        const usd = isNow ? plan.cost.totalUsd?.mid : found?.cost.totalUsd;
        const [seconds, fits] = isNow ? [secondsOf(plan), plan.memory.verdict] : [found?.durationSeconds, found?.fits];
        assert.ok(usd !== undefined && seconds !== undefined);
        for (const point of front) {
          if (point.seconds === null || targetKey(point.target) === targetKey(choice)) continue;
          // A tight fit must be cheaper by its surcharge, and of equal cost the one that is not interrupted stays.
          const asked: number = point.fits === 'tight' && fits !== 'tight' ? usd / TIGHT_SURCHARGE : usd;
          const beats: boolean = point.usd < asked - 0.005 && point.seconds <= seconds;
          assert.equal(
            beats,
            false,
            `${targetKey(point.target)} at ${point.usd} beats ${targetKey(choice)} at ${usd}\n${text}`,
          );
        }
      }),
      { numRuns: 25, seed: 4 },
    );
  });

  it('falls to the winner that a flip names when its price passes the value, and to nothing before', () => {
    fc.assert(
      fc.property(manifest, (text) => {
        const now = planOf(text);
        const { choice, flips, alternatives } = now.comparison;
        const flip = flips.find(({ quantity, of }) => quantity === 'price' && of === 'choice');
        // Of a run of a few dollars, cents decide: costs are rounded to them.
        if (!choice || !flip || flip.usd < 20) return;
        // Where one of the two is a tight fit, costs are the same there, and the ranking turns its surcharge away from it.
        const both = [choice, flip.winner].map((target) => targetKey(target));
        const isTight = alternatives.some(({ target, fits }) => both.includes(targetKey(target)) && fits === 'tight');
        if (isTight || now.memory.verdict === 'tight') return;
        const at = (share: number) => planOf(text, repriced(catalog, choice, (flip.at * share) / flip.now)).comparison;
        const before = at(0.98);
        // The same machines, perhaps one step more or fewer of them: their counts lie cents apart.
        assert.equal(before.choice && offerOf(before.choice), offerOf(choice), text);
        const after = at(1.02);
        assert.ok(after.choice && offerOf(after.choice) !== offerOf(choice), text);
        // The winner, or what costs as much.
        const key = targetKey(after.choice);
        const taken = after.alternatives.find(({ target }) => targetKey(target) === key);
        if (key === targetKey(flip.winner) || !taken) return;
        const usd = taken.cost.totalUsd ?? Infinity;
        assert.ok(Math.abs(usd - flip.usd) <= 0.02, `${key} at ${usd}, not ${flip.usd}`);
      }),
      { numRuns: 20, seed: 7 },
    );
  });

  it('takes as many machines of one accelerator as keep the deadline of a job', () => {
    const plan = planOf(workload(summaries(', deadline: 48h', 'auto'), 'policy: { providers: [verda] }\n'));
    assert.equal((plan.target.count ?? 0) > 1, true);
    assert.equal((secondsOf(plan) ?? Infinity) <= 48 * 3600, true);
    const half = planOf(workload(summaries(', deadline: 96h', 'auto'), 'policy: { providers: [verda] }\n'));
    assert.equal((half.target.count ?? 0) < (plan.target.count ?? 0), true);
  });
});

describe('the deadline of a run', () => {
  const pretraining = (deadline: string, target: string) =>
    workload(
      training('training', 'llama-3.1-70b', `tokens: 1T, sequenceLength: 8192, batchSize: 1024, ${deadline}`, target),
    );

  it('is kept by the choice with the chance that it says', () => {
    const plan = planOf(pretraining('deadline: 40d', 'auto'));
    assert.equal((plan.risk?.deadlineChance ?? 0) >= 0.9, true);
    const stated = planOf(
      pretraining('deadline: 40d', '{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: 64 }'),
    );
    const [best] = stated.comparison.alternatives;
    assert.ok(best?.deadlineChance !== undefined && best.deadlineChance >= 0.9);
    assert.match(best.why, /^keeps the deadline \(chance \d+(\.\d+)? %\)/);
  });

  it('is no ground to assume more spot machines than could stand ready', () => {
    const { comparison, alternatives } = planOf(
      pretraining('deadline: 12d', '{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: 2048 }'),
    );
    for (const { target } of [...alternatives, ...comparison.front])
      assert.equal(target.capacity === 'spot' && (target.count ?? 0) > 512 && (target.nodes ?? 0) > 64, false);
    const many = comparison.alternatives.find(({ target }) => (target.nodes ?? 0) > 64 && (target.count ?? 0) > 512);
    assert.match(many?.why ?? '', /only by agreement with the provider/);
  });
});

describe('a stated training stack', () => {
  it('keeps out chips that it would have to be ported to, with the reason', () => {
    const target = '{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: 128 }';
    const stated = (stack: string) =>
      planOf(workload(training('training', 'llama-2-7b', `tokens: 1T, batchSize: 1024${stack}`, target)));
    const chips = ({ alternatives }: WorkloadPlan) => alternatives.map((one) => one.target.accelerator);
    assert.equal(chips(stated('')).includes('trainium1'), true);
    const plan = stated(', stack: torchtitan');
    assert.equal(chips(plan).includes('trainium1'), false);
    const rejected = plan.rejected.find((one) => one.target.accelerator === 'trainium1');
    assert.match(rejected?.reason ?? '', /torchtitan .* needs a port/);
  });
});

describe('the interruptions of spot machines', () => {
  it('are those of the plan in what AI501 says', () => {
    for (const region of ['us-east-1', 'us-east-2']) {
      const text = workload(
        training(
          'fine-tuning',
          'llama-3.1-8b',
          'tokens: 2B, method: lora',
          `{ provider: aws, region: ${region}, accelerator: h100-sxm, count: 8, capacity: spot }`,
        ),
      ).replace(/ {4}checkpointing.*\n/, '');
      const { findings, plans } = analyse({ text, catalog, today, mostAdvice: 0 });
      const message = findings.find(({ code }) => code === 'AI501')?.message ?? '';
      const every = plans.get('w')?.risk?.interruptionSeconds.mid;
      assert.ok(every !== undefined && message.includes(`about every ${formatDuration(every)}`), message);
    }
  });
});
