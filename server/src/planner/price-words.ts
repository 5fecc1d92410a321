/** A price book's price in words. */
import type { BookPrice } from '../catalog/types.ts';

/** `catalogue $55.04 (2026-07-20)`: what the winning price of a book won over. */
export function beatenWords({ beaten }: BookPrice): string {
  if (beaten.length === 0) return 'no other price';
  return beaten
    .map(({ layer, usdPerHour, source, asOf }) => {
      const name = layer === 'catalogue' ? 'catalogue' : source;
      return `${name} $${Number(usdPerHour.toFixed(6))}${asOf === '' ? '' : ` (${asOf})`}`;
    })
    .join('; ');
}
