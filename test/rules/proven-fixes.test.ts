/** Every fix that is offered does what it says, whatever the manifest: held over the whole corpus. */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { parseDocument, visit } from 'yaml';
import { analyse, type Analysis } from '../../server/src/analysis.ts';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { fixAll } from '../../server/src/features/fix-all.ts';
import { silencings } from '../../server/src/features/suppress.ts';
import { applyTextEdits } from '../../server/src/manifest/edit.ts';
import { parseManifest } from '../../server/src/manifest/parse.ts';
import type { Path, TextEdit } from '../../server/src/manifest/source.ts';
import { proveFix } from '../../server/src/rules/prove.ts';
import type { Finding, Fix, Severity } from '../../server/src/rules/rule.ts';
import { corpus } from '../corpus/corpus.ts';
import { TODAY } from './support/analyse-text.ts';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info', 'hint'];

/** Everything, or a part that changes from file to file but not from run to run. */
const WHOLE = process.env['AI_INFRA_WHOLE_CORPUS'] !== undefined;

function check(text: string, previous?: Analysis): Analysis {
  return analyse({ text, catalog: embeddedCatalog(), today: TODAY, mostAdvice: 0, ...(previous && { previous }) });
}

const keyOf = ({ code, path, severity }: Finding): string => JSON.stringify([code, path, severity]);

