/** A line over each workload: what it costs, how long it takes, whether it fits; and the way to other hardware. */
import type { CodeLens } from 'vscode-languageserver-types';
import type { WorkloadPlan } from '../planner/types.ts';
import {
  costWords,
  mainCost,
  memoryWords,
  percentDifference,
  PERIOD_WORDS,
  timeWords,
  usdDifference,
  VERDICT_WORDS,
} from './amounts.ts';
import { workloadKey } from './places.ts';
import { rangeOf, type ClientTraits, type View } from './view.ts';

export const SHOW_PANEL_COMMAND = 'aiInfra.showPanel';
export const SWITCH_COMMAND = 'aiInfra.switchHardware';

/**
 * Without commands of ours in the client, lenses still say the numbers: a command with an empty name does nothing. `baseline`: the plans of
 * the last commit, where they are known.
 */
export function codeLenses(view: View, traits: ClientTraits, baseline?: ReadonlyMap<string, WorkloadPlan>): CodeLens[] {
  const lenses: CodeLens[] = [];
  for (const [name, plan] of view.analysis.plans) {
    const key = workloadKey(view.analysis, name);
    if (key === undefined) continue;
    const range = rangeOf(view.document, key);
    const { uri } = view.document;
    lenses.push({
      range,
      command: { title: lensTitle(plan), command: traits.commands ? SHOW_PANEL_COMMAND : '', arguments: [uri, name] },
    });
    const difference = baseline === undefined ? '' : differenceWords(plan, baseline.get(name));
    if (difference !== '') lenses.push({ range, command: { title: difference, command: '' } });
    if (traits.commands) {
      lenses.push({ range, command: { title: 'Compare…', command: SHOW_PANEL_COMMAND, arguments: [uri, name] } });
    }
    // Whether there are alternatives is found out when they are asked for: that search is not made for every workload in sight.
    if (traits.commands && plan.target.deployment !== 'edge') {
      lenses.push({ range, command: { title: 'Switch hardware…', command: SWITCH_COMMAND, arguments: [uri, name] } });
    }
  }
  return lenses;
}

/** `+$1,240 a run, +18 % since the last commit`; '' where the cost is the same, or one of the two is not known. */
export function differenceWords(plan: WorkloadPlan, before: WorkloadPlan | undefined): string {
  if (before === undefined) return 'new since the last commit';
  const [was, is] = [mainCost(before), mainCost(plan)];
  if (plan === before || was === null || is === null || was.period !== is.period) return '';
  const difference = is.usd.mid - was.usd.mid;
  if (Math.abs(difference) < 0.005) return '';
  const percent = percentDifference(difference, was.usd.mid);
  return `${usdDifference(difference)} ${PERIOD_WORDS[is.period]}${percent === '' ? '' : `, ${percent}`} since the last commit`;
}

/** `$412 a run · 3.2 h · fits 62 of 80 GiB`. */
export function lensTitle(plan: WorkloadPlan): string {
  const memory = memoryWords(plan);
  const fit = memory === '' ? '' : `${VERDICT_WORDS[plan.memory.verdict]} ${memory}`;
  return [costWords(plan), timeWords(plan), fit].filter((part) => part !== '').join(' · ');
}
