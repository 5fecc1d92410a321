/** Typical shapes of transformers: dimensions from a size, and the size from dimensions. */
import type { KnownModel } from '../catalog/types.ts';
import type { Assumption, ModelFacts } from './types.ts';

/** Dimensions as far as they are known. */
export type PartialShape = Partial<Omit<KnownModel, 'id' | 'name' | 'aliases' | 'note' | 'source' | 'asOf'>>;

export interface CountedParameters {
  readonly parameters: number;
  readonly active: number;
}

/**
 * Parameters by dimensions: attention `2·h·a·d + 2·h·g·d`, feed-forward `3·h·f` (gated) or `2·h·f`, experts and routers,
 * embedding and head. Undefined without layers and hidden size.
 */
export function parametersFromShape(shape: PartialShape, family: ModelFacts['family']): CountedParameters | undefined {
  const { layers, hiddenSize: hidden } = shape;
  if (layers === undefined || hidden === undefined) return undefined;
  const heads = shape.heads ?? typicalHeads(hidden, shape.headDim);
  const headDim = shape.headDim ?? hidden / heads;
  const keyValue = shape.kvHeads ?? heads;
  const attention = 2 * hidden * heads * headDim + 2 * hidden * keyValue * headDim;
  const gated = shape.gatedMlp ?? true;
  const width = shape.intermediateSize ?? (gated ? (8 / 3) * hidden : 4 * hidden);
  const dense = (gated ? 3 : 2) * hidden * width;
  const vocabulary = (shape.vocabSize ?? TYPICAL_VOCABULARY) * hidden * (shape.tiedEmbeddings === true ? 1 : 2);
  const experts = family === 'moe' ? (shape.experts ?? 0) : 0;
  if (experts <= 1) {
    const parameters = layers * (attention + dense) + vocabulary;
    return { parameters, active: parameters };
  }
  const expert = (gated ? 3 : 2) * hidden * (shape.moeIntermediateSize ?? width);
  const shared = (shape.sharedExperts ?? 0) * expert;
  const denseLayers = Math.min(layers, shape.denseLayers ?? 0);
  const routed = layers - denseLayers;
  const common = layers * attention + denseLayers * dense + routed * (shared + hidden * experts) + vocabulary;
  return {
    parameters: common + routed * experts * expert,
    active: common + routed * Math.min(experts, shape.expertsPerToken ?? 2) * expert,
  };
}

/**
 * Whether embeddings are tied and the feed-forward is gated, where neither is known: the forms whose parameter count comes
 * nearest to the stated size. Without width of the feed-forward, both forms are alike.
 */
export function inferForm<Shape extends PartialShape & { readonly parameters: number }>(
  shape: Shape,
  family: ModelFacts['family'],
): Shape {
  const { layers, hiddenSize, vocabSize, parameters } = shape;
  if (layers === undefined || hiddenSize === undefined || family === 'moe') return shape;
  const ties = shape.tiedEmbeddings !== undefined || vocabSize === undefined ? [shape.tiedEmbeddings] : [false, true];
  const gates = shape.gatedMlp !== undefined || shape.intermediateSize === undefined ? [shape.gatedMlp] : [true, false];
  let best = shape;
  let bestMiss = Infinity;
  for (const tiedEmbeddings of ties) {
    for (const gatedMlp of gates) {
      const form = {
        ...shape,
        ...(tiedEmbeddings === undefined ? {} : { tiedEmbeddings }),
        ...(gatedMlp === undefined ? {} : { gatedMlp }),
      };
      const counted = parametersFromShape(form, family);
      const miss = counted === undefined ? Infinity : Math.abs(Math.log(counted.parameters / parameters));
      if (miss < bestMiss) {
        best = form;
        bestMiss = miss;
      }
    }
  }
  return best;
}

const TYPICAL_VOCABULARY = 64_000;
const TYPICAL_CONTEXT = 4096;

function typicalHeads(hidden: number, headDim: number | undefined): number {
  return Math.max(1, Math.round(hidden / (headDim ?? (hidden <= 1024 ? 64 : 128))));
}

/**
 * Fills missing dimensions of a transformer from its size: `N ≈ 12·L·h²`, width over depth growing from 64 (125M) to 128
 * (7B and more) as in the GPT-3 and Llama families; heads of 128; a gated feed-forward of 8/3·h. Each is an assumption.
 */
export function fillTypicalShape(
  shape: PartialShape & { readonly parameters: number },
  family: ModelFacts['family'],
  assumptions: Assumption[],
): PartialShape {
  const size =
    family === 'moe'
      ? Math.sqrt(shape.parameters * (shape.activeParameters ?? shape.parameters * 0.12))
      : shape.parameters;
  const assume = (key: string, value: number, why: string): number => {
    assumptions.push({ path: `model.${key}`, value, why });
    return value;
  };
  const why = `typical of a model of ${formatCount(shape.parameters)} parameters`;
  let { layers, hiddenSize } = shape;
  if (hiddenSize === undefined) {
    const body = size * 0.95;
    const aspect = Math.min(128, Math.max(48, 64 * (size / 1.25e8) ** 0.17));
    const wide = layers === undefined ? Math.cbrt((body * aspect) / 12) : Math.sqrt(body / (12 * layers));
    const step = wide < 1024 ? 64 : 128;
    hiddenSize = assume('hiddenSize', Math.max(step, Math.round(wide / step) * step), why);
  }
  layers ??= assume('layers', Math.max(1, Math.round((size * 0.95) / (12 * hiddenSize ** 2))), why);
  const heads =
    shape.heads ?? assume('heads', typicalHeads(hiddenSize, shape.headDim), 'heads of 128 (64 in small models)');
  const filled = {
    ...shape,
    layers,
    hiddenSize,
    heads,
    kvHeads:
      shape.kvHeads ?? (shape.kvLoraRank === undefined ? assumeQuietly('kvHeads', heads, assumptions, shape) : heads),
    headDim: shape.headDim ?? hiddenSize / heads,
    vocabSize: shape.vocabSize ?? assume('vocabSize', TYPICAL_VOCABULARY, 'typical vocabulary'),
    contextLength: shape.contextLength ?? TYPICAL_CONTEXT,
  };
  if (shape.contextLength !== undefined) return filled;
  const { contextLength: _unknown, ...rest } = filled;
  return rest;
}

/** Without `kvHeads` every query head has its own key and value: the cautious reading. */
function assumeQuietly(key: string, value: number, assumptions: Assumption[], shape: PartialShape): number {
  if (shape.heads !== undefined || shape.parameters === undefined) {
    assumptions.push({ path: `model.${key}`, value, why: 'no grouped-query attention is stated' });
  } else {
    assumptions.push({ path: `model.${key}`, value, why: 'as many as query heads, the cautious reading' });
  }
  return value;
}

function formatCount(value: number): string {
  if (value >= 1e9) return `${String(Number((value / 1e9).toPrecision(3)))}B`;
  return `${String(Number((value / 1e6).toPrecision(3)))}M`;
}
