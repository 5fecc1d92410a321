import type { BookFile } from '../catalog/price-book.ts';

/** What was found where a price book should be. */
export type BookContent = BookFile['content'];
