/** Refreshed prices as they are kept, by feed and column. */
import * as z from 'zod';
import { bases, capacities } from '../offer-terms.ts';
import { parseJson, seal, split, StoreError } from './store-text.ts';

/** A column of thousands of numbers, looked through in one plain loop: the file is read at every start. */
const column = (isCell: (cell: unknown) => boolean): z.ZodType<number[]> =>
  z.custom<number[]>((value) => Array.isArray(value) && value.every(isCell));
const isIndex = (cell: unknown): boolean => Number.isInteger(cell) && (cell as number) >= 0;
const indexes = column(isIndex);
const indexesBelow = (length: number): z.ZodType<number[]> =>
  column((cell) => isIndex(cell) && (cell as number) < length);

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const text = z.string().max(300);

/** The prices of one feed by column: row `i` is `machines[machine[i]]` in `regions[region[i]]`. */
const feedSchema = z.object({
  id: text,
  provider: text,
  /** What its offers say as their source. */
  source: text,
  asOf: date,
  /** When it was last asked and answered. */
  checkedOn: date,
  /** The edition at the source, to ask whether there is a newer one. */
  edition: text.optional(),
  /** Digest of the catalogue that its rows were mapped to. */
  catalogDigest: text,
  machines: z.array(text),
  regions: z.array(text),
  terms: z.array(text),
  rows: z.object({
    machine: indexes,
    region: indexes,
    capacity: indexesBelow(capacities.length),
    usdPerHour: column((cell) => Number.isFinite(cell) && (cell as number) > 0),
    basis: indexesBelow(bases.length),
    terms: indexes,
  }),
  /** AWS interruption bands: `[machine, region, savings in percent, band]`. */
  bands: z.array(z.tuple([text, text, z.number().min(0).max(100), text])).optional(),
});

const storedSchema = z.object({ feeds: z.array(feedSchema) });

export type StoredFeed = z.infer<typeof feedSchema>;
export interface StoredPrices {
  readonly feeds: readonly StoredFeed[];
  /** SHA-256 of the stored text, hexadecimal. */
  readonly sha256: string;
}

/** The text to store. The same feeds give the same text. */
export function sealPrices(feeds: readonly StoredFeed[]): Promise<string> {
  return seal(JSON.stringify({ feeds }));
}

/** The prices of a text whose checksum was verified. Throws a `StoreError` where they are not of the right form. */
export function readStored(stored: string): StoredPrices {
  const { sha256, body } = split(stored);
  const parsed = storedSchema.safeParse(parseJson(body));
  if (!parsed.success) throw new StoreError('its prices are not of the form that this version writes');
  return { feeds: parsed.data.feeds, sha256 };
}
