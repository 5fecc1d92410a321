/** AI902: the mark-up of a managed service would pay for somebody who runs the machines. */
import { formatUsd } from '../manifest/format-quantity.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { targetsOf } from './targets.ts';
import { STAFF_USD_PER_YEAR } from './thresholds.ts';

export const managedAtScale: Rule = {
  code: 'AI902',
  name: 'managed-at-scale',
  severity: 'info',
  docs: {
    summary: 'The mark-up of a managed service costs more than an engineer.',
    what: '`policy.expertise` is `mlops`, and what the managed service adds to the price of the machines is more in a month than a person costs (`policy.staffCost` / 12).',
    why: 'A managed service saves work. Beyond some size the work costs less than the service, and the team that could do it is there.',
    whenToSilence: 'If the team is busy with better things.',
    sources: [
      'Mark-ups of the services over the raw machines: the catalogue, derived from price lists, with their dates',
    ],
    bad: [
      {
        title: 'Sixty-four H100 through SageMaker',
        manifest: `version: 1
policy: { expertise: mlops }
workloads:
  chat:
    phase: inference
    model: llama-3.1-70b
    framework: pytorch
    serving: { engine: vllm, requests: 20/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 64, service: <|sagemaker|> }
`,
      },
    ],
    good: [
      {
        title: 'One machine',
        manifest: `version: 1
policy: { expertise: mlops }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1, service: sagemaker }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan, head } = context;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    const service = site?.target.service;
    if (head.policy?.expertise !== 'mlops' || !site || service === undefined || service === 'none') return;
    const runs = plan.phase === 'inference' ? 1 : (workload.training?.runsPerMonth ?? 0);
    // The low end: a mark-up is known as a range.
    const monthly = plan.cost.lines
      .filter(({ kind, period }) => kind === 'mark-up' && period !== 'upfront')
      .reduce((sum, { lowUsd, period }) => sum + lowUsd * (period === 'run' ? runs : 1), 0);
    const staff = head.policy.staffCost ?? STAFF_USD_PER_YEAR;
    if (monthly <= staff / 12) return;
    yield {
      path: site.path('service'),
      part: 'value',
      message: `${quoted(service)} adds at least ${formatUsd(monthly)} a month to the price of the machines, more than the ${formatUsd(staff / 12)} of an engineer.`,
      related: [{ path: ['policy', 'expertise'], part: 'value', message: 'The team runs machines itself.' }],
    };
  },
};
