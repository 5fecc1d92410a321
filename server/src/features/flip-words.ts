/** What would flip a choice, in words. */
import { formatCount, formatNumber, formatShare } from '../manifest/format-quantity.ts';
import type { Comparison, Flip, ResolvedTarget } from '../planner/types.ts';
import { plainUsd, targetWords } from './amounts.ts';

/** One sentence a flip: `until 8 × h100-sxm · aws us-east-1 · spot costs more than $41.20 a machine-hour (now $26.50): then 8 × b200 · verda · spot wins`. */
export function flipWords(comparison: Comparison): readonly string[] {
  const { choice, runnerUp, flips } = comparison;
  if (choice === null || runnerUp === null) return [];
  return flips.map((flip) => `${sentence(flip, choice, runnerUp)}${winnerOf(flip)}`);
}

function sentence(flip: Flip, choice: ResolvedTarget, runnerUp: ResolvedTarget): string {
  const { quantity, at, now, wins } = flip;
  const whose = targetWords(flip.of === 'runner-up' ? runnerUp : choice);
  switch (quantity) {
    case 'price': {
      const unit = `a${flip.unit.includes('machine') ? ' machine' : 'n accelerator'}-hour`;
      return `until ${whose} costs ${more(wins)} than ${plainUsd(at)} ${unit} (now ${plainUsd(now)})`;
    }
    case 'efficiency':
      return `until ${whose} reaches ${wins === 'below' ? 'less' : 'more'} than ${formatShare(at)} of its peak FLOP/s (now ${formatShare(now)})`;
    case 'utilization':
      return `until ${whose} is used ${wins === 'below' ? 'less' : 'more'} than ${formatShare(at)} of the hours (now ${formatShare(now)})`;
    case 'run-length': {
      const unit = flip.unit;
      const write = unit === 'epochs' ? formatNumber : formatCount;
      const then = flip.by === 'deadline' ? ': then it no longer keeps the deadline' : '';
      return `until a run is ${wins === 'above' ? 'longer' : 'shorter'} than ${write(at)} ${unit} (now ${write(now)})${then}`;
    }
  }
}

/** Who takes its place, where the sentence has not named it. */
function winnerOf({ of, by, winner }: Flip): string {
  if (of === 'runner-up') return '';
  return `${by === 'deadline' ? ', and' : ': then'} ${targetWords(winner)} ${by === 'deadline' ? 'does' : 'wins'}`;
}

function more(wins: Flip['wins']): string {
  return wins === 'above' ? 'more' : 'less';
}
