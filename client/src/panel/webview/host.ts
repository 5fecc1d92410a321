import type { FromPage } from './messages.ts';

/** What the page remembers while it is hidden: which parts the user opened (true) or closed (false), by key. */
export interface PageMemory {
  readonly opened: Readonly<Record<string, boolean>>;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

export function post(message: FromPage): void {
  api.postMessage(message);
}

export function recall(): PageMemory {
  const state = api.getState();
  const opened = typeof state === 'object' && state !== null && 'opened' in state ? state.opened : undefined;
  if (typeof opened !== 'object' || opened === null) return { opened: {} };
  return { opened: Object.fromEntries(Object.entries(opened).filter(([, value]) => typeof value === 'boolean')) };
}

export function remember(memory: PageMemory): void {
  api.setState(memory);
}
