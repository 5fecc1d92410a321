/** AI407: A global batch that does not divide over replicas and micro-batches. */
import { FROM_THE_MANIFEST } from './basis.ts';
import type { Rule } from './rule.ts';

export const batchDoesNotDivide: Rule = {
  code: 'AI407',
  name: 'batch-does-not-divide',
  severity: 'error',
  docs: {
    summary: 'A global batch that does not divide over replicas and micro-batches.',
    what: '`batchSize` is no multiple of the data parallelism times `microBatchSize`, both of which are stated.',
    why: 'Every replica takes the same number of micro-batches in a step; the training software refuses anything else.',
    whenToSilence: 'If your software drops or pads the last micro-batch.',
    sources: [FROM_THE_MANIFEST],
    bad: [
      {
        title: '250 over 8 × 4',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, batchSize: <|250|>, microBatchSize: 4, parallelism: { tensor: 1, pipeline: 1, data: 8 } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: '256 over 8 × 4',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, batchSize: 256, microBatchSize: 4, parallelism: { tensor: 1, pipeline: 1, data: 8 } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use 256',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, batchSize: 250, microBatchSize: 4, parallelism: { tensor: 1, pipeline: 1, data: 8 } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, batchSize: 256, microBatchSize: 4, parallelism: { tensor: 1, pipeline: 1, data: 8 } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { training } = context.workload;
    const { batchSize, microBatchSize, parallelism } = training ?? {};
    const data = parallelism?.data;
    if (batchSize === undefined || microBatchSize === undefined || typeof data !== 'number') return;
    const each = data * microBatchSize;
    if (batchSize % each === 0) return;
    const near = Math.max(1, Math.round(batchSize / each)) * each;
    const path = context.path('training', 'batchSize');
    yield {
      path,
      part: 'value',
      message: `A batch of ${batchSize} does not divide over ${data} replicas with micro-batches of ${microBatchSize}: the nearest that does is ${near}.`,
      related: [
        {
          path: context.path('training', 'parallelism', 'data'),
          part: 'value',
          message: `There are ${data} replicas.`,
        },
        {
          path: context.path('training', 'microBatchSize'),
          part: 'value',
          message: `A micro-batch has ${microBatchSize}.`,
        },
      ],
      fixes: () => [
        { title: `Use ${near}`, edits: [{ kind: 'set', path, value: near }], safe: false, preferred: true },
      ],
    };
  },
};
