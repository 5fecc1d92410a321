/**
 * Names and plain types of what client and server say to each other beside LSP.
 * No runtime imports: client and server use different versions of jsonrpc, so they share words, not classes.
 */

export const LANGUAGE_ID = 'ai-infra';

/** Sent to the server at `initialize`. */
export interface InitializationOptions {
  /** ISO date of "today", for tests and pictures; default: the clock. */
  readonly today?: string;
  /** The client has the command `aiInfra.switchHardware`; other editors get lenses without commands of ours. */
  readonly commands?: boolean;
  /** The text of stored refreshed prices, whose checksum the client has verified; '' or absent: the prices inside alone. */
  readonly refreshedPrices?: string;
  /** False in Restricted Mode: nothing that a manifest points to is opened until `TRUSTED` comes. Default: true. */
  readonly trusted?: boolean;
  /** The client answers `READ_BOOK`: for files that the server's machine does not have. */
  readonly readsBooks?: boolean;
}

/** Client → server: the workspace is trusted from now on. */
export const TRUSTED = 'aiInfra/trusted';

/** Server → client: the text of a price book. */
export const READ_BOOK = 'aiInfra/readBook';
export interface ReadBookParams {
  readonly uri: string;
}
export type ReadBookResult = { readonly text: string } | { readonly problem: 'missing' | 'too-large' | 'unreadable' };

/** Client → server: what an open manifest said at the last commit; null: it was not there. */
export const BASELINE = 'aiInfra/baseline';
export interface BaselineParams {
  readonly uri: string;
  readonly text: string | null;
}

/** Section `aiInfra` of the editor's settings. */
export interface EditorSettings {
  readonly rules: Readonly<Record<string, 'off' | 'hint' | 'info' | 'warning' | 'error'>>;
  readonly inlayHints: { readonly cost: boolean; readonly memory: boolean; readonly assumptions: boolean };
  readonly codeLens: boolean;
  /** Paths of price books; '' for none. */
  readonly priceBook: string;
  readonly userPriceBook: string;
}

/** Server → client, after every analysis of an open manifest: what the status item and the panel follow. */
export const SUMMARY = 'aiInfra/summary';
export interface SummaryParams {
  readonly uri: string;
  readonly version: number;
  /** `$3,120 a month · $1.2k a run`, or '' while nothing is priced. */
  readonly total: string;
  /** Lines for the tooltip, plain text. */
  readonly details: readonly string[];
  readonly errors: number;
  readonly warnings: number;
  readonly priceAge: PriceAge;
}

/** How old the prices are that a manifest uses; what it states itself has no age. */
export interface PriceAge {
  readonly prices: number;
  /** ISO dates as the sources state them, '' when no price is dated. */
  readonly oldest: string;
  readonly newest: string;
  readonly undated: number;
  /** `Prices of 2025 to 2026-07-20`; '' when none is used. */
  readonly text: string;
  /** `3 prices, 126 to 691 days old, 1 undated`; '' when none is used. */
  readonly detail: string;
  /** One is undated or over a year old. */
  readonly stale: boolean;
}

/** Client → server: the panel's view model of a manifest. Answers null for a document that is not open. */
export const PANEL = 'aiInfra/panel';
export interface PanelParams {
  readonly uri: string;
}

/** Client → server: ranked alternatives of one workload. */
export const ALTERNATIVES = 'aiInfra/alternatives';
export interface AlternativesParams {
  readonly uri: string;
  readonly workload: string;
}
export interface AlternativesResult {
  readonly version: number;
  readonly workload: string;
  /** `8 × h100-sxm · aws us-east-1 · spot · $412 a run`. */
  readonly now: string;
  /** Provider of the target now, as in `AlternativeRow.provider`; '' when it has none. */
  readonly provider?: string;
  readonly alternatives: readonly AlternativeRow[];
  /** Why there are none, or why the list may be short; '' otherwise. */
  readonly note: string;
}

/** Client → server: the edit that switches a workload to an alternative. Null when the document moved on. */
export const SWITCH = 'aiInfra/switch';
export interface SwitchParams {
  readonly uri: string;
  readonly workload: string;
  /** `AlternativeRow.id` */
  readonly alternative: string;
}
export interface SwitchResult {
  readonly version: number;
  readonly edits: readonly { readonly range: PlainRange; readonly newText: string }[];
}

