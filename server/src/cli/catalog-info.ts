/** `ai-infra catalog info`: what the catalogue holds, how old it is and where it is from, as text and as JSON. */
import { ageInDays, type DateSpan } from '../catalog/age.ts';
import type { CatalogInfo } from '../features/catalog-info.ts';
import { inert, type Paint } from './paint.ts';
import { table, wrap } from './table.ts';

export interface CatalogInfoOptions {
  readonly width: number;
  /** ISO date. */
  readonly today: string;
  readonly paint: Paint;
}

/** Origins with few rows are told together. */
const LEAST_ROWS = 10;

export function catalogInfoJson(info: CatalogInfo): string {
  return `${JSON.stringify({ schemaVersion: 1, ...info }, null, 2)}\n`;
}

export function catalogInfoText(info: CatalogInfo, { width, today, paint }: CatalogInfoOptions): string {
  const { prices, providers, tables, origins } = info;
  const small = origins.filter(({ prices: own, facts }) => own === 0 && facts < LEAST_ROWS);
  const named = origins.filter((origin) => !small.includes(origin));
  const dates = (span: DateSpan): string[] => [span.oldest, span.newest];
  const shown = (columns: Parameters<typeof table>[0], rows: readonly (readonly (string | number)[])[]): string[] => {
    const cells = rows.map((row) => row.map((cell) => (cell === 0 ? '' : inert(String(cell)))));
    const [head = '', ...body] = table(columns, cells, width);
    return [paint('dim', head), ...body];
  };
  const right = { align: 'right' as const };
  const note = (text: string): string[] => wrap(text, width, '').map((line) => paint('dim', line));
  const lines = [
    paint('bold', `${String(prices.offers)} offers of ${String(providers.length)} providers`),
    ...wrap(summaryText(info, today), width, ''),
    '',
    ...shown(
      [
        { title: 'provider' },
        { title: 'machines', ...right },
        { title: 'offers', ...right },
        { title: 'unpriced', ...right, expendable: 3 },
        { title: 'estimates', ...right, expendable: 2 },
        { title: 'suspect', ...right, expendable: 1 },
        { title: 'oldest' },
        { title: 'newest' },
      ],
      providers.map((one) => [
        `${one.provider}${one.marketplace ? ' *' : ''}`,
        one.machines,
        one.offers,
        one.unpriced,
        one.estimates,
        one.suspect,
        ...dates(one),
      ]),
    ),
    ...note('* a marketplace of many owners: its lowest prices are no quotes'),
    '',
    ...shown(
      [
        { title: 'table' },
        { title: 'rows', ...right },
        { title: 'unsourced', ...right },
        { title: 'oldest' },
        { title: 'newest' },
      ],
      tables.map((one) => [one.name, one.rows, one.unsourced, ...dates(one)]),
    ),
    ...note('unsourced: wholly or in a part general knowledge'),
    '',
    ...shown(
      [
        { title: 'from' },
        { title: 'prices', ...right },
        { title: 'facts', ...right },
        { title: 'oldest', expendable: 2 },
        { title: 'newest' },
        { title: 'licence', expendable: 1 },
      ],
      named.map((one) => [one.origin.replace(/^github\.com\//, ''), one.prices, one.facts, ...dates(one), one.licence]),
    ),
    ...note(
      `and ${String(small.length)} others with less than ${String(LEAST_ROWS)} facts each: --format json names them`,
    ),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function summaryText({ prices, digest }: CatalogInfo, today: string): string {
  const marked = [
    `${String(prices.unpriced)} without a price`,
    `${String(prices.estimates)} estimates`,
    `${String(prices.secondHand)} second-hand`,
    `${String(prices.suspect)} suspect`,
  ].join(', ');
  const undated = prices.undated === 0 ? 'none undated' : `${String(prices.undated)} undated`;
  return `Prices of ${prices.oldest} (${ageWords(prices.oldest, today)}) to ${prices.newest} (${ageWords(prices.newest, today)}), ${undated}; ${marked}. Data ${digest}.`;
}

/** `54 days old`, `1.9 years old`. */
function ageWords(date: string, today: string): string {
  const days = ageInDays(date, today);
  if (days === undefined) return 'undated';
  return days < 365 ? `${String(days)} days old` : `${(days / 365.25).toFixed(1)} years old`;
}
