import assert from 'node:assert/strict';
import { applyTextEdits } from '../../server/src/manifest/edit.ts';
import { proveFix } from '../../server/src/rules/prove.ts';
import { rules } from '../../server/src/rules/index.ts';
import { analyseText, findingsOf, marked } from './support/analyse-text.ts';

describe('examples of the rules', () => {
  for (const rule of rules) {
    describe(`${rule.code} ${rule.name}`, () => {
      it('has bad and good examples and says what, why and when to silence', () => {
        const { docs } = rule;
        assert.ok(docs.bad.length > 0 && docs.good.length > 0);
        for (const text of [docs.summary, docs.what, docs.why, docs.whenToSilence])
          assert.match(text, /^[A-Z`“].{20,}[.]$/s);
      });

      it('says what it rests on: sources with dates, the catalogue, the plan, the manifest, or judgement', () => {
        const { sources } = rule.docs;
        assert.ok(sources.length > 0);
        for (const source of sources)
          assert.match(source, /\b20\d\d\b|\bundated\b|catalogue|\bplan\b|manifest|estimate|judgement/i);
      });

      for (const example of rule.docs.bad) {
        it(`fires at the marked range: ${example.title}`, () => {
          const { text, spans } = marked(example.manifest);
          const analysis = analyseText(text);
          assert.deepEqual(analysis.crashes, []);
          const found = findingsOf(analysis, rule.code);
          assert.deepEqual(
            found.map(({ span }) => text.slice(span.start, span.end)),
            spans.map(({ start, end }) => text.slice(start, end)),
          );
          assert.deepEqual(
            found.map(({ span }) => span),
            spans,
          );
          for (const { message } of found) assert.match(message, /^[A-Z`$0-9].*[.?]$/s);
        });
      }

      for (const example of rule.docs.good) {
        it(`keeps quiet: ${example.title}`, () => {
          const analysis = analyseText(example.manifest);
          assert.deepEqual(analysis.crashes, []);
          assert.deepEqual(
            findingsOf(analysis, rule.code).map(({ message }) => message),
            [],
          );
        });
      }

      for (const example of rule.docs.fixes ?? []) {
        it(`is repaired by a proven fix: ${example.title}`, () => {
          const analysis = analyseText(example.before);
          const offered = findingsOf(analysis, rule.code).flatMap((finding) =>
            finding.fixes().map((fix) => ({ finding, fix })),
          );
          const chosen = offered.find(({ fix }) => fix.title.startsWith(example.title));
          assert.ok(chosen, `offered: ${offered.map(({ fix }) => fix.title).join('; ')}`);
          const proven = proveFix(analysis, chosen.finding, chosen.fix);
          assert.ok(proven, `not proven: ${chosen.fix.title}`);
          assert.equal(applyTextEdits(example.before, proven.edits), example.after);
        });
      }
    });
  }
});
