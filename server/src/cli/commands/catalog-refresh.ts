import { Command, InvalidArgumentError, Option } from 'commander';
import { embeddedCatalog } from '../../catalog/embedded.ts';
import { priceChanges } from '../../catalog/refresh/changes.ts';
import { createDownload, DEFAULT_LIMITS } from '../../catalog/refresh/download.ts';
import { refreshableProviders, refreshPrices, type RefreshOutcome } from '../../catalog/refresh/refresh.ts';
import { withRefreshed } from '../../catalog/refresh/refreshed.ts';
import { changeLines, droppedLines, feedLines, summaryLine } from '../../catalog/refresh/report.ts';
import { StoreError } from '../../catalog/refresh/store-text.ts';
import { readStored, sealPrices, type StoredPrices } from '../../catalog/refresh/stored.ts';
import type { Catalog } from '../../catalog/types.ts';
import { refreshJson } from '../catalog-refresh.ts';
import { httpsFetch } from '../https-fetch.ts';
import { inert } from '../paint.ts';
import { defaultStore, readStore, writeStore } from '../price-store.ts';
import { EXIT_USAGE, formatOption, todayOption, wholeNumber } from '../usage.ts';

interface RefreshOptions {
  readonly provider?: readonly string[];
  readonly timeout: number;
  readonly store: string;
  readonly format: 'text' | 'json';
  readonly today: string;
}

/** A source did not answer; its last good prices stay. */
const EXIT_INCOMPLETE = 1;

/**
 * `ai-infra catalog refresh`: fetches prices from public sources and stores them. Exits 0 when every source answered, 1 when
 * one did not, 2 when nothing could be stored.
 */
export function catalogRefreshCommand(): Command {
  const providers = refreshableProviders();
  return new Command('refresh')
    .description('fetch newer prices from public sources and store them; exits 1 when a source did not answer')
    .addOption(
      new Option('--provider <provider>', `only this one: ${providers.join(', ')}; repeatable`).argParser(
        (name: string, before: readonly string[] | undefined): readonly string[] => {
          if (!providers.includes(name)) throw new InvalidArgumentError(`It is one of ${providers.join(', ')}.`);
          return [...(before ?? []), name];
        },
      ),
    )
    .addOption(
      new Option('--timeout <seconds>', 'the longest to wait for one answer')
        .default(DEFAULT_LIMITS.milliseconds / 1000)
        .argParser(wholeNumber),
    )
    .addOption(
      new Option('--store <folder>', 'where to keep the prices').default(defaultStore(), "the user's data folder"),
    )
    .addOption(formatOption('text', 'json'))
    .addOption(todayOption())
    .addHelpText(
      'after',
      '\nSources need no key; nothing of yours is sent. HTTPS_PROXY and NO_PROXY are honoured.\nThe prices are used by commands that are given --refreshed.',
    )
    .action(async (options: RefreshOptions) => {
      const interrupted = new AbortController();
      const interrupt = (): void => interrupted.abort();
      process.once('SIGINT', interrupt);
      try {
        process.exitCode = await refresh(options, interrupted.signal);
      } catch (error) {
        if (!interrupted.signal.aborted && !(error instanceof StoreError)) throw error;
        const why = error instanceof StoreError ? `the prices cannot be stored, ${error.message}` : 'cancelled';
        process.stderr.write(`ai-infra: ${why}; what was stored before is unchanged\n`);
        process.exitCode = EXIT_USAGE;
      } finally {
        process.off('SIGINT', interrupt);
      }
    });
}

async function refresh(options: RefreshOptions, signal: AbortSignal): Promise<number> {
  const { store, format, timeout, today, provider } = options;
  const embedded = embeddedCatalog();
  const previous = storedBefore(store);
  const outcome = await refreshPrices({
    catalog: embedded,
    previous: previous?.feeds ?? [],
    ...(provider && { providers: provider }),
    download: createDownload(httpsFetch, signal, { milliseconds: timeout * 1000 }),
    today,
    signal,
    onProgress: ({ id }, done, total) => {
      if (process.stderr.isTTY) process.stderr.write(`${String(done)}/${String(total)} ${id}\n`);
    },
  });
  const text = await sealPrices(outcome.feeds);
  const isWorthStoring = outcome.results.some(({ status }) => status !== 'failed');
  if (isWorthStoring) writeStore(store, text);
  const before = previous === undefined ? embedded : withRefreshed(embedded, previous);
  const after = withRefreshed(embedded, readStored(text));
  process.stdout.write(
    format === 'json'
      ? refreshJson(outcome, before, after)
      : refreshText(outcome, before, after, isWorthStoring ? store : undefined),
  );
  return outcome.results.some(({ status }) => status === 'failed') ? EXIT_INCOMPLETE : 0;
}

/** A file that cannot be trusted is as good as none: it is told, and replaced. */
function storedBefore(store: string): StoredPrices | undefined {
  try {
    return readStore(store);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    process.stderr.write(`ai-infra: the prices stored before are not used, ${error.message}\n`);
    return undefined;
  }
}

function refreshText(outcome: RefreshOutcome, before: Catalog, after: Catalog, store: string | undefined): string {
  const changes = priceChanges(before, after, refreshableProviders());
  const blocks = [
    [summaryLine(outcome.results, changes)],
    feedLines(outcome.results),
    changeLines(changes),
    droppedLines(outcome.results),
    [
      store === undefined
        ? 'Nothing is stored: no source answered.'
        : `Stored in ${store}. Commands use these prices when they are given --refreshed.`,
    ],
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.map(inert).join('\n'));
  return `${text.join('\n\n')}\n`;
}
