/** Published training throughput of models that are counted by samples: ResNet-50, BERT-large, Stable Diffusion v2, ViT. */
import type { Catalog } from '../../server/src/catalog/types.ts';
import type { ModelSpec, Workload } from '../../server/src/manifest/schema.ts';
import { lookUp, numeric, sourceOf, type Reading, type Row } from './case.ts';

const CHIPS: readonly (readonly [RegExp, string])[] = [
  [/b200/i, 'b200'],
  [/h200/i, 'h200'],
  [/h100.*pcie/i, 'h100-pcie'],
  [/h100.*96/i, 'h100-sxm'],
  [/h100/i, 'h100-sxm'],
  [/a100.*40.*pcie/i, 'a100-40gb-pcie'],
  [/a100.*pcie/i, 'a100-80gb-pcie'],
  [/a100.*80/i, 'a100-80gb'],
  [/v100 16/i, 'v100-16gb'],
  [/l40s/i, 'l40s'],
  [/l40/i, 'l40'],
  [/l4$/i, 'l4'],
  [/a10$/i, 'a10'],
  [/6000 ada/i, 'rtx-6000-ada'],
  [/a6000/i, 'rtx-a6000'],
  [/4090/i, 'rtx-4090'],
  [/trainium1/i, 'trainium1'],
];

/** FLOPs of one forward pass: ResNet-50 at 224², BERT-large at its sequence (MLPerf: up to 512, padding removed), the UNet of Stable Diffusion v2 at 512² with its encoders' latents given. */
const MODELS: readonly (readonly [RegExp, { readonly spec: ModelSpec; readonly family: string }])[] = [
  [/^ResNet-50/, { spec: { family: 'cnn', parameters: 25.6e6, flopsPerSample: 8.2e9 }, family: 'vision' }],
  [
    /^BERT-large \(MLPerf/,
    { spec: { family: 'encoder', parameters: 335e6, flopsPerSample: 165e9 }, family: 'encoder' },
  ],
  [/^BERT-large SQuAD/, { spec: { family: 'encoder', parameters: 335e6, flopsPerSample: 246e9 }, family: 'encoder' }],
  [
    /^Stable Diffusion v2/,
    { spec: { family: 'diffusion', parameters: 866e6, flopsPerSample: 804e9 }, family: 'diffusion' },
  ],
  [/ViT-Base/, { spec: { family: 'encoder', parameters: 86e6, flopsPerSample: 35e9 }, family: 'encoder' }],
];

/** The row as a case or its exclusion; undefined when it is a language model, which is counted by tokens. */
export function samplesTrainingCase(row: Row, catalog: Catalog): Reading | undefined {
  const id = row['id'] ?? '';
  const name = row['model'] ?? '';
  if (/perceiver|perveriver|clip-base/i.test(name)) return { id, why: 'FLOPs of a sample are not known' };
  const model = MODELS.find(([pattern]) => pattern.test(name.replace(/^HuggingFace /, '')))?.[1];
  if (!model) return undefined;
  const measured = numeric(row['samples_per_s_total']);
  const chip = lookUp(CHIPS, row['accelerator'] ?? '');
  const count = numeric(row['accel_count']);
  const batch = numeric(row['global_batch_seqs']);
  if (measured === undefined) return { id, why: 'time to a quality only: the samples it took are not in the row' };
  if (chip === undefined) return { id, why: `the accelerator is not in the catalogue: ${row['accelerator'] ?? ''}` };
  if (count === undefined || batch === undefined) return { id, why: 'no count of accelerators or no batch' };
  const single = /fp32\/tf32/.test(row['precision'] ?? '');
  const chipFacts = catalog.accelerators.get(chip);
  const precision = single ? (chipFacts?.peakFlops.tf32 === undefined ? 'fp32' : 'tf32') : 'fp16';
  const mlperf = /training_results/.test(row['source'] ?? '');
  const workload: Workload = {
    phase: 'training',
    model: model.spec,
    training: {
      samples: 1e8,
      batchSize: batch,
      precision,
      ...(mlperf ? { stack: 'nemo' as const } : chip === 'trainium1' ? { stack: 'neuron' as const } : {}),
    },
    target: { deployment: 'on-premises', accelerator: chip, count },
  };
  return {
    id,
    source: sourceOf(row),
    kind: `training by samples, ${model.family}`,
    chip: chipFacts?.family ?? chip,
    precision,
    workload,
    quantity: 'samplesPerSecond',
    measured,
    group: 'samplesTraining',
    isFitted: true,
    leftOut: sourceOf(row),
  };
}
