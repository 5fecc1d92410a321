/** The page `docs/benchmarks.md`: figures, ratios, and which of the targets are met. */
import type { ActivationFigures } from './activation.ts';
import type { BookFigures } from './book.ts';
import type { EngineFigures } from './engine.ts';
import type { FixFigures } from './fixes.ts';
import type { Figures } from './measure.ts';
import type { RulesShare } from './rules.ts';

export interface SizeResult {
  readonly lines: number;
  readonly workloads: number;
  readonly ours: Figures;
  readonly theirs: Figures;
}

export interface Report {
  readonly date: string;
  readonly theirVersion: string;
  readonly sizes: readonly SizeResult[];
  readonly engine: EngineFigures;
  readonly book: BookFigures;
  /** A short manifest, and a long one. */
  readonly fixes: readonly FixFigures[];
  readonly rules: RulesShare;
  /** Undefined when no package has been built. */
  readonly packageBytes: number | undefined;
  /** Undefined when no package has been built. */
  readonly activation: ActivationFigures | undefined;
}

/** yaml-language-server waits this long after a change before it validates. */
export const FIXED_WAIT_MS = 200;
const PACKAGE_LIMIT_BYTES = 1.5e6;
const CATALOG_LIMIT_MS = 25;
const QUERY_LIMIT_MS = 1;
const BOOK_LIMIT_MS = 250;
const PLAN_LIMIT_MS = 50;
const EXAMPLES_LIMIT_MS = 200;
const ACTIVATION_LIMIT_MS = 50;
const MIB = 2 ** 20;

interface Row {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  /** How many times better ours is. */
  readonly ratio: number | undefined;
  /** Undefined: reported only. */
  readonly target: number | undefined;
}

export function benchmarkPage(report: Report): string {
  const rows = report.sizes.flatMap((size) => sizeRows(size).map((row) => ({ size, row })));
  const judged = rows.filter(({ row }) => row.target !== undefined);
  const missed = judged.filter(({ row }) => !met(row));
  const { engine, book, fixes, rules, packageBytes, activation } = report;
  return `# Benchmarks

Written by \`npm run bench -- --write\` on ${report.date}; \`npm run bench\` alone prints the same. Both servers run on one machine in one run and take turns;
every figure is a median, after a warm-up. Figures differ between machines and with what else runs on them, ratios less.

Compared is [yaml-language-server](https://www.npmjs.com/package/yaml-language-server) ${report.theirVersion}, given our own JSON Schema (\`schemas/ai-infra.schema.json\`) and the same
generated manifests. It checks the text against the schema; ours also plans every workload, prices it and runs the rules.
One rule is left out of what ends a start even then: the advice on cheaper hardware (AI703) is searched for in idle turns afterwards. A keystroke's diagnostics hold it for up to three workloads that lack it.

- **Keystroke**: one character typed into one workload → diagnostics of that version. The other server first waits ${FIXED_WAIT_MS.toString()} ms by design; the second row leaves the wait out.
- **Completion**: request → the list of values (of \`capacity\`) or of keys (of a workload), in a text that is already checked; *while typing*: one character typed → the list.
- **Start**: process started → initialized → manifest opened → diagnostics that show the mistake in it. Of more than 20 workloads ours are first what the other server gives as well, syntax and schema; the second row ends with those that hold plans and rules too.
- **Memory**: resident set of the process after all of this.

${table(
  ['Manifest', 'What', 'ai-infra', 'yaml-language-server', 'Times better', 'Target', ''],
  rows.map(({ size, row }) => [
    `${size.lines.toLocaleString('en-US')} lines, ${size.workloads.toString()} workloads`,
    row.what,
    row.ours,
    row.theirs,
    row.ratio === undefined ? '—' : `${significant(row.ratio)} ×`,
    row.target === undefined ? '' : `${row.target.toString()} ×`,
    row.target === undefined ? '' : met(row) ? 'met' : '**missed**',
  ]),
)}

${
  missed.length === 0
    ? `All ${judged.length.toString()} targets are met.`
    : `Of ${judged.length.toString()} targets ${(judged.length - missed.length).toString()} are met. Missed: ${missed.map(({ size, row }) => `${row.what.toLowerCase()} at ${size.lines.toLocaleString('en-US')} lines`).join('; ')}.`
}

## The engine alone

In one process, from the sources:

${table(
  ['What', 'Time'],
  [
    ['Catalogue from its data files', milliseconds(engine.catalogMs)],
    [
      `… from their text, with every index (limit ${String(CATALOG_LIMIT_MS)} ms)`,
      limited(engine.catalogWholeMs, CATALOG_LIMIT_MS),
    ],
    [
      `Offers by accelerator, count, regions and capacity, median over the chips (limit ${String(QUERY_LIMIT_MS)} ms)`,
      limited(engine.queryMs, QUERY_LIMIT_MS),
    ],
    [`The slowest of those: ${engine.slowestQuery}`, limited(engine.slowestQueryMs, QUERY_LIMIT_MS)],
    ['Plan of one workload, without alternatives', milliseconds(engine.planMs)],
    [
      `Plan of one workload with every alternative, median (limit ${String(PLAN_LIMIT_MS)} ms)`,
      limited(engine.planWithAlternativesMs, PLAN_LIMIT_MS),
    ],
    ['The slowest of those', limited(engine.slowestPlanMs, PLAN_LIMIT_MS)],
    ['Front, flips and curve of one workload, beside that', milliseconds(engine.comparisonMs)],
    [
      `All examples with every alternative (limit ${String(EXAMPLES_LIMIT_MS)} ms)`,
      limited(engine.examplesMs, EXAMPLES_LIMIT_MS),
    ],
  ],
)}

## Price books

Processor time, in one process, from the sources. The manifest has 500 lines; the book is read once and then kept.

${table(
  ['What', 'Time'],
  [
    ['The manifest analysed at the catalogue’s prices', milliseconds(book.planMs)],
    ['… at those of a book of 1,000 lines', milliseconds(book.planWithBookMs)],
    ['Reading that book', milliseconds(book.readMs)],
    [
      `Reading one of 20,000 lines, the most there may be (aim ${String(BOOK_LIMIT_MS)} ms)`,
      limited(book.readLargestMs, BOOK_LIMIT_MS),
    ],
  ],
)}

## Rules and fixes

Processor time of the bundle, in a process of its own. A fix is offered after it was applied to a copy and analysed again; a line with mistakes is asked for all its actions (the aim is 100 ms).

${table(
  ['What', ...fixes.map(({ lines }) => `${lines.toLocaleString('en-US')} lines`)],
  [
    ['Actions of a line, median', ...fixes.map(({ actionsMs }) => milliseconds(actionsMs))],
    ['Actions of the slowest line', ...fixes.map(({ slowestActionsMs }) => milliseconds(slowestActionsMs))],
    ['Actions of a line that was asked before', ...fixes.map(({ againMs }) => milliseconds(againMs))],
    ['All safe fixes at once', ...fixes.map((each) => `${milliseconds(each.fixAllMs)} for ${each.fixes}`)],
  ],
)}

On top of parsing and planning a new manifest of 2,004 lines, the rules take ${(100 * rules.share).toFixed(0)} %: ${milliseconds(rules.rulesMs)} on ${milliseconds(rules.planMs)} (the aim is 20 %).
Advice is apart: it is searched for when the editor is idle. The mean of the fastest quarter of 60 rounds, each of which parses, plans and checks anew.

${packageBytes === undefined ? 'No package (`npm run package`) was there to weigh.' : `The package is ${(packageBytes / 1e6).toFixed(2)} MB; the limit is ${(PACKAGE_LIMIT_BYTES / 1e6).toFixed(1)} MB: ${packageBytes <= PACKAGE_LIMIT_BYTES ? 'met' : '**missed**'}.`}
${activation === undefined ? '' : `\n${activationText(activation)}\n`}`;
}

