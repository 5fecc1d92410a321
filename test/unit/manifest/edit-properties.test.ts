import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { applyTextEdits, editManifest } from '../../../server/src/manifest/edit.ts';
import { parseManifest } from '../../../server/src/manifest/parse.ts';
import type { ManifestEdit, ManifestSource, Path, PlainValue } from '../../../server/src/manifest/source.ts';
import { plainMap, plainValue } from '../../helpers/manifests.ts';
import { writeManifest } from '../../helpers/write-yaml.ts';

type Plain = { [key: string]: PlainValue };

/** Everything a source holds, as one plain value. */
function plainOf(source: ManifestSource): Plain {
  const all = { ...source.head } as Plain;
  if (source.hasWorkloads)
    all['workloads'] = Object.fromEntries(source.workloads.map(({ name, raw }) => [name, raw as PlainValue]));
  return all;
}

/** All paths in a plain value, the whole left out. */
function pathsIn(value: PlainValue, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const steps = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return steps.flatMap((step) => [[...path, step], ...pathsIn((value as Plain)[step]!, [...path, step])]);
}

function setIn(value: PlainValue | undefined, [step, ...rest]: Path, to: PlainValue): PlainValue {
  if (step === undefined) return to;
  if (Array.isArray(value) && typeof step === 'number') {
    const copy = [...(value as PlainValue[])];
    copy[Number(step)] = setIn(copy[Number(step)], rest, to);
    return copy;
  }
  const map = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {};
  return { ...map, [step]: setIn(map[step], rest, to) };
}

/** Removes a path and the parents that it leaves empty. */
function removeIn(value: PlainValue, [step, ...rest]: Path): PlainValue | undefined {
  if (step === undefined) return undefined;
  const inner = removeIn((value as Plain)[step]!, rest);
  if (Array.isArray(value)) {
    const copy = [...(value as PlainValue[])];
    copy.splice(Number(step), 1, ...(inner === undefined ? [] : [inner]));
    return copy.length === 0 ? undefined : copy;
  }
  const kept = Object.entries(value as Plain).flatMap(([key, each]) =>
    key !== step ? [[key, each] as const] : inner === undefined ? [] : [[key, inner] as const],
  );
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

interface Case {
  readonly text: string;
  readonly edits: readonly ManifestEdit[];
  readonly expected: Plain;
}

const cases: fc.Arbitrary<Case> = fc
  .tuple(
    plainMap,
    plainMap,
    fc.array(fc.nat({ max: 999 }), { minLength: 20, maxLength: 60 }),
    fc.constantFrom('\n', '\r\n'),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), plainValue), { minLength: 1, maxLength: 4 }),
  )
  .map(([head, workloads, choices, eol, changes]) => {
    let at = 0;
    const text = writeManifest(head, workloads, (bound) => choices[at++ % choices.length]! % bound, eol);
    let expected: Plain = { ...head, workloads };
    const edits: ManifestEdit[] = [];
    for (const [pick, kind, value] of changes) {
      const paths = pathsIn(expected);
      const path = paths[pick % paths.length];
      if (!path) break;
      if (kind === 0) {
        edits.push({ kind: 'remove', path });
        expected = (removeIn(expected, path) ?? {}) as Plain;
        continue;
      }
      const parent = path.slice(0, -1).reduce<PlainValue>((each, step) => (each as Plain)[step]!, expected);
      const last = path.at(-1)!;
      // An item one behind the end of a list, or a key that is new; sometimes below it.
      const fresh: Path = [
        ...path.slice(0, -1),
        Array.isArray(parent) ? parent.length : 'fresh',
        ...(kind === 3 ? ['below', 'it'] : []),
      ];
      const to = kind === 1 ? [...path.slice(0, -1), last] : fresh;
      edits.push({ kind: 'set', path: to, value });
      expected = setIn(expected, to, value) as Plain;
    }
    return { text, edits, expected };
  });

describe('editManifest, for any manifest and any edits', function () {
  this.timeout(60_000);

  it('writes text that reads back as the edited value, everything else equal', () => {
    fc.assert(
      fc.property(cases, ({ text, edits, expected }) => {
        const source = parseManifest(text);
        assert.deepEqual(source.problems, []);
        const after = parseManifest(applyTextEdits(text, editManifest(source, edits)));
        assert.deepEqual(after.problems, []);
        // A source tells of `workloads` only when it is a mapping.
        const { workloads, ...head } = expected;
        const isMap = typeof workloads === 'object' && workloads !== null && !Array.isArray(workloads);
        assert.deepEqual(plainOf(after), isMap ? expected : head);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 400) },
    );
  });

  it('keeps every comment when it only sets scalars and adds keys', () => {
    fc.assert(
      fc.property(cases, ({ text, edits }) => {
        const source = parseManifest(text);
        const harmless = edits
          .slice(0, 1)
          .filter(
            (edit) =>
              edit.kind === 'set' &&
              (edit.path.includes('fresh') ||
                !source.locate(edit.path, 'value') ||
                /^\S+$/.test(
                  text.slice(source.locate(edit.path, 'value')!.start, source.locate(edit.path, 'value')!.end),
                )),
          );
        const after = parseManifest(applyTextEdits(text, editManifest(source, harmless)));
        const words = (each: ManifestSource): string[] => each.comments.map((comment) => comment.text).sort();
        assert.deepEqual(words(after), words(source));
      }),
      { numRuns: 200 },
    );
  });

  it('never overlaps its edits, and uses the line ends of the text', () => {
    fc.assert(
      fc.property(cases, ({ text, edits }) => {
        const source = parseManifest(text);
        const made = editManifest(source, edits);
        made.forEach((edit, index) => {
          assert.ok(edit.start <= edit.end);
          assert.ok(index === 0 || made[index - 1]!.end < edit.start || made[index - 1]!.end === edit.start);
          if (source.lineEnd === '\r\n') assert.doesNotMatch(edit.newText, /[^\r]\n|^\n/);
          else assert.doesNotMatch(edit.newText, /\r/);
        });
      }),
      { numRuns: 200 },
    );
  });
});