/** Client → server: cost against time of all that could run a workload, and what would flip the choice. Null: there is no such plan. */
export const TRADEOFF = 'aiInfra/tradeoff';
export interface TradeoffParams {
  readonly uri: string;
  readonly workload: string;
}
/** One choice that no other beats in both cost and time (or the cleanest), or what stands now. All text is plain text. */
export interface TradeoffPoint {
  /** As in `SwitchParams`; '' for what the manifest has now. */
  readonly id: string;
  readonly hardware: string;
  /** `aws us-east-1 · spot` */
  readonly place: string;
  readonly cost: string;
  readonly time: string;
  /** '' where it is not known. */
  readonly carbon: string;
  readonly mark: '' | 'now' | 'cleanest';
  /** Where it lies along the axes, 0 (least) to 1; null where the time is not known. */
  readonly costAt: number;
  readonly timeAt: number | null;
}
export interface TradeoffTick {
  readonly at: number;
  readonly label: string;
}
export interface TradeoffResult {
  readonly version: number;
  readonly workload: string;
  /** `cost of a run`, `cost a month` */
  readonly costTitle: string;
  /** `time`, `latency` */
  readonly timeTitle: string;
  readonly costTicks: readonly TradeoffTick[];
  readonly timeTicks: readonly TradeoffTick[];
  /** By cost, the least first. */
  readonly points: readonly TradeoffPoint[];
  /** `The best stays 8 × h100-sxm · aws us-east-1 · spot` ; '' where there is no choice to flip. */
  readonly choice: string;
  /** Sentences that go on from `choice`: `until …`. */
  readonly flips: readonly string[];
  /** Why there is nothing to compare; '' otherwise. */
  readonly note: string;
}

/** Client → server: workloads of a manifest with their lines, for commands that need to ask which one. */
export const WORKLOADS = 'aiInfra/workloads';
export interface WorkloadsParams {
  readonly uri: string;
}
export type WorkloadsResult = readonly { readonly name: string; readonly range: PlainRange }[];

/** Client → server: what *Browse Hardware* lists, at the prices of an open manifest, or at those of the catalogue. */
export const HARDWARE = 'aiInfra/hardware';
export interface HardwareParams {
  readonly uri?: string;
}
/** One chip, ready to draw. All text is plain text, never markup. */
export interface HardwareChipRow {
  readonly id: string;
  /** `H100 SXM · 80 GiB · 3.35 TB/s` */
  readonly summary: string;
  /** `on demand from $2.29, spot from $0.80 · 16 providers · pytorch native, jax native` */
  readonly detail: string;
  /** `accelerators` that are rented out, those that are not, and edge devices. */
  readonly group: string;
}
export type HardwareResult = readonly HardwareChipRow[];

/** Client → server: the offers of one chip, and the page that tells everything about it. Null for an unknown id. */
export const HARDWARE_OFFERS = 'aiInfra/hardwareOffers';
export interface HardwareOffersParams extends HardwareParams {
  readonly accelerator: string;
}
export interface HardwareOffersResult {
  readonly offers: readonly HardwareOfferRow[];
  /** Markdown of our own making: specification, price by capacity, regions, frameworks, sources with dates. */
  readonly page: string;
}
export interface HardwareOfferRow {
  readonly choice: HardwareChoice;
  /** `$6.88 each, an hour` */
  readonly price: string;
  /** `aws · p5.48xlarge · on-demand` */
  readonly where: string;
  /** `us-east-1 and 12 other regions · $55.04 the machine · 2026-07-20 · estimate` */
  readonly detail: string;
}

/** What an offer writes into a manifest. */
export interface HardwareChoice {
  readonly provider: string;
  readonly region: string;
  readonly instance: string;
  readonly capacity: string;
}

/** Client → server: the edit that puts a workload on an offer. Null when the document moved on, or the offer is not there. */
export const USE_HARDWARE = 'aiInfra/useHardware';
export interface UseHardwareParams {
  readonly uri: string;
  readonly workload: string;
  readonly choice: HardwareChoice;
}

export interface PlainRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** One alternative, ready to draw. All text is plain text, never markup. */
export interface AlternativeRow {
  /** Stable while the document's version stands: provider/region/instance/accelerator/count/capacity. */
  readonly id: string;
  /** `8 × h200` */
  readonly hardware: string;
  readonly provider: string;
  readonly region: string;
  readonly instance: string;
  readonly capacity: string;
  /** `$412.30 a run` */
  readonly cost: string;
  readonly costUsd: number;
  /** `−$96.20 (−19 %)`; '' when now is unknown. */
  readonly costDifference: string;
  /** `3.2 h`; '' for serving. */
  readonly time: string;
  readonly timeDifference: string;
  readonly fits: 'fits' | 'tight' | 'does-not-fit' | 'unknown';
  readonly why: string;
  readonly marketplace: boolean;
  readonly priceDate: string;
}

