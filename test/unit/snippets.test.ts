import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseManifest } from '../../server/src/manifest/parse.ts';
import { readManifest } from '../../server/src/manifest/read.ts';
import { snippetFile, snippets, type Snippet } from '../../scripts/generate/snippets.ts';

/** What stands in the editor when every placeholder is accepted as it is. */
function expand(body: string): string {
  return body
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1')
    .replace(/\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/\$0/g, '');
}

const indented = (text: string, spaces: number) => text.replace(/^(?=.)/gm, ' '.repeat(spaces));

/** A manifest in which the snippet stands where it is meant to. */
function manifestWith({ place, body }: Snippet): string {
  const text = expand(body);
  switch (place) {
    case 'file':
      return text;
    case 'top':
      return `version: 1\n${text}workloads:\n  a: { phase: training }\n`;
    case 'workloads':
      return `version: 1\nworkloads:\n${indented(text, 2)}`;
    case 'workload':
      return `version: 1\nworkloads:\n  a:\n    phase: inference\n${indented(text, 4)}`;
    case 'clusters':
      return `version: 1\nclusters:\n${indented(text, 2)}workloads:\n  a: { phase: training }\n`;
  }
}

describe('the snippets', () => {
  for (const snippet of snippets) {
    it(`${snippet.name}: expands to a valid manifest`, () => {
      const text = manifestWith(snippet);
      assert.doesNotMatch(text, /\$\{|\$\d/, 'every placeholder is expanded');
      const source = parseManifest(text);
      const manifest = readManifest(source);
      assert.deepEqual(source.problems, []);
      assert.deepEqual([...manifest.headIssues, ...manifest.workloads.flatMap((workload) => workload.issues)], []);
    });

    it(`${snippet.name}: ends where writing goes on, with placeholders numbered from one`, () => {
      assert.equal(snippet.body.match(/\$0/g)?.length, 1);
      const numbers = [...new Set([...snippet.body.matchAll(/\$\{(\d+)/g)].map((match) => Number(match[1])))];
      assert.deepEqual(
        numbers.toSorted((a, b) => a - b),
        numbers.map((_, index) => index + 1),
      );
    });
  }

  it('have names and prefixes of their own', () => {
    const names = snippets.map((snippet) => snippet.name);
    const prefixes = snippets.flatMap((snippet) => snippet.prefix);
    assert.equal(new Set(names).size, names.length);
    assert.equal(new Set(prefixes).size, prefixes.length);
  });

  it('are those of the file that the extension carries', () => {
    const carried: unknown = JSON.parse(readFileSync(new URL('../../snippets/ai-infra.json', import.meta.url), 'utf8'));
    assert.deepEqual(carried, snippetFile());
  });
});
