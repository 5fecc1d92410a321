/**
 * A manifest that the user keeps as `yaml` is open in a YAML server too, which knows our JSON Schema. Whatever follows from the schema is
 * said there: keys, words and their meaning, what is no YAML or not of the schema. From here come rules, numbers and fixes.
 */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Path } from '../manifest/source.ts';
import { isExpectation } from './complete-expectation.ts';

/** Whether a YAML server serves this document beside us. */
export function isPlainYaml(document: Pick<TextDocument, 'languageId'>): boolean {
  return document.languageId === 'yaml';
}

/** Not YAML, not of the schema, a key twice, another dimension: the schema's patterns hold the dimensions. */
const SCHEMA_RULES: ReadonlySet<string> = new Set(['AI101', 'AI102', 'AI103', 'AI105']);

/** Whether the JSON Schema leads to the same finding. To it an expectation is any text. */
export function followsFromSchema({ code, path }: { readonly code: string; readonly path: Path }): boolean {
  return SCHEMA_RULES.has(code) && !isExpectation(path);
}
