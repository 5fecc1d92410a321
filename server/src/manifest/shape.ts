/** What the zod schema knows about a place: its type, its keys. Only public properties of zod are read. */
import * as z from 'zod';
import type { FieldMeta } from './fields.ts';
import type { Path } from './source.ts';

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type without `optional` around it. */
export function bare(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? bare(schema.unwrap() as z.ZodType) : schema;
}

export function metaOf(schema: z.ZodType): Partial<FieldMeta> {
  return (schema.meta() ?? {}) as Partial<FieldMeta>;
}

/** The branches of a union, or the type itself. */
export function branches(schema: z.ZodType): readonly z.ZodType[] {
  const inner = bare(schema);
  return inner instanceof z.ZodUnion ? (inner.options as readonly z.ZodType[]).flatMap(branches) : [inner];
}

/** The branch that a written value means: a mapping the object, a list the array, else the first scalar. */
export function branchFor(schema: z.ZodType, value: unknown): z.ZodType {
  const all = branches(schema);
  const match = all.find((branch) => {
    if (isMapping(value)) return branch instanceof z.ZodObject || branch instanceof z.ZodRecord;
    if (Array.isArray(value)) return branch instanceof z.ZodArray;
    return !(branch instanceof z.ZodObject || branch instanceof z.ZodRecord || branch instanceof z.ZodArray);
  });
  return match ?? bare(schema);
}

/** Keys of an object type (of the object branch of a union); undefined for maps with free keys and for scalars. */
export function keysOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | undefined {
  const object = branches(schema).find((branch) => branch instanceof z.ZodObject);
  return object ? (object.shape as Readonly<Record<string, z.ZodType>>) : undefined;
}

/** The type of one member, by key or index. */
export function memberOf(schema: z.ZodType, key: string | number): z.ZodType | undefined {
  for (const branch of branches(schema)) {
    if (branch instanceof z.ZodObject) {
      const shape = branch.shape as Readonly<Record<string, z.ZodType>>;
      if (Object.hasOwn(shape, key)) return shape[key];
    } else if (branch instanceof z.ZodRecord) return branch.valueType as z.ZodType;
    else if (branch instanceof z.ZodArray) return branch.element as z.ZodType;
  }
  return undefined;
}

/** The type at a path. */
export function typeAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  let current: z.ZodType | undefined = schema;
  for (const key of path) {
    if (!current) return undefined;
    current = memberOf(current, key);
  }
  return current;
}

/** The written value at a path. */
export function valueAt(raw: unknown, path: Path): unknown {
  let current = raw;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Readonly<Record<string | number, unknown>>)[key];
  }
  return current;
}

/** Every place below `schema` where `key` is a key, nearest first: paths of the objects that hold it. Maps with free keys are left out. */
export function homesOf(schema: z.ZodType, key: string): readonly Path[] {
  const homes: Path[] = [];
  let level: readonly { readonly type: z.ZodType; readonly path: Path }[] = [{ type: schema, path: [] }];
  while (level.length > 0) {
    const next: { type: z.ZodType; path: Path }[] = [];
    for (const { type, path } of level) {
      const shape = keysOf(type);
      if (!shape) continue;
      if (Object.hasOwn(shape, key)) homes.push(path);
      for (const [name, member] of Object.entries(shape)) next.push({ type: member, path: [...path, name] });
    }
    level = next;
  }
  return homes;
}
