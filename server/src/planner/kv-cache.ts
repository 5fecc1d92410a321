/** Bytes of weights and of the key/value cache, by precision and attention type. */
import type { Precision } from '../catalog/types.ts';
import { SERVING_MEMORY } from './fitted.ts';
import type { ModelFacts } from './types.ts';

/** Bytes of one number. Four-bit formats carry group scales: about 4.5 bits. */
export function bytesPerNumber(precision: Precision): number {
  switch (precision) {
    case 'fp32':
    case 'tf32':
      return 4;
    case 'bf16':
    case 'fp16':
      return 2;
    case 'fp8':
    case 'int8':
      return 1;
    case 'fp4':
    case 'int4':
      return SERVING_MEMORY.bitsPerWeight4 / 8;
  }
}

/** Bits of every weight, embedding and head included, where an engine has formats of its own. */
export function ownFormatBits(engine: string | undefined, precision: Precision): number | undefined {
  if (engine !== 'llama.cpp') return undefined;
  const bits: Readonly<Record<string, number>> = SERVING_MEMORY.llamaCppBits;
  return bits[precision];
}

/** Parameters of embedding and head, which stay in 16 bit when the rest is quantised; 0 when the vocabulary is not known. */
export function embeddingParameters(model: ModelFacts): number {
  const once = (model.vocabSize ?? 0) * (model.hiddenSize ?? 0);
  return Math.min(model.parameters, model.tiedEmbeddings === true ? once : 2 * once);
}

/**
 * Bytes of the weights in all. Below 16 bit, embedding and head stay in 16 bit.
 * Source: `weights = N × bytes`, four-bit formats at 4.5 bits. llama.cpp quantises embedding and head too (Q4_K_M, Q8_0).
 */
export function weightBytes(model: ModelFacts, precision: Precision, engine?: string): number {
  const own = ownFormatBits(engine, precision);
  if (own !== undefined) return (model.parameters * own) / 8;
  const bytes = bytesPerNumber(precision);
  if (bytes >= 2) return model.parameters * bytes;
  const sixteen = embeddingParameters(model);
  return (model.parameters - sixteen) * bytes + sixteen * 2;
}

/**
 * Bytes of cache that one token takes over all devices of a replica, without replication: `2·g·d·L·bytes`, or
 * `(rank + rotary)·L·bytes` for latent attention. Undefined when layers or heads are not known.
 */
export function kvBytesPerToken(model: ModelFacts, precision: Precision): number | undefined {
  return kvBytesPerTokenPerDevice(model, precision, 1, 1);
}

/** Cache bytes of one token on one device: heads are spread over `tensor` (replicated when there are fewer), layers over `pipeline`. A latent cache is replicated. */
export function kvBytesPerTokenPerDevice(
  model: ModelFacts,
  precision: Precision,
  tensor: number,
  pipeline: number,
): number | undefined {
  if (model.layers === undefined) return undefined;
  const layers = Math.ceil(model.layers / pipeline);
  const bytes = bytesPerNumber(precision);
  if (model.kvLoraRank !== undefined) return (model.kvLoraRank + (model.qkRopeHeadDim ?? 0)) * layers * bytes;
  const heads = model.kvHeads ?? model.heads;
  const size = headSize(model);
  if (heads === undefined || size === undefined) return undefined;
  return 2 * Math.max(1, heads / tensor) * size * layers * bytes;
}

/** Size of an attention head: stated, else `h / a`. */
export function headSize(model: ModelFacts): number | undefined {
  if (model.headDim !== undefined) return model.headDim;
  if (model.hiddenSize === undefined || model.heads === undefined || model.heads === 0) return undefined;
  return model.hiddenSize / model.heads;
}

/**
 * Share of the cache of a sequence of `tokens` that a model with a sliding window keeps: `low` when five of six layers are
 * windowed (Gemma 3), `mid` when every other one is (Gemma 2, gpt-oss), `high` when the engine keeps all of it.
 */
export function windowShare(model: ModelFacts, tokens: number): { low: number; mid: number; high: number } {
  const window = model.slidingWindow;
  if (window === undefined || tokens <= window || tokens <= 0) return { low: 1, mid: 1, high: 1 };
  const kept = window / tokens;
  return { low: 1 / 6 + (5 / 6) * kept, mid: 1 / 2 + kept / 2, high: 1 };
}
