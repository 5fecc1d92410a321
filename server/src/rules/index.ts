/** The registry: every rule, in the order of codes. A test compares it with the folder. */
import type { Rule } from './rule.ts';
import { staleSuppression } from './stale-suppression.ts';

export const rules: readonly Rule[] = [staleSuppression];
