/**
 * Memory of serving on one device: weights, cache, the activations of the largest prefill chunk and the engine.
 * Fit: `weights/t + V + activations + context·kv/t ≤ share·memory` (see `data/fitted.json`).
 */
import type { Precision } from '../catalog/types.ts';
import { SERVING_MEMORY as FIT, pair } from './fitted.ts';
import { kvBytesPerTokenPerDevice, weightBytes, windowShare } from './kv-cache.ts';
import type { MemoryParts, ModelFacts, Placement, Range, Verdict } from './types.ts';
import { usableMemoryBytes } from './usable-memory.ts';

export interface ServingMemoryInput {
  readonly model: ModelFacts;
  readonly weightPrecision: Precision;
  readonly kvPrecision: Precision;
  readonly tensor: number;
  readonly pipeline: number;
  /** Tokens of cache a sequence needs. Absent: one prefill chunk. */
  readonly contextTokens?: number;
  /** Sequences at once; default 1. */
  readonly concurrency?: number;
  /** Share of the device's memory the engine may take; default 0.9. */
  readonly memoryShare?: number;
  readonly engine?: string;
  readonly placement: Pick<Placement, 'accelerator'>;
}

export interface ServingMemory {
  readonly perAcceleratorBytes: Range;
  /** What the engine may use: memory × share; null when the chip's memory is not known. */
  readonly capacityBytes: number | null;
  readonly verdict: Verdict;
  readonly parts: MemoryParts;
  /** What the cache of `parts` is for: so many sequences of so many tokens. */
  readonly cached: { readonly sequences: number; readonly tokens: number };
  /** Bytes left for the cache on one device beside weights, activations and engine (mid); 0 when the weights do not fit. */
  readonly cacheBytes: number | null;
  /** Longest context of one sequence, at most the model's own; absent when layers or heads are not known. */
  readonly maxContextTokens?: number;
  /** Sequences of `contextTokens` at once. */
  readonly maxConcurrency?: number;
}

/** Memory on one device of a replica of `tensor × pipeline` devices. Pure; bytes. */
export function servingMemory(input: ServingMemoryInput): ServingMemory {
  const { model } = input;
  const devices = Math.max(1, input.tensor * input.pipeline);
  const context = Math.max(1, input.contextTokens ?? FIT.chunkTokens);
  const concurrency = Math.max(1, input.concurrency ?? 1);
  const weights = weightBytes(model, input.weightPrecision, input.engine) / devices;
  const activations = chunkActivationBytes(model, context, input.tensor);
  const perToken = kvBytesPerTokenPerDevice(model, input.kvPrecision, input.tensor, input.pipeline);
  const [engineLow, engineHigh] = pair(FIT.engineBytesRange);
  const [weightsLow, weightsHigh] = pair(FIT.weightsFactor);
  const window = windowShare(model, context);
  const cache = perToken === undefined ? 0 : context * concurrency * perToken;
  const engine = engineBytes(input.engine);
  const perAcceleratorBytes: Range = {
    low: weights * weightsLow + activations * 0.5 + cache * window.low + Math.min(engine, engineLow),
    mid: weights + activations + cache * window.mid + engine,
    high: weights * weightsHigh + activations * 2 + cache * window.high + Math.max(engine, engineHigh),
  };
  const parts: MemoryParts = {
    weights,
    gradients: 0,
    optimizer: 0,
    activations,
    kvCache: cache * window.mid,
    overhead: engine,
  };
  const memory = usableMemoryBytes(input.placement.accelerator);
  const capacityBytes = memory === undefined ? null : memory * memoryShareOf(input.engine, input.memoryShare);
  const verdict = judge(perAcceleratorBytes, capacityBytes);
  const cached = { sequences: concurrency, tokens: context };
  if (capacityBytes === null || memory === undefined)
    return { perAcceleratorBytes, capacityBytes, verdict, parts, cached, cacheBytes: null };
  const cacheBytes = cacheRoomBytes(memory, weights + activations + engine, input.engine, input.memoryShare);
  if (perToken === undefined || perToken <= 0)
    return { perAcceleratorBytes, capacityBytes, verdict, parts, cached, cacheBytes };
  return {
    perAcceleratorBytes,
    capacityBytes,
    verdict,
    parts,
    cached,
    cacheBytes,
    maxContextTokens: maxContext(model, perToken, capacityBytes - weights - engine, input.tensor),
    maxConcurrency: Math.floor(cacheBytes / (perToken * context * window.mid)),
  };
}

/** Share of the device that the engine takes: stated, else its habit. llama.cpp takes what it needs, TensorRT-LLM a share of what is free. */
export function memoryShareOf(engine: string | undefined, stated: number | undefined): number {
  if (stated !== undefined) return stated;
  return isWholeDevice(engine) || engine === 'tensorrt-llm' ? 1 : FIT.defaultMemoryShare;
}

/** Bytes that the cache gets on one device beside what weights, activations and engine take; at least 0. */
export function cacheRoomBytes(
  memoryBytes: number,
  takenBytes: number,
  engine: string | undefined,
  stated: number | undefined,
): number {
  const free = memoryBytes * memoryShareOf(engine, stated) - takenBytes;
  const share = engine === 'tensorrt-llm' && stated === undefined ? FIT.freeShareOfTensorRt : 1;
  return Math.max(0, free * share);
}

/** high ≤ capacity: fits; low ≤ capacity < high: tight; low > capacity: does not fit. */
export function judge(bytes: Range | null, capacityBytes: number | null | undefined): Verdict {
  if (bytes === null || capacityBytes === null || capacityBytes === undefined) return 'unknown';
  if (bytes.high <= capacityBytes) return 'fits';
  return bytes.low <= capacityBytes ? 'tight' : 'does-not-fit';
}

/** Longest context that leaves the rest of the memory room, by bisection over whole tokens; 0 when the weights alone do not fit. */
function maxContext(model: ModelFacts, perToken: number, freeBytes: number, tensor: number): number {
  const need = (tokens: number): number =>
    tokens * perToken * windowShare(model, tokens).mid + chunkActivationBytes(model, tokens, tensor);
  if (need(1) > freeBytes) return 0;
  let low = 1;
  let high = model.contextLength ?? 16_777_216;
  if (need(high) <= freeBytes) return high;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (need(middle) <= freeBytes) low = middle;
    else high = middle;
  }
  return low;
}

/** Activations of the largest prefill chunk in 16 bit: the whole context up to 32 k, chunks of 512 beyond. */
export function chunkActivationBytes(model: ModelFacts, contextTokens: number, tensor: number): number {
  const hidden = model.hiddenSize;
  if (hidden === undefined) return 0;
  const chunk = contextTokens > FIT.longContextTokens ? FIT.longChunkTokens : Math.max(contextTokens, FIT.chunkTokens);
  const width =
    model.experts !== undefined && model.moeIntermediateSize !== undefined
      ? model.moeIntermediateSize * ((model.expertsPerToken ?? 2) + (model.sharedExperts ?? 0))
      : (model.intermediateSize ?? 4 * hidden);
  return chunk * 2 * (4 * hidden + (2 * width) / tensor);
}

/** llama.cpp takes what it needs of the whole device; servers reserve a share of it. */
function isWholeDevice(engine: string | undefined): boolean {
  return engine === 'llama.cpp' || engine === 'onnxruntime';
}

/** Of the engine itself on one device: context, graphs, buffers. */
export function engineBytes(engine: string | undefined): number {
  return isWholeDevice(engine) ? FIT.engineBytes / 4 : FIT.engineBytes;
}
