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

/** Drops findings that an earlier rule of their chain has already said, and all advice on cost but the best. Keeps the order. */
export function applyPrecedence(findings: readonly Finding[]): readonly Finding[] {
  return withoutRepetition(bestAdvice(findings));
}

/** One piece of advice on cost a workload: the one that saves most, of equals the first by code. */
function bestAdvice(findings: readonly Finding[]): readonly Finding[] {
  const best = new Map<string | undefined, Finding>();
  for (const finding of findings) {
    if (finding.savesUsd === undefined) continue;
    const known = best.get(finding.workload);
    const more = finding.savesUsd - (known?.savesUsd ?? -Infinity);
    if (!known || more > 0 || (more === 0 && finding.code < known.code)) best.set(finding.workload, finding);
  }
  return findings.filter((finding) => finding.savesUsd === undefined || best.get(finding.workload) === finding);
}

function withoutRepetition(findings: readonly Finding[]): readonly Finding[] {
  const byScope = new Map<string, Map<string, Finding>>();
  for (const finding of findings) {
    const scope = scopeOf(finding);
    let codes = byScope.get(scope);
    if (!codes) byScope.set(scope, (codes = new Map()));
    const known = codes.get(finding.code);
    if (!known || known.severity !== 'error') codes.set(finding.code, finding);
  }
  return findings.filter((finding) => {
    const codes = byScope.get(scopeOf(finding));
    return !CHAINS.some((chain) => {
      const place = chain.indexOf(finding.code);
      return chain.slice(0, Math.max(place, 0)).some((code) => {
        const first = codes?.get(code);
        if (first && BY_KEY.has(finding.code) && code === 'AI802') return first.path.at(-1) === finding.path.at(-1);
        return first !== undefined && (!ONLY_ERRORS.has(code) || first.severity === 'error');
      });
    });
  });
}

/** The workload; for an alternative or a burst, that target alone. */
function scopeOf(finding: Finding): string {
  const path = finding.path;
  if (finding.workload === undefined) return '';
  const rest = path.slice(2);
  if (rest[0] === 'alternatives') return JSON.stringify([finding.workload, rest[0], rest[1]]);
  if (rest[0] === 'target' && rest[1] === 'burst') return JSON.stringify([finding.workload, 'burst']);
  return JSON.stringify([finding.workload]);
}
