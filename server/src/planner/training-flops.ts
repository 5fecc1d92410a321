/** FLOPs of training: of a token, of a sample, and the peak they run against. */
import type { Accelerator, Precision } from '../catalog/types.ts';
import { TRAINING_SPEED as FIT } from './fitted.ts';
import type { ModelShape } from './model-shape.ts';
import type { TrainingSettings } from './training-settings.ts';

/** Tokens of context a query sees on average times two (causal: `s`), a sliding window applied. */
export function effectiveSequence(shape: ModelShape, sequence: number): number {
  const window = shape.slidingWindow;
  if (window === undefined || window >= sequence) return sequence;
  // A query inside the first window sees what a causal one sees; later ones see the window: twice the mean. Every other layer is windowed.
  const windowed = 2 * window - (window * window) / sequence;
  return (sequence + windowed) / 2;
}

/**
 * Model FLOPs a token (no recomputation): `6·N_a + 6·L·s·a·d`, head included, embedding lookup left out; `4·N_a` for
 * frozen weights (LoRA).
 */
export function flopsPerToken(shape: ModelShape, sequence: number, frozen: boolean): number {
  const head = shape.vocab * shape.hidden;
  const attention = 6 * shape.layers * effectiveSequence(shape, sequence) * shape.heads * shape.headDim;
  return (frozen ? 4 : 6) * (shape.linear + head) + attention;
}

/** Dense peak for 16-bit tensor arithmetic; fp16 on chips without bf16; undefined when no source states one. */
export function sixteenBitPeak(chip: Accelerator): number | undefined {
  return chip.peakFlops.bf16 ?? chip.peakFlops.fp16;
}

/**
 * Peak at which the linear layers run: `F₁₆·(F_low/F₁₆)^k`, since half of what low precision promises is lost outside the
 * matrix products. Undefined when the chip has no stated peak.
 */
export function linearPeak(chip: Accelerator, settings: TrainingSettings): number | undefined {
  const sixteen = sixteenBitPeak(chip);
  if (sixteen === undefined) return chip.peakFlops.tf32 ?? chip.peakFlops.fp32;
  const low = chip.peakFlops[settings.precision];
  switch (settings.precision) {
    case 'fp8':
    case 'int8': {
      const k = settings.kind === 'tuned' ? FIT.lowPrecisionExponentTuned : FIT.lowPrecisionExponentNative;
      return low === undefined ? sixteen : sixteen * (low / sixteen) ** k;
    }
    case 'fp4':
    case 'int4':
      return low === undefined ? sixteen : sixteen * (low / sixteen) ** FIT.fp4Exponent;
    case 'fp32':
    case 'tf32':
      return low ?? chip.peakFlops.tf32 ?? chip.peakFlops.fp32 ?? sixteen / 2;
    case 'bf16':
    case 'fp16':
      return sixteen;
  }
}

/** Peak that utilization is counted against: the one of the stated precision, 16 bit where that is not known. */
export function nominalPeak(chip: Accelerator, precision: Precision): number | undefined {
  return chip.peakFlops[precision] ?? sixteenBitPeak(chip) ?? chip.peakFlops.fp32;
}
