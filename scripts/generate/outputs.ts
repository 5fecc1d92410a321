/** Every generated file, by path from the root, with its content. */
import { format } from 'prettier';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { rules } from '../../server/src/rules/index.ts';
import { deriveBaseSchema } from '../../server/src/schema/base-schema.ts';
import { manifestJsonSchema } from '../../server/src/schema/json-schema.ts';
import { manifestReference } from './reference.ts';
import { rulePage, rulesIndex } from './rule-pages.ts';
import { snippetFile } from './snippets.ts';

/** Folders that hold nothing of these names but generated files: what no source stands behind any more is removed. */
export const generatedFolders: readonly { readonly folder: string; readonly pattern: RegExp }[] = [
  { folder: 'docs/rules', pattern: /^AI\d+\.md$/ },
];

export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const base = deriveBaseSchema();
  const files = new Map<string, string>([
    ['server/src/schema/manifest-schema.json', await json(base)],
    ['schemas/ai-infra.schema.json', await json(manifestJsonSchema(base, embeddedCatalog(), rules))],
    ['snippets/ai-infra.json', await json(snippetFile())],
    ['docs/reference/manifest.md', manifestReference(base)],
    ['docs/rules/README.md', rulesIndex(rules)],
  ]);
  for (const rule of rules) files.set(`docs/rules/${rule.code}.md`, rulePage(rule));
  return files;
}

function json(value: unknown): Promise<string> {
  return format(JSON.stringify(value), { parser: 'json', printWidth: 120 });
}
