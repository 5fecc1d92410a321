/** AI406: the model fits, but not the cache of the sequences that it must serve at once. */
import { formatBytes, formatCount } from '../manifest/format-quantity.ts';
import type { Workload } from '../manifest/schema.ts';
import { memoryFixes } from './memory-fixes.ts';
import { counted, hardwareWords } from './message.ts';
import { fitOn } from './nearest.ts';
import type { PlannedWorkload, Rule } from './rule.ts';
import { chipOf, chipPlace, countPlace, targetsOf } from './targets.ts';

export const kvCacheTooSmall: Rule = {
  code: 'AI406',
  name: 'kv-cache-too-small',
  severity: 'error',
  docs: {
    summary: 'The model fits, but not the cache of what it must serve at once.',
    what: 'The weights fit, and even at the low end of the estimate the memory beside them cannot hold the keys and values of the stated `serving.concurrency`, or of one sequence of `serving.maxContext` tokens.',
    why: 'Sequences for which there is no room wait, or are thrown out and computed again; a context that does not fit is refused.',
    whenToSilence: 'If the engine moves its cache to the host’s memory.',
    sources: [
      'Heads, head size and layers of known models: the catalogue, with sources and dates',
      'Bytes of the cache, as the plan reckons them: 2 × key/value heads × head size × layers × bytes a number, for each token',
    ],
    bad: [
      {
        title: 'A hundred long conversations on one GPU',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, inputTokens: 28k, outputTokens: 2k, concurrency: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: <|1|> }
`,
      },
    ],
    good: [
      {
        title: 'Eight of them',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, inputTokens: 28k, outputTokens: 2k, concurrency: 8 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 1 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use 8 accelerators',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, inputTokens: 28k, outputTokens: 2k, concurrency: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 1 }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, inputTokens: 28k, outputTokens: 2k, concurrency: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { plan, workload } = context;
    const { partsBytes: parts, capacityBytes: capacity, maxConcurrency } = plan.memory;
    if (!isCacheAlone(context) || !parts || capacity === null) return;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    if (!site) return;
    const { concurrency = 1, maxContext, inputTokens = 0, outputTokens = 0 } = workload.serving ?? {};
    const left = Math.max(0, capacity - parts.weights - parts.activations - parts.overhead);
    const tokens = maxContext ?? inputTokens + outputTokens;
    const key = concurrency > 1 ? 'concurrency' : 'maxContext';
    yield {
      ...countPlace(site),
      message: `${counted(concurrency, 'sequence')} of ${formatCount(tokens)} tokens ${concurrency === 1 ? 'needs' : 'need'} ${formatBytes(parts.kvCache)} of cache on each accelerator of ${hardwareWords(plan.target)}, and ${formatBytes(left)} are left beside the weights${maxConcurrency === undefined || maxConcurrency === 0 ? '' : `, enough for ${maxConcurrency}`}.`,
      related: [
        { path: context.path('serving', key), part: 'value', message: 'This is to be held at once.' },
        ...(site.target.count === undefined ? [] : [{ ...chipPlace(site), message: 'This is the chip.' }]),
      ],
      fixes: () => memoryFixes(context),
    };
  },
};

/** True where the memory is too small for the stated concurrency or context alone: with one usual sequence the model fits. */
export function isCacheAlone(context: PlannedWorkload): boolean {
  const { workload, plan } = context;
  const { serving } = workload;
  if (plan.memory.verdict !== 'does-not-fit' || !serving) return false;
  const { concurrency, maxContext, ...rest } = serving;
  if ((concurrency ?? 1) <= 1 && maxContext === undefined) return false;
  const site = targetsOf(context).find(({ level }) => level === 'own');
  const chip = site && chipOf(site);
  if (!site || !chip) return false;
  const alone = { ...workload, serving: rest } as Workload;
  return fitOn({ ...context, workload: alone }, site, chip, plan.target.count ?? undefined) !== 'does-not-fit';
}
