import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  CHECKPOINT_INTERVALS,
  bestInterval,
  checkpointBytes,
  checkpointOptimum,
  checkpointSeconds,
  deadlineChance,
  goodput,
  interruptionRate,
  snapInterval,
  youngInterval,
} from '../../../server/src/planner/faults.ts';
import type { Workload } from '../../../server/src/manifest/schema.ts';
import { planWorkload } from '../../../server/src/planner/plan.ts';
import { catalog } from './placements.ts';
import { seeded } from './seeded.ts';

const HOUR = 3600;

interface Simulated {
  readonly rate: number;
  readonly interval: number;
  readonly write: number;
  readonly restart: number;
  readonly segments: number;
}

/** Wall time of a run played through: work and write, lost when interrupted; the restart can be interrupted too. */
function simulate(run: Simulated, random: () => number): number {
  const untilInterruption = (): number => -Math.log(1 - random()) / run.rate;
  let wall = 0;
  for (let done = 0; done < run.segments; done += 1) {
    let next = untilInterruption();
    while (next < run.interval + run.write) {
      wall += next;
      let down = untilInterruption();
      while (down < run.restart) {
        wall += down;
        down = untilInterruption();
      }
      wall += run.restart;
      next = untilInterruption();
    }
    wall += run.interval + run.write;
  }
  return wall;
}

describe('goodput', () => {
  const cases = [
    { name: 'a large cluster', rate: 1 / (3 * HOUR), interval: 1800, write: 60, restart: 600 },
    { name: 'spot machines', rate: 1 / (2 * HOUR), interval: 600, write: 20, restart: 300 },
    {
      name: 'intervals longer than the time between failures',
      rate: 1 / HOUR,
      interval: 2 * HOUR,
      write: 120,
      restart: 900,
    },
    { name: 'a quiet cluster', rate: 1 / (100 * HOUR), interval: 2 * HOUR, write: 40, restart: 600 },
  ];
  for (const each of cases) {
    it(`agrees with a seeded simulation within 2 %: ${each.name}`, () => {
      const segments = 40_000;
      const wall = simulate({ ...each, segments }, seeded(20_240_607));
      const measured = (segments * each.interval) / wall;
      const closed = goodput(each.interval, {
        ratePerSecond: each.rate,
        writeSeconds: each.write,
        restartSeconds: each.restart,
      });
      assert.ok(Math.abs(closed / measured - 1) < 0.02, `closed ${String(closed)}, simulated ${String(measured)}`);
    });
  }

  it('is the share of time not spent writing when nothing interrupts', () => {
    assert.equal(goodput(900, { ratePerSecond: 0, writeSeconds: 100, restartSeconds: 600 }), 0.9);
  });

  it('stays between 0 and 1, whatever is put in', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        (interval, ratePerSecond, writeSeconds, restartSeconds) => {
          const share = goodput(interval, { ratePerSecond, writeSeconds, restartSeconds });
          assert.ok(share >= 0 && share <= 1, String(share));
        },
      ),
    );
  });
});

