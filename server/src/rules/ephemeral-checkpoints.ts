/** AI503: Checkpoints on storage that vanishes with its machine. */
import { OWN_JUDGEMENT } from './basis.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { trains } from './targets.ts';

export const ephemeralCheckpoints: Rule = {
  code: 'AI503',
  name: 'ephemeral-checkpoints',
  severity: 'error',
  docs: {
    summary: 'Checkpoints on storage that vanishes with its machine.',
    what: '`checkpointing.storage` is `ephemeral`, or a path on a machine’s own disk or memory: `/tmp`, `/dev/shm`, `/local…`, `/mnt/nvme…`. An error on spot, a warning on demand, worth knowing (info) on an own cluster. `/scratch` is meant on rented machines without shared storage only (a warning).',
    why: 'When the machine is taken back or fails, its disk goes with it: the checkpoints are lost together with the run.',
    whenToSilence: 'If a second process copies them to safe storage.',
    sources: [OWN_JUDGEMENT],
    bad: [
      {
        title: 'The local disk on spot',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 10m, storage: <|/tmp/ckpt|> }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`,
      },
    ],
    good: [
      {
        title: 'Object storage',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 10m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`,
      },
      {
        title: 'A shared file system',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 10m, storage: /shared/ckpt }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`,
      },
    ],
    fixes: [
      {
        title: 'Write them to object storage',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 10m, storage: /tmp/ckpt }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 10m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8, capacity: spot }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const { checkpointing } = workload;
    const storage = typeof checkpointing === 'object' ? checkpointing.storage : undefined;
    if (storage === undefined || !trains(workload)) return;
    const owned = plan.target.capacity === 'owned';
    const isShared = workload.storage?.type === 'parallel' || workload.storage?.type === 'nfs';
    const isScratch = /^\/scratch(\/|$)/.test(storage);
    if (!EPHEMERAL.test(storage) && !(isScratch && !owned && !isShared)) return;
    const severity = isScratch ? 'warning' : plan.target.capacity === 'spot' ? 'error' : owned ? 'info' : 'warning';
    const path = context.path('checkpointing', 'storage');
    yield {
      path,
      part: 'value',
      severity,
      message: `${quoted(storage)} vanishes with its machine${plan.target.capacity === 'spot' ? ', which spot takes back at any time' : ''}: write checkpoints to object storage or a shared file system.`,
      fixes: () => [
        {
          title: 'Write them to object storage',
          edits: [{ kind: 'set', path, value: 'object' }],
          safe: false,
          preferred: true,
        },
      ],
    };
  },
};

/** Places of a machine's own (`docs/reference/manifest.md`). */
const EPHEMERAL = /^(?:ephemeral$|\/tmp(?:\/|$)|\/dev\/shm(?:\/|$)|\/local|\/mnt\/nvme)/;
