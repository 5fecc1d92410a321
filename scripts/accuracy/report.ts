/** `docs/accuracy.md` from the committed figures. */
import { percent, type Group } from './figures.ts';

/** What is committed beside the page: the figures, and what they were made from. */
export interface Committed {
  /** Digest of the measurements. */
  readonly measurements: string;
  /** Digest of the fitted parameters: figures and parameters go together. */
  readonly parameters: string;
  readonly cases: number;
  readonly excluded: readonly { readonly why: string; readonly rows: number }[];
  readonly groups: readonly Group[];
}

interface Target {
  readonly quantity: string;
  readonly kinds: readonly string[];
  readonly error: number;
  readonly within: number;
  readonly halfWidth?: number;
}

const TARGETS: readonly Target[] = [
  { quantity: 'training speed, split given, dense', kinds: ['training, split given, dense'], error: 0.1, within: 0.8, halfWidth: 0.25 },
  { quantity: 'training speed, split given, mixture of experts', kinds: ['training, split given, mixture of experts'], error: 0.15, within: 0.8, halfWidth: 0.4 },
  { quantity: 'training speed, split chosen, dense', kinds: ['training, split chosen, dense'], error: 0.2, within: 0.8 },
  { quantity: 'training speed, split chosen, mixture of experts', kinds: ['training, split chosen, mixture of experts'], error: 0.2, within: 0.8 },
  { quantity: 'training speed, adapters, split chosen', kinds: ['training, split chosen, adapters'], error: 0.2, within: 0.8 },
  { quantity: 'peak training memory, all weights', kinds: ['peak training memory, all weights'], error: 0.1, within: 0.85 },
  { quantity: 'peak training memory, adapters', kinds: ['peak training memory, adapters'], error: 0.1, within: 0.85 },
  { quantity: 'serving throughput, dense, calibrated engine', kinds: ['serving offline, calibrated engine, dense'], error: 0.1, within: 0.8, halfWidth: 0.2 },
  { quantity: 'serving throughput, mixture of experts', kinds: ['serving offline, calibrated engine, mixture of experts'], error: 0.35, within: 0.8 },
  { quantity: 'serving throughput, another engine', kinds: ['serving offline, another engine'], error: 0.35, within: 0.8 },
  { quantity: 'time per output token', kinds: ['time per output token'], error: 0.15, within: 0.8 },
  { quantity: 'decode at batch one, 16 bit', kinds: ['decode at batch one, 16 bit'], error: 0.05, within: 0.8 },
  { quantity: 'decode at batch one, quantised', kinds: ['decode at batch one, quantised'], error: 0.1, within: 0.8 },
  { quantity: 'vision inference', kinds: ['vision inference, offline'], error: 0.15, within: 0.8 },
  { quantity: 'encoder inference', kinds: ['encoder inference, offline'], error: 0.15, within: 0.8 },
  { quantity: 'diffusion inference', kinds: ['diffusion inference, offline'], error: 0.15, within: 0.8 },
]; // prettier-ignore

export function accuracyPage(committed: Committed): string {
  const all = committed.groups.filter(({ name }) => name === 'all');
  return [
    INTRODUCTION,
    `${String(committed.cases)} comparisons; figures are medians.\n`,
    '## Targets against what is reached on measurements that the fit has not seen\n',
    targetTable(committed.groups),
    MISSES,
    '## Every kind of measurement\n',
    table(
      'kind',
      all.map((group) => ({ ...group, name: group.kind })),
    ),
    ...all.flatMap(({ kind }) => {
      const parts = committed.groups.filter((group) => group.kind === kind && group.name !== 'all');
      return parts.length === 0 ? [] : [`### ${capital(kind)}\n`, table('part', parts)];
    }),
    '## Rows that are not compared\n',
    EXCLUDED,
    ['| rows | why |', '|---:|---|', ...committed.excluded.map(({ rows, why }) => `| ${String(rows)} | ${why} |`)].join(
      '\n',
    ),
    `\nMeasurements \`${committed.measurements}\`, parameters \`${committed.parameters}\`.\n`,
  ].join('\n');
}

