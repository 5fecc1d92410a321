/** Reads files and analyses them: what every command that takes manifests does first. */
import { readFileSync } from 'node:fs';
import { analyse, type Analysis } from '../analysis.ts';
import { createBookshelf } from './price-books.ts';
import { chosenCatalog, type PriceChoice } from './refreshed-catalog.ts';
import type { SeverityOverrides } from './usage.ts';
import { inert } from './paint.ts';

/** A file with what the engine says of it. */
export interface CheckedFile {
  readonly file: string;
  readonly analysis: Analysis;
}

export interface AnalyseOptions extends PriceChoice {
  /** ISO date. */
  readonly today: string;
  readonly rule: SeverityOverrides;
  /** `--price-book FILE`: the user's prices, over all others. */
  readonly priceBook?: string;
  /** `--redact`: what stands in a price book is not repeated. */
  readonly redact?: true;
}

export interface AnalysedFiles {
  readonly checked: readonly CheckedFile[];
  /** True when a file could not be read: it was said on standard error, the others are served. */
  readonly unreadable: boolean;
}

/** Analyses every file that can be read, in the order given; `-` is standard input. */
export function analyseFiles(
  files: readonly string[],
  { today, rule, priceBook, redact, ...prices }: AnalyseOptions,
): AnalysedFiles {
  const catalog = chosenCatalog(prices);
  const checked: CheckedFile[] = [];
  let unreadable = false;
  const shelf = createBookshelf(priceBook);
  for (const file of files) {
    const text = readText(file);
    if (text instanceof Error) {
      unreadable = true;
      process.stderr.write(`ai-infra: ${inert(file)}: ${inert(text.message)}\n`);
      continue;
    }
    const analysis = analyse({
      text,
      catalog,
      books: shelf.booksOf(file, text),
      today,
      settings: { ruleOverrides: rule },
    });
    shelf.report(analysis.books, { catalog, today, hideCells: redact ?? false });
    reportCrashes(analysis);
    checked.push({ file, analysis });
  }
  return { checked, unreadable: unreadable || shelf.unreadable };
}

/** The text of a file, or why it cannot be read. Bytes that are no UTF-8 become replacement characters, as in an editor. */
export function readText(file: string): string | Error {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'this is a folder: name a file'
          : code === 'EACCES'
            ? 'it may not be read'
            : String(error);
    return new Error(why);
  }
}

/** A rule that crashed is a defect of ours: said on standard error, never hidden. */
function reportCrashes(analysis: Analysis): void {
  for (const { rule, workload, error } of analysis.crashes) {
    process.stderr.write(
      `ai-infra: internal error in ${rule}${workload === undefined ? '' : ` on ${workload}`}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
}
