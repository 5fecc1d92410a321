/** AI402: It may fit, or it may not: the range of the memory estimate holds the limit. */
import { formatBytes, formatRange } from '../manifest/format-quantity.ts';
import { FROM_THE_PLAN } from './basis.ts';
import { partsWords } from './does-not-fit.ts';
import { memoryFixes } from './memory-fixes.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { countPlace, targetsOf } from './targets.ts';

export const tightFit: Rule = {
  code: 'AI402',
  name: 'tight-fit',
  severity: 'warning',
  docs: {
    summary: 'It may fit, or it may not: the range of the memory estimate holds the limit.',
    what: 'The low end of the memory estimate is within what one accelerator has, and the high end is over it. The message says where the middle lies.',
    why: 'Whether it runs depends on the software’s version and on the longest input: such a plan ends with “out of memory” at the worst moment.',
    whenToSilence: 'If you have run it, and know that it fits.',
    sources: [FROM_THE_PLAN],
    bad: [
      {
        title: 'The weights alone nearly fill it',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: <|2|> }
`,
      },
    ],
    good: [
      {
        title: 'Room to spare',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 2 }
`,
      },
    ],
    fixes: [
      {
        title: 'Quantise the weights to fp8',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 2 }
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100, precision: fp8 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 2 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { memory } = context.plan;
    const { perAcceleratorBytes: needed, capacityBytes: capacity } = memory;
    if (memory.verdict !== 'tight' || needed === null || capacity === null) return;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    if (!site) return;
    const parts = memory.partsBytes === null ? '' : ` (${partsWords(memory.partsBytes)})`;
    yield {
      ...countPlace(site),
      message: `${quoted(context.plan.target.accelerator ?? 'accelerator')} has ${formatBytes(capacity)} for ${formatRange(needed, formatBytes)}, most likely ${formatBytes(needed.mid)}${parts}: leave more room, with less in memory, more devices or a larger chip.`,
      fixes: () => memoryFixes(context),
    };
  },
};
