/** Every generated file, by path from the root, with its content. */
import { format } from 'prettier';
import { analyse } from '../../server/src/analysis.ts';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { rules } from '../../server/src/rules/index.ts';
import type { Rule } from '../../server/src/rules/rule.ts';
import { deriveBaseSchema } from '../../server/src/schema/base-schema.ts';
import { manifestJsonSchema } from '../../server/src/schema/json-schema.ts';
import { planSnapshots } from './plan-snapshots.ts';
import { manifestReference } from './reference.ts';
import { ruleLimits } from './rule-limits.ts';
import { rulePage, rulesIndex, type IndexFacts } from './rule-pages.ts';
import { RULE_TABLE } from './rule-table.ts';
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
    ['docs/rules/README.md', rulesIndex(rules, indexFacts())],
  ]);
  for (const rule of rules) files.set(`docs/rules/${rule.code}.md`, rulePage(rule, embeddedCatalog().asOf));
  return files;
}

function indexFacts(): IndexFacts {
  const catalog = embeddedCatalog();
  const offers = ({ code, docs }: Rule): boolean =>
    (docs.fixes ?? []).some(({ before }) =>
      analyse({ text: before, catalog, today: catalog.asOf, mostAdvice: 0 })
        .findings.filter((finding) => finding.code === code)
        .some((finding) => finding.fixes().some(({ safe }) => safe)),
    );
  return {
    severities: new Map(RULE_TABLE.map(([code, , severities]) => [code, severities])),
    safe: new Set(rules.filter(offers).map(({ code }) => code)),
    limits: ruleLimits(catalog),
  };
}

/** Plans of the examples, by path: written with the rest, held by `test/unit/docs/snapshots.test.ts`, which shows what moved. */
export async function snapshotFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const [path, snapshot] of planSnapshots(embeddedCatalog())) files.set(path, await json(snapshot));
  return files;
}

function json(value: unknown): Promise<string> {
  return format(JSON.stringify(value), { parser: 'json', printWidth: 120 });
}
