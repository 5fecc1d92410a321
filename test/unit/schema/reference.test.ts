import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { DIMENSIONS, parseQuantity, type Dimension } from '../../../server/src/manifest/quantity.ts';
import { manifestSchemaJson } from '../../../server/src/schema/generated.ts';
import { schemaAt } from '../../../server/src/schema/walk.ts';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import { readManifest } from '../../../server/src/manifest/read.ts';
import { manifestReference, undocumentedMappings, WRITTEN } from '../../../scripts/generate/reference.ts';

const page = readFileSync(new URL('../../../docs/reference/manifest.md', import.meta.url), 'utf8');

describe('the reference of the manifest', () => {
  it('is what the schema makes of it', () => {
    assert.equal(page, manifestReference(manifestSchemaJson));
  });

  it('has a section for every mapping', () => {
    assert.deepEqual(undocumentedMappings(manifestSchemaJson), []);
  });

  it('shows only quantities that are read', () => {
    for (const dimension of Object.keys(DIMENSIONS) as Dimension[]) {
      const shown = [...WRITTEN[dimension].matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
      assert.ok(shown.length > 0);
      for (const text of [...shown, DIMENSIONS[dimension].example])
        assert.ok(parseQuantity(dimension, text).ok, `${dimension}: ${text}`);
    }
  });

  it('shows a first manifest that is valid', () => {
    const [, yaml = ''] = /```yaml\n(version: 1[^`]*)```/.exec(page) ?? [];
    const manifest = readManifest(parseManifest(yaml));
    assert.equal(manifest.workloads.length, 1);
    assert.deepEqual([...manifest.headIssues, ...(manifest.workloads[0]?.issues ?? [])], []);
  });

  it('gives examples that their own keys accept', () => {
    const rows = [...page.matchAll(/^### `([^`*]+)`[\s\S]*?(?=^##|$(?![\s\S]))/gm)];
    let checked = 0;
    for (const [text, title = ''] of rows) {
      const base = schemaAt(manifestSchemaJson, title.split('.'))
        ? title.split('.')
        : ['workloads', 'a', ...title.split('.')];
      for (const [, key = '', example = ''] of text.matchAll(/^\| `(\w+)` .*For example `([^`]+)`\. \|$/gm)) {
        const place = schemaAt(manifestSchemaJson, [...base, key]);
        assert.ok(place, `${title}.${key}`);
        const value = parse(example) as string | number;
        if (place.dimension) assert.ok(parseQuantity(place.dimension, value).ok, `${title}.${key}: ${example}`);
        checked += 1;
      }
    }
    assert.ok(checked > 20, `${checked} examples were found`);
  });
});
