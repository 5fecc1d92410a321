/** AI208: a data-centre chip in the field, or a device whose memory, speed or power is not enough for the work. */
import { formatBytes, formatDuration, formatPower, formatRate } from '../manifest/format-quantity.ts';
import { compareText } from '../planner/offers.ts';
import { planWorkload } from '../planner/plan.ts';
import { statedLoad } from '../planner/replicas.ts';
import { powerShare } from '../planner/serving.ts';
import type { WorkloadPlan } from '../planner/types.ts';
import type { EdgeDevice } from '../catalog/types.ts';
import { quoted } from './message.ts';
import type { Fix, PlannedWorkload, Rule } from './rule.ts';
import { chipOf, chipPlace, targetsOf } from './targets.ts';
import { EDGE_CARD_WATTS } from './thresholds.ts';

export const edgeMismatch: Rule = {
  code: 'AI208',
  name: 'edge-mismatch',
  severity: 'error',
  docs: {
    summary: 'Edge hardware that cannot do the work.',
    what: 'The target is at the edge, and it names a data-centre chip: one that draws more than a plain slot gives (75 W), or more than `edge.powerBudget`. Or the device has too little memory for the model, or at its best answers later, or fewer requests, than the manifest asks of one device. A `powerBudget` below the largest power mode slows it in proportion.',
    why: 'Data-centre chips need the power, cooling and sockets of a server. A device that is too small drops frames or does not start.',
    whenToSilence: 'If “edge” is a small data centre with servers.',
    sources: [
      'Memory, speed and power modes of the devices: the catalogue (maker’s data where published)',
      'PCI Express Card Electromechanical Specification, undated: 75 W from a slot',
    ],
    bad: [
      {
        title: 'An H100 in the field',
        manifest: `version: 1
workloads:
  cameras:
    phase: inference
    model: { parameters: 11M, family: cnn, flopsPerSample: 16.5G }
    framework: onnx
    serving: { requests: 30/s, precision: int8 }
    edge: { fleetSize: 40, updates: ota }
    target: { deployment: edge, accelerator: <|h100-sxm|> }
`,
      },
      {
        title: 'Too little memory',
        manifest: `version: 1
workloads:
  robot:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: llama.cpp, inputTokens: 500, outputTokens: 100 }
    edge: { device: <|jetson-orin-nano|>, fleetSize: 40, updates: ota }
    target: { deployment: edge }
`,
      },
    ],
    good: [
      {
        title: 'Cameras on Jetsons',
        manifest: `version: 1
workloads:
  cameras:
    phase: inference
    model: { parameters: 11M, family: cnn, flopsPerSample: 16.5G }
    framework: onnx
    serving: { requests: 30/s, precision: int8, latency: { endToEnd: 30ms } }
    edge: { device: jetson-orin-nano, fleetSize: 40, updates: ota }
    target: { deployment: edge }
`,
      },
    ],
    fixes: [
      {
        title: 'Use jetson-agx-orin',
        before: `version: 1
workloads:
  robot:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: llama.cpp, inputTokens: 500, outputTokens: 100 }
    edge: { device: jetson-orin-nano, fleetSize: 40, updates: ota }
    target: { deployment: edge }
`,
        after: `version: 1
workloads:
  robot:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { engine: llama.cpp, inputTokens: 500, outputTokens: 100 }
    edge: { device: jetson-agx-orin, fleetSize: 40, updates: ota }
    target: { deployment: edge }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload } = context;
    for (const site of targetsOf(context)) {
      if (site.resolution.target.deployment !== 'edge') continue;
      const chip = chipOf(site);
      const budget = workload.edge?.powerBudget;
      if (chip && chip.class !== 'edge' && chip.class !== 'cpu') {
        const allowed = Math.min(EDGE_CARD_WATTS, budget ?? Infinity);
        if (chip.tdpWatts !== undefined && chip.tdpWatts <= allowed) continue;
        yield {
          ...chipPlace(site),
          severity: site.severity('error'),
          message: `${quoted(chip.id)} is a data-centre chip${chip.tdpWatts === undefined ? '' : ` of ${formatPower(chip.tdpWatts)}`}, and at the edge ${budget === undefined ? `a slot gives ${formatPower(allowed)}` : `${formatPower(allowed)} are to be had`}: use an edge device.`,
          ...(budget !== undefined && {
            related: [
              { path: context.path('edge', 'powerBudget'), part: 'value' as const, message: 'This is the budget.' },
            ],
          }),
          fixes: () => (site.level === 'own' ? deviceFixes(context) : []),
        };
      } else if (site.level === 'own') {
        const device = deviceOf(context, workload.edge?.device);
        const shortfall = shortfallOf(context, context.plan, device);
        if (shortfall === undefined) continue;
        const named = workload.edge?.device !== undefined;
        yield {
          ...(named ? { path: context.path('edge', 'device'), part: 'value' as const } : chipPlace(site)),
          message: `${quoted(device?.id ?? chip?.id ?? 'The device')} ${shortfall.message}: use a device that can.`,
          ...(shortfall.asked && {
            related: [
              { path: context.path(...shortfall.asked), part: 'value' as const, message: 'This is asked of a device.' },
            ],
          }),
          fixes: () => deviceFixes(context),
        };
      }
    }
  },
};

function deviceOf({ catalog }: PlannedWorkload, name: string | undefined): EdgeDevice | undefined {
  return name === undefined ? undefined : catalog.edgeDevices.get(name.toLowerCase());
}

interface Shortfall {
  readonly message: string;
  /** Where the demand is stated. */
  readonly asked?: readonly string[];
}

/** What the device cannot do, at the favourable end of the plan's ranges; undefined where it can, or nobody knows. */
function shortfallOf(
  { workload }: PlannedWorkload,
  { memory, serving }: WorkloadPlan,
  device: EdgeDevice | undefined,
): Shortfall | undefined {
  if (memory.verdict === 'does-not-fit' && memory.perAcceleratorBytes && memory.capacityBytes !== null) {
    return {
      message: `has ${formatBytes(memory.capacityBytes)} of memory, and the model needs at least ${formatBytes(memory.perAcceleratorBytes.low)}`,
      asked: ['model'],
    };
  }
  const budget = workload.edge?.powerBudget;
  const share = device ? powerShare(device, budget) : 1;
  const slowed = share < 1 && budget !== undefined ? ` within ${formatPower(budget)}` : '';
  const limit = workload.serving?.latency?.endToEnd;
  const seconds = serving?.endToEndSeconds;
  if (limit !== undefined && seconds && seconds.low / share > limit) {
    return {
      message: `answers after ${formatDuration(seconds.low / share)} at best${slowed}, and ${formatDuration(limit)} are allowed`,
      asked: ['serving', 'latency', 'endToEnd'],
    };
  }
  const peak = statedLoad(workload.serving?.requests)?.peak;
  const speed = serving?.requestsPerSecondPerReplica;
  if (peak !== undefined && speed && speed.high * share < peak) {
    return {
      message: `answers ${formatRate(speed.high * share)} at best${slowed}, and ${formatRate(peak)} are asked of it`,
      asked: ['serving', 'requests'],
    };
  }
  return undefined;
}

const MOST_DEVICES = 3;

/** Devices with a source and a price before those that nobody vouches for. */
function rank({ source, priceUsd }: EdgeDevice): number {
  return (source.startsWith('unsourced') ? 2 : 0) + (priceUsd === undefined ? 1 : 0);
}

/** The cheapest devices that can do it, of those that the catalogue knows best. */
function deviceFixes(context: PlannedWorkload): readonly Fix[] {
  const { workload, head, catalog, today } = context;
  const budget = workload.edge?.powerBudget ?? Infinity;
  const { accelerator: named } = workload.target === 'auto' ? {} : (workload.target ?? {});
  const target = { deployment: 'edge' } as const;
  const able = [...catalog.edgeDevices.values()]
    .filter(({ id, powerModesWatts: modes }) => id !== workload.edge?.device && (modes[0] ?? 0) <= budget)
    .sort((a, b) => rank(a) - rank(b) || (a.priceUsd ?? 0) - (b.priceUsd ?? 0) || compareText(a.id, b.id))
    .filter((device) => {
      const plan = planWorkload(
        { ...workload, edge: { ...workload.edge, device: device.id }, target },
        head,
        catalog,
        today,
      );
      const isSure = plan.memory.verdict === 'fits' && plan.serving?.requestsPerSecondPerReplica !== null;
      return isSure && shortfallOf(context, plan, device) === undefined;
    });
  return able.slice(0, MOST_DEVICES).map(({ id }, index) => ({
    title: `Use ${id}`,
    edits: [
      { kind: 'set', path: context.path('edge', 'device'), value: id },
      ...(named === undefined ? [] : [{ kind: 'remove', path: context.path('target', 'accelerator') } as const]),
    ],
    safe: false,
    preferred: index === 0,
  }));
}
