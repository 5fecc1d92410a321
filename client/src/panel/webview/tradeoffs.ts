import type { PanelModel, TradeoffResult } from '../../../../server/src/protocol.ts';

interface Known {
  result: TradeoffResult | undefined;
  /** Version of the manifest that was asked about last. */
  asked: number;
}

/**
 * Cost against time by workload: asked for when it is first looked at and when the manifest has changed since, since it needs a search
 * that typing should not wait for. What is known stays meanwhile.
 */
export function createTradeoffs(ask: (uri: string, workload: string) => void) {
  let of = '';
  let known = new Map<string, Known>();
  return {
    of({ uri, version }: PanelModel, workload: string): TradeoffResult | undefined {
      if (uri !== of) [of, known] = [uri, new Map()];
      const entry = known.get(workload) ?? { result: undefined, asked: -1 };
      known.set(workload, entry);
      if (entry.asked !== version) {
        entry.asked = version;
        ask(uri, workload);
      }
      return entry.result;
    },
    take(uri: string, workload: string, result: TradeoffResult | null): void {
      const entry = uri === of ? known.get(workload) : undefined;
      if (entry) entry.result = result ?? undefined;
    },
  };
}
