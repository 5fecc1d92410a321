/** What a rule is: metadata, documentation, executable examples, check and fix, together in one file. */
import type { MissingPrice } from '../catalog/book-line.ts';
import type { PriceBook } from '../catalog/price-book.ts';
import type { Catalog } from '../catalog/types.ts';
import type { TypedManifest, TypedWorkload } from '../manifest/model.ts';
import type { ManifestHead, Workload } from '../manifest/schema.ts';
import type { ManifestEdit, ManifestSource, Part, Path, Span, TextEdit } from '../manifest/source.ts';
import type { WorkloadPlan } from '../planner/types.ts';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

export interface Related {
  readonly path: Path;
  readonly part: Part;
  readonly message: string;
}

/** An edit that would remove the finding. Offered after it was proven (fix.ts). */
export interface Fix {
  /** Imperative, with the concrete value: "Switch to 8 × h200 on aws". The effect on cost and time is added where known. */
  readonly title: string;
  readonly edits: readonly ManifestEdit[];
  /** Edits of the text itself, for what has no path: comments, a key that stands twice. In place of `edits`. */
  readonly textEdits?: readonly TextEdit[];
  /** May be applied with all others, unseen. */
  readonly safe: boolean;
  readonly preferred?: boolean;
  /** Writes what only the author knows, with a usual value: never preferred, and never written without being looked at. */
  readonly isGuess?: true;
}

/** What a check reports. The engine adds code, name, severity and document. */
export interface Report {
  readonly path: Path;
  readonly part: Part;
  readonly message: string;
  /** Where the table names two severities, the rule says which. Default: the rule's own. */
  readonly severity?: Severity;
  readonly related?: readonly Related[];
  /** Advice on cost: dollars saved in the workload's own period. Of one workload's, the one that saves most is said. */
  readonly savesUsd?: number;
  /** Prices that nobody knows: a line of the price book would give each. */
  readonly missingPrices?: readonly MissingPrice[];
  /** Related places that have no path of their own. */
  readonly relatedSpans?: readonly { readonly span: Span; readonly message: string }[];
  /** Overrides the place that `path` has in the text (syntax problems, which have no path). */
  readonly span?: Span;
  /** Called lazily, when actions are asked for. */
  readonly fixes?: () => readonly Fix[];
}

export interface RuleContext {
  readonly source: ManifestSource;
  readonly manifest: TypedManifest;
  readonly head: Partial<ManifestHead>;
  readonly catalog: Catalog;
  /** The price books that were looked for, in `catalog` already. */
  readonly books: readonly PriceBook[];
  /** ISO date. */
  readonly today: string;
  readonly plans: ReadonlyMap<string, WorkloadPlan>;
}

/** A workload with its plan; `path(...)` prefixes `workloads`, its name. */
export interface WorkloadContext extends RuleContext {
  readonly name: string;
  readonly typed: TypedWorkload;
  readonly workload: Workload;
  readonly plan: WorkloadPlan;
  path(...rest: Path): Path;
}

/** A workload with its plan, as helpers of the rules take it. */
export type PlannedWorkload = Omit<WorkloadContext, 'typed'>;

export interface RuleExample {
  /** What it shows, as a title. */
  readonly title: string;
  /** A whole manifest. `<|` and `|>` mark what is underlined in bad ones; good ones have no finding of this rule. */
  readonly manifest: string;
}

export interface RuleFixExample {
  readonly before: string;
  /** Title of the fix, or its beginning. */
  readonly title: string;
  readonly after: string;
}

export interface RuleDocs {
  /** One sentence, for tables. */
  readonly summary: string;
  readonly what: string;
  readonly why: string;
  readonly whenToSilence: string;
  /** Sources with dates (or the word undated); where no outside fact backs the rule, what it rests on (`basis.ts`). */
  readonly sources: readonly string[];
  readonly bad: readonly RuleExample[];
  readonly good: readonly RuleExample[];
  readonly fixes?: readonly RuleFixExample[];
}

interface RuleBase {
  /** `AI501` */
  readonly code: string;
  /** `spot-without-checkpointing` */
  readonly name: string;
  readonly severity: Severity;
  /** Advice is searched for over the market, which takes milliseconds a workload: an editor may show it after the other findings. */
  readonly advice?: true;
  readonly docs: RuleDocs;
}

/** Exactly one of the two checks. A workload check must depend on its context's workload, plan and head only: it is cached by them. */
export type Rule = RuleBase &
  (
    | { readonly checkManifest: (context: RuleContext) => Iterable<Report> }
    | { readonly checkWorkload: (context: WorkloadContext) => Iterable<Report> }
  );

export interface Finding {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  readonly message: string;
  readonly workload?: string;
  readonly path: Path;
  readonly span: Span;
  readonly related: readonly { readonly span: Span; readonly message: string }[];
  readonly savesUsd?: number;
  readonly missingPrices?: readonly MissingPrice[];
  /** Page of the rule, relative to the documentation's root: `docs/rules/AI501.md`. */
  readonly docs: string;
  /** What it was made of: the same object from version to version while its workload does not change. */
  readonly report: Report;
  readonly fixes: () => readonly Fix[];
}
