/** AI711: Hardware for which no price is known: totals read “at least”. */
import type { MissingPrice } from '../catalog/book-line.ts';
import type { Capacity } from '../catalog/types.ts';
import type { ResolvedTarget } from '../planner/types.ts';
import { quoted } from './message.ts';
import type { Rule } from './rule.ts';
import { chipOf, chipPlace, clusterOf, isOfferedBy, isRented, targetsOf, type TargetSite } from './targets.ts';

export const unpriced: Rule = {
  code: 'AI711',
  name: 'unpriced',
  severity: 'info',
  docs: {
    summary: 'Hardware for which no price is known: totals read “at least”.',
    what: 'The catalogue knows no price for the target’s hardware at this place and capacity, or the cluster does not say what it costs. What can be said of the rest is still said.',
    why: 'A total that leaves something out is no total: it is shown as “at least”.',
    whenToSilence:
      'If cost does not matter here. A line in the organisation’s price book, or `cost` of the cluster, gives the price: a quick fix of the editor adds the line, and leaves its price to be filled in.',
    sources: ['Whether a price is known: the catalogue and the price books'],
    bad: [
      {
        title: 'A machine that nobody prices',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: gcp, region: us-central1, accelerator: <|gb300|>, count: 4 }
`,
      },
    ],
    good: [
      {
        title: 'A price is known',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: aws, region: us-east-1, accelerator: h100-sxm, count: 8 }
`,
      },
    ],
  },
  *checkWorkload(context) {
    const { plan, catalog } = context;
    const site = targetsOf(context).find(({ level }) => level === 'own');
    const chip = site && chipOf(site);
    if (!site || !chip || !plan.cost.atLeast) return;
    const { baseline } = site.target;
    const own = plan.unknown.find(({ path }) => path === BASELINE);
    if (baseline && own && isOfferedBy(catalog, plan.target.provider ?? '', chip.id))
      yield {
        path: site.path('baseline', 'capacity'),
        part: 'value',
        ...(plan.target.provider !== undefined && {
          missingPrices: [missingPrice(site, plan.target.provider, chip.id, baseline.capacity)],
        }),
        message: unpricedWords(baseline.capacity, chip.id, plan.target),
      };
    // Of several prices that a plan needs, those that are known stand in it.
    if (plan.cost.hourlyUsd !== null || (own && !plan.unknown.some(({ path }) => path === 'target'))) return;
    const owned = clusterOf(site, context.head);
    if (owned) {
      yield {
        path: site.path('cluster'),
        part: 'value',
        missingPrices: [{ provider: owned.name, accelerator: chip.id, capacity: 'owned' }],
        message: `The cluster ${quoted(owned.name)} does not say what it costs, so totals read “at least”: give it a \`cost\`.`,
      };
      return;
    }
    const { provider, capacity } = plan.target;
    // Without a size there is no cost either, whatever the price: what is missing then is said by AI111.
    if (plan.target.count === null) return;
    if (!isRented(site) || plan.target.capacity === 'owned') return;
    // What cannot be had at all is an error of its own (AI202, AI203).
    if (provider !== undefined && (!isOfferedBy(catalog, provider, chip.id) || !catalog.providers.has(provider)))
      return;
    yield {
      ...chipPlace(site),
      ...(provider !== undefined && { missingPrices: [missingPrice(site, provider, chip.id, capacity)] }),
      message: unpricedWords(capacity, chip.id, plan.target),
    };
  },
};

/** Where a plan says that its baseline has no price. */
const BASELINE = 'target.baseline.capacity';

function unpricedWords(capacity: Capacity, accelerator: string, { provider, region }: ResolvedTarget): string {
  const where = `${provider === undefined ? '' : ` at ${quoted(provider)}`}${region === undefined || region === 'any' ? '' : ` in ${quoted(region)}`}`;
  return `No ${capacity} price of ${quoted(accelerator)} is known${where}, so totals read “at least”: add one to the price book.`;
}

/** The line of a price book that prices the target as it is written: by its machine type, else by the accelerator. */
function missingPrice({ target }: TargetSite, provider: string, accelerator: string, capacity: Capacity): MissingPrice {
  const { region, instance } = target;
  return {
    provider,
    ...(region !== undefined && region !== 'any' && { region }),
    ...(instance === undefined ? { accelerator } : { instance }),
    capacity,
  };
}
