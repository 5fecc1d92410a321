/** Which precision the arithmetic of a served model runs in, and how fast the chip is in it. */
import type { Accelerator, EngineFact, Precision } from '../catalog/types.ts';

export interface Arithmetic {
  readonly precision: Precision;
  readonly bits: 4 | 8 | 16 | 32;
  /** Dense peak of one accelerator in FLOP/s. */
  readonly peakFlops: number;
  /** Weights are stored smaller than they are computed in. */
  readonly weightOnly: boolean;
  /** The catalogue states no peak in this precision: it follows from another by the usual factor of two. */
  readonly derived: boolean;
}

export function bitsOf(precision: Precision): 4 | 8 | 16 | 32 {
  switch (precision) {
    case 'fp32':
    case 'tf32':
      return 32;
    case 'bf16':
    case 'fp16':
      return 16;
    case 'fp8':
    case 'int8':
      return 8;
    case 'fp4':
    case 'int4':
      return 4;
  }
}

/** `yes` in the engine's table; an engine without a table is believed to do what the chip does. */
function engineComputesIn(fact: EngineFact | undefined, precision: Precision): boolean {
  const word = fact?.precisions[precision];
  return word === undefined || word === 'yes' || word === 'backend';
}

function chipComputesIn(accelerator: Accelerator, precision: Precision): boolean {
  const word = accelerator.precisionSupport[precision];
  return word === undefined || word === 'yes';
}

/** Peak in 16 bit: stated, else half of a stated 8-bit peak (tensor units halve their rate as operands double). */
function sixteenBit(
  accelerator: Accelerator,
): { precision: Precision; peakFlops: number; derived: boolean } | undefined {
  const { bf16, fp16, int8, fp8 } = accelerator.peakFlops;
  if (bf16 !== undefined) return { precision: 'bf16', peakFlops: bf16, derived: false };
  if (fp16 !== undefined) return { precision: 'fp16', peakFlops: fp16, derived: false };
  const eight = int8 ?? fp8;
  const computes = accelerator.precisionSupport.fp16 === 'yes' || accelerator.precisionSupport.bf16 === 'yes';
  return eight === undefined || !computes ? undefined : { precision: 'fp16', peakFlops: eight / 2, derived: true };
}

/**
 * Arithmetic for weights of `precision`: in it where chip and engine can, else in 16 bit (weight-only).
 * 4-bit integers are always unpacked to 16 bit. Undefined: the catalogue states no usable peak.
 */
export function arithmeticFor(
  accelerator: Accelerator,
  precision: Precision,
  engineFact: EngineFact | undefined,
): Arithmetic | undefined {
  const own = accelerator.peakFlops[precision];
  const bits = bitsOf(precision);
  if (
    own !== undefined &&
    precision !== 'int4' &&
    engineComputesIn(engineFact, precision) &&
    chipComputesIn(accelerator, precision)
  ) {
    return { precision, bits, peakFlops: own, weightOnly: false, derived: false };
  }
  if (bits === 32) {
    const single = accelerator.peakFlops.fp32;
    return single === undefined
      ? undefined
      : { precision: 'fp32', bits: 32, peakFlops: single, weightOnly: false, derived: false };
  }
  const wide = sixteenBit(accelerator);
  if (wide === undefined) return undefined;
  return {
    precision: wide.precision,
    bits: 16,
    peakFlops: wide.peakFlops,
    weightOnly: bits < 16,
    derived: wide.derived,
  };
}
