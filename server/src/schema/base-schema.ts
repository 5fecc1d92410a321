/**
 * The manifest's schema as plain JSON Schema, before the catalogue's names come in: what the editor walks for completion, hover
 * and the reference. Generated into `manifest-schema.json`, so that nothing is derived from zod when the server starts.
 */
import * as z from 'zod';
import { metaOf } from '../manifest/shape.ts';
import { manifestSchema } from '../manifest/schema.ts';
import type { JsonSchema } from './json-schema-types.ts';

/** Below this many characters a repeated subschema is cheaper written twice. */
const SHARED_FROM = 400;

/** Derives the schema from zod. Slow (tens of milliseconds): for generators and tests. */
export function deriveBaseSchema(): JsonSchema {
  const derived = z.toJSONSchema(manifestSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      // zod leaves out the examples of types with a transformation, since they might be of the output; ours are as written.
      const { examples } = metaOf(zodSchema as unknown as z.ZodType);
      if (examples) (jsonSchema as Record<string, unknown>)['x-examples'] = examples;
    },
  });
  return shareRepeated(tidied(derived as JsonSchema & Record<string, unknown>));
}

function tidied(schema: JsonSchema): JsonSchema {
  return mapSchemas(schema, (node) => {
    const {
      propertyNames,
      'x-examples': examples,
      ...rest
    } = node as JsonSchema & { readonly 'x-examples'?: JsonSchema['examples'] };
    const kept = { ...rest, ...(propertyNames?.enum ? { propertyNames } : {}), ...(examples ? { examples } : {}) };
    const unbounded = kept.maximum === Number.MAX_SAFE_INTEGER ? without(kept, 'maximum') : kept;
    return unbounded.minimum === Number.MIN_SAFE_INTEGER ? without(unbounded, 'minimum') : unbounded;
  });
}

function without(schema: JsonSchema, key: keyof JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

/** Objects that stand in several places become definitions, named after the key under which they first stand. */
function shareRepeated(root: JsonSchema): JsonSchema {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  const count = (node: JsonSchema, key: string): void => {
    const text = JSON.stringify(node);
    if (text.length >= SHARED_FROM && node.type === 'object') {
      counts.set(text, (counts.get(text) ?? 0) + 1);
      if (!names.has(text)) names.set(text, key);
    }
    for (const [name, child] of childrenOf(node)) count(child, name === '' ? key : name);
  };
  count(root, 'manifest');
  const definitions: Record<string, JsonSchema> = {};
  const byText = new Map<string, string>();
  const share = (node: JsonSchema): JsonSchema => {
    const text = JSON.stringify(node);
    if ((counts.get(text) ?? 0) < 2) return mapChildren(node, share);
    let name = byText.get(text);
    if (name === undefined) {
      name = freshName(names.get(text) ?? 'shared', definitions);
      byText.set(text, name);
      definitions[name] = {};
      definitions[name] = mapChildren(node, share);
    }
    return { $ref: `#/definitions/${name}` };
  };
  const shared = share(root);
  return { ...shared, definitions };
}

function freshName(wanted: string, taken: Readonly<Record<string, unknown>>): string {
  let name = wanted;
  for (let index = 2; Object.hasOwn(taken, name); index++) name = `${wanted}${index}`;
  return name;
}

/** The schemas directly below, with the key each stands under ('' for branches, items and values of maps). */
export function childrenOf(node: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  const anonymous = [...(node.anyOf ?? []), ...(node.allOf ?? []), ...(node.items ? [node.items] : [])];
  if (typeof node.additionalProperties === 'object') anonymous.push(node.additionalProperties);
  return [...Object.entries(node.properties ?? {}), ...anonymous.map((child) => ['', child] as const)];
}

/** A copy with every schema directly below replaced. */
export function mapChildren(node: JsonSchema, change: (child: JsonSchema) => JsonSchema): JsonSchema {
  return {
    ...node,
    ...(node.properties && { properties: mapValues(node.properties, change) }),
    ...(node.definitions && { definitions: mapValues(node.definitions, change) }),
    ...(typeof node.additionalProperties === 'object' && { additionalProperties: change(node.additionalProperties) }),
    ...(node.items && { items: change(node.items) }),
    ...(node.anyOf && { anyOf: node.anyOf.map(change) }),
    ...(node.allOf && { allOf: node.allOf.map(change) }),
  };
}

/** A copy in which `change` was applied to every schema, from the leaves up. */
export function mapSchemas(node: JsonSchema, change: (node: JsonSchema) => JsonSchema): JsonSchema {
  return change(mapChildren(node, (child) => mapSchemas(child, change)));
}

function mapValues(
  record: Readonly<Record<string, JsonSchema>>,
  change: (child: JsonSchema) => JsonSchema,
): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(record).map(([key, child]) => [key, change(child)]));
}
