/** What the two hosts of the server differ in: a process, and a worker. */
import type { Analysis, AnalysisInput } from '../analysis.ts';
import type { Catalog } from '../catalog/types.ts';
import type { Disk } from './bookshelf.ts';

export interface Environment {
  readonly version: string;
  analyse(input: AnalysisInput): Analysis;
  /** Called once, at the first document. */
  loadCatalog(): Catalog;
  /** ISO date. */
  today(): string;
  /** Absent where there is none: in a worker. */
  readonly disk?: Disk;
  /** Runs the callback in a later turn of the event loop, after what is already queued. */
  later(callback: () => void): void;
}