describe('the risk of a plan', () => {
  const AWS = { provider: 'aws', region: 'us-east-1', instance: 'p5.48xlarge' } as const;
  const runs: readonly { readonly name: string; readonly workload: Workload }[] = [
    {
      name: 'adapters on spot, a checkpoint every ten minutes',
      workload: {
        phase: 'fine-tuning',
        model: 'llama-3.1-8b',
        training: { tokens: 2e9, method: 'lora' },
        checkpointing: { interval: 600, storage: 'object' },
        target: { ...AWS, count: 8, capacity: 'spot' },
      },
    },
    {
      name: 'the same, without checkpoints',
      workload: {
        phase: 'fine-tuning',
        model: 'llama-3.1-8b',
        training: { tokens: 1e9, method: 'lora' },
        target: { ...AWS, count: 8, capacity: 'spot' },
      },
    },
    {
      name: 'a large run on demand, without checkpoints',
      workload: {
        phase: 'training',
        model: 'llama-3.1-8b',
        training: { tokens: 3e11 },
        checkpointing: false,
        target: { ...AWS, count: 256 },
      },
    },
    {
      name: 'thousands of accelerators, a checkpoint every half hour',
      workload: {
        phase: 'training',
        model: 'llama-3.1-70b',
        training: { tokens: 2e12 },
        checkpointing: { interval: 1800, storage: 'object' },
        target: { ...AWS, count: 4096 },
      },
    },
  ];
  for (const { name, workload } of runs) {
    it(`costs what a seeded simulation of whole runs loses, within 2 %: ${name}`, () => {
      const { risk, cost, training } = planWorkload(workload, {}, catalog, '2026-11-23');
      assert.ok(risk?.lostSeconds && risk.lostUsd && training?.durationSeconds && cost.hourlyUsd);
      assert.ok(risk.checkpointWriteSeconds && risk.restartSeconds);
      const work = training.durationSeconds.mid - risk.lostSeconds.mid;
      const stated = risk.checkpointIntervalSeconds ?? work;
      const interval = Math.min(stated, work);
      const write = risk.checkpointIntervalSeconds === null ? 0 : risk.checkpointWriteSeconds.mid;
      const settings = { rate: 1 / risk.interruptionSeconds.mid, interval, write, restart: risk.restartSeconds.mid };
      const segments = 60_000;
      const wall = simulate({ ...settings, segments }, seeded(42)) * (work / (segments * interval));
      const lostUsd = ((wall - work) / HOUR) * cost.hourlyUsd.mid;
      assert.ok(
        Math.abs(wall / training.durationSeconds.mid - 1) < 0.02,
        `said ${String(training.durationSeconds.mid)} s, simulated ${String(wall)} s`,
      );
      assert.ok(Math.abs(lostUsd - risk.lostUsd.mid) < 0.02 * (risk.lostUsd.mid + (work / HOUR) * cost.hourlyUsd.mid));
    });
  }
});

describe('bestInterval', () => {
  it("approaches Young's √(2δ/λ) where writing is short against the time between failures", () => {
    const costs = { ratePerSecond: 1 / (100 * HOUR), writeSeconds: 10, restartSeconds: 600 };
    assert.ok(Math.abs(bestInterval(costs) / youngInterval(costs) - 1) < 0.02);
  });

  it('is not beaten by any other interval', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-7, max: 1e-2, noNaN: true }),
        fc.double({ min: 0.1, max: 2000, noNaN: true }),
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        (ratePerSecond, writeSeconds, factor) => {
          const costs = { ratePerSecond, writeSeconds, restartSeconds: 300 };
          const best = bestInterval(costs);
          assert.ok(best > 0 && Number.isFinite(best));
          assert.ok(goodput(best, costs) >= goodput(best * factor, costs) * (1 - 1e-9));
        },
      ),
    );
  });

  it('snaps to an interval that people write', () => {
    assert.equal(snapInterval(1000), 900);
    assert.equal(snapInterval(1), 60);
    assert.equal(snapInterval(1e9), 14_400);
    assert.ok(CHECKPOINT_INTERVALS.includes(snapInterval(2500)));
  });
});

describe('interruptionRate', () => {
  it('gives Llama 3 405B about one interruption in three hours on 16,384 devices', () => {
    const rate = interruptionRate({ capacity: 'reserved-3y', accelerators: 16_384, machines: 2048 });
    const hours = 1 / rate.mid / HOUR;
    assert.ok(hours > 2.9 && hours < 3.3, String(hours));
  });

  it('gives BLOOM about one failure a week on 384 devices', () => {
    const rate = interruptionRate({ capacity: 'owned', accelerators: 384, machines: 48 });
    const days = 1 / rate.low / HOUR / 24;
    assert.ok(days > 6 && days < 8, String(days));
  });

  it('is higher on spot, lower where the provider publishes a low share, and grows with the machines', () => {
    const base = { accelerators: 8, machines: 1 };
    const demand = interruptionRate({ ...base, capacity: 'on-demand' });
    const spot = interruptionRate({ ...base, capacity: 'spot' });
    const known = interruptionRate({ ...base, capacity: 'spot', spotInterruptedShare: 0.05 });
    const more = interruptionRate({ accelerators: 64, machines: 8, capacity: 'spot' });
    assert.ok(spot.mid > demand.mid && known.mid > demand.mid && known.mid < spot.mid && more.mid > spot.mid);
    assert.ok(more.low <= more.mid && more.mid <= more.high);
  });
});

