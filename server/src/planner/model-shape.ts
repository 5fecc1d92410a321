/** The numbers of a transformer that the estimators work with, derived once from its facts. */
import { headSize } from './kv-cache.ts';
import type { ModelFacts } from './types.ts';

export interface ModelShape {
  readonly parameters: number;
  readonly activeParameters: number;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Feed-forward width a token passes: of a dense layer, or `k·f_expert` plus the shared experts, averaged over layers. */
  readonly activeWidth: number;
  readonly gated: boolean;
  readonly vocab: number;
  /** Parameters of embedding and head. */
  readonly embedding: number;
  /** Active parameters of the layers, embedding and head left out. */
  readonly linear: number;
  /** Share of `linear` inside routed experts. */
  readonly routedShare: number;
  /** Parameters of all routed experts. */
  readonly expertParameters: number;
  readonly experts: number;
  readonly expertsPerToken: number;
  readonly expertWidth: number;
  readonly moeLayers: number;
  readonly slidingWindow: number | undefined;
  readonly isMoe: boolean;
}

const cache = new WeakMap<ModelFacts, ModelShape | null>();

/** The shape of a model, or undefined when layers, hidden size or heads are not known (or it is no transformer). */
export function shapeOf(model: ModelFacts): ModelShape | undefined {
  const known = cache.get(model);
  if (known !== undefined) return known ?? undefined;
  const shape = computeShape(model);
  cache.set(model, shape ?? null);
  return shape;
}

function computeShape(model: ModelFacts): ModelShape | undefined {
  const { layers, hiddenSize: hidden, heads } = model;
  const headDim = headSize(model);
  if (layers === undefined || hidden === undefined || heads === undefined || headDim === undefined) return undefined;
  if (!(layers > 0 && hidden > 0 && heads > 0 && headDim > 0)) return undefined;
  const vocab = model.vocabSize ?? 0;
  const embedding = Math.min(model.parameters * 0.9, vocab * hidden * (model.tiedEmbeddings === true ? 1 : 2));
  const gated = model.gatedMlp ?? true;
  const matrices = gated ? 3 : 2;
  const denseWidth = model.intermediateSize ?? (gated ? (8 / 3) * hidden : 4 * hidden);
  const experts = model.experts ?? 0;
  const isMoe = experts > 1;
  const moeLayers = isMoe ? Math.max(0, layers - (model.denseLayers ?? 0)) : 0;
  const expertWidth = isMoe ? (model.moeIntermediateSize ?? denseWidth) : 0;
  const expertsPerToken = isMoe ? Math.min(experts, model.expertsPerToken ?? 2) : 0;
  const active = Math.max(model.activeParameters - embedding, model.activeParameters * 0.05);
  const routed = Math.min(moeLayers * expertsPerToken * matrices * hidden * expertWidth, active * 0.95);
  const moeWidth = (expertsPerToken + (model.sharedExperts ?? 0)) * expertWidth;
  const activeWidth = isMoe ? (moeLayers * moeWidth + (layers - moeLayers) * denseWidth) / layers : denseWidth;
  return {
    parameters: model.parameters,
    activeParameters: model.activeParameters,
    layers,
    hidden,
    heads,
    kvHeads: model.kvHeads ?? heads,
    headDim,
    activeWidth,
    gated,
    vocab,
    embedding,
    linear: active,
    routedShare: active > 0 ? routed / active : 0,
    expertParameters: Math.min(
      moeLayers * experts * matrices * hidden * expertWidth,
      Math.max(0, model.parameters - embedding) * 0.98,
    ),
    experts,
    expertsPerToken,
    expertWidth,
    moeLayers,
    slidingWindow: model.slidingWindow,
    isMoe,
  };
}
