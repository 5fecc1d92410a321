import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';
import { DIMENSIONS, parseQuantity, type Dimension } from '../../../server/src/manifest/quantity.ts';
import { deriveBaseSchema } from '../../../server/src/schema/base-schema.ts';
import { manifestSchemaJson } from '../../../server/src/schema/generated.ts';
import { manifestJsonSchema } from '../../../server/src/schema/json-schema.ts';
import type { JsonSchema } from '../../../server/src/schema/json-schema-types.ts';
import { quantityPattern } from '../../../server/src/schema/quantity-pattern.ts';
import { branchesOf, schemaAt } from '../../../server/src/schema/walk.ts';

const text = readFileSync(new URL('../../../schemas/ai-infra.schema.json', import.meta.url), 'utf8');
const published = JSON.parse(text) as JsonSchema;
const ajv = new Ajv({ strict: false, allErrors: true });
const validate = ajv.compile(published);

const plan = (workload: unknown, head: object = {}) => ({ version: 1, ...head, workloads: { a: workload } });

describe('the published JSON Schema', () => {
  it('is a valid schema of draft 7', () => {
    assert.equal(published.$schema, 'http://json-schema.org/draft-07/schema#');
    assert.ok(ajv.validateSchema(published), JSON.stringify(ajv.errors));
  });

  it('stays small enough to be fetched by an editor', () => {
    assert.ok(text.length < 150_000, `${text.length} characters`);
  });

  it('refuses what the language refuses', () => {
    const refused: readonly unknown[] = [
      {},
      { version: 1 },
      { version: 2, workloads: { a: { phase: 'training' } } },
      { version: 1, workloads: {} },
      plan({}),
      plan({ phase: 'trianing' }),
      plan({ phase: 'training', nonsense: 1 }),
      plan({ phase: 'training', training: { deadline: '80GiB' } }),
      plan({ phase: 'training', training: { loraRank: 0 } }),
      plan({ phase: 'training', model: { parameters: 0 } }),
      plan({ phase: 'training', checkpointing: true }),
      plan({ phase: 'training', target: { count: 'eight' } }),
      plan({ phase: 'training', target: { baseline: { count: 8 } } }),
      plan({ phase: 'training' }, { budget: { alertAt: 80 } }),
      plan({ phase: 'training' }, { rules: { AI301: 'loud' } }),
    ];
    for (const value of refused) assert.equal(validate(value), false, JSON.stringify(value));
  });

  it('offers the names of the catalogue and lets others pass', () => {
    const catalog = embeddedCatalog();
    const names = branchesOf(
      published,
      schemaAt(published, ['workloads', 'a', 'target', 'accelerator'])?.schema ?? {},
    ).flatMap((branch) => branch.enum ?? []);
    assert.deepEqual(names, [...catalog.accelerators.keys()]);
    assert.ok(
      validate(
        plan({ phase: 'training', model: 'a-new-model', target: { provider: 'a-new-cloud', accelerator: 'H100' } }),
      ),
      JSON.stringify(validate.errors),
    );
  });

  it('says the default where other tools show only descriptions', () => {
    const { description } = schemaAt(published, ['workloads', 'a', 'training', 'precision']) ?? {};
    assert.match(description ?? '', /Default: bf16\.$/);
  });

  it('is derived anew as the same', () => {
    const rules = branchesOf(published, published.properties?.['rules']?.propertyNames ?? {}).flatMap(
      (branch) => (branch.enum ?? []) as string[],
    );
    const pairs = rules.flatMap((code, index) => (index % 2 === 0 ? [{ code, name: rules[index + 1] ?? '' }] : []));
    assert.deepEqual(manifestJsonSchema(deriveBaseSchema(), embeddedCatalog(), pairs), published);
    assert.deepEqual(deriveBaseSchema(), manifestSchemaJson);
  });

  it('describes every key', () => {
    const visit = (schema: JsonSchema, path: string): void => {
      for (const [key, child] of Object.entries(schema.properties ?? {})) {
        for (const branch of branchesOf(manifestSchemaJson, child))
          assert.ok(child.description ?? branch.description, `${path}.${key}`);
        visit(child, `${path}.${key}`);
      }
      for (const child of [...(schema.anyOf ?? []), schema.items, schema.additionalProperties])
        if (typeof child === 'object') visit(child, path);
    };
    visit(manifestSchemaJson, '');
    for (const [name, definition] of Object.entries(manifestSchemaJson.definitions ?? {})) visit(definition, name);
  });
});

describe('the pattern of a quantity', () => {
  const dimensions = Object.keys(DIMENSIONS) as Dimension[];

  it('matches what the language reads', () => {
    const unit = fc.constantFrom(
      ...[
        '',
        'k',
        'M',
        'B',
        'T',
        'bn',
        'G',
        'GFLOP',
        'GiB',
        'Gi',
        'GB',
        'gB',
        'Gb',
        'ms',
        's',
        'm',
        'h',
        'd',
        'y',
        'h30m',
        'h 30 m',
        '/s',
        '/min',
        'M/day',
        ' req/s',
        'fps',
      ],
      ...[
        ' USD',
        '$',
        'W',
        'kW',
        '%',
        ' %',
        '/kWh',
        'k/MWh',
        '/kW/month',
        '$/kW-year',
        'GB/s',
        'Gbps',
        'Gbit/s',
        'GB/month',
        'GB per day',
        'kg',
        't',
        'tCO2e',
        'mo',
        ' tokens',
        'x',
      ],
    );
    const number = fc.oneof(
      fc.integer({ min: 0, max: 1_000_000 }).map(String),
      fc.double({ min: 0, max: 1e9, noNaN: true }).map(String),
      fc.constant('1_000'),
    );
    const prefix = fc.constantFrom('', '$', 'US$', '+');
    fc.assert(
      fc.property(fc.constantFrom(...dimensions), prefix, number, unit, (dimension, sign, digits, suffix) => {
        const written = sign + digits + suffix;
        if (parseQuantity(dimension, written).ok)
          assert.match(written, new RegExp(quantityPattern(dimension)), dimension);
      }),
      { numRuns: 5000 },
    );
  });

  it('refuses units of other dimensions', () => {
    for (const dimension of dimensions) {
      for (const other of dimensions) {
        const { example } = DIMENSIONS[other];
        const parsed = parseQuantity(dimension, example);
        if (parsed.ok) continue;
        assert.doesNotMatch(example, new RegExp(quantityPattern(dimension)), `${example} as ${dimension}`);
      }
    }
  });
});