describe('checkpoints', () => {
  it('holds the measured size of BLOOM: 2.3 TB for 176B parameters', () => {
    const bytes = checkpointBytes(176e9, false);
    assert.ok(bytes.low <= 2.3e12 && 2.3e12 <= bytes.high);
  });

  it('holds the measured writing time of BLOOM: 40 s from 48 machines', () => {
    const seconds = checkpointSeconds({ bytes: checkpointBytes(176e9, false), machines: 48, accelerators: 384 });
    assert.ok(seconds.low <= 40 && 40 <= seconds.high, JSON.stringify(seconds));
  });

  it('blocks for less when it is written beside the training', () => {
    const bytes = checkpointBytes(70e9, false);
    const input = { bytes, machines: 8, accelerators: 64 };
    assert.ok(checkpointSeconds({ ...input, async: true }).mid < checkpointSeconds(input).mid);
  });

  it('loses least at the best interval, at each failure rate', () => {
    const optimum = checkpointOptimum({
      capacity: 'spot',
      accelerators: 8,
      machines: 1,
      trainedParameters: 8e9,
      adapters: false,
    });
    assert.ok(optimum.snappedSeconds >= 60 && optimum.snappedSeconds <= 3600);
    const lostAt = (ratePerSecond: number) =>
      1 -
      goodput(4 * HOUR, {
        ratePerSecond,
        writeSeconds: optimum.writeSeconds.mid,
        restartSeconds: optimum.restartSeconds.mid,
      });
    const lost = { low: lostAt(optimum.rate.low), mid: lostAt(optimum.rate.mid), high: lostAt(optimum.rate.high) };
    for (const end of ['low', 'mid', 'high'] as const) assert.ok(lost[end] >= optimum.leastLostShare[end]);
    assert.ok(lost.low <= lost.mid && lost.mid <= lost.high);
  });
});

describe('deadlineChance', () => {
  const costs = { ratePerSecond: 1 / (2 * HOUR), writeSeconds: 30, restartSeconds: 300 };

  it('agrees with a seeded simulation within three points', () => {
    const work = 12 * HOUR;
    const random = seeded(7);
    const runs = 4000;
    const walls = Array.from({ length: runs }, () =>
      simulate({ rate: costs.ratePerSecond, interval: 1800, write: 30, restart: 300, segments: work / 1800 }, random),
    );
    for (const deadline of [13.5, 15, 17]) {
      const measured = walls.filter((wall) => wall <= deadline * HOUR).length / runs;
      const closed = deadlineChance({
        workSeconds: { low: work, mid: work, high: work },
        intervalSeconds: 1800,
        costs,
        deadlineSeconds: deadline * HOUR,
      });
      assert.ok(
        Math.abs(closed - measured) < 0.03,
        `${String(deadline)} h: ${String(closed)} against ${String(measured)}`,
      );
    }
  });

  it('grows with the deadline and is near 0 and 1 at the ends', () => {
    const chance = (hours: number): number =>
      deadlineChance({
        workSeconds: { low: 9 * HOUR, mid: 10 * HOUR, high: 12 * HOUR },
        intervalSeconds: 600,
        costs,
        deadlineSeconds: hours * HOUR,
      });
    assert.ok(chance(5) < 0.01 && chance(30) > 0.99);
    assert.ok(chance(10) < chance(12) && chance(12) < chance(14));
  });
});
