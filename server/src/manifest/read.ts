/** From the written manifest to the typed one: the head and each workload on their own, so that one bad workload hides no other. */
import type * as z from 'zod';
import { parseExpectation } from './expectation.ts';
import { explain, isMissing, type Subject } from './explain.ts';
import { mergeUnder, without } from './merge.ts';
import type { SchemaIssue, TypedManifest, TypedWorkload } from './model.ts';
import { headSchema, workloadSchema, type ManifestHead, type Workload } from './schema.ts';
import { isMapping, valueAt } from './shape.ts';
import type { ManifestSource, Path, WorkloadSource } from './source.ts';
import { described } from './wanted.ts';
import { PHASES } from './words.ts';

/** Removing a bad member can leave its parent without a required key, whose removal can do the same again; deeper than any place is enough. */
const MAX_PRUNES = 8;

/**
 * Validates a manifest. Never throws.
 * @param previous The result for an earlier text: its head and workloads are used again, as the same objects, where nothing they depend on changed.
 */
export function readManifest(source: ManifestSource, previous?: TypedManifest): TypedManifest {
  if (source.unread) return { head: {}, headIssues: [], headKey: '', defaultsKey: '', workloads: [] };
  const sameHead = previous !== undefined && previous.headKey === source.headKey;
  const defaults = usableDefaults(source.head['defaults']);
  const defaultsKey = sameHead ? previous.defaultsKey : keyOf(source.head['defaults']);
  const known = new Map(
    previous?.defaultsKey === defaultsKey ? previous.workloads.map((workload) => [workload.name, workload]) : [],
  );
  const workloads = source.workloads.map((workload) => {
    const before = known.get(workload.name);
    return before?.cacheKey === workload.cacheKey ? before : readWorkload(workload, defaults);
  });
  const { head, issues } = sameHead
    ? { head: previous.head, issues: previous.headIssues.filter(isHeadsOwn) }
    : readHead(source.head);
  return { head, headIssues: [...issues, ...workloadsIssues(source)], headKey: source.headKey, defaultsKey, workloads };
}

const MANIFEST_KEYS = ['workloads'];

function isHeadsOwn(issue: SchemaIssue): boolean {
  return issue.path.length !== 1 || issue.path[0] !== MANIFEST_KEYS[0];
}

function readHead(raw: Readonly<Record<string, unknown>>): {
  readonly head: Partial<ManifestHead>;
  readonly issues: readonly SchemaIssue[];
} {
  const subject: Subject = { schema: headSchema, raw, name: 'the manifest', elsewhere: belongsInWorkload };
  const read = validate<ManifestHead>(headSchema, subject, { version: 1 });
  const head: Partial<ManifestHead> = inPlace(read.value, raw) ?? {};
  const issues = [
    ...read.issues.map(aboutVersion),
    ...unusableNames(raw),
    ...expectationIssues(head.expect, ['expect']),
  ].filter((issue) => !isGapInDefaults(issue, raw));
  return { head, issues };
}

/** A key that `defaults` leaves open is filled by the workloads, which are asked for it. */
function isGapInDefaults(issue: SchemaIssue, raw: unknown): boolean {
  return issue.path[0] === 'defaults' && issue.part === 'key' && valueAt(raw, issue.path) === undefined;
}

function aboutVersion(issue: SchemaIssue): SchemaIssue {
  if (issue.path.length !== 1 || issue.path[0] !== 'version') return issue;
  if (issue.part === 'key') {
    return {
      ...issue,
      message: 'the manifest does not say which version of the language it is in; write `version: 1`',
      repair: { kind: 'insert', value: 1 },
    };
  }
  return { ...issue, repair: { kind: 'replace-value', to: 1, distance: 0 } };
}

function belongsInWorkload(key: string): string | undefined {
  return Object.hasOwn(workloadSchema.shape, key) ? 'in a workload under `workloads`, or in `defaults`' : undefined;
}

