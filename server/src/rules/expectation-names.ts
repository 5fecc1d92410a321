/** Names in expectations that nobody knows: a rule that does not exist can never report, a region that does not exist is never chosen. */
import type { Catalog } from '../catalog/types.ts';
import { parseExpectation, type NamePathName, type Placed } from '../manifest/expectation.ts';
import { spanInScalar } from '../manifest/scalar-span.ts';
import type { Path } from '../manifest/source.ts';
import { rules } from './index.ts';
import { isGeography } from './known-names.ts';
import type { RuleContext } from './rule.ts';

/** An unknown name in an expectation's text. */
export interface UnknownInExpectation {
  readonly kind: 'rule' | NamePathName;
  readonly name: string;
  readonly path: Path;
  readonly text: string;
  readonly place: Placed<string>;
  readonly span: ReturnType<typeof spanInScalar>;
}

export function* unknownInExpectations(
  { head, manifest, source, catalog }: RuleContext,
  regions: () => ReadonlySet<string>,
): Iterable<UnknownInExpectation> {
  const lists: (readonly [Path, readonly string[] | undefined])[] = [
    [['expect'], head.expect],
    ...manifest.workloads.map(({ name, value }) => [['workloads', name, 'expect'], value?.expect] as const),
  ];
  for (const [list, lines] of lists) {
    for (const [index, text] of (lines ?? []).entries()) {
      const parsed = parseExpectation(text);
      if (!parsed.ok) continue;
      const { expectation } = parsed;
      const path = [...list, index];
      const of = (kind: UnknownInExpectation['kind'], place: Placed<string>): UnknownInExpectation => ({
        kind,
        name: place.value,
        path,
        text,
        place,
        span: spanInScalar(source, path, text, place.span),
      });
      if (expectation.kind === 'none' && expectation.of === 'rule') {
        if (!isRule(expectation.rule.value)) yield of('rule', expectation.rule);
      } else if (expectation.kind === 'name') {
        for (const place of expectation.names)
          if (!isKnown(catalog, expectation.path, place.value, regions)) yield of(expectation.path, place);
      }
    }
  }
}

export function isRule(word: string): boolean {
  return rules.some(({ code, name }) => code === word || name === word);
}

function isKnown(catalog: Catalog, path: NamePathName, word: string, regions: () => ReadonlySet<string>): boolean {
  switch (path) {
    case 'provider':
      return catalog.providers.has(word);
    case 'accelerator':
      return catalog.edgeDevices.has(word) || catalog.resolveAccelerator(word).kind !== 'unknown';
    case 'geography':
      return isGeography(word);
    case 'region':
      return isGeography(word) || regions().has(word.split('/').at(-1) ?? word);
  }
}
