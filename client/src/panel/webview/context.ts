import type { TradeoffResult } from '../../../../server/src/protocol.ts';
import type { FromPage } from './messages.ts';

/** What the drawing functions know of the page around them. */
export interface PageContext {
  readonly uri: string;
  /** Workload at the editor's cursor; '' for none. */
  readonly current: string;
  /** Whether a part is open: as the user left it, else `byDefault`. */
  isOpen(key: string, byDefault: boolean): boolean;
  setOpen(key: string, open: boolean): void;
  /** Cost against time of a workload, as far as it is known; asks for it where it is not, or is of an older version. */
  tradeoff(workload: string): TradeoffResult | undefined;
  post(message: FromPage): void;
}
