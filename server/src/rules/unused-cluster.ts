/** AI107: A cluster that no workload names. */
import { FROM_THE_MANIFEST } from './basis.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { targetsOf, namedWorkloadsOf } from './targets.ts';

export const unusedCluster: Rule = {
  code: 'AI107',
  name: 'unused-cluster',
  severity: 'hint',
  docs: {
    summary: 'A cluster that no workload names.',
    what: 'A cluster is defined under `clusters`, and no target, burst, alternative or location names it.',
    why: 'Owned hardware that nothing runs on costs money all the same; or a name was changed in one place only.',
    whenToSilence: 'If the cluster is kept for plans to come.',
    sources: [FROM_THE_MANIFEST],
    bad: [
      {
        title: 'Nobody uses the second cluster',
        manifest: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
  <|lab|>: { accelerator: l40s, nodes: 4, acceleratorsPerNode: 4 }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { cluster: dc1, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'Every cluster is used',
        manifest: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { cluster: dc1, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Remove the cluster `lab`',
        before: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
  lab: { accelerator: l40s, nodes: 4, acceleratorsPerNode: 4 }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { cluster: dc1, count: 8 }
`,
        after: `version: 1
clusters:
  dc1: { accelerator: h100-sxm, nodes: 2, acceleratorsPerNode: 8 }
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { cluster: dc1, count: 8 }
`,
      },
    ],
  },
  *checkManifest(context) {
    const { head, manifest } = context;
    // A workload that cannot be read may name any of them.
    if (
      !head.clusters ||
      manifest.workloads.length === 0 ||
      manifest.workloads.some(({ named }) => named === undefined)
    )
      return;
    const used = new Set<string | undefined>();
    for (const workload of namedWorkloadsOf(context)) {
      for (const { target } of targetsOf(workload)) used.add(target.cluster);
      const { data, checkpointing } = workload.workload;
      used.add(data?.location);
      if (typeof checkpointing === 'object') used.add(checkpointing.location);
    }
    for (const name of Object.keys(head.clusters)) {
      if (used.has(name)) continue;
      const path = ['clusters', name];
      yield {
        path,
        part: 'key',
        message: `No workload runs on the cluster ${quoted(name)}: name it in a target, or remove it.`,
        fixes: () => [{ title: `Remove the cluster \`${name}\``, edits: [{ kind: 'remove', path }], safe: false }],
      };
    }
  },
};
