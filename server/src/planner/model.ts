/** The model of a workload with its dimensions: known, stated, or derived from typical shapes. */
import type { Catalog, KnownModel } from '../catalog/types.ts';
import type { ModelSpec } from '../manifest/schema.ts';
import { fillTypicalShape, inferForm, parametersFromShape, type PartialShape } from './model-typical.ts';
import type { Assumption, Derivation, Explained, ModelFacts, Unknown } from './types.ts';

/** Share of a mixture's parameters that a token passes when nothing says it: between Mixtral (0.28) and DeepSeek-V3 (0.055). */
const TYPICAL_ACTIVE_SHARE = 0.12;

/**
 * Resolves a model: a bare name must be known; stated dimensions override those of the known model; a name beside
 * `parameters` is a label. Missing dimensions of transformers follow typical shapes, as assumptions that widen ranges.
 * The value is undefined, with an entry in `unknown`, when neither name nor size is usable.
 */
export function resolveModel(
  spec: string | ModelSpec | undefined,
  catalog: Pick<Catalog, 'resolveModel'>,
): Explained<ModelFacts | undefined> {
  if (spec === undefined) return missing('model', 'no model is given');
  if (typeof spec === 'string') {
    const known = catalog.resolveModel(spec);
    if (known === undefined) return missing('model', `the model \`${spec}\` is not known; give its \`parameters\``);
    return fromShape(known, known.source, known.name, [], undefined);
  }
  const known = spec.name === undefined ? undefined : catalog.resolveModel(spec.name);
  const isLabel = spec.parameters !== undefined;
  if (spec.name !== undefined && known === undefined && !isLabel && !hasDimensions(spec)) {
    return missing('model.name', `the model \`${spec.name}\` is not known; give its \`parameters\``);
  }
  const base = isLabel ? undefined : known;
  const stated = statedShape(spec);
  const merged: PartialShape = { ...(base === undefined ? {} : knownShape(base)), ...stated };
  const source =
    base === undefined ? 'manifest' : Object.keys(stated).length === 0 ? base.source : `${base.source}; manifest`;
  return fromShape(merged, source, spec.name ?? base?.name ?? 'model', Object.keys(stated), base);
}

function missing(path: string, why: string): Explained<undefined> {
  return { value: undefined, derivation: [], assumptions: [], unknown: [{ path, why }] };
}

function hasDimensions(spec: ModelSpec): boolean {
  return (spec.layers !== undefined && spec.hiddenSize !== undefined) || spec.flopsPerSample !== undefined;
}

