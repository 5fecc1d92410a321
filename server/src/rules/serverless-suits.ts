/** AI706: a service that few ask keeps a machine of its own, although one that is paid by use would do. */
import type { MissingPrice } from '../catalog/book-line.ts';
import { formatNumber, formatShare, formatUsd } from '../manifest/format-quantity.ts';
import type { Target, Workload } from '../manifest/schema.ts';
import { planWorkload } from '../planner/plan.ts';
import { dataMustStay, refusesProvider } from '../planner/policy.ts';
import { statedLoad } from '../planner/replicas.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import { amountOf, cheaperEquals, cheapest, spending } from './cost-advice.ts';
import { listed, quoted } from './message.ts';
import { suits } from './nearest.ts';
import type { Fix, PlannedWorkload, Rule } from './rule.ts';
import { countPlace, isOfferedBy, type TargetSite } from './targets.ts';
import { CHEAPER_SHARE, LOW_VOLUME_SHARE } from './thresholds.ts';

export const serverlessSuits: Rule = {
  code: 'AI706',
  name: 'serverless-suits',
  severity: 'info',
  advice: true,
  docs: {
    summary: 'A machine of its own for a service that few ask.',
    what: 'A service on a dedicated machine is busy less than 5 % of the time, no stated latency is shorter than loading the model, and a provider whose serverless price is known would do it for at least 15 % less than the cheapest dedicated machine, with its start-up times paid. Providers without a known price are not compared: a line in the price book, which a quick fix of the editor adds without a price, makes them known.',
    why: 'A dedicated machine is paid while it waits. Paid by use, it costs what the requests take, and the start before each of them.',
    whenToSilence: 'If users cannot wait for a start, or the load is about to grow.',
    sources: ['Serverless services and their chips: the catalogue (Modal’s price list, 2026, and others)'],
    bad: [
      {
        title: 'A hundred requests a day',
        manifest: `version: 1
policy: { accelerators: [l4] }
workloads:
  reports:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 100/day, inputTokens: 2000, outputTokens: 500 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: <|1|> }
`,
      },
    ],
    good: [
      {
        title: 'A busy one',
        manifest: `version: 1
policy: { accelerators: [l4] }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 1/s, inputTokens: 500, outputTokens: 100 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`,
      },
    ],
    fixes: [
      {
        title: 'Pay by use: l4',
        before: `version: 1
policy: { accelerators: [l4] }
workloads:
  reports:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 100/day, inputTokens: 2000, outputTokens: 500 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`,
        after: `version: 1
policy: { accelerators: [l4] }
workloads:
  reports:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: vllm, precision: fp8, requests: 100/day, inputTokens: 2000, outputTokens: 500, autoscaling: { min: 0, max: 1, scaleToZero: true } }
    target: { provider: modal, accelerator: l4, serverless: true }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const now = spending(context);
    const load = statedLoad(workload.serving?.requests);
    const { replicas, requestsPerSecondPerReplica: speed } = plan.serving ?? {};
    if (plan.phase !== 'inference' || !now || !load || !replicas || !speed) return;
    if (now.site.target.serverless === true || workload.serving?.autoscaling?.scaleToZero === true) return;
    if (dataMustStay(workload, context.head.policy) || cannotWait(context)) return;
    const busy = load.average / (speed.mid * Math.max(1, replicas.average));
    if (!(busy < LOW_VOLUME_SHARE)) return;
    // What a dedicated machine of the right size would cost, not what stands there now.
    const dedicated = now.usd + (cheapest(cheaperEquals(context))?.deltaUsd ?? 0);
    const best = bestServerless(context);
    if (!best || best.usd > (1 - CHEAPER_SHARE) * dedicated) return;
    const name = `${best.accelerator} on ${best.provider}`;
    yield {
      ...countPlace(now.site),
      message: `The machine is busy ${formatShare(busy)} of the time: paid by use, ${quoted(name)} would cost about ${formatUsd(best.usd)} a month instead of ${formatUsd(now.usd)}, ${formatNumber((100 * (now.usd - best.usd)) / now.usd)} % less, starts included.`,
      savesUsd: now.usd - best.usd,
      missingPrices: withoutPrice(context, best.accelerator),
      related: [{ path: context.path('serving', 'requests'), part: 'value', message: 'This is the load.' }],
      fixes: () => [fix(context, now.site, best)],
    };
  },
};

/** True where a stated latency is shorter than loading the model: then something has to stay up. */
function cannotWait({ workload, plan }: PlannedWorkload): boolean {
  const start = plan.serving?.coldStartSeconds?.mid;
  const { timeToFirstToken = Infinity, endToEnd = Infinity } = workload.serving?.latency ?? {};
  return start === undefined || Math.min(timeToFirstToken, endToEnd) < start;
}

interface Serverless {
  readonly provider: string;
  readonly accelerator: string;
  readonly usd: number;
}

/** The cheapest serverless chip with a known price, planned as a fleet that scales to zero. */
function bestServerless(context: PlannedWorkload): Serverless | undefined {
  const { catalog, head } = context;
  let best: Serverless | undefined;
  for (const { provider, accelerators, serverless } of catalog.services) {
    if (serverless !== 'yes' || refusesProvider(head.policy, provider) !== undefined) continue;
    if (catalog.providers.get(provider)?.marketplace !== false || !isServerlessAlone(context, provider)) continue;
    for (const accelerator of accelerators) {
      const chip = catalog.accelerators.get(accelerator);
      if (!chip || chip.class !== 'gpu' || !isOfferedBy(catalog, provider, accelerator) || !suits(context, chip))
        continue;
      const plan = planOn(context, { provider, accelerator, serverless: true });
      const usd = amountOf(plan);
      const meets = plan.memory.verdict === 'fits' && plan.serving?.meetsLatency !== false && usd > 0;
      if (meets && (!best || usd < best.usd)) best = { provider, accelerator, usd };
    }
  }
  return best;
}

/** Serverless providers of the chip that could not be compared. A book describes what they rent as a machine of one accelerator. */
function withoutPrice(context: PlannedWorkload, accelerator: string): readonly MissingPrice[] {
  const { catalog, head } = context;
  return catalog.services
    .filter(
      ({ provider, accelerators, serverless }) =>
        serverless === 'yes' &&
        accelerators.includes(accelerator) &&
        refusesProvider(head.policy, provider) === undefined &&
        isServerlessAlone(context, provider) &&
        catalog.offers({ provider, accelerator }).every(({ usdPerHour }) => usdPerHour === undefined),
    )
    .map(({ provider }) => ({
      provider,
      instance: `serverless-${accelerator}`,
      accelerator,
      count: 1,
      capacity: 'on-demand',
    }));
}

/** The prices of a provider are those of its serverless offer only where it sells nothing else. */
function isServerlessAlone({ catalog }: PlannedWorkload, provider: string): boolean {
  return (
    catalog.services
      .filter((service) => service.provider === provider)
      .every(({ serverless }) => serverless === 'yes') &&
    catalog.spotFacts(provider).length === 0 &&
    (catalog.providers.get(provider)?.regions.size ?? 0) === 0
  );
}

/** Scaled to zero, as a serverless service is. */
const TO_ZERO = { min: 0, max: 1, scaleToZero: true } as const;

function planOn({ workload, head, catalog, today }: PlannedWorkload, target: Target): WorkloadPlan {
  const serving = { ...workload.serving, autoscaling: TO_ZERO };
  return planWorkload({ ...workload, serving, target } as Workload, head, catalog, today);
}

function fix(context: PlannedWorkload, site: TargetSite, { provider, accelerator }: Serverless): Fix {
  const gone = (['region', 'instance', 'count', 'capacity', 'zones', 'service'] as const).filter(
    (key) => site.target[key] !== undefined,
  );
  const sets = { provider, accelerator, serverless: true } as const;
  return {
    title: `Pay by use: ${listed([accelerator])} on ${provider}`,
    edits: [
      ...Object.entries(sets)
        .filter(([key, value]) => site.target[key as keyof Target] !== value)
        .map(([key, value]) => ({ kind: 'set', path: site.path(key), value }) as const),
      ...gone.map((key) => ({ kind: 'remove', path: site.path(key) }) as const),
      { kind: 'set', path: context.path('serving', 'autoscaling'), value: { ...TO_ZERO } },
    ],
    safe: false,
    preferred: true,
  };
}
