/** What is tried on a copy of the text takes long; editors ask again at every move of the cursor. */
import type { Analysis } from '../analysis.ts';

export interface KeptAnswers<Key, Answer> {
  /** The answer for the key in this analysis; made when it is first asked for. */
  of(analysis: Analysis, key: Key, make: () => Answer): Answer;
}

/**
 * Answers that stand until the text, or what is known of it, changes. They go by the list of findings, which stays the same while advice is
 * still being searched for.
 */
export function keptAnswers<Key, Answer>(): KeptAnswers<Key, Answer> {
  const known = new WeakMap<Analysis['findings'], Map<Key, Answer>>();
  return {
    of({ findings }, key, make) {
      let answers = known.get(findings);
      if (!answers) known.set(findings, (answers = new Map()));
      let answer = answers.get(key);
      if (answer === undefined && !answers.has(key)) answers.set(key, (answer = make()));
      return answer as Answer;
    },
  };
}
