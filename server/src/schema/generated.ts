/** The generated schema of the manifest: the root that `schemaAt` walks. */
import generated from './manifest-schema.json' with { type: 'json' };
import type { JsonSchema } from './json-schema-types.ts';

export const manifestSchemaJson: JsonSchema = generated as unknown as JsonSchema;