function usable(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** What the manifest states, keys without a usable value left out. */
function statedShape(spec: ModelSpec): PartialShape {
  const shape: { -readonly [Key in keyof PartialShape]: PartialShape[Key] } = {};
  if (spec.family !== undefined) shape.family = spec.family;
  const numbers = [
    'parameters',
    'activeParameters',
    'layers',
    'hiddenSize',
    'intermediateSize',
    'heads',
    'kvHeads',
    'headDim',
    'vocabSize',
    'experts',
    'contextLength',
    'flopsPerSample',
  ] as const;
  for (const key of numbers) {
    const value = usable(spec[key]);
    if (value !== undefined) shape[key] = value;
  }
  return shape;
}

function knownShape(model: KnownModel): PartialShape {
  const { id: _id, name: _name, aliases: _aliases, note: _note, source: _source, asOf: _asOf, ...shape } = model;
  return shape;
}

function fromShape(
  given: PartialShape,
  source: string,
  label: string,
  statedKeys: readonly string[],
  base: KnownModel | undefined,
): Explained<ModelFacts | undefined> {
  const assumptions: Assumption[] = [];
  const derivation: Derivation[] = [];
  const unknown: Unknown[] = [];
  const family =
    given.family ?? ((given.experts ?? 0) > 1 ? 'moe' : given.flopsPerSample === undefined ? 'transformer' : 'other');
  const language =
    family === 'transformer' || family === 'moe' || (family === 'encoder' && given.flopsPerSample === undefined);
  // Dimensions that were stated over a known model change its size, unless the size is stated too.
  const resized = base !== undefined && statedKeys.some((key) => SIZING.has(key)) && !statedKeys.includes('parameters');
  let parameters = resized ? undefined : usable(given.parameters);
  const computed = language && parameters === undefined ? parametersFromShape(given, family) : undefined;
  if (parameters === undefined && computed !== undefined) {
    parameters = computed.parameters;
    derivation.push({
      quantity: 'model.parameters',
      formula: 'N = L·(attention + feed-forward) + embedding + head',
      inputs: { layers: given.layers ?? 0, hiddenSize: given.hiddenSize ?? 0 },
      value: parameters,
      source,
    });
  }
  if (parameters === undefined && given.flopsPerSample !== undefined) {
    // Memory of such families hangs on activations; the weights are small beside them.
    parameters = given.flopsPerSample / 300;
    assumptions.push({
      path: 'model.parameters',
      value: Math.round(parameters),
      why: 'from flopsPerSample, as ResNet-50 (about 300 FLOPs a parameter)',
    });
  }
  if (parameters === undefined) {
    return {
      value: undefined,
      derivation,
      assumptions,
      unknown: [{ path: 'model.parameters', why: 'the size of the model is not given' }],
    };
  }
  const typical = language ? fillTypicalShape(inferForm({ ...given, parameters }, family), family, assumptions) : given;
  const filled = family === 'moe' ? withExpertsPerToken(typical, parameters, resized) : typical;
  const activeParameters = activeOf(
    filled,
    family,
    parameters,
    resized ? undefined : usable(given.activeParameters),
    assumptions,
  );
  const value: ModelFacts = {
    ...filled,
    label,
    family,
    parameters,
    activeParameters: Math.min(activeParameters, parameters),
    source,
    assumptions,
  };
  return { value, derivation, assumptions, unknown };
}

/**
 * Experts a token passes, where only total and active parameters say it: the number whose idle parameters, `(E − k) × expert × layers`,
 * come nearest to `N − N_a`.
 */
function withExpertsPerToken(shape: PartialShape, parameters: number, resized: boolean): PartialShape {
  const { experts, layers, hiddenSize, activeParameters } = shape;
  const width = shape.moeIntermediateSize ?? shape.intermediateSize;
  if (shape.expertsPerToken !== undefined || resized || activeParameters === undefined) return shape;
  if (experts === undefined || experts < 2 || layers === undefined || hiddenSize === undefined || width === undefined)
    return shape;
  const each = (shape.gatedMlp === false ? 2 : 3) * hiddenSize * width * (layers - (shape.denseLayers ?? 0));
  const idle = Math.max(0, parameters - activeParameters) / each;
  const perToken = Math.round(Math.min(experts - 1, Math.max(1, experts - idle)));
  return Number.isFinite(perToken) ? { ...shape, expertsPerToken: perToken } : shape;
}

const SIZING = new Set([
  'layers',
  'hiddenSize',
  'intermediateSize',
  'heads',
  'kvHeads',
  'headDim',
  'vocabSize',
  'experts',
]);

function activeOf(
  shape: PartialShape,
  family: ModelFacts['family'],
  parameters: number,
  stated: number | undefined,
  assumptions: Assumption[],
): number {
  if (stated !== undefined) return stated;
  if (family !== 'moe') return parameters;
  const computed = parametersFromShape(shape, family);
  if (computed !== undefined && shape.expertsPerToken !== undefined)
    return computed.active * (parameters / computed.parameters);
  const active = parameters * TYPICAL_ACTIVE_SHARE;
  assumptions.push({
    path: 'model.activeParameters',
    value: Math.round(active),
    why: 'typical share of a mixture of experts; a factor of two either way',
  });
  return active;
}