function activationText({ ours, empty }: ActivationFigures): string {
  return `When the first manifest opens in the current VS Code, VS Code counts ${milliseconds(ours)} as the activation of the packaged extension: loading, and the call.
Of an extension whose code is one empty function it counts ${milliseconds(empty)}, in windows opened in turns. What ours adds (limit ${ACTIVATION_LIMIT_MS} ms): ${limited(ours - empty, ACTIVATION_LIMIT_MS)}. Files of others do not activate it.`;
}

function sizeRows({ lines, ours, theirs }: SizeResult): readonly Row[] {
  const keystroke = lines < 1_000 ? 10 : lines < 5_000 ? 4 : 2;
  const completion = lines < 1_000 ? undefined : 3;
  return [
    times('Keystroke', ours.keystrokeMs, theirs.keystrokeMs, keystroke),
    times('Keystroke without the wait', ours.keystrokeMs, theirs.keystrokeMs - FIXED_WAIT_MS, undefined),
    times('Completion of a value', ours.value?.settledMs, theirs.value?.settledMs, completion),
    times('… while typing', ours.value?.typedMs, theirs.value?.typedMs, undefined),
    times('Completion of a key', ours.key?.settledMs, theirs.key?.settledMs, completion),
    times('… while typing', ours.key?.typedMs, theirs.key?.typedMs, undefined),
    times('Start', ours.startMs, theirs.startMs, 2),
    times('… with plans and rules', ours.wholeStartMs, theirs.wholeStartMs, undefined),
    {
      what: 'Memory',
      ours: mebibytes(ours.memoryBytes),
      theirs: mebibytes(theirs.memoryBytes),
      ratio: theirs.memoryBytes / ours.memoryBytes,
      target: 1,
    },
  ];
}

function times(what: string, ours: number | undefined, theirs: number | undefined, target: number | undefined): Row {
  return {
    what,
    ours: ours === undefined ? 'not offered' : milliseconds(ours),
    theirs: theirs === undefined ? 'not offered' : milliseconds(theirs),
    ratio: ours === undefined || theirs === undefined ? undefined : theirs / ours,
    target,
  };
}

function met({ ratio, target }: Row): boolean {
  return ratio !== undefined && target !== undefined && ratio >= target;
}

/** A Markdown table in columns that also line up on a terminal, as prettier writes them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}

function milliseconds(value: number): string {
  return `${significant(value)} ms`;
}

function limited(value: number, limit: number): string {
  return `${milliseconds(value)}: ${value <= limit ? 'met' : '**missed**'}`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(0)} MiB`;
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