function targetTable(groups: readonly Group[]): string {
  const rows = TARGETS.flatMap((target) => {
    const group = groups.find(({ kind, name }) => name === 'all' && target.kinds.includes(kind));
    if (!group) return [];
    const { error, withinBySource, within, halfWidth } = group.leftOut;
    const width = target.halfWidth === undefined ? '' : `≤ ${percent(target.halfWidth)}`;
    const isMet = error <= target.error && within >= target.within && halfWidth <= (target.halfWidth ?? Infinity);
    return [
      `| ${target.quantity} | ≤ ${percent(target.error)} | **${percent(error)}** | ≥ ${percent(target.within)} | **${percent(within)}** (${percent(withinBySource)}) | ${width} | ${percent(halfWidth)} | ${isMet ? 'yes' : 'no'} |`,
    ];
  });
  return [
    '| quantity | error, target | reached | in the range, target | reached (averaged over sources) | half-width, target | reached | met |',
    '|---|---:|---:|---:|---:|---:|---:|---|',
    ...rows,
    '',
  ].join('\n');
}

function table(head: string, groups: readonly Group[]): string {
  const line = ({ name, fitted, leftOut }: Group): string => {
    const unknown = fitted.unknown > 0 ? ` (${String(fitted.unknown)} unknown)` : '';
    return `| ${name} | ${String(fitted.rows)}${unknown} | ${percent(fitted.error)} | ${percent(fitted.bias)} | ${percent(fitted.within)} | ${percent(fitted.halfWidth)} | ${percent(leftOut.error)} | ${percent(leftOut.bias)} | ${percent(leftOut.within)} | ${percent(leftOut.withinBySource)} |`;
  };
  return [
    `| ${head} | rows | fitted: error | bias | in range | half-width | left out: error | bias | in range | by source |`,
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...groups.map(line),
    '',
  ].join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const INTRODUCTION = `# Accuracy

Generated by \`npm run accuracy\`; continuous integration fails when a fitted figure gets worse than here by more than half a point.

## How to read this

Each published measurement is written as a manifest, the plan is computed as for any user, and the estimate is held against the measurement.

- **error**: median of |estimate ÷ measured − 1|. **bias**: median of estimate ÷ measured − 1; positive means too fast, or too much memory.
- **in range**: share of measurements between low and high; ranges are meant to hold four of five. **half-width**: (high − low) ÷ 2 mid.
- **fitted**: with the parameters that ship. **left out**: for each source, the parameters are fitted again without it (ranges stay), and
  its rows are estimated by a fit that has not seen them. This is the honest column. Where all rows come from one source, a model
  (TensorRT-LLM) or a family of chips (batch one, vision, encoders, diffusion) is left out instead. **by source**: coverage averaged over
  what is left out together, so that a source with many rows counts once.
- The forms of the estimators and the priors were chosen by people who had seen these rows, so even the left-out column flatters a little.
- Kinds that no parameter is fitted on (split chosen, serving under latency, other engines, prefill, MLPerf language tasks) are predictions in both columns.

The parameters stand in \`server/src/planner/data/fitted.json\` and \`serving-fitted.json\`: soft-L1 loss on logarithms, rows weighted by the
root of their source's count, priors so that a family without rows falls back to the mean. \`npm run accuracy -- --fit\` makes them; no row is looked up at run time.
`;

const MISSES = `### What is missed, and why

- **Mixtures of experts, split given.** All but three rows come from one source. Within it, the same model on the same chips becomes 36 to
  54 % faster from one release of the software to a later one, and the manifest has no word for a release: what is left is mostly its age.
- **Mixtures of experts, split chosen**: the same, and what the search chooses is not what the recipes do.
- **Diffusion inference**: without Hopper six rows are left, one of an edge device and two of TPUs; with its rows the error is 4 %.
- **Decoding one sequence in 16 bit.** llama.cpp reaches another share of the bandwidth on each generation of HBM (0.56 on A100, 0.69 on
  H100); a family that is left out is estimated from the others. With its rows, the error is below the target.
- **Speed of whole stacks.** Sources miss together: where DeepSpeed, Neuron or one maker's chips are left out, nothing else tells how fast they
  are, and the estimate falls back to the prior. Ranges are set so that the average over sources still holds four of five.
- **Untuned software for models counted by samples** rests on one benchmark of single devices; tuned and untuned differ by a factor of two.

Not measured here, because no comparable row exists: the verdict *fits*, the largest context, device-hours of whole published runs, Gaudi, AMD
and Trainium 2 in training, engines other than those of the tables (vLLM: four rows of one chip), mixtures of many small experts in serving. There, physics and priors carry the estimate, and ranges are wider:
each thing that nothing was measured on multiplies the range (in log space, in quadrature).
`;

const EXCLUDED = `A row is left out when the manifest cannot say what was run, when the catalogue does not know the chip, or when it is faulty.
`;
