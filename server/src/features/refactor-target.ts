/** Where it runs: another way of paying, another region or provider, alternatives, `auto` filled in, a lower precision. */
import type { Path, PlainValue, Span } from '../manifest/source.ts';
import { valueAt } from '../manifest/shape.ts';
import { writeQuantity } from '../manifest/format-quantity.ts';
import type { Alternative, ResolvedTarget } from '../planner/types.ts';
import { snapInterval } from '../planner/faults.ts';
import { resumes } from '../planner/subject.ts';
import { targetEdits } from '../rules/target-edits.ts';
import { hardwareWords, regionWords } from './amounts.ts';
import type { Change, Subject } from './refactorings.ts';

export function targetChanges(subject: Subject): Change[] {
  return [
    ...filledIn(subject),
    ...otherCapacities(subject),
    ...otherPlaces(subject),
    ...newAlternative(subject),
    ...swaps(subject),
    ...lowerPrecision(subject),
  ];
}

/** `target: auto`, and a target that names no hardware, written as what was chosen for it. */
function filledIn({ analysis, name, plan }: Subject): Change[] {
  const { source } = analysis;
  const raw = rawTarget(analysis, name);
  const says = (key: string): boolean => source.locate([...target(name), key], 'value') !== undefined;
  if (raw !== 'auto' && (says('accelerator') || says('instance') || says('cluster') || says('deployment'))) return [];
  const { provider, region, accelerator, count, capacity } = plan.target;
  if (provider === undefined || accelerator === undefined || count === null) return [];
  const members: { [key: string]: PlainValue } = {
    provider,
    ...(region === undefined || region === 'any' ? {} : { region }),
    accelerator,
    count,
    ...(capacity === 'on-demand' ? {} : { capacity }),
  };
  const title = `Fill the target in: ${hardwareWords(plan.target)} on ${provider}`;
  if (raw === 'auto' || raw === undefined)
    return [{ title, kind: 'refactor.rewrite', edits: [{ kind: 'set', path: target(name), value: members }] }];
  const missing = Object.entries(members).filter(([key]) => !says(key));
  return [
    {
      title,
      kind: 'refactor.rewrite',
      edits: missing.map(([key, value]) => ({ kind: 'set', path: [...target(name), key], value })),
    },
  ];
}

const CAPACITY_TITLES: Readonly<Record<string, string>> = {
  'on-demand': 'Rent on demand',
  spot: 'Rent on spot',
  'reserved-1y': 'Reserve for a year',
  'reserved-3y': 'Reserve for three years',
  'capacity-block': 'Rent as a capacity block',
};

/** The same hardware paid otherwise; a run that goes to spot gets the checkpoints it needs. */
function otherCapacities({ analysis, name, plan }: Subject): Change[] {
  const workload = analysis.manifest.workloads.find((each) => each.name === name)?.value;
  if (workload === undefined || rawTarget(analysis, name) === 'auto') return [];
  return plan.capacities.flatMap(({ capacity, risk }): Change[] => {
    const title = CAPACITY_TITLES[capacity];
    if (capacity === plan.target.capacity || title === undefined) return [];
    // A run is over long before a commitment is: nobody reserves for one.
    if (plan.phase !== 'inference' && capacity.startsWith('reserved')) return [];
    const trains = plan.phase === 'training' || plan.phase === 'fine-tuning';
    const needsCheckpoints = capacity === 'spot' && trains && !resumes(workload);
    const best = risk?.bestIntervalSeconds;
    const checkpointing: PlainValue = {
      ...(best === undefined ? {} : { interval: writeQuantity('duration', snapInterval(best)) }),
      storage: 'object',
    };
    return [
      {
        title: needsCheckpoints ? `${title}, with checkpoints` : title,
        kind: 'refactor.rewrite',
        edits: [
          { kind: 'set', path: [...target(name), 'capacity'], value: capacity },
          ...(needsCheckpoints
            ? [{ kind: 'set' as const, path: ['workloads', name, 'checkpointing'], value: checkpointing }]
            : []),
        ],
      },
    ];
  });
}

/** The same chips elsewhere: the best other region of the provider, the best other provider. */
function otherPlaces({ analysis, name, plan }: Subject): Change[] {
  const now = plan.target;
  const same = plan.alternatives.filter(
    ({ target: next, marketplace }) =>
      !marketplace && next.accelerator === now.accelerator && next.capacity === now.capacity,
  );
  const region = same.find(({ target: { provider, region } }) => provider === now.provider && region !== now.region);
  const provider = same.find((each) => each.target.provider !== now.provider);
  const move = (alternative: Alternative | undefined): Change[] => {
    if (alternative === undefined) return [];
    const place = [alternative.target.provider ?? '', regionWords(alternative.target)].filter((part) => part !== '');
    const edits = targetEdits(analysis.source, name, now, alternative.target, { catalog: analysis.catalog });
    return [{ title: `Move to ${place.join(' ')}`, kind: 'refactor.move', edits }];
  };
  return [...move(region), ...move(provider)];
}

