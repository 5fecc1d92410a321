/** AI907: more power than the site can supply, or than the device may draw. */
import { formatPower } from '../manifest/format-quantity.ts';
import { quoted } from './message.ts';
import type { Report, Rule, RuleContext } from './rule.ts';
import { LEAST_SERVER_POWER_FACTOR } from './thresholds.ts';

export const powerLimit: Rule = {
  code: 'AI907',
  name: 'power-limit',
  severity: 'error',
  docs: {
    summary: 'More power than the site can supply, or than the device may draw.',
    what: 'The machines of a cluster draw more than its `powerLimit`: the power of their accelerators, times what a whole server takes on top (at least 1.8), times `cost.pue` for cooling where it is stated. Or the smallest power mode of an edge device is over `edge.powerBudget`.',
    why: 'Breakers switch off, or machines have to stay dark; a device under less power than its smallest mode does not start.',
    whenToSilence: 'If the power of the accelerators is capped below what their maker states.',
    sources: [
      'Power of the chips (TDP) and modes of the devices: the catalogue',
      'Server power over that of its accelerators: 1.8 to 2.0 (DGX H100: 10.2 kW for eight chips of 700 W; Epoch AI, training-cost-trends, commit 263c40a, undated)',
    ],
    bad: [
      {
        title: 'Sixteen machines on 100 kW',
        manifest: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 16, acceleratorsPerNode: 8, powerLimit: <|100kW|> }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { requests: 5/s, inputTokens: 500, outputTokens: 100 }
    target: { cluster: dc1 }
`,
      },
      {
        title: 'A Jetson on five watts',
        manifest: `version: 1
workloads:
  cameras:
    phase: inference
    model: { parameters: 5M, family: cnn, flopsPerSample: 4G }
    framework: onnx
    serving: { requests: 5/s, precision: int8 }
    edge: { device: jetson-orin-nano, fleetSize: 10, powerBudget: <|5W|>, updates: ota }
    target: { deployment: edge }
`,
      },
    ],
    good: [
      {
        title: 'Sixteen machines on 250 kW',
        manifest: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 16, acceleratorsPerNode: 8, powerLimit: 250kW }
workloads:
  chat:
    phase: inference
    model: llama-3.1-8b
    framework: pytorch
    serving: { requests: 5/s, inputTokens: 500, outputTokens: 100 }
    target: { cluster: dc1 }
`,
      },
    ],
  },
  *checkManifest(context) {
    yield* clusters(context);
    yield* devices(context);
  },
};

function* clusters({ head, catalog }: RuleContext): Iterable<Report> {
  for (const [name, cluster] of Object.entries(head.clusters ?? {})) {
    const { powerLimit: limit, nodes, accelerator } = cluster;
    const match = accelerator === undefined ? undefined : catalog.resolveAccelerator(accelerator);
    const chip = match && 'id' in match ? catalog.accelerators.get(match.id) : undefined;
    const perNode = cluster.acceleratorsPerNode ?? chip?.perNode;
    if (limit === undefined || nodes === undefined || !chip?.tdpWatts || perNode === undefined) continue;
    const perMachine = perNode * chip.tdpWatts * LEAST_SERVER_POWER_FACTOR * (cluster.cost?.pue ?? 1);
    if (nodes * perMachine <= limit) continue;
    const fit = Math.floor(limit / perMachine);
    const path = ['clusters', name];
    yield {
      path: [...path, 'powerLimit'],
      part: 'value',
      message: `${nodes} machines of ${perNode} ${quoted(chip.id)} draw at least ${formatPower(nodes * perMachine)}${cluster.cost?.pue === undefined ? '' : ', cooling included'}, and the limit is ${formatPower(limit)}: that is enough for ${fit}.`,
      related: [
        { path: [...path, 'nodes'], part: 'value', message: `${nodes} machines, each ${formatPower(perMachine)}.` },
      ],
    };
  }
}

/** Devices whose smallest mode is over their budget. */
function* devices({ manifest, catalog }: RuleContext): Iterable<Report> {
  for (const { name, value } of manifest.workloads) {
    const { device: id, powerBudget } = value?.edge ?? {};
    const device = id === undefined ? undefined : catalog.edgeDevices.get(id.toLowerCase());
    if (powerBudget === undefined || !device || device.powerModesWatts.length === 0) continue;
    const least = Math.min(...device.powerModesWatts);
    if (least <= powerBudget) continue;
    yield {
      path: ['workloads', name, 'edge', 'powerBudget'],
      part: 'value',
      message: `${quoted(device.id)} draws at least ${formatPower(least)}, and ${formatPower(powerBudget)} are allowed.`,
      related: [{ path: ['workloads', name, 'edge', 'device'], part: 'value', message: 'This is the device.' }],
    };
  }
}
