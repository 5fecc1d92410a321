/** What a price book costs: reading it, and a plan over it beside the same plan at the catalogue's prices. */
import { analyse } from '../../server/src/analysis.ts';
import { embeddedCatalog } from '../../server/src/catalog/embedded.ts';
import { readPriceBook, type BookFile } from '../../server/src/catalog/price-book.ts';
import { manifestOf } from './manifest.ts';
import { median } from './measure.ts';

export interface BookFigures {
  /** Reading a book of 1,000 lines, and of 20,000, the most there may be. */
  readonly readMs: number;
  readonly readLargestMs: number;
  /** A manifest analysed at the catalogue's prices, and at those of a book of 1,000 lines that is read already. */
  readonly planMs: number;
  readonly planWithBookMs: number;
}

const TODAY = '2026-11-23';
const LINES = 1_000;
const MOST_LINES = 20_000;
const ROUNDS = 9;

/** Processor time: all of this is computing, and a busy machine changes it less than the time of the clock. */
export function measureBook(): BookFigures {
  const catalog = embeddedCatalog();
  const { text } = manifestOf(500);
  const file = bookOf(LINES);
  const plan = (books: readonly BookFile[]) => () => analyse({ text, catalog, books, today: TODAY, mostAdvice: 0 });
  const bare = plan([]);
  const over = plan([file]);
  // Both in turns, after each was made once.
  bare();
  over();
  const times = Array.from({ length: ROUNDS }, () => [timed(bare), timed(over)] as const);
  return {
    readMs: read(LINES),
    readLargestMs: read(MOST_LINES),
    planMs: median(times.map(([each]) => each)) ?? Number.NaN,
    planWithBookMs: median(times.map(([, each]) => each)) ?? Number.NaN,
  };

  function read(lines: number): number {
    const { content } = bookOf(lines);
    return (
      median(
        Array.from({ length: ROUNDS }, () =>
          timed(() => readPriceBook({ layer: 'user', name: 'prices.csv', content }, catalog)),
        ),
      ) ?? Number.NaN
    );
  }
}

/** Every machine of the catalogue, region after region, each at a price of its own; notes with commas, as spreadsheets quote them. */
function bookOf(lines: number): BookFile {
  const catalog = embeddedCatalog();
  const offers = catalog.offers({}).filter(({ capacity, region }) => capacity === 'on-demand' && region !== 'any');
  const rows = Array.from({ length: lines }, (_, index) => {
    const offer = offers[(index * 7) % offers.length];
    if (!offer) throw new Error('there are offers');
    const { machine, region } = offer;
    return `${machine.provider},${region},${machine.instance},on-demand,${(1 + index / 100).toFixed(2)},2026-01-01,"agreement ${String(index)}, 2026"`;
  });
  const header = 'provider,region,instance,capacity,usd_per_hour,valid_from,note';
  return { layer: 'user', name: 'prices.csv', content: { text: [header, ...rows, ''].join('\n') } };
}

function timed(act: () => unknown): number {
  const begun = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}
