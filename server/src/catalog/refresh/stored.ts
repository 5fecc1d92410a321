/** Refreshed prices as they are kept: one file of two lines, a head with the checksum of the second, the prices as JSON. */
import * as z from 'zod';
import { bases, capacities } from '../data-schema.ts';

const FORMAT = 'ai-infra refreshed prices';
const VERSION = 1;
/** The name of the file, wherever it is kept. */
export const STORE_FILE = 'refreshed-prices.json';
/** More than this is not read: the prices of all feeds are well under a megabyte. */
export const MOST_STORED_BYTES = 16 * 2 ** 20;

const index = z.int().nonnegative();
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
    machine: z.array(index),
    region: z.array(index),
    /** Index into `capacities`. */
    capacity: z.array(
      z
        .int()
        .min(0)
        .max(capacities.length - 1),
    ),
    usdPerHour: z.array(z.number().positive()),
    /** Index into `bases`. */
    basis: z.array(
      z
        .int()
        .min(0)
        .max(bases.length - 1),
    ),
    terms: z.array(index),
  }),
  /** AWS interruption bands: `[machine, region, savings in percent, band]`. */
  bands: z.array(z.tuple([text, text, z.number().min(0).max(100), text])).optional(),
});

const storedSchema = z.object({ feeds: z.array(feedSchema) });
const headSchema = z.object({ format: z.literal(FORMAT), version: z.int(), sha256: z.string() });

export type StoredFeed = z.infer<typeof feedSchema>;
export interface StoredPrices {
  readonly feeds: readonly StoredFeed[];
  /** SHA-256 of the stored text, hexadecimal. */
  readonly sha256: string;
}

/** Stored prices that cannot be used; the message says why. */
export class StoreError extends Error {}

/** The text to store. The same feeds give the same text. */
export async function sealPrices(feeds: readonly StoredFeed[]): Promise<string> {
  const body = JSON.stringify({ feeds });
  return `${JSON.stringify({ format: FORMAT, version: VERSION, sha256: await sha256(body) })}\n${body}\n`;
}

/** Checks the head and the checksum of a stored text. Throws a `StoreError` for anything but an untouched one. */
export async function verifyStored(stored: string): Promise<void> {
  const hash = await sha256(split(stored).body);
  verifyChecksum(stored, () => hash);
}

/** The same where SHA-256 (hexadecimal) can be had at once. */
export function verifyChecksum(stored: string, sha256Of: (body: string) => string): void {
  const { head, body } = split(stored);
  if (sha256Of(body) !== head.sha256) throw new StoreError('its checksum is wrong: it was changed or cut off');
}

/** The prices of a text that `verifyStored` has let pass. Throws a `StoreError` where they are not of the right form. */
export function readStored(stored: string): StoredPrices {
  const { head, body } = split(stored);
  const parsed = storedSchema.safeParse(parseJson(body));
  if (!parsed.success) throw new StoreError('its prices are not of the form that this version writes');
  return { feeds: parsed.data.feeds, sha256: head.sha256 };
}

function split(stored: string): { readonly head: z.infer<typeof headSchema>; readonly body: string } {
  const [first = '', body = ''] = stored.split('\n', 2);
  const head = headSchema.safeParse(parseJson(first));
  if (!head.success) throw new StoreError('it is no file of refreshed prices');
  if (head.data.version !== VERSION) throw new StoreError('it is from another version of ai-infra');
  return { head: head.data, body };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

async function sha256(body: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
