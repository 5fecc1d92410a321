import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../../server/src/analysis.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import type { Catalog } from '../../../server/src/catalog/types.ts';
import { paretoFront } from '../../../server/src/planner/front.ts';
import { crossing } from '../../../server/src/planner/crossing.ts';
import { targetKey } from '../../../server/src/planner/target-key.ts';
import type { Flip, ResolvedTarget, WorkloadPlan } from '../../../server/src/planner/types.ts';

const catalog = embeddedCatalog();
const today = '2026-11-23';

function planOf(text: string, prices: Catalog = catalog): WorkloadPlan {
  const analysis = analyse({ text, catalog: prices, today, mostAdvice: 0 });
  assert.deepEqual(analysis.crashes, []);
  const [plan] = analysis.plans.values();
  assert.ok(plan);
  return plan;
}

const finetune = (target: string, training = 'tokens: 2B, method: lora', head = '') => `version: 1
${head}workloads:
  w:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { ${training} }
    checkpointing: { interval: 10m, storage: object }
    target: ${target}
`;
const chat = (serving: string, target: string, head = '') => `version: 1
${head}workloads:
  w:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, inputTokens: 500, outputTokens: 100, ${serving} }
    target: ${target}
`;
const SPOT = '{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }';
const CLUSTER = (utilization = '70%', cost = ', cost: { perNode: 280k, electricity: 0.14/kWh, pue: 1.3 }') =>
  `clusters:\n  dc1: { accelerator: h100-sxm, nodes: 4, acceleratorsPerNode: 8, location: eu, utilization: ${utilization}${cost} }\n`;

/** The target block that names this very target. */
function block({ provider, region, instance, count, capacity, cluster }: ResolvedTarget): string {
  if (cluster !== undefined) return `{ cluster: ${cluster}, count: ${count} }`;
  const place = region === 'any' ? '' : `region: ${region}, `;
  return `{ provider: ${provider}, ${place}instance: "${instance}", count: ${count}, capacity: ${capacity} }`;
}

function amount(plan: WorkloadPlan): number {
  return (plan.phase === 'inference' ? plan.cost.monthlyUsd?.mid : plan.cost.totalUsd?.mid) ?? Number.NaN;
}

describe('the front of cost, time and carbon', () => {
  const dominates = (a: readonly number[], b: readonly number[]) =>
    a.every((value, axis) => value <= b[axis]!) && a.some((value, axis) => value < b[axis]!);

  it('holds what nothing dominates, and nothing else, as a brute-force check finds it', () => {
    const points = fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)), { maxLength: 40 });
    fc.assert(
      fc.property(points, (all) => {
        const front = paretoFront(all, (point) => point);
        const expected = all.filter((point) => !all.some((other) => dominates(other, point)));
        assert.deepEqual(new Set(front.map(String)), new Set(expected.map(String)));
        assert.equal(new Set(front.map(String)).size, front.length);
      }),
    );
  });

  for (const [what, text] of [
    ['a run', finetune(SPOT)],
    ['a run with a deadline', finetune('auto', 'tokens: 20B, deadline: 12h')],
    ['a service', chat('requests: 20/s', '{ provider: aws, region: us-east-1, accelerator: l4 }')],
  ] as const) {
    it(`of ${what} has no point that another, or any alternative, dominates`, () => {
      const plan = planOf(text);
      const { front } = plan.comparison;
      assert.equal(front.length > 0, true);
      const measures = [
        ...front.map(({ usd, seconds, kg }) => [usd, seconds ?? 0, kg ?? Infinity]),
        ...plan.alternatives
          .filter(({ marketplace }) => !marketplace)
          .map(({ cost, durationSeconds, endToEndSeconds }) => [
            cost.totalUsd ?? cost.monthlyUsd ?? 0,
            durationSeconds ?? endToEndSeconds ?? Infinity,
            Infinity,
          ]),
      ];
      for (const { usd, seconds, kg } of front)
        for (const other of measures) assert.equal(dominates(other, [usd, seconds ?? 0, kg ?? Infinity]), false);
    });
  }

  it('costs and takes what the plan of each point does', () => {
    const plan = planOf(finetune(SPOT));
    for (const { target, usd, seconds, kg } of plan.comparison.front) {
      const switched = planOf(finetune(block(target)));
      assert.equal(amount(switched), usd, targetKey(target));
      assert.equal(switched.training?.durationSeconds?.mid, seconds);
      assert.equal(switched.carbon.kgTotal?.mid ?? null, kg);
    }
  });
});

