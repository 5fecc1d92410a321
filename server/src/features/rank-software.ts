/** Engines, frameworks, training stacks and services sorted by what runs on the hardware at hand; the rest after it, with the reason. */
import type { Accelerator, Catalog } from '../catalog/types.ts';
import type { Maturity } from '../catalog/fact-types.ts';
import type { Path } from '../manifest/source.ts';
import { ENGINES, FRAMEWORKS, SERVICES, STACKS } from '../manifest/words.ts';
import { GPU_STACKS } from '../planner/candidates.ts';
import { assumedStack } from '../planner/training-settings.ts';
import type { WorkloadPlan } from '../planner/types.ts';

export interface SoftwareRank {
  readonly value: string;
  readonly words: string;
}

interface Judged extends SoftwareRank {
  /** The least first. */
  readonly rank: number;
}

/** Of the words that may stand at the path of a workload; empty where the path is another's or the hardware is not known. */
export function softwareRanks(plan: WorkloadPlan, path: Path, catalog: Catalog): readonly SoftwareRank[] {
  const chip = catalog.accelerators.get(plan.target.accelerator ?? '');
  return [...judgedAt(path, plan, chip, catalog)].sort((a, b) => a.rank - b.rank);
}

function judgedAt(path: Path, plan: WorkloadPlan, chip: Accelerator | undefined, catalog: Catalog): readonly Judged[] {
  const key = path.slice(2).join('.');
  if (key === 'target.service') return SERVICES.map((value) => service(value, plan, chip, catalog));
  if (chip === undefined) return [];
  switch (key) {
    case 'serving.engine':
      return ENGINES.map((value) => engine(value, chip, catalog));
    case 'framework':
      return FRAMEWORKS.map((value) => framework(value, chip, plan.training !== undefined, catalog));
    case 'training.stack':
      return STACKS.map((value) => stack(value, chip, plan.phase === 'fine-tuning'));
    default:
      return [];
  }
}

const LAST = 9;
/** What no table judges stands between what runs and what does not. */
const UNKNOWN = 4;
const MATURITY_RANK: Readonly<Record<Maturity, number>> = {
  native: 0,
  supported: 1,
  limited: 2,
  experimental: 3,
  unknown: UNKNOWN,
  none: 7,
};

function maturityWords(maturity: Maturity, chip: Accelerator): string {
  switch (maturity) {
    case 'native':
      return `at home on ${chip.id}`;
    case 'supported':
      return `runs on ${chip.id}`;
    case 'limited':
      return `runs within limits on ${chip.id}`;
    case 'unknown':
      return '';
    case 'experimental':
      return `an experiment on ${chip.id}`;
    case 'none':
      return `does not run on ${chip.id}`;
  }
}

function engine(value: (typeof ENGINES)[number], chip: Accelerator, catalog: Catalog): Judged {
  const fact = value === 'other' ? undefined : catalog.engine(value, chip.id);
  if (fact === undefined) return { value, words: '', rank: value === 'other' ? LAST : UNKNOWN };
  const isKept = (fact.maintenance?.startsWith('active') ?? true) && fact.stated !== 'archived';
  const words = [
    // An archived engine still runs where it ran.
    fact.stated === 'archived' ? '' : maturityWords(fact.support, chip),
    isKept ? '' : (/^[^;(]*/.exec(fact.maintenance ?? 'archived')?.[0].trim() ?? ''),
    fact.support === 'none' ? fact.note : '',
  ];
  const rank = fact.stated === 'archived' ? UNKNOWN : MATURITY_RANK[fact.support] + (isKept ? 0 : 2);
  return { value, words: words.filter((part) => part !== '').join(' · '), rank };
}

function framework(value: (typeof FRAMEWORKS)[number], chip: Accelerator, trains: boolean, catalog: Catalog): Judged {
  const fact = value === 'other' ? undefined : catalog.framework(value, chip.id);
  if (fact === undefined) return { value, words: '', rank: value === 'other' ? LAST : UNKNOWN };
  const maturity = trains ? fact.training : fact.inference;
  if (value === 'pytorch' && chip.class === 'tpu' && MATURITY_RANK[maturity] < MATURITY_RANK.experimental)
    return { value, words: `needs an extra layer on ${chip.id}`, rank: MATURITY_RANK.experimental };
  return { value, words: maturityWords(maturity, chip), rank: MATURITY_RANK[maturity] };
}

function stack(value: (typeof STACKS)[number], chip: Accelerator, fineTuning: boolean): Judged {
  if (value === 'other') return { value, words: '', rank: LAST };
  if (value === assumedStack({}, chip, fineTuning)) return { value, words: `the usual one on ${chip.id}`, rank: 0 };
  if (GPU_STACKS.has(value) && chip.class !== 'gpu')
    return { value, words: `written for GPUs: ${chip.id} needs a port`, rank: MATURITY_RANK.none };
  const vendor = VENDOR_STACKS[value];
  if (vendor !== undefined && !vendor.isHome(chip))
    return { value, words: `for ${vendor.home} only`, rank: MATURITY_RANK.none };
  return { value, words: '', rank: 1 };
}

/** Stacks that a maker of chips publishes for its own. */
const VENDOR_STACKS: Readonly<
  Partial<Record<string, { readonly home: string; readonly isHome: (chip: Accelerator) => boolean }>>
> = {
  neuron: { home: 'AWS’s chips', isHome: ({ family }) => /^(?:trainium|inferentia)/.test(family) },
  'optimum-habana': { home: 'Gaudi', isHome: ({ id }) => id.startsWith('gaudi') },
};

function service(
  value: (typeof SERVICES)[number],
  plan: WorkloadPlan,
  chip: Accelerator | undefined,
  catalog: Catalog,
): Judged {
  if (value === 'none') return { value, words: 'raw machines', rank: 1 };
  const facts = catalog.services.filter((fact) => fact.service === value);
  const owner = facts[0]?.provider;
  const { provider } = plan.target;
  if (owner === undefined || provider === undefined) return { value, words: owner ?? '', rank: 2 };
  if (owner !== provider) return { value, words: `a service of ${owner}`, rank: LAST };
  // Models behind an interface of its own: the hardware of the target is not used.
  if (facts.every(({ mode }) => mode === 'model API')) return { value, words: `a model API of ${owner}`, rank: 2 };
  const offered = new Set(facts.flatMap(({ accelerators }) => accelerators));
  return chip === undefined || chip.class === 'cpu' || offered.size === 0 || offered.has(chip.id)
    ? { value, words: owner, rank: 0 }
    : { value, words: `does not offer ${chip.id}`, rank: MATURITY_RANK.none };
}
