/** From zod's issues to ours: one place, one sentence, one repair. Paths are relative to the value that was validated. */
import type * as z from 'zod';
import type { SchemaIssue } from './model.ts';
import { parseQuantity } from './quantity.ts';
import { branches, branchFor, homesOf, isMapping, keysOf, metaOf, typeAt, valueAt } from './shape.ts';
import type { Path } from './source.ts';
import { nearestWord } from './suggest.ts';
import { described, exampleOf, shortened, wanted, wordsOf } from './wanted.ts';

type ZodIssue = z.core.$ZodIssue;
type Repair = NonNullable<SchemaIssue['repair']>;

/** What was validated. */
export interface Subject {
  readonly schema: z.ZodType;
  readonly raw: unknown;
  /** How messages call the root: "a workload", "the manifest". */
  readonly name: string;
  /** Where else a misplaced key may belong: a sentence's end for keys that no place below the root knows. */
  readonly elsewhere?: (key: string) => string | undefined;
}

/** True for a missing key: its path names what is not written. */
export function isMissing(issue: ZodIssue, subject: Subject): boolean {
  return issue.path.length > 0 && valueAt(subject.raw, issue.path as Path) === undefined;
}

/** The issues behind one of zod's: the branch of a union is chosen by what is written, and every unknown key counts. */
export function explain(issue: ZodIssue, subject: Subject): readonly SchemaIssue[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, subject));
  const type = typeAt(subject.schema, path);
  const value = valueAt(subject.raw, path);
  if (!type) return [{ code: 'AI102', path, part: 'value', message: issue.message }];
  if (issue.code === 'invalid_union' && value !== undefined) return unionIssues(issue, type, value, subject);
  const key = calledAs(path, subject);
  if (value === undefined) {
    const message = `${holder(path.slice(0, -1), subject)} lacks ${key}, which wants ${wanted(type)}`;
    return [{ code: 'AI102', path, part: 'key', message }];
  }
  return [wrongValue(path, key, type, value)];
}

function unionIssues(
  issue: z.core.$ZodIssueInvalidUnion,
  type: z.ZodType,
  value: unknown,
  subject: Subject,
): readonly SchemaIssue[] {
  const path = issue.path as Path;
  const direct = [wrongValue(path, calledAs(path, subject), type, value)];
  if (!isMapping(value) && !Array.isArray(value)) return direct;
  const index = branches(type).indexOf(branchFor(type, value));
  const nested = issue.errors[index];
  // Issues at the union itself say only that no branch has this type.
  if (!nested || keysOf(type) === undefined || Array.isArray(value)) return direct;
  return nested.flatMap((inner) => explain({ ...inner, path: [...path, ...inner.path] }, subject));
}

/** A value of the wrong type, the wrong dimension, or not among the words. */
function wrongValue(path: Path, key: string, type: z.ZodType, value: unknown): SchemaIssue {
  const place = { path, part: 'value' } as const;
  const quantity = branches(type).find((branch) => metaOf(branch)['x-dimension'] !== undefined);
  const dimension = quantity && metaOf(quantity)['x-dimension'];
  if (dimension && (typeof value === 'string' || typeof value === 'number')) {
    const parsed = parseQuantity(dimension, value, key.replaceAll('`', ''));
    if (parsed.ok && parsed.value === 0 && quantity && metaOf(quantity)['x-positive']) {
      return { code: 'AI102', ...place, message: `${key} wants more than zero, such as \`${exampleOf(quantity)}\`` };
    }
    if (!parsed.ok)
      return { code: parsed.problem === 'wrong-dimension' ? 'AI105' : 'AI102', ...place, message: parsed.message };
  }
  const words = wordsOf(type);
  if (typeof value === 'string' && words.length > 0) {
    const nearest = nearestWord(value, words);
    if (nearest) {
      const repair: Repair = { kind: 'replace-value', to: nearest.word, distance: nearest.distance };
      return {
        code: 'AI102',
        ...place,
        message: `${key} knows no \`${value.slice(0, 60)}\`; did you mean \`${nearest.word}\`?`,
        repair,
      };
    }
  }
  if (value === null) return { code: 'AI102', ...place, message: `${key} has no value; it wants ${wanted(type)}` };
  const meant = meantBy(value, type);
  const repair =
    meant === undefined ? {} : { repair: { kind: 'replace-value', to: meant, distance: 0 } satisfies Repair };
  const quotes = typeof value === 'number' || typeof value === 'boolean' ? textHint(type) : '';
  return {
    code: 'AI102',
    ...place,
    message: `${key} wants ${wanted(type, value)}, not ${described(value)}${quotes}`,
    ...repair,
  };
}