describe('where two costs meet', () => {
  it('finds the root of a continuous gap, and none where it jumps', () => {
    const up = { from: 1, direction: 'up', limit: 100, tolerance: 1e-6 } as const;
    assert.ok(Math.abs(crossing({ ...up, gap: (x) => 50 - x })! - 50) < 1e-5);
    assert.ok(Math.abs(crossing({ ...up, gap: (x) => 1 / x - 0.25 })! - 4) < 1e-4);
    assert.equal(crossing({ ...up, gap: (x) => 1000 - x }), undefined);
    assert.equal(crossing({ ...up, gap: (x) => (x < 7 ? 5 : -5) }), undefined);
    assert.equal(crossing({ ...up, gap: () => null }), undefined);
  });
});

describe('what would flip the choice', () => {
  /** The catalogue with one price put in. */
  const priced = (target: ResolvedTarget, usdPerHour: number): Catalog =>
    Object.create(catalog, {
      offers: {
        value: (query: Parameters<Catalog['offers']>[0]) =>
          catalog.offers(query).map((offer) => {
            const { machine, region, capacity } = offer;
            const key = [machine.provider, machine.instance, region, capacity].join();
            const meant = [target.provider, target.instance, target.region, target.capacity].join();
            return key === meant ? { ...offer, usdPerHour } : offer;
          }),
      },
    }) as Catalog;

  interface Change {
    readonly tokens?: number;
    readonly efficiency?: number;
    readonly utilization?: number;
  }
  interface Case {
    readonly text: (target: string, change: Change) => string;
    readonly now: string;
  }
  const lora = ({ tokens, efficiency }: Change, usual: string, rest = '') =>
    `tokens: ${tokens ?? usual}, method: lora${rest}${efficiency === undefined ? '' : `, efficiency: ${efficiency}`}`;
  const cases: Readonly<Record<string, Case>> = {
    'a spot run': { text: (target, change) => finetune(target, lora(change, '2B')), now: SPOT },
    'a run with a deadline': {
      text: (target, change) =>
        finetune(target, lora(change, '500M', ', deadline: 2d'), 'policy: { providers: [aws, gcp] }\n'),
      now: SPOT,
    },
    'a run on a cluster': {
      text: (target, change) =>
        finetune(
          target,
          lora(change, '2B'),
          `policy: { providers: [aws], accelerators: [h100-sxm] }\n${CLUSTER(String(change.utilization ?? '90%'))}`,
        ),
      now: '{ cluster: dc1, count: 8 }',
    },
    'a service': {
      text: (target) => chat('requests: 20/s', target),
      now: '{ provider: aws, region: us-east-1, accelerator: l4 }',
    },
  };
  const kinds = new Set<Flip['quantity']>();

  for (const [what, { text, now }] of Object.entries(cases)) {
    it(`of ${what} is checked: a plan with that value gives both the same cost`, () => {
      const { choice, runnerUp, flips } = planOf(text(now, {})).comparison;
      assert.ok(choice && runnerUp);
      assert.equal(flips.length > 0, true);
      /** Costs of all that is as good in time as the choice, when the manifest is planned again with the value. */
      const othersAt = (flip: Flip, keep: (target: ResolvedTarget) => boolean): readonly number[] => {
        const meant = flip.of === 'runner-up' ? runnerUp : choice;
        const change = flip.quantity === 'run-length' ? { tokens: flip.at } : {};
        const plan = planOf(text(now, change), flip.quantity === 'price' ? priced(meant, flip.at) : catalog);
        return plan.comparison.alternatives
          .filter(({ marketplace, why, target }) => !marketplace && /^(keeps|about)/.test(why) && keep(target))
          .map(({ cost }) => cost.totalUsd ?? cost.monthlyUsd ?? Infinity);
      };
      for (const flip of flips) {
        const of = (target: ResolvedTarget, changed: boolean): WorkloadPlan => {
          const change = {
            price: {},
            efficiency: { efficiency: flip.at },
            utilization: { utilization: flip.at },
            'run-length': { tokens: flip.at },
          }[flip.quantity];
          const prices = changed && flip.quantity === 'price' ? priced(target, flip.at) : catalog;
          return planOf(text(block(target), changed ? change : {}), prices);
        };
        const left = of(choice, flip.of !== 'runner-up');
        const right = of(flip.winner, flip.of !== 'choice');
        kinds.add(flip.quantity);
        if (flip.by === 'deadline') {
          assert.ok(Math.abs((left.risk?.deadlineChance ?? 0) - 0.9) < 1e-3);
          assert.ok((right.risk?.deadlineChance ?? 0) >= 0.9);
          continue;
        }
        assert.ok(Math.abs(amount(left) - amount(right)) <= 0.02, `${flip.quantity}: ${amount(left)} ${amount(right)}`);
        assert.ok(Math.abs(amount(left) - flip.usd) <= 0.02);
        // Nothing else has taken over before: at an efficiency of the choice alone, nothing on another chip.
        const alone = flip.quantity === 'efficiency' || flip.quantity === 'utilization';
        for (const usd of othersAt(flip, (target) => !alone || target.accelerator !== choice.accelerator))
          assert.ok(usd >= flip.usd - 0.02, `${flip.quantity} at ${flip.at}: ${usd} is less than ${flip.usd}`);
        assert.equal(flip.wins === 'above' ? flip.at > flip.now : flip.at < flip.now, true);
      }
    });
  }

  it('is the first of any other, though the manifest stands on a much dearer one', () => {
    const serve = (target: string, prices?: Catalog) =>
      planOf(chat('requests: 30/s', target).replace('8b', '70b').replace('vllm,', 'vllm, precision: fp8,'), prices);
    const target = '{ provider: aws, region: us-east-1, accelerator: h100-sxm, count: auto }';
    const { choice, flips, alternatives } = serve(target).comparison;
    const flip = flips.find(({ quantity, of }) => quantity === 'price' && of === 'choice');
    assert.ok(choice && flip);
    const quoted = alternatives.filter(({ marketplace }) => !marketplace);
    const second = quoted.find(({ target: other }) => targetKey(other) !== targetKey(choice))?.cost.monthlyUsd ?? 0;
    assert.equal(flip.usd <= second + 0.02, true, `${flip.usd} is over the second, ${second}`);
    const then = serve(target, priced(choice, flip.at * 1.001)).comparison.choice;
    assert.equal(then && targetKey(then), targetKey(flip.winner));
  });

  it('names prices, efficiencies, utilizations and lengths', () => {
    assert.deepEqual([...kinds].sort(), ['efficiency', 'price', 'run-length', 'utilization']);
  });
});

