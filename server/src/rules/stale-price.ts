/** AI710: The plan rests on prices that are over a year old, and newer ones can be had. */
import { ageInDays } from '../catalog/age.ts';
import { REFRESHABLE_PROVIDERS } from '../catalog/refreshable.ts';
import type { Offer } from '../catalog/types.ts';
import type { Part, Path } from '../manifest/source.ts';
import { offersInUse } from '../planner/prices-in-use.ts';
import { quoted } from './message.ts';
import type { Rule, RuleContext } from './rule.ts';
import { chipPlace, memberPlace, targetsOf, workloadsOf } from './targets.ts';
import { STALE_PRICE_DAYS } from './thresholds.ts';

interface StalePrice {
  readonly workload: string;
  readonly offer: Offer;
  /** Absent: undated. */
  readonly days: number | undefined;
  readonly place: { readonly path: Path; readonly part: Part };
}

export const stalePrice: Rule = {
  code: 'AI710',
  name: 'stale-price',
  severity: 'hint',
  docs: {
    summary: 'The plan rests on prices that are over a year old or undated, and newer ones can be had.',
    what: 'A price that the manifest uses is older than 365 days or undated, and its provider is one whose prices can be refreshed. It is said once for the whole manifest, at the oldest price.',
    why: 'Prices of accelerators move within a year, and more often down than up: a plan on old ones is compared wrongly. *AI Infra: Refresh Prices*, or `ai-infra catalog refresh`, fetches newer ones when you ask for it.',
    whenToSilence: 'If the plan is about the past, or the machine may not reach the network.',
    sources: [
      'Each price of the catalogue carries the date that its source states; of a month or a year the first day counts',
    ],
    bad: [
      {
        title: 'A price of 2025',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: <|nebius|>, region: eu-north1, accelerator: h100-sxm, count: 8 }
`,
      },
      {
        title: 'Two old prices, said once',
        manifest: `version: 1
workloads:
  train:
    phase: training
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20B }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: <|nebius|>, region: eu-north1, accelerator: h100-sxm, count: 8 }
  tune:
    phase: fine-tuning
    model: llama-3.1-8b
    framework: pytorch
    training: { tokens: 20M, method: lora }
    checkpointing: { interval: 30m, storage: object }
    target: { provider: nebius, region: eu-north1, accelerator: h200, count: 8 }
`,
      },
    ],
    good: [
      {
        title: 'A price of this year',
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
  *checkManifest(context) {
    const stale = [...stalePrices(context)].sort((a, b) => (b.days ?? Infinity) - (a.days ?? Infinity));
    const [oldest, ...others] = stale;
    if (oldest === undefined) return;
    const providers = [...new Set(stale.map(({ offer }) => offer.machine.provider))].map(quoted).join(', ');
    yield {
      ...oldest.place,
      message: `${ageWords(oldest)}${otherWords(others.length)}: fetch newer ones of ${providers} with Refresh Prices or \`ai-infra catalog refresh\`.`,
      related: others.map((price) => ({ ...price.place, message: `${ageWords(price)}.` })),
    };
  },
};

function* stalePrices(context: RuleContext): Iterable<StalePrice> {
  const { catalog, plans, today } = context;
  for (const each of workloadsOf(context)) {
    const plan = plans.get(each.name);
    const [own] = targetsOf(each);
    if (plan === undefined || own?.level !== 'own') continue;
    for (const offer of offersInUse(plan, each.workload, catalog)) {
      // A price of one's own is as old as its owner lets it be: no refresh would change it.
      if (offer.book !== undefined) continue;
      const days = ageInDays(offer.asOf, today);
      if (!REFRESHABLE_PROVIDERS.has(offer.machine.provider) || (days !== undefined && days <= STALE_PRICE_DAYS))
        continue;
      const place = own.target.provider === undefined ? chipPlace(own) : memberPlace(own, 'provider');
      yield { workload: each.name, offer, days, place };
    }
  }
}

function otherWords(others: number): string {
  if (others === 0) return '';
  return others === 1
    ? ', and another is over a year old or undated'
    : `, and ${String(others)} others are over a year old or undated`;
}

/** "The on-demand price of `gpu-8x` (`nebius`) is of 2025, 691 days old" */
function ageWords({ offer, days }: StalePrice): string {
  const what = `The ${offer.capacity} price of ${quoted(offer.machine.instance)} (${quoted(offer.machine.provider)})`;
  return days === undefined ? `${what} is undated` : `${what} is of ${offer.asOf}, ${String(days)} days old`;
}
