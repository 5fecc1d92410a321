/** AI906: A fleet of devices that is updated by hand. */
import { OWN_JUDGEMENT } from './basis.ts';
import type { Rule } from './rule.ts';

export const edgeWithoutUpdates: Rule = {
  code: 'AI906',
  name: 'edge-without-updates',
  severity: 'warning',
  docs: {
    summary: 'A fleet of devices that is updated by hand.',
    what: 'The edge fleet has more than one device, and `updates` is `manual`. A prototype is not held to this.',
    why: 'A model is replaced several times in the life of a device; going to each of them is slow and dear, and a security hole stays open meanwhile.',
    whenToSilence: 'If the devices are visited anyway.',
    sources: [OWN_JUDGEMENT],
    bad: [
      {
        title: 'Four hundred visits',
        manifest: `version: 1
workloads:
  cameras:
    phase: inference
    model: mobilenet-v2
    serving: { requests: 10/s, precision: int8 }
    edge: { device: jetson-orin-nano, fleetSize: 400, updates: <|manual|> }
    target: { deployment: edge }
`,
      },
    ],
    good: [
      {
        title: 'Over the air',
        manifest: `version: 1
workloads:
  cameras:
    phase: inference
    model: mobilenet-v2
    serving: { requests: 10/s, precision: int8 }
    edge: { device: jetson-orin-nano, fleetSize: 400, updates: ota }
    target: { deployment: edge }
`,
      },
    ],
    fixes: [
      {
        title: 'Update over the air',
        before: `version: 1
workloads:
  cameras:
    phase: inference
    model: mobilenet-v2
    serving: { requests: 10/s, precision: int8 }
    edge: { device: jetson-orin-nano, fleetSize: 400, updates: manual }
    target: { deployment: edge }
`,
        after: `version: 1
workloads:
  cameras:
    phase: inference
    model: mobilenet-v2
    serving: { requests: 10/s, precision: int8 }
    edge: { device: jetson-orin-nano, fleetSize: 400, updates: ota }
    target: { deployment: edge }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, plan } = context;
    const { edge } = workload;
    const devices = edge?.fleetSize ?? 1;
    if (
      edge?.updates !== 'manual' ||
      devices < 2 ||
      workload.stage === 'prototype' ||
      plan.target.deployment !== 'edge'
    )
      return;
    const path = context.path('edge', 'updates');
    yield {
      path,
      part: 'value',
      message: `${devices} devices would be updated by hand, one after another: use \`updates: ota\`.`,
      fixes: () => [
        { title: 'Update over the air', edits: [{ kind: 'set', path, value: 'ota' }], safe: false, preferred: true },
      ],
    };
  },
};