/** A value whose meaning is plain though its type is wrong: a quoted number, `yes` for `true`, one word for a list of them. */
function meantBy(value: unknown, type: z.ZodType): string | number | boolean | readonly string[] | undefined {
  if (typeof value !== 'string') return undefined;
  const accepts = (candidate: unknown) => type.safeParse(candidate).success;
  const word = value.trim().toLowerCase();
  if (/^(?:yes|on|true)$/.test(word) && accepts(true)) return true;
  if (/^(?:no|off|false)$/.test(word) && accepts(false)) return false;
  if (/^\d+(?:\.\d+)?$/.test(word) && accepts(Number(word))) return Number(word);
  if (value !== '' && accepts([value])) return [value];
  return undefined;
}

function textHint(type: z.ZodType): string {
  return type.safeParse('text').success ? '; put it in quotes' : '';
}

function unknownKey(parent: Path, key: string, subject: Subject): SchemaIssue {
  const path = [...parent, key];
  const place = { code: 'AI102', path, part: 'key' } as const;
  const type = typeAt(subject.schema, parent);
  const known = type ? Object.keys(keysOf(type) ?? {}) : [];
  const subjectOf = `\`${key.slice(0, 60)}\` is no key of ${holder(parent, subject)}`;
  const written = valueAt(subject.raw, parent);
  const free = known.filter((name) => !isMapping(written) || !Object.hasOwn(written, name));
  const nearest = nearestWord(key, free);
  const rename = () => ({
    ...place,
    message: `${subjectOf}; did you mean \`${nearest?.word ?? ''}\`?`,
    repair: { kind: 'rename', to: nearest?.word ?? '', distance: nearest?.distance ?? 0 } as const,
  });
  if (nearest && nearest.distance <= 1) return rename();
  const home = homeOf(parent, key, subject);
  if (home) {
    const where = home.length === 0 ? `directly in ${subject.name}` : `in \`${home.join('.')}\``;
    return { ...place, message: `${subjectOf}; it belongs ${where}`, repair: { kind: 'move', to: [...home, key] } };
  }
  if (nearest) return rename();
  const other = parent.length === 0 ? subject.elsewhere?.(key) : undefined;
  if (other) return { ...place, message: `${subjectOf}; it belongs ${other}` };
  const list = free.length > 0 ? `; it takes ${shortened(free.map((name) => `\`${name}\``)).join(', ')}` : '';
  return { ...place, message: subjectOf + list };
}

/** The place where a misplaced key belongs: below its own parent first, then in sections that are written, then nearest the top. */
function homeOf(parent: Path, key: string, subject: Subject): Path | undefined {
  const all = homesOf(subject.schema, key).filter((home) => home.join('/') !== parent.join('/'));
  const score = (home: Path): number => {
    const below = parent.length > 0 && parent.every((part, index) => home[index] === part);
    const written = home.length === 0 || valueAt(subject.raw, home.slice(0, 1)) !== undefined;
    return (below ? 0 : 10) + (written ? 0 : 5) + home.length;
  };
  return all.sort((a, b) => score(a) - score(b))[0];
}

/** "`training`", "`clusters.dc1`", or the root's own name. */
function holder(path: Path, subject: Subject): string {
  return path.length === 0 ? subject.name : `\`${path.slice(-2).join('.')}\``;
}

function calledAs(path: Path, subject: Subject): string {
  const last = path.at(-1);
  if (last === undefined) return subject.name;
  if (typeof last === 'string') return `\`${last}\``;
  const list = path.at(-2);
  return list === undefined ? 'an item' : `an item of \`${String(list)}\``;
}
