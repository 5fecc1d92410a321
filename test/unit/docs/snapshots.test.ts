import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { planSnapshots } from '../../../scripts/generate/plan-snapshots.ts';
import { embeddedCatalog } from '../../../server/src/catalog/embedded.ts';

const FOLDER = 'test/snapshots/plans';

describe('the plan of every example', () => {
  for (const [path, plan] of planSnapshots(embeddedCatalog())) {
    it(`is that of ${path}: where the change is meant, run "npm run generate"`, () => {
      assert.deepEqual(JSON.parse(JSON.stringify(plan)), JSON.parse(readFileSync(path, 'utf8')));
    });
  }

  it('has no snapshot of an example that is gone', () => {
    assert.deepEqual(
      readdirSync(FOLDER)
        .map((name) => `${FOLDER}/${name}`)
        .sort(),
      [...planSnapshots(embeddedCatalog()).keys()],
    );
  });
});
