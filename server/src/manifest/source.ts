/**
 * The written manifest: text, where each path stands in it, and what its raw values are.
 * Produced by `parseManifest` (parse.ts). Offsets count UTF-16 units from the start of the text.
 */

/** Keys and indexes from the top: `['workloads', 'chat', 'target', 'count']`. */
export type Path = readonly (string | number)[];

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface SyntaxProblem {
  readonly code: 'AI101' | 'AI103';
  readonly message: string;
  readonly span: Span;
  /** The other half: the first of two duplicate keys. */
  readonly related?: Span;
  /** Path of a duplicate key, where one is known. */
  readonly path?: Path;
}

/** A comment, for suppressions. */
export interface Comment {
  /** Without the `#`. */
  readonly text: string;
  readonly span: Span;
  /** True when nothing but white space stands before it on its line. */
  readonly ownLine: boolean;
}

export interface WorkloadSource {
  readonly name: string;
  /** Plain JavaScript value, anchors and merge keys resolved, `defaults` NOT merged. Anything: the author may have written a scalar. */
  readonly raw: unknown;
  /** Equal for workloads whose text (and whatever it refers to) did not change between two versions: the key of every cache. */
  readonly cacheKey: string;
}

export type Part = 'key' | 'value' | 'pair';

export interface ManifestSource {
  readonly text: string;
  /** `\r\n` or `\n`, as the text mostly has it. */
  readonly lineEnd: string;
  readonly problems: readonly SyntaxProblem[];
  readonly comments: readonly Comment[];
  /** The top level without `workloads`; {} when the text is no mapping. */
  readonly head: Readonly<Record<string, unknown>>;
  /** Equal for heads with equal text. */
  readonly headKey: string;
  /** True for a text over the limits, of which nothing was read: nothing is missing in it either. */
  readonly unread?: boolean;
  /** In the order of the text. A duplicated name stands once (the first). */
  readonly workloads: readonly WorkloadSource[];
  /** False when `workloads` is absent or no mapping. */
  readonly hasWorkloads: boolean;
  /**
   * Where the last key (or the value) of a path is written, following aliases and merge keys; for paths in a workload
   * also where `defaults` writes it (an inherited value stands where it is written). Undefined where nothing is written.
   */
  locate(path: Path, part: Part): Span | undefined;
  /** `locate` of the path, else the key of its nearest present ancestor, else the first line's content: always a place to underline. */
  nearest(path: Path, part: Part): Span;
  /** True when the path is written in that very place (neither inherited from `defaults` nor by a merge key or alias). */
  isOwn(path: Path): boolean;
}

/** A replacement of `[start, end)` of the text. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

export type PlainValue =
  string | number | boolean | null | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/** A change of the manifest by path; `editManifest` (edit.ts) turns a list of them into minimal text edits. */
export type ManifestEdit =
  /** Replaces the value, or inserts the key (and the mappings on the way) in the style of its neighbours. */
  | { readonly kind: 'set'; readonly path: Path; readonly value: PlainValue }
  /**
   * Removes the key with its value and line. Nothing happens where it is not written. `keepsComments`: what the author wrote beside
   * it stays, on lines of its own.
   */
  | { readonly kind: 'remove'; readonly path: Path; readonly keepsComments?: boolean }
  | { readonly kind: 'rename-key'; readonly path: Path; readonly to: string };
