/** What a key means, and the live numbers behind it. */
import type { Hover, Position } from 'vscode-languageserver-types';
import type { Analysis } from '../analysis.ts';
import { formatUsd } from '../manifest/format-quantity.ts';
import { pathAt } from '../manifest/cursor.ts';
import { valueAt } from '../manifest/shape.ts';
import type { ManifestSource, Path } from '../manifest/source.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import { rules } from '../rules/index.ts';
import { manifestSchemaJson } from '../schema/generated.ts';
import { schemaAt } from '../schema/walk.ts';
import { PERIOD_WORDS, plainUsd, rangeText, VERDICT_WORDS } from './amounts.ts';
import { factBlocks, isFactKind } from './explain-fact.ts';
import { derivationBlocks } from './explain-derivation.ts';
import {
  assumptionBlocks,
  costBlocks,
  flipBlocks,
  memoryBlocks,
  periodTotals,
  planBlocks,
  speedBlocks,
} from './explain-plan.ts';
import { isExpectation } from './complete-expectation.ts';
import { expectationBlocks } from './explain-expectation.ts';
import { capacityBlocks, carbonBlocks, ownershipBlocks, riskBlocks } from './explain-risk.ts';
import { renderMarkdown, renderPlain, type Block } from './markdown.ts';
import { isPlainYaml } from './plain-yaml.ts';
import { fieldBlocks } from './schema-words.ts';
import { rangeOf, type ClientTraits, type View } from './view.ts';

/** Null where nothing is to be said. */
export function hover(view: View, position: Position, traits: ClientTraits): Hover | null {
  const { source } = view.analysis;
  const place = pathAt(source, view.document.offsetAt(position));
  if (place === undefined) return null;
  const value = writtenAt(source, place.path);
  // Between the entries of a mapping there is nothing to point at.
  if (place.part === 'value' && typeof value === 'object' && value !== null) return null;
  const blocks = hoverBlocks(view, place.path, value);
  if (blocks.length === 0) return null;
  return {
    contents: traits.hoverMarkdown
      ? { kind: 'markdown', value: renderMarkdown(blocks) }
      : { kind: 'plaintext', value: renderPlain(blocks) },
    range: rangeOf(view.document, place.span),
  };
}

function writtenAt(source: ManifestSource, path: Path): unknown {
  if (path[0] !== 'workloads') return valueAt(source.head, path);
  return valueAt(source.workloads.find(({ name }) => name === path[1])?.raw, path.slice(2));
}

function hoverBlocks({ analysis, document }: View, path: Path, value: unknown): Block[] {
  const meaning = isPlainYaml(document) ? [] : meaningBlocks(path);
  if (isExpectation(path) && typeof value === 'string') return expectationBlocks(analysis, path, value);
  if (path[0] === 'rules' && path.length === 2) return [...ruleBlocks(String(path[1])), ...meaning];
  // The numbers of this plan first: an editor shows the first lines of a hover, and a data sheet changes less than a cost.
  const live = [...numberBlocks(analysis, path), ...valueBlocks(analysis, path, value)];
  if (meaning.length === 0 || live.length === 0) return [...meaning, ...live];
  return [...meaning, { kind: 'rule' }, ...live];
}

/** The key's words, from the schema. Names that the author chose (workloads, clusters, labels) have the meaning of their kind. */
function meaningBlocks(path: Path): Block[] {
  const place = schemaAt(manifestSchemaJson, path);
  const last = path.findLast((key) => typeof key === 'string');
  return place === undefined || last === undefined ? [] : [{ kind: 'title', text: last }, ...fieldBlocks(place)];
}

/** What the rule of a code or name is about. */
function ruleBlocks(id: string): Block[] {
  const rule = rules.find(({ code, name }) => code === id || name === id);
  if (rule === undefined) return [];
  return [
    { kind: 'title', text: `${rule.code} ${rule.name}` },
    { kind: 'prose', markdown: rule.docs.summary },
    { kind: 'rule' },
  ];
}

