/** Whole blocks with the values that this workload wants: checkpoints at the best interval, a fleet that follows its load, the best hardware. */
import { CompletionItemKind, InsertTextFormat, InsertTextMode, type CompletionItem } from 'vscode-languageserver-types';
import type { Analysis } from '../analysis.ts';
import type { Cursor } from '../manifest/cursor.ts';
import type { Path } from '../manifest/source.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import { alternativeCost } from './alternatives.ts';
import { hardwareWords, VERDICT_WORDS } from './amounts.ts';
import { details, keyColumn, writeScalar, type Writing } from './completion-writing.ts';
import { bestInterval } from './rank-places.ts';

interface BlockOffer {
  readonly key: string;
  readonly detail: string;
  readonly members: Readonly<Record<string, string | number>>;
}

/** What a key of this section of a workload may hold at once. */
const OFFERS: Readonly<Record<string, Readonly<Record<string, (plan: WorkloadPlan) => BlockOffer | undefined>>>> = {
  '': { checkpointing: checkpoints, target: hardware },
  serving: { autoscaling },
};

/** Offered with the key; nothing where the key stands already or the numbers are not known. */
export function completeBlocks(analysis: Analysis, cursor: Cursor, writing: Writing): CompletionItem[] {
  if (cursor.hasColon) return [];
  return offersIn(analysis, cursor.path, (key) => !cursor.present.includes(key)).map((offer) => {
    const { label, text } = written(offer, cursor, writing);
    return {
      ...blockItem(`${offer.key}: ${label}`, offer, writing),
      filterText: offer.key,
      textEdit: {
        range: writing.range,
        newText: `${writing.before}${offer.key}${cursor.quote ?? ''}:${text.startsWith('{') ? ' ' : ''}${text}`,
      },
    };
  });
}

/** Offered behind the key that is written already, with its colon. */
export function completeBlockValues(analysis: Analysis, cursor: Cursor, writing: Writing): CompletionItem[] {
  const key = String(cursor.path.at(-1));
  if (cursor.role !== 'value' || cursor.quote !== undefined || cursor.opensMapping) return [];
  return offersIn(analysis, cursor.path.slice(0, -1), (each) => each === key).map((offer) => {
    const { label, text } = written(offer, cursor, writing);
    const { start } = writing.range;
    const isBlock = !text.startsWith('{');
    const blank = { start: { ...start, character: start.character - 1 }, end: start };
    return {
      ...blockItem(label, offer, writing),
      filterText: label,
      textEdit: { range: writing.range, newText: isBlock ? text : `${writing.before}${text}` },
      // The blank after the colon would be left at the end of its line.
      ...(isBlock && writing.before === '' && { additionalTextEdits: [{ range: blank, newText: '' }] }),
    };
  });
}

function offersIn({ plans }: Analysis, path: Path, isWanted: (key: string) => boolean): BlockOffer[] {
  const [root, name, section = '', ...deeper] = path;
  const plan = root === 'workloads' ? plans.get(String(name)) : undefined;
  if (plan === undefined || name === undefined || deeper.length > 0) return [];
  return Object.entries(OFFERS[section] ?? {}).flatMap(([key, offer]) => (isWanted(key) ? (offer(plan) ?? []) : []));
}

function blockItem(label: string, { detail }: BlockOffer, writing: Writing): CompletionItem {
  return {
    label,
    ...details({ detail }, writing),
    kind: CompletionItemKind.Struct,
    insertTextFormat: InsertTextFormat.PlainText,
    ...(writing.insertTextModes ? { insertTextMode: InsertTextMode.asIs } : {}),
  };
}

/** On one line, or line by line where the neighbours are (as far as the client leaves indentation alone). */
function written(
  { members }: BlockOffer,
  cursor: Cursor,
  writing: Writing,
): { readonly label: string; readonly text: string } {
  const pairs = Object.entries(members).map(([key, value]) => `${key}: ${memberText(value)}`);
  const label = `{ ${pairs.join(', ')} }`;
  if (!cursor.amongBlocks || !writing.insertTextModes) return { label, text: label };
  const column = cursor.role === 'key' || !cursor.opensMapping ? cursor.indent : keyColumn(cursor, writing);
  const start = `${writing.lineEnd}${' '.repeat(column + 2)}`;
  return { label, text: pairs.map((pair) => `${start}${pair}`).join('') };
}

/** A number with its unit is no number to YAML: it needs no quotes. */
function memberText(value: string | number): string {
  return typeof value === 'number' || /^\d+(?:\.\d+)?[a-z]+$/i.test(value)
    ? String(value)
    : writeScalar(value, { inFlow: true, quote: undefined });
}

function checkpoints(plan: WorkloadPlan): BlockOffer | undefined {
  const best = bestInterval(plan);
  if (best === undefined) return undefined;
  const { interval, words } = best;
  return { key: 'checkpointing', detail: words, members: { interval, storage: 'object' } };
}

/** The first that is no marketplace's. It takes a search, so it is asked for only where no target stands. */
function hardware(plan: WorkloadPlan): BlockOffer | undefined {
  const best = plan.alternatives.find(({ marketplace, fits }) => !marketplace && fits === 'fits');
  if (best === undefined) return undefined;
  const { provider, region, accelerator, count, capacity } = best.target;
  if (provider === undefined || accelerator === undefined || count === null) return undefined;
  const detail = [hardwareWords(best.target), VERDICT_WORDS[best.fits], alternativeCost(plan, best).words].join(' · ');
  const members = {
    provider,
    ...(region === undefined || region === 'any' ? {} : { region }),
    accelerator,
    count,
    ...(capacity === 'on-demand' ? {} : { capacity }),
  };
  return { key: 'target', detail, members };
}

function autoscaling({ serving }: WorkloadPlan): BlockOffer | undefined {
  const replicas = serving?.replicas;
  if (!replicas || replicas.peak <= replicas.average) return undefined;
  const detail = `${String(replicas.average)} at the average load, ${String(replicas.peak)} at the peak`;
  return { key: 'autoscaling', detail, members: { min: Math.max(1, replicas.average), max: replicas.peak } };
}
