/** A refresh: every feed is asked, what may be believed replaces what was stored, and what happened is told. */
import { bases, capacities } from '../offer-terms.ts';
import type { Catalog } from '../types.ts';
import { awsSpotAdvisor } from './aws-spot-advisor.ts';
import { azureRetail } from './azure-retail.ts';
import { createPriceChecker, type CheckedPrice, type PriceChecker } from './check.ts';
import { DropCounter, type Dropped } from './dropped.ts';
import { gpuhunt } from './gpuhunt.ts';
import { skypilot } from './skypilot.ts';
import { FeedError, type Download, type Feed, type FeedAnswer } from './source.ts';
import type { StoredFeed } from './stored.ts';

/** All feeds, the most trusted first: of equally old prices the first one's counts. */
export const FEEDS: readonly Feed[] = [azureRetail, ...skypilot, ...gpuhunt, awsSpotAdvisor];

/** Fewer prices than this share of the last good ones are an answer that was cut off. */
const LEAST_SHARE = 0.5;

export interface RefreshInput {
  /** The embedded catalogue: machines and regions to map to, prices to check against. */
  readonly catalog: Catalog;
  /** What is stored already; its feeds stay where a new answer cannot be had. */
  readonly previous: readonly StoredFeed[];
  /** Providers to refresh; all when absent. */
  readonly providers?: readonly string[];
  readonly download: Download;
  /** ISO date. */
  readonly today: string;
  readonly signal: AbortSignal;
  /** Called as feeds end. */
  readonly onProgress?: (feed: Feed, done: number, total: number) => void;
}

export interface RefreshOutcome {
  /** What to store. */
  readonly feeds: readonly StoredFeed[];
  readonly results: readonly FeedResult[];
}

export interface FeedResult {
  readonly id: string;
  readonly provider: string;
  readonly title: string;
  /** `failed`: the last good prices stay, where there are any. */
  readonly status: 'refreshed' | 'unchanged' | 'failed';
  /** Why it failed; '' otherwise. */
  readonly problem: string;
  /** Prices that are in effect from this feed now. */
  readonly prices: number;
  /** ISO date of those; '' where there are none. */
  readonly asOf: string;
  readonly dropped: Dropped;
}

/** Providers that some feed has prices of. */
export function refreshableProviders(): readonly string[] {
  return [...new Set(FEEDS.map((feed) => feed.provider))].sort();
}

/**
 * Asks all feeds at once. One that fails keeps what is stored of it; the others are not held back. Rejects only when `signal`
 * is aborted: then nothing has changed, since storing is left to the caller.
 */
export async function refreshPrices(input: RefreshInput): Promise<RefreshOutcome> {
  const { previous, providers, signal } = input;
  const aborted = abortOf(signal);
  const download: Download = (request) => Promise.race([input.download(request), aborted]);
  const wanted = FEEDS.filter((feed) => providers === undefined || providers.includes(feed.provider));
  const checker = createPriceChecker(input.catalog);
  let done = 0;
  const answers = await Promise.all(
    wanted.map(async (feed) => {
      const stored = previous.find(({ id }) => id === feed.id);
      const answer = await refreshFeed(feed, stored, checker, { ...input, download });
      done += 1;
      input.onProgress?.(feed, done, wanted.length);
      return answer;
    }),
  );
  signal.throwIfAborted();
  const renewed = new Map(answers.map(({ result, stored }) => [result.id, stored]));
  return {
    feeds: FEEDS.flatMap(({ id }) => {
      const feed = renewed.has(id) ? renewed.get(id) : previous.find((known) => known.id === id);
      return feed === undefined ? [] : [feed];
    }),
    results: answers.map(({ result }) => result),
  };
}

interface RefreshedFeed {
  readonly result: FeedResult;
  readonly stored: StoredFeed | undefined;
}

async function refreshFeed(
  feed: Feed,
  stored: StoredFeed | undefined,
  checker: PriceChecker,
  { catalog, download, today, signal }: RefreshInput,
): Promise<RefreshedFeed> {
  // Rows that were mapped to other machines have to be mapped anew, whether the source changed or not.
  const edition = stored?.catalogDigest === catalog.digest ? stored.edition : undefined;
  const end = (
    status: FeedResult['status'],
    now: StoredFeed | undefined,
    dropped: Dropped,
    problem = '',
  ): RefreshedFeed => ({
    stored: now,
    result: {
      id: feed.id,
      provider: feed.provider,
      title: feed.title,
      status,
      problem,
      prices: now?.rows.usdPerHour.length ?? 0,
      asOf: now?.asOf ?? '',
      dropped,
    },
  });
  const dropped = new DropCounter();
  try {
    const answer = await feed.read({
      catalog,
      today,
      edition,
      get: (request) => download({ ...request, hosts: feed.hosts }),
    });
    if (answer === 'unchanged') return end('unchanged', stored && { ...stored, checkedOn: today }, dropped);
    dropped.addAll(answer.dropped);
    const prices = checker.check(answer.rows, feed, dropped);
    refuseTooFew(prices.length, answer.rows.length, stored);
    return end('refreshed', encode(feed, answer, prices, today, catalog.digest), dropped);
  } catch (error) {
    signal.throwIfAborted();
    const problem = error instanceof FeedError ? error.message : `an error of ours: ${String(error)}`;
    return end('failed', stored, dropped, problem);
  }
}

/** Rejects with the signal's reason as soon as it is aborted: a shell that is slow to give up holds nothing back. */
function abortOf(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  // It may be aborted when nobody waits any more.
  aborted.catch(() => undefined);
  return aborted;
}

function refuseTooFew(prices: number, rows: number, stored: StoredFeed | undefined): void {
  if (prices === 0) throw new FeedError(`none of its ${String(rows)} rows can be used`);
  const before = stored?.rows.usdPerHour.length ?? 0;
  if (prices < before * LEAST_SHARE) {
    throw new FeedError(`it gave ${String(prices)} prices, and ${String(before)} the last time: taken for incomplete`);
  }
}

function encode(
  feed: Feed,
  answer: FeedAnswer,
  prices: readonly CheckedPrice[],
  today: string,
  catalogDigest: string,
): StoredFeed {
  const machines = new IndexedNames();
  const regions = new IndexedNames();
  const terms = new IndexedNames();
  return {
    id: feed.id,
    provider: feed.provider,
    source: answer.source,
    asOf: answer.asOf,
    checkedOn: today,
    ...(answer.edition === undefined ? {} : { edition: answer.edition }),
    catalogDigest,
    rows: {
      machine: prices.map(({ machine }) => machines.indexOf(machine.instance)),
      region: prices.map(({ region }) => regions.indexOf(region)),
      capacity: prices.map(({ capacity }) => capacities.indexOf(capacity)),
      usdPerHour: prices.map(({ usdPerHour }) => usdPerHour),
      basis: prices.map(({ basis }) => bases.indexOf(basis)),
      terms: prices.map((price) => terms.indexOf(price.terms)),
    },
    machines: machines.names,
    regions: regions.names,
    terms: terms.names,
    ...(answer.bands === undefined
      ? {}
      : {
          bands: answer.bands.map(({ instance, region, savingsPercent, band }): [string, string, number, string] => [
            instance,
            region,
            savingsPercent,
            band,
          ]),
        }),
  };
}

/** Names in the order of their first use. */
class IndexedNames {
  readonly names: string[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    this.#indexes.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
