/** The one entry of the engine: editor, panel, command line and generators all call `analyse`. */
import { withBooks } from './catalog/book-overlay.ts';
import { readPriceBook, type BookFile, type PriceBook } from './catalog/price-book.ts';
import type { Catalog } from './catalog/types.ts';
import type { TypedManifest, TypedWorkload } from './manifest/model.ts';
import { parseManifest } from './manifest/parse.ts';
import { readManifest } from './manifest/read.ts';
import type { ManifestSource } from './manifest/source.ts';
import { planWorkload } from './planner/plan.ts';
import { totalsOf } from './planner/totals.ts';
import type { Totals, WorkloadPlan } from './planner/types.ts';
import type { Finding, RuleContext, Severity } from './rules/rule.ts';
import { checkText, runRules, searchAdvice, type RuleCrash } from './rules/run.ts';

export interface Settings {
  /** Rule code or name → severity; the command line's wins over the manifest's, which wins over the editor's. */
  readonly rules?: Readonly<Record<string, Severity | 'off'>>;
  readonly ruleOverrides?: Readonly<Record<string, Severity | 'off'>>;
}

export interface AnalysisInput {
  readonly text: string;
  readonly catalog: Catalog;
  /** The organisation's own prices, by layer; the shell reads them. Absent: those that `catalog` came with from `previous`. */
  readonly books?: readonly BookFile[];
  /** ISO date, `2026-11-23`. */
  readonly today: string;
  readonly settings?: Settings;
  /** The analysis of the version before: unchanged workloads are taken from it. */
  readonly previous?: Analysis;
  /** Workloads whose advice may be searched for now; the others' is left to `adviseSome`. Default: all. */
  readonly mostAdvice?: number;
}

export interface Analysis {
  readonly source: ManifestSource;
  readonly manifest: TypedManifest;
  /** With the prices of the books. */
  readonly catalog: Catalog;
  readonly books: readonly PriceBook[];
  readonly today: string;
  readonly settings: Settings;
  /** By workload name, in the order of the text. Workloads that cannot be read have no plan. */
  readonly plans: ReadonlyMap<string, WorkloadPlan>;
  readonly totals: Totals;
  /** In the order of the text. */
  readonly findings: readonly Finding[];
  /** Rules and plans that threw: for the log. Nobody else's findings are touched by them. */
  readonly crashes: readonly RuleCrash[];
  /** Workloads whose advice is still to be searched for (`adviseSome`); 0: the findings are all there are. */
  readonly adviceMissing: number;
}

/** Analyses a text. Total: any text gives an analysis, never an exception. Pure: same arguments, same answer. */
export function analyse(input: AnalysisInput): Analysis {
  const { today, previous } = input;
  const { catalog, books } = priced(input);
  const settings = input.settings ?? {};
  const source = parseManifest(input.text, previous?.source);
  const manifest = readManifest(source, previous?.manifest);
  const crashes: RuleCrash[] = [];
  const reusable =
    previous &&
    previous.catalog === catalog &&
    previous.today === today &&
    previous.manifest.headKey === manifest.headKey
      ? previous
      : undefined;
  const plans = planAll(manifest, catalog, today, reusable, crashes);
  const run = runRules(
    contextOf({ source, manifest, catalog, books, today, plans }),
    settings.rules,
    settings.ruleOverrides,
    input.mostAdvice,
  );
  return {
    source,
    manifest,
    catalog,
    books,
    today,
    settings,
    plans,
    totals: totalsOf(plans.values()),
    findings: run.findings,
    crashes: [...crashes, ...run.crashes],
    adviceMissing: run.adviceMissing,
  };
}

/**
 * What a text shows by itself, syntax and schema, before anything is planned: a part of the findings of `analyse`, which goes on
 * from here when this is its `previous`. Of a long manifest it takes a third of the time.
 */
export function glance(input: AnalysisInput): Analysis {
  const { today } = input;
  const { catalog, books } = priced(input);
  const settings = input.settings ?? {};
  const source = parseManifest(input.text, input.previous?.source);
  const manifest = readManifest(source, input.previous?.manifest);
  const plans = new Map<string, WorkloadPlan>();
  const known = { source, manifest, catalog, books, today, plans };
  const run = checkText(contextOf(known), settings.rules, settings.ruleOverrides);
  return { ...known, ...run, settings, totals: totalsOf([]) };
}

/** The catalogue under its books. An analysis that goes on from an earlier one is given that one's catalogue, which has them. */
function priced({ catalog, books, today, previous }: AnalysisInput): Pick<Analysis, 'catalog' | 'books'> {
  if (books === undefined) return { catalog, books: previous?.catalog === catalog ? previous.books : [] };
  const read = books.map((book) => readPriceBook(book, catalog));
  return { catalog: withBooks(catalog, read, today), books: read };
}

/**
 * Searches for the advice of up to `most` workloads that still lack it. The findings change once, when the last has it: until
 * then they stay the same list.
 */
export function adviseSome(analysis: Analysis, most: number): Analysis {
  if (analysis.adviceMissing === 0) return analysis;
  const context = contextOf(analysis);
  const adviceMissing = searchAdvice(context, most);
  if (adviceMissing > 0) return { ...analysis, adviceMissing };
  const run = runRules(context, analysis.settings.rules, analysis.settings.ruleOverrides);
  const ofPlans = analysis.crashes.filter(({ rule }) => rule === 'plan');
  return {
    ...analysis,
    findings: run.findings,
    crashes: [...ofPlans, ...run.crashes],
    adviceMissing: run.adviceMissing,
  };
}

type Known = Pick<Analysis, 'source' | 'manifest' | 'catalog' | 'books' | 'today' | 'plans'>;

function contextOf({ source, manifest, catalog, books, today, plans }: Known): RuleContext {
  return { source, manifest, head: manifest.head, catalog, books, today, plans };
}

function planAll(
  manifest: TypedManifest,
  catalog: Catalog,
  today: string,
  previous: Analysis | undefined,
  crashes: RuleCrash[],
): ReadonlyMap<string, WorkloadPlan> {
  const before = new Map<TypedWorkload, WorkloadPlan>();
  for (const typed of previous?.manifest.workloads ?? []) {
    const plan = previous?.plans.get(typed.name);
    if (plan) before.set(typed, plan);
  }
  const plans = new Map<string, WorkloadPlan>();
  for (const typed of manifest.workloads) {
    if (!typed.value) continue;
    const known = before.get(typed);
    if (known) {
      plans.set(typed.name, known);
      continue;
    }
    try {
      plans.set(typed.name, planWorkload(typed.value, manifest.head, catalog, today));
    } catch (error) {
      crashes.push({ rule: 'plan', workload: typed.name, error });
    }
  }
  return plans;
}
