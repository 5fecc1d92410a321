/** No false alarm: manifests that a careful team would write, over the whole domain, give no error and no warning. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { analyse } from '../../server/src/analysis.ts';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { TODAY } from './support/analyse-text.ts';

const folder = new URL('../corpus/sound/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const texts = new Map(files.map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]));
// Advice is never more than an info, and takes the longest to search for.
const analyses = new Map(
  [...texts].map(([file, text]) => [file, analyse({ text, catalog: embeddedCatalog(), today: TODAY, mostAdvice: 0 })]),
);

describe('sound manifests', () => {
  it('are many, and cover the domain', () => {
    assert.ok(files.length >= 60, String(files.length));
    const plans = [...analyses.values()].flatMap(({ plans: each }) => [...each.values()]);
    const seen = (of: (plan: (typeof plans)[number]) => string | undefined) =>
      new Set(plans.map(of).filter((value) => value !== undefined));
    assert.equal(seen(({ phase }) => phase).size, 4);
    assert.equal(seen(({ target }) => target.deployment).size, 4);
    assert.equal(seen(({ target }) => target.capacity).size, 5);
    assert.ok(seen(({ target }) => target.provider).size >= 10, [...seen(({ target }) => target.provider)].join());
    assert.ok(seen(({ target }) => target.accelerator ?? target.device).size >= 25);
    // A corpus of which nothing can be told would be silent for the wrong reason.
    const fits = plans.filter(({ memory }) => memory.verdict === 'fits');
    assert.ok(fits.length >= 0.85 * plans.length, `${fits.length} of ${plans.length} fit`);
  });

  for (const [file, { findings, crashes }] of analyses) {
    it(file.replace(/\.yaml$/, ''), () => {
      assert.deepEqual(crashes, []);
      assert.deepEqual(
        findings
          .filter(({ severity }) => severity === 'error' || severity === 'warning')
          .map(({ code, severity, path, message }) => `${severity} ${code} at ${path.join('.')}: ${message}`),
        [],
      );
    });
  }
});