/** Findings of `after` that `before` does not have. */
function come(before: readonly Finding[], after: readonly Finding[]): readonly Finding[] {
  const left = before.map(keyOf);
  return after.filter((finding) => {
    const at = left.indexOf(keyOf(finding));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function parses(text: string): boolean {
  return parseDocument(text, { merge: true }).errors.length === 0;
}

function valueOf(text: string): unknown {
  return parseDocument(text, { merge: true }).toJS({ maxAliasCount: -1 });
}

/** Paths at which two plain values differ, as deep as both are mappings or lists. */
function differences(a: unknown, b: unknown, at: Path = []): readonly Path[] {
  if (isDeepStrictEqual(a, b)) return [];
  const maps = [a, b].every((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
  if (!maps) return [at];
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].flatMap((key) => differences(left[key], right[key], [...at, key]));
}

const isPrefix = (short: Path, long: Path): boolean => short.every((key, index) => String(key) === String(long[index]));

/**
 * A change is where an edit is, above what an edit removes, or below what it sets. What stands under an anchor changes under the
 * same keys wherever the anchor is named.
 */
function isMeant(path: Path, { edits }: Fix, hasAnchors: boolean): boolean {
  const bare = (each: Path) => (hasAnchors && each[0] === 'workloads' ? each.slice(2) : each);
  return edits.some((edit) => {
    const paths = edit.kind === 'rename-key' ? [edit.path, [...edit.path.slice(0, -1), edit.to]] : [edit.path];
    return paths.some((each) => isPrefix(bare(each), bare(path)) || isPrefix(bare(path), bare(each)));
  });
}

/** Comments, anchors and quotes are as they were; a comment goes only with the key that a finding is about and that its fix removes. */
function assertUntouched(
  before: string,
  after: string,
  edits: readonly TextEdit[],
  about: readonly Pick<Finding, 'path' | 'span'>[],
): void {
  const source = parseManifest(before);
  const result = parseManifest(after);
  const left = result.comments.map((comment) => comment.text.trim());
  // With the last key of a mapping goes the key above it.
  const own = about.flatMap(({ path, span }) => [
    span,
    ...path.flatMap((_, depth) => {
      const upTo = path.slice(0, depth + 1);
      const isGone = depth + 1 === path.length || result.locate(upTo, 'pair') === undefined;
      return (isGone && source.locate(upTo, 'pair')) || [];
    }),
  ]);
  const endOfLine = (offset: number) => (before.indexOf('\n', offset) + 1 || before.length + 1) - 1;
  for (const { span, text } of source.comments) {
    const at = left.indexOf(text.trim());
    if (at >= 0) left.splice(at, 1);
    else if (!/ai-infra-ignore/.test(text))
      assert.ok(
        own.some(({ start, end }) => start <= span.start && span.end <= endOfLine(end)),
        `the comment "${text}" is gone`,
      );
  }
  if (!/(?<!\r)\n/.test(before) && before.includes('\r\n')) assert.doesNotMatch(after, /(?<!\r)\n/);
  const anchors = (text: string) => {
    const found: string[] = [];
    visit(parseDocument(text), {
      Node(_key, node) {
        if ('anchor' in node && typeof node.anchor === 'string') found.push(node.anchor);
      },
    });
    return found;
  };
  const inEdits = edits.map(({ start, end }) => before.slice(start, end)).join(' ');
  assert.deepEqual(
    anchors(before).filter((name) => !inEdits.includes(`&${name}`)),
    anchors(after),
  );
}

/** An edit whose ends are the same as before could be smaller. */
function assertMinimal(before: string, { start, end, newText }: TextEdit): void {
  const old = before.slice(start, end);
  if (old === '' || newText === '') return;
  assert.notEqual(old, newText, 'an edit that changes nothing');
  const lines = (text: string) => text.split('\n').length;
  assert.ok(lines(old) <= 1 || old.split('\n')[0] !== newText.split('\n')[0], `too wide: ${JSON.stringify(old)}`);
}

describe('fixes over the corpus', () => {
  const specimens = corpus();
  const seen = { fixes: 0, refused: 0, silencings: 0 };
  const sampled = specimens.filter((_, index) => WHOLE || index % 6 === 0);

  it('is a corpus of many styles and many faults', () => {
    assert.ok(specimens.length >= 150, String(specimens.length));
    assert.ok(specimens.some(({ text }) => text.includes('\r\n')));
    assert.ok(specimens.some(({ text }) => text.startsWith('\ufeff')));
    assert.ok(specimens.some(({ text }) => /<<: \*/.test(text)));
  });

  for (const { name, text } of sampled) {
    it(`hold in ${name}`, () => {
      const before = check(text);
      assert.deepEqual(before.crashes, []);
      for (const finding of before.findings) {
        for (const fix of finding.fixes()) {
          const proven = proveFix(before, finding, fix);
          if (!proven) {
            seen.refused += 1;
            continue;
          }
          seen.fixes += 1;
          const label = `${finding.code} ${fix.title}`;
          const fixed = applyTextEdits(text, proven.edits);
          const after = check(fixed, before);
          const gone = come(after.findings, before.findings);
          assert.ok(
            gone.some((other) => keyOf(other) === keyOf(finding)),
            `${label}: still there`,
          );
          const worse = come(before.findings, after.findings).filter(
            ({ severity }) => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(finding.severity),
          );
          assert.deepEqual(worse.map(keyOf), [], label);
          for (const edit of proven.edits) assertMinimal(text, edit);
          assertUntouched(text, fixed, proven.edits, [finding]);
          if (!parses(text)) continue;
          assert.ok(parses(fixed), `${label}: no YAML any more\n${fixed}`);
          if (fix.textEdits) continue;
          const strange = differences(valueOf(text), valueOf(fixed)).filter(
            (path) => !isMeant(path, fix, /[&*]\w/.test(text)),
          );
          assert.deepEqual(strange, [], label);
        }
      }
    });

    it(`are all applied at once, and once is enough, in ${name}`, () => {
      const before = check(text);
      const { edits, applied } = fixAll(before);
      const fixed = applyTextEdits(text, edits);
      const after = check(fixed);
      // An error may leave a warning in its place, never the reverse.
      const count = (of: Analysis, severity: Severity) =>
        of.findings.filter((finding) => finding.severity === severity).length;
      const errors = count(before, 'error') - count(after, 'error');
      assert.ok(errors > 0 || (errors === 0 && count(after, 'warning') <= count(before, 'warning')));
      assert.deepEqual(fixAll(after).edits, []);
      assertUntouched(
        text,
        fixed,
        edits,
        applied.map(({ finding }) => finding),
      );
    });
  }

  for (const { name, text } of specimens.filter((_, index) => WHOLE || index % 18 === 0)) {
    it(`silence what is found in ${name}`, () => {
      const before = check(text);
      for (const finding of before.findings) {
        for (const { title, edits } of silencings(before.source, finding)) {
          seen.silencings += 1;
          const label = `${finding.code} ${title}`;
          const silenced = applyTextEdits(text, edits);
          const after = check(silenced, before);
          const gone = come(after.findings, before.findings);
          assert.ok(
            gone.some((other) => keyOf(other) === keyOf(finding)),
            `${label}: still there`,
          );
          assertUntouched(text, silenced, edits, []);
          if (parses(text)) {
            const strange = differences(valueOf(text), valueOf(silenced)).filter(([first]) => first !== 'rules');
            assert.deepEqual(strange, [], label);
          }
          // Where a rule is off, the next that sees the same speaks.
          if (/in this manifest$/.test(title)) continue;
          assert.deepEqual(come(before.findings, after.findings).map(keyOf), [], label);
        }
      }
    });
  }

  after(() => {
    assert.ok(seen.fixes > 50, JSON.stringify(seen));
    if (WHOLE) console.log(`      ${JSON.stringify(seen)}`);
  });
});