/** What the catalogue knows of a named thing; only beside its value, or its key when it has one value. */
function valueBlocks({ catalog, plans, source }: Analysis, path: Path, value: unknown): Block[] {
  const kind = schemaAt(manifestSchemaJson, path)?.valueList;
  if (typeof value !== 'string' || !isFactKind(kind)) return [];
  const beside = writtenAt(source, [...path.slice(0, -1), 'provider']);
  const provider = typeof beside === 'string' ? beside : plans.get(String(path[1]))?.target.provider;
  return factBlocks(catalog, { kind, name: value, ...(provider !== undefined && { provider }) });
}

/** Which numbers a place of a workload decides. */
function numberBlocks(analysis: Analysis, path: Path): Block[] {
  if (path[0] === 'budget') return budgetBlocks(analysis, path);
  const plan = path[0] === 'workloads' && path.length >= 2 ? analysis.plans.get(String(path[1])) : undefined;
  if (plan === undefined) return [];
  const verdict = VERDICT_WORDS[plan.memory.verdict];
  const [section, key] = [path[2], path[3]];
  if (section === undefined) return [...planBlocks(plan, verdict), ...assumptionBlocks(plan)];
  if (section === 'target' || section === 'edge') {
    if (key === undefined) return [...costBlocks(plan), ...assumptionBlocks(plan)];
    if (key === 'accelerator' || key === 'device') return [...memoryBlocks(plan, verdict), ...flipBlocks(plan)];
    if (key === 'capacity') return [...costBlocks(plan), ...capacityBlocks(plan)];
    if (key === 'cluster') return [...costBlocks(plan), ...ownershipBlocks(plan)];
    if (key === 'region') return [...costBlocks(plan), ...carbonBlocks(plan)];
    return costBlocks(plan);
  }
  if (section === 'model') return [...memoryBlocks(plan, verdict), ...formulas(plan, 'memory')];
  if (section === 'training' || section === 'serving') {
    if (key !== undefined && MEMORY_KEYS.has(String(key)))
      return [...memoryBlocks(plan, verdict), ...formulas(plan, 'memory')];
    if (key === 'deadline') return [...riskBlocks(plan), ...speedBlocks(plan)];
    return [...speedBlocks(plan), ...formulas(plan, section)];
  }
  if (section === 'checkpointing')
    return [...riskBlocks(plan), ...formulas(plan, 'training.bestCheckpoint', 'training.goodput', 'risk')];
  return [];
}

/** Keys of `training` and `serving` that decide memory before they decide speed. */
const MEMORY_KEYS: ReadonlySet<string> = new Set([
  'precision',
  'kvCachePrecision',
  'optimizer',
  'method',
  'loraRank',
  'activationCheckpointing',
  'sharding',
  'offload',
  'microBatchSize',
  'maxContext',
  'memoryShare',
  'concurrency',
]);

function formulas(plan: WorkloadPlan, ...quantities: readonly string[]): Block[] {
  return derivationBlocks(
    plan.derivation.filter(({ quantity }) => quantities.some((wanted) => quantity.startsWith(wanted))),
  );
}

function budgetBlocks({ totals }: Analysis, path: Path): Block[] {
  const period =
    path[1] === 'monthly' ? 'month' : path[1] === 'total' ? 'run' : path[1] === 'upfront' ? 'upfront' : undefined;
  const shown = periodTotals(totals).filter(([, each]) => period === undefined || each === period);
  const atLeast = totals.atLeast ? '≥ ' : '';
  return shown.flatMap(([range, each]): Block[] => {
    const spread = rangeText(range, formatUsd);
    const words = each === 'run' ? 'in total' : PERIOD_WORDS[each];
    return [
      { kind: 'title', text: `The plan: ${atLeast}${plainUsd(range.mid)} ${words}` },
      ...(spread === '' ? [] : [{ kind: 'note', text: spread } as const]),
    ];
  });
}
