import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { analyse, glance, type Analysis } from '../../server/src/analysis.ts';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';

/** What somebody may type or delete anywhere; `at` is a share of the text. */
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

function edited(text: string, { at, remove, insert }: { at: number; remove: number; insert: string }): string {
  const offset = Math.floor(at * text.length);
  return text.slice(0, offset) + insert + text.slice(offset + remove);
}

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
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.array(edit, { minLength: 1, maxLength: 4 }), (start, edits) => {
        let text = start;
        let analysis = analyse({ text, catalog, today });
        for (const each of edits) {
          text = edited(text, each);
          analysis = analyse({ text, catalog, today, previous: analysis });
        }
        assert.equal(seen(analysis), seen(analyse({ text, catalog, today })));
      }),
      { numRuns: 60, seed: 7 },
    );
  }).timeout(120_000);

  it('shows at a glance a part of what it finds, and goes on from there, whatever was typed', () => {
    const shown = ({ findings }: Analysis): readonly string[] =>
      findings.map(({ code, severity, message, span, related }) =>
        JSON.stringify([code, severity, message, span, related]),
      );
    let found = 0;
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.array(edit, { minLength: 1, maxLength: 4 }), (start, edits) => {
        const text = edits.reduce(edited, start);
        const first = glance({ text, catalog, today });
        const whole = analyse({ text, catalog, today, previous: first });
        assert.equal(seen(whole), seen(analyse({ text, catalog, today })));
        assert.deepEqual(first.crashes, []);
        const all = shown(whole);
        // In the same order, and everything that the text and its schema tell.
        const ofText = all.filter((_line, index) => /AI10[1235]/.test(whole.findings[index]?.code ?? ''));
        assert.deepEqual(shown(first), ofText);
        found += ofText.length;
      }),
      { numRuns: 60, seed: 11 },
    );
    assert.ok(found > 20, `only ${found.toString()} findings were compared`);
  }).timeout(120_000);

  it('silences at a glance what a comment or a setting silences', () => {
    const text = 'version: 1\nworkloads:\n  chat:\n    phase: inference\n    modle: llama-3.1-8b\n';
    const codes = ({ findings }: Analysis): readonly string[] => findings.map(({ code }) => code);
    assert.deepEqual(codes(glance({ text, catalog, today })), ['AI102']);
    const silent = text.replace('    modle', '    # ai-infra-ignore AI102 -- a word of ours\n    modle');
    assert.deepEqual(codes(glance({ text: silent, catalog, today })), []);
    assert.deepEqual(codes(glance({ text, catalog, today, settings: { rules: { AI102: 'off' } } })), []);
  });

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
