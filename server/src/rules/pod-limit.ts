/** AI210: More TPU chips than one slice joins. */
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { chipOf, targetsOf, trains } from './targets.ts';

export const podLimit: Rule = {
  code: 'AI210',
  name: 'pod-limit',
  severity: 'error',
  docs: {
    summary: 'More TPU chips than one slice joins.',
    what: 'A training run wants more chips than the largest slice of that TPU. That is worth knowing (info): several slices are joined over the data-centre network. It is an error where `interconnect: ici` is stated, or where the count is no whole number of equal slices.',
    why: 'The fast link of a TPU ends with its slice; between slices the exchange is much slower.',
    whenToSilence: 'If the run is planned over several slices.',
    sources: ['Largest slice of each TPU: https://docs.cloud.google.com/tpu/docs (2026), as in the catalogue'],
    bad: [
      {
        title: 'ICI beyond a slice',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5e, count: <|512|>, interconnect: ici }
`,
      },
    ],
    good: [
      {
        title: 'The largest slice',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: jax
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-east5, accelerator: tpu-v5e, count: 256 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, catalog } = context;
    if (!trains(workload)) return;
    for (const site of targetsOf(context)) {
      const chip = chipOf(site);
      const fact = chip && catalog.slices(chip.id);
      const { count, interconnect } = site.target;
      if (!chip || !fact || typeof count !== 'number' || count <= fact.maxSliceChips) continue;
      const most = fact.maxSliceChips;
      const sizes = catalog.sliceSizes(chip.id) ?? [];
      const least = Math.ceil(count / most);
      // Equal slices, as many as it takes and up to twice that: more would be no slices worth the name.
      const isWhole = Array.from({ length: least + 1 }, (_, more) => least + more).some(
        (slices) => count % slices === 0 && sizes.includes(count / slices),
      );
      const isError = interconnect === 'ici' || !isWhole;
      yield {
        path: site.path('count'),
        part: 'value',
        severity: site.severity(isError ? 'error' : 'info'),
        message: isError
          ? `One slice of ${quoted(chip.id)} joins at most ${most} chips, and this wants ${count}${interconnect === 'ici' ? ' over `ici`' : ', which is no whole number of equal slices'}: use a multiple of ${most}, joined over the data-centre network, or at most ${most}.`
          : `One slice of ${quoted(chip.id)} joins at most ${most} chips: these ${count} are several slices, joined over the slower data-centre network.`,
        related:
          interconnect === 'ici'
            ? [{ path: site.path('interconnect'), part: 'value', message: 'The link inside a slice is asked for.' }]
            : [],
      };
    }
  },
};
