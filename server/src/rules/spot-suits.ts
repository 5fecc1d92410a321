/** AI705: a run that goes on from its checkpoints is rented on demand, although spot would do. */
import { formatDuration, formatNumber, formatUsd } from '../manifest/format-quantity.ts';
import { resumes } from '../planner/subject.ts';
import { spending } from './cost-advice.ts';
import type { Rule } from './rule.ts';
import { memberPlace, trains } from './targets.ts';
import { CHEAPER_SHARE } from './thresholds.ts';

export const spotSuits: Rule = {
  code: 'AI705',
  name: 'spot-suits',
  severity: 'info',
  advice: true,
  docs: {
    summary: 'A run that goes on from its checkpoints would do on spot machines.',
    what: 'A training run on demand writes checkpoints and resumes from them. On spot machines of the same kind, in the same region, it costs at least 15 % less, interruptions and repeated work included, and even at the high end of the estimate it keeps its deadline.',
    why: 'A provider sells what is idle for a fraction of the price, and takes it back when it needs it. A run that goes on from a checkpoint loses minutes each time.',
    whenToSilence: 'If the chip is so scarce that spot machines are hardly to be had.',
    sources: ['Spot prices of the catalogue with their dates', 'Interruptions: the failure model of the plan'],
    bad: [
      {
        title: 'Checkpoints, and the full price',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 5m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: a100-80gb, count: 8, capacity: <|on-demand|> }
`,
      },
    ],
    good: [
      {
        title: 'On spot',
        manifest: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 5m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: a100-80gb, count: 8, capacity: spot }
`,
      },
    ],
    fixes: [
      {
        title: 'Rent spot machines',
        before: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 5m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: a100-80gb, count: 8, capacity: on-demand }
`,
        after: `version: 1
workloads:
  finetune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 2B, method: lora }
    checkpointing: { interval: 5m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: a100-80gb, count: 8, capacity: spot }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan, catalog } = context;
    const now = spending(context);
    if (!now || !trains(workload) || !resumes(workload) || plan.target.capacity !== 'on-demand') return;
    if (catalog.providers.get(plan.target.provider ?? '')?.marketplace) return;
    const spot = plan.capacities.find(({ capacity }) => capacity === 'spot');
    const usd = spot?.cost.totalUsd?.mid ?? 0;
    const seconds = spot?.durationSeconds;
    if (!(usd > 0) || usd > (1 - CHEAPER_SHARE) * now.usd || !seconds || spot?.risk?.mayNeverEnd) return;
    const deadline = workload.training?.deadline;
    if (deadline !== undefined && seconds.high > deadline) return;
    const later = seconds.mid - (plan.training?.durationSeconds?.mid ?? seconds.mid);
    yield {
      ...memberPlace(now.site, 'capacity'),
      message: `On spot machines the run would cost ${formatUsd(usd)} instead of ${formatUsd(now.usd)}, ${formatNumber((100 * (now.usd - usd)) / now.usd)} % less, interruptions included${later < 60 ? '' : `, and take ${formatDuration(later)} longer`}.`,
      savesUsd: now.usd - usd,
      related: [{ path: context.path('checkpointing'), part: 'key', message: 'It goes on from these checkpoints.' }],
      fixes: () => [
        {
          title: 'Rent spot machines',
          edits: [{ kind: 'set', path: now.site.path('capacity'), value: 'spot' }],
          safe: false,
          preferred: true,
        },
      ],
    };
  },
};
