/**
 * The text of stored prices: two lines, a head with the checksum of the second, and the prices as JSON. What they hold is the
 * matter of `stored.ts`; whoever only keeps the text needs no more than this.
 */
const FORMAT = 'ai-infra refreshed prices';
const VERSION = 1;

/** The name of the file, wherever it is kept. */
export const STORE_FILE = 'refreshed-prices.json';
/** More than this is not read: the prices of all feeds are well under a megabyte. */
export const MOST_STORED_BYTES = 16 * 2 ** 20;

/** Stored prices that cannot be used; the message says why. */
export class StoreError extends Error {}

export interface StoreParts {
  /** SHA-256 of the body, hexadecimal, as the head states it. */
  readonly sha256: string;
  readonly body: string;
}

/** The text to store. */
export async function seal(body: string): Promise<string> {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, sha256: await sha256Of(body) })}\n${body}\n`;
}

/** Checks the head and the checksum of a stored text. Rejects with a `StoreError` for anything but an untouched one. */
export async function verifyStored(stored: string): Promise<void> {
  const hash = await sha256Of(split(stored).body);
  verifyChecksum(stored, () => hash);
}

/** The same where SHA-256 (hexadecimal) can be had at once. */
export function verifyChecksum(stored: string, hash: (body: string) => string): void {
  const { sha256, body } = split(stored);
  if (hash(body) !== sha256) throw new StoreError('its checksum is wrong: it was changed or cut off');
}

/** Head and body. Throws a `StoreError` for another kind of text. */
export function split(stored: string): StoreParts {
  const [first = '', body = ''] = stored.split('\n', 2);
  const head = parseJson(first) as { format?: unknown; version?: unknown; sha256?: unknown } | null | undefined;
  if (head?.format !== FORMAT || typeof head.sha256 !== 'string') {
    throw new StoreError('it is no file of refreshed prices');
  }
  if (head.version !== VERSION) throw new StoreError('it is from another version of ai-infra');
  return { sha256: head.sha256, body };
}

/** The value, or undefined where the text is no JSON. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

async function sha256Of(body: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
