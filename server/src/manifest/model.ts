/** The typed manifest: what `readManifest` (read.ts) makes of a `ManifestSource` through the zod schema, workload by workload. */
import type { ManifestHead, Workload } from './schema.ts';
import type { Path, PlainValue, Span } from './source.ts';

export interface SchemaIssue {
  readonly code: 'AI102' | 'AI105';
  readonly path: Path;
  /** What to underline: an unknown key itself, or the value. A missing key has the path of the key and stands at its nearest ancestor. */
  readonly part: 'key' | 'value';
  readonly message: string;
  /** Of a text: which of its characters. */
  readonly within?: { readonly text: string; readonly span: Span };
  readonly repair?:
    | { readonly kind: 'rename'; readonly to: string; readonly distance: number }
    /** Another value in this place: the nearest word of a list (`distance` in letters), or what a quoted number says (0). */
    | { readonly kind: 'replace-value'; readonly to: PlainValue; readonly distance: number }
    /** The key is known, but elsewhere: the path it belongs at. */
    | { readonly kind: 'move'; readonly to: Path }
    | { readonly kind: 'insert'; readonly value: PlainValue };
}

export interface TypedWorkload {
  readonly name: string;
  /** `defaults` merged under it, members that do not validate left out. Undefined when it is no mapping, or has no usable `phase` and none can be told from `training`/`serving`. */
  readonly value: Workload | undefined;
  /** As `value`, with any phase where none can be told: what it names can be judged all the same. Undefined when it is no mapping. */
  readonly named: Workload | undefined;
  readonly issues: readonly SchemaIssue[];
  readonly cacheKey: string;
}

export interface TypedManifest {
  /** Members that do not validate are left out. */
  readonly head: Partial<ManifestHead>;
  readonly headIssues: readonly SchemaIssue[];
  readonly headKey: string;
  /** Equal for heads with equal `defaults`: with a workload's `cacheKey` it decides whether the typed workload may be used again. */
  readonly defaultsKey: string;
  readonly workloads: readonly TypedWorkload[];
}
