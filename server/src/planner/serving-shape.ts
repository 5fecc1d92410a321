/** The quantities of a language model that every step of serving needs, computed once per estimate. */
import type { Precision } from '../catalog/types.ts';
import { bytesPerNumber, kvBytesPerToken, ownFormatBits, weightBytes } from './kv-cache.ts';
import { shapeOf } from './model-shape.ts';
import type { ModelFacts } from './types.ts';

export interface LanguageShape {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly heads: number;
  /** 1 for latent attention, whose compressed cache every device of a tensor group holds. */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly latent: boolean;
  /** Bytes of everything but the routed experts. */
  readonly denseBytes: number;
  /** Of those, what a step reads: the input embedding of an untied model is looked up, not read. */
  readonly denseReadBytes: number;
  /** Bytes of all routed experts; 0 for dense models. */
  readonly expertBytes: number;
  readonly experts: number;
  readonly expertsPerToken: number;
  /** Parameters that multiply each token: active ones without the input embedding, which is only looked up. */
  readonly computedParameters: number;
  readonly kvBytesPerToken: number;
  readonly slidingWindow: number | undefined;
}

/**
 * Shape of a transformer or mixture of experts with its weights and cache in the given precisions; undefined while layers,
 * hidden size or heads are unknown. Experts follow from total and active parameters: `(N − N_a)·E/(E − k)`.
 */
export function languageShape(
  model: ModelFacts,
  precision: Precision,
  kvPrecision: Precision,
  engine?: string,
): LanguageShape | undefined {
  const shape = shapeOf(model);
  const kv = kvBytesPerToken(model, kvPrecision);
  if (shape === undefined || kv === undefined) return undefined;
  const routed = shape.experts > shape.expertsPerToken && shape.expertsPerToken > 0;
  const spread = routed ? shape.experts / (shape.experts - shape.expertsPerToken) : 0;
  const idle = Math.max(0, model.parameters - model.activeParameters);
  const own = ownFormatBits(engine, precision);
  const bytes = own === undefined ? bytesPerNumber(precision) : own / 8;
  const expertBytes = Math.min(idle * spread, model.parameters) * bytes;
  const denseBytes = Math.max(0, weightBytes(model, precision, engine) - expertBytes);
  const lookedUp =
    model.tiedEmbeddings === true ? 0 : Math.min(shape.vocab * shape.hidden, model.activeParameters * 0.9);
  const latent = model.kvLoraRank !== undefined;
  return {
    layers: shape.layers,
    hiddenSize: shape.hidden,
    heads: shape.heads,
    kvHeads: latent ? 1 : shape.kvHeads,
    headDim: shape.headDim,
    latent,
    denseBytes,
    denseReadBytes: Math.max(0, denseBytes - lookedUp * (own === undefined ? Math.max(2, bytes) : bytes)),
    expertBytes,
    experts: routed ? shape.experts : 0,
    expertsPerToken: routed ? shape.expertsPerToken : 0,
    computedParameters: model.activeParameters - lookedUp,
    kvBytesPerToken: kv,
    slidingWindow: shape.slidingWindow,
  };
}
