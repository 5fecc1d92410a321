/** AI104's part about `pricing.book`: a book that is not there, may not be read, or has lines that cannot be used. */
import type { PriceBook } from '../catalog/price-book.ts';
import { counted, listed, quoted } from './message.ts';
import type { Report, RuleContext } from './rule.ts';

const MOST_LINES_NAMED = 3;

/** At most one report: what keeps the book the manifest names from being used as a whole. */
export function* priceBookReports({ books }: RuleContext): Iterable<Report> {
  const book = books.find(({ file }) => file.layer === 'repository');
  if (!book) return;
  const place = { path: ['pricing', 'book'], part: 'value' } as const;
  if ('unread' in book.file.content) {
    const { kind, message } = book.file.content.unread;
    yield { ...place, message, severity: kind === 'untrusted' ? 'hint' : 'error' };
    return;
  }
  const bad = linesOf(book, 'error');
  if (bad.length > 0) yield { ...place, severity: 'warning', message: badLines(book, bad) };
}

function badLines({ file, rows, problems }: PriceBook, bad: readonly number[]): string {
  const first = problems.find(({ severity }) => severity === 'error');
  // The first line names the columns: what is wrong with it, or with the file as a whole, stands there.
  if (rows.length === 0 && first?.line === 1) return `${quoted(file.name)} gives no prices: ${first.message}`;
  const named = bad.slice(0, MOST_LINES_NAMED).map(String);
  const where = bad.length > MOST_LINES_NAMED ? `${named.join(', ')} …` : listed(named, 'and');
  const rest =
    rows.length === 0 ? 'and no other line' : `the other ${counted(rows.length, 'line is', 'lines are')} used`;
  return `${quoted(file.name)} has ${counted(bad.length, 'line')} that cannot be used (${where}), ${rest}. Line ${first?.line ?? 1}: ${first?.message ?? ''}`;
}

function linesOf({ problems }: PriceBook, wanted: 'error'): readonly number[] {
  return [...new Set(problems.filter(({ severity }) => severity === wanted).map(({ line }) => line))];
}
