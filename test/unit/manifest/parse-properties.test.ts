import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { cursorAt, pathAt } from '../../../server/src/manifest/cursor.ts';
import { applyTextEdits, editManifest } from '../../../server/src/manifest/edit.ts';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import type { ManifestSource, Part, Path } from '../../../server/src/manifest/source.ts';
import { plainMap } from '../../helpers/manifests.ts';
import { writeManifest } from '../../helpers/write-yaml.ts';

/** Makes the text irregular, so that it is parsed as a whole, and changes nothing else. */
const whole = '%YAML 1.2\n---\n';

const snippets = [
  ' ',
  '  ',
  '\n',
  '\n\n',
  '\t',
  '#',
  ' # c',
  ':',
  ': ',
  '- ',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  '&a ',
  '*a',
  '<<: *a',
  'key: 1',
  '|',
  '|+',
  '>',
  '? ',
  '---',
  '...',
  '\r',
  'x',
  '@',
  '!t ',
  '\u0000',
  '\ufeff',
  '__proto__: 1',
];

interface Change {
  readonly at: number;
  readonly remove: number;
  readonly add: string;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  remove: fc.oneof(fc.constant(0), fc.nat({ max: 6 })),
  add: fc.oneof(fc.constant(''), fc.constantFrom(...snippets)),
});

const manifest: fc.Arbitrary<string> = fc
  .tuple(
    plainMap,
    plainMap,
    fc.array(fc.nat({ max: 999 }), { minLength: 20, maxLength: 60 }),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([head, workloads, choices, eol]) => {
    let at = 0;
    return writeManifest(head, workloads, (bound) => choices[at++ % choices.length]! % bound, eol);
  });

function changed(text: string, { at, remove, add }: Change): string {
  const start = at % (text.length + 1);
  return text.slice(0, start) + add + text.slice(start + remove);
}

function pathsIn(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const steps = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return [
    path,
    ...steps.flatMap((step) => pathsIn((value as Record<string | number, unknown>)[step], [...path, step])),
  ];
}

function allPaths(source: ManifestSource): Path[] {
  const head = pathsIn(source.head, []).slice(1);
  return [...head, ...source.workloads.flatMap(({ name, raw }) => pathsIn(raw, ['workloads', name]))];
}

/** What a source says, its offsets moved back by `by`. */
function said(source: ManifestSource, by: number): unknown {
  const move = (span: { start: number; end: number } | undefined): unknown =>
    span && { start: span.start - by, end: span.end - by };
  return {
    head: source.head,
    workloads: source.workloads.map(({ name, raw }) => [name, raw]),
    hasWorkloads: source.hasWorkloads,
    problems: source.problems.map((problem) => [
      problem.code,
      move(problem.span),
      problem.related && move(problem.related),
      problem.path,
    ]),
    comments: source.comments.map((comment) => [comment.text, move(comment.span), comment.ownLine]),
    places: allPaths(source).map((path) => [
      path,
      source.isOwn(path),
      ...(['key', 'value', 'pair'] satisfies Part[]).map((part) => move(source.locate(path, part))),
    ]),
  };
}

const onlyDuplicates = (source: ManifestSource): boolean =>
  source.problems.every((problem) => problem.code === 'AI103');

describe('parseManifest, for any manifest and any edit', function () {
  this.timeout(60_000);

  it('reads by parts what it reads as a whole', () => {
    let compared = 0;
    fc.assert(
      fc.property(manifest, fc.array(change, { maxLength: 2 }), (text, changes) => {
        const edited = changes.reduce(changed, text);
        if (edited.startsWith('\ufeff')) return;
        const parts = parseManifest(edited);
        const all = parseManifest(whole + edited);
        if (!onlyDuplicates(parts)) return;
        // The parser joins a top-level value on a line of its own with the key below it where a comment stands in
        // column 0 before it (`a:\n# c\n x\nb: 1`); parts do not have a key below.
        if (all.problems.some((problem) => problem.message.includes('runs over two lines'))) return;
        assert.ok(onlyDuplicates(all), 'what is an error in the whole is one in its part');
        compared++;
        assert.deepEqual(said(parts, 0), said(all, whole.length));
      }),
      { numRuns: Number(process.env['RUNS'] ?? 500) },
    );
    assert.ok(compared > 100);
  });

  it('reads after an edit what it reads afresh, keys of caches included', () => {
    fc.assert(
      fc.property(manifest, fc.array(change, { minLength: 1, maxLength: 4 }), (text, changes) => {
        let source = parseManifest(text);
        for (const each of changes) source = parseManifest(changed(source.text, each), source);
        const afresh = parseManifest(source.text);
        assert.deepEqual(said(source, 0), said(afresh, 0));
        assert.deepEqual(
          source.workloads.map((each) => each.cacheKey),
          afresh.workloads.map((each) => each.cacheKey),
        );
        assert.equal(source.headKey, afresh.headKey);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 300) },
    );
  });

  it('keeps a cache key only while the value stays the same', () => {
    fc.assert(
      fc.property(manifest, change, (text, each) => {
        const before = parseManifest(text);
        const after = parseManifest(changed(text, each), before);
        for (const { name, raw, cacheKey } of after.workloads) {
          const old = before.workloads.find((other) => other.cacheKey === cacheKey);
          if (old) assert.deepEqual([old.name, old.raw], [name, raw]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, nor do the functions that work on what it reads', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          manifest,
          fc.string(),
          fc.array(fc.constantFrom(...snippets)).map((all) => all.join('')),
        ),
        fc.array(change, { maxLength: 6 }),
        fc.nat(),
        (text, changes, pick) => {
          const edited = changes.reduce(changed, text);
          const source = parseManifest(edited);
          const at = pick % (edited.length + 1);
          const inside = ({ start, end }: { start: number; end: number }): void =>
            assert.ok(0 <= start && start <= end && end <= edited.length);
          source.problems.forEach((problem) => inside(problem.span));
          source.comments.forEach((comment) => inside(comment.span));
          const place = pathAt(source, at);
          if (place) inside(place.span);
          const cursor = cursorAt(source, at);
          if (cursor) {
            inside(cursor.replace);
            assert.ok(cursor.replace.start <= at && at <= cursor.replace.end);
            assert.equal(cursor.prefix, edited.slice(cursor.replace.start, at));
          }
          for (const path of [...allPaths(source).slice(0, 20), ['workloads', 'a', 'target', 'count'], []]) {
            inside(source.nearest(path, 'value'));
            applyTextEdits(
              edited,
              editManifest(source, [
                { kind: 'set', path, value: { x: 1 } },
                { kind: 'remove', path },
                { kind: 'rename-key', path, to: 'z' },
              ]),
            );
          }
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 500) },
    );
  });
});