/** The best hardware that is not written there yet, as something to compare with. */
function newAlternative({ analysis, name, plan }: Subject): Change[] {
  const written = alternativesOf(analysis, name);
  if (written === undefined) return [];
  const isWritten = ({ accelerator, provider }: ResolvedTarget): boolean =>
    written.some((each) => valueAt(each, ['accelerator']) === accelerator && valueAt(each, ['provider']) === provider);
  const best = plan.alternatives.find(
    ({ target: next, marketplace, fits }) =>
      !marketplace && fits === 'fits' && next.accelerator !== plan.target.accelerator && !isWritten(next),
  );
  if (best === undefined || best.target.count === null) return [];
  const { provider = '', region, accelerator = '', count, capacity } = best.target;
  const value: PlainValue = {
    provider,
    ...(region === undefined || region === 'any' ? {} : { region }),
    accelerator,
    count,
    ...(capacity === 'on-demand' ? {} : { capacity }),
  };
  const path: Path = ['workloads', name, 'alternatives'];
  return [
    {
      title: `Add ${hardwareWords(best.target)} on ${provider} as an alternative`,
      kind: 'refactor.rewrite',
      keepsPlan: true,
      edits: [
        written.length === 0
          ? { kind: 'set', path, value: [value] }
          : { kind: 'set', path: [...path, written.length], value },
      ],
    },
  ];
}

/** Target and alternative change places: their texts where each stands on one line, else their values. */
function swaps({ analysis, name, offset }: Subject): Change[] {
  const { source } = analysis;
  const own = rawTarget(analysis, name);
  if (typeof own !== 'object' || own === null) return [];
  return (alternativesOf(analysis, name) ?? []).flatMap((raw, index): Change[] => {
    const path: Path = ['workloads', name, 'alternatives', index];
    const here = source.isOwn(path) ? source.locate(path, 'value') : undefined;
    const there = source.isOwn(target(name)) ? source.locate(target(name), 'value') : undefined;
    if (here === undefined || there === undefined || typeof raw !== 'object' || raw === null) return [];
    // Asked for at the alternative or at the target, not from everywhere in the workload.
    if (![here, there].some(({ start, end }) => start <= offset && offset <= end)) return [];
    const words = ['count', 'accelerator', 'instance', 'provider']
      .flatMap((key) => valueAt(raw, [key]) ?? [])
      .join(' ');
    const title = `Swap the target with its alternative ${words}`;
    const text = ({ start, end }: Span): string => source.text.slice(start, end);
    if ([here, there].every((span) => /^\{[^\n]*\}$/.test(text(span)))) {
      const textEdits = [
        { ...here, newText: text(there) },
        { ...there, newText: text(here) },
      ].sort((a, b) => a.start - b.start);
      return [{ title, kind: 'refactor.rewrite', edits: [], textEdits }];
    }
    return [
      {
        title,
        kind: 'refactor.rewrite',
        edits: [
          { kind: 'set', path: target(name), value: raw as PlainValue },
          { kind: 'set', path, value: own as PlainValue },
        ],
      },
    ];
  });
}

/** Weights in fewer bits, where engine and chip compute them. */
function lowerPrecision({ analysis, name, plan }: Subject): Change[] {
  const workload = analysis.manifest.workloads.find((each) => each.name === name)?.value;
  const { accelerator } = plan.target;
  if (!plan.serving || workload?.serving === undefined || accelerator === undefined) return [];
  const now = workload.serving.precision ?? 'bf16';
  if (!['bf16', 'fp16', 'fp32'].includes(now)) return [];
  const engine = workload.serving.engine ?? 'vllm';
  const fact = analysis.catalog.engine(engine, accelerator);
  const chip = analysis.catalog.accelerators.get(accelerator);
  const best = (['fp8', 'int8'] as const).find(
    (precision) => fact?.precisions[precision] === 'yes' && chip?.precisionSupport[precision] === 'yes',
  );
  if (best === undefined) return [];
  return [
    {
      title: `Quantise the weights to ${best}`,
      kind: 'refactor.rewrite',
      edits: [{ kind: 'set', path: ['workloads', name, 'serving', 'precision'], value: best }],
    },
  ];
}

function target(name: string): Path {
  return ['workloads', name, 'target'];
}

function rawTarget({ source }: Subject['analysis'], name: string): unknown {
  return valueAt(source.workloads.find((each) => each.name === name)?.raw, ['target']);
}

/** Undefined where `alternatives` is something else than a list. */
function alternativesOf({ source }: Subject['analysis'], name: string): readonly unknown[] | undefined {
  const raw = valueAt(source.workloads.find((each) => each.name === name)?.raw, ['alternatives']);
  if (raw === undefined) return [];
  return Array.isArray(raw) ? raw : undefined;
}
