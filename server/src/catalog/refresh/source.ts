/** What a public price source is, to the refresh: feeds that download and parse, and the rows they give. */
import type { Catalog, Offer } from '../types.ts';
import type { Dropped } from './dropped.ts';

/** A price as its source states it, before it is mapped to a machine of the catalogue. */
export interface SourceRow {
  readonly instance: string;
  readonly region: string;
  readonly capacity: Offer['capacity'];
  /** US dollars per machine-hour. NaN where the source's text is no number. */
  readonly usdPerHour: number;
  /** The accelerator in the source's words and how many; absent where the source names the machine alone. */
  readonly accelerator?: string;
  readonly count?: number;
  /** Device memory of one accelerator, GB, where the source tells forms of a chip apart by it. */
  readonly memoryGb?: number;
  /** `estimate` where the price is computed from another one; default `list`. */
  readonly basis?: Offer['basis'];
  readonly terms?: string;
}

/** How often AWS interrupts a machine type in a region, as its spot advisor states it. */
export interface BandRow {
  readonly instance: string;
  readonly region: string;
  /** Percent off on-demand. */
  readonly savingsPercent: number;
  /** `<5%`, `5-10%` … `>20%` */
  readonly band: string;
}

/** What a feed gave: all its rows, with where they are from and of which day they are. */
export interface FeedAnswer {
  readonly rows: readonly SourceRow[];
  readonly bands?: readonly BandRow[];
  /** Rows that the parser itself had to leave out. */
  readonly dropped: Dropped;
  /** What an offer's `source` says. */
  readonly source: string;
  /** ISO date of the data. */
  readonly asOf: string;
  /** What the source calls this edition, to ask next time whether there is a newer one: an ETag or a version. */
  readonly edition?: string;
}

/** One document, or one series of pages, of one provider's prices. */
export interface Feed {
  /** `skypilot/aws` */
  readonly id: string;
  /** Id of the provider in the catalogue. */
  readonly provider: string;
  /** For people: `SkyPilot's catalogue`. */
  readonly title: string;
  /** The hosts that it may speak to, redirects included. */
  readonly hosts: readonly string[];
  /** Its names of machines are not the catalogue's: single-accelerator machines are found by their accelerator. */
  readonly byAccelerator?: boolean;
  /** Answers `unchanged` when the edition is still the newest. Rejects with a `FeedError` that says what is wrong. */
  read(context: FeedContext): Promise<FeedAnswer | 'unchanged'>;
}

export interface FeedContext {
  /** Embedded prices: what there is to refresh. */
  readonly catalog: Catalog;
  /** ISO date. */
  readonly today: string;
  /** The edition that is stored already. */
  readonly edition: string | undefined;
  get(request: DocumentRequest): Promise<SourceDocument | 'unchanged'>;
}

export interface DocumentRequest {
  readonly url: string;
  readonly kind: DocumentKind;
  /** Sent as `If-None-Match`. */
  readonly etag?: string | undefined;
}

/** What is expected: it decides on the media types that are believed and on the size that is read. */
export type DocumentKind = 'json' | 'csv' | 'text' | 'zip';

export interface SourceDocument {
  readonly bytes: Uint8Array;
  readonly etag: string | undefined;
  /** ISO date of the `Last-Modified` header. */
  readonly lastModified: string | undefined;
}

/** Gets one document for a feed; the shell's side of a refresh. Rejects with a `FeedError`. */
export type Download = (
  request: DocumentRequest & { readonly hosts: readonly string[] },
) => Promise<SourceDocument | 'unchanged'>;

/** A source that cannot be used now. The message is a clause for people: `the server answered 404`. */
export class FeedError extends Error {}

/** The text of a document. Throws a `FeedError` when it is no UTF-8. */
export function textOf({ bytes }: SourceDocument): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FeedError('the answer is no UTF-8 text');
  }
}

/** The value of a JSON document. Throws a `FeedError` when it is none. */
export function jsonOf(document: SourceDocument): unknown {
  const text = textOf(document);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new FeedError('the answer is no JSON, or was cut off');
  }
}