/** zod passes over `__proto__` in maps with free keys. */
function unusableNames(raw: Readonly<Record<string, unknown>>): SchemaIssue[] {
  const maps: readonly Path[] = [['labels'], ['clusters'], ['rules'], ['pricing', 'discounts'], ['defaults', 'labels']];
  return maps.flatMap((path) => protoKey(raw, path));
}

function protoKey(raw: unknown, path: Path): SchemaIssue[] {
  const map = valueAt(raw, path);
  if (!isMapping(map) || !Object.hasOwn(map, '__proto__')) return [];
  return [
    {
      code: 'AI102',
      path: [...path, '__proto__'],
      part: 'key',
      message: '`__proto__` cannot be a name here; choose another',
    },
  ];
}

/** The value with every expectation at its place in the list: one that is no text, and was left out, stands there as an empty line. */
function inPlace<T extends { readonly expect?: string[] | undefined }>(value: T | undefined, raw: unknown) {
  const lines: unknown = valueAt(raw, ['expect']);
  if (!value?.expect || !Array.isArray(lines) || lines.length === value.expect.length) return value;
  return { ...value, expect: lines.map((line: unknown) => (typeof line === 'string' ? line : '')) };
}

/** Expectations are texts with a grammar of their own: what of them cannot be read is said here, and the others still count. */
function expectationIssues(lines: readonly string[] | undefined, path: Path): SchemaIssue[] {
  return (lines ?? []).flatMap((text, index): SchemaIssue[] => {
    // Left out, and reported for that.
    if (text === '') return [];
    const parsed = parseExpectation(text);
    if (parsed.ok) return [];
    const { code, message, span, repair } = parsed.problem;
    return [
      {
        code,
        path: [...path, index],
        part: 'value',
        message,
        within: { text, span },
        ...(repair && { repair: { kind: 'replace-value', ...repair } }),
      },
    ];
  });
}

function workloadsIssues(source: ManifestSource): SchemaIssue[] {
  if (source.workloads.length > 0) return [];
  const path = ['workloads'];
  const example = 'name what runs under `workloads`, each with its `phase`';
  if (source.locate(path, 'key') === undefined) {
    return [{ code: 'AI102', path, part: 'key', message: `the manifest lacks \`workloads\`; ${example}` }];
  }
  const message = source.hasWorkloads
    ? `\`workloads\` is empty; ${example}`
    : `\`workloads\` wants a mapping; ${example}`;
  return [{ code: 'AI102', path, part: 'key', message }];
}

/** `defaults` without the members that do not validate, which the head reports once. What is missing there may stand in the workloads. */
function usableDefaults(raw: unknown): unknown {
  if (!isMapping(raw)) return undefined;
  const subject: Subject = { schema: headSchema, raw: { version: 1, defaults: raw }, name: 'the manifest' };
  const result = headSchema.safeParse(subject.raw);
  if (result.success) return raw;
  const bad = result.error.issues
    .filter((issue) => !isMissing(issue, subject))
    .flatMap((issue) => explain(issue, subject))
    .filter((issue) => !isGapInDefaults(issue, subject.raw));
  return without(
    raw,
    bad.map((issue) => issue.path.slice(1)),
  );
}

function readWorkload(source: WorkloadSource, defaults: unknown): TypedWorkload {
  const { name, cacheKey } = source;
  const prefix: Path = ['workloads', name];
  if (!isMapping(source.raw)) {
    const written =
      source.raw === null || source.raw === undefined ? 'is empty' : `wants a mapping, not ${described(source.raw)}`;
    const message = `workload \`${name}\` ${written}; it needs at least a \`phase\``;
    const issues: readonly SchemaIssue[] = [{ code: 'AI102', path: prefix, part: 'value', message }];
    return { name, cacheKey, value: undefined, named: undefined, issues };
  }
  const raw = mergeUnder(defaults, source.raw);
  const subject: Subject = { schema: workloadSchema, raw, name: 'a workload' };
  const inferred = inferPhase(raw);
  const read = validate<Workload>(workloadSchema, subject, inferred === undefined ? {} : { phase: inferred });
  const found = read.issues.map((issue) => aboutPhase(issue, inferred));
  const value = inPlace(read.value, raw);
  const expectations = expectationIssues(value?.expect, ['expect']);
  const issues = [...found, ...protoKey(raw, ['labels']), ...expectations].map((issue) => prefixed(prefix, issue));
  const named = value ?? validate<Workload>(workloadSchema, subject, { phase: ANY_PHASE }).value;
  return { name, cacheKey, value, named, issues };
}

