/** AI908: Offline operation with a target in the cloud. */
import { FROM_THE_MANIFEST } from './basis.ts';
import type { Rule } from './rule.ts';
import { isRented, memberPlace, targetsOf } from './targets.ts';

export const offlineNeedsLocal: Rule = {
  code: 'AI908',
  name: 'offline-needs-local',
  severity: 'error',
  docs: {
    summary: 'Offline operation with a target in the cloud.',
    what: '`edge.offline` says that the workload must work without a connection, and a target (or an alternative) is in a provider’s cloud.',
    why: 'Without a connection nothing answers.',
    whenToSilence: 'If only a part of the workload runs in the cloud; then make it a workload of its own.',
    sources: [FROM_THE_MANIFEST],
    bad: [
      {
        title: 'A cloud as the alternative',
        manifest: `version: 1
workloads:
  cameras:
    phase: inference
    alternatives:
      - { provider: <|aws|>, region: us-east-1, accelerator: l4, count: 1 }
    model: mobilenet-v2
    serving: { requests: 10/s, precision: int8 }
    edge: { device: jetson-orin-nano, fleetSize: 4, offline: true }
    target: { deployment: edge }
`,
      },
    ],
    good: [
      {
        title: 'Everything at the edge',
        manifest: `version: 1
workloads:
  cameras:
    phase: inference
    model: mobilenet-v2
    serving: { requests: 10/s, precision: int8 }
    edge: { device: jetson-orin-nano, fleetSize: 4, offline: true }
    target: { deployment: edge }
`,
      },
    ],
    fixes: [
      {
        title: 'Run it at the edge',
        before: `version: 1
defaults:
  edge: { device: jetson-orin-nano, fleetSize: 4, offline: true, updates: ota }
workloads:
  cameras:
    phase: inference
    model: mobilenet-v2
    framework: onnx
    serving: { requests: 10/s, precision: int8 }
    target: { provider: aws, region: us-east-1, accelerator: l4, count: 1 }
`,
        after: `version: 1
defaults:
  edge: { device: jetson-orin-nano, fleetSize: 4, offline: true, updates: ota }
workloads:
  cameras:
    phase: inference
    model: mobilenet-v2
    framework: onnx
    serving: { requests: 10/s, precision: int8 }
    target: { deployment: edge }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload } = context;
    if (workload.edge?.offline !== true) return;
    for (const site of targetsOf(context)) {
      if (!isRented(site)) continue;
      const place = memberPlace(site, site.target.provider === undefined ? 'accelerator' : 'provider');
      yield {
        ...place,
        severity: site.severity('error'),
        message: 'The workload must work offline, and this runs in a cloud: run it on the device.',
        related: [
          { path: context.path('edge', 'offline'), part: 'value', message: 'It must work without a connection.' },
        ],
        fixes: () =>
          site.level === 'own'
            ? [
                {
                  title: 'Run it at the edge',
                  edits: [{ kind: 'set', path: site.path(), value: { deployment: 'edge' } }],
                  safe: false,
                  preferred: true,
                },
              ]
            : [],
      };
    }
  },
};
