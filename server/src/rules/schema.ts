/** AI102: keys and values that the language does not have. The schema finds them; this rule reports and repairs them. */
import { FROM_THE_MANIFEST } from './basis.ts';
import { contradictions } from './contradictions.ts';
import type { SchemaIssue } from '../manifest/model.ts';
import { spanInScalar } from '../manifest/scalar-span.ts';
import type { ManifestEdit, ManifestSource, Path, PlainValue } from '../manifest/source.ts';
import { sentence } from './message.ts';
import type { Fix, Report, Rule, RuleContext } from './rule.ts';

export const schema: Rule = {
  code: 'AI102',
  name: 'schema',
  severity: 'error',
  docs: {
    summary: 'An unknown key, a missing key, or a value of the wrong type.',
    what: 'The manifest holds a key that the language does not have, lacks one that it needs, or gives a value that does not fit: a text for a number, a word outside the list, a quantity that cannot be read.',
    why: 'A key that nobody reads changes nothing, although its author relies on it. What is wrong is left out of the plan; everything else is still planned.',
    whenToSilence: 'Never; free notes belong in `description` and `labels`.',
    sources: [FROM_THE_MANIFEST],
    bad: [
      {
        title: 'A mistyped key',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    <|modle|>: llama-3.1-8b
`,
      },
      {
        title: 'A word that is not in the list',
        manifest: `version: 1
workloads:
  chat:
    phase: <|infrence|>
    model: llama-3.1-8b
`,
      },
    ],
    good: [
      {
        title: 'A manifest as it should be',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    target: auto
`,
      },
    ],
    fixes: [
      {
        title: 'Rename to `model`',
        before: `version: 1
workloads:
  chat:
    phase: inference
    modle: llama-3.1-8b # the small one
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b # the small one
`,
      },
      {
        title: 'Replace by `inference`',
        before: `version: 1
workloads:
  chat:
    phase: infrence
    model: llama-3.1-8b
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
`,
      },
    ],
  },
  *checkManifest(context) {
    yield* reportsOf(context, 'AI102');
    yield* contradictions(context);
  },
};

/** A rename this near is safe to apply unseen: one or two letters, and no other word as near. */
const SAFE_DISTANCE = 2;

/** The issues of one code in head and workloads, as reports. */
export function* reportsOf({ manifest, source }: RuleContext, code: SchemaIssue['code']): Iterable<Report> {
  const issues = [...manifest.headIssues, ...manifest.workloads.flatMap((workload) => workload.issues)];
  for (const issue of issues) {
    if (issue.code !== code || isUnreadable(source, issue.path)) continue;
    const { within } = issue;
    const span = within && spanInScalar(source, issue.path, within.text, within.span);
    yield {
      path: issue.path,
      part: issue.part,
      message: sentence(issue.message),
      ...(span && { span }),
      ...(issue.repair && { fixes: () => repairs(source, issue) }),
    };
  }
}

/** Where the text itself cannot be read (AI101), its value is missing for that reason alone. */
function isUnreadable({ problems, ...source }: ManifestSource, path: Path): boolean {
  if (problems.length === 0) return false;
  const span = source.locate(path, 'pair');
  return (
    span !== undefined &&
    problems.some(
      (problem) => problem.code === 'AI101' && problem.span.start >= span.start && problem.span.start <= span.end,
    )
  );
}

function repairs(source: ManifestSource, { path, repair }: SchemaIssue): readonly Fix[] {
  switch (repair?.kind) {
    case undefined:
      return [];
    case 'rename':
      return [
        fix(
          `Rename to \`${repair.to}\``,
          [{ kind: 'rename-key', path, to: repair.to }],
          repair.distance <= SAFE_DISTANCE,
        ),
      ];
    case 'replace-value':
      return [
        fix(
          `Replace by \`${plainText(repair.to)}\``,
          [{ kind: 'set', path, value: repair.to }],
          repair.distance <= SAFE_DISTANCE,
        ),
      ];
    case 'insert': {
      const key = String(path.at(-1) ?? '');
      return [
        fix(`Insert \`${key}: ${plainText(repair.value)}\``, [{ kind: 'set', path, value: repair.value }], false),
      ];
    }
    case 'move': {
      const value = rawAt(source, path);
      if (value === undefined || rawAt(source, repair.to) !== undefined) return [];
      const edits: ManifestEdit[] = [
        { kind: 'remove', path },
        { kind: 'set', path: repair.to, value },
      ];
      return [fix(`Move to \`${repair.to.slice(repair.to[0] === 'workloads' ? 2 : 0).join('.')}\``, edits, false)];
    }
  }
}

function fix(title: string, edits: readonly ManifestEdit[], safe: boolean): Fix {
  return { title, edits, safe, preferred: true };
}

function plainText(value: PlainValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The plain value that is written at a path, where it can be written again. */
function rawAt(source: ManifestSource, path: Path): PlainValue | undefined {
  const [first, name, ...rest] = path;
  let value: unknown =
    first === 'workloads'
      ? source.workloads.find((workload) => workload.name === name)?.raw
      : source.head[String(first)];
  for (const key of first === 'workloads' ? rest : path.slice(1)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return isPlain(value) ? value : undefined;
}

function isPlain(value: unknown): value is PlainValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return true;
  if (Array.isArray(value)) return value.every(isPlain);
  return typeof value === 'object' && Object.values(value).every(isPlain);
}
