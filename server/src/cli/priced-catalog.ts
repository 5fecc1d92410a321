/** The catalogue as a call that takes no manifest asks for it: with refreshed prices, and with the price books that it names. */
import { withBooks } from '../catalog/book-overlay.ts';
import { readPriceBook } from '../catalog/price-book.ts';
import type { Catalog } from '../catalog/types.ts';
import { createBookshelf } from './price-books.ts';
import { chosenCatalog, type PriceChoice } from './refreshed-catalog.ts';

export interface PricingOptions extends PriceChoice {
  /** ISO date: prices of books hold from one to another. */
  readonly today: string;
  /** `--price-book FILE`. */
  readonly priceBook?: string;
}

export interface PricedCatalog {
  readonly catalog: Catalog;
  /** True when a book could not be read: it was said on standard error. */
  readonly unreadable: boolean;
}

/** Says on standard error what is wrong with the books. Throws `NoRefreshedPrices`. */
export function pricedCatalog({ today, priceBook, ...prices }: PricingOptions): PricedCatalog {
  const chosen = chosenCatalog(prices);
  const shelf = createBookshelf(priceBook);
  const books = shelf.named.map((file) => readPriceBook(file, chosen));
  shelf.report(books, { catalog: chosen, today, hideCells: false });
  return { catalog: withBooks(chosen, books, today), unreadable: shelf.unreadable };
}
