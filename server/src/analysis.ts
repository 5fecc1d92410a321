/** The one entry of the engine: editor, panel, command line and generators all call `analyse`. */
import type { Catalog } from './catalog/types.ts';
import type { TypedManifest } from './manifest/model.ts';
import type { ManifestSource } from './manifest/source.ts';
import type { Totals, WorkloadPlan } from './planner/types.ts';
import type { Finding, Severity } from './rules/rule.ts';

export interface Settings {
  /** Rule code or name → severity; the command line's wins over the manifest's, which wins over the editor's. */
  readonly rules?: Readonly<Record<string, Severity | 'off'>>;
  readonly ruleOverrides?: Readonly<Record<string, Severity | 'off'>>;
}

export interface AnalysisInput {
  readonly text: string;
  readonly catalog: Catalog;
  /** ISO date, `2026-11-23`. */
  readonly today: string;
  readonly settings?: Settings;
  /** The analysis of the version before: unchanged workloads are taken from it. */
  readonly previous?: Analysis;
}

export interface Analysis {
  readonly source: ManifestSource;
  readonly manifest: TypedManifest;
  readonly catalog: Catalog;
  readonly today: string;
  readonly settings: Settings;
  /** By workload name, in the order of the text. Workloads that cannot be read have no plan. */
  readonly plans: ReadonlyMap<string, WorkloadPlan>;
  readonly totals: Totals;
  /** In the order of the text. */
  readonly findings: readonly Finding[];
}
