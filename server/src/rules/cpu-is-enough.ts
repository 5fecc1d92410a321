/** AI212: a small model at low load, on an accelerator, that a CPU would serve within its latency. */
import type { Offer } from '../catalog/types.ts';
import { formatCount, formatDuration, formatNumber, formatRate, formatUsd } from '../manifest/format-quantity.ts';
import { HOURS_PER_MONTH } from '../planner/cost.ts';
import { compareText, discountOf } from '../planner/offers.ts';
import { statedLoad } from '../planner/replicas.ts';
import { isLanguageModel, subjectOf } from '../planner/subject.ts';
import type { ModelFacts } from '../planner/types.ts';
import { spending } from './cost-advice.ts';
import { quoted } from './message.ts';
import type { Fix, PlannedWorkload, Rule } from './rule.ts';
import { chipOf, chipPlace, type TargetSite } from './targets.ts';
import { CHEAPER_SHARE, CPU, USUAL_UTILIZATION } from './thresholds.ts';

export const cpuIsEnough: Rule = {
  code: 'AI212',
  name: 'cpu-is-enough',
  severity: 'info',
  advice: true,
  docs: {
    summary: 'A CPU serves this model within its latency, for less.',
    what: 'A service states its requests and its latency, and a machine without accelerators of the same provider in the same region answers one request within the latency, carries the peak at 70 % load, holds the weights twice over, and costs at least 15 % less. A cautious speed is taken for the CPU: 10 GFLOP/s and 2 GB/s of memory for a virtual one.',
    why: 'Small models leave an accelerator idle most of the time, and it is paid for by the hour.',
    whenToSilence: 'If the load is about to grow, or other models share the accelerator.',
    sources: [
      'Speed of a virtual CPU: a tenth of what AVX-512 gives at 3 GHz (96 GFLOP/s), and half of DDR5-4800 on eight channels over 96 of them (3.2 GB/s); Intel, data sheets of Xeon Sapphire Rapids, 2023',
      'Prices of the catalogue with their dates',
    ],
    bad: [
      {
        title: 'MobileNet on an L4',
        manifest: `version: 1
workloads:
  classify:
    phase: inference
    model: mobilenet-v2
    framework: onnx
    serving: { requests: 5/s, latency: { endToEnd: 200ms } }
    target: { provider: aws, region: us-east-1, accelerator: <|l4|>, count: 1 }
`,
      },
    ],
    good: [
      {
        title: 'Too quick for a CPU',
        manifest: `version: 1
workloads:
  classify:
    phase: inference
    model: vit-huge
    framework: onnx
    serving: { requests: 50/s, latency: { endToEnd: 50ms } }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`,
      },
    ],
    fixes: [
      {
        title: 'Serve on',
        before: `version: 1
workloads:
  classify:
    phase: inference
    model: mobilenet-v2
    framework: onnx
    serving: { requests: 5/s, latency: { endToEnd: 200ms } }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`,
        after: `version: 1
workloads:
  classify:
    phase: inference
    model: mobilenet-v2
    framework: onnx
    serving: { requests: 5/s, latency: { endToEnd: 200ms } }
    target: { provider: aws, region: us-east-1, instance: c7g.large }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, catalog, plan } = context;
    const { serving } = workload;
    const peak = statedLoad(serving?.requests)?.peak;
    const latency = serving?.latency;
    const now = spending(context);
    const model = subjectOf(workload, catalog).model.value;
    if (plan.phase !== 'inference' || !now || !model || peak === undefined || !latency) return;
    const chip = chipOf(now.site);
    if (chip === undefined || chip.class === 'cpu' || model.parameters > CPU.mostParameters) return;
    const best = cheapestCpu(context, model, peak);
    if (!best || best.usd > (1 - CHEAPER_SHARE) * now.usd) return;
    yield {
      ...chipPlace(now.site),
      message: `A CPU is enough for ${formatCount(model.parameters)} parameters at ${formatRate(peak)}: ${quoted(best.instance)} answers within about ${formatDuration(best.seconds)} for ${formatUsd(best.usd)} instead of ${formatUsd(now.usd)} a month, ${formatNumber((100 * (now.usd - best.usd)) / now.usd)} % less.`,
      savesUsd: now.usd - best.usd,
      related: [{ path: context.path('serving', 'latency'), part: 'value', message: 'This is what it must keep.' }],
      fixes: () => [cpuFix(now.site, best.instance)],
    };
  },
};

interface CpuMachine {
  readonly instance: string;
  readonly usd: number;
  readonly seconds: number;
}

/** The cheapest machine without accelerators, in the place of now, that keeps the latencies and carries the peak. */
function cheapestCpu(context: PlannedWorkload, model: ModelFacts, peak: number): CpuMachine | undefined {
  const { catalog, plan, workload, head } = context;
  const { provider, region } = plan.target;
  if (provider === undefined || region === undefined || plan.target.capacity !== 'on-demand') return undefined;
  const hours = workload.serving?.hoursPerMonth ?? HOURS_PER_MONTH;
  const offers = catalog.offers({ accelerator: 'cpu', provider, region, capacity: 'on-demand' });
  let best: CpuMachine | undefined;
  for (const offer of offers) {
    const times = timesOn(offer, model, workload.serving);
    if (!times || offer.usdPerHour === undefined || !meets(times, workload.serving?.latency)) continue;
    if (peak * times.whole > USUAL_UTILIZATION) continue;
    const usd = offer.usdPerHour * (1 - discountOf(head, offer)) * hours;
    const instance = offer.machine.instance;
    if (!best || usd < best.usd || (usd === best.usd && compareText(instance, best.instance) < 0))
      best = { instance, usd, seconds: times.whole };
  }
  return best;
}

interface Times {
  readonly first: number;
  readonly perToken: number;
  readonly whole: number;
}

/** Seconds of one request alone on the machine; undefined where too little is known, or the weights do not fit twice. */
function timesOn(
  { machine, suspect }: Offer,
  model: ModelFacts,
  serving: PlannedWorkload['workload']['serving'],
): Times | undefined {
  const { vcpus, hostMemoryBytes } = machine;
  if (vcpus === undefined || hostMemoryBytes === undefined || suspect !== undefined) return undefined;
  const weights = model.parameters * CPU.bytesPerParameter;
  if (2 * weights > hostMemoryBytes) return undefined;
  const flops = vcpus * CPU.flopsPerSecondPerVcpu;
  const { inputTokens, outputTokens } = serving ?? {};
  if (model.flopsPerSample !== undefined) {
    const whole = model.flopsPerSample / flops;
    return { first: whole, perToken: 0, whole };
  }
  if (inputTokens === undefined) return undefined;
  const first = (2 * model.activeParameters * inputTokens) / flops;
  if (!isLanguageModel(model)) return model.family === 'encoder' ? { first, perToken: 0, whole: first } : undefined;
  if (outputTokens === undefined) return undefined;
  const perToken = Math.max((2 * model.activeParameters) / flops, weights / (vcpus * CPU.bytesPerSecondPerVcpu));
  return { first, perToken, whole: first + perToken * outputTokens };
}

function meets(times: Times, latency: NonNullable<PlannedWorkload['workload']['serving']>['latency']): boolean {
  return (
    times.first <= (latency?.timeToFirstToken ?? Infinity) &&
    times.perToken <= (latency?.perOutputToken ?? Infinity) &&
    times.whole <= (latency?.endToEnd ?? Infinity)
  );
}

/** The machine in place of the accelerator; what belongs to the accelerator goes. */
function cpuFix(site: TargetSite, instance: string): Fix {
  const gone = (['accelerator', 'count', 'interconnect', 'service'] as const).filter(
    (key) => site.target[key] !== undefined,
  );
  return {
    title: `Serve on ${instance}`,
    edits: [
      { kind: 'set', path: site.path('instance'), value: instance },
      ...gone.map((key) => ({ kind: 'remove', path: site.path(key) }) as const),
    ],
    safe: false,
    preferred: true,
  };
}
