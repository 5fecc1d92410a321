/** What an `expect` line is about, and what became of it. */
import type { Analysis } from '../analysis.ts';
import { NAME_PATHS, NUMBER_PATHS, parseExpectation } from '../manifest/expectation.ts';
import type { Path } from '../manifest/source.ts';
import { judgeAll } from '../rules/expectation-failed.ts';
import type { Block } from './markdown.ts';

const VERDICTS = { holds: 'Holds', fails: 'Does not hold', unknown: 'Cannot be told' } as const;

export function expectationBlocks(analysis: Analysis, path: Path, text: string): Block[] {
  const parsed = parseExpectation(text);
  if (!parsed.ok) return [{ kind: 'text', text: parsed.problem.message.replaceAll('`', '') }];
  const { expectation } = parsed;
  const left = analysis.findings.filter(({ code }) => code !== 'AI110');
  const context = { ...analysis, head: analysis.manifest.head };
  const judged = [...judgeAll(context, left)].find((each) => String(each.path) === String(path));
  const meaning =
    expectation.kind === 'number'
      ? NUMBER_PATHS[expectation.path].meaning
      : expectation.kind === 'name'
        ? NAME_PATHS[expectation.path]
        : undefined;
  if (!judged) return meaning === undefined ? [] : [{ kind: 'text', text: meaning }];
  const { verdict, message, now } = judged.judgement;
  return [
    { kind: 'title', text: VERDICTS[verdict] },
    { kind: 'text', text: (verdict === 'holds' ? `Now: ${now}.` : message).replaceAll('`', '') },
    ...(meaning === undefined ? [] : [{ kind: 'note', text: meaning } as const]),
  ];
}
