/** Quantities of the manifest: a number with an optional unit, whose dimension the field fixes (`design/manifest.md`, Quantities). */

/** Kept as: number, FLOP, bytes, seconds, per second, US dollars, watts, 0–1, dollars per kWh, dollars per kW and month, bytes per second, kilograms. */
export type Dimension =
  | 'count'
  | 'operations'
  | 'bytes'
  | 'duration'
  | 'rate'
  | 'money'
  | 'power'
  | 'share'
  | 'energyPrice'
  | 'powerPrice'
  | 'dataRate'
  | 'mass';

export type QuantityResult =
  | { readonly ok: true; readonly value: number }
  /** `wrong-dimension` is AI105; `malformed` (no number, negative, `Gb` for a size, 80 for a share) is AI102. */
  | { readonly ok: false; readonly problem: 'wrong-dimension' | 'malformed'; readonly message: string };

/** Reads a quantity. Never throws. */
export function parseQuantity(_dimension: Dimension, _raw: string | number): QuantityResult {
  throw new Error('written by the manifest room');
}
