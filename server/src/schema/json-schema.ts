/** The published JSON Schema (`schemas/ai-infra.schema.json`): the language for every other YAML tool, with the catalogue's names to choose from. */
import type { Catalog } from '../catalog/types.ts';
import type { ValueList } from '../manifest/fields.ts';
import { DIMENSIONS, type Dimension } from '../manifest/quantity.ts';
import { GEOGRAPHIES } from '../manifest/words.ts';
import { mapSchemas } from './base-schema.ts';
import type { JsonSchema } from './json-schema-types.ts';
import { quantityPattern } from './quantity-pattern.ts';

export interface RuleName {
  readonly code: string;
  readonly name: string;
}

/**
 * The base schema (`base-schema.ts`) with names of the catalogue as suggestions (any other text stays allowed: aliases, names newer than
 * the catalogue), and a pattern for every quantity.
 */
export function manifestJsonSchema(base: JsonSchema, catalog: Catalog, rules: readonly RuleName[]): JsonSchema {
  const lists = valueLists(catalog, rules);
  const used = new Map<string, JsonSchema>();
  const filled = mapSchemas(base, (node) => withDefault(withNames(withPattern(node, used), lists, used)));
  const shared = Object.entries(filled.definitions ?? {}).map(
    ([name, schema]) => [name, { title: name, ...schema }] as const,
  );
  const added = [...used].sort(([a], [b]) => (a < b ? -1 : 1));
  const { definitions: _, ...root } = filled;
  return { ...withWorkloads(root), definitions: Object.fromEntries([...shared, ...added]) };
}

/** A plan has at least one workload, which zod's maps cannot say. */
function withWorkloads(root: JsonSchema): JsonSchema {
  const workloads = root.properties?.['workloads'];
  return workloads
    ? { ...root, properties: { ...root.properties, workloads: { ...workloads, minProperties: 1 } } }
    : root;
}

function quantityDefinition(dimension: Dimension): JsonSchema {
  const { name, unit, example } = DIMENSIONS[dimension];
  return {
    title: name.replace(/^an? /, ''),
    description: `${capitalised(name)} such as \`${example}\`; a bare number is in ${unit}.`,
    anyOf: [
      { type: 'number', minimum: 0, ...(dimension === 'share' && { maximum: 1 }) },
      { type: 'string', pattern: quantityPattern(dimension) },
    ],
  };
}

function withPattern(node: JsonSchema, used: Map<string, JsonSchema>): JsonSchema {
  const dimension = node['x-dimension'];
  if (!dimension || !Array.isArray(node.type)) return node;
  const name = `${dimension}Quantity`;
  used.set(name, quantityDefinition(dimension));
  const { type: _, 'x-positive': positive, ...rest } = node;
  return { ...rest, ...(positive && { exclusiveMinimum: 0 }), allOf: [{ $ref: `#/definitions/${name}` }] };
}

function withNames(
  node: JsonSchema,
  lists: ReadonlyMap<ValueList, readonly string[]>,
  used: Map<string, JsonSchema>,
): JsonSchema {
  const list = node['x-values'];
  const names = list && lists.get(list);
  if (!names || names.length === 0) return node;
  const isMap = typeof node.additionalProperties === 'object';
  if (!isMap && node.type !== 'string') return node;
  const definition = `${list}Name`;
  used.set(definition, { title: list, type: 'string', enum: names });
  const anyName = { anyOf: [{ $ref: `#/definitions/${definition}` }, { type: 'string' }] };
  if (isMap) return { ...node, propertyNames: anyName };
  const { type: _, ...rest } = node;
  return { ...rest, ...anyName };
}

/** Other tools show only the description: the default goes there. */
function withDefault(node: JsonSchema): JsonSchema {
  const { 'x-default': byDefault, ...rest } = node;
  if (byDefault === undefined) return node;
  return { ...rest, description: `${node.description ?? ''} Default: ${byDefault}.`.trim() };
}

/** Names to choose from. Machine types are left out: there are thousands, and each belongs to one provider. */
function valueLists(catalog: Catalog, rules: readonly RuleName[]): ReadonlyMap<ValueList, readonly string[]> {
  const regions = [...catalog.providers.values()].flatMap((provider) => [...provider.regions.values()]);
  const countries = regions
    .map((region) => region.country.toLowerCase())
    .filter((country) => /^[a-z]{2}$/.test(country));
  const geographies = distinct([...GEOGRAPHIES, ...distinct(countries).sort()]);
  return new Map<ValueList, readonly string[]>([
    ['accelerator', [...catalog.accelerators.keys()]],
    ['provider', [...catalog.providers.keys()]],
    ['region', distinct([...geographies, ...regions.map((region) => region.id).sort()])],
    ['model', [...catalog.models.keys()]],
    ['edge-device', [...catalog.edgeDevices.keys()]],
    ['geography', geographies],
    ['rule', rules.flatMap((rule) => [rule.code, rule.name])],
  ]);
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
