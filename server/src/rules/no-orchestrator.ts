/** AI905: Several machines, and nothing that starts and restarts the work. */
import { OWN_JUDGEMENT } from './basis.ts';
import type { Rule } from './rule.ts';
import { chipOf, targetsOf } from './targets.ts';

export const noOrchestrator: Rule = {
  code: 'AI905',
  name: 'no-orchestrator',
  severity: 'warning',
  docs: {
    summary: 'Several machines, and nothing that starts and restarts the work.',
    what: 'The workload runs on several machines, and the target says `orchestrator: none`, without a managed service. TPU slices, which start together, are not meant.',
    why: 'When one of several machines fails, somebody has to notice, replace it and start all of them again.',
    whenToSilence: 'If a script of your own does it.',
    sources: [OWN_JUDGEMENT],
    bad: [
      {
        title: 'Four machines by hand',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32, orchestrator: <|none|> }
`,
      },
    ],
    good: [
      {
        title: 'Kubernetes',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32, orchestrator: kubernetes }
`,
      },
    ],
    fixes: [
      {
        title: 'Use kubernetes',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32, orchestrator: none }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 32, orchestrator: kubernetes }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { plan } = context;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    const { orchestrator, service } = site?.target ?? {};
    const nodes = plan.target.nodes ?? 1;
    if (
      !site ||
      orchestrator !== 'none' ||
      nodes < 2 ||
      (service !== undefined && service !== 'none') ||
      chipOf(site)?.class === 'tpu'
    )
      return;
    const path = site.path('orchestrator');
    yield {
      path,
      part: 'value',
      message: `${nodes} machines run together, and nothing restarts the work when one fails: use kubernetes or slurm.`,
      fixes: () =>
        (['kubernetes', 'slurm'] as const).map((value, index) => ({
          title: `Use ${value}`,
          edits: [{ kind: 'set', path, value }],
          safe: false,
          preferred: index === 0,
        })),
    };
  },
};
