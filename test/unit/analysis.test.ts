import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { analyse, type Analysis } from '../../server/src/analysis.ts';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';

const catalog = embeddedCatalog();
const today = '2026-11-23';
const examples = readdirSync('examples')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join('examples', name), 'utf8'));

/** What people see of an analysis: numbers and findings, without functions. */
function seen({ plans, totals, findings, crashes }: Analysis): string {
  return JSON.stringify({
    plans: [...plans].map(([name, { phase, target, memory, training, serving, cost, unknown, assumptions }]) => [
      name,
      phase,
      target,
      memory,
      training,
      serving,
      cost,
      unknown,
      assumptions,
    ]),
    totals,
    crashes,
    findings: findings.map(({ code, severity, message, span, related }) => [code, severity, message, span, related]),
  });
}

describe('the analysis', () => {
  it('gives the same answer from the version before as from nothing, whatever was typed', () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      remove: fc.nat(12),
      insert: fc.constantFrom(
        '',
        ' ',
        'x',
        '\n',
        ': ',
        '  ',
        '#',
        '"',
        '8',
        'count: 4',
        '\n  extra:\n    phase: inference\n',
        '- ',
        '{',
        '&a ',
        '*a',
      ),
    });
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.array(edit, { minLength: 1, maxLength: 4 }), (start, edits) => {
        let text = start;
        let analysis = analyse({ text, catalog, today });
        for (const { at, remove, insert } of edits) {
          const offset = Math.floor(at * text.length);
          text = text.slice(0, offset) + insert + text.slice(offset + remove);
          analysis = analyse({ text, catalog, today, previous: analysis });
        }
        assert.equal(seen(analysis), seen(analyse({ text, catalog, today })));
      }),
      { numRuns: 60, seed: 7 },
    );
  }).timeout(120_000);

  it('underlines inside the text, and never crashes, for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          fc.constantFrom(...examples).chain((text) => fc.nat(text.length).map((length) => text.slice(0, length))),
        ),
        (text) => {
          const { findings, crashes } = analyse({ text, catalog, today });
          assert.deepEqual(crashes, []);
          for (const { span } of findings)
            assert.equal(span.start >= 0 && span.start <= span.end && span.end <= text.length, true);
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  }).timeout(120_000);

  it('plans the workloads that are sound beside one that is not', () => {
    const text = examples.find((example) => example.includes('name: support-assistant')) ?? '';
    const { plans } = analyse({ text: text.replace('model: llama-3.1-8b', 'model: "llama'), catalog, today });
    assert.equal(plans.has('chat'), true);
  });
});
