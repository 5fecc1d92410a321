/** The nearest known word to a mistyped one. */
import { distance } from 'fastest-levenshtein';

export interface Suggestion {
  readonly word: string;
  /** Letters to change; 0 when only case, hyphens and underscores differ. */
  readonly distance: number;
}

/** Words of neighbouring tools that people write from habit, and what they are here. */
const HABITS: Readonly<Record<string, string>> = {
  gpu: 'accelerator',
  gputype: 'accelerator',
  tpu: 'accelerator',
  gpus: 'count',
  cloud: 'provider',
  instancetype: 'instance',
  machinetype: 'instance',
  params: 'parameters',
  dtype: 'precision',
  seqlen: 'sequenceLength',
  maxmodellen: 'maxContext',
  qps: 'requests',
  rps: 'requests',
  strategy: 'sharding',
  gradientcheckpointing: 'activationCheckpointing',
  minreplicas: 'min',
  maxreplicas: 'max',
  ttft: 'timeToFirstToken',
  tpot: 'perOutputToken',
  rank: 'loraRank',
};

const MAX_WORD_LENGTH = 60;

/** The single nearest word, or undefined when nothing is near or two are equally near. */
export function nearestWord(written: string, known: readonly string[]): Suggestion | undefined {
  if (written.length > MAX_WORD_LENGTH) return undefined;
  const folded = fold(written);
  const habit = Object.hasOwn(HABITS, folded) ? HABITS[folded] : undefined;
  const limit = folded.length <= 3 ? 1 : Math.min(4, Math.max(2, Math.floor(folded.length / 3)));
  let best: Suggestion | undefined;
  let tie = false;
  for (const word of known) {
    const letters = Math.min(distance(folded, fold(word)), distance(written, word));
    if (letters > limit || (best && letters > best.distance)) continue;
    tie = best?.distance === letters;
    best = { word, distance: letters };
  }
  if (best && !tie && best.distance <= 1) return best;
  if (habit !== undefined && known.includes(habit)) return { word: habit, distance: 3 };
  if (best && !tie) return best;
  const longer = folded.length < 3 ? [] : known.filter((word) => fold(word).startsWith(folded));
  const [only] = longer;
  return only !== undefined && longer.length === 1 ? { word: only, distance: distance(written, only) } : undefined;
}

function fold(word: string): string {
  return word.toLowerCase().replace(/[-_ .]/g, '');
}
