/** What the schema says about a path of the manifest: for completion, hover and the reference. */
import type { ValueList } from '../manifest/fields.ts';
import type { Dimension } from '../manifest/quantity.ts';
import type { Path } from '../manifest/source.ts';
import type { JsonSchema } from './json-schema-types.ts';

export interface SchemaKey {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
}

export type SchemaType = 'mapping' | 'map' | 'list' | 'text' | 'number' | 'whole number' | 'boolean' | 'quantity';

export interface SchemaPlace {
  readonly schema: JsonSchema;
  readonly description: string;
  /** What may be written here; several where there is a choice (`auto` or a mapping). `map` is a mapping with free keys. */
  readonly types: readonly SchemaType[];
  /** Known keys, required ones first, then in the order of the language. Empty for scalars, lists and maps with free keys. */
  readonly keys: readonly SchemaKey[];
  /** The closed words, numbers and booleans that may stand here. */
  readonly values: readonly (string | number | boolean)[];
  readonly dimension?: Dimension;
  /** An open list of names to choose from (the catalogue's, or this manifest's). */
  readonly valueList?: ValueList;
  /** Of the keys of a map: `rules` is keyed by rules. */
  readonly keyList?: ValueList;
  /** As people read it. */
  readonly default?: string;
  readonly examples: readonly (string | number | boolean)[];
  /** What one item of a list, or one value of a map, is. */
  readonly item?: JsonSchema;
}

/**
 * What the schema (`manifestSchemaJson`, usually) knows at a path; undefined where the path leads outside it.
 * @param value The whole manifest as written: decides between branches (`requests` as a rate or as average and peak). Without it every branch counts.
 */
export function schemaAt(root: JsonSchema, path: Path, value?: unknown): SchemaPlace | undefined {
  let candidates: readonly JsonSchema[] = [root];
  let written = value;
  for (const key of path) {
    candidates = candidates.flatMap((schema) => members(root, schema, key));
    if (candidates.length === 0) return undefined;
    written =
      typeof written === 'object' && written !== null && Object.hasOwn(written, key)
        ? (written as Readonly<Record<string | number, unknown>>)[key]
        : undefined;
  }
  const [first] = candidates;
  return first ? describe(root, first, written) : undefined;
}

/** The branches of a schema, references followed: itself where there is no choice. */
export function branchesOf(root: JsonSchema, schema: JsonSchema): readonly JsonSchema[] {
  const resolved = resolve(root, schema);
  return resolved.anyOf ? resolved.anyOf.flatMap((branch) => branchesOf(root, branch)) : [resolved];
}

function resolve(root: JsonSchema, schema: JsonSchema): JsonSchema {
  const name = schema.$ref?.replace('#/definitions/', '');
  const target = name === undefined ? undefined : root.definitions?.[name];
  return target ? resolve(root, target) : schema;
}

function members(root: JsonSchema, schema: JsonSchema, key: string | number): readonly JsonSchema[] {
  return branchesOf(root, schema).flatMap((branch) => {
    if (branch.properties && Object.hasOwn(branch.properties, key)) return [branch.properties[key] ?? {}];
    if (branch.items && typeof key === 'number') return [branch.items];
    return typeof branch.additionalProperties === 'object' && typeof key === 'string'
      ? [branch.additionalProperties]
      : [];
  });
}

function describe(root: JsonSchema, schema: JsonSchema, written: unknown): SchemaPlace {
  const own = resolve(root, schema);
  const all = branchesOf(root, schema);
  const chosen = chosenBranches(all, written);
  const keyed = all.find((branch) => branch.properties);
  const map = all.find((branch) => typeof branch.additionalProperties === 'object');
  const item =
    all.find((branch) => branch.items)?.items ??
    (typeof map?.additionalProperties === 'object' ? map.additionalProperties : undefined);
  const dimension = own['x-dimension'] ?? first(chosen, (branch) => branch['x-dimension']);
  const named = own['x-values'] ?? first(all, (branch) => branch['x-values']);
  const description = own.description ?? first(chosen, (branch) => branch.description) ?? '';
  const byDefault = own['x-default'];
  return {
    schema: own,
    description,
    types: [...new Set(chosen.flatMap(typesOf))],
    keys: keyed && chosen.includes(keyed) ? keysOf(root, keyed) : [],
    values: distinct(chosen.flatMap(valuesOf)),
    examples: own.examples ?? [],
    ...(dimension && { dimension }),
    ...(named && !map && { valueList: named }),
    ...(named && map && { keyList: named }),
    ...(byDefault !== undefined && { default: byDefault }),
    ...(item && { item }),
  };
}

/** Written as a mapping: the mapping's branch. Nothing or a scalar is written: every branch, for any may still come. */
function chosenBranches(all: readonly JsonSchema[], written: unknown): readonly JsonSchema[] {
  if (typeof written !== 'object' || written === null) return all;
  const type = Array.isArray(written) ? 'array' : 'object';
  const fitting = all.filter((branch) => branch.type === type);
  return fitting.length > 0 ? fitting : all;
}

function keysOf(root: JsonSchema, schema: JsonSchema): readonly SchemaKey[] {
  const required = new Set(schema.required ?? []);
  const keys = Object.entries(schema.properties ?? {}).map(([name, child]) => ({
    name,
    required: required.has(name),
    description: child.description ?? resolve(root, child).description ?? '',
    schema: child,
  }));
  return [...keys.filter((key) => key.required), ...keys.filter((key) => !key.required)];
}

function typesOf(branch: JsonSchema): readonly SchemaType[] {
  if (branch['x-dimension']) return ['quantity'];
  const types = typeof branch.type === 'string' ? [branch.type] : (branch.type ?? []);
  return types.flatMap((type): readonly SchemaType[] => {
    switch (type) {
      case 'object':
        return [branch.properties ? 'mapping' : 'map'];
      case 'array':
        return ['list'];
      case 'string':
        return ['text'];
      case 'integer':
        return ['whole number'];
      case 'number':
        return ['number'];
      case 'boolean':
        return ['boolean'];
      default:
        return [];
    }
  });
}

function valuesOf(branch: JsonSchema): readonly (string | number | boolean)[] {
  if (branch.const !== undefined) return [branch.const as string | number | boolean];
  if (branch.enum) return branch.enum as readonly (string | number | boolean)[];
  return branch.type === 'boolean' ? [true, false] : [];
}

function first<T>(branches: readonly JsonSchema[], pick: (branch: JsonSchema) => T | undefined): T | undefined {
  for (const branch of branches) {
    const value = pick(branch);
    if (value !== undefined) return value;
  }
  return undefined;
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
