/** AI401: the workload needs more memory than its accelerators have, at the low end of the estimate. */
import { formatBytes } from '../manifest/format-quantity.ts';
import type { MemoryParts, MemoryPlan } from '../planner/types.ts';
import { isCacheAlone } from './kv-cache-too-small.ts';
import { memoryFixes } from './memory-fixes.ts';
import { quoted } from './message.ts';
import type { Rule, WorkloadContext } from './rule.ts';
import { countPlace, targetsOf } from './targets.ts';

export const doesNotFit: Rule = {
  code: 'AI401',
  name: 'does-not-fit',
  severity: 'error',
  docs: {
    summary: 'The workload does not fit into the memory of its accelerators.',
    what: 'Even the low end of the memory estimate is over what one accelerator has. The message lists what the memory is needed for: weights, gradients, optimizer states, activations, the cache of keys and values, and the software itself.',
    why: 'The program ends with “out of memory”, at its start or at its first long input.',
    whenToSilence: 'If your software keeps less in memory than the manifest can say, such as offloading parts to disk.',
    sources: ['Formulas and fitted constants of the memory estimate, as shown by the plan with their sources'],
    bad: [
      {
        title: 'A 70B model on one H100',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: <|1|> }
`,
      },
      {
        title: 'Full fine-tuning on one L4',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 10M }
    target: { provider: aws, region: us-east-1, instance: <|g6.xlarge|> }
`,
      },
    ],
    good: [
      {
        title: 'A 70B model over four H100',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 4 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use 4 accelerators',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 1 }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 4 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { memory } = context.plan;
    const { perAcceleratorBytes: needed, capacityBytes: capacity } = memory;
    if (memory.verdict !== 'does-not-fit' || needed === null || capacity === null || isCacheAlone(context)) return;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    const place = site ? countPlace(site) : ({ path: context.path('target'), part: 'key' } as const);
    yield {
      ...place,
      message: `${memoryMessage(context, memory, formatBytes(needed.low))}: ${adviceFor(context)}.`,
      fixes: () => memoryFixes(context),
    };
  },
};

/** "Each of 2 `h100-sxm` has to hold at least 130 GiB (weights 131 GiB, …) in 72 GiB". */
export function memoryMessage(context: WorkloadContext, memory: MemoryPlan, atLeast: string): string {
  const { target } = context.plan;
  const name = quoted(target.accelerator ?? target.device ?? 'accelerator');
  const { count } = target;
  const each = count === 1 ? `The ${name}` : count === null ? `A ${name}` : `Each of ${count} ${name}`;
  const parts = memory.partsBytes === null ? '' : ` (${partsWords(memory.partsBytes, lowShare(memory))})`;
  return `${each} has to hold at least ${atLeast}${parts} in ${formatBytes(memory.capacityBytes ?? 0)}`;
}

const PART_NAMES: readonly (readonly [keyof MemoryParts, string])[] = [
  ['weights', 'weights'],
  ['gradients', 'gradients'],
  ['optimizer', 'optimizer'],
  ['activations', 'activations'],
  ['kvCache', 'KV cache'],
  ['overhead', 'overhead'],
];

/** Parts are those of the middle: beside a low end they are made as much smaller, so that they add up to it. */
function lowShare({ perAcceleratorBytes }: MemoryPlan): number {
  return perAcceleratorBytes && perAcceleratorBytes.mid > 0 ? perAcceleratorBytes.low / perAcceleratorBytes.mid : 1;
}

/** The parts that matter, the largest first, each as much smaller or larger as `factor` says. */
export function partsWords(parts: MemoryParts, factor = 1): string {
  const total = Object.values(parts).reduce((sum: number, bytes: number) => sum + bytes, 0);
  return PART_NAMES.map(([key, name]) => ({ name, bytes: parts[key] }))
    .filter(({ bytes }) => bytes > 0 && bytes >= 0.01 * total)
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ name, bytes }) => `${name} ${formatBytes(bytes * factor)}`)
    .join(', ');
}

function adviceFor({ plan, workload }: WorkloadContext): string {
  const trains = plan.phase === 'training' || plan.phase === 'fine-tuning';
  const less = !trains
    ? 'use a lower precision'
    : workload.training?.sharding === 'none' || workload.training?.sharding === 'ddp'
      ? 'shard the states'
      : 'keep less of it';
  return `${less}, spread it over more devices, or choose a chip with more memory`;
}
