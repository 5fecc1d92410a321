/** AI404: A split of the model that does not divide the accelerators, or the heads. */
import { formatNumber } from '../manifest/format-quantity.ts';
import type { Path } from '../manifest/source.ts';
import { subjectOf } from '../planner/subject.ts';
import type { Fix, Rule, WorkloadContext } from './rule.ts';
import { chipOf, countPlace, targetsOf, trains, type TargetSite } from './targets.ts';

export const doesNotDivide: Rule = {
  code: 'AI404',
  name: 'does-not-divide',
  severity: 'error',
  docs: {
    summary: 'A split of the model that does not divide the accelerators, or the heads.',
    what: 'The stated degrees of parallelism do not multiply to the count of accelerators (or to a part of it that divides it), or the attention heads are no multiple of the tensor parallelism. Layers that do not divide evenly over the pipeline’s stages are worth knowing (info): the fullest stage sets the pace.',
    why: 'The training software refuses such a split at its start.',
    whenToSilence: 'If your software places the parts unevenly by itself.',
    sources: ['Heads and layers of known models: the catalogue, with sources and dates'],
    bad: [
      {
        title: '3 × 2 on eight devices',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, parallelism: { tensor: <|3|>, pipeline: 2 } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
      {
        title: 'Heads over six',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, parallelism: { tensor: <|6|> } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 48 }
`,
      },
    ],
    good: [
      {
        title: '4 × 2 on eight devices',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, parallelism: { tensor: 4, pipeline: 2 } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
    fixes: [
      {
        title: 'Use tensor 4',
        before: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, parallelism: { tensor: 3, pipeline: 2 } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
        after: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B, parallelism: { tensor: 4, pipeline: 2 } }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { workload, catalog, plan } = context;
    const section = trains(workload) ? 'training' : 'serving';
    const stated: Readonly<Record<string, number | 'auto' | boolean | undefined>> =
      workload[section]?.parallelism ?? {};
    const path = context.path(section, 'parallelism');
    const degree = (key: string) => (typeof stated[key] === 'number' ? stated[key] : undefined);
    const keys = ['tensor', 'pipeline', 'context', 'data'].filter((key) => degree(key) !== undefined);
    const product = keys.reduce((sum, key) => sum * (degree(key) ?? 1), 1);
    const site = targetsOf(context).find(({ level }) => level === 'own');
    const count = typeof site?.target.count === 'number' ? site.target.count : undefined;
    const isWhole =
      section === 'training' &&
      ['tensor', 'pipeline', 'data'].every((key) => degree(key) !== undefined) &&
      (stated['context'] === undefined || degree('context') !== undefined);
    const first = keys[0];
    if (site && count !== undefined && first !== undefined && (isWhole ? product !== count : count % product !== 0)) {
      const words = keys.map((key) => `${key} ${degree(key) ?? 1}`).join(' × ');
      yield {
        path: [...path, first],
        part: 'value',
        message: `${words.charAt(0).toUpperCase()}${words.slice(1)}${keys.length > 1 ? ` is ${product}, which` : ''} does not ${isWhole ? 'make' : 'divide'} the ${count} accelerators: choose degrees whose product ${isWhole ? `is ${count}` : `divides ${count}`}.`,
        related: [{ ...countPlace(site), message: `The target has ${count} accelerators.` }],
        fixes: () => {
          const one = fixes(path, degree('tensor'), count / (product / (degree('tensor') ?? 1)));
          return one.length > 0 || !isWhole ? one : split(context, path, site, count);
        },
      };
      return;
    }
    const model = subjectOf(workload, catalog).model.value;
    const tensor = degree('tensor');
    if (tensor !== undefined && model?.heads !== undefined && model.heads % tensor !== 0 && plan.phase !== undefined) {
      const heads = model.heads;
      yield {
        path: [...path, 'tensor'],
        part: 'value',
        message: `The model’s ${heads} attention heads do not divide over tensor ${tensor}: choose a divisor of ${heads}.`,
        fixes: () => fixes(path, tensor, heads),
      };
      return;
    }
    const pipeline = degree('pipeline');
    if (pipeline === undefined || pipeline < 2 || model?.layers === undefined || model.layers % pipeline === 0) return;
    const fullest = Math.ceil(model.layers / pipeline);
    yield {
      path: [...path, 'pipeline'],
      part: 'value',
      severity: 'info',
      message: `The model’s ${model.layers} layers do not divide over ${pipeline} stages: the fullest holds ${fullest}, ${formatNumber(100 * ((fullest * pipeline) / model.layers - 1))} % more than the average; a divisor of ${model.layers} is even.`,
    };
  },
};

/** The split nearest to the stated one that makes the count: tensor within the fast link, stages that divide the layers, the rest data. */
function split(context: WorkloadContext, path: Path, site: TargetSite, count: number): readonly Fix[] {
  const { workload, catalog } = context;
  const { tensor, pipeline, data, context: along = 1 } = workload.training?.parallelism ?? {};
  if (typeof tensor !== 'number' || typeof pipeline !== 'number' || typeof data !== 'number') return [];
  if (typeof along !== 'number' || count % along !== 0) return [];
  const model = subjectOf(workload, catalog).model.value;
  const chip = chipOf(site);
  const domain = Math.max(chip?.fastDomain ?? 0, chip?.perNode ?? 0, 1);
  const divides = (degree: number, whole: number | undefined) => whole === undefined || whole % degree === 0;
  const rest = count / along;
  const degrees = Array.from({ length: rest }, (_, index) => index + 1).filter((degree) => rest % degree === 0);
  const far = (is: number, was: number) => Math.abs(Math.log(is / was));
  const [best] = degrees
    .filter((t) => t <= domain && divides(t, model?.heads))
    .flatMap((t) =>
      degrees
        .filter((p) => rest % (t * p) === 0 && divides(p, model?.layers))
        .map((p) => ({ tensor: t, pipeline: p, data: rest / (t * p) })),
    )
    .map((next) => ({
      next,
      distance: far(next.tensor, tensor) + far(next.pipeline, pipeline) + far(next.data, data),
    }))
    .sort((a, b) => a.distance - b.distance);
  if (!best) return [];
  const stated = { tensor, pipeline, data };
  const keys = ['tensor', 'pipeline', 'data'] as const;
  const changed = keys.filter((key) => best.next[key] !== stated[key]);
  return [
    {
      title: `Use ${keys.map((key) => `${key} ${best.next[key]}`).join(' × ')}`,
      edits: changed.map((key) => ({ kind: 'set', path: [...path, key], value: best.next[key] }) as const),
      safe: false,
      preferred: true,
    },
  ];
}

/** The tensor degrees nearest to the stated one that divide `whole`. */
function fixes(path: Path, tensor: number | undefined, whole: number): readonly Fix[] {
  if (tensor === undefined || !Number.isInteger(whole)) return [];
  return [...new Set([1, 2, 4, 8, 16, 32])]
    .filter((degree) => whole % degree === 0 && degree !== tensor)
    .sort((a, b) => Math.abs(Math.log(a / tensor)) - Math.abs(Math.log(b / tensor)))
    .slice(0, 2)
    .map((degree, index) => ({
      title: `Use tensor ${degree}`,
      edits: [{ kind: 'set', path: [...path, 'tensor'], value: degree } as const],
      safe: false,
      preferred: index === 0,
    }));
}
