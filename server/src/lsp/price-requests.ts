/** Requests about refreshed prices. The client fetches and stores, the server reads, checks and works with them. */
import type { CancellationToken, Connection } from 'vscode-languageserver';
import { priceChanges } from '../catalog/refresh/changes.ts';
import { refreshableProviders, refreshPrices } from '../catalog/refresh/refresh.ts';
import { withRefreshed } from '../catalog/refresh/refreshed.ts';
import { changeLines, droppedLines, feedLines, summaryLine } from '../catalog/refresh/report.ts';
import { FeedError, type Download } from '../catalog/refresh/source.ts';
import { StoreError } from '../catalog/refresh/store-text.ts';
import { readStored, sealPrices, type StoredPrices } from '../catalog/refresh/stored.ts';
import type { Catalog } from '../catalog/types.ts';
import {
  DOWNLOAD,
  REFRESH_PRICES,
  REFRESH_PROGRESS,
  USE_PRICES,
  type DownloadParams,
  type DownloadResult,
  type MovedCost,
  type RefreshPricesParams,
  type RefreshPricesResult,
  type RefreshProgressParams,
  type UsePricesParams,
  type UsePricesResult,
} from '../protocol.ts';
import { untilShutdown, type HandlerContext } from './handler.ts';

/** What the requests need of the server. */
export interface PriceContext extends Pick<HandlerContext, 'hasEnded'> {
  /** The catalogue without refreshed prices. */
  embedded(): Catalog;
  /** The catalogue in use. */
  catalog(): Catalog;
  /** ISO date. */
  today(): string;
  /** Total of every open manifest, by its URI, as the status item writes it. */
  totals(): Promise<ReadonlyMap<string, string>>;
  /** Takes another catalogue and has every open manifest analysed again. */
  use(catalog: Catalog): void;
}

export function registerPrices(connection: Connection, context: PriceContext): void {
  connection.onRequest(
    REFRESH_PRICES,
    untilShutdown(context, (params: RefreshPricesParams, token) => refresh(connection, context, params, token)),
  );
  connection.onRequest(
    USE_PRICES,
    untilShutdown(context, async ({ stored }: UsePricesParams): Promise<UsePricesResult> => {
      const before = await context.totals();
      try {
        context.use(catalogWith(context.embedded(), stored));
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        return { problem: error.message, moved: [] };
      }
      const after = await context.totals();
      const moved = [...before].flatMap(([uri, total]): MovedCost[] => {
        const now = after.get(uri) ?? '';
        return now === total ? [] : [{ uri, before: total, after: now }];
      });
      return { problem: '', moved };
    }),
  );
}

/** The embedded catalogue with the stored prices on it; alone for ''. Throws a `StoreError` for a text that holds none. */
export function catalogWith(embedded: Catalog, stored: string): Catalog {
  return stored === '' ? embedded : withRefreshed(embedded, readStored(stored));
}

async function refresh(
  connection: Connection,
  context: PriceContext,
  { stored, providers }: RefreshPricesParams,
  token: CancellationToken,
): Promise<RefreshPricesResult> {
  const controller = new AbortController();
  const subscription = token.onCancellationRequested(() => controller.abort());
  const embedded = context.embedded();
  try {
    const { feeds, results } = await refreshPrices({
      catalog: embedded,
      previous: storedBefore(stored)?.feeds ?? [],
      ...(providers && { providers }),
      download: downloadThrough(connection, token),
      today: context.today(),
      signal: controller.signal,
      onProgress: ({ title, provider }, done, total) => {
        const progress: RefreshProgressParams = { source: `${title} (${provider})`, done, total };
        void connection.sendNotification(REFRESH_PROGRESS, progress);
      },
    });
    const text = await sealPrices(feeds);
    const changes = priceChanges(context.catalog(), catalogWith(embedded, text), refreshableProviders());
    return {
      // When no source answered there is nothing new to keep.
      stored: results.some(({ status }) => status !== 'failed') ? text : '',
      summary: summaryLine(results, changes),
      failed: results
        .filter(({ status }) => status === 'failed')
        .map(({ title, provider }) => `${title} (${provider})`),
      sources: feedLines(results),
      changes: changeLines(changes),
      dropped: droppedLines(results),
    };
  } finally {
    subscription.dispose();
  }
}

function storedBefore(stored: string): StoredPrices | undefined {
  try {
    return stored === '' ? undefined : readStored(stored);
  } catch {
    // Prices of another version of this program: fetched anew.
    return undefined;
  }
}

/** The client speaks to the network; it holds hosts, sizes and times to their limits. */
function downloadThrough(connection: Connection, token: CancellationToken): Download {
  return async (request) => {
    const result = await connection.sendRequest<DownloadResult>(DOWNLOAD, request satisfies DownloadParams, token);
    if ('problem' in result) throw new FeedError(result.problem);
    if ('unchanged' in result) return 'unchanged';
    return {
      bytes: Uint8Array.from(atob(result.base64), (character) => character.charCodeAt(0)),
      etag: result.etag,
      lastModified: result.lastModified,
    };
  };
}