/** Stands in for a phase that nobody can tell, where a workload is read for its names alone. */
const ANY_PHASE = 'inference';

function prefixed(prefix: Path, issue: SchemaIssue): SchemaIssue {
  const { repair } = issue;
  const path = [...prefix, ...issue.path];
  return repair?.kind === 'move'
    ? { ...issue, path, repair: { ...repair, to: [...prefix, ...repair.to] } }
    : { ...issue, path };
}

function aboutPhase(issue: SchemaIssue, inferred: string | undefined): SchemaIssue {
  if (issue.path.length !== 1 || issue.path[0] !== 'phase' || issue.part !== 'key') return issue;
  const words = PHASES.map((phase) => `\`${phase}\``).join(', ');
  if (inferred === undefined) return { ...issue, message: `the workload does not say its \`phase\`: one of ${words}` };
  return {
    ...issue,
    message: `the workload does not say its \`phase\`; what it holds reads as \`${inferred}\``,
    repair: { kind: 'insert', value: inferred },
  };
}

/** The phase that the written sections tell, where they tell one. */
function inferPhase(raw: unknown): (typeof PHASES)[number] | undefined {
  const training = valueAt(raw, ['training']);
  const serving = valueAt(raw, ['serving']);
  if (isMapping(training) === isMapping(serving)) return undefined;
  if (isMapping(training))
    return training['method'] === 'lora' || training['method'] === 'qlora' ? 'fine-tuning' : 'training';
  return isMapping(serving) && serving['samples'] !== undefined && serving['requests'] === undefined
    ? 'batch-inference'
    : 'inference';
}

interface Validated<T> {
  /** With the members that do not validate left out; undefined when nothing usable is left. */
  readonly value: T | undefined;
  readonly issues: readonly SchemaIssue[];
}

/** Validates, and where that fails leaves out what is wrong until the rest validates. `fallback` stands in for keys that are missing or wrong. */
function validate<T>(
  schema: z.ZodType,
  subject: Subject,
  fallback: Readonly<Record<string, unknown>> = {},
): Validated<T> {
  const first = schema.safeParse(subject.raw);
  if (first.success) return { value: first.data as T, issues: [] };
  const issues = first.error.issues.flatMap((issue) => explain(issue, subject));
  let raw = subject.raw;
  let current = issues;
  for (let round = 0; round < MAX_PRUNES; round++) {
    const pruned = mergeUnder(
      fallback,
      without(
        raw,
        current.map((issue) => offender(issue, raw)),
      ),
    );
    const result = schema.safeParse(pruned);
    if (result.success) return { value: result.data as T, issues };
    raw = pruned;
    current = result.error.issues.flatMap((issue) => explain(issue, { ...subject, raw: pruned }));
    if (current.every((issue) => offender(issue, raw).length === 0)) break;
  }
  return { value: undefined, issues };
}

/** What to leave out because of an issue: the member itself, or, where that is missing, the mapping that lacks it. */
function offender(issue: SchemaIssue, raw: unknown): Path {
  const missing = issue.part === 'key' && valueAt(raw, issue.path) === undefined;
  return missing ? issue.path.slice(0, -1) : issue.path;
}

/** Equal for equal values; unlike for what cannot be written down (a value that contains itself). */
function keyOf(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_key, member: unknown) =>
        typeof member === 'number' && !Number.isFinite(member) ? `#${member}` : member,
      ) ?? ''
    );
  } catch {
    return 'circular';
  }
}