/** A labelled amount of a chart; `share` of the largest (or the whole) is 0–1, made in the server. */
export interface PanelBar {
  readonly label: string;
  readonly value: string;
  readonly share: number;
  /** Low–high, '' when exact. */
  readonly range: string;
}

export interface PanelWorkload {
  readonly name: string;
  readonly phase: string;
  readonly line: number;
  /** `8 × h100-sxm · aws us-east-1 · spot` */
  readonly where: string;
  /** `$412 a run`, `≥ $3,120 a month`, `no price known`. */
  readonly cost: string;
  readonly costRange: string;
  readonly time: string;
  readonly verdict: 'fits' | 'tight' | 'does-not-fit' | 'unknown';
  /** Findings that are errors: what fits into memory may still not run. */
  readonly errors: number;
  /** Parts of memory against capacity. */
  readonly memory: {
    readonly label: string;
    readonly capacity: string;
    /** Where the capacity lies along the parts, 0–1; absent when they fit or it is not known. */
    readonly capacityShare?: number;
    readonly parts: readonly PanelBar[];
  } | null;
  /** What the cost is made of. */
  readonly lines: readonly {
    readonly name: string;
    readonly period: string;
    readonly arithmetic: string;
    readonly amount: string;
    readonly source: string;
    readonly asOf: string;
  }[];
  /** The best of them; the command shows all. */
  readonly alternatives: readonly AlternativeRow[];
  /** How many there are in all. */
  readonly alternativeCount: number;
  readonly unknown: readonly string[];
  readonly assumptions: readonly string[];
}

export interface PanelModel {
  readonly uri: string;
  readonly version: number;
  readonly title: string;
  /** One per period that has something: `a month`, `in total`. */
  readonly totals: readonly {
    readonly label: string;
    readonly value: string;
    readonly range: string;
    readonly budget: string;
    readonly overBudget: boolean;
  }[];
  /** Cost by workload, one chart per period. */
  readonly charts: readonly { readonly title: string; readonly bars: readonly PanelBar[] }[];
  readonly workloads: readonly PanelWorkload[];
  readonly findings: { readonly error: number; readonly warning: number; readonly info: number; readonly hint: number };
  /** Why there is nothing to show: an empty or unreadable manifest; '' otherwise. */
  readonly empty: string;
  readonly catalogAsOf: string;
}

/** Client → server: ask all public price sources. The server asks for documents (`DOWNLOAD`) meanwhile. Nothing is used yet. */
export const REFRESH_PRICES = 'aiInfra/refreshPrices';
export interface RefreshPricesParams {
  /** The prices that are stored already, as text; '' for none. */
  readonly stored: string;
  readonly providers?: readonly string[];
}
export interface RefreshPricesResult {
  /** What to store, and then to use; '' when no source answered. */
  readonly stored: string;
  /** `11 of 11 sources answered: 812 prices changed, 40 prices new.` */
  readonly summary: string;
  /** Sources that did not answer. */
  readonly failed: readonly string[];
  /** Plain text, a line each; what sources wrote may appear in it. */
  readonly sources: readonly string[];
  readonly changes: readonly string[];
  readonly dropped: readonly string[];
}

/** Server → client, while it refreshes: a source has answered or failed. */
export const REFRESH_PROGRESS = 'aiInfra/refreshProgress';
export interface RefreshProgressParams {
  readonly source: string;
  readonly done: number;
  readonly total: number;
}

/** Server → client, while it refreshes: one document of a price source. The client holds it to hosts, size and time. */
export const DOWNLOAD = 'aiInfra/download';
export interface DownloadParams {
  readonly url: string;
  readonly kind: 'json' | 'csv' | 'text' | 'zip';
  readonly etag?: string | undefined;
  /** The only hosts that may be spoken to. */
  readonly hosts: readonly string[];
}
export type DownloadResult =
  | { readonly unchanged: true }
  | { readonly problem: string }
  | { readonly base64: string; readonly etag?: string; readonly lastModified?: string };

/** Client → server: work with these stored prices from now on; '' for the embedded ones alone. */
export const USE_PRICES = 'aiInfra/usePrices';
export interface UsePricesParams {
  readonly stored: string;
}
export interface UsePricesResult {
  /** Why they cannot be used; ''. */
  readonly problem: string;
  /** Open manifests whose total is another one now. */
  readonly moved: readonly MovedCost[];
}
export interface MovedCost {
  readonly uri: string;
  /** As in `SummaryParams.total`. */
  readonly before: string;
  readonly after: string;
}

/** Scheme of the read-only pages of rules that the VS Code extension serves without a network: `ai-infra-rule:/AI501.md`. */
export const RULE_PAGE_SCHEME = 'ai-infra-rule';
