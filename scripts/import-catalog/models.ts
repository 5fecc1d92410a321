import type { ModelData } from '../../server/src/catalog/data-schema.ts';
import { present, readTable, type Row } from './read-table.ts';
import { createValueTable, isoDate, sourceWithDate } from './tables.ts';

type Model = ModelData['models'][number];

/** The known models with their dimensions; absent dimensions stay absent. */
export function importModels(directory: string): ModelData {
  const sources = createValueTable<[string, string]>();
  const models = readTable(directory, 'facts/models.csv').map((row): Model => {
    const parameters = required(row, 'parameters');
    return present({
      id: row.text('id'),
      name: row.text('name'),
      aliases: [...row.list('aliases')],
      family: row.text('family') as Model['family'],
      parameters,
      activeParameters: row.number('active_parameters') ?? parameters,
      parametersBasis: row.text('parameters_basis'),
      layers: row.number('layers'),
      hiddenSize: row.number('hidden_size'),
      intermediateSize: row.number('intermediate_size'),
      heads: row.number('heads'),
      kvHeads: row.number('kv_heads'),
      headDim: row.number('head_dim'),
      vocabSize: row.number('vocab_size'),
      contextLength: row.number('context_length'),
      tiedEmbeddings: flag(row, 'tied_embeddings'),
      gatedMlp: flag(row, 'gated_mlp'),
      experts: row.number('experts'),
      expertsPerToken: row.number('experts_per_token'),
      moeIntermediateSize: row.number('moe_intermediate_size'),
      sharedExperts: row.number('shared_experts'),
      denseLayers: row.number('dense_layers'),
      kvLoraRank: row.number('kv_lora_rank'),
      qkRopeHeadDim: row.number('qk_rope_head_dim'),
      slidingWindow: row.number('sliding_window'),
      flopsPerSample: row.number('flops_per_sample'),
      sample: row.text('sample'),
      licence: row.text('licence'),
      note: row.text('note'),
      source: sources.indexOf([sourceWithDate(row.text('source'), row.text('as_of')), isoDate(row.text('as_of'))]),
    }) as Model;
  });
  return { sources: [...sources.values], models };
}

function required(row: Row, column: string): number {
  const value = row.number(column);
  if (value === undefined) throw new Error(`${row.file}:${String(row.line)} has no ${column}`);
  return value;
}

function flag(row: Row, column: string): boolean | undefined {
  const value = row.text(column);
  if (value === '') return undefined;
  if (value !== 'yes' && value !== 'no')
    throw new Error(`${row.file}:${String(row.line)} ${column} is "${value}"; yes or no is wanted`);
  return value === 'yes';
}