describe('the curve over count', () => {
  it('never gains more than it adds, and knows the plan’s own point', () => {
    const plan = planOf(finetune(SPOT));
    const { scaling } = plan.comparison;
    assert.ok(scaling && scaling.length >= 4);
    const own = scaling.find(({ now }) => now);
    assert.equal(own?.durationSeconds.mid, plan.training?.durationSeconds?.mid);
    assert.equal(own?.totalUsd?.mid, plan.cost.totalUsd?.mid);
    for (const [index, point] of scaling.entries()) {
      const before = scaling[index - 1];
      if (before) assert.ok(point.durationSeconds.mid < before.durationSeconds.mid);
    }
  });

  it('stays within the cluster', () => {
    const { scaling } = planOf(finetune('{ cluster: dc1, count: 8 }', undefined, CLUSTER())).comparison;
    assert.deepEqual(
      scaling?.map(({ count }) => count),
      [1, 2, 4, 8, 16, 32],
    );
  });

  it('is absent for a service', () => {
    assert.equal('scaling' in planOf(chat('requests: 2/s', 'auto')).comparison, false);
  });
});

describe('what is owned', () => {
  it('is an alternative to what is rented', () => {
    const { alternatives } = planOf(finetune(SPOT, undefined, CLUSTER()));
    const own = alternatives.find(({ target }) => target.cluster === 'dc1');
    assert.ok(own && own.target.capacity === 'owned');
    const switched = planOf(finetune(block(own.target), undefined, CLUSTER()));
    assert.equal(amount(switched), own.cost.totalUsd);
  });

  it('is where an automatic target puts data that must stay, priced or not', () => {
    const head = (cost?: string) => `policy: { dataLocation: on-premises }\n${CLUSTER('70%', cost)}`;
    for (const cost of [undefined, '']) {
      const { target } = planOf(finetune('auto', undefined, head(cost)));
      assert.equal(target.cluster, 'dc1');
    }
  });

  it('is left out where it stands outside the residency, with the reason', () => {
    const { alternatives, comparison } = planOf(
      finetune(SPOT, undefined, `policy: { dataResidency: [us] }\n${CLUSTER()}`),
    );
    assert.equal(
      alternatives.some(({ target }) => target.cluster !== undefined),
      false,
    );
    const reason = comparison.rejected.find(({ target }) => target.cluster === 'dc1')?.reason;
    assert.match(reason ?? '', /dataResidency/);
  });
});

