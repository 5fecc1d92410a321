/** The best checkpoint interval of a run, and what another one loses, from what the plan knows of its risks. */
import { bestInterval, goodput, snapInterval } from '../planner/faults.ts';
import type { Range, RiskPlan } from '../planner/types.ts';

export interface Optimum {
  /** Mean time between two interruptions. */
  readonly interruptionSeconds: number;
  readonly snappedSeconds: number;
  /** Share lost at the best interval, at the low, middle and high failure rate. */
  readonly leastLostShare: Range;
  /** Share lost with another interval. */
  lostShare(intervalSeconds: number): Range;
}

/** Undefined for what is no run, or where its checkpoints are not known. */
export function optimumOf(risk: RiskPlan | undefined): Optimum | undefined {
  const { checkpointWriteSeconds: write, restartSeconds: restart, bestIntervalSeconds: best } = risk ?? {};
  if (!risk || !write || !restart || best === undefined) return undefined;
  const costs = (ratePerSecond: number) => ({ ratePerSecond, writeSeconds: write.mid, restartSeconds: restart.mid });
  // The longest time between two interruptions is the lowest rate.
  const rate = {
    low: 1 / risk.interruptionSeconds.high,
    mid: 1 / risk.interruptionSeconds.mid,
    high: 1 / risk.interruptionSeconds.low,
  };
  const lost = (interval: (ratePerSecond: number) => number): Range => {
    const at = (ratePerSecond: number) => 1 - goodput(interval(ratePerSecond), costs(ratePerSecond));
    return { low: at(rate.low), mid: at(rate.mid), high: at(rate.high) };
  };
  return {
    interruptionSeconds: risk.interruptionSeconds.mid,
    get snappedSeconds() {
      return snapInterval(best);
    },
    get leastLostShare() {
      return lost((ratePerSecond) => bestInterval(costs(ratePerSecond)));
    },
    lostShare: (intervalSeconds) => lost(() => intervalSeconds),
  };
}
