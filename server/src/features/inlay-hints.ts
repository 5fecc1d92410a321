/** One short value beside one value: what a target costs, how full its memory is, and what was assumed for it. */
import { InlayHintKind, type InlayHint, type Range } from 'vscode-languageserver-types';
import type { Analysis } from '../analysis.ts';
import type { Path } from '../manifest/source.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import type { EditorSettings } from '../protocol.ts';
import { editManifest } from '../manifest/edit.ts';
import { type WritableAssumption, writableAssumptions } from './assumptions.ts';
import { costWords, memoryWords, VERDICT_WORDS } from './amounts.ts';
import { costBlocks, memoryBlocks } from './explain-plan.ts';
import { renderMarkdown, type Block } from './markdown.ts';
import { endOfContent, hardwareSpan, workloadKey, workloadSpan } from './places.ts';
import { spanOf, toLspEdits, touches, type View } from './view.ts';

export type HintKinds = EditorSettings['inlayHints'];

/** Hints of the workloads that reach into the range. */
export function inlayHints(view: View, range: Range, kinds: HintKinds): InlayHint[] {
  const { analysis, document } = view;
  const visible = spanOf(document, range);
  const hints: InlayHint[] = [];
  for (const [name, plan] of analysis.plans) {
    const span = workloadSpan(analysis, name);
    if (span === undefined || !touches(span, visible)) continue;
    if (kinds.memory) hints.push(...memoryHint(view, name, plan));
    if (kinds.cost) hints.push(...costHint(view, name, plan));
    if (kinds.assumptions) hints.push(...assumptionHints(view, name, plan));
  }
  return hints.filter(({ position }) => {
    const offset = document.offsetAt(position);
    return visible.start <= offset && offset <= visible.end;
  });
}

function memoryHint(view: View, name: string, plan: WorkloadPlan): InlayHint[] {
  const label = memoryWords(plan);
  const span = hardwareSpan(view.analysis, name);
  if (label === '' || span === undefined) return [];
  const sign = plan.memory.verdict === 'does-not-fit' ? ' ⚠' : '';
  return [hint(view, span.end, `${label}${sign}`, memoryBlocks(plan, VERDICT_WORDS[plan.memory.verdict]))];
}

/** At the end of the target when it stands on one line, else beside its key. */
function costHint(view: View, name: string, plan: WorkloadPlan): InlayHint[] {
  const words = costWords(plan);
  if (words === 'no price known') return [];
  const offset = targetEnd(view.analysis, name);
  return offset === undefined ? [] : [hint(view, offset, `≈ ${words}`.replace('≈ ≥', '≥'), costBlocks(plan))];
}

function targetEnd(analysis: Analysis, name: string): number | undefined {
  const { source } = analysis;
  const path: Path = ['workloads', name, 'target'];
  const own = source.isOwn(path);
  const key = own ? source.locate(path, 'key') : workloadKey(analysis, name);
  if (key === undefined) return undefined;
  const value = own ? source.locate(path, 'value') : undefined;
  const onOneLine = value !== undefined && !source.text.slice(key.end, value.end).includes('\n');
  return onOneLine ? value.end : endOfContent(source.text, key.end);
}

/** Assumptions that stand at the end of one line one by one; where there are more, one hint stands for the rest. */
const MOST_AT_A_LINE = 2;

/** Choices that were made because the manifest does not say: beside the key of their section; accepting the hint writes them down. */
function assumptionHints(view: View, name: string, plan: WorkloadPlan): InlayHint[] {
  const { source } = view.analysis;
  const byPlace = new Map<number, WritableAssumption[]>();
  for (const writable of writableAssumptions(view.analysis, name, plan)) {
    const section = writable.path.slice(0, 3);
    const key = source.isOwn(section) ? source.locate(section, 'key') : undefined;
    if (key === undefined) continue;
    const offset = endOfContent(source.text, key.end);
    byPlace.set(offset, [...(byPlace.get(offset) ?? []), writable]);
  }
  return [...byPlace].flatMap(([offset, all]): InlayHint[] => {
    // A hint for one alone says less than that one does.
    const shown = all.length <= MOST_AT_A_LINE + 1 ? all.length : MOST_AT_A_LINE;
    const rest = all.slice(shown);
    return [
      ...all.slice(0, shown).map((one) => assumptionHint(view, offset, words(one), [one])),
      ...(rest.length === 0 ? [] : [assumptionHint(view, offset, `+${String(rest.length)} assumed`, rest)]),
    ];
  });
}

function assumptionHint(view: View, offset: number, label: string, writes: readonly WritableAssumption[]): InlayHint {
  const edits = editManifest(
    view.analysis.source,
    writes.map(({ path, assumption }) => ({ kind: 'set', path, value: assumption.value })),
  );
  const blocks = writes.flatMap((one): Block[] => [
    { kind: 'text', text: `Assumed: ${words(one)}` },
    { kind: 'text', text: one.assumption.why },
  ]);
  const what = writes.length === 1 ? 'it' : `these ${String(writes.length)}`;
  return {
    ...hint(view, offset, label, [
      ...blocks,
      { kind: 'note', text: `Double-click to write ${what} into the manifest.` },
    ]),
    textEdits: toLspEdits(view.document, edits),
  };
}

/** `acceleratorsPerNode: 8` */
function words({ path, assumption }: WritableAssumption): string {
  return `${path.slice(3).join('.')}: ${String(assumption.value)}`;
}

function hint(view: View, offset: number, label: string, tooltip: readonly Block[]): InlayHint {
  return {
    position: view.document.positionAt(offset),
    label,
    kind: InlayHintKind.Type,
    paddingLeft: true,
    tooltip: { kind: 'markdown', value: renderMarkdown(tooltip) },
  };
}
