/** Whole blocks with the values that this workload wants: checkpoints at the best interval, a fleet that follows its load, the best hardware. */
import { CompletionItemKind, InsertTextFormat, InsertTextMode, type CompletionItem } from 'vscode-languageserver-types';
import type { Analysis } from '../analysis.ts';
import type { Cursor } from '../manifest/cursor.ts';
import { formatDuration, writeQuantity } from '../manifest/format-quantity.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import { alternativeCost } from './alternatives.ts';
import { hardwareWords, VERDICT_WORDS } from './amounts.ts';
import { writeScalar, type Writing } from './completion-writing.ts';

interface BlockOffer {
  readonly key: string;
  readonly detail: string;
  readonly members: Readonly<Record<string, string | number>>;
}

/** Offered beside the bare key, after all keys; nothing where the key stands already or the numbers are not known. */
export function completeBlocks(analysis: Analysis, cursor: Cursor, writing: Writing): CompletionItem[] {
  const [root, name, section, ...deeper] = cursor.path;
  const plan = root === 'workloads' ? analysis.plans.get(String(name)) : undefined;
  if (plan === undefined || deeper.length > 0 || cursor.hasColon) return [];
  const isMissing = (key: string): boolean => !cursor.present.includes(key);
  const offers =
    section === undefined
      ? [...(isMissing('checkpointing') ? checkpoints(plan) : []), ...(isMissing('target') ? hardware(plan) : [])]
      : section === 'serving' && isMissing('autoscaling')
        ? autoscaling(plan)
        : [];
  return offers.map((offer) => {
    const members = `{ ${membersText(offer)} }`;
    const text = `${offer.key}: ${members}`;
    return {
      label: text,
      detail: offer.detail,
      kind: CompletionItemKind.Struct,
      filterText: offer.key,
      insertTextFormat: InsertTextFormat.PlainText,
      ...(writing.insertTextModes ? { insertTextMode: InsertTextMode.asIs } : {}),
      textEdit: { range: writing.range, newText: `${writing.before}${offer.key}${cursor.quote ?? ''}: ${members}` },
    };
  });
}

function membersText({ members }: BlockOffer): string {
  // A number with its unit is no number to YAML: it needs no quotes.
  const write = (value: string | number): string =>
    typeof value === 'number' || /^\d+(?:\.\d+)?[a-z]+$/i.test(value)
      ? String(value)
      : writeScalar(value, { inFlow: true, quote: undefined });
  return Object.entries(members)
    .map(([key, value]) => `${key}: ${write(value)}`)
    .join(', ');
}

function checkpoints({ training, target }: WorkloadPlan): BlockOffer[] {
  const seconds = training?.bestCheckpointSeconds;
  if (seconds === undefined) return [];
  const detail = `loses the least ${target.capacity === 'spot' ? 'on spot' : 'here'}: every ${formatDuration(seconds)}`;
  return [
    { key: 'checkpointing', detail, members: { interval: writeQuantity('duration', seconds), storage: 'object' } },
  ];
}

/** The first that is no marketplace's. It takes a search, so it is asked for only where no target stands. */
function hardware(plan: WorkloadPlan): BlockOffer[] {
  const best = plan.alternatives.find(({ marketplace, fits }) => !marketplace && fits === 'fits');
  if (best === undefined) return [];
  const { provider, region, accelerator, count, capacity } = best.target;
  if (provider === undefined || accelerator === undefined || count === null) return [];
  const detail = [hardwareWords(best.target), VERDICT_WORDS[best.fits], alternativeCost(plan, best).words].join(' · ');
  const members = {
    provider,
    ...(region === undefined || region === 'any' ? {} : { region }),
    accelerator,
    count,
    ...(capacity === 'on-demand' ? {} : { capacity }),
  };
  return [{ key: 'target', detail, members }];
}

function autoscaling({ serving }: WorkloadPlan): BlockOffer[] {
  const replicas = serving?.replicas;
  if (!replicas || replicas.peak <= replicas.average) return [];
  const detail = `${String(replicas.average)} at the average load, ${String(replicas.peak)} at the peak`;
  return [{ key: 'autoscaling', detail, members: { min: Math.max(1, replicas.average), max: replicas.peak } }];
}
