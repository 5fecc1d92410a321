/** AI703: hardware that does the same for less. */
import { ANY_REGION } from '../catalog/offer-index.ts';
import { formatDuration, formatNumber, formatUsd } from '../manifest/format-quantity.ts';
import { SLOWER_LIMIT } from '../planner/recommend.ts';
import { resumes } from '../planner/subject.ts';
import type { Alternative, WorkloadPlan } from '../planner/types.ts';
import { hardwareWords } from './message.ts';
import { isAtHome } from './nearest.ts';
import type { Report, Rule, PlannedWorkload } from './rule.ts';
import { promisingAlternatives } from './promising.ts';
import { switchTo } from './switch-fix.ts';
import { chipPlace, isRented, targetsOf } from './targets.ts';
import { CHEAPER_SHARE } from './thresholds.ts';

export const cheaperEquivalent: Rule = {
  code: 'AI703',
  name: 'cheaper-equivalent',
  severity: 'info',
  advice: true,
  docs: {
    summary: 'Other hardware meets the same requirements for at least 15 % less.',
    what: 'Another accelerator, count, machine or region meets what the workload asks for at 15 % less or better: with the same capacity type, at a provider of `policy.providers` or else at the same provider in the same geography, and in time. In time means by the deadline, or, where none is stated, in at most one and a half times the duration of now. Marketplaces are left out.',
    why: 'Prices of an hour do not tell the price of the work: a faster chip can be cheaper for a run, a smaller one for a service.',
    whenToSilence: 'If quota, habit or a contract ties you to the hardware you have.',
    sources: ['Prices of the catalogue with their dates, and the estimates of the plan'],
    bad: [
      {
        title: 'A service on machines that idle',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: <|h100-sxm|>, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'The smallest that does it',
        manifest: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, instance: g6.xlarge }
`,
      },
    ],
    fixes: [
      {
        title: 'Switch to 1 × l4 on aws',
        before: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 } # first try
`,
        after: `version: 1
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 } # first try
`,
      },
    ],
  },
  *checkWorkload(context) {
    yield* reportOf(context);
  },
};

/** Plans are the same objects while nothing that they depend on changed. */
const adviceOf = new WeakMap<WorkloadPlan, { readonly best: Alternative | undefined }>();

function* reportOf(context: PlannedWorkload): Iterable<Report> {
  const { plan } = context;
  const site = targetsOf(context).find(({ level }) => level === 'own');
  const now = amountNow(context);
  if (!site || !isRented(site) || !(now > 0) || !isKnown(context)) return;
  let advice = adviceOf.get(plan);
  if (!advice) adviceOf.set(plan, (advice = { best: cheapest(context) }));
  const { best } = advice;
  if (!best) return;
  const saved = -(best.deltaUsd ?? 0);
  const { region } = best.target;
  const seconds = best.deltaSeconds ?? 0;
  const time =
    Math.abs(seconds) < 60 ? '' : `, ${formatDuration(Math.abs(seconds))} ${seconds > 0 ? 'slower' : 'faster'}`;
  yield {
    ...chipPlace(site),
    message: `${hardwareWords(best.target)}${region === undefined || region === ANY_REGION ? '' : ` in ${region}`} would do the same for ${formatUsd(now - saved)} instead of ${formatUsd(now)} ${plan.phase === 'inference' ? 'a month' : 'a run'}, ${formatNumber((100 * saved) / now)} % less${time}.`,
    fixes: () => [switchTo(context, best, true)],
  };
}

/** What must be met is known, and met now: a service's load is stated, a run fits and ends. */
function isKnown({ plan, workload }: PlannedWorkload): boolean {
  if (plan.memory.verdict === 'does-not-fit' || plan.serving?.meetsLatency === false) return false;
  if (plan.phase === 'inference')
    return (
      workload.serving?.requests !== undefined &&
      plan.serving?.replicas !== null &&
      plan.serving?.replicas !== undefined
    );
  // On spot without checkpoints the duration is no more than a lower bound.
  return plan.training === undefined || plan.target.capacity !== 'spot' || resumes(workload);
}

function amountNow({ plan }: PlannedWorkload): number {
  if (plan.cost.atLeast) return 0;
  return (plan.phase === 'inference' ? plan.cost.monthlyUsd : plan.cost.totalUsd)?.mid ?? 0;
}

/** The cheapest alternative that the rule may advise; undefined where none saves enough. */
function cheapest(context: PlannedWorkload): Alternative | undefined {
  const now = amountNow(context);
  let best: Alternative | undefined;
  for (const alternative of promisingAlternatives(context)) {
    const delta = alternative.deltaUsd;
    if (delta === undefined || delta > -CHEAPER_SHARE * now || !isEqual(context, alternative)) continue;
    if (!best || delta < (best.deltaUsd ?? 0)) best = alternative;
  }
  return best;
}

function isEqual(
  { plan, catalog, head, workload }: PlannedWorkload,
  { target, marketplace, fits, durationSeconds, deltaSeconds }: Alternative,
): boolean {
  const now = plan.target;
  if (marketplace || fits !== 'fits' || target.capacity !== now.capacity || target.provider === undefined) return false;
  if (head.policy?.providers === undefined) {
    if (target.provider !== now.provider) return false;
    const [here, there] = [now, target].map(
      ({ provider = '', region = '' }) => catalog.region(provider, region)?.geography ?? region,
    );
    if (here !== there) return false;
  }
  if (plan.phase !== 'inference') {
    if (durationSeconds === undefined || deltaSeconds === undefined) return false;
    const deadline = plan.training === undefined ? workload.serving?.deadline : workload.training?.deadline;
    if (durationSeconds > (deadline ?? SLOWER_LIMIT * (durationSeconds - deltaSeconds))) return false;
  }
  return isAtHome({ catalog, workload }, now.accelerator, target.accelerator);
}
