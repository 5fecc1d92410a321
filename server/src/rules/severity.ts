/** Which severity a rule has here: command line over the manifest's `rules` over the editor's settings over the rule's own. */
import type { Rule, Severity } from './rule.ts';

export type SeverityWord = Severity | 'off';
export type SeverityMap = Readonly<Record<string, SeverityWord>>;

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** The word that overrides a rule, by code before name; undefined where none does. Later maps win. */
export function overrideOf(
  rule: Pick<Rule, 'code' | 'name'>,
  maps: readonly (SeverityMap | undefined)[],
): SeverityWord | undefined {
  let word: SeverityWord | undefined;
  for (const map of maps) {
    if (!map) continue;
    for (const key of [rule.name, rule.code]) if (Object.hasOwn(map, key)) word = map[key];
  }
  return word;
}

/** Below zero when `a` is worse than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}

/** A finding in an alternative is one severity lower. */
export function lower(severity: Severity): Severity {
  return SEVERITIES[Math.min(SEVERITIES.indexOf(severity) + 1, SEVERITIES.length - 1)] ?? 'hint';
}
