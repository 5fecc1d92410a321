/** The catalogue that a command works with: the embedded one, or with refreshed prices on it when that was asked for. */
import { Option } from 'commander';
import { embeddedCatalog } from '../catalog/embedded.ts';
import { withRefreshed } from '../catalog/refresh/refreshed.ts';
import { StoreError } from '../catalog/refresh/store-text.ts';
import type { Catalog } from '../catalog/types.ts';
import { defaultStore, readStore } from './price-store.ts';

/** Which prices to use, as given on the command line. */
export interface PriceChoice {
  readonly refreshed?: true;
  /** The folder of the stored prices; the user's data folder when not given. */
  readonly store?: string;
}

/** Refreshed prices are never used unasked: the same files and the same version give the same answer on every machine. */
export function refreshedOption(): Option {
  return new Option('--refreshed', 'use the prices that `ai-infra catalog refresh` stored');
}

/** Another folder than the user's; naming one asks for its prices. */
export function storeOption(): Option {
  return new Option('--store <folder>', 'use the refreshed prices in this folder').implies({ refreshed: true });
}

/** Refreshed prices that were asked for and cannot be used: an error of the call, since other prices would be a wrong answer. */
export class NoRefreshedPrices extends Error {}

/** The catalogue. Throws `NoRefreshedPrices` when there are none, or none that can be trusted. */
export function chosenCatalog({ refreshed, store }: PriceChoice): Catalog {
  const embedded = embeddedCatalog();
  if (!refreshed) return embedded;
  const folder = store ?? defaultStore();
  try {
    const prices = readStore(folder);
    if (prices === undefined) {
      throw new NoRefreshedPrices(`no refreshed prices are stored in ${folder}: run ai-infra catalog refresh`);
    }
    return withRefreshed(embedded, prices);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new NoRefreshedPrices(`the refreshed prices in ${folder} cannot be used, ${error.message}`);
  }
}