describe('ranking', () => {
  it('takes the fastest where nothing keeps the deadline', () => {
    const { alternatives, target } = planOf(finetune('auto', 'tokens: 20000B, deadline: 1h'));
    assert.ok(target.accelerator);
    const seconds = alternatives.filter(({ marketplace }) => !marketplace).map((one) => one.durationSeconds ?? 0);
    assert.deepEqual(
      seconds,
      [...seconds].sort((a, b) => a - b),
    );
  });

  it('says what breaks the budget by itself', () => {
    const { alternatives } = planOf(finetune(SPOT, undefined, 'budget: { total: 60 }\n'));
    for (const { cost, why } of alternatives)
      assert.equal(why.includes('over budget.total'), (cost.totalUsd ?? 0) > 60, why);
  });

  it('cuts an autoscaled fleet into no larger replicas than the load needs', () => {
    const text = (target: string) =>
      chat('precision: bf16, requests: 1/s, autoscaling: { min: 1, max: 8 }', target).replace('8b', '70b');
    const plan = planOf(text('{ provider: aws, accelerator: h100-sxm }'));
    const same = plan.alternatives.filter(
      ({ target, deltaUsd }) =>
        target.provider === 'aws' &&
        target.accelerator === 'h100-sxm' &&
        target.capacity === 'on-demand' &&
        (deltaUsd ?? 0) < 0,
    );
    assert.deepEqual(same, []);
  });

  it('keeps the floor of `baseline` in what each alternative costs', () => {
    const target =
      '{ provider: aws, region: us-east-1, accelerator: l4, capacity: spot, baseline: { count: 2, capacity: on-demand } }';
    const plan = planOf(chat('requests: 40/s', target));
    const other = plan.alternatives.find((one) => one.target.provider === 'aws' && one.target.capacity === 'spot');
    assert.ok(other);
    const { provider, region, instance, count, capacity } = other.target;
    const switched = planOf(
      chat(
        'requests: 40/s',
        `{ provider: ${provider}, region: ${region}, instance: "${instance}", count: ${count}, capacity: ${capacity}, baseline: { count: 2, capacity: on-demand } }`,
      ),
    );
    assert.equal(switched.cost.lines.length, 2);
    assert.equal(amount(switched), other.cost.monthlyUsd);
  });
});
