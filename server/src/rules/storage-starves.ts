/** AI409: storage that delivers less than the accelerators eat, or takes checkpoints more slowly than they come. */
import { formatBytes, formatDataRate, formatDuration, writeQuantity } from '../manifest/format-quantity.ts';
import { resumes } from '../planner/subject.ts';
import { niceAbove, readRate } from './reading.ts';
import type { PlannedWorkload, Related, Report, Rule } from './rule.ts';
import { trains } from './targets.ts';

export const storageStarves: Rule = {
  code: 'AI409',
  name: 'storage-starves',
  severity: 'warning',
  docs: {
    summary: 'Storage delivers less than the accelerators eat.',
    what: 'The samples of the training set (`data.size` over `training.samples`) are read faster, even at the low end of the estimated speed, than the storage delivers; or the smallest checkpoint takes longer to write than the interval between two of them. What storage delivers is `storage.throughput`, else the fastest step that the provider sells for that much parallel storage.',
    why: 'Accelerators that wait for data cost as much as those that compute. A checkpoint that is not written before the next one is due never gets whole.',
    whenToSilence: 'If the data is cached on the machines after the first pass, or is smaller once compressed.',
    sources: [
      'Throughput of storage products by provider: the catalogue, with sources and dates',
      'Size of a checkpoint: 12 to 16 bytes a trained parameter (14 in BLOOM’s training notes: bigscience-workshop/bigscience, undated)',
    ],
    bad: [
      {
        title: 'Images at 100 MB/s',
        manifest: `version: 1
workloads:
  vision:
    phase: training
    model: resnet-50
    framework: pytorch
    data: { size: 1.2TB }
    training: { samples: 1.28M, epochs: 90, batchSize: 4096 }
    checkpointing: { interval: 30m, storage: object }
    storage: { type: nfs, throughput: <|100MB/s|> }
    target: { provider: aws, region: us-east-1, accelerator: a100-40gb, count: 8 }
`,
      },
      {
        title: 'Checkpoints that overtake each other',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-70b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 10m, storage: /shared/ckpt, async: true }
    storage: { type: nfs, throughput: <|500MB/s|> }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 64, orchestrator: slurm }
`,
      },
    ],
    good: [
      {
        title: 'Images at 50 GB/s',
        manifest: `version: 1
workloads:
  vision:
    phase: training
    model: resnet-50
    framework: pytorch
    data: { size: 1.2TB }
    training: { samples: 1.28M, epochs: 90, batchSize: 4096 }
    checkpointing: { interval: 30m, storage: object }
    storage: { type: parallel, throughput: 50GB/s }
    target: { provider: aws, region: us-east-1, accelerator: a100-40gb, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Provide 5GB/s',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-70b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 10m, storage: /shared/ckpt, async: true }
    storage: { type: nfs, throughput: 500MB/s }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 64, orchestrator: slurm }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-70b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 10m, storage: /shared/ckpt, async: true }
    storage: { type: nfs, throughput: 5GB/s }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 64, orchestrator: slurm }
`,
      },
    ],
  },
  *checkWorkload(context) {
    if (!trains(context.workload)) return;
    const supply = supplyOf(context);
    if (!supply) return;
    const eaten = readRate(context);
    if (eaten && eaten.low > supply.bytesPerSecond) {
      yield report(
        context,
        supply,
        `The accelerators eat at least ${formatDataRate(eaten.low)}, and the storage delivers ${supply.words}: they wait ${Math.round(100 * (1 - supply.bytesPerSecond / eaten.low))} % of the time.`,
        eaten.mid,
        { path: context.path('data', 'size'), part: 'value', message: 'This is read in every pass.' },
      );
      return;
    }
    const { checkpointing } = context.workload;
    const bytes = context.plan.risk?.checkpointBytes;
    const interval =
      typeof checkpointing === 'object' && resumes(context.workload) ? checkpointing.interval : undefined;
    if (!bytes || interval === undefined) return;
    const seconds = bytes.low / supply.bytesPerSecond;
    if (seconds <= interval) return;
    yield report(
      context,
      supply,
      `A checkpoint of at least ${formatBytes(bytes.low)} takes ${formatDuration(seconds)} at ${supply.words}, and the next one is due after ${formatDuration(interval)}.`,
      // Written in a third of the interval, so that storage is free for reading the rest of the time.
      (3 * bytes.mid) / interval,
      { path: context.path('checkpointing', 'interval'), part: 'value', message: 'So often a checkpoint is written.' },
    );
  },
};

interface Supply {
  readonly bytesPerSecond: number;
  readonly words: string;
}

/** What the storage delivers: as stated, or at most, by what the provider sells for that much of it. */
function supplyOf({ workload, plan, catalog }: PlannedWorkload): Supply | undefined {
  const { throughput, type, size } = workload.storage ?? {};
  if (throughput !== undefined) return { bytesPerSecond: throughput, words: formatDataRate(throughput) };
  const { provider } = plan.target;
  if (type !== 'parallel' || size === undefined || provider === undefined) return undefined;
  const steps = catalog
    .storageSpeeds(provider)
    .filter(({ kind, perTebibyte }) => kind === type && perTebibyte)
    .flatMap(({ bytesPerSecond }) => bytesPerSecond);
  if (steps.length === 0) return undefined;
  const bytesPerSecond = (Math.max(...steps) * size) / 2 ** 40;
  return { bytesPerSecond, words: `at most ${formatDataRate(bytesPerSecond)} from ${formatBytes(size)}` };
}

function report(
  context: PlannedWorkload,
  supply: Supply,
  message: string,
  neededBytesPerSecond: number,
  related: Related,
): Report {
  const path = context.path('storage', 'throughput');
  const enough = niceAbove(Math.max(neededBytesPerSecond, supply.bytesPerSecond));
  return {
    path,
    part: 'value',
    message,
    related: [related],
    fixes: () => [
      {
        title: `Provide ${writeQuantity('dataRate', enough)}`,
        edits: [{ kind: 'set', path, value: writeQuantity('dataRate', enough) }],
        safe: false,
        preferred: true,
      },
    ],
  };
}
