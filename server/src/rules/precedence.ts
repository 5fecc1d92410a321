/** Of rules that see the same, the first speaks (`docs/rules/README.md`). */
import type { Finding } from './rule.ts';

/** Each list: a code silences those after it, where both look at the same target (or the same workload). */
const CHAINS: readonly (readonly string[])[] = [
  ['AI104', 'AI201', 'AI202', 'AI203', 'AI204', 'AI205', 'AI207'],
  ['AI206', 'AI302'],
  ['AI208', 'AI401', 'AI402'],
  ['AI208', 'AI602'],
  ['AI208', 'AI603'],
  ['AI301', 'AI302'],
  ['AI303', 'AI306'],
  ['AI401', 'AI402'],
  ['AI401', 'AI406'],
  // Each alone: what does not run has no speed, and one of these says nothing of the next.
  ['AI401', 'AI601'],
  ['AI401', 'AI602'],
  ['AI401', 'AI603'],
  ['AI401', 'AI604'],
  ['AI401', 'AI605'],
  ['AI401', 'AI606'],
  ['AI401', 'AI607'],
  ['AI801', 'AI802'],
  ['AI801', 'AI803'],
  ['AI802', 'AI803'],
  ['AI501', 'AI505'],
  ['AI701', 'AI702'],
  // What is not there has no price.
  ['AI104', 'AI711'],
  ['AI202', 'AI711'],
  ['AI203', 'AI711'],
  ['AI204', 'AI711'],
  ['AI106', 'AI908'],
  ['AI601', 'AI508'],
];

/** Rules about several keys of a target: the earlier silences the later at the same key alone. A region outside says nothing of the chip. */
const BY_KEY = new Set(['AI803']);

/** An error alone silences, where the table says so. */
const ONLY_ERRORS = new Set(['AI206']);

/** The codes that silence each code. */
const SILENCED_BY = new Map(
  [...new Set(CHAINS.flat())].map((code) => [
    code,
    CHAINS.flatMap((chain) => chain.slice(0, Math.max(chain.indexOf(code), 0))),
  ]),
);

/**
 * Drops findings that an earlier rule of their chain has already said, and advice on cost but the best one of a workload without errors.
 * `isAccepted`: an error that its author has silenced. Keeps the order.
 */
export function applyPrecedence(
  findings: readonly Finding[],
  isAccepted: (error: Finding) => boolean = () => false,
): readonly Finding[] {
  return withoutRepetition(bestAdvice(findings, isAccepted));
}

/**
 * One piece of advice on cost a workload: the one that saves most, of equals the first by code. None while the workload has an error: what
 * it will cost is not known before that is mended.
 */
function bestAdvice(findings: readonly Finding[], isAccepted: (error: Finding) => boolean): readonly Finding[] {
  const best = new Map<string | undefined, Finding>();
  for (const finding of findings) {
    if (finding.savesUsd === undefined) continue;
    const known = best.get(finding.workload);
    const more = finding.savesUsd - (known?.savesUsd ?? -Infinity);
    if (!known || more > 0 || (more === 0 && finding.code < known.code)) best.set(finding.workload, finding);
  }
  for (const finding of findings) {
    const { severity, workload } = finding;
    if (severity === 'error' && workload !== undefined && best.has(workload) && !isAccepted(finding))
      best.delete(workload);
  }
  return findings.filter((finding) => finding.savesUsd === undefined || best.get(finding.workload) === finding);
}

function withoutRepetition(findings: readonly Finding[]): readonly Finding[] {
  const byScope = new Map<string, Map<string, Finding>>();
  const codesIn = (scope: string) => {
    let codes = byScope.get(scope);
    if (!codes) byScope.set(scope, (codes = new Map()));
    return codes;
  };
  const scoped = findings.map((finding) => ({ finding, codes: codesIn(scopeOf(finding)) }));
  for (const { finding, codes } of scoped) {
    const known = codes.get(finding.code);
    if (!known || known.severity !== 'error') codes.set(finding.code, finding);
  }
  return scoped.flatMap(({ finding, codes }) => {
    const isSaid = SILENCED_BY.get(finding.code)?.some((code) => {
      const first = codes.get(code);
      if (first && BY_KEY.has(finding.code) && code === 'AI802') return first.path.at(-1) === finding.path.at(-1);
      return first !== undefined && (!ONLY_ERRORS.has(code) || first.severity === 'error');
    });
    return isSaid ? [] : [finding];
  });
}

/** The workload; for an alternative or a burst, that target alone. */
function scopeOf(finding: Finding): string {
  const path = finding.path;
  if (finding.workload === undefined) return '';
  const [, , section, member] = path;
  // A name may be any text: it stands last.
  if (section === 'alternatives') return `${section} ${String(member)} ${finding.workload}`;
  if (section === 'target' && member === 'burst') return `${member} ${finding.workload}`;
  return `own ${finding.workload}`;
}
