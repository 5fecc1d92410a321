/**
 * What the panel's page and the extension say to each other, and the guards that both sides put before it.
 * No imports of either side's libraries: the page and the extension host are two programs.
 */
import type { PanelModel, TradeoffResult } from '../../../../server/src/protocol.ts';

/** What the panel shows. */
export type PanelState =
  | { readonly kind: 'no-manifest' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'plan'; readonly model: PanelModel };

/** Extension → page. */
export type ToPage =
  | { readonly type: 'state'; readonly state: PanelState }
  /** The workload at the editor's cursor; '' when it stands in none. */
  | { readonly type: 'cursor'; readonly workload: string }
  /** The answer to the page's question of the same name; null: there is no such plan any more. */
  | {
      readonly type: 'tradeoff';
      readonly uri: string;
      readonly workload: string;
      readonly result: TradeoffResult | null;
    };

/** Page → extension. */
export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'newManifest' }
  | { readonly type: 'restartServer' }
  | { readonly type: 'showLogs' }
  | { readonly type: 'showProblems' }
  | { readonly type: 'reveal'; readonly uri: string; readonly workload: string }
  | { readonly type: 'compare'; readonly uri: string; readonly workload: string }
  | { readonly type: 'tradeoff'; readonly uri: string; readonly workload: string }
  | { readonly type: 'switch'; readonly uri: string; readonly workload: string; readonly alternative: string };

type Guard = (value: unknown) => boolean;

const text: Guard = (value) => typeof value === 'string';
const number: Guard = (value) => typeof value === 'number' && Number.isFinite(value);
const flag: Guard = (value) => typeof value === 'boolean';
const oneOf =
  (...words: readonly string[]): Guard =>
  (value) =>
    typeof value === 'string' && words.includes(value);
const list =
  (item: Guard): Guard =>
  (value) =>
    Array.isArray(value) && value.every(item);
const nullOr =
  (guard: Guard): Guard =>
  (value) =>
    value === null || guard(value);

/** An object with at least these members; others are ignored, so that an older page reads a newer model. */
const shape =
  (members: Readonly<Record<string, Guard>>): Guard =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(members).every(([name, guard]) => guard((value as Record<string, unknown>)[name]));

const bar = shape({ label: text, value: text, share: number, range: text });
const fit = oneOf('fits', 'tight', 'does-not-fit', 'unknown');

const alternative = shape({
  id: text,
  hardware: text,
  provider: text,
  region: text,
  instance: text,
  capacity: text,
  cost: text,
  costDifference: text,
  time: text,
  timeDifference: text,
  fits: fit,
  why: text,
  marketplace: flag,
  priceDate: text,
});

const workload = shape({
  name: text,
  phase: text,
  line: number,
  where: text,
  cost: text,
  costRange: text,
  time: text,
  verdict: fit,
  errors: number,
  memory: nullOr(shape({ label: text, capacity: text, parts: list(bar) })),
  lines: list(shape({ name: text, period: text, arithmetic: text, amount: text, source: text, asOf: text })),
  alternatives: list(alternative),
  alternativeCount: number,
  unknown: list(text),
  assumptions: list(text),
});

const model = shape({
  uri: text,
  version: number,
  title: text,
  totals: list(shape({ label: text, value: text, range: text, budget: text, overBudget: flag })),
  charts: list(shape({ title: text, bars: list(bar) })),
  workloads: list(workload),
  findings: shape({ error: number, warning: number, info: number, hint: number }),
  empty: text,
  catalogAsOf: text,
});

const tick = shape({ at: number, label: text });
const point = shape({
  id: text,
  hardware: text,
  place: text,
  cost: text,
  time: text,
  carbon: text,
  mark: oneOf('', 'now', 'cleanest'),
  costAt: number,
  timeAt: nullOr(number),
});

const tradeoff = shape({
  version: number,
  workload: text,
  costTitle: text,
  timeTitle: text,
  costTicks: list(tick),
  timeTicks: list(tick),
  points: list(point),
  choice: text,
  flips: list(text),
  note: text,
});

const states: Readonly<Record<PanelState['kind'], Guard>> = {
  'no-manifest': shape({}),
  starting: shape({}),
  failed: shape({ reason: text }),
  plan: shape({ model }),
};

const toPage: Readonly<Record<ToPage['type'], Guard>> = {
  state: shape({ state: (value) => isTagged(states, 'kind', value) }),
  cursor: shape({ workload: text }),
  tradeoff: shape({ uri: text, workload: text, result: nullOr(tradeoff) }),
};

const fromPage: Readonly<Record<FromPage['type'], Guard>> = {
  ready: shape({}),
  newManifest: shape({}),
  restartServer: shape({}),
  showLogs: shape({}),
  showProblems: shape({}),
  reveal: shape({ uri: text, workload: text }),
  compare: shape({ uri: text, workload: text }),
  tradeoff: shape({ uri: text, workload: text }),
  switch: shape({ uri: text, workload: text, alternative: text }),
};

function isTagged(guards: Readonly<Record<string, Guard>>, tag: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const word = (value as Record<string, unknown>)[tag];
  return typeof word === 'string' && Object.hasOwn(guards, word) && guards[word]?.(value) === true;
}

/** Whether the page may act on what the extension sent. */
export function isToPage(value: unknown): value is ToPage {
  return isTagged(toPage, 'type', value);
}

/** Whether the extension may act on what the page sent. */
export function isFromPage(value: unknown): value is FromPage {
  return isTagged(fromPage, 'type', value);
}

/** Whether the server's answer is a whole view model. */
export function isPanelModel(value: unknown): value is PanelModel {
  return model(value);
}

/** Whether the server's answer is a whole comparison. */
export function isTradeoff(value: unknown): value is TradeoffResult {
  return tradeoff(value);
}
