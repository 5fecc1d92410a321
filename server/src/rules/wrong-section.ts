/** AI106: A section that does not belong to the phase of the workload. */
import { FROM_THE_MANIFEST } from './basis.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { trains } from './targets.ts';

export const wrongSection: Rule = {
  code: 'AI106',
  name: 'wrong-section',
  severity: 'error',
  docs: {
    summary: 'A section that does not belong to the phase of the workload.',
    what: 'The workload has a section of another phase: `serving` in training or fine-tuning, `training` in inference, or `edge` where it does not run at the edge. Sections that come from `defaults` are not meant.',
    why: 'The section has no effect on the plan, although its author relies on it; more often the phase is wrong.',
    whenToSilence: 'Never: remove the section, or correct the phase.',
    sources: [FROM_THE_MANIFEST],
    bad: [
      {
        title: 'A load in a training run',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    <|serving|>: { requests: 5/s }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'Each phase with its own section',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
      {
        title: 'Sections in the defaults',
        manifest: `version: 1
defaults:
  serving: { engine: vllm }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Remove `serving`',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    serving: { requests: 5/s }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan, source, name } = context;
    const isWritten = (key: string) => {
      const raw = source.workloads.find((candidate) => candidate.name === name)?.raw;
      return typeof raw === 'object' && raw !== null && Object.hasOwn(raw, key);
    };
    const place = plan.target.deployment;
    const ofPhase = trains(workload) ? ('serving' as const) : ('training' as const);
    const wrong = place !== 'edge' && typeof workload.target === 'object' ? ([ofPhase, 'edge'] as const) : [ofPhase];
    for (const key of wrong) {
      if (workload[key] === undefined || !isWritten(key)) continue;
      const phase = quoted(workload.phase);
      const why =
        key === 'edge'
          ? `has no effect where the target is ${place === 'cloud' ? 'a cloud' : place}`
          : `has no effect where the phase is ${phase}`;
      yield {
        path: context.path(key),
        part: 'key',
        message: `${quoted(key)} ${why}: remove it, or correct the ${key === 'edge' ? 'target' : 'phase'}.`,
        related:
          key === 'edge' ? [] : [{ path: context.path('phase'), part: 'value', message: `The phase is ${phase}.` }],
        fixes: () => [
          {
            title: `Remove \`${key}\``,
            edits: [{ kind: 'remove', path: context.path(key) }],
            safe: true,
            preferred: true,
          },
        ],
      };
    }
  },
};
